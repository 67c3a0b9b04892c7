"""Which inputs each output reads, and with which kernel element: decoded from one answer.

In a case made by `autograder.probes.impulses` input ``j`` is a power of ``B``, so the digits of
an output in base ``B`` are what each input was multiplied by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .spec import Case

__all__ = ["READS", "reading"]

Array = np.ndarray[Any, Any]
MAX_SAID = 6
READS = "your output"


def reading(case: Case, got: Array, expected: Array) -> str | None:
    """Say what the first output that reads wrongly reads, and what it should read.

    Parameters
    ----------
    case : Case
        Made by `autograder.probes.impulses`.
    got, expected : array
        The two answers; their shapes may differ in the lengths of axes.

    Returns
    -------
    str or None
        None if all outputs read rightly, or if the answer's digits are no elements of the kernel
        or its axes are in another order, and so say nothing sure.

    Examples
    --------
    >>> from autograder.probes import impulses
    >>> case = impulses("what is read", (5,), (2,), batch=False)
    >>> slide = lambda x, w, step: np.asarray([x[i] * w[0] + x[i + step] * w[1] for i in range(3)])
    >>> reading(case, slide(*case.args, 2), slide(*case.args, 1))
    'your output 0 reads inputs 0, 2; it should read 0, 1'
    """
    theirs, ours = _factors(case, got), _factors(case, expected)
    if theirs is None or ours is None or theirs.ndim != ours.ndim:
        return None
    if theirs.shape != ours.shape and sorted(theirs.shape) == sorted(ours.shape):
        return None  # the axes are in another order: an index means another output
    both = tuple(slice(min(pair)) for pair in zip(theirs.shape, ours.shape, strict=True))
    differ = (theirs[both] != ours[both]).any(axis=0)
    if not differ.any():
        return None
    index = tuple(map(int, np.argwhere(differ)[0]))
    return _said(case, index, *(np.moveaxis(factors, 0, -1)[index] for factors in (theirs, ours)))


def _said(case: Case, index: tuple[int, ...], theirs: Array, ours: Array) -> str:
    output = _place(index, batch=_batched(case))
    reads, should = np.flatnonzero(theirs), np.flatnonzero(ours)
    if list(reads) != list(should):
        several = "inputs" if reads.size > 1 else "input"
        said = f"{several} {_inputs(case, reads)}" if reads.size else "no input"
        wanted = _inputs(case, should) if should.size else "none"
        return f"{READS} {output} reads {said}; it should read {wanted}"
    j = int(np.flatnonzero(theirs != ours)[0])
    x, w = _inputs(case, [j]), _element(case, ours[j])
    met = f"input {x} with {_element(case, theirs[j])}"
    return f"{READS} {output} multiplies {met}; it should be {w}"


def _factors(case: Case, answer: Array) -> Array | None:
    """Return by what each input is multiplied in each output: (inputs, *outputs)."""
    x, whole = case.args[0], _whole(answer)
    assert case.impulses is not None
    if not case.impulses.batch:
        x, whole = x[None], None if whole is None else whole[None]
    if whole is None or whole.ndim == 0 or len(whole) != len(x):
        return None
    if len(x) > 1 and whole.any() and (whole == whole[:1]).all():
        return None  # one sample answers for all: the digits of the others are not their own
    if len(x) > 2 and np.count_nonzero(whole.any(axis=tuple(range(1, whole.ndim)))) == 1:
        return None  # of the other samples nothing came back: what they carry may well be read
    factors = np.zeros((x[0].size, *whole.shape[1:]), np.int64)
    for given, sums in zip(x.reshape(len(x), -1), whole, strict=True):
        left, places = sums, np.flatnonzero(given)
        for place in places[np.argsort(given[places])]:
            factors[place] = _lowest_digit(left, case.impulses.bits)
            left = (left - factors[place]) >> case.impulses.bits
        if left.any():
            return None
    return factors if _are_elements(case, factors) else None


def _whole(answer: Array) -> Array | None:
    """Return an answer in integers, if it is in integers or could be without loss."""
    if answer.dtype.kind == "f":
        exact = 2 ** (np.finfo(answer.dtype).nmant + 1)  # so far, floats hold all integers
        fits = np.isfinite(answer) & (np.abs(answer) < exact)
        if not fits.all() or (answer != np.rint(answer)).any():
            return None
    return answer.astype(np.int64) if answer.dtype.kind in "iuf" else None


def _lowest_digit(numbers: Array, bits: int) -> Array:
    """Return the lowest digits, between -B/2 and B/2."""
    half = 1 << (bits - 1)
    return ((numbers + half) & ((1 << bits) - 1)) - half


def _are_elements(case: Case, factors: Array) -> bool:
    """Whether all factors are elements of the kernel, or twice one, or their negatives."""
    known = case.args[1] if len(case.args) > 1 else np.ones(1, int)
    allowed = np.concatenate([known.ravel(), 2 * known.ravel()])
    return bool(np.isin(np.abs(factors[factors != 0]), allowed).all())


def _inputs(case: Case, places: Any) -> str:
    shape = case.args[0].shape[1:] if _batched(case) else case.args[0].shape
    said = [_place(np.unravel_index(place, shape), batch=_batched(case)) for place in places]
    if len(said) > MAX_SAID:
        said = [*said[: MAX_SAID - 1], "...", said[-1]]
    return ", ".join(said)


def _batched(case: Case) -> bool:
    return case.impulses is not None and case.impulses.batch


def _place(index: Any, *, batch: bool) -> str:
    numbers = [str(int(i)) for i in index]
    if batch:
        numbers = ["n", *numbers]
    return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers)}]"


def _element(case: Case, factor: int) -> str:
    if len(case.args) < 2:
        return str(factor)
    minus = "minus " if factor < 0 else ""
    times = "" if abs(factor) in case.args[1] else "twice "
    (index,) = np.argwhere(case.args[1] * (2 if times else 1) == abs(factor))
    return f"{minus}{times}kernel element {_place(index, batch=False)}"
