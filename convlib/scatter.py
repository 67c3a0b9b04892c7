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
from .threads import each, get_num_threads, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._backend import Array
    from .blocks import Box
    from .shapes import ConvShape
    from .window import Ints

__all__ = ["adjoint", "seconds"]

SHARES = 1 << 21  # elements at a time
LARGEST = 4 * SHARES  # of one channel, which is not cut
TASK = 1 << 17  # elements that are worth another thread
COLUMNS = 2048  # outputs of some images at least, that are multiplied together
ALL = (slice(None), slice(None))


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply, add up by phase, and lay the phases where they belong."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    x: Array = np.empty((s.batch, s.groups, s.c_in, *s.size), y.dtype)
    fill_phases = _stack if _stacks(s) else _add_products
    length = [ceil(n / move) for n, move in zip(s.room, s.stride, strict=True)]
    before = [lo for lo, _ in s.pads]

    def fill(box: Box) -> None:
        n, g, c = box
        target, given = x[n, g, c], np.moveaxis(y[n, g], 0, 2)
        lead = (*target.shape[1:3], *s.stride, len(target))
        phases = scratch("phases", (*lead, *length), x.dtype)
        fill_phases(phases, bank[g, :, c], given, s)
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
    """Add up the products of `bank` and `y` (groups, filters, N, *out), one for all elements."""
    phases[...] = 0
    groups, filters, channels, *kernel = bank.shape
    part, given = bank.reshape(groups, filters, -1).swapaxes(1, 2), y.reshape(groups, filters, -1)
    shares = scratch("shares", (*part.shape[:2], given.shape[2]), y.dtype)
    np.matmul(part, given, out=shares)
    shares = shares.reshape(groups, channels, *kernel, *y.shape[2:])
    for tap, phase, starts in _met(s):
        place = (slice(first, first + n) for first, n in zip(starts, s.out, strict=True))
        phases[(*ALL, *phase, slice(None), *place)] += shares[(*ALL, *tap)]


def _stack(phases: Array, bank: Array, y: Array, s: ConvShape) -> None:
    """Write all phases as one product: the one channel of `y`, shifted to and fro, is few rows.

    Laid out like a phase, with zeros behind, a shift along any axis is one of all of it.
    """
    groups, channels, images = len(y), bank.shape[2], y.shape[2]
    length = phases.shape[-len(s.out) :]
    taps = all_phases(s)[2].kernel
    given = scratch("given", (groups, images, *length), y.dtype)
    given[...] = 0
    given[(..., *map(slice, s.out))] = y[:, 0]
    given = given.reshape(groups, images, -1)
    shifted = scratch("shifted", (groups, prod(taps), *given.shape[1:]), y.dtype)
    for number, tap in enumerate(np.ndindex(*taps)):
        starts = [
            t * (d if move == 1 else 1)
            for t, d, move in zip(tap, s.dilation, s.stride, strict=True)
        ]
        by = int(np.ravel_multi_index(starts, length))
        shifted[:, number, :, :by] = 0
        shifted[:, number, :, by:] = given[..., : given.shape[-1] - by]
    filters = folded(bank, s).reshape(groups, -1, prod(taps))
    shape = (groups, channels * prod(s.stride), -1)
    np.matmul(filters, shifted.reshape(groups, prod(taps), -1), out=phases.reshape(shape))


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
    size = min(SHARES, max(total // get_num_threads(), SHARES if _stacks(s) else TASK))
    images = ceil(COLUMNS / s.positions)
    n, rest = cuts(s.batch, images), size // max(made * min(images, s.batch), 1)
    return [(first, *others) for first, others in product(n, boxes((s.groups, s.c_in), rest))]
