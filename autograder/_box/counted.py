"""Integers that count the multiplications that go into them, kept where student code is not.

They show what an answer alone does not: a kernel that was filled up with zeros gives the right
numbers, with more multiplications.  The student's process gets numbers without a value: each sum
and product is asked for and made by the supervisor, so neither a value nor a count can be known or
invented there.
"""

from __future__ import annotations

import io
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from .frames import MalformedFrameError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Counted", "Ledger", "handed_over", "handles"]

Array = np.ndarray[Any, Any]
MAX_NUMBERS, MAX_BITS = 1_000_000, 256
CALCULATE = {"add": operator.add, "multiply": operator.mul}


class Ledger:
    """Keeps the numbers of one call, in the supervisor.

    Examples
    --------
    >>> ledger = Ledger()
    >>> ledger.calculate(["multiply", ledger.enter(3), ledger.enter(2)])
    2
    >>> ledger.values[2], ledger.counts[2]
    (6, 1)
    """

    def __init__(self) -> None:
        self.values: list[int] = []
        self.counts: list[int] = []

    def enter(self, value: int, count: int = 0) -> int:
        """Keep a number and return what it is called from now on.

        Raises
        ------
        MalformedFrameError
            If there are too many, or it is too large.
        """
        bits = max(value.bit_length(), count.bit_length())  # either can double at each step
        if len(self.values) >= MAX_NUMBERS or bits > MAX_BITS:
            msg = f"more than {MAX_NUMBERS} numbers, or one over {MAX_BITS} bits"
            raise MalformedFrameError(msg)
        self.values.append(value)
        self.counts.append(count)
        return len(self.values) - 1

    def calculate(self, asked: Any) -> int:
        """Make a number that a student's process asks for: ``[operation, handle, handle]``.

        Raises
        ------
        MalformedFrameError
            If it asks for anything else.
        """
        known = range(len(self.values))
        match asked:
            case ["enter", int(value)]:
                return self.enter(value)
            case ["add" | "multiply", int(one), int(other)] if one in known and other in known:
                value = CALCULATE[asked[0]](self.values[one], self.values[other])
                count = self.counts[one] + self.counts[other] + (asked[0] == "multiply")
                return self.enter(value, count)
        msg = "that is no calculation"
        raise MalformedFrameError(msg)

    def hide(self, payload: bytes, arrays: int) -> bytes:
        """Keep the integers of some records, and return records of what they are called."""
        stream, hidden = io.BytesIO(payload), io.BytesIO()
        for _ in range(arrays):
            given = npy.read_array(stream, allow_pickle=False)
            names = [self.enter(int(value)) for value in given.flat]
            npy.write_array(hidden, np.asarray(names, np.int64).reshape(given.shape))
        return hidden.getvalue()

    def show(self, record: bytes) -> bytes:
        """Return a record of int64 ``(2, *shape)``: the values that are meant, and their counts.

        Raises
        ------
        MalformedFrameError
            If the record is none of known numbers, or one of these needs more than 64 bits.
        """
        try:
            names = npy.read_array(io.BytesIO(record), allow_pickle=False)
            known = dict(enumerate(zip(self.values, self.counts, strict=True)))
            found = [[known[name][row] for name in names.flat] for row in (0, 1)]
            shown = np.asarray(found, dtype=np.int64).reshape(2, *names.shape)
        except Exception as error:  # any malformed record, whatever the parser says of it
            msg = "the answer is no array of the numbers that were given"
            raise MalformedFrameError(msg) from error
        stream = io.BytesIO()
        npy.write_array(stream, shown)
        return stream.getvalue()


class Counted:
    """An integer that can be added and multiplied, and nothing else: its value is elsewhere."""

    __slots__ = ("_ask", "handle")

    def __init__(self, handle: int, ask: Callable[[list[Any]], int]) -> None:
        self.handle, self._ask = handle, ask

    def __repr__(self) -> str:
        return "<an integer that counts>"

    def __mul__(self, other: Any) -> Any:
        return self._made("multiply", other)

    def __add__(self, other: Any) -> Any:
        return self._made("add", other)

    def __sub__(self, other: Any) -> Any:
        return self + -1 * other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __neg__(self) -> Counted:
        minus = Counted(self._ask(["enter", -1]), self._ask)
        return Counted(self._ask(["multiply", self.handle, minus.handle]), self._ask)

    __rmul__, __radd__ = __mul__, __add__

    def conjugate(self) -> Counted:
        """Return the number itself; NumPy asks for it in ``vdot``."""
        return self

    def __bool__(self) -> bool:
        msg = "these integers can be added and multiplied, not looked at: leave none out"
        raise TypeError(msg)

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return bool(self)

    def _made(self, how: str, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented  # NumPy then takes each of its elements by itself
        return Counted(self._ask([how, self.handle, self._meet(other).handle]), self._ask)

    def _meet(self, other: Any) -> Counted:
        return _as_counted(other, self._ask)


def handed_over(names: Array, ask: Callable[[list[Any]], int]) -> Array:
    """Return an array of handles as one of integers that count."""
    given = np.empty(names.shape, dtype=object)
    for index, handle in np.ndenumerate(names):
        given[index] = Counted(int(handle), ask)
    return given


def handles(result: Any, ask: Callable[[list[Any]], int]) -> Array:
    """Return what a function gave as an array of handles.

    Raises
    ------
    TypeError
        If something in it is no integer.
    """
    array = np.asarray(result)
    names = [_as_counted(value, ask).handle for value in array.flat]
    return np.asarray(names, dtype=np.int64).reshape(array.shape)


def _as_counted(number: Any, ask: Callable[[list[Any]], int]) -> Counted:
    if isinstance(number, Counted):
        return number
    try:
        return Counted(ask(["enter", operator.index(number)]), ask)
    except TypeError:
        kind = type(number).__name__
        msg = f"here all inputs are integers, and {kind} came out: keep them integers all the way"
        raise TypeError(msg) from None
