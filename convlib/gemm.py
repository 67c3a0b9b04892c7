"""Gather and multiply: the windows that the kernel sees, as columns of a matrix.

With all windows side by side, a convolution is one matrix product: filters times windows.
That matrix (``im2col``) holds each input once per kernel element, too much for memory and cache.
So windows are a view first, which costs nothing, and only a block of output positions at a time
is gathered from it, small enough to stay in the cache until the product has read it.
The weight gradient gathers the same blocks.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, inf, isinf, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from . import scatter, taps
from .blocks import boxes
from .phases import adjoint_at_once
from .threads import each, scratch, summed

if TYPE_CHECKING:
    from ._backend import Array
    from .blocks import Box
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "seconds", "weight_grad"]

Windows = list[tuple[slice, Any]]  # which elements of the last kernel axis, and what they see
BLOCK = 1 << 18  # elements of a gathered block: about the cache that a core has to itself
LAID = 1 << 17  # elements of the input that are worth another thread
COLUMNS = 384, 4096  # of a block, at least and at most: narrower is slow, wider wins nothing


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Gather blocks of windows and multiply each with the filters."""
    seen = _windows(x, s)
    filters = weight.reshape(s.groups, s.c_out, -1)
    y: Array = np.empty((s.batch, s.groups, s.c_out, *s.out), x.dtype)
    order = (1, 2, 0, *range(3, y.ndim))

    def fill(box: Box) -> None:
        block = _gathered(seen, box, s)
        place = y[_at(box)].transpose(order)
        flat = _view(place, (s.groups, s.c_out, -1))
        if flat is None:
            found = scratch("found", (s.groups, s.c_out, block.shape[2]), y.dtype)
            place[...] = np.matmul(filters, block, out=found).reshape(place.shape)
        else:
            np.matmul(filters, block, out=flat)

    each(fill, boxes((s.batch, *s.out), _columns(s)))
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Multiply blocks of `y` with the windows that they came from, and add up."""
    seen = _windows(x, s)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    shape = (s.groups, s.c_out, s.c_in * prod(s.kernel))

    def add(box: Box, weight: Array) -> None:
        block = _gathered(seen, box, s)
        part = np.moveaxis(y[_at(box)], 0, 2).reshape(s.groups, s.c_out, -1)
        weight += part @ block.swapaxes(1, 2)

    weight = summed(add, boxes((s.batch, *s.out), _columns(s)), shape, y.dtype)
    return weight.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Gather with mirrored kernels, or multiply first and scatter: whatever takes less."""
    if _gathers(s):
        return adjoint_at_once(forward, y, weight, s)
    # What fits neither way is for the loop over kernel elements.
    return (taps if isinf(scatter.seconds(s)) else scatter).adjoint(y, weight, s)


def seconds(s: ConvShape, operation: str) -> float:
    """Return what an operation takes on one processor, roughly."""
    if operation == "adjoint":
        return min(_gathering(s), scatter.seconds(s))
    gathered = s.batch * s.groups * s.c_in * prod(s.kernel) * s.positions
    return 20e-6 + gathered * (0.4e-9 + s.c_out / 50e9)


@lru_cache(256)
def _gathers(s: ConvShape) -> bool:
    return _gathering(s) < scatter.seconds(s)


def _gathering(s: ConvShape) -> float:
    """Return the seconds of an adjoint that gathers with mirrored kernels: none where strided."""
    if s.c_out == 1 or set(s.stride) != {1}:
        return inf
    bank = s.groups * s.c_in * s.c_out * prod(s.kernel)
    gathered = s.batch * s.groups * s.c_out * prod(s.kernel) * prod(s.size)
    return 40e-6 + bank * 2.5e-9 + gathered * (0.4e-9 + s.c_in / 50e9)


def _windows(x: Array, s: ConvShape) -> Windows:
    """Return all that the kernel sees as views: (N, groups, c_in, *kernel, *out), no copies.

    What a strided kernel reads does not lie side by side along the last axis.  So positions with
    the same remainder, a phase, are brought together, and each phase has its own view, of every
    stride-th kernel element.
    """
    laid = _laid(x, s)
    image, channel, *axes, phase, step = laid.strides
    steps = [stride * move for stride, move in zip(axes, s.dilation, strict=False)]
    moves = [stride * move for stride, move in zip(axes, s.stride, strict=False)]
    strides = (image, channel * s.c_in, channel, *steps, step * s.dilation[-1], *moves, step)
    found = []
    for first in range(min(s.stride[-1], s.kernel[-1])):
        taps = len(range(first, s.kernel[-1], s.stride[-1]))
        shape = (s.batch, s.groups, s.c_in, *s.kernel[:-1], taps, *s.out)
        start, rest = divmod(first * s.dilation[-1], s.stride[-1])
        view = np.ndarray(shape, x.dtype, laid, start * step + rest * phase, strides)
        found.append((slice(first, None, s.stride[-1]), view))
    return found


def _laid(x: Array, s: ConvShape) -> Array:
    """Return `x` with the zeros around it, as (N, C, *room but the last axis, phases, length)."""
    move, lo = s.stride[-1], s.pads[-1][0]
    if move == 1 and x.shape[2:] == s.room:
        return np.ascontiguousarray(x)[..., None, :]
    laid = np.zeros((*x.shape[:2], *s.room[:-1], move, ceil(s.room[-1] / move)), x.dtype)

    def fill(box: Box) -> None:
        source, target = x[box], laid[(*box, *s.inner[:-1])]
        for phase in range(move):
            first = max(ceil((lo - phase) / move), 0)
            part = source[..., phase + first * move - lo :: move]
            target[..., phase, first : first + part.shape[-1]] = part

    each(fill, boxes(x.shape[:2], ceil(LAID / max(prod(s.size), 1))))
    return laid


def _gathered(seen: Windows, box: Box, s: ConvShape) -> Array:
    """Return the windows of a box of (N, *out) as (groups, elements, positions)."""
    flat = None
    for elements, view in seen:
        part = view[_at(box)]
        part = part.transpose(*range(1, part.ndim - len(s.out)), 0, *range(-len(s.out), 0))
        if len(seen) == 1:
            flat = _view(part, (s.groups, s.c_in * prod(s.kernel), -1))
        if flat is None:
            shape = (s.groups, s.c_in, *s.kernel, *part.shape[-1 - len(s.out) :])
            block = scratch("block", shape, part.dtype)
            block[(..., elements, *[slice(None)] * (1 + len(s.out)))] = part
    return block.reshape(s.groups, s.c_in * prod(s.kernel), -1) if flat is None else flat


def _view(a: Array, shape: tuple[int, ...]) -> Array | None:
    """Return `a` in another shape, if that takes no copy."""
    try:
        return a.reshape(shape, copy=False)
    except ValueError:
        return None


def _columns(s: ConvShape) -> int:
    """Return of how many output positions to gather the windows at a time."""
    tall = s.groups * s.c_in * prod(s.kernel)
    return min(max(BLOCK // tall, COLUMNS[0]), COLUMNS[1])


def _at(box: Box) -> tuple[Any, ...]:
    """Return the index of a box of (N, *out) in an array with more axes between."""
    return (box[0], ..., *box[1:])
