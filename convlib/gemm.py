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

from .phases import adjoint_at_once, interleave
from .threads import each, get_num_threads, scratch, summed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._backend import Array
    from .shapes import ConvShape
    from .window import Ints

__all__ = ["adjoint", "boxes", "cuts", "forward", "weight_grad"]

Box = tuple[slice, ...]
Windows = list[tuple[slice, Any]]  # which elements of the last kernel axis, and what they see
BLOCK = 1 << 18  # elements of a gathered block: about the cache that a core has to itself
LAID = 1 << 17  # elements of the input that are worth another thread
_ALL = (slice(None), slice(None))
COLUMNS = 192, 4096  # of a block, at least and at most: narrower is slow, wider wins nothing


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
    """Multiply first, then add each kernel element's share where `forward` reads it.

    Positions with the same remainder modulo the stride, a phase, lie side by side meanwhile, so
    that each addition is dense.  Where that pays, the mirrored kernels gather instead.
    """
    if _gathering_pays(s):
        return adjoint_at_once(forward, y, weight, s)
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    x: Array = np.empty((s.batch, s.groups, s.c_in, *s.size), y.dtype)
    add = _add_scaled if s.c_out == 1 else _add_products
    length = [ceil(n / move) for n, move in zip(s.room, s.stride, strict=True)]
    before = [lo for lo, _ in s.pads]

    def fill(box: Box) -> None:
        n, g, c = box
        target, given = x[n, g, c], np.moveaxis(y[n, g], 0, 2)
        lead = (*target.shape[1:3], *s.stride, len(target))
        phases = scratch("phases", (*lead, *length), x.dtype)
        phases[...] = 0
        add(phases, bank[g, :, c], given, s)
        interleave(np.moveaxis(phases, len(lead) - 1, 0), target, s.stride, before)

    each(fill, _shares(s))
    return x.reshape(s.batch, s.groups * s.c_in, *s.size)


def _add_products(phases: Array, bank: Array, y: Array, s: ConvShape) -> None:
    """Add the products of `bank` and `y` (groups, filters, N, *out), one for all elements."""
    groups, filters, channels, *kernel = bank.shape
    part, given = bank.reshape(groups, filters, -1).swapaxes(1, 2), y.reshape(groups, filters, -1)
    shares = scratch("shares", (*part.shape[:2], given.shape[2]), y.dtype)
    np.matmul(part, given, out=shares)
    shares = shares.reshape(groups, channels, *kernel, *y.shape[2:])
    for tap, phase, starts in _met(s):
        place = (slice(first, first + n) for first, n in zip(starts, s.out, strict=True))
        phases[(*_ALL, *phase, slice(None), *place)] += shares[(*_ALL, *tap)]


def _add_scaled(phases: Array, bank: Array, y: Array, s: ConvShape) -> None:
    """Add the multiples of the one channel of `y`, laid out like a phase: elements are shifts."""
    images, length = y.shape[2], phases.shape[-len(s.out) :]
    flat = phases.reshape(*phases.shape[: -len(length) - 1], images, -1)
    given = scratch("given", (len(y), 1, images, *length), y.dtype)
    given[...] = 0
    given[(..., *map(slice, s.out))] = y
    given = given.reshape(len(y), 1, images, -1)
    for tap, phase, starts in _met(s):
        by = int(np.ravel_multi_index(starts, length))
        scale = bank[:, 0][(*_ALL, *tap)][:, :, None, None]
        share = scratch("share", (*scale.shape[:2], images, given.shape[-1] - by), y.dtype)
        place = flat[(*_ALL, *phase)][..., by:]
        place += np.multiply(scale, given[..., : given.shape[-1] - by], out=share)


def _met(s: ConvShape) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield each kernel element, the phase of what it meets, and where there it meets the first."""
    for tap in product(*map(range, s.kernel)):
        reach = (t * d for t, d in zip(tap, s.dilation, strict=True))
        starts, phase = zip(*map(divmod, reach, s.stride), strict=True)
        yield tap, phase, starts


def _gathering_pays(s: ConvShape) -> bool:
    """Return whether gathering takes fewer seconds than scattering, roughly, one processor's."""
    if s.c_out == 1 or set(s.stride) != {1}:
        return False
    elements = s.batch * s.groups * prod(s.kernel)
    gathered, scattered = elements * s.c_out * prod(s.size), elements * s.c_in * s.positions
    gather = gathered * (0.4e-9 + s.c_in / 50e9) + s.groups * s.c_in * s.c_out * prod(s.kernel) * 2.5e-9
    return gather < scattered * (1e-9 + s.c_out / 50e9)


def _shares(s: ConvShape) -> list[Box]:
    """Cut (N, groups, c_in) into boxes of `8 * BLOCK` shares; one for each thread, if it pays."""
    made = prod(s.kernel) * s.positions
    total = s.batch * s.groups * s.c_in * made
    size = min(8 * BLOCK, max(total // get_num_threads(), BLOCK // 2))
    images = ceil(COLUMNS[1] / (2 * s.positions))
    n, rest = cuts(s.batch, images), size // max(made * min(images, s.batch), 1)
    return [(first, *others) for first, others in product(n, boxes((s.groups, s.c_in), rest))]


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
        source, target = x[box], laid[box][(..., *s.inner[:-1], slice(None), slice(None))]
        for phase in range(move):
            first = max(ceil((lo - phase) / move), 0)
            part = source[..., phase + first * move - lo :: move]
            target[..., phase, first : first + part.shape[-1]] = part

    each(fill, boxes(x.shape[:2], ceil(LAID / max(prod(s.size), 1))))
    return laid


def _gathered(seen: Windows, box: Box, s: ConvShape) -> Array:
    """Return the windows of a box of (N, *out) as (groups, elements, positions)."""
    flat = None
    for taps, view in seen:
        part = view[_at(box)]
        part = part.transpose(*range(1, part.ndim - len(s.out)), 0, *range(-len(s.out), 0))
        if len(seen) == 1:
            flat = _view(part, (s.groups, s.c_in * prod(s.kernel), -1))
        if flat is None:
            shape = (s.groups, s.c_in, *s.kernel, *part.shape[-1 - len(s.out) :])
            block = scratch("block", shape, part.dtype)
            block[(..., taps, *[slice(None)] * (1 + len(s.out)))] = part
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
