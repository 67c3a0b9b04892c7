"""Multiply spectra: the convolution theorem, for kernels of hundreds of elements.

In the frequency domain sliding a kernel becomes one product per frequency, so that the cost no
longer grows with the kernel but with ``log(size)`` (T. G. Stockham: High-speed convolution and
correlation, AFIPS 1966, doi:10.1145/1464182.1464209).
The kernel is not flipped, so its spectrum is conjugated.  Spectra are those of a ring: an axis is
lengthened until what wraps around falls outside of the result, and up to a product of 2, 3 and 5,
which transforms fast.  A long first axis is cut into blocks that overlap by what the kernel sees
beyond them (overlap-save): short transforms stay in the cache, and threads share them.
Rounding errors are relative to the largest value, not to each one.
"""

from __future__ import annotations

from itertools import product
from math import ceil, log2, prod
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ._backend import array_namespace, pad_spatial, zeros_like
from .blocks import cuts, overlap
from .phases import adjoint_by_phases, spread
from .threads import each, get_num_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "ring", "seconds", "weight_grad"]

Task = TypeVar("Task")

RATIO = 4  # of a block's length to the kernel's
SHORTEST = 1 << 12  # block of a signal


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply the spectra of input and kernel, block by block along the first axis."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    x = x.reshape(s.batch, s.groups, s.c_in, *s.size)
    y = zeros_like(x, (s.batch, s.groups, s.c_out, *s.out))
    blocks, xp, axes = _blocks(x, s), array_namespace(x), _spatial(s)
    lengths = _lengths(blocks, s)
    kernels = xp.conj(xp.fft.rfftn(_wrapped(bank, s, lengths), axes=axes))
    reached = [slice(0, (n - 1) * move + 1, move) for n, move in zip(s.out, s.stride, strict=True)]

    def fill(task: tuple[slice, slice]) -> None:
        group, rows = task
        seen = xp.fft.rfftn(_seen(x[:, group], rows, s), s=lengths, axes=axes)
        found = xp.einsum("ngc...,gfc...->ngf...", seen, kernels[group])
        whole: Array = xp.fft.irfftn(found, s=lengths, axes=axes)
        some = slice(0, (rows.stop - rows.start - 1) * s.stride[0] + 1, s.stride[0])
        y[(slice(None), group, slice(None), rows)] = whole[(..., some, *reached[1:])]

    _do(fill, list(product(_groups(x, s), blocks)), x)
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve the phases of the stride, each with the elements that meet it."""
    return adjoint_by_phases(forward, y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Slide `y` over the input as if it were the kernel, the stride its dilation."""
    padded = pad_spatial(x, s.room, s.inner).reshape(s.batch, s.groups, s.c_in, *s.room)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    weight = zeros_like(y, (s.groups, s.c_out, s.c_in, *s.kernel))
    xp, lengths, axes = array_namespace(x), ring(s.room), _spatial(s)

    def fill(group: slice) -> None:
        seen = xp.fft.rfftn(padded[:, group], s=lengths, axes=axes)
        given = xp.fft.rfftn(spread(y[:, group], s.out, s.stride), s=lengths, axes=axes)
        found = xp.einsum("ngc...,ngf...->gfc...", seen, xp.conj(given))
        reached = (slice(0, (k - 1) * d + 1, d) for k, d in zip(s.kernel, s.dilation, strict=True))
        whole: Array = xp.fft.irfftn(found, s=lengths, axes=axes)
        weight[group] = whole[(..., *reached)]

    _do(fill, _groups(x, s), x)
    return weight.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def seconds(s: ConvShape) -> float:
    """Return what an operation takes on one processor, roughly."""
    blocks = _blocks(np.empty(0), s)
    points = prod(_lengths(blocks, s))
    planes = s.groups * (len(blocks) * s.batch * (s.c_in + s.c_out) + s.c_out * s.c_in)
    products = len(blocks) * s.batch * s.groups * s.c_in * s.c_out
    each_call = 80e-6 * s.groups * len(blocks)
    return each_call + points * (planes * log2(points + 1) * 0.35e-9 + products * 2e-9)


def _do(fill: Callable[[Task], None], tasks: list[Task], x: Array) -> None:
    """Share the tasks among threads; what is on a GPU has its own."""
    if isinstance(x, np.ndarray):
        each(fill, tasks)
    else:
        for task in tasks:
            fill(task)


def _groups(x: Array, s: ConvShape) -> list[slice]:
    """Return which groups are worked on together: on a GPU, where a thread is one of many, all."""
    return cuts(s.groups, 1) if isinstance(x, np.ndarray) else [slice(0, s.groups)]


def _blocks(x: Array, s: ConvShape) -> list[slice]:
    """Cut the first axis of the output into blocks that are long for the kernel's reach."""
    long = RATIO * s.dilation[0] * s.kernel[0]
    if not isinstance(x, np.ndarray):
        return [slice(0, s.out[0])]
    if len(s.out) == 1:
        return cuts(s.out[0], max(long, SHORTEST) // s.stride[0])
    parts = min(get_num_threads(), s.out[0] * s.stride[0] // long) if s.groups == 1 else 1
    return cuts(s.out[0], ceil(s.out[0] / max(parts, 1)))


def _lengths(blocks: list[slice], s: ConvShape) -> tuple[int, ...]:
    """Return the lengths of the transforms of a block.

    Along other axes than the first, the zeros before the input are those behind it.
    """
    rows = max((cut.stop - cut.start for cut in blocks), default=1)
    per_axis = zip(s.size, s.pads, s.kernel, s.dilation, s.out, s.stride, strict=True)
    others = [
        max(n + max(pads), (k - 1) * d + 1, (out - 1) * move + 1)
        for n, pads, k, d, out, move in list(per_axis)[1:]
    ]
    return ring((s.reach(0, rows), *others))


def _wrapped(bank: Array, s: ConvShape, lengths: Sequence[int]) -> Array:
    """Return the kernels on the ring, turned by the zeros before all axes but the first."""
    kernels = zeros_like(bank, (*bank.shape[:3], *lengths))
    spans = ((k - 1) * d + 1 for k, d in zip(s.kernel, s.dilation, strict=True))
    kernels[(..., *map(slice, [0] * len(lengths), spans, s.dilation))] = bank
    turns = (0, *(-lo for lo, _ in s.pads[1:]))
    return array_namespace(bank).roll(kernels, turns, axis=_spatial(s)) if any(turns) else kernels


def _seen(x: Array, rows: slice, s: ConvShape) -> Array:
    """Return what a block of rows of the output sees, with the zeros around the first axis."""
    start = rows.start * s.stride[0] - s.pads[0][0]
    count = s.reach(0, rows.stop - rows.start)
    here, there = overlap(start, count, s.size[0])
    if start >= 0 and here.stop > here.start:
        return x[:, :, :, here]  # what is missing at its end, the transform fills with zeros
    seen = zeros_like(x, (*x.shape[:3], count, *x.shape[4:]))
    seen[:, :, :, there] = x[:, :, :, here]
    return seen


def ring(room: Sequence[int]) -> tuple[int, ...]:
    """Return the lengths of the transforms: the next ones without a prime factor above 5.

    Examples
    --------
    >>> ring((13, 24, 4001))
    (15, 24, 4050)
    """
    return tuple(next(n for n in range(length, 2 * length + 1) if _smooth(n)) for length in room)


def _smooth(n: int) -> bool:
    for factor in (2, 3, 5):
        while n % factor == 0:
            n //= factor
    return n == 1


def _spatial(s: ConvShape) -> tuple[int, ...]:
    return tuple(range(-len(s.out), 0))
