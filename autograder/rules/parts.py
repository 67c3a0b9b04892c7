"""How deep the samples of a signal lie in the parts of objects: ``self.out``, ``sizes["out"]``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from .syntax import last_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Fields", "Parts"]

RECORDS = {"dict", "SimpleNamespace", "Namespace"}

Fields = dict[Any, int | None]


class Parts:
    """What is known of the parts of objects, by the objects' names.

    Parameters
    ----------
    given : mapping
        What is known before; that of all objects of a class by ``Class()``.

    Examples
    --------
    >>> parts = Parts({})
    >>> parts.put(ast.parse("self.out").body[0].value, 0)
    >>> parts.of(ast.parse("self.out").body[0].value), parts.of(ast.parse("self.x").body[0].value)
    ((0,), None)
    """

    def __init__(self, given: Mapping[str, Fields]) -> None:
        self.known = {name: dict(parts) for name, parts in given.items()}
        self.classes: dict[str, str] = {}  # of objects, by their names

    def of(self, node: ast.AST) -> tuple[int | None] | None:
        """Return the depth of a part in a tuple; None if nothing is known of it."""
        owner, key = _owner(node)
        parts = self.known.get(owner, {})
        return (parts[key],) if key in parts else None

    def put(self, target: ast.expr, depth: int | None) -> None:
        """Learn what is stored in a part."""
        owner, key = _owner(target)
        if owner:
            self._put(owner, key, depth)

    def make(self, name: str, value: ast.expr, of: Callable[[ast.expr], int | None]) -> None:
        """Learn the parts of an object that is made in one go."""
        match value:
            case ast.Call(func=ast.Name(id=class_)) if f"{class_}()" in self.known:
                self.classes[name] = class_
                for key, depth in self.known[f"{class_}()"].items():
                    self._put(name, key, depth)
            case ast.Dict(keys=keys, values=values):
                for one, part in zip(keys, values, strict=True):
                    if isinstance(one, ast.Constant):
                        self._put(name, one.value, of(part))
            case ast.Call(func=func, keywords=words) if last_name(func) in RECORDS:
                for word in words:
                    self._put(name, word.arg, of(word.value))

    def _put(self, owner: str, key: Any, depth: int | None) -> None:
        parts = self.known.setdefault(owner, {})
        depths = [one for one in (parts.get(key), depth) if one is not None]
        parts[key] = min(depths, default=None)


def _owner(node: ast.AST) -> tuple[str, Any]:
    """Return what a part is of, and its name."""
    match node:
        case ast.Attribute(value=owner, attr=key):
            return ast.unparse(owner), key
        case ast.Subscript(value=owner, slice=ast.Constant(value=str(key))):
            return ast.unparse(owner), key
    return "", None
