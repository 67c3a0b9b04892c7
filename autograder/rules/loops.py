"""Which Python loops run once per sample of a signal, read off the source."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .scopes import own_names
from .source import ALL
from .syntax import is_shape, last_name, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .depths import Depths
    from .source import Bindings
    from .visits import Visit

__all__ = ["sample_loops", "sample_recursions"]

Function = ast.FunctionDef | ast.Lambda
VECTORIZERS = {"vectorize", "frompyfunc"}
AROUND = {"enumerate", "zip", "list", "tuple", "iter", "reversed"}
PARTS = {"split", "array_split", "dsplit"}
ENDLESS = {"count", "cycle"}  # of itertools: like `while True`
STOPPED = {"takewhile", "dropwhile", "filterfalse", "chain"}  # go through others until they stop
FOR_EACH = {"map", "reduce", "accumulate", "starmap", "filter"}  # the first argument is a function
PER_AXIS = {"slice", "range", "int"}  # what sizes and indices are made with: no sample is computed
FACTORS = ast.Mult | ast.Div | ast.FloorDiv | ast.LShift | ast.RShift | ast.Pow


class _Names:
    """What a notebook calls functions of others, and which of its own are generators."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        nodes = [node for statement in statements for node in parts_of(statement)]
        imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
        aliases = [alias for node in imports for alias in node.names]
        self.renamed = {alias.asname: alias.name for alias in aliases if alias.asname}
        own = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        self.generators = {one.name for one in own if _yields(one)}
        self.generators -= {one.name for one in own if not _yields(one)}

    def of(self, function: ast.expr) -> str:
        """Return a function's own name."""
        return self.renamed.get(last_name(function), last_name(function))


def sample_loops(seen: list[Visit], found: Bindings) -> Iterator[ast.AST]:
    """Yield the loops over samples in code that a signal gets to.

    Parameters
    ----------
    seen : list of Visit
        The code, see `autograder.rules.visits.visits`.
    found : dict
        Of the notebook, see `autograder.rules.source.bindings`.

    Examples
    --------
    >>> from autograder.rules.source import bindings
    >>> from autograder.rules.visits import visits
    >>> found = bindings(ast.parse("def f(x): return [g(i) for i in range(x.shape[2])]"))
    >>> [ast.unparse(loop) for loop in sample_loops(visits(found, "f", "x"), found)]
    ['i']
    """
    names = _Names(found[ALL])
    for visit in seen:
        yield from _loops(visit.code, visit.depths, names)
        yield from _handed_on(visit.code, found)


def sample_recursions(seen: list[Visit]) -> Iterator[ast.AST]:
    """Yield where functions that call themselves ask whether the samples are done.

    Examples
    --------
    >>> from autograder.rules.source import bindings
    >>> from autograder.rules.visits import visits
    >>> code = "def f(x, i=0): return [] if i == x.shape[2] else [x[..., i], *f(x, i + 1)]"
    >>> seen = visits(bindings(ast.parse(code)), "f", "x")
    >>> {ast.unparse(one) for one in sample_recursions(seen)}
    {'i == x.shape[2]'}
    """
    again = _cycles(seen)
    for visit in seen:
        for node in parts_of(visit.code):
            name = visit.name if node is visit.code else getattr(node, "name", "")
            if isinstance(node, Function) and _goes_on(node, again if name in again else set()):
                yield from (one for one in _tests(node) if visit.depths.of(one) == 0)


def _cycles(seen: list[Visit]) -> set[str]:
    """Return the names of functions that come to call themselves."""
    calls: dict[str, set[str]] = {}
    for visit in seen:
        calls.setdefault(visit.name, set()).update(visit.calls)
    reached = {name: set(called) for name, called in calls.items()}
    for _ in range(len(reached)):
        for called in reached.values():
            called.update(*(reached.get(one, ()) for one in list(called)))
    return {name for name, called in reached.items() if name in called}


def _goes_on(function: Function, names: set[str]) -> bool:
    """Whether a function calls one of several, or itself as an argument, with other arguments."""
    for node in parts_of(function):
        if isinstance(node, ast.Call):
            given = [*node.args, *(word.value for word in node.keywords)]
            itself = ast.unparse(node.func) in map(ast.unparse, given)
            other = not all(isinstance(one, ast.Name | ast.Attribute) for one in given)
            if other and (itself or last_name(node.func) in names):
                return True
    return False


def _tests(function: Function) -> Iterator[ast.expr]:
    for node in parts_of(function):
        match node:
            case ast.If(test=test, body=body):
                if not all(isinstance(one, ast.Raise) for one in body):
                    yield test
            case ast.IfExp(test=test) | ast.BoolOp(values=[test, *_]):
                yield test


def _loops(code: ast.AST, depths: Depths, names: _Names) -> Iterator[ast.AST]:
    for node in parts_of(code):
        match node:
            case ast.While(test=test):
                waits = any(isinstance(one, ast.Name) for one in ast.walk(test))
                if not waits or (depths.of(test) == 0 and not _by_factors(node)):
                    yield node
            case ast.For(iter=items) | ast.comprehension(iter=items):
                if not _calls(items, names.generators) and _is_per_sample(items, depths):
                    yield node.target  # a comprehension has no line of its own
            case ast.Name() | ast.Attribute():
                if names.of(node) in VECTORIZERS:
                    yield node
            case ast.Call():
                if _calls_for_each(node, depths, names):
                    yield node


def _yields(function: ast.FunctionDef) -> bool:
    """Whether each turn of a function's own loops, and nothing else, gives one value."""
    nodes = list(parts_of(function))
    hands_on = any(isinstance(node, ast.YieldFrom) for node in nodes)
    return not hands_on and any(isinstance(node, ast.Yield) for node in nodes)


def _calls(items: ast.expr, names: set[str]) -> bool:
    if isinstance(items, ast.Call) and last_name(items.func) in AROUND and len(items.args) == 1:
        items = items.args[0]
    return isinstance(items, ast.Call) and last_name(items.func) in names


def _handed_on(code: ast.AST, found: Bindings) -> Iterator[ast.AST]:
    """Yield where `map` and its like get another name."""
    called = {id(node.func) for node in parts_of(code) if isinstance(node, ast.Call)}
    names = {"map", "filter"} - own_names(code) - {name for name in found if found[name]}
    for node in parts_of(code):
        if isinstance(node, ast.Name) and node.id in names and id(node) not in called:
            yield node


def _by_factors(loop: ast.While) -> bool:
    """Whether what a loop waits for grows by factors: that takes few turns."""
    waits = {node.id for node in ast.walk(loop.test) if isinstance(node, ast.Name)}
    how: list[ast.operator | None] = []
    for node in (node for part in loop.body for node in ast.walk(part)):
        match node:
            case ast.AugAssign(target=ast.Name(id=name), op=op) if name in waits:
                how.append(op)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in waits:
                how.append(getattr(value, "op", None))
    return bool(how) and all(isinstance(op, FACTORS) for op in how)


def _is_per_sample(items: ast.expr, depths: Depths) -> bool:
    """Whether an expression has an element for each sample."""
    match items:
        case ast.Call(func=func, args=args) if last_name(func) in ENDLESS or _waits(func, args):
            return True
        case ast.Call(func=func, args=[*_, inner]) if last_name(func) in STOPPED | FOR_EACH:
            return _is_per_sample(inner, depths)
        case ast.Call(func=ast.Name(id=name), args=[one]) if name in AROUND:
            return _is_per_sample(one, depths)
        case ast.Call(func=func, args=[_, many, *_]) if last_name(func) in PARTS:
            return depths.of(many) == 0
    few = is_shape(items) or (isinstance(items, ast.Name) and items.id in depths.few)
    return depths.of(items) == 0 and not few


def _waits(function: ast.expr, args: list[ast.expr]) -> bool:
    """Whether this is `iter` with what is to come in the end."""
    return last_name(function) == "iter" and len(args) == 2


def _calls_for_each(call: ast.Call, depths: Depths, names: _Names) -> bool:
    name, rest = names.of(call.func), call.args[1:]
    if name in FOR_EACH:
        made = bool(call.args) and last_name(call.args[0]) in PER_AXIS
        return not made and any(depths.of(arg) == 0 for arg in rest)
    if any(word.arg == "key" for word in call.keywords):
        sorted_ = [call.func.value] if isinstance(call.func, ast.Attribute) else call.args[:1]
        return any(depths.of(one) == 0 for one in sorted_)
    return name == "apply_along_axis" and not (rest and ast.unparse(rest[0]) in ("-1", "2"))
