"""Answers as they come out of the box: array bytes, read strictly, or the reason there is none.

Nothing here runs, unpickles or believes what a student's process wrote: only the plain numbers of
a well-formed ``.npy`` record pass.
"""

from __future__ import annotations

import copy
import io
import math
import re
import struct
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.lib import format as npy

from ._box.strict import on_pretended_gpu

if TYPE_CHECKING:
    from collections.abc import Callable

    from .spec import Case

__all__ = [
    "Answer",
    "Failure",
    "Outcome",
    "Timed",
    "answer_in",
    "answer_of",
    "as_answer",
    "decode",
    "encode",
]

MAX_BYTES = 64 << 20
MAX_AXES = 16
NOTHING = "the answer is None: nothing is given yet"  # in the box's words
CHANGED = "the function writes into an array that it was given: make a new one instead"  # too
MAX_HEADER = 4096
SHORTEST = 1e-9  # seconds: no clock is finer
_LENGTHS = {b"\x93NUMPY\x01\x00": "<H", b"\x93NUMPY\x02\x00": "<I"}
# As NumPy writes it.  NumPy reads it with Python's parser, which fails now and then where another
# thread parses meanwhile: answers are read in threads.
_HEADER = re.compile(
    r"\{'descr': (?:'(?P<dtype>[^'\\]*)'|[\[(].*[\])]), 'fortran_order': (?P<fortran>True|False), "
    r"'shape': \((?P<shape>|\d+,|\d+(?:, \d+)+)\),? ?\} *\n"
)


@dataclass(frozen=True)
class Failure:
    """Why a case has no answer.

    ``raised``: the student's code raised; ``timeout``: it took too long; ``died``: its process
    was killed or left; ``refused``: what it returned is no array of numbers; ``missing``: the
    object was never made.
    """

    kind: Literal["raised", "timeout", "died", "refused", "missing"]
    text: str


Answer = np.ndarray[Any, Any] | Failure


@dataclass(frozen=True)
class Timed:
    """An answer to a case with a race, and what it took, measured outside the student's process.

    Parameters
    ----------
    answer : array or Failure
        What the function gave.
    seconds, naive_seconds : tuple of float
        Wall-clock seconds of each round, the student's function's and the naive one's.
    busy, naive_busy : tuple of float
        Seconds of processor time of each round.
    peak, naive_peak : int
        Most bytes that each process held above what it held before the first call.
    """

    answer: np.ndarray[Any, Any] | Failure
    seconds: tuple[float, ...] = ()
    naive_seconds: tuple[float, ...] = ()
    busy: tuple[float, ...] = ()
    naive_busy: tuple[float, ...] = ()
    peak: int = 0
    naive_peak: int = 0

    @property
    def factor(self) -> float:
        """How many times as fast as the naive one.

        Processor time tells, the median over the rounds: it does not depend on what else the
        machine does.  Who sleeps or lets others work takes little of it and long all the same:
        the shortest rounds by the clock must show at least half of the factor.

        Examples
        --------
        >>> took = {"busy": (1.0, 1.0, 3.0), "naive_busy": (8.0, 9.0, 9.0)}
        >>> Timed(np.ones(1), seconds=(1.0, 9.0, 9.0), naive_seconds=(9.0, 8.0, 9.0), **took).factor
        8.0
        >>> Timed(np.ones(1), seconds=(8.0, 9.0, 8.0), naive_seconds=(8.0, 8.0, 8.0), **took).factor
        2.0
        """
        by_work = median(map(_ratio, self.naive_busy, self.busy))
        by_clock = _ratio(min(self.naive_seconds), min(self.seconds))
        return min(by_work, 2 * by_clock)


def _ratio(naive: float, own: float) -> float:
    return naive / max(own, SHORTEST)


Outcome = Answer | Timed


def answer_in(outcome: Outcome) -> Answer:
    """Return what a case was answered, without the time it took.

    Examples
    --------
    >>> answer_in(Timed(Failure("timeout", "too slow")))
    Failure(kind='timeout', text='too slow')
    """
    return outcome.answer if isinstance(outcome, Timed) else outcome


def encode(array: np.ndarray[Any, Any]) -> bytes:
    """Return `array` as the bytes of an ``.npy`` record.

    Raises
    ------
    ValueError
        If `array` holds Python objects.

    Examples
    --------
    >>> import numpy as np
    >>> decode(encode(np.arange(3)))
    array([0, 1, 2])
    """
    record = io.BytesIO()
    npy.write_array(record, array, allow_pickle=False)
    return record.getvalue()


def decode(record: bytes) -> Answer:
    """Read an ``.npy`` record that a student's process wrote.

    Parameters
    ----------
    record : bytes
        Untrusted; at most 64 MiB.

    Returns
    -------
    array or Failure
        The array if the record is well formed, holds plain numbers (bool, integer, float or
        complex) and is exactly as long as its header says.

    Examples
    --------
    >>> decode(b"what is this?")
    Failure(kind='refused', text='the answer is no array')
    """
    if len(record) > MAX_BYTES:
        return Failure("refused", f"the answer has {len(record)} bytes; {MAX_BYTES} are allowed")
    try:
        header, data = _parted(record)
        if header["dtype"] is None:
            return Failure("refused", "the answer holds records, not numbers")
        shape = tuple(int(n) for n in header["shape"].split(",") if n.strip())
        dtype = np.dtype(header["dtype"])
    except (LookupError, TypeError, ValueError, struct.error):  # a malformed header is no array
        return Failure("refused", "the answer is no array")
    return _numbers(data, shape, header["fortran"] == "True", dtype)


def _parted(record: bytes) -> tuple[re.Match[str], bytes]:
    """Return the header and the data of a record."""
    form = _LENGTHS[record[:8]]
    start = 8 + struct.calcsize(form)
    (length,) = struct.unpack(form, record[8:start])
    if length > MAX_HEADER:
        msg = "the header is too long"
        raise ValueError(msg)
    header = _HEADER.fullmatch(record[start : start + length].decode("latin1"))
    if header is None:
        msg = "that is no header"
        raise ValueError(msg)
    return header, record[start + length :]


def _numbers(data: bytes, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]) -> Answer:
    if dtype.kind not in "biufc" or dtype.names is not None:
        return Failure("refused", f"the answer holds {dtype}, not numbers")
    if len(shape) > MAX_AXES or not all(type(n) is int and n >= 0 for n in shape):
        return Failure("refused", "the answer's shape is impossible")
    if math.prod(max(n, 1) for n in shape) > MAX_BYTES:  # NumPy refuses (0, 2**60) too
        return Failure("refused", "the answer's shape is far too large")
    if math.prod(shape) * dtype.itemsize != len(data):
        return Failure("refused", "the answer is shorter or longer than its shape says")
    flat = np.frombuffer(data, dtype=dtype)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def answer_of(function: Callable[..., Any], case: Case) -> Answer:
    """Call a trusted `function` (a reference, a named mistake) as the box calls a student's.

    One with a true attribute ``on_host`` gets NumPy's arrays, where others get those of a
    pretended GPU.

    Examples
    --------
    >>> from autograder.spec import Case
    >>> answer_of(lambda x: x + 1, Case("two plus one", (2,)))
    array(3)
    """
    args, kwargs = copy.deepcopy((case.args, dict(case.kwargs)))  # a function may change them
    if case.strict and not getattr(function, "on_host", False):
        function = on_pretended_gpu(function, case.strict.copies, case.strict.nbytes)
    try:
        for _ in range(case.calls):
            result = function(*args, **kwargs)
    except Exception as error:  # a mistake may raise whatever a student's code may
        return Failure("raised", f"{type(error).__name__}: {error}")
    if case.overwrite:
        arrays = [pair for pair in zip(args, case.args, strict=True) if hasattr(pair[1], "dtype")]
        if any(array.tobytes() != given.tobytes() for array, given in arrays):
            return Failure("raised", CHANGED)
        for array, _ in arrays:
            array[...] = ~array if array.dtype.kind == "b" else -1 - array  # as the box does
    return as_answer(result)


def as_answer(value: Any) -> Answer:
    """Return what a function gave, or a value itself, as an array of numbers.

    Examples
    --------
    >>> as_answer([1, 2])
    array([1, 2])
    >>> as_answer(None)
    Failure(kind='refused', text='the answer is None: nothing is given yet')
    """
    if value is None:
        return Failure("refused", NOTHING)
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of different lengths
        return Failure("raised", f"{type(error).__name__}: {error}")
    if array.dtype.kind not in "biufc":
        whole = isinstance(value, np.ndarray)
        kind = f"an array of {array.dtype}" if whole else f"of type {type(value).__name__}"
        return Failure("refused", f"the answer is {kind}, not numbers")
    return array
