"""What names and objects of a notebook may hold: every object is the syntax that makes it."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from .scopes import FUNCTIONS, parameters
from .syntax import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "EVERYWHERE",
    "METHODS",
    "NEW",
    "REFERENCES",
    "Heap",
    "Instance",
    "Method",
    "Object",
    "Objects",
    "TooMuchError",
    "containers",
    "core",
    "decorated",
    "is_callable",
    "is_instance",
    "is_new",
    "references",
    "yields",
]

STEP, MOST = 10, 50_000_000  # objects that are looked at, the same ones again among them
EVERYWHERE = "*"  # what holds the names of all code
NEW = {"__init__", "__new__", "__post_init__", "__init_subclass__"}
METHODS = ast.FunctionDef | ast.AsyncFunctionDef
REFERENCES = ast.Attribute | ast.Name | ast.ImportFrom | ast.Subscript


class Instance(NamedTuple):
    """Any object of a class."""

    of: ast.ClassDef


class Method(NamedTuple):
    """A function of a class, taken from an object or from the class itself."""

    function: METHODS
    of: ast.ClassDef
    bound: bool


Object = ast.AST | str | Instance | Method
Objects = set[Object]


class TooMuchError(Exception):
    """A notebook in which everything may be everywhere."""


class Heap:
    """What objects hold and inherit, and what functions are given, read and return.

    Parameters
    ----------
    wanted : set of ast.AST
        The names and attributes of Python's and of libraries that are looked for: no others are
        objects.
    """

    def __init__(self, wanted: frozenset[ast.AST]) -> None:
        self.wanted = wanted
        self.names: dict[tuple[ast.AST | None, str], Objects] = defaultdict(set)
        self.held: dict[Object, Objects] = defaultdict(set)
        self.read: dict[Object, Objects] = defaultdict(set)  # of functions and classes
        self.bases: dict[ast.ClassDef, Objects] = defaultdict(set)
        self.returned: dict[ast.AST, Objects] = defaultdict(set)
        self.known: set[str] = set()  # names in classes
        self.size = self.work = 0

    # What is put where

    def put(self, where: Objects, what: Iterable[Object]) -> None:
        """Add objects to others.

        Raises
        ------
        TooMuchError
            After so many that a notebook as people write it is over long before; see `tire`.
        """
        more = set(what)
        self.tire(more)
        self.size += len(more - where)
        where |= more

    def tire(self, *seen: Objects) -> None:
        """Count what was looked at, and give up after too much."""
        self.work += STEP + sum(map(len, seen))
        if self.work > MOST:
            raise TooMuchError

    def give(self, function: ast.AST, names: Iterable[str], what: Objects) -> None:
        """Let parameters of a function be some objects."""
        for name in names:
            self.put(self.names[function, name], what)

    def change(self, objects: Iterable[Object], what: Objects) -> None:
        """Let objects hold more, and those too that came out of a call."""
        for one in list(objects):
            through = containers(self.held[one]) if isinstance(one, ast.Call) else ()
            for each in {core(one), *through}:
                self.put(self.held[each], what - {each})

    # What is in what

    def inside(self, objects: Objects) -> Objects:
        """Return what objects hold."""
        parts = [self.held[core(one)] for one in objects]
        self.tire(*parts)
        return Objects().union(*parts)

    def deep(self, objects: Objects) -> Objects:
        """Return objects and what they hold."""
        return objects | self.inside(objects)

    def all_in(self, objects: Objects) -> Objects:
        """Return objects and all that is in them, and in that."""
        found: Objects = set()
        todo = set(objects)
        while todo:
            found |= todo
            todo = self.inside(containers(todo)) - found
        return found

    def part(self, node: ast.AST, owners: Objects) -> Objects:
        """Return what an attribute or an item of objects may be."""
        found, itself = Objects(), self.wanted & {node}
        for one in owners:
            module = isinstance(one, str) and one != EVERYWHERE
            kept = set() if module else {one}
            found |= kept | (
                itself if module or isinstance(one, REFERENCES) else self.held[core(one)]
            )
        return found

    def methods(self, owner: Object, name: str) -> Iterator[Method]:
        """Yield the methods of a class of the notebook's own, or of what it inherits from."""
        class_ = core(owner)
        if isinstance(class_, ast.ClassDef):
            for one in self.line(class_):
                for method in one.body:
                    if isinstance(method, METHODS) and method.name == name:
                        yield Method(method, class_, is_instance(owner))

    def line(self, class_: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and those of the notebook that it comes from."""
        found = [class_]
        for one in found:
            bases = self.bases.get(one, ())
            found += [
                base for base in bases if isinstance(base, ast.ClassDef) and base not in found
            ]
        return found


def core(one: Object) -> Object:
    """Return what stands for an object: its class, or the function of a method."""
    return one.of if isinstance(one, Instance) else one.function if isinstance(one, Method) else one


def is_instance(one: Object) -> bool:
    """Whether it is of a class of the notebook's own."""
    return isinstance(one, Instance)


def is_callable(one: Object) -> bool:
    """Whether the notebook says what a call of it does."""
    return isinstance(one, FUNCTIONS | ast.ClassDef | Instance | Method)


def yields(function: Object) -> bool:
    """Whether calling it makes a generator."""
    made = core(function)
    parts = ast.walk(made) if isinstance(made, FUNCTIONS) else ()
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in parts)


def references(objects: Objects) -> Objects:
    """Return what is of Python's or a library's."""
    return {one for one in objects if isinstance(one, REFERENCES)}


def containers(objects: Objects) -> Objects:
    """Return what may hold others: what is written out, and what calls have made."""
    others = REFERENCES | FUNCTIONS
    return {one for one in objects if isinstance(one, ast.expr) and not isinstance(one, others)}


def is_new(owner: ast.expr, function: ast.AST | None) -> bool:
    """Whether this is an object that is being made."""
    if not isinstance(owner, ast.Name) or not isinstance(function, METHODS):
        return False
    return function.name in NEW and parameters(function)[:1] == [owner.id]


def decorated(function: METHODS, word: str) -> bool:
    """Whether a function has a decorator with a word in its name."""
    return any(word in last_name(one) for one in function.decorator_list)
