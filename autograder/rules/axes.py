"""Which axes of an array grow with a signal, after they have been turned around."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeGuard

from .syntax import last_name

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Axes", "Turned", "guessed", "picked", "turned"]

Axes = tuple[bool, ...]
SIGNAL = 2  # axes before the samples
USUAL = 3
TURNS = {"transpose", "permute_dims", "swapaxes", "moveaxis", "rollaxis", "matrix_transpose"}


class Turned:
    """Arrays whose axes were turned around.

    Parameters
    ----------
    ask : callable (expression) -> (depth or None, whether it has windows)
        What is known of other arrays.
    """

    def __init__(self, ask: Callable[[ast.expr], tuple[int | None, bool]]) -> None:
        self.ask = ask
        self.known: dict[str, Axes] = {}
        self.asked: dict[ast.AST, Axes | None] = {}

    def of(self, node: ast.AST) -> Axes | None:
        """Return the axes of an array that was turned around, None if it was not."""
        if node not in self.asked:
            self.asked[node] = self._of(node)
        return self.asked[node]

    def _of(self, node: ast.AST) -> Axes | None:
        match node:
            case ast.Name(id=name):
                return self.known.get(name)
            case ast.Subscript(value=array, slice=index) if axes := self.of(array):
                return picked(axes, index)
            case ast.Attribute() | ast.Call():
                return turned(node, self._any)
        return None

    def grows_along(self, node: ast.Subscript) -> bool | None:
        """Whether one size in the shape of a turned array grows; None if nobody knows."""
        match node:
            case ast.Subscript(value=ast.Attribute(value=array)) if axes := self.of(array):
                try:
                    return axes[ast.literal_eval(node.slice)]
                except (ValueError, TypeError, IndexError):
                    return None
        return None

    def _any(self, array: ast.expr, count: int) -> Axes | None:
        axes, (depth, windows) = self.of(array), self.ask(array)
        if axes is not None or depth is None:
            return axes
        return guessed(depth, count, windows=windows)


def guessed(depth: int, count: int = USUAL, *, windows: bool = False) -> Axes:
    """Return the axes of an array, of which some lie before the samples.

    Windows have as many axes for the kernel as for the stops.

    Examples
    --------
    >>> guessed(2), guessed(1), guessed(2, windows=True)
    ((False, False, True), (False, True, False), (False, False, True, False))
    """
    if windows:
        each = max(1, (count - depth) // 2)
        return (*[False] * depth, *[True] * each, *[False] * each)
    rest = [depth == SIGNAL] * max(0, count - depth - 1)
    return (*[False] * depth, True, *rest)


def turned(node: ast.expr, axes_of: Callable[[ast.expr, int], Axes | None]) -> Axes | None:
    """Return the axes of an expression that turns those of another one, else None.

    Parameters
    ----------
    node : ast.expr
        ``x.T``, ``x.transpose(0, 2, 1)``, ``np.moveaxis(x, 1, -1)``, ``np.stack(taps, axis=-1)``.
    axes_of : callable (expression, how many axes at least) -> axes or None
        What is known of the array.

    Examples
    --------
    >>> node = ast.parse("x.transpose(0, 2, 1)", mode="eval").body
    >>> turned(node, lambda _, count: guessed(2, count))
    (False, True, False)
    """
    match node:
        case ast.Attribute(value=array, attr="T" | "mT" as attr):
            axes = axes_of(array, USUAL)
            return axes and _order(axes, attr, [])
        case ast.Call(func=func) if last_name(func) in TURNS:
            array, *said = _arguments(node)
            numbers = _numbers(said)
            if numbers is None:
                return None
            axes = axes_of(array, max([USUAL, *(number + 1 for number in numbers)]))
            return axes and _order(axes, last_name(func), numbers)
        case ast.Call(func=func, args=[many]) if last_name(func) == "stack":
            return _stacked(node, axes_of(many, USUAL + 1))
    return None


def picked(axes: Axes, index: ast.expr) -> Axes | None:
    """Return the axes that are left after indexing; None if nobody knows.

    Examples
    --------
    >>> picked((False, True, False), ast.parse("x[0]").body[0].value.slice)
    (True, False)
    """
    items = index.elts if isinstance(index, ast.Tuple) else [index]
    if len(items) > len(axes):
        return None
    left = list(axes[len(items) :])
    for item, axis in reversed(list(zip(items, axes, strict=False))):
        if isinstance(item, ast.Slice):
            left.insert(0, axis)
        elif isinstance(item, ast.Constant) and item.value in (None, Ellipsis):
            return None
    return tuple(left)


def _arguments(call: ast.Call) -> list[ast.expr]:
    """Return the array and what else a method of it, or a function of a library's, is given."""
    said = [*call.args, *(word.value for word in call.keywords)]
    match call.func:
        case ast.Attribute(value=ast.Name(id="np" | "numpy" | "xp" | "cp")):
            return said
        case ast.Attribute(value=array):
            return [array, *said]
    return said


def _numbers(said: list[ast.expr]) -> list[int] | None:
    try:
        found = [ast.literal_eval(one) for one in said]
        return [int(one) for each in found for one in (each if _is_many(each) else [each])]
    except (ValueError, TypeError):
        return None


def _is_many(value: object) -> TypeGuard[tuple[int, ...]]:
    return isinstance(value, tuple | list)


def _order(axes: Axes, how: str, numbers: list[int]) -> Axes | None:
    places = list(range(len(axes)))
    try:
        if how in ("mT", "matrix_transpose"):
            places[-2:] = places[:-3:-1]
        elif how == "swapaxes":
            one, other = numbers
            places[one], places[other] = places[other], places[one]
        elif how == "rollaxis":
            start = numbers[1] if len(numbers) > 1 else 0
            places.insert(start, places.pop(numbers[0]))
        elif how == "moveaxis" and len(numbers) == 2:
            moved = places.pop(numbers[0])
            places.insert(numbers[1] % len(axes), moved)
        elif how == "moveaxis":
            return None
        else:
            places = [places[number] for number in numbers] or places[::-1]
    except (IndexError, ValueError):
        return None
    return tuple(axes[place] for place in places)


def _stacked(call: ast.Call, axes: Axes | None) -> Axes | None:
    """Return the axes of arrays that are laid side by side along an axis that is said."""
    numbers = _numbers([word.value for word in call.keywords if word.arg == "axis"])
    if not axes or not numbers:
        return None
    one = list(axes[1:])
    one.insert(numbers[0] % len(axes), False)
    return tuple(one)
