"""How a wrong answer follows from the right one, where that is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .shapes import other_shape, reshaped, same, transposed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PATTERN", "alike"]

Array = np.ndarray[Any, Any]
PATTERN = "; "  # stands before one
MAX_SIZE = 200_000
LIMITS = ((0, np.inf), (0, 255), (0, 1), (-1, 1))  # that people cut values off at


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
    if same(got / 1, expected / 1):
        return None  # as right as floats are: any pattern would fit
    found = (
        _same_shape(got, expected) if got.shape == expected.shape else other_shape(got, expected)
    )
    return next(found, None)


def _same_shape(got: Array, expected: Array) -> Iterator[str]:
    yield from _scaled(got, expected)
    yield from _mostly(got, expected)
    yield from _limited(got, expected)
    yield from _partly_zero(got, expected)
    yield from _shifted(got, expected)
    yield from _reordered(got, expected)
    yield from _moved(got, expected)
    yield from _repeated(got, expected)
    yield from reshaped(got, expected)


def _scaled(got: Array, expected: Array) -> Iterator[str]:
    if not got.any():
        yield "all values are zero"
        return
    largest = np.unravel_index(np.abs(expected).argmax(), expected.shape)
    factor = got[largest] / expected[largest]
    if factor and same(got / factor, expected / 1):
        said = "have the wrong sign" if factor == -1 else f"are {_factor(factor)} they should be"
        yield f"all values {said}"


def _factor(factor: Any) -> str:
    inverse = 1 / factor
    if abs(inverse) > 1 and same(inverse, np.rint(inverse)):
        return f"1/{inverse:.0f} of what"
    return f"{factor:.6g} times what"


def _limited(got: Array, expected: Array) -> Iterator[str]:
    """Say what became of the values afterwards."""
    if len(np.unique(got)) < 3:
        return
    for low, high in LIMITS:
        if same(got, expected.clip(low, high)):
            beyond = [f"below {low} came out as {low}"] if (expected < low).any() else []
            beyond += [f"above {high} came out as {high}"] if (expected > high).any() else []
            yield f"all values {' and all '.join(beyond)}"
    if same(got, np.abs(expected)):
        yield "all values have lost their sign"
    if same(got, np.trunc(expected)):
        yield "all values have lost what is behind the point"
    if same(got, np.rint(expected)):
        yield "all values are rounded to whole numbers"
    for axis, said in ((-1, "along the last axis"), (None, "before it")):
        if same(got.ravel(), np.cumsum(expected, axis=axis).ravel()):
            yield f"each value has all those {said} added to it: is a sum not set back to zero?"


def _partly_zero(got: Array, expected: Array) -> Iterator[str]:
    if got.any() and same(got, np.where(got == 0, 0, expected)):
        yield "all wrong values are zero: does a loop, or a function, end too early?"


def _shifted(got: Array, expected: Array) -> Iterator[str]:
    by = np.subtract(got, expected, dtype=np.result_type(got, expected, np.float64))
    if same(got, expected + by.flat[0]):
        yield f"all values are too {_large(by.flat[0])}"
        return
    for axis in range(got.ndim):
        if min(got.shape[axis], by.size // by.shape[axis]) < 2:
            continue
        first = by[tuple(slice(None) if i == axis else slice(1) for i in range(got.ndim))]
        if same(got, expected + np.broadcast_to(first, by.shape)):
            guess = ": a bias?" if axis == 1 else ""
            yield f"the values are off by one constant for each index of axis {axis}{guess}"


def _large(by: Any) -> str:
    return f"{'large' if by > 0 else 'small'} by {abs(by):.6g}"


def _reordered(got: Array, expected: Array) -> Iterator[str]:
    for axis in range(got.ndim):
        if same(np.flip(got, axis), expected):
            yield f"the values are in reverse order{_along(axis, got)}"
    yield from transposed(got, expected)


def _moved(got: Array, expected: Array) -> Iterator[str]:
    for axis in range(got.ndim):
        size = got.shape[axis]
        for by in range(1, min(4, size - 2)):
            early, late = (np.take(got, range(*ends), axis) for ends in ((size - by,), (by, size)))
            if same(late, np.take(expected, range(size - by), axis)):
                yield f"the values come {by} too late{_along(axis, got)}"
            if same(early, np.take(expected, range(by, size), axis)):
                yield f"the values come {by} too early{_along(axis, got)}"


def _repeated(got: Array, expected: Array) -> Iterator[str]:
    """Say along which axis one of the right values stands everywhere."""
    for axis in range(got.ndim):
        size = got.shape[axis]
        for index, which in ((0, "first"), (size - 1, "last")):
            one = np.take(expected, [index], axis)
            if size > 1 and same(got, np.repeat(one, size, axis)):
                yield f"all values{_along(axis, got)} are what the {which} should be"


def _mostly(got: Array, expected: Array) -> Iterator[str]:
    """Say along which axis the fewest indices are wrong, if they are at its ends or but one."""
    wrong = _wrong(got, expected)
    found = []
    for axis in range(got.ndim):
        bad = np.asarray(wrong.any(axis=tuple(i for i in range(got.ndim) if i != axis)))
        if 0 < bad.sum() <= len(bad) / 2:
            found.append((bad.sum() / len(bad), axis, _which(bad)))
    for _, axis, which in sorted(found):
        if which:
            yield f"all is right but {which}{_along(axis, got)}"


def _wrong(got: Array, expected: Array) -> Array:
    off = np.subtract(got, expected, dtype=np.result_type(got, expected, 1.0))
    return np.asarray(np.abs(off) > 1e-4 * np.abs(expected).max())


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
