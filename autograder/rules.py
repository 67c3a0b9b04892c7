"""Rules that code itself must keep, read off its source and never by running it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .spec import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["no_call", "no_loop_over_samples", "readable"]

HIDDEN_LOOPS = {"vectorize", "apply_along_axis", "frompyfunc", "fromiter", "map", "nditer"}
Findings = list[tuple[ast.AST, str]]


def readable(cells: Sequence[str]) -> str:
    r"""Return the source that rules read: all cells that are Python, less IPython's magics.

    Examples
    --------
    >>> readable(["%matplotlib inline\nx = 1", "def f(:", "y = 2"])
    '\nx = 1\n\ny = 2'
    """
    plain = ("\n".join(map(_without_magic, cell.splitlines())) for cell in cells)
    return "\n\n".join(cell for cell in plain if _parses(cell))


def no_call(*names: str, cost: float) -> Rule:
    r"""Forbid some functions by name, however they are imported.

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

    def search(tree: ast.Module, _: str) -> Findings:
        return [(node, f"`{name}` is not allowed here") for node, name in _uses(tree, names)]

    return Rule(f"no {', '.join(names)}", _finder(search), cost)


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

    def search(tree: ast.Module, function: str) -> Findings:
        found: Findings = []
        for node, tainted in _reached(tree, function, signal):
            found += [(loop, "this loop runs once per sample") for loop in _loops(node, tainted)]
        return found

    return Rule("no Python loop over samples", _finder(search), cost)


def _finder(
    search: Callable[[ast.Module, str], Findings],
) -> Callable[[str, str], Sequence[Finding]]:
    def find(source: str, function: str) -> Sequence[Finding]:
        lines = source.splitlines()
        try:
            found = {(_line(node), why) for node, why in search(ast.parse(source), function)}
        except RecursionError:
            return [Finding(1, lines[0], "the code is nested too deeply for this rule to read")]
        return [Finding(line, lines[line - 1].strip(), why) for line, why in sorted(found)]

    return find


def _without_magic(line: str) -> str:
    return "" if line.lstrip().startswith(("%", "!")) else line


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _line(node: ast.AST) -> int:
    return node.target.lineno if isinstance(node, ast.comprehension) else int(node.lineno)  # type: ignore[attr-defined]


def _uses(tree: ast.AST, names: Sequence[str]) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            said = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            said = [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant):  # getattr(np, "convolve"), np.__dict__["convolve"]
            said = [str(node.value)]
        else:
            continue
        yield from ((node, name) for name in said if name in names)


def _reached(
    tree: ast.Module, function: str, signal: str
) -> Iterator[tuple[ast.FunctionDef, set[str]]]:
    """Yield `function` and what it calls, each with its names that grow with the samples."""
    defined = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    todo, seen = [(function, frozenset({signal}))], set()
    while todo:
        name, parameters = todo.pop()
        if name not in defined or (name, parameters) in seen:
            continue
        seen.add((name, parameters))
        tainted = _grow_with(defined[name], set(parameters))
        yield defined[name], tainted
        for call in ast.walk(defined[name]):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                todo.append((call.func.id, _parameters(call, defined, tainted)))


def _parameters(
    call: ast.Call, defined: dict[str, ast.FunctionDef], tainted: set[str]
) -> frozenset[str]:
    """Return the called function's parameters that are given something that grows."""
    called = defined.get(getattr(call.func, "id", ""))
    if called is None:
        return frozenset()
    names = [arg.arg for arg in (*called.args.posonlyargs, *called.args.args)]
    given = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    return frozenset(name for name, value in given if name and _grows(value, tainted))


def _grow_with(function: ast.FunctionDef, tainted: set[str]) -> set[str]:
    assigns = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AugAssign)]
    for _ in assigns:  # a name may be assigned before the one it depends on: repeat till settled
        for node in assigns:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                tainted |= _tainted_targets(target, node.value, tainted)
    return tainted


def _tainted_targets(target: ast.expr, value: ast.expr, tainted: set[str]) -> set[str]:
    if isinstance(target, ast.Tuple) and _is_shape(value):
        target = target.elts[-1]  # batch and channel do not grow with the samples
    if not _grows(value, tainted):
        return set()
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _is_shape(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def _grows(node: ast.expr, tainted: set[str]) -> bool:
    if isinstance(node, ast.Subscript) and _is_shape(node.value):
        index = node.slice
        if isinstance(index, ast.Constant) and index.value in (0, 1):
            return False
    if isinstance(node, ast.Attribute) and node.attr in ("ndim", "dtype"):
        return False
    if isinstance(node, ast.Name):
        return node.id in tainted
    return any(
        _grows(part, tainted) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)
    )


def _loops(function: ast.FunctionDef, tainted: set[str]) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.While) or (
            isinstance(node, ast.For | ast.comprehension) and _grows(node.iter, tainted)
        ):
            yield node
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in HIDDEN_LOOPS:
                yield node
