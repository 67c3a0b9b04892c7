"""Where a signal gets to: the functions that a function calls, and how deep samples lie in each."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .depths import Depths
from .scopes import own_names
from .source import ALL
from .syntax import last_name, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .parts import Fields
    from .source import Bindings

__all__ = ["SIGNAL", "Visit", "visits"]

Function = ast.FunctionDef | ast.Lambda
SIGNAL = 2  # the depth of a signal (N, C, size)
MAX_CALLS, ROUNDS = 200, 3
MAKERS = {"__init__", "__new__"}


@dataclass(frozen=True)
class Call:
    """A function by name, with the depths of what it is given.

    `made` if it is called under another name, an object's among them.
    """

    name: str
    args: tuple[int | None, ...] = ()
    kwargs: tuple[tuple[str | None, int | None], ...] = ()
    made: bool = False


@dataclass(frozen=True)
class Visit:
    """A function, or another statement, and what is known of the names in it."""

    name: str
    code: ast.AST
    depths: Depths
    calls: frozenset[str] = frozenset()


def visits(found: Bindings, function: str, signal: str) -> list[Visit]:
    """Return all code that a call of a function may come to.

    Parameters
    ----------
    found : dict
        Of the notebook, see `autograder.rules.source.bindings`.
    function : str
        Name of the function.
    signal : str
        Its parameter that holds the signal; the first one if it has none of that name.
    """
    search = _Search(found)
    for _ in range(ROUNDS):
        before = repr((search.names, search.fields))
        made = list(search.follow(Call(function, kwargs=((signal, SIGNAL),))))
        if repr((search.names, search.fields)) == before:
            break
    return made


class _Search:
    """What functions leave behind for others: in names of the notebook, and in objects."""

    def __init__(self, found: Bindings) -> None:
        self.found = found
        self.names: dict[str, int] = {}
        self.fields: dict[str, Fields] = defaultdict(
            dict
        )  # those of a class's objects as "Class()"
        self.inner: dict[str, list[ast.stmt]] = {}  # methods, and functions in functions
        self.class_of: dict[ast.AST, str] = {}
        nodes = [node for statement in found[ALL] for node in parts_of(statement)]
        for one in nodes:
            if isinstance(one, ast.ClassDef):
                for method in (part for part in one.body if isinstance(part, ast.FunctionDef)):
                    self.class_of[method] = one.name
                    self.inner[method.name] = [*self.inner.get(method.name, []), method]
        self.methods = set(self.inner)

    def follow(self, first: Call) -> Iterator[Visit]:
        """Yield what a call comes to."""
        todo, seen, plain = [first], set[Call](), set[ast.stmt]()
        while todo and len(seen) < MAX_CALLS:
            call = todo.pop()
            if call in seen:
                continue
            seen.add(call)
            for statement in (*self.found.get(call.name, ()), *self.inner.get(call.name, ())):
                definitions = _definitions(statement, call.name)
                for node in definitions:
                    visit = self._visit(node, call)
                    calls = [*_calls(node, visit.depths, self.methods)]
                    yield replace(visit, calls=frozenset(one.name for one in calls))
                    todo += calls
                    todo += [replace(call, name=name) for name in _made_with(node)]
                if not definitions:  # an alias, a partial: what it is made of gets the same
                    if statement not in plain:
                        plain.add(statement)
                        yield Visit(call.name, statement, Depths(statement, {}))
                    if isinstance(statement, ast.ClassDef):
                        todo += self._called_on_itself(statement, call)
                    else:
                        todo += [replace(call, name=one, made=True) for one in _names(statement)]

    def _visit(self, node: Function, call: Call) -> Visit:
        for one in parts_of(node):
            if isinstance(one, ast.FunctionDef) and one is not node:
                self.inner[one.name] = [one]
        own = own_names(node)
        given = {name: depth for name, depth in self.names.items() if name not in own}
        fields = {name: parts for name, parts in self.fields.items() if name not in own}
        if node in self.class_of and node.args.args:
            fields[node.args.args[0].arg] = self.fields[f"{self.class_of[node]}()"]
        if node.args.kwarg:
            fields[node.args.kwarg.arg] = dict(call.kwargs)
        depths = Depths(node, given | _given(node, call), fields, self._returned)
        self._leave(node, depths)
        return Visit(call.name, node, depths)

    def _leave(self, node: Function, depths: Depths) -> None:
        """Keep what a function puts where others find it."""
        functions = (one for one in parts_of(node) if isinstance(one, Function))
        own = frozenset[str]().union(*map(own_names, functions))
        for name in (self.found.keys() | _declared(node)) & depths.known.keys() - own:
            self.names[name] = min(depths.known[name], self.names.get(name, SIGNAL))
        for owner, parts in depths.parts.known.items():
            if place := self._place(node, owner, depths, own):
                self.fields[place].update(parts)

    def _place(self, node: Function, owner: str, depths: Depths, own: frozenset[str]) -> str | None:
        """Return under which name others find the parts of an object, if they do."""
        first = node.args.args[0].arg if node.args.args else ""
        if node in self.class_of and owner == first:
            return f"{self.class_of[node]}()"
        if owner in depths.parts.classes:
            return f"{depths.parts.classes[owner]}()"
        shared = owner not in own and owner.partition(".")[0] in self.found
        return owner if shared else None

    def _returned(self, call: ast.Call, depths: Depths) -> list[int | None]:
        """Return how the numbers grow that a function of the notebook computes from sizes."""
        if not isinstance(call.func, ast.Name):
            return []
        name = call.func.id
        for statement in (*self.found.get(name, ()), *self.inner.get(name, ())):
            for node in _definitions(statement, name):
                said = [one.value for one in parts_of(node) if isinstance(one, ast.Return)]
                values = _arithmetic(said[0]) if len(said) == 1 else []
                own = own_names(node)
                around = {key: one for key, one in depths.known.items() if key not in own}
                given = around | _given(node, _call(name, call, depths))
                inside = Depths(node, given) if values else depths
                return list(map(inside.of, values))
        return []

    def _called_on_itself(self, statement: ast.ClassDef, call: Call) -> Iterator[Call]:
        """Yield the calls of a class's methods that get what it, or its object, is called with."""
        for base in statement.bases:
            yield from (replace(call, name=one) for one in _names(base))
        fields = list(_fields(statement))
        if not call.made:
            given: Fields = dict(zip(fields, call.args, strict=False))
            given |= dict(call.kwargs)
            self.fields[f"{statement.name}()"].update(
                {name: depth for name, depth in given.items() if name in fields}
            )
        for node in statement.body:
            if isinstance(node, ast.FunctionDef) and (node.name in MAKERS) != call.made:
                yield Call(node.name, (None, *call.args), call.kwargs)


def _fields(class_: ast.ClassDef) -> Iterator[str]:
    """Yield the names of a dataclass's fields."""
    for one in class_.body:
        match one:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _declared(node: ast.AST) -> set[str]:
    found = (one.names for one in parts_of(node) if isinstance(one, ast.Global))
    return {name for names in found for name in names}


def _arithmetic(value: ast.expr | None) -> list[ast.expr]:
    """Return the parts of what is computed from sizes alone, else nothing."""
    if value is None:
        return []
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    calls = (node for part in parts for node in ast.walk(part) if isinstance(node, ast.Call))
    plain = all(last_name(one.func) in ("len", "int", "max", "floor", "ceil") for one in calls)
    return parts if plain else []


def _made_with(function: Function) -> Iterator[str]:
    """Yield the functions that get a function's arguments: it returns them, or they decorate it."""
    for decorator in getattr(function, "decorator_list", ()):
        yield from _names(decorator)
    nodes = list(parts_of(function))
    inner = {one.name for one in nodes if isinstance(one, ast.FunctionDef) and one is not function}
    for node in nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            yield from inner & {node.value.id}


def _names(node: ast.AST) -> list[str]:
    return [one.id for one in parts_of(node) if isinstance(one, ast.Name)]


def _definitions(statement: ast.stmt, name: str) -> list[Function]:
    if isinstance(statement, ast.Assign):
        return [statement.value] if isinstance(statement.value, ast.Lambda) else []
    nodes = [node for node in parts_of(statement) if isinstance(node, ast.FunctionDef)]
    return [node for node in nodes if node.name == name]


def _given(function: Function, call: Call) -> dict[str, int]:
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


def _calls(code: ast.AST, depths: Depths, methods: set[str]) -> Iterator[Call]:
    for node in parts_of(code):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in methods:
                call = _call(node.func.attr, node, depths)
                yield replace(call, args=(None, *call.args))
        else:  # by name, or out of a table, or one of two, or with a part of the arguments
            for name in _names(node.func):
                yield _call(name, node, depths)


def _call(name: str, node: ast.Call, depths: Depths) -> Call:
    before = []
    if isinstance(node.func, ast.Call) and last_name(node.func.func) == "partial":
        before = node.func.args[1:]
    args = tuple(map(depths.of, (*before, *node.args)))
    kwargs = tuple((word.arg, depths.of(word.value)) for word in node.keywords)
    return Call(name, args, kwargs, isinstance(node.func, ast.Call))
