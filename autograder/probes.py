"""Cases whose answers show how they were computed, with points like any other case.

What they show is in the numbers alone; those of `counted` are kept outside of the student's
process, which adds and multiplies them without ever knowing their values.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from .spec import Case, Impulses
from .terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .terms import Terms

__all__ = ["counted", "exact", "impulses", "poisoned"]

BITS = 40  # sums so small survive a float64 FFT and its rounding to integers


def impulses(
    label: str,
    size: Sequence[int],
    kernel: Sequence[int],
    kwargs: Mapping[str, Any] | None = None,
    *,
    batch: bool = True,
    **case: Any,
) -> Case:
    """Return a case whose wrong answers tell which inputs each output reads.

    The inputs are powers of a base ``B``, and the kernel's elements small integers of which none
    is a sum of others, so that the digits of an output name what it reads and meets.

    Parameters
    ----------
    label : str
        As in `Case`.
    size : sequence of int
        Shape of the input, without the batch: ``(C_in, *size)``, or ``(size,)``.
    kernel : sequence of int
        Shape of the second argument.
    kwargs : mapping
        As in `Case`.
    batch : bool
        Whether the function takes a batch as first axis.  Each sample then carries a part of the
        positions; without one, all of them must fit into 40 bits.
    **case
        More of `Case`.

    Raises
    ------
    ValueError
        If there is no batch and the input is too long.

    Examples
    --------
    >>> impulses("what is read", (4,), (2,), batch=False).args
    (array([   1,   32, 1024, 32768]), array([3, 4]))
    """
    weights = prod(kernel)
    bits = int(4 * weights).bit_length() + 1  # a digit holds twice an element, and its sign
    digits, inputs = max(1, BITS // bits), prod(size)
    if not batch and inputs > digits:
        msg = f"{inputs} inputs of {bits} bits each do not fit into {BITS}: at most {digits} do"
        raise ValueError(msg)
    samples = -(-inputs // digits) if batch else 1
    x = np.zeros((samples, inputs), dtype=np.int64)
    for place in range(inputs):
        x[place // digits, place] = 1 << (bits * (place % digits))
    w = np.arange(weights + 1, 2 * weights + 1).reshape(kernel)
    shape = (samples, *size) if batch else tuple(size)
    how = Impulses(bits, batch)
    return Case(label, (x.reshape(shape), w), kwargs or {}, impulses=how, **case)


def exact(
    rng: np.random.Generator,
    label: str,
    shapes: tuple[Sequence[int], Sequence[int]],
    kwargs: Mapping[str, Any] | None = None,
    **case: Any,
) -> Case:
    """Return a case of integers whose sums need more than the 53 bits that a float64 has.

    An FFT, or a result kept in floats, gets them wrong.  The task's dtype policy must ask for
    integers: "kind" or "exact".

    Parameters
    ----------
    rng : Generator
        Draws the numbers.
    label : str
        As in `Case`.
    shapes : tuple of two shapes
        Of the input and the kernel.
    kwargs : mapping
        As in `Case`.
    **case
        More of `Case`.

    Examples
    --------
    >>> x, w = exact(np.random.default_rng(0), "large", ((9,), (3,))).args
    >>> bool(2**53 < abs(np.convolve(x, w, "valid")).max() < 2**62)
    True
    """
    x_shape, w_shape = shapes
    bits = 61 - int(prod(w_shape)).bit_length()  # of a product, so that no sum overflows
    args = tuple(
        rng.integers(1 << (size - 1), 1 << size, shape) | 1
        for size, shape in ((bits // 2, x_shape), (bits - bits // 2, w_shape))
    )
    return Case(label, args, kwargs or {}, **case)


def counted(reference: Callable[..., Any], case: Case) -> Case:
    """Return `case` with its multiplications counted.

    An output may take as many as the output of the reference that reads most inputs.  So the
    direct formula passes, also where it multiplies padding; a kernel filled up with zeros does
    not.  A shared intermediate counts for each output that uses it.

    Parameters
    ----------
    reference : callable
        The task's.
    case : Case
        Of integers, at most 1000 of them in the first argument.

    Raises
    ------
    ValueError
        If the reference is not linear in the first argument, or that is too large.

    Examples
    --------
    >>> case = Case("", (np.arange(6), np.arange(1, 4)))
    >>> counted(lambda x, w: np.convolve(x, w, "valid"), case).counted
    3
    """
    read = (_terms(reference, case).factors != 0).sum(axis=0)
    return replace(case, counted=int(read.max()))


def poisoned(reference: Callable[..., Any], case: Case, poison: float = np.nan) -> Case:
    """Return `case` with poison in each input that no output needs.

    Whoever multiplies it, if only by zero, gets it into the result.

    Parameters
    ----------
    reference : callable
        The task's.
    case : Case
        Of floats, at most 1000 of them in the first argument.
    poison : float
        NaN or an infinity.

    Raises
    ------
    ValueError
        If every input is needed, the first argument holds no floats, or for the reasons of
        `counted`.

    Examples
    --------
    >>> case = Case("every other", (np.ones(5),))
    >>> poisoned(lambda x: x[::2], case).args[0]
    array([ 1., nan,  1., nan,  1.])
    """
    made = _terms(reference, case)
    needed = (made.factors != 0).reshape(len(made.inputs), -1).any(axis=1)
    x = case.args[0].copy()
    if needed.all() or x.dtype.kind != "f":
        msg = f"{case.label}: there must be floats that no output reads, to poison them"
        raise ValueError(msg)
    x[~needed.reshape(x.shape)] = poison
    return replace(case, args=(x, *case.args[1:]))


def _terms(reference: Callable[..., Any], case: Case) -> Terms:
    made = terms(reference, case)
    if made is None:
        msg = f"{case.label}: the reference must be linear in at most 1000 numbers"
        raise ValueError(msg)
    return made
