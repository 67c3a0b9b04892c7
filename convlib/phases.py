"""The adjoint of a strided convolution as dense convolutions, one for each phase of the stride.

Positions that leave the same remainder modulo the stride are met by every stride-th kernel element
alone.  So each of these phases is an ordinary convolution of `y`, with those elements in reverse
order and the channels exchanged, and whatever is fast for a convolution is fast for its adjoint.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import ceil, gcd, prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ._backend import zeros_like
from .shapes import ConvShape
from .threads import each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._backend import Array
    from .window import Ints

__all__ = [
    "adjoint_at_once",
    "adjoint_by_phases",
    "aligned",
    "all_phases",
    "folded",
    "interleave",
    "spread",
]


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


def adjoint_at_once(
    forward: Callable[[Array, Array, ConvShape], Array], y: Array, weight: Array, s: ConvShape
) -> Array:
    """Return the adjoint of `s` at `y`, all phases as the channels of one convolution `forward`.

    Kernels get zeros until each phase has as many elements: more to multiply, fewer calls.
    """
    if not aligned(s):
        return adjoint_by_phases(forward, y, weight, s)
    if s.stride[-1] == 2 and s.c_in == s.c_out == 1:  # zeros cost less than going to every second
        s, y = _spread_last(s), spread(y, s.out, (*[1] * (len(s.out) - 1), 2))
    given, before, shape = all_phases(s)
    bank = folded(weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel), s)
    filters = bank[(..., *(slice(None, None, -1),) * len(s.out))]  # what is read comes in order
    filters = filters.reshape(s.groups * shape.c_out, s.c_out, *shape.kernel)
    z = forward(y[(..., *given)], filters, shape)
    if shape.c_out == s.c_in:  # one phase, which is all
        return z
    x: Array = np.empty((s.batch, s.groups * s.c_in, *s.size), y.dtype)
    interleave(z.reshape(*x.shape[:2], *s.stride, *shape.out), x, s.stride, before)
    return x


@lru_cache(256)
def all_phases(s: ConvShape) -> tuple[tuple[slice, ...], Ints, ConvShape]:
    """Return which of `y` all phases read, the positions before those of `x`, and the convolution.

    On an axis, phases start where the first position of `x` is in one of them.
    """
    per_axis = list(zip(s.size, s.pads, s.out, s.kernel, s.stride, s.dilation, strict=True))
    before, given, out, pads = [], [], [], []
    for size, (lo, _), n, k, move, d in per_axis:
        low, high = lo // move, (lo + size - 1) // move + 1
        start = low - (ceil(k / move) - 1) * d  # of y, that the first position reads
        before.append(lo - low * move)
        given.append(slice(min(max(start, 0), n), min(max(high, 0), n)))
        out.append(high - low)
        pads.append((max(-start, 0), max(high - n, 0)))
    shape = replace(
        s,
        c_in=s.c_out,
        c_out=s.c_in * prod(s.stride),
        size=tuple(cut.stop - cut.start for cut in given),
        out=tuple(out),
        kernel=tuple(ceil(k / move) for _, _, _, k, move, _ in per_axis),
        stride=(1,) * len(out),
        pads=tuple(pads),
    )
    return tuple(given), tuple(before), shape


def folded(bank: Array, s: ConvShape) -> Array:
    """Return the kernels (groups, c_out, c_in, *kernel) of all phases, filled up with zeros.

    They come as (groups, c_in, *phases, c_out, *elements), with no axes of phases if there is one.
    """
    if set(s.stride) == {1}:
        return bank.swapaxes(1, 2)
    spare = [-k % move for k, move in zip(s.kernel, s.stride, strict=True)]
    if any(spare):
        bank = np.pad(bank, [(0, 0)] * 3 + [(0, zeros) for zeros in spare])
    axes = len(spare)
    each_axis = zip(bank.shape[3:], s.stride, strict=True)
    bank = bank.reshape(*bank.shape[:3], *(n for k, m in each_axis for n in (k // m, m)))
    order = (0, 2, *range(4, 4 + 2 * axes, 2), 1, *range(3, 3 + 2 * axes, 2))
    return bank.transpose(order)


def aligned(s: ConvShape) -> bool:
    """Return whether the kernel elements of all phases meet the same elements of y."""
    return all(move == 1 or apart == 1 for move, apart in zip(s.stride, s.dilation, strict=True))


def _spread_last(s: ConvShape) -> ConvShape:
    """Return the convolution to an output with a zero after each element of its rows."""
    return replace(s, out=(*s.out[:-1], 2 * s.out[-1] - 1), stride=(*s.stride[:-1], 1))


def interleave(phases: Array, x: Array, stride: Sequence[int], before: Sequence[int]) -> None:
    """Lay the phases (..., *stride, *length) where they belong in `x` (..., *size).

    `before` positions of each axis come before those of `x`.
    """
    axes = len(before)
    places = _places(tuple(stride), tuple(before), x.shape[-axes:], phases.shape[-axes:])

    def lay(place: tuple[Any, Any]) -> None:
        target, source = place
        x[target] = phases[source]

    each(lay, places)


@lru_cache(256)
def _places(stride: Ints, before: Ints, size: Ints, length: Ints) -> list[tuple[Any, Any]]:
    """Return which positions of an array each phase has, and which of its own belong there."""
    found = []
    for phase in product(*map(range, stride)):
        target, source = [], []
        for rest, lo, move, n, most in zip(phase, before, stride, size, length, strict=True):
            first = max(ceil((lo - rest) / move), 0)
            begin = rest - lo + first * move
            last = min(first + len(range(begin, n, move)), most)
            source.append(slice(first, last))
            target.append(slice(begin, begin + (last - first) * move, move))
        found.append(((..., *target), (..., *phase, *source)))
    return found


def spread(a: Array, size: Sequence[int], apart: Sequence[int]) -> Array:
    """Return `a` with zeros between its elements, so that they lie `apart`."""
    if set(apart) == {1}:
        return a
    wide = tuple((n - 1) * m + 1 for n, m in zip(size, apart, strict=True))
    spread = zeros_like(a, (*a.shape[: a.ndim - len(wide)], *wide))
    spread[(..., *(slice(None, None, m) for m in apart))] = a
    return spread


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
