"""Which names belong to a function or a class, and which to what is around it."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DEFINITIONS", "FUNCTIONS", "Scope", "own_names", "parameters", "stored"]

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Scope:
    """A function, a class, or the notebook: ``None``.

    Parameters
    ----------
    node : ast.AST or None
        What makes it.
    outer : Scope, optional
        What it stands in.

    Examples
    --------
    >>> function = ast.parse("def f(x): y = x + z").body[0]
    >>> scope = Scope(function, Scope(None))
    >>> [scope.home(name) is function for name in "xyz"]
    [True, True, False]
    """

    def __init__(self, node: ast.AST | None, outer: Scope | None = None) -> None:
        self.node, self.outer = node, outer
        self.own = own_names(node) if node else frozenset()

    def home(self, name: str) -> ast.AST | None:
        """Return what a name belongs to.  Methods do not see the names of their class."""
        scope = self
        while scope.outer and (
            name not in scope.own or (scope is not self and isinstance(scope.node, ast.ClassDef))
        ):
            scope = scope.outer
        return scope.node

    def around(self) -> Iterator[ast.AST]:
        """Yield what makes this scope, and those around it, from inside out."""
        scope: Scope | None = self
        while scope and scope.node:
            yield scope.node
            scope = scope.outer


def parameters(function: FUNCTIONS) -> list[str]:
    """Return the names of all parameters, in their order."""
    said = function.args
    named = [*said.posonlyargs, *said.args, *filter(None, [said.vararg]), *said.kwonlyargs]
    return [arg.arg for arg in (*named, *filter(None, [said.kwarg]))]


@lru_cache(maxsize=4096)  # functions are looked at many times
def own_names(node: ast.AST) -> frozenset[str]:
    """Return the names that a function or a class binds for itself."""
    return frozenset(_own_names(node))


def _own_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, FUNCTIONS):
        yield from parameters(node)
    parts, elsewhere = list(_parts(node)), set[str]()
    for part in parts:
        if isinstance(part, ast.Global | ast.Nonlocal):
            elsewhere |= set(part.names)
    for part in parts:
        yield from set(stored(part)) - elsewhere


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a function or a class, but not in those inside it."""
    body = getattr(node, "body", [])
    todo = list(body) if isinstance(body, list) else [body]
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, DEFINITIONS | ast.Lambda):
            todo += ast.iter_child_nodes(part)


def stored(part: ast.AST) -> Iterator[str]:
    """Yield the names that one part of some code binds, but for parts inside it."""
    match part:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=module, asname=name):
            yield name or module.partition(".")[0]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
