"""How a wrong answer follows from the right one, where that is sure."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from .compare import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["alike"]

Array = np.ndarray[Any, Any]
MAX_AXES = 5
MAX_SIZE = 200_000


def alike(got: Array, expected: Array) -> str | None:
    """Say how a wrong answer follows from the right one, in a few words.

    Returns
    -------
    str or None
        None if no pattern fits, or if the numbers are too few or too equal to be sure of one.

    Examples
    --------
    >>> right = np.asarray([4, 1, 7])
    >>> alike(2 * right, right)
    'all values are 2 times what they should be'
    >>> alike(right[:2], right)
    'the last value is missing, all others are right'
    """
    if max(got.size, expected.size) > MAX_SIZE or "c" in (got.dtype.kind, expected.dtype.kind):
        return None
    if not got.size or len(np.unique(expected)) < 3:
        return None
    if not (np.isfinite(got).all() and np.isfinite(expected).all()):
        return None
    found = _same_shape(got, expected) if got.shape == expected.shape else _other(got, expected)
    return next(found, None)


def _same(one: Array, other: Array) -> bool:
    return difference(one, other, "any") is None


def _same_shape(got: Array, expected: Array) -> Iterator[str]:
    yield from _scaled(got, expected)
    yield from _mostly(got, expected)
    yield from _shifted(got, expected)
    yield from _reordered(got, expected)
    yield from _moved(got, expected)


def _scaled(got: Array, expected: Array) -> Iterator[str]:
    if not got.any():
        yield "all values are zero"
        return
    largest = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    factor = got[largest] / expected[largest]
    if factor and _same(got / factor, expected / 1):
        said = "have the wrong sign" if factor == -1 else f"are {_factor(factor)} they should be"
        yield f"all values {said}"


def _factor(factor: Any) -> str:
    inverse = 1 / factor
    if abs(inverse) > 1 and _same(inverse, np.rint(inverse)):
        return f"1/{inverse:.0f} of what"
    return f"{factor:.6g} times what"


def _shifted(got: Array, expected: Array) -> Iterator[str]:
    by = np.subtract(got, expected, dtype=np.result_type(got, expected, np.float64))
    if _same(got, expected + by.flat[0]):
        yield f"all values are too {_large(by.flat[0])}"
        return
    for axis in range(got.ndim):
        if min(got.shape[axis], by.size // by.shape[axis]) < 2:
            continue
        first = by[tuple(slice(None) if i == axis else slice(1) for i in range(got.ndim))]
        if _same(got, expected + np.broadcast_to(first, by.shape)):
            guess = ": a bias?" if axis == 1 else ""
            yield f"the values are off by one constant for each index of axis {axis}{guess}"


def _large(by: Any) -> str:
    return f"{'large' if by > 0 else 'small'} by {abs(by):.6g}"


def _reordered(got: Array, expected: Array) -> Iterator[str]:
    for axis in range(got.ndim):
        if _same(np.flip(got, axis), expected):
            yield f"the values are in reverse order{_along(axis, got)}"
    yield from _transposed(got, expected)


def _transposed(got: Array, expected: Array) -> Iterator[str]:
    if 2 <= got.ndim == expected.ndim <= MAX_AXES:
        for order in permutations(range(got.ndim)):
            if sorted(order) != list(order):
                turned = got.transpose(order)
                if turned.shape == expected.shape and _same(turned, expected):
                    yield f"the axes are in another order: .transpose{order} would put them right"


def _moved(got: Array, expected: Array) -> Iterator[str]:
    for axis in range(got.ndim):
        size = got.shape[axis]
        for by in range(1, min(4, size - 2)):
            early, late = (np.take(got, range(*ends), axis) for ends in ((size - by,), (by, size)))
            if _same(late, np.take(expected, range(size - by), axis)):
                yield f"the values come {by} too late{_along(axis, got)}"
            if _same(early, np.take(expected, range(by, size), axis)):
                yield f"the values come {by} too early{_along(axis, got)}"


def _mostly(got: Array, expected: Array) -> Iterator[str]:
    """Say along which axis the fewest indices are wrong, if they are at its ends or but one."""
    room = 1e-4 * np.abs(expected).max()
    wrong = np.abs(np.subtract(got, expected, dtype=np.result_type(got, expected, 1.0))) > room
    found = []
    for axis in range(got.ndim):
        bad = wrong.any(axis=tuple(i for i in range(got.ndim) if i != axis))
        if 0 < bad.sum() <= len(bad) / 2:
            found.append((bad.sum() / len(bad), axis, _which(bad)))
    for _, axis, which in sorted(found):
        if which:
            yield f"all is right but {which}{_along(axis, got)}"


def _which(bad: Array) -> str | None:
    first, last = _run(bad), _run(bad[::-1])
    if first + last == bad.sum():
        return " and ".join(
            f"the {end} {count}" if count > 1 else f"the {end}"
            for end, count in (("first", first), ("last", last))
            if count
        )
    return f"index {int(bad.argmax())}" if bad.sum() == 1 else None


def _run(bad: Array) -> int:
    return int(bad.argmin())


def _along(axis: int, array: Array) -> str:
    return f" along axis {axis}" if array.ndim > 1 else ""


def _other(got: Array, expected: Array) -> Iterator[str]:
    """Yield what two arrays of different shapes have in common."""
    if got.size == expected.size:
        if _long_axes(got) == _long_axes(expected) and _same(got.reshape(expected.shape), expected):
            yield "the values are right, but for axes of length 1"
        yield from _transposed(got, expected)
    elif got.ndim == expected.ndim:
        differ = np.flatnonzero(np.asarray(got.shape) != expected.shape)
        if len(differ) == 1:
            yield from _cut(got, expected, int(differ[0]))


def _cut(got: Array, expected: Array, axis: int) -> Iterator[str]:
    few, many = sorted((got, expected), key=np.size)
    missing = many.shape[axis] - few.shape[axis]
    ends = {"last": range(few.shape[axis]), "first": range(missing, many.shape[axis])}
    for end, kept in ends.items():
        if _same(few, np.take(many, kept, axis)):
            which = f"the {end} {f'{missing} values' if missing > 1 else 'value'}"
            wrong = "missing" if few is got else "too many"
            verb = "are" if missing > 1 else "is"
            yield f"{which}{_along(axis, got)} {verb} {wrong}, all others are right"


def _long_axes(array: Array) -> list[int]:
    return [size for size in array.shape if size != 1]
