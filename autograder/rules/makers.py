"""Rules that code itself must keep, read off its source and never by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from ..spec import Finding, Rule
from .hiding import HIDING
from .live import live_names
from .loops import sample_loops, sample_recursions
from .mentions import (
    REBINDING,
    changes,
    elsewhere,
    is_own,
    mentions,
    own_modules,
    stars_over,
    turning,
    unbound,
)
from .source import behind, bindings, used
from .visits import visits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..spec import Task
    from .source import Bindings

__all__ = [
    "broken",
    "made",
    "must_use",
    "no_call",
    "no_library_convolution",
    "no_loop_over_samples",
]

Found = Iterable[tuple[ast.AST, str]]
CONVOLUTIONS = (
    "convolve", "correlate", "correlate2", "polymul", "poly1d", "Polynomial", "polynomial",
    "convolve1d", "convolve2d", "correlate1d", "correlate2d", "fftconvolve", "oaconvolve",
    "lfilter", "filtfilt", "sosfilt", "upfirdn", "convolution_matrix", "convlib",
    "xcorr", "acorr", "ImageFilter",  # what Matplotlib and Pillow have
)  # fmt: skip

BEHIND = (  # doors to the numbers of a pretended GPU, and to its count of copies
    "_array", "_gpu", "to_host", "copies", "pickle", "copyreg", "gc", "ctypes", "inspect",
    "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__closure__", "__self__",
    "_most", "_function", "_download", "_upload", "__init__", "__slots__", "__traceback__",
    "exc_info", "tb_frame", "f_locals", "_getframe", "settrace", "setprofile", "deepcopy",
)  # fmt: skip


def no_call(*names: str, cost: float | None) -> Rule:
    r"""Forbid a function to use others, by name, however they are imported.

    Parameters
    ----------
    *names : str
        Last part of each forbidden function's name: "convolve", "correlate".
    cost : float or None
        Part of the task's score that a broken rule takes away; None asks a person to look.

    Examples
    --------
    >>> rule = no_call("convolve", cost=0.5)
    >>> rule.find("from numpy import convolve as c\ndef f(x, w): return c(x, w)", "f")[0].line
    1
    """
    return Rule(f"no {', '.join(names)}", _finder(_calls(names)), cost, ("no_call", names))


def no_library_convolution(*, cost: float | None) -> Rule:
    r"""Forbid the functions that convolve, of NumPy, SciPy and convlib.

    Products of polynomials are convolutions too.  An FFT is not forbidden: see
    `autograder.probes.exact`.

    Parameters
    ----------
    cost : float or None
        As in `no_call`.

    Examples
    --------
    >>> rule = no_library_convolution(cost=0.5)
    >>> rule.find("import numpy as np\ndef f(x, w): return np.poly1d(x) * np.poly1d(w)", "f")[0].why
    '`poly1d` is not allowed here'
    """
    find = _finder(_calls(CONVOLUTIONS))
    return Rule("no library convolution", find, cost, ("no_library_convolution", ()))


def no_loop_over_samples(signal: str, *, cost: float | None) -> Rule:
    r"""Forbid Python loops whose length grows with a signal's last axis.

    Loops over kernel elements, channels or the batch stay allowed.

    Parameters
    ----------
    signal : str
        The parameter that holds the signal, ``(N, C, size)``.
    cost : float or None
        Part of the task's score that a broken rule takes away; None asks a person to look.

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
        seen = visits(found, function, signal)
        for loop in sample_loops(seen, found):
            yield loop, "this loop runs once per sample"
        for test in sample_recursions(seen):
            yield test, "this recursion runs once per sample"
        for node, name in mentions(found, function):
            if name in HIDING:
                yield node, f"`{name}` hides what is called"
        yield from _turned(found)

    recipe = "no_loop_over_samples", (signal,)
    return Rule("no Python loop over samples", _finder(search), cost, recipe)


def must_use(function: str, *names: str, cost: float | None) -> Rule:
    r"""Demand that a function uses at least one of others, itself or in what it calls.

    Parameters
    ----------
    function : str
        Name of the function; a notebook without it breaks no rule.
    *names : str
        Functions of the notebook.
    cost : float or None
        As in `no_call`.

    Examples
    --------
    >>> rule = must_use("train", "step", "backward", cost=None)
    >>> rule.name
    'train uses step or backward'
    >>> rule.find("def go(w): return step(w)\ndef train(w): return go(w)", "train")
    []
    >>> rule.find("def train(w): return 3", "train")[0].why
    '`train` uses none of them'
    """

    def search(found: Bindings, _: str) -> Found:
        statements = behind(found, function)
        live = (used(statement) & live_names(statement) for statement in statements)
        if statements and not set(names) & set().union(*live):
            yield statements[0], f"`{function}` uses none of them"

    said = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    recipe = "must_use", (function, *names)
    return Rule(f"{function} uses {said}", _finder(search), cost, recipe)


def broken(task: Task, source: str, functions: Iterable[str]) -> list[tuple[Rule, Finding]]:
    """Return where the code of some functions breaks a task's rules.

    Parameters
    ----------
    task : Task
        Has the rules.
    source : str
        Of the notebook, see `autograder.rules.source.readable`.
    functions : iterable of str
        Names of what is checked.

    Returns
    -------
    list of (Rule, Finding)
        Each once, however many of the functions come by it.  Where arrays of a pretended GPU are
        handed over, who reaches behind them is looked at too.
    """
    pretended = any(case.strict for case in task.visible)
    return [
        (rule, finding)
        for rule in (*task.rules, *[PRETENCE] * pretended)
        for finding in dict.fromkeys(
            each for function in functions for each in rule.find(source, function)
        )
    ]


def made(name: str, arguments: Sequence[str], *, cost: float | None) -> Rule:
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
        "must_use": must_use,
        "no_call": no_call,
        "no_library_convolution": no_library_convolution,
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
        found = _bound(source)
        if name not in found:
            return [Finding(1, name, "define it with `def`, so that this rule can be read off")]
        lines = source.split("\n")
        try:
            said = sorted({(node.lineno, why) for node, why in search(found, name)})  # type: ignore[attr-defined]
        except RecursionError:
            return [Finding(1, name, "its code is nested too deeply to be read")]
        return [Finding(line, lines[line - 1].strip(), why) for line, why in said]

    return find


@lru_cache(maxsize=16)  # several rules read one notebook
def _bound(source: str) -> Bindings:
    return bindings(ast.parse(source))


def _turned(found: Bindings) -> Found:
    for node, name in turning(found):
        yield node, f"`{name}` is not allowed: it makes other code of what is written"


def _calls(names: Sequence[str]) -> Callable[[Bindings, str], Found]:
    """Return the search for uses of functions by name, and for what hides such uses."""

    def flagged(name: str | None) -> str:
        if name in names:
            return f"`{name}` is not allowed here"
        if name is None:
            return "a name that is put together hides what is called"
        return f"`{name}` hides what is called" if name in HIDING else ""

    def search(found: Bindings, function: str) -> Found:
        said = (*mentions(found, function), *elsewhere(found, function, flagged))
        for node, name in said:
            if flagged(name) and not is_own(found, node):
                yield node, flagged(name)
        for node, name in changes(found):
            if name in {*names, *REBINDING}:
                yield node, f"`{name}` is not allowed where names get another meaning"
        yield from _turned(found)
        for node in unbound(found, function):
            yield node, f"`{node.id}` is bound nowhere, which hides what is called"
        for node in own_modules(found, function):
            yield node, "a module of the notebook's own hides what is called"
        for star in stars_over(found, function, names):
            yield star, f"it gives `{function}` another meaning"

    return search


PRETENCE = Rule("arrays as they are given", _finder(_calls(BEHIND)), None)
