"""Which Python loops run once per sample of a signal, read off the source."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
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
TO_FRONT = ["-1", "0"], ["2", "0"]  # the samples' axis
AROUND = {"enumerate", "zip", "list", "tuple", "iter", "reversed"}
PARTS = {"split", "array_split", "dsplit"}
ENDLESS = {"count", "cycle"}  # of itertools: like `while True`
FOR_EACH = {"map", "reduce", "accumulate", "starmap", "filter"}  # the first argument is a function
PER_AXIS = {"slice", "range", "int"}  # what sizes and indices are made with: no sample is computed


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
    inner: dict[str, list[ast.stmt]] = _methods(found)  # and functions defined in functions
    methods = set(inner)
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
                todo += _calls(node, depths, methods)
                todo += [replace(call, name=name) for name in _made_with(node)]
            if not definitions:  # an alias, a partial: what it is made of gets the same arguments
                yield from _loops(statement, Depths(statement, {}))
                todo += [replace(call, name=name) for name in _names(statement)]
                todo += _called_on_itself(statement, call)


def _methods(found: Bindings) -> dict[str, list[ast.stmt]]:
    statements = [statement for bound in found.values() for statement in bound]
    classes = [
        node for one in statements for node in ast.walk(one) if isinstance(node, ast.ClassDef)
    ]
    methods = [node for one in classes for node in one.body if isinstance(node, ast.FunctionDef)]
    return {method.name: [method] for method in methods}


def _called_on_itself(statement: ast.stmt, call: _Call) -> Iterator[_Call]:
    """Yield the calls of a class's methods, any of which may get what its object is called with."""
    if isinstance(statement, ast.ClassDef):
        for node in statement.body:
            if isinstance(node, ast.FunctionDef):
                yield _Call(node.name, (None, *call.args), call.kwargs)


def _made_with(function: Function) -> Iterator[str]:
    """Yield the functions that get a function's arguments: it returns them, or they decorate it."""
    for decorator in getattr(function, "decorator_list", ()):
        yield from _names(decorator)
    nodes = list(ast.walk(function))
    inner = {node.name for node in nodes if _is_inner(node, function)}
    for node in nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            yield from inner & {node.value.id}


def _names(node: ast.AST) -> list[str]:
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name)]


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
        to = name if name in known else next((one for one in names if one != "self"), None)
        if to and given.get(to) is None:
            given[to] = depth
    return {name: depth for name, depth in given.items() if depth is not None}


def _calls(code: ast.AST, depths: Depths, methods: set[str]) -> Iterator[_Call]:
    for node in ast.walk(code):
        if isinstance(node, ast.Call):
            args = tuple(map(depths.of, node.args))
            kwargs = tuple((word.arg, depths.of(word.value)) for word in node.keywords)
            if isinstance(node.func, ast.Attribute):
                if node.func.attr in methods:
                    yield _Call(node.func.attr, (None, *args), kwargs)
            else:  # by name, or out of a table, or one of two
                yield from (_Call(name, args, kwargs) for name in _names(node.func))


def _loops(code: ast.AST, depths: Depths) -> Iterator[ast.AST]:
    for node in ast.walk(code):
        match node:
            case ast.While(test=test):
                if depths.of(test) == 0 or ast.unparse(test) in ("True", "1"):
                    yield node
            case ast.For(iter=items) | ast.comprehension(iter=items):
                if _is_per_sample(items, depths):
                    yield node.target  # a comprehension has no line of its own
            case ast.Name() | ast.Attribute():
                if last_name(node) in VECTORIZERS:
                    yield node
            case ast.Call():
                if _calls_for_each(node, depths):
                    yield node


def _is_per_sample(items: ast.expr, depths: Depths) -> bool:
    """Whether an expression has an element for each sample."""
    match items:
        case ast.Call(func=func) if last_name(func) in ENDLESS:
            return True
        case ast.Call(func=ast.Name(id=name), args=[one, *rest]) if name in AROUND and not rest:
            return _is_per_sample(one, depths)
        case ast.Call() if _takes_apart(items, depths):
            return True
        case ast.Attribute(value=ast.Name() as array, attr="T"):
            return depths.of(array) == SIGNAL and array.id not in depths.windows
        case ast.Call(func=func, args=args) if last_name(func) in ("moveaxis", "swapaxes"):
            axes = [ast.unparse(arg) for arg in args[-2:]]
            turned = [axes, axes[::-1]] if last_name(func) == "swapaxes" else [axes]
            return depths.of(items) == SIGNAL and any(one in TO_FRONT for one in turned)
    return depths.of(items) == 0 and not is_shape(items)


def _takes_apart(call: ast.Call, depths: Depths) -> bool:
    """Whether a call turns the samples to the front, or cuts an array into as many parts."""
    name, args = last_name(call.func), call.args
    axes = args[-1].elts if args and isinstance(args[-1], ast.Tuple | ast.List) else args
    if name in PARTS:
        return len(args) > 1 and depths.of(args[1]) == 0
    front = {"transpose": axes[:1], "rollaxis": args[1:2]}.get(name, [])
    return [ast.unparse(axis) for axis in front] == ["2"] and depths.of(call) == SIGNAL


def _calls_for_each(call: ast.Call, depths: Depths) -> bool:
    name, rest = last_name(call.func), call.args[1:]
    if name in FOR_EACH:
        made = bool(call.args) and last_name(call.args[0]) in PER_AXIS
        return not made and any(depths.of(arg) == 0 for arg in rest)
    return name == "apply_along_axis" and not (rest and ast.unparse(rest[0]) in ("-1", "2"))
