"""Gather and multiply: the windows that the kernel sees, as columns of a matrix.

With all windows side by side, a convolution is one matrix product: filters times windows.
That matrix (``im2col``) holds each input once per kernel element, too much for memory and cache.
So windows are a view first, which costs nothing, and only a block of output positions at a time
is gathered from it, small enough to stay in the cache until the product has read it.
The adjoint multiplies first and scatters then; the weight gradient gathers the same blocks.
"""

from __future__ import annotations

from itertools import product
from math import ceil, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ._backend import pad_spatial
from .threads import each, get_num_threads, scratch, summed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "boxes", "cuts", "forward", "weight_grad", "windows"]

Box = tuple[slice, ...]
BLOCK = 1 << 18  # elements of a gathered block: about the cache that a core has to itself
COLUMNS = 192, 4096  # of a block, at least and at most: narrower is slow, wider wins nothing


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Gather blocks of windows and multiply each with the filters."""
    seen = windows(x, s)
    filters = weight.reshape(s.groups, s.c_out, -1)
    y: Array = np.empty((s.batch, s.groups, s.c_out, *s.out), x.dtype)

    def fill(box: Box) -> None:
        block = _gathered(seen, box, s)
        place = np.moveaxis(y[_at(box)], 0, 2)
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
    seen = windows(x, s)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    shape = (s.groups, s.c_out, s.c_in * prod(s.kernel))

    def add(box: Box, weight: Array) -> None:
        block = _gathered(seen, box, s)
        part = np.moveaxis(y[_at(box)], 0, 2).reshape(s.groups, s.c_out, -1)
        weight += part @ block.swapaxes(1, 2)

    weight = summed(add, boxes((s.batch, *s.out), _columns(s)), shape, y.dtype)
    return weight.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply first, then add each kernel element's share where `forward` reads it."""
    filters = weight.reshape(s.groups, s.c_out, s.c_in, -1)
    flat = y.reshape(s.batch, s.groups, s.c_out, s.positions)
    x: Array = np.empty((s.batch, s.groups, s.c_in, *s.size), y.dtype)
    images = ceil(COLUMNS[1] / (2 * s.positions))
    made = prod(s.kernel) * s.positions * s.groups * min(images, s.batch)  # of one channel
    channels = ceil(8 * BLOCK / max(made, 1))

    def fill(box: tuple[slice, slice]) -> None:
        n, c = box
        part = filters[:, :, c].reshape(s.groups, s.c_out, -1).swapaxes(1, 2)
        block = np.moveaxis(flat[n], 0, 2)
        flat_block = block.reshape(s.groups, s.c_out, -1)
        shares = scratch("shares", (*part.shape[:2], flat_block.shape[2]), y.dtype)
        np.matmul(part, flat_block, out=shares)
        shares = shares.reshape(s.groups, -1, *s.kernel, block.shape[2], *s.out)
        x[n, :, c] = np.moveaxis(_scattered(shares, s), 2, 0)

    each(fill, list(product(cuts(s.batch, images), cuts(s.c_in, channels))))
    return x.reshape(s.batch, s.groups * s.c_in, *s.size)


def windows(x: Array, s: ConvShape) -> Array:
    """Return all that the kernel sees as a view: (N, groups, c_in, *kernel, *out), no copy."""
    padded = pad_spatial(x, s.room, s.inner)
    image, channel, *axes = padded.strides
    steps = (stride * move for stride, move in zip(axes, s.dilation, strict=True))
    moves = (stride * move for stride, move in zip(axes, s.stride, strict=True))
    return as_strided(
        padded,
        (s.batch, s.groups, s.c_in, *s.kernel, *s.out),
        (image, channel * s.c_in, channel, *steps, *moves),
        writeable=False,
    )


def _gathered(seen: Array, box: Box, s: ConvShape) -> Array:
    """Return the windows of a box of (N, *out) as (groups, elements, positions)."""
    block = np.moveaxis(seen[_at(box)], 0, -1 - len(s.out))
    tall = s.c_in * prod(s.kernel)
    flat = _view(block, (s.groups, tall, -1))
    if flat is None:
        flat = scratch("block", (s.groups, tall, block[0].size // tall), seen.dtype)
        flat.reshape(block.shape)[...] = block
    return flat


def _view(a: Array, shape: tuple[int, ...]) -> Array | None:
    """Return `a` in another shape, if that takes no copy."""
    try:
        return a.reshape(shape, copy=False)
    except ValueError:
        return None


def _scattered(shares: Array, s: ConvShape) -> Array:
    """Add (groups, c_in, *kernel, N, *out) up where they belong in (groups, c_in, N, *size).

    Positions with the same remainder modulo the stride, a phase, lie side by side meanwhile, so
    that each addition is dense.
    """
    groups, channels, images = shares.shape[0], shares.shape[1], shares.shape[2 + len(s.out)]
    length = [ceil(n / move) for n, move in zip(s.room, s.stride, strict=True)]
    phases = scratch("phases", (groups, channels, *s.stride, images, *length), shares.dtype)
    phases[...] = 0
    for tap in product(*map(range, s.kernel)):
        starts = [divmod(t * d, move) for t, d, move in zip(tap, s.dilation, s.stride, strict=True)]
        phase = tuple(rest for _, rest in starts)
        place = (slice(q, q + n) for (q, _), n in zip(starts, s.out, strict=True))
        phases[(slice(None), slice(None), *phase, slice(None), *place)] += shares[:, :, *tap]
    axes = len(s.out)
    order = (n for axis in range(axes) for n in (axis + axes + 3, axis + 2))
    merged: Array = phases.transpose(0, 1, 2 + axes, *order).reshape(
        groups, channels, images, *(n * move for n, move in zip(length, s.stride, strict=True))
    )
    return merged[(..., *s.inner)]


def _columns(s: ConvShape) -> int:
    """Return of how many output positions to gather the windows at a time."""
    tall = s.groups * s.c_in * prod(s.kernel)
    return min(max(BLOCK // tall, COLUMNS[0]), COLUMNS[1])


def _at(box: Box) -> tuple[Any, ...]:
    """Return the index of a box of (N, *out) in an array with more axes between."""
    return (box[0], ..., *box[1:])


def boxes(shape: Sequence[int], size: int) -> list[Box]:
    """Cut an index space into boxes of about `size` positions, the last axes whole first.

    Where an axis is cut, each thread gets as many of its parts.
    """
    sides: list[list[slice]] = []
    for n in reversed(shape):
        whole = n <= size
        sides.append(cuts(n, size, 1 if whole else get_num_threads()))
        size = size // max(n, 1) if whole else 1
    return list(product(*reversed(sides)))


def cuts(n: int, size: int, multiple: int = 1) -> list[slice]:
    """Cut `n` positions into equal parts of at most about `size`, some multiple of parts."""
    parts = ceil(n / max(size, 1) / multiple) * multiple
    part = ceil(n / parts) if n else 1
    return [slice(start, min(start + part, n)) for start in range(0, n, part)]
