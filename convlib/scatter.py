"""Multiply first, then scatter: the adjoint of gathering and multiplying.

Each output is multiplied with all filters at once, which gives every kernel element's share of what
it is to add where `forward` reads.  Positions with the same remainder modulo the stride, a phase,
lie side by side until all shares are added up, so that each addition is dense.
"""

from __future__ import annotations

from itertools import product
from math import ceil, inf, prod
from typing import TYPE_CHECKING

import numpy as np

from .blocks import boxes, cuts
from .phases import aligned, all_phases, folded, interleave
from .threads import each, get_num_threads, scratch, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._backend import Array
    from .blocks import Box
    from .shapes import ConvShape
    from .window import Ints

__all__ = ["adjoint", "seconds"]

SHARES = 1 << 21  # elements at a time
LARGEST = 4 * SHARES  # of one channel, which is not cut
TASK = 1 << 17  # shares that are worth another thread
STACK = 1 << 19  # where they are so few to add up
COLUMNS = 2048  # outputs of some images at least, that are multiplied together
ALL = (slice(None), slice(None))


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply, add up by phase, and lay the phases where they belong."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    if _stacks(s):
        bank, fill_phases = folded(bank, s), _stack
    else:
        bank, fill_phases = bank.swapaxes(1, 2), _add_products
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    x: Array = np.empty((s.batch, s.groups, s.c_in, *s.size), y.dtype)
    length = [ceil(n / move) for n, move in zip(s.room, s.stride, strict=True)]
    before = [lo for lo, _ in s.pads]

    def fill(box: Box) -> None:
        n, g, c = box
        target, given = x[n, g, c], np.moveaxis(y[n, g], 0, 2)
        lead = (*target.shape[1:3], *s.stride, len(target))
        phases = scratch("phases", (*lead, *length), x.dtype)
        fill_phases(phases, bank[g, c], given, s)
        interleave(np.moveaxis(phases, len(lead) - 1, 0), target, s.stride, before)

    each(fill, _shares(s))
    return x.reshape(s.batch, s.groups * s.c_in, *s.size)


def seconds(s: ConvShape) -> float:
    """Return what the adjoint takes on one processor, roughly: for ever, if it does not fit."""
    if prod(s.kernel) * s.positions > LARGEST:
        return inf
    if _stacks(s):
        taps = prod(all_phases(s)[2].kernel)
        planes = s.batch * s.groups * s.positions
        return 80e-6 + planes * (taps + 2 * s.c_in * prod(s.stride)) * 0.3e-9
    shares = s.batch * s.groups * s.c_in * prod(s.kernel) * s.positions
    return 30e-6 + 4e-6 * prod(s.kernel) + shares * (1.2e-9 + s.c_out / 50e9)


def _stacks(s: ConvShape) -> bool:
    """Return whether the phases of an adjoint are one product of few rows."""
    return s.c_out == 1 and aligned(s)


def _add_products(phases: Array, bank: Array, y: Array, s: ConvShape) -> None:
    """Add up products of `y` and `bank` (groups, channels, filters, *kernel), by element."""
    phases[...] = 0
    groups, channels, filters, *kernel = bank.shape
    part = np.moveaxis(bank, 2, -1).reshape(groups, -1, filters)
    given = y.reshape(groups, filters, -1)
    shares = scratch("shares", (*part.shape[:2], given.shape[2]), y.dtype)
    np.matmul(part, given, out=shares)
    shares = shares.reshape(groups, channels, *kernel, *y.shape[2:])
    for tap, phase, starts in _met(s):
        place = (slice(first, first + n) for first, n in zip(starts, s.out, strict=True))
        phases[(*ALL, *phase, slice(None), *place)] += shares[(*ALL, *tap)]


def _stack(phases: Array, bank: Array, y: Array, s: ConvShape) -> None:
    """Write all phases as one product: the one channel of `y`, shifted to and fro, is few rows."""
    taps = all_phases(s)[2].kernel
    shifted = _shifted(y[:, 0], phases.shape[-len(s.out) :], taps, s)
    filters = bank.reshape(len(y), -1, prod(taps))
    np.matmul(filters, shifted, out=phases.reshape(len(y), filters.shape[1], -1))


def _shifted(y: Array, length: Ints, taps: Ints, s: ConvShape) -> Array:
    """Return copies of `y` (groups, N, *out), one for each of so many kernel elements, as rows.

    Laid out like a phase, with zeros around, a shift along any axis is one of all of it.
    """
    steps = [
        prod(length[axis + 1 :]) * (d if move == 1 else 1)
        for axis, (d, move) in enumerate(zip(s.dilation, s.stride, strict=True))
    ]
    ahead = sum(step * (t - 1) for step, t in zip(steps, taps, strict=True))
    given = scratch("given", (*y.shape[:2], ahead + prod(length)), y.dtype)
    if not unchanged("given", (given.shape, given.dtype, length, s.out)):
        given[...] = 0
    inner = given[..., ahead:].reshape(*y.shape[:2], *length, copy=False)
    inner[(..., *map(slice, s.out))] = y
    group, image, one = given.strides
    strides = (group, *(-step * one for step in steps), image, one)
    shape = (len(y), *taps, y.shape[1], prod(length))
    shifted = scratch("shifted", shape, y.dtype)
    shifted[...] = np.ndarray(shape, y.dtype, given, ahead * one, strides)
    return shifted.reshape(len(y), prod(taps), -1)


def _met(s: ConvShape) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield each kernel element, the phase of what it meets, and where there it meets the first."""
    for tap in product(*map(range, s.kernel)):
        reach = (t * d for t, d in zip(tap, s.dilation, strict=True))
        starts, phase = zip(*map(divmod, reach, s.stride), strict=True)
        yield tap, phase, starts


def _shares(s: ConvShape) -> list[Box]:
    """Cut (N, groups, c_in) into boxes of `SHARES` shares; one for each thread, if it pays."""
    made = prod(s.kernel) * s.positions
    total = s.batch * s.groups * s.c_in * made
    size = min(SHARES, max(total // get_num_threads(), STACK if _stacks(s) else TASK))
    images = ceil(COLUMNS / s.positions)
    n, rest = cuts(s.batch, images), size // max(made * min(images, s.batch), 1)
    return [(first, *others) for first, others in product(n, boxes((s.groups, s.c_in), rest))]
