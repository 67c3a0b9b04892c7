"""The adjoint of a strided convolution as dense convolutions, one for each phase of the stride.

Positions that leave the same remainder modulo the stride are met by every stride-th kernel element
alone.  So each of these phases is an ordinary convolution of `y`, with those elements in reverse
order and the channels exchanged, and whatever is fast for a convolution is fast for its adjoint.
"""

from __future__ import annotations

from itertools import product
from math import gcd
from typing import TYPE_CHECKING, Any, NamedTuple

from ._backend import zeros_like
from .shapes import ConvShape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ._backend import Array

__all__ = ["adjoint_by_phases"]


class _Phase(NamedTuple):
    """On one axis: which positions of x, which kernel elements, which of y, and how they meet."""

    place: slice
    taps: slice
    given: slice
    reach: int
    pads: tuple[int, int]
    dilation: int


def adjoint_by_phases(
    forward: Callable[[Array, Array, ConvShape], Array], y: Array, weight: Array, s: ConvShape
) -> Array:
    """Return the adjoint of `s` at `y`, every phase by the convolution `forward`."""
    phases = list(_convolutions(y, weight, s))
    if phases and set(s.stride) == {1}:  # one phase, which is all
        ((_, *convolution),) = phases
        return forward(*convolution)
    x = zeros_like(y, (s.batch, s.groups * s.c_in, *s.size))
    for place, *convolution in phases:
        x[place] = forward(*convolution)
    return x


def _convolutions(
    y: Array, weight: Array, s: ConvShape
) -> Iterator[tuple[tuple[Any, ...], Array, Array, ConvShape]]:
    """Yield where the result of each phase belongs, and the arguments of its convolution."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel).swapaxes(1, 2)
    before = (lo for lo, _ in s.pads)
    per_axis = zip(s.size, before, s.out, s.kernel, s.stride, s.dilation, strict=True)
    for axes in product(*(_phases(*axis) for axis in per_axis)):
        filters = bank[(..., *(axis.taps for axis in axes))]
        given = y[(..., *(axis.given for axis in axes))]
        if not (filters.size and given.size):
            continue
        shape = ConvShape(
            batch=s.batch,
            groups=s.groups,
            c_in=s.c_out,
            c_out=s.c_in,
            size=given.shape[2:],
            out=tuple(axis.reach for axis in axes),
            kernel=filters.shape[3:],
            stride=(1,) * len(axes),
            pads=tuple(axis.pads for axis in axes),
            dilation=tuple(axis.dilation for axis in axes),
        )
        filters = filters.reshape(s.groups * s.c_in, s.c_out, *shape.kernel)
        yield (..., *(axis.place for axis in axes)), given, filters, shape


def _phases(  # noqa: PLR0917  # one axis of a ConvShape, number by number
    size: int, before: int, out: int, kernel: int, stride: int, dilation: int
) -> Iterator[_Phase]:
    """Yield the phases of one axis that any kernel element meets.

    With ``t = first + u*step`` the element meets position ``stride*(o + shift + u*apart) + rest``
    of the padded axis at output ``o``: so `apart` is the dilation of the phase's convolution.
    """
    step = stride // gcd(stride, dilation)
    apart = step * dilation // stride
    for first in range(min(step, kernel)):
        shift, rest = divmod(first * dilation, stride)
        low = -((rest - before) // stride)  # first m with stride*m + rest >= before
        high = (before + size - 1 - rest) // stride + 1
        if high <= low:  # the axis is too short to have this phase
            continue
        others = (kernel - 1 - first) // step
        start, stop = low - shift - apart * others, high - shift  # of y, that the phase reads
        given = slice(min(max(start, 0), out), max(min(stop, out), 0))
        yield _Phase(
            place=slice(stride * low + rest - before, size, stride),
            taps=slice(first + others * step, None, -step),
            given=given,
            reach=high - low,
            pads=(max(-start, 0), max(stop - out, 0)),
            dilation=apart,
        )
