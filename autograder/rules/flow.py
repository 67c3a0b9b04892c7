r"""Where the objects of a notebook come to, read off its source without running it.

An object is the syntax that makes it: a list, a function, a call, ``np.dot``, a name of Python's.
A function may find more than its names say: lists and objects are filled from elsewhere, under
other names and in other functions.  Rather too much is taken for possible than too little, but
what a call returns holds what was handed over, and not the function that was called.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from .objects import (
    EVERYWHERE,
    METHODS,
    Instance,
    Objects,
    TooMuchError,
    core,
    is_callable,
    is_new,
    references,
)
from .scopes import FUNCTIONS, own_names
from .source import SURE, bound
from .values import ALL_NAMES, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Flow", "flow"]

HOLD_ALL = {"builtins", "__main__"}


@lru_cache(maxsize=16)  # several rules ask about one notebook
def flow(statements: tuple[ast.stmt, ...], wanted: frozenset[ast.AST]) -> Flow:
    r"""Return where the objects of a notebook come to; nothing where that takes too long.

    Parameters
    ----------
    statements : tuple of ast.stmt
        The notebook.
    wanted : frozenset of ast.AST
        See `Heap`.

    Examples
    --------
    >>> tree = ast.parse("many = []\nsame = many\nsame.append(min)\ndef f(x): return many[0](x)")
    >>> wanted = {one for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id == "min"}
    >>> wanted <= flow(tuple(tree.body), frozenset(wanted)).reached("f")
    True
    """
    found, before = Flow(wanted), -1
    try:
        while found.size > before:
            before = found.size
            found.follow(statements)
    except TooMuchError:
        return Flow(wanted)
    return found


class Flow(Values):
    """What the statements of a notebook do to its objects."""

    def __init__(self, wanted: frozenset[ast.AST]) -> None:
        super().__init__(wanted)
        self.anew: set[str] = set()  # names that a statement is about to bind

    def reached(self, name: str) -> Objects:
        """Return all objects that whoever calls a function of the notebook may come to."""
        todo = {EVERYWHERE, *self.latest.get(name, ()), *self.anytime.get(name, ())}
        known = Objects()
        while todo:
            known |= todo
            cores = set(map(core, todo))
            more = cores.union(*(self.held.get(one, ()) for one in cores))
            todo = more.union(*(self.read.get(one, ()) for one in cores)) - known
        code = (ast.walk(one) for one in known if isinstance(one, FUNCTIONS | ast.ClassDef))
        return known.union(*code)

    def is_own(self, node: ast.AST) -> bool:
        """Whether an attribute, or a call of `getattr`, surely is of the notebook's own classes."""
        owners = self.owners.get(node, set())
        own = all(isinstance(one, Instance | ast.ClassDef) for one in owners)
        named = not isinstance(node, ast.Attribute) or node.attr in self.known
        return bool(owners) and own and named and not self.held[EVERYWHERE]

    def follow(self, statements: Iterable[ast.stmt]) -> None:
        """Follow a notebook once."""
        self.now, self.found = {}, {}
        for statement in statements:
            self.anew = bound(statement) if isinstance(statement, SURE) else set()
            self.run([statement])
        self.latest = self.now

    def run(self, code: Iterable[ast.AST]) -> None:
        """Follow statements, or other parts of code, once."""
        for node in code:
            if isinstance(node, ast.expr):
                self.value(node)
            elif of_kind := getattr(self, f"_run_{type(node).__name__.lower()}", None):
                of_kind(node)
            else:
                self.run(ast.iter_child_nodes(node))

    def store(self, target: ast.expr, what: Objects) -> None:
        """Let a target hold objects, or be one of them."""
        match target:
            case ast.Name(id=name):
                self._bind(name, what)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for one in targets:
                    self.store(one, self.deep(what))
            case ast.Starred(value=one):
                self.store(one, what)
            case ast.Attribute(value=owner) | ast.Subscript(value=owner):
                if is_new(owner, self.scope.node):  # what makes an object mentions this as well
                    what = what - references(what)
                owners = self.owners[target] = self.value(owner)
                if isinstance(target, ast.Attribute) and any(map(is_callable, owners)):
                    self.known.add(target.attr)
                self.change(owners, what)

    def _bind(self, name: str, what: Objects) -> None:
        home = self.scope.home(name)
        self.put(self.names[home, name], what)
        if isinstance(home, ast.ClassDef):
            self.put(self.held[home], (one for one in what if not isinstance(one, FUNCTIONS)))
        elif home is None and self.scope.node:
            self.put(self.anytime[name], what)
        elif home is None:
            self.now[name] = what | (set() if name in self.anew else self.now.get(name, set()))
            self.anew.discard(name)

    # Statements

    def _run_assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._assign(target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        targets, values = _parts(target), _parts(value)
        if targets and len(targets) == len(values):
            for one, other in zip(targets, values, strict=True):
                self._assign(one, other)
        else:
            self.store(target, self.value(value))

    def _run_annassign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._assign(node.target, node.value)

    def _run_augassign(self, node: ast.AugAssign) -> None:
        what = self.value(node.value)
        self.call(node, self.value(node.target), [self.deep(what)])
        self.store(node.target, what)

    def _run_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.store(node.target, self.inside(self.value(node.iter)))
        self.run([*node.body, *node.orelse])

    _run_asyncfor = _run_for

    def _run_withitem(self, node: ast.withitem) -> None:
        given = self.value(node.context_expr)
        what = self.deep(given) | self.operated(node.context_expr, given, [])
        if node.optional_vars:
            self.store(node.optional_vars, what)

    def _run_return(self, node: ast.Return) -> None:
        if node.value and self.scope.node:
            self.put(self.returned[self.scope.node], self.value(node.value))

    def _run_import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name.partition(".")[0]
            self._bind(alias.asname or name, {EVERYWHERE if name in HOLD_ALL else name})

    def _run_importfrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            everywhere = node.module in HOLD_ALL or alias.name in ALL_NAMES
            self._bind(alias.asname or alias.name, {EVERYWHERE if everywhere else node})

    def _run_excepthandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, {node})
        self.run(ast.iter_child_nodes(node))

    def _run_matchas(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, {node})
        self.run(ast.iter_child_nodes(node))

    _run_matchstar = _run_matchas

    # Definitions

    def _run_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.function(node, node.body)
        self._defined(node)

    _run_asyncfunctiondef = _run_functiondef

    def _run_classdef(self, node: ast.ClassDef) -> None:
        self.known |= own_names(node)
        for part in (*node.bases, *(word.value for word in node.keywords)):
            self.put(self.bases[node], self.value(part))
        for base in filter(is_callable, list(self.bases[node])):  # which may see its subclasses
            self.hand_over(base, [set()], self.bases[node])
        self.put(self.read[node], self.bases[node])
        with self.within(node):
            self.run(node.body)
        self._defined(node)

    def _defined(self, node: METHODS | ast.ClassDef) -> None:
        what: Objects = {node}
        for decorator in node.decorator_list:
            functions = self.value(decorator)
            own = set(filter(is_callable, functions))  # others hand back what they are given
            made = self.call(decorator, own or references(functions), [what])
            what = {node, *(one for one in made if is_callable(one) or isinstance(one, str))}
        self._bind(node.name, what)


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else []
