"""Which statements of a notebook make a function what it is, read off the source."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections import defaultdict
from functools import lru_cache
from textwrap import indent
from typing import TYPE_CHECKING

from .carried import carried
from .scopes import DEFINITIONS, stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "ALL",
    "ANY",
    "SURE",
    "behind",
    "bindings",
    "bound",
    "opens",
    "readable",
    "used",
]

Bindings = dict[str, list[ast.stmt]]
ALL = ""  # no name at all: every statement
ANY = "*"  # what is no single name: all of a module's, or what reaches into other namespaces
SURE = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
)
IMPORTS = ast.Import | ast.ImportFrom
DOORS = {"globals", "vars", "__dict__", "get_ipython", "builtins", "__builtins__", "exec"}
HARMLESS = set(  # first arguments
    "matplotlib config load_ext autoreload time timeit pip conda pinfo pinfo2 psearch".split()
)
OF_FUNCTIONS = {"__code__", "__defaults__", "__kwdefaults__", "__class__", "__call__"}
CELL = re.compile(r"\s*%%(\w*).*\n?")  # a magic for a whole cell
RUNS, FILES = {"capture", "time"}, {"writefile", "file"}  # run the rest of it, or write it down
MAGICS = {r"^(\s*)%time\s+": r"\1", r"^(\s*)%pylab.*": r"\1from pylab import *"}


def readable(cells: Sequence[str]) -> str:
    r"""Return the source that rules read: all cells that Python can read, in plain Python.

    IPython's magics are rewritten as IPython does it, so that they hide nothing.

    Examples
    --------
    >>> readable(["x = 1", "def f(:", "y = 2"])
    'x = 1\n\n\ny = 2\n'
    """
    return "\n\n".join(cell for cell in map(_plain, cells) if _parses(cell))


def bindings(tree: ast.Module) -> Bindings:
    r"""Return for each name the top-level statements that may decide what it is.

    These are the last one that surely binds it, and later ones that do so on a condition or
    change what is bound: ``f.helper = g``, ``table["f"] = g``, ``functions.append(g)``.
    Under `ANY` are those that may change any name: ``builtins.f = g``, ``globals().update(f=g)``.

    Examples
    --------
    >>> tree = ast.parse("f = 1\nf = 2\nif unlikely: f = 3")
    >>> [ast.unparse(statement).splitlines()[0] for statement in bindings(tree)["f"]]
    ['f = 2', 'if unlikely:']
    """
    found: Bindings = defaultdict(list, {ALL: tree.body})
    for statement in tree.body:
        own = {name: [statement, *carried(statement, name, found)] for name in bound(statement)}
        for name, statements in own.items():
            if isinstance(statement, SURE):
                found[name].clear()
            found[name] += statements
        for name in _changed(statement, found):
            found[name].append(statement)
        found[ANY] += _reaching(statement, found)
    return found


def behind(found: Bindings, name: str, *, changes: bool = True) -> list[ast.stmt]:
    r"""Return the statements that bind `name` and all that these use, each once.

    Without `changes`, only what binds names counts, not what changes their values.

    Examples
    --------
    >>> tree = ast.parse("import numpy as np\nunused = 1\ndef f(x): return np.sum(x)")
    >>> [ast.unparse(statement) for statement in behind(bindings(tree), "f")][1]
    'import numpy as np'
    """
    seen: dict[ast.stmt, None] = {}
    todo, known = [name], set()
    while todo:
        name = todo.pop()
        if name in known:
            continue
        known.add(name)
        for statement in found.get(name, ()):
            if name != ANY and not changes and name not in bound(statement):
                continue
            seen[statement] = None
            todo += used(statement)
    return list(seen)


@lru_cache(maxsize=1024)  # by the statement itself: several rules ask about each
def used(statement: ast.stmt) -> frozenset[str]:
    """Return the names that a statement takes from outside: not a function's own variables.

    Examples
    --------
    >>> sorted(used(ast.parse("def f(x, y=None): z = g(x); return z + h").body[0]))
    ['g', 'h']
    """
    try:
        table = symtable.symtable(ast.unparse(statement), "cell", "exec")
    except SyntaxError:  # what Python does not compile, IPython may still run
        return frozenset(node.id for node in ast.walk(statement) if isinstance(node, ast.Name))
    return frozenset(_taken(table))


def _taken(table: symtable.SymbolTable) -> Iterator[str]:
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _taken(inner)


def _plain(cell: str) -> str:
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    magic = CELL.match(cell)
    if magic and magic[1] not in FILES:
        rest = _plain(cell[magic.end() :])
        surely = magic[1] in RUNS or not rest.strip()
        return rest if surely else f"if True:\n{indent(rest, ' ')}"
    if _parses(cell):
        return cell if cell.endswith("\n") else f"{cell}\n"
    for line, python in MAGICS.items():  # these bind names
        cell = re.sub(line, python, cell, flags=re.MULTILINE)
    try:
        from IPython.core.inputtransformer2 import TransformerManager  # a web page has none

        with warnings.catch_warnings(action="ignore"):  # of line ends that are none for Python
            return TransformerManager().transform_cell(cell)
    except Exception:  # what IPython cannot read does not run either
        return ""


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement binds."""
    if isinstance(statement, DEFINITIONS):
        return {statement.name}
    inside = statement.targets if isinstance(statement, ast.Assign) else [statement]
    return {name for part in inside for node in ast.walk(part) for name in stored(node)}


def _changed(statement: ast.stmt, found: Bindings) -> Iterator[str]:
    """Yield the names whose values a statement changes without binding them anew."""
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
                yield from _changed_by_store(node)
            case ast.Global(names=names):
                yield from names
            case ast.Expr(value=ast.Call() as call):
                yield from _changed_by_call(call, found)


def _changed_by_store(node: ast.Attribute | ast.Subscript) -> Iterator[str]:
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="globals")), slice=ast.Constant(value=str(name))
        ):
            yield name
        case _:
            yield from _root(node)


def _changed_by_call(call: ast.Call, found: Bindings) -> Iterator[str]:
    match call:
        case ast.Call(func=ast.Name(id="setattr"), args=[thing, *_]):
            yield from _root(thing)
        case ast.Call(func=ast.Attribute(value=thing)):
            for name in _root(thing):  # plt.plot(...) changes nothing that a function uses
                if not any(isinstance(one, IMPORTS) for one in found[name]):
                    yield name


def _reaching(statement: ast.stmt, found: Bindings) -> Iterator[ast.stmt]:
    """Yield what in a statement changes what a name means elsewhere: in modules and namespaces."""
    for node in ast.walk(statement):
        match node:
            case ast.Assign(targets=targets, value=value):
                reaches = opens(value) or any(_reaches(target, found) for target in targets)
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                reaches = _reaches(target, found)
            case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[thing, *_])):
                reaches = _is_elsewhere(thing, found)
            case ast.Expr(value=ast.Call(func=function, args=args)):
                reaches = opens(function) and not _is_harmless(args)
            case _:
                continue
        if reaches:
            yield node


def opens(code: ast.AST) -> bool:
    """Whether some code can bind names in ways that are not seen in it."""
    return any(_name(part) in DOORS for part in ast.walk(code))


def _is_harmless(args: list[ast.expr]) -> bool:
    return bool(args) and isinstance(args[0], ast.Constant) and args[0].value in HARMLESS


def _reaches(target: ast.expr, found: Bindings) -> bool:
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return False
    return _name(target) in OF_FUNCTIONS or _is_elsewhere(target, found)


def _is_elsewhere(thing: ast.expr, found: Bindings) -> bool:
    """Whether something is a part of a module, or of what has no name."""
    imports = [isinstance(one, IMPORTS) for name in _root(thing) for one in found[name]]
    return any(imports) or not list(_root(thing))


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
