"""Is an answer right, and if not, what is the first thing wrong with it: shape, dtype, value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .answers import Failure

if TYPE_CHECKING:
    from .answers import Answer
    from .spec import Case

__all__ = ["Difference", "difference", "longest_sum", "misfit", "roughest", "same_answer"]

DtypePolicy = Literal["kind", "exact", "any"]
Array = np.ndarray[Any, Any]
KINDS = {"b": "booleans", "i": "integers", "u": "integers", "f": "floats", "c": "complex numbers"}
# Room for another order of summation or an FFT, none for another formula.
RTOL = {2: 1e-2, 4: 1e-4, 8: 1e-9}
ROUNDING = {2: 2.0**-11, 4: 2.0**-24, 8: 2.0**-53}  # the unit roundoff u of each
MAX_RTOL = 0.05
UNFIT = "could not be broadcast together with shapes"
SHAPES, LAST_LENGTH = re.compile(rf"{UNFIT} ((\([\d,]*\) ?)+)"), re.compile(r"(\d+),?\)")
AMBIGUOUS = "truth value of an array"  # in the ValueError of `if bias:`, as NumPy words it


@dataclass(frozen=True)
class Difference:
    """How an answer differs: `told` may be shown always, `value` only for visible cases.

    `index` is that of the first wrong value, None if the shape or the dtype is wrong.
    """

    told: str
    value: str = ""
    index: tuple[int, ...] | None = None


def difference(
    got: Array,
    expected: Array,
    dtype: DtypePolicy = "kind",
    summed: int = 1,
    size: int = 8,
) -> Difference | None:
    """Return what is wrong with `got`, or None if it is right.

    Parameters
    ----------
    got, expected : array
        Numbers of any shape.
    dtype : {"kind", "exact", "any"}
        See `autograder.spec.Task`.
    summed : int
        Up to so many products are summed in one value, see `longest_sum`.
    size : int
        Both came from floats of so many bytes, see `roughest`, and may be no better than these.

    Returns
    -------
    Difference or None
        The first of shape, dtype, non-finite values and values that is wrong.  Floats may differ
        by a part of the largest expected value: 1e-9 (float64), 1e-4 (float32) or 1e-2
        (float16), or ``4 u sqrt(n)`` where that is more, but never over 0.05.  This is how the
        rounding of a sum of n products grows with high probability, with u the unit roundoff
        (Higham and Mary, SIAM Journal on Scientific Computing 41, 2019), once for each of the two
        answers and with a factor of two to spare.  Where integers beyond 2**53 are expected,
        floats are wrong.

    Examples
    --------
    >>> import numpy as np
    >>> difference(np.asarray([1.0, 2.0]), np.asarray([1.0, 2.0])) is None
    True
    >>> difference(np.asarray([1.0]), np.asarray([1.0, 2.0])).told
    'the shape is (1,), it should be (2,)'
    """
    found = misfit(got, expected, dtype)
    if found:
        return found
    wrong = _wrong(got, expected, summed, size)
    return _first(got, expected, wrong) if wrong.any() else None


def misfit(got: Array, expected: Array, dtype: DtypePolicy = "kind") -> Difference | None:
    """Return what is wrong with the shape or the dtype of `got`, or None if both are right.

    Examples
    --------
    >>> misfit(np.asarray([1.5]), np.asarray([2])).told
    'the dtype is float64, it should be one of integers'
    """
    if got.shape != expected.shape:
        return Difference(f"the shape is {got.shape}, it should be {expected.shape}")
    if not _dtype_fits(got.dtype, expected.dtype, dtype):
        return Difference(f"the dtype is {got.dtype}, it should be {_wanted(expected, dtype)}")
    if got.dtype.kind in "fc" and _beyond_floats(expected):
        return Difference(f"the dtype is {got.dtype}, which keeps integers only up to 2**53")
    return None


def longest_sum(case: Case) -> int:
    """Return how many products one value can be the sum of: as many as the largest input has."""
    arrays = [arg.size for arg in case.args if isinstance(arg, np.ndarray)]
    return max([1, *arrays])


def roughest(case: Case) -> int:
    """Return how many bytes the roughest floats of an input have, 8 where there are none.

    Examples
    --------
    >>> from autograder.spec import Case
    >>> roughest(Case("", (np.ones(3, np.float32), np.ones(2))))
    4
    """
    arrays = [arg for arg in case.args if isinstance(arg, np.ndarray)]
    return min([8, *(_real_bytes(array.dtype) for array in arrays)])


def same_answer(
    one: Answer, other: Answer, dtype: DtypePolicy, summed: int = 1, size: int = 8
) -> bool:
    """Whether two answers agree: equal arrays, or failures of one kind with the same error type.

    An array that was taken for true or false agrees with no other error: it says itself what is
    wrong.

    Examples
    --------
    >>> from autograder.answers import Failure
    >>> raised = Failure("raised", "ValueError: operands could not be broadcast")
    >>> same_answer(raised, Failure("raised", "ValueError: something else"), "kind")
    True
    """
    if isinstance(one, Failure) or isinstance(other, Failure):
        return (
            isinstance(one, Failure)
            and isinstance(other, Failure)
            and one.kind == other.kind
            and one.text.split(":")[0] == other.text.split(":")[0]
            and (AMBIGUOUS in one.text) == (AMBIGUOUS in other.text)
            and _met_alike(one.text, other.text)
        )
    return difference(one, other, dtype, summed, size) is None


def _met_alike(one: str, other: str) -> bool:
    """Whether two errors are of arrays as long, where both say how long: (2, 5) as (3, 2, 5).

    Two kinds of code that cut windows short in other places raise the same error otherwise.
    """
    shapes = [found[1] for found in map(SHAPES.search, (one, other)) if found]
    lengths = [set(LAST_LENGTH.findall(each)) for each in shapes]
    return len(lengths) < 2 or lengths[0] == lengths[1]


def _dtype_fits(got: np.dtype[Any], expected: np.dtype[Any], policy: DtypePolicy) -> bool:
    if policy == "exact":
        return got == expected
    if policy == "kind":
        return KINDS[got.kind] == KINDS[expected.kind]
    return got.kind != "c" or expected.kind == "c"


def _wanted(expected: Array, policy: DtypePolicy) -> str:
    return f"{expected.dtype}" if policy == "exact" else f"one of {KINDS[expected.dtype.kind]}"


def _beyond_floats(expected: Array) -> bool:
    return expected.dtype.kind in "iu" and bool((np.abs(expected.astype(float)) > 2**53).any())


def _wrong(got: Array, expected: Array, summed: int, size: int) -> Array:
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return np.asarray(got != expected)
    rtol = _rtol(got.dtype, expected.dtype, summed, size)
    room = rtol * np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    wrong = _far(got.real, expected.real, room)
    if "c" in (got.dtype.kind, expected.dtype.kind):
        wrong |= _far(got.imag, expected.imag, room)
    return wrong


def _far(got: Array, expected: Array, room: float) -> Array:
    """Return where numbers differ by more than `room`; NaN and infinities have to be the same."""
    one, other = (part.astype(np.result_type(part, np.float64)) for part in (got, expected))
    with np.errstate(all="ignore"):  # inf - inf is a legitimate comparison
        return np.asarray(~np.isclose(one, other, rtol=0.0, atol=room, equal_nan=True))


def _rtol(got: np.dtype[Any], expected: np.dtype[Any], summed: int, size: int) -> float:
    theirs, ours = (min(size, _real_bytes(dtype)) for dtype in (got, expected))
    # Half precision is rough: an answer in it is forgiven only where the question is in it too.
    size = ours if ours == 2 else max(4, min(theirs, ours))
    return min(MAX_RTOL, max(RTOL[size], 4 * ROUNDING[size] * summed**0.5))


def _real_bytes(dtype: np.dtype[Any]) -> int:
    parts = {"f": 1, "c": 2}.get(dtype.kind)
    return min(8, dtype.itemsize // parts) if parts else 8


def _first(got: Array, expected: Array, wrong: Array) -> Difference:
    index = tuple(map(int, np.argwhere(wrong)[0]))
    count, verb = int(wrong.sum()), "is" if wrong.sum() == 1 else "are"
    told = f"{count} of {wrong.size} values {verb} wrong, first at index {index}"
    told = told if index else "the value is wrong"
    if not np.isfinite(got[index]) and np.isfinite(expected[index]):
        told += f" ({got[index]})"
    return Difference(told, _side_by_side(got[index], expected[index]), index)


def _side_by_side(got: Any, expected: Any) -> str:
    """Write two numbers with as many digits as tell them apart."""
    for digits in (6, 10, 17):
        one, other = (
            f"{value:.{digits}g}" if value.dtype.kind in "fc" else str(value)
            for value in (got, expected)
        )
        if one != other:
            break
    return f"got {one}, expected {other}"
