"""What a function's code mentions by name, and what in it hides a name."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from .flow import flow
from .hiding import BY_NAME, HIDING, NAMESPACES, TURNING, WRITERS
from .source import ALL, ANY, behind, opens, used
from .syntax import last_name, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from .source import Bindings

__all__ = [
    "REBINDING",
    "changes",
    "elsewhere",
    "is_own",
    "mentions",
    "own_modules",
    "stars_over",
    "turning",
    "unbound",
]

OUTPUTS = re.compile(r"In|Out|_+|_i+|_i?\d+|_[iod]h")  # what IPython keeps of earlier cells
REBINDING = {"exec", "run_cell", "ex", "user_ns", "__code__"}
MODULES = {  # none of them is a file of the notebook's own
    *sys.stdlib_module_names, "numpy", "matplotlib", "IPython", "autograder", "cupy", "scipy",
    "torch",
}  # fmt: skip
LOADED = set(  # by Python's start: no file can take their place
    """
    numpy matplotlib IPython autograder abc collections copy dataclasses enum functools itertools
    math operator os random re sys time typing warnings
    """.split()
)
PATHS = {"addsitedir", "meta_path", "path_hooks"}
KNOWN = {*dir(builtins), "display", "exit", "quit"}
STARS = {"numpy", "scipy", "pylab", "matplotlib.pylab"}
WORDS = re.compile(r"print|\w*(Error|Exception|Warning|warn)")  # functions that are given prose
PATH = re.compile(r"(?:[\w.]+[.:])?(\w+)")


def mentions(found: Bindings, function: str) -> Iterator[tuple[ast.AST, str | None]]:
    """Yield what is mentioned by all that a function uses, None for a name that is put together.

    Parameters
    ----------
    found : dict
        Of the notebook, see `autograder.rules.source.bindings`.
    function : str
        Its name.

    Examples
    --------
    >>> from autograder.rules.source import bindings
    >>> tree = ast.parse("def f(x): return np.sum(getattr(x, 'a' 'b'))")
    >>> [name for _, name in mentions(bindings(tree), "f")]
    ['sum', 'ab', 'np', 'getattr']
    """
    yield from _mentions(found, behind(found, function, changes=False))


def elsewhere(
    found: Bindings, function: str, flagged: Callable[[str | None], str]
) -> Iterator[tuple[ast.AST, str | None]]:
    """Yield what is mentioned anywhere and comes to a function in lists, objects and functions.

    Only what is `flagged` is looked for.
    """
    said = [(node, name) for node, name in _mentions(found, found[ALL]) if flagged(name)]
    wanted = frozenset(node for node, _ in said)
    reached = flow(tuple(found[ALL]), wanted).reached(function) if said else set()
    yield from ((node, name) for node, name in said if node in reached)


def is_own(found: Bindings, node: ast.AST) -> bool:
    """Whether something surely is of a class that the notebook defines."""
    if not isinstance(node, ast.Attribute | ast.Call):
        return False
    calls = (part for one in found[ALL] for part in parts_of(one) if isinstance(part, ast.Call))
    handed = (part for call in calls for arg in call.args for part in ast.walk(arg))
    attributes = frozenset(part for part in handed if isinstance(part, ast.Attribute))
    return flow(tuple(found[ALL]), attributes).is_own(node)


def changes(found: Bindings) -> Iterator[tuple[ast.AST, str | None]]:
    """Yield what is mentioned by statements that may change what any name means."""
    yield from _mentions(found, behind(found, ANY, changes=False))


def turning(found: Bindings) -> Iterator[tuple[ast.AST, str]]:
    """Yield where the notebook may turn cells into other code than theirs."""
    for statement in found[ALL]:
        yield from _turning(statement)


@lru_cache(maxsize=1024)  # every rule asks
def _turning(statement: ast.stmt) -> list[tuple[ast.AST, str]]:
    said: list[tuple[ast.AST, str]] = []
    for node in parts_of(statement):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        said += [(node, name) for name in (*names, last_name(node)) if name in TURNING]
        match node:
            case ast.Call(func=ast.Name(id="getattr" | "setattr"), args=[thing, key, *_]):
                shell = any(last_name(part) == "get_ipython" for part in ast.walk(thing))
                if shell and _constant(key) is None:
                    said.append((node, "a name that is put together"))
    return said


def own_modules(found: Bindings, function: str) -> Iterator[ast.AST]:
    """Yield where a function imports a file, as far as the notebook looks for modules anywhere."""
    nodes = [node for statement in found.get(ALL, ()) for node in parts_of(statement)]
    if not any(_is_path(node, found) for node in nodes):
        return
    known = LOADED if any(map(_writes, nodes)) else MODULES
    for statement in behind(found, function):
        for node in parts_of(statement):
            match node:
                case (
                    ast.Import(names=[ast.alias(name=name), *_]) | ast.ImportFrom(module=str(name))
                ):
                    if name.partition(".")[0] not in known:
                        yield node


def unbound(found: Bindings, function: str) -> Iterator[ast.Name]:
    """Yield the names in a function's code that neither the notebook nor Python binds.

    Where names can be bound unseen they may be anything; elsewhere they are slips.  Where all
    names of a module were imported, each may be among these.
    """
    anywhere = found.get(ANY, ())
    if any(map(_stars, anywhere)) or not any(map(opens, anywhere)):
        return
    for statement in behind(found, function):
        unknown = used(statement) - KNOWN - {name for name, bound in found.items() if bound}
        hints = {id(part) for hint in _annotations(statement) for part in ast.walk(hint)}
        for node in parts_of(statement) if unknown else ():
            if isinstance(node, ast.Name) and node.id in unknown and id(node) not in hints:
                yield node


def stars_over(found: Bindings, function: str, names: Collection[str]) -> list[ast.stmt]:
    """Return what imports all names of a module over a function that is called as one of these."""
    replaced = function in names and function not in _own(found)
    return list(filter(_has_star, found.get(ANY, ()))) if replaced else []


def _mentions(found: Bindings, statements: list[ast.stmt]) -> Iterator[tuple[ast.AST, str | None]]:
    own = _own(found)
    for statement in statements:
        yield from _mentioned(statement, used(statement) - own)


@lru_cache(maxsize=1024)
def _mentioned(statement: ast.stmt, foreign: frozenset[str]) -> list[tuple[ast.AST, str | None]]:
    parts = parts_of(statement)
    plain = {id(part) for node in parts for part in _plainly_used(node)}
    said: list[tuple[ast.AST, str | None]] = []
    for node in parts:
        said += [(node, name) for name in _said(node, foreign)]
        if id(node) not in plain and _hides(node, foreign):
            said.append((node, None))
    return said


def _is_path(node: ast.AST, found: Bindings) -> bool:
    """Whether this says where modules are looked for."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr="path"):
            bound = [part for one in found.get(name, ()) for part in parts_of(one)]
            return any(isinstance(part, ast.alias) and part.name == "sys" for part in bound)
        case ast.ImportFrom(module="sys", names=names):
            return any(alias.name == "path" for alias in names)
    return last_name(node) in PATHS


def _writes(node: ast.AST) -> bool:
    return last_name(node) in WRITERS or getattr(node, "value", "") in ("writefile", "file")


def _own(found: Bindings) -> set[str]:
    """Return the names that the notebook binds, and no later import of all names does."""
    last = max((one.lineno for one in found.get(ANY, ()) if _has_star(one)), default=0)
    return {name for name, bound in found.items() if bound and bound[-1].lineno >= last}


def _has_star(statement: ast.stmt) -> bool:
    """Whether a statement imports all names of what has functions that convolve."""
    return any({module, module.partition(".")[0]} & STARS for module in _stars(statement))


def _stars(statement: ast.stmt) -> list[str]:
    """Return the modules of which a statement imports all names."""
    imports = (node for node in parts_of(statement) if isinstance(node, ast.ImportFrom))
    return [one.module or "" for one in imports if one.names[0].name == "*"]


def _annotations(statement: ast.stmt) -> Iterator[ast.expr]:
    for node in parts_of(statement):
        match node:
            case ast.arg(annotation=ast.expr() as hint) | ast.AnnAssign(annotation=hint):
                yield hint
            case ast.FunctionDef(returns=ast.expr() as hint):
                yield hint


def _plainly_used(node: ast.AST) -> Iterator[ast.AST]:
    """Yield namespaces of which one thing is taken, and getters that are called."""
    match node:
        case ast.Subscript(value=value) | ast.Compare(comparators=[value]):
            source = value.func if isinstance(value, ast.Call) else value
            if last_name(source) in NAMESPACES:
                yield source
        case ast.Call(func=func) if last_name(func) in BY_NAME:
            yield func
        case ast.Call(func=func, args=[ast.Name(id="self")]):
            yield func


def _hides(node: ast.AST, foreign: frozenset[str]) -> bool:
    """Whether all of a namespace is used, or what gets things by name is handed on."""
    match node:
        case ast.Name(id=name) if name in foreign:
            return name in {*BY_NAME, "vars", "globals"} or bool(OUTPUTS.fullmatch(name))
        case ast.Attribute(value=value, attr=name):
            itself = isinstance(value, ast.Name) and value.id == "self"
            return name in BY_NAME or (name == "__dict__" and not itself)
    return False


def _said(node: ast.AST, foreign: frozenset[str]) -> Iterator[str | None]:
    """Yield the names of others' functions that a node mentions, None for one that is computed."""
    match node:
        case ast.Attribute(attr=name):
            yield name
        case ast.Import(names=aliases):
            yield from (alias.name.partition(".")[0] for alias in aliases)
        case ast.ImportFrom(module=module, names=aliases):
            yield from (module or "").split(".")
            for alias in aliases:
                renamed = alias.name in BY_NAME and alias.asname not in (None, alias.name)
                yield None if renamed or alias.name in NAMESPACES else alias.name
        case ast.Name(id=name) if name in foreign:  # from numpy import *
            yield name
        case ast.MatchClass(kwd_attrs=names):
            yield from names
        case ast.Call(func=func, args=args):
            if last_name(func) in BY_NAME:
                starred = [arg for arg in args if isinstance(arg, ast.Starred)]
                yield from map(_constant, starred or args[BY_NAME[last_name(func)] :][:1])
            elif not WORDS.fullmatch(last_name(func)):
                yield from _in_text(args)
        case ast.Subscript(value=value, slice=key):
            source = value.func if isinstance(value, ast.Call) else value
            if last_name(source) in NAMESPACES:
                yield _constant(key)


def _in_text(args: list[ast.expr]) -> Iterator[str]:
    """Yield the names that a call is told as text: ``locate("numpy.convolve")``."""
    for arg in args:
        for one in arg.elts if isinstance(arg, ast.List | ast.Tuple) else [arg]:
            path = PATH.fullmatch(_constant(one) or "")
            if path and path[1] not in HIDING:
                yield path[1]


def _constant(node: ast.AST) -> str | None:
    return str(node.value) if isinstance(node, ast.Constant) else None
