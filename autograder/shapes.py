"""How an answer of another shape, or with its axes mixed up, follows from the right one."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from .compare import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["other_shape", "reshaped", "same", "transposed"]

Array = np.ndarray[Any, Any]
MAX_AXES = 5
MAX_PLACES = 300  # that the right values are looked for at


def same(one: Array, other: Array) -> bool:
    """Whether two arrays have the same shape and values."""
    return difference(one, other, "any") is None


def other_shape(got: Array, expected: Array) -> Iterator[str]:
    """Yield what two arrays of different shapes have in common.

    Examples
    --------
    >>> right = np.asarray([[4, 1, 7], [2, 2, 5]])
    >>> next(other_shape(right.ravel(), right))
    'the values are right and in order: .reshape(2, 3) would put them right'
    >>> next(other_shape(np.pad(right, 1), right))
    'all right values are in it, from index (1, 1) on; the others are too many'
    """
    if got.size == expected.size:
        if _long_axes(got) == _long_axes(expected) and same(got.reshape(expected.shape), expected):
            yield "the values are right, but for axes of length 1"
        yield from transposed(got, expected)
        if same(got.reshape(expected.shape), expected):
            fit = f".reshape{expected.shape}"
            yield f"the values are right and in order: {fit} would put them right"
    elif got.ndim == expected.ndim:
        differ = np.flatnonzero(np.asarray(got.shape) != expected.shape)
        if len(differ) == 1:
            yield from _cut(got, expected, int(differ[0]))
        yield from _inside(got, expected)
    elif got.ndim > expected.ndim:
        yield from _unsummed(got, expected)


def transposed(got: Array, expected: Array) -> Iterator[str]:
    """Say in which order the axes would be right."""
    if 2 <= got.ndim == expected.ndim <= MAX_AXES:
        for order in permutations(range(got.ndim)):
            if sorted(order) != list(order):
                turned = got.transpose(order)
                if turned.shape == expected.shape and same(turned, expected):
                    yield f"the axes are in another order: .transpose{order} would put them right"


def reshaped(got: Array, expected: Array) -> Iterator[str]:
    """Say of values in wrong places how `reshape` has put them there.

    Examples
    --------
    >>> right = np.arange(24).reshape(2, 3, 4)
    >>> next(reshaped(right.swapaxes(0, 1).reshape(2, 3, 4), right))
    'reshape has mixed the axes up: .reshape(3, 2, 4).transpose(1, 0, 2) would put them right'
    """
    if not same(np.sort(got, axis=None), np.sort(expected, axis=None)):
        return
    for order in permutations(range(expected.ndim) if expected.ndim <= MAX_AXES else ()):
        turned = expected.transpose(order)
        if same(got.ravel(), turned.ravel()):
            back = tuple(map(int, np.argsort(order)))
            steps = f".reshape{turned.shape}.transpose{back}"
            yield f"reshape has mixed the axes up: {steps} would put them right"
    yield "all values are right, but not in their places"


def _cut(got: Array, expected: Array, axis: int) -> Iterator[str]:
    few, many = sorted((got, expected), key=np.size)
    missing = many.shape[axis] - few.shape[axis]
    ends = {"last": range(few.shape[axis]), "first": range(missing, many.shape[axis])}
    along = f" along axis {axis}" if got.ndim > 1 else ""
    for end, kept in ends.items():
        if same(few, np.take(many, kept, axis)):
            which = f"the {end} {f'{missing} values' if missing > 1 else 'value'}"
            wrong = "missing" if few is got else "too many"
            verb = "are" if missing > 1 else "is"
            yield f"{which}{along} {verb} {wrong}, all others are right"


def _inside(got: Array, expected: Array) -> Iterator[str]:
    few, many = sorted((got, expected), key=np.size)
    room = np.subtract(many.shape, few.shape) + 1
    if (room < 1).any() or room.prod() > MAX_PLACES or len(np.unique(few)) < 3:
        return
    corner = few[(0,) * few.ndim]
    starts = np.argwhere(np.isclose(many[tuple(map(slice, room))], corner, atol=1e-6))
    for start in (tuple(map(int, one)) for one in starts):
        part = many[tuple(slice(i, i + n) for i, n in zip(start, few.shape, strict=True))]
        if same(few, part):
            place = start if len(start) > 1 else start[0]
            if few is got:
                yield f"it is a part of the right result, from index {place} on"
            else:
                yield (
                    f"all right values are in it, from index {place} on; the others are too many"
                )


def _unsummed(got: Array, expected: Array) -> Iterator[str]:
    for axes in combinations(range(got.ndim), got.ndim - expected.ndim):
        if max(got.shape[axis] for axis in axes) > 1 and same(got.sum(axis=axes), expected):
            said = f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
            yield f"its sum over {said} would be right"


def _long_axes(array: Array) -> list[int]:
    return [size for size in array.shape if size != 1]
