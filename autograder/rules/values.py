"""What the expressions in a notebook may be: a set of objects for each, read off the source."""

from __future__ import annotations

import ast
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .calls import Calls
from .hiding import HIDING
from .objects import (
    EVERYWHERE,
    Instance,
    Method,
    Object,
    Objects,
    containers,
    core,
    decorated,
    is_instance,
    references,
)
from .scopes import FUNCTIONS, Scope, parameters
from .syntax import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ALL_NAMES", "Values"]

ALL_NAMES = {
    "globals", "locals", "vars", "modules", "__globals__", "f_globals", "__builtins__", "user_ns",
}  # fmt: skip
SILENT = {"print", "len", "isinstance", "hasattr", "range", "zip", "enumerate", "display"}
NUMERIC: Objects = {"numpy", "math", "time", "random"}  # modules
WORDS = {"__name__", "__doc__", "__qualname__"}  # text about an object
SETTER = ("set", "__init__", "update", "register")  # in the names of what changes any object


class Values(Calls):
    """What names and other expressions may be, where the code is read that `scope` says."""

    def __init__(self, wanted: frozenset[ast.AST]) -> None:
        super().__init__(wanted)
        self.scope = Scope(None)
        self.now: dict[str, Objects] = {}  # what the notebook's names are, line by line
        self.latest: dict[str, Objects] = {}  # and in the end
        self.anytime: dict[str, Objects] = defaultdict(set)  # what functions bind them to
        self.owners: dict[ast.AST, Objects] = {}  # of attributes, and what `getattr` is asked about
        self.found: dict[ast.AST, Objects] = {}  # what expressions were when last followed

    def run(self, code: Iterable[ast.AST]) -> None:
        """Follow statements, or other parts of code, once."""
        raise NotImplementedError

    def store(self, target: ast.expr, what: Objects) -> None:
        """Let a target hold objects, or be one of them."""
        raise NotImplementedError

    def value(self, node: ast.AST) -> Objects:
        """Return what an expression may be."""
        if node not in self.found:
            of_kind = getattr(self, f"_{type(node).__name__.lower()}", None)
            if of_kind is None:
                self.run(ast.iter_child_nodes(node))
            what = of_kind(node) if of_kind else Objects()
            itself = (
                self.wanted & {node} if isinstance(node, ast.Attribute | ast.Subscript) else set()
            )
            self.found[node] = what | itself
        return self.found[node]

    def function(self, node: FUNCTIONS, body: Iterable[ast.AST]) -> Objects:
        """Follow a function, and return what its body is worth if that is an expression."""
        outer, names = self.scope.node, parameters(node)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            given = self.value(default)
            self.put(self.held[node], given)
            self.give(node, names, given)
        if isinstance(outer, ast.ClassDef):
            self.give(node, names[:1], {Instance(outer)})
        with self.within(node):
            self.run(body)
            return self.value(node.body) if isinstance(node, ast.Lambda) else set()

    @contextmanager
    def within(self, node: ast.AST) -> Iterator[None]:
        """Read what stands in a function or a class."""
        outer = self.scope
        self.scope = Scope(node, outer)
        yield
        self.scope = outer

    # Names, attributes and items

    def _name(self, node: ast.Name) -> Objects:
        home = self.scope.home(node.id)
        known = self.names.get((home, node.id), set())
        if not known:
            if node.id == "__builtins__":
                return {EVERYWHERE}
            return Objects() if home else Objects(self.wanted & {node})
        read = self._read(node.id, home, known)
        inner: Scope | None = self.scope
        while inner and inner.node and inner.node is not home:
            self.put(self.read[inner.node], read)
            inner = inner.outer
        return set(read if self.scope.node is None and read else known)

    def _read(self, name: str, home: ast.AST | None, known: Objects) -> Objects:
        """Return what a name is when a function asks for it, or where this stands."""
        if home is None:
            some = self.now if self.scope.node is None else self.latest
            return some.get(name, set()) | self.anytime.get(name, set())
        given = isinstance(home, FUNCTIONS) and name in parameters(home)
        return known - references(known) if given else known  # who hands them over names them

    def _attribute(self, node: ast.Attribute) -> Objects:
        owners = self.owners[node] = self.value(node.value)
        if node.attr in WORDS:
            return set()
        if node.attr in ALL_NAMES:
            return {EVERYWHERE}
        if node.attr == "__class__":
            return set(map(core, owners))
        return Objects().union(*(self._attribute_of(one, node) for one in owners))

    def _attribute_of(self, owner: Object, node: ast.Attribute) -> Objects:
        if isinstance(owner, Method):
            return {owner.function}
        methods = set(self.methods(owner, node.attr))
        if not methods:
            return self.part(node, {owner})
        properties = (one.function for one in methods if decorated(one.function, "property"))
        return methods.union(*(self.returned[one] for one in properties))

    def _subscript(self, node: ast.Subscript) -> Objects:
        owners, index = self.value(node.value), self.value(node.slice)
        return self.part(node, owners) | self.operated(node, owners, [index])

    # What is written out

    def _lambda(self, node: ast.Lambda) -> Objects:
        self.put(self.returned[node], self.function(node, []))
        return {node}

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Objects:
        return self._display(node, node.elts)

    _set = _list

    def _tuple(self, node: ast.Tuple) -> Objects:
        made = self._display(node, node.elts)
        return made if self.held[node] else set()  # nothing can come into it any more

    def _dict(self, node: ast.Dict) -> Objects:
        pairs = zip(node.keys, node.values, strict=True)
        return self._display(node, [*node.values, *(key or ast.Starred(one) for key, one in pairs)])

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Objects:
        return self._comprehension(node, node.generators, [node.elt])

    _setcomp = _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Objects:
        return self._comprehension(node, node.generators, [node.key, node.value])

    def _comprehension(
        self, node: ast.expr, parts: list[ast.comprehension], made: list[ast.expr]
    ) -> Objects:
        for part in parts:
            self.store(part.target, self.inside(self.value(part.iter)))
            self.run(part.ifs)
        return self._display(node, made)

    def _display(self, node: ast.expr, parts: Iterable[ast.expr]) -> Objects:
        for part in parts:
            self.put(self.held[node], self.value(part) - {node})
        return {node}

    # What hands on other values

    def _namedexpr(self, node: ast.NamedExpr) -> Objects:
        what = self.value(node.value)
        self.store(node.target, what)
        return what

    def _starred(self, node: ast.Starred | ast.Await) -> Objects:
        return self.deep(self.value(node.value))

    _await = _starred

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Objects:
        what = self.value(node.value) if node.value else Objects()
        if self.scope.node:
            self.put(self.returned[self.scope.node], self.deep(what))
        return set()

    _yieldfrom = _yield

    def _binop(self, node: ast.BinOp) -> Objects:
        one, other = self.value(node.left), self.value(node.right)
        return one | other | self.operated(node, one, [other])

    def _unaryop(self, node: ast.UnaryOp) -> Objects:
        return self.operated(node, self.value(node.operand), [])

    def operated(self, node: ast.AST, objects: Objects, given: list[Objects]) -> Objects:
        """Return what operators give of objects whose class the notebook defines."""
        own = set(filter(is_instance, objects))
        return self.call(node, own, given) - own if own else set()

    def _ifexp(self, node: ast.IfExp) -> Objects:
        self.value(node.test)
        return self.value(node.body) | self.value(node.orelse)

    def _boolop(self, node: ast.BoolOp) -> Objects:
        return Objects().union(*map(self.value, node.values))

    # Calls

    def _call(self, node: ast.Call) -> Objects:
        functions, name = self.value(node.func), last_name(node.func)
        given = [self.value(one) for one in (*node.args, *(word.value for word in node.keywords))]
        everything = Objects().union(*given)
        known = self._known_call(node, given)
        if known is not None:
            return known
        found = self.call(node, functions, given)
        self._text(node, everything)
        if any(word in name for word in SETTER):
            what = {node, *everything} if name == "register" else everything
            self.change(everything | (functions - references(functions)), what)
        return found

    def _known_call(self, node: ast.Call, given: list[Objects]) -> Objects | None:
        """Return what some functions of Python's and NumPy's return, None for all others."""
        everything, name = Objects().union(*given), last_name(node.func)
        literals = containers(Objects(ast.walk(node)) - {node})
        if self.all_in(everything) <= literals and self._makes_numbers(node):
            return set()
        match name:
            case "super":
                return {
                    Instance(one) for one in self.scope.around() if isinstance(one, ast.ClassDef)
                }
            case "type" if len(given) == 1:
                return set(map(core, everything))
            case "getattr" if given:
                self.owners[node] = given[0]
                return {node, *self.part(node, given[0])}
        if name in SILENT:
            self.put(self.held[node], self.deep(everything))
            return {node}
        return {EVERYWHERE} if name in ALL_NAMES and not given else None

    def _makes_numbers(self, node: ast.Call) -> bool:
        """Whether a call on numbers gives numbers: a method of theirs, or a library's function."""
        root: ast.expr = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        owners = self.value(node.func.value) if isinstance(node.func, ast.Attribute) else {root}
        modules = {
            one.module if isinstance(one, ast.ImportFrom) else one for one in self.value(root)
        }
        numbers = not owners or (modules and modules <= NUMERIC)
        return bool(numbers) and not any(map(_means_object, ast.walk(node)))

    def _text(self, node: ast.Call, everything: Objects) -> None:
        """Take what runs text to change whatever is handed to it."""
        hidden = Objects(part for part in ast.walk(node.func) if last_name(part) in HIDING)
        self.put(self.held[node], hidden)
        if hidden:
            self.change(containers(self.all_in(everything)), hidden)


def _means_object(node: ast.AST) -> bool:
    """Whether a text may say that an array holds any objects."""
    return isinstance(node, ast.Constant) and str(node.value).lower().lstrip("|<>=").startswith("o")
