"""What an expression is by its form."""

from __future__ import annotations

import ast
from functools import lru_cache

__all__ = [
    "FIRST_SIZES",
    "is_column",
    "is_shape",
    "is_unpacked",
    "items_of",
    "last_name",
    "parts_of",
]

FIRST_SIZES = {":1": 1, ":2": 2, "0:2": 2}
NEW_AXIS = {"None", "np.newaxis"}


def is_shape(node: ast.AST) -> bool:
    """Whether an expression is an array's shape, or a slice of it."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def items_of(node: ast.AST) -> list[ast.expr]:
    """Return what is in a tuple or a list that is written out, or in several that are added."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return items
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first = items_of(left)
            return first and [*first, *(items_of(right) or [ast.Starred(right)])]
        case ast.Subscript() if is_shape(node.value) and ast.unparse(node.slice) in FIRST_SIZES:
            return [ast.Constant(1)] * FIRST_SIZES[ast.unparse(node.slice)]
    return []


def is_column(node: ast.AST) -> bool:
    """Whether an expression is a column, ``starts[:, None]``, or made of one."""
    match node:
        case ast.BinOp(left=left, right=right):
            return is_column(left) or is_column(right)
        case ast.Subscript(slice=ast.Tuple(elts=[*_, last])):
            return ast.unparse(last) in NEW_AXIS
    return False


def is_unpacked(node: ast.AST) -> bool:
    """Whether the parts of a target get an expression's elements, not what a call returns."""
    return not isinstance(node, ast.Call) or last_name(node.func) in ("tuple", "list", "map")


def last_name(node: ast.AST) -> str:
    """Return the name of a function, without what it is an attribute of."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=1024)  # many questions are asked of each statement
def parts_of(statement: ast.AST) -> tuple[ast.AST, ...]:
    """Return a statement and all that is in it."""
    return tuple(ast.walk(statement))
