"""Integers that count the multiplications that went into them.

They show what an answer alone does not: a kernel that was filled up with zeros gives the right
numbers, with more multiplications.  They are no floats and turn into none, so whoever goes through
floats, an FFT for one, fails here.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

__all__ = ["Counted", "counted", "values_and_counts"]

Array = np.ndarray[Any, Any]


class Counted:
    """An integer and the number of multiplications it took.

    Examples
    --------
    >>> 2 * Counted(3) + Counted(4) * Counted(5)
    Counted(26, 2)
    """

    __slots__ = ("count", "value")

    def __init__(self, value: int, count: int = 0) -> None:
        self.value, self.count = value, count

    def __repr__(self) -> str:
        return f"Counted({self.value}, {self.count})"

    def __mul__(self, other: Any) -> Counted:
        other = _as_counted(other)
        return Counted(self.value * other.value, self.count + other.count + 1)

    def __add__(self, other: Any) -> Counted:
        other = _as_counted(other)
        return Counted(self.value + other.value, self.count + other.count)

    def __sub__(self, other: Any) -> Counted:
        return self + -_as_counted(other)

    def __rsub__(self, other: Any) -> Counted:
        return -self + other

    def __neg__(self) -> Counted:
        return Counted(-self.value, self.count)

    __rmul__, __radd__ = __mul__, __add__

    def conjugate(self) -> Counted:
        """Return the number itself; NumPy asks for it in ``vdot``."""
        return self

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return self.value == _as_counted(other).value

    def __lt__(self, other: Any) -> bool:
        return self.value < _as_counted(other).value

    def __gt__(self, other: Any) -> bool:
        return self.value > _as_counted(other).value

    __hash__ = None  # type: ignore[assignment]


def counted(array: Array) -> Array:
    """Return an array of integers as one of integers that count.

    Examples
    --------
    >>> counted(np.asarray([2, 3])) @ counted(np.asarray([4, 5]))
    Counted(23, 2)
    """
    given = np.empty(array.shape, dtype=object)
    for index, value in np.ndenumerate(array):
        given[index] = Counted(int(value))
    return given


def values_and_counts(result: Any) -> Array:
    """Return what a function gave as int64 (2, *shape): the values, then their multiplications.

    Numbers that do not count took none.

    Raises
    ------
    TypeError
        If something in it is no integer.
    OverflowError
        If a number needs more than 64 bits.

    Examples
    --------
    >>> values_and_counts([2 * Counted(3), 5]).tolist()
    [[6, 5], [1, 0]]
    """
    array = np.asarray(result)
    numbers = [_as_counted(value) for value in array.flat]
    rows = [[number.value for number in numbers], [number.count for number in numbers]]
    return np.asarray(rows, dtype=np.int64).reshape(2, *array.shape)


def _as_counted(number: Any) -> Counted:
    if isinstance(number, Counted):
        return number
    try:
        return Counted(operator.index(number))
    except TypeError:
        kind = type(number).__name__
        msg = f"here all inputs are integers, and {kind} came out: keep them integers all the way"
        raise TypeError(msg) from None
