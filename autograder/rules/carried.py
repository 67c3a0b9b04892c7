"""Functions that are handed on to another name, and stay what they were when their own changes."""

from __future__ import annotations

import ast
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["carried"]

MOST = 20  # of one name: each statement may hand on all that were handed on to it


def carried(
    statement: ast.stmt, name: str, found: Mapping[str, Sequence[ast.stmt]]
) -> list[ast.stmt]:
    r"""Return the definitions that a statement hands on to a name that it binds, under this name.

    Parameters
    ----------
    statement : stmt
        Of the top level.
    name : str
        What it binds.
    found : mapping
        What the statements before it bind.

    Examples
    --------
    >>> define, keep = ast.parse("def f(x): return 1\nold = f").body
    >>> [ast.unparse(one) for one in carried(keep, "old", {"f": [define]})]
    ['def old(x):\n    return 1']
    """
    names = set(_handed(statement))
    made = [one for each in sorted(names) for one in found.get(each, ())]
    return [_called(one, name) for one in made[-MOST:] if _is_function(one)]


def _handed(statement: ast.stmt) -> Iterator[str]:
    """Yield the names of what is handed on, and not called."""
    match statement:
        case ast.FunctionDef(args=args, decorator_list=decorators):
            parts = [*args.defaults, *filter(None, args.kw_defaults), *decorators]
        case ast.Assign(value=value):
            parts = [value]
        case ast.ClassDef(body=body):
            parts = [one.value for one in body if isinstance(one, ast.Assign)]
        case _:
            parts = []
    nodes = [node for part in parts for node in ast.walk(part)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    yield from (node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called)


def _is_function(statement: ast.stmt) -> bool:
    is_lambda = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
    return is_lambda or isinstance(statement, ast.FunctionDef)


def _called(statement: ast.stmt, name: str) -> ast.stmt:
    if not isinstance(statement, ast.FunctionDef):
        return statement
    other = copy(statement)
    other.name = name
    return other
