"""Which Python loops run once per sample of a signal, read off the source."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from .depths import Depths, is_shape, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .source import Bindings

__all__ = ["sample_loops"]

Function = ast.FunctionDef | ast.Lambda
SIGNAL = 2  # the depth of a signal (N, C, size)
MAX_CALLS = 200
VECTORIZERS = {"vectorize", "frompyfunc"}


@dataclass(frozen=True)
class _Call:
    """A function by name, with the depths of what it is given."""

    name: str
    args: tuple[int | None, ...] = ()
    kwargs: tuple[tuple[str | None, int | None], ...] = ()


def sample_loops(found: Bindings, function: str, signal: str) -> Iterator[ast.AST]:
    """Yield the loops over samples in `function` and in what it calls.

    Parameters
    ----------
    found : dict
        Of the notebook, see `autograder.source.bindings`.
    function : str
        Name of the function.
    signal : str
        Its parameter that holds the signal; the first one if it has none of that name.

    Examples
    --------
    >>> from autograder.source import bindings
    >>> tree = ast.parse("def f(x): return [g(i) for i in range(x.shape[2])]")
    >>> [ast.unparse(loop) for loop in sample_loops(bindings(tree), "f", "x")]
    ['i']
    """
    todo = [_Call(function, kwargs=((signal, SIGNAL),))]
    seen: set[_Call] = set()
    inner: dict[str, list[ast.stmt]] = {}  # functions defined in functions
    while todo and len(seen) < MAX_CALLS:
        call = todo.pop()
        if call in seen:
            continue
        seen.add(call)
        for statement in (*found.get(call.name, ()), *inner.get(call.name, ())):
            definitions = _definitions(statement, call.name)
            for node in definitions:
                inner |= {one.name: [one] for one in ast.walk(node) if _is_inner(one, node)}
                depths = Depths(node, _given(node, call))
                yield from _loops(node, depths)
                todo += _calls(node, depths)
            if not definitions:  # an alias, a partial: what it is made of gets the same arguments
                yield from _loops(statement, Depths(statement, {}))
                names = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
                todo += [_Call(name, call.args, call.kwargs) for name in names]


def _definitions(statement: ast.stmt, name: str) -> list[Function]:
    if isinstance(statement, ast.Assign):
        return [statement.value] if isinstance(statement.value, ast.Lambda) else []
    nodes = [node for node in ast.walk(statement) if isinstance(node, ast.FunctionDef)]
    return [node for node in nodes if node.name == name]


def _is_inner(node: ast.AST, function: Function) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and node is not function


def _given(function: Function, call: _Call) -> dict[str, int]:
    """Return the depths of a function's parameters in a call."""
    said = function.args
    names = [arg.arg for arg in (*said.posonlyargs, *said.args)]
    names += [said.vararg.arg] if said.vararg else []
    known = {*names, *(arg.arg for arg in said.kwonlyargs)}
    given = dict(zip(names, call.args, strict=False))
    for name, depth in call.kwargs:
        to = name if name in known else next(iter(names), None)
        if to and given.get(to) is None:
            given[to] = depth
    return {name: depth for name, depth in given.items() if depth is not None}


def _calls(code: ast.AST, depths: Depths) -> Iterator[_Call]:
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            args = tuple(map(depths.of, node.args))
            kwargs = tuple((word.arg, depths.of(word.value)) for word in node.keywords)
            yield _Call(node.func.id, args, kwargs)


def _loops(code: ast.AST, depths: Depths) -> Iterator[ast.AST]:
    for node in ast.walk(code):
        match node:
            case ast.While(test=test):
                if depths.of(test) == 0 or ast.unparse(test) in ("True", "1"):
                    yield node
            case ast.For(iter=items) | ast.comprehension(iter=items):
                if depths.of(items) == 0 and not is_shape(items):
                    yield node.target  # a comprehension has no line of its own
            case ast.Name() | ast.Attribute():
                if last_name(node) in VECTORIZERS:
                    yield node
            case ast.Call():
                if _calls_for_each(node, depths):
                    yield node


def _calls_for_each(call: ast.Call, depths: Depths) -> bool:
    name, rest = last_name(call.func), call.args[1:]
    if name == "map":
        return any(depths.of(arg) == 0 for arg in rest)
    return name == "apply_along_axis" and not (rest and ast.unparse(rest[0]) in ("-1", "2"))
