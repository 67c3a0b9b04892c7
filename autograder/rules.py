"""Rules that code itself must keep, read off its source and never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .depths import last_name
from .loops import sample_loops
from .source import behind, bindings, readable
from .spec import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .source import Bindings

__all__ = ["made", "no_call", "no_loop_over_samples", "readable"]

Found = Iterable[tuple[ast.AST, str]]
HIDING = {"eval", "exec"}
BY_NAME = {"getattr": 1, "attrgetter": 0, "import_module": 0, "__import__": 0}  # argument
NAMESPACES = {"__dict__", "vars", "globals", "locals"}


def no_call(*names: str, cost: float) -> Rule:
    r"""Forbid a function to use others, by name, however they are imported.

    Parameters
    ----------
    *names : str
        Last part of each forbidden function's name: "convolve", "correlate".
    cost : float
        Part of the task's score that a broken rule takes away.

    Examples
    --------
    >>> rule = no_call("convolve", cost=0.5)
    >>> rule.find("from numpy import convolve as c\ndef f(x, w): return c(x, w)", "f")[0].line
    1
    """

    def search(found: Bindings, function: str) -> Found:
        for statement in behind(found, function):
            for node in ast.walk(statement):
                for name in _said(node, found):
                    if name in names:
                        yield node, f"`{name}` is not allowed here"
                    elif name in HIDING:
                        yield node, f"`{name}` hides what is called"
                if _is_computed(node):
                    yield node, "a name that is put together hides what is called"

    return Rule(f"no {', '.join(names)}", _finder(search), cost, ("no_call", names))


def no_loop_over_samples(signal: str, *, cost: float) -> Rule:
    r"""Forbid Python loops whose length grows with a signal's last axis.

    Loops over kernel elements, channels or the batch stay allowed.

    Parameters
    ----------
    signal : str
        The parameter that holds the signal, ``(N, C, size)``.
    cost : float
        Part of the task's score that a broken rule takes away.

    Examples
    --------
    >>> rule = no_loop_over_samples("x", cost=0.5)
    >>> loop = "def f(x, w):\n  for i in range(x.shape[-1]): pass"
    >>> rule.find(loop, "f")[0].code
    'for i in range(x.shape[-1]): pass'
    >>> rule.find("def f(x, w):\n  for i in range(w.shape[-1]): pass", "f")
    []
    """

    def search(found: Bindings, function: str) -> Found:
        for loop in sample_loops(found, function, signal):
            yield loop, "this loop runs once per sample"

    recipe = "no_loop_over_samples", (signal,)
    return Rule("no Python loop over samples", _finder(search), cost, recipe)


def made(name: str, arguments: Sequence[str], *, cost: float) -> Rule:
    """Return the rule of a recipe.

    Raises
    ------
    ValueError
        If no rule is called that.

    Examples
    --------
    >>> made("no_call", ["convolve"], cost=0.5).name
    'no convolve'
    """
    makers: dict[str, Callable[..., Rule]] = {
        "no_call": no_call,
        "no_loop_over_samples": no_loop_over_samples,
    }
    if name not in makers:
        msg = f"there is no rule {name!r}; there are {sorted(makers)}"
        raise ValueError(msg)
    return makers[name](*arguments, cost=cost)


def _finder(
    search: Callable[[Bindings, str], Found],
) -> Callable[[str, str], Sequence[Finding]]:
    def find(source: str, function: str) -> Sequence[Finding]:
        name = function.partition(".")[0]
        if not source.strip() or not name.isidentifier():
            return []  # a check outside a notebook: there is nothing to read
        found = bindings(ast.parse(source))
        if name not in found:
            return [Finding(1, name, "define it with `def`, so that this rule can be read off")]
        lines = source.split("\n")
        try:
            said = sorted({(node.lineno, why) for node, why in search(found, name)})  # type: ignore[attr-defined]
        except RecursionError:
            return [Finding(1, name, "its code is nested too deeply to be read")]
        return [Finding(line, lines[line - 1].strip(), why) for line, why in said]

    return find


def _said(node: ast.AST, found: Bindings) -> Iterator[str]:
    """Yield the names of others' functions that a node of the syntax tree mentions."""
    match node:
        case ast.Attribute(attr=name):
            yield name
        case ast.ImportFrom(names=aliases):
            yield from (alias.name for alias in aliases)
        case ast.Constant(value=str(text)):  # getattr(np, "convolve"), np.__dict__["convolve"]
            yield text
        case ast.Name(id=name) if name not in found:  # from numpy import *
            yield name


def _is_computed(node: ast.AST) -> bool:
    """Whether a node looks something up by a name that does not stand there."""
    match node:
        case ast.Call(func=func, args=args) if last_name(func) in BY_NAME:
            place = BY_NAME[last_name(func)]
            return not all(isinstance(arg, ast.Constant) for arg in args[place : place + 1])
        case ast.Subscript(value=value, slice=name):
            source = value.func if isinstance(value, ast.Call) else value
            return last_name(source) in NAMESPACES and not isinstance(name, ast.Constant)
    return False
