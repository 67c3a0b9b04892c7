"""Share products between neighbours: Winograd's minimal filtering, for kernels of 3.

Two neighbouring outputs of a kernel (g0, g1, g2) on inputs d0 to d3 take 6
multiplications, or 4:

    m0 = (d0 - d2) * g0                     y0 = m0 + m1 + m2
    m1 = (d1 + d2) * (g0 + g1 + g2) / 2     y1 = m1 - m2 - m3
    m2 = (d2 - d1) * (g0 - g1 + g2) / 2
    m3 = (d1 - d3) * g2

What is done to the kernel is done once.  On two axes the same is done along each, so
that a tile of 2 x 2 outputs takes 16 multiplications, not 36; on three axes 64, not
216.  With many channels, the 16 are 16 matrix products, and the additions around them
are a small part of the work.
(S. Winograd: Arithmetic Complexity of Computations, 1980, doi:10.1137/1.9781611970364;
A. Lavin, S. Gray: Fast Algorithms for Convolutional Neural Networks, 2015,
arXiv:1509.09308.)

Tiles overlap by half.  So even and odd positions are brought apart first: then d0 and
d2 of all tiles are one row of memory and its neighbour, and d1 and d3 another.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from math import ceil, prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from . import gemm
from .blocks import boxes
from .phases import adjoint_at_once
from .threads import blas_on_one_thread, each, scratch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._backend import Array
    from .blocks import Box  # here of images, and tiles on each axis
    from .shapes import ConvShape

__all__ = ["adjoint", "fits", "forward", "weight_grad"]

BLOCK = 1 << 18  # elements of the transformed inputs at a time
COLUMNS = 128, 4096  # of a matrix product, at least and at most
KERNEL = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])


def fits(s: ConvShape) -> bool:
    """Return whether the kernel has 3 elements side by side on each axis, and moves by 1."""
    return {*s.kernel} == {3} and {*s.stride, *s.dilation} == {1}


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply tiles of 4 with kernels of 4, along each axis; what does not fit is for `gemm`."""
    if not fits(s):
        return gemm.forward(x, weight, s)
    bank = _kernels(weight, s)
    x = x.reshape(s.batch, s.groups, s.c_in, *s.size)
    y: Array = np.empty((s.batch, s.groups, s.c_out, *s.out), x.dtype)

    def fill(box: Box) -> None:
        halves = _halves(x, box, s)
        lengths = halves.shape[-len(s.out) :]
        steps = [prod(lengths[axis:]) for axis in range(1, len(lengths) + 1)]
        tiles = _tiles(halves.reshape(*halves.shape[: len(s.out) + 2], -1), steps)
        shape = (*tiles.shape[:-2], s.c_out, tiles.shape[-1])
        found = np.matmul(bank, tiles, out=scratch("products", shape, y.dtype))
        _put(_outputs(found, len(s.out)), y, box, (prod(lengths), *steps))

    each(fill, boxes((s.batch, *(ceil(n / 2) for n in s.out)), _columns(s)))
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve with the mirrored kernels, which have 3 elements on each axis as well."""
    return adjoint_at_once(forward, y, weight, s) if fits(s) else gemm.adjoint(y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Leave it to `gemm`: here `y` is what slides, and that is large."""
    return gemm.weight_grad(x, y, s)


def _kernels(weight: Array, s: ConvShape) -> Array:
    """Return what the tiles are multiplied with: (4 on each axis, groups, c_out, c_in)."""
    along = reduce(np.kron, [KERNEL] * len(s.kernel)).astype(weight.dtype)
    with blas_on_one_thread():  # its others would keep a processor busy for a while
        bank = along @ weight.reshape(-1, along.shape[1]).T
    return bank.reshape(*[4] * len(s.kernel), s.groups, s.c_out, s.c_in)


def _halves(x: Array, box: Box, s: ConvShape) -> Array:
    """Return what the tiles of a box read: (even and odd on each axis, groups, c_in, N, *half)."""
    images, *places = box
    lengths = [cut.stop - cut.start + 1 for cut in places]  # a tile reads its own and the next
    shape = (*[2] * len(places), s.groups, s.c_in, images.stop - images.start, *lengths)
    halves = scratch("halves", shape, x.dtype)
    seen = np.moveaxis(x[images], 0, 2)
    for odd in product((0, 1), repeat=len(places)):
        axes = zip(places, odd, s.pads, lengths, s.size, strict=True)
        met = [_met(2 * cut.start + rest - lo, n, size) for cut, rest, (lo, _), n, size in axes]
        here, there = zip(*met, strict=True)
        if any(part != slice(0, n) for part, n in zip(there, lengths, strict=True)):
            halves[odd] = 0
        halves[(*odd, ..., *there)] = seen[(..., *here)]
    return halves


def _met(start: int, count: int, size: int) -> tuple[slice, slice]:
    """Return which of `size` positions every second one from `start` on meets, and where."""
    first = max(ceil(-start / 2), 0)
    last = max(min(ceil((size - start) / 2), count), first)
    return slice(start + 2 * first, start + 2 * last, 2), slice(first, last)


def _tiles(halves: Array, steps: Sequence[int]) -> Array:
    """Return the sums and differences that are multiplied: (4 on each axis, ..., positions).

    The neighbour of a row's last position is the next row's first: no tile begins there, and it is
    cheaper to compute a few numbers for nothing than to stop at the end of each row.
    """
    for axis, step in enumerate(steps):
        even, odd = np.moveaxis(halves, axis, 0)
        (d0, d2), (d1, d3) = ((half[..., :-step], half[..., step:]) for half in (even, odd))
        shape = (*halves.shape[:axis], 4, *d0.shape[axis:])
        halves = scratch(f"tiles {axis}", shape, halves.dtype)
        tiles = np.moveaxis(halves, axis, 0)
        np.subtract(d0, d2, out=tiles[0])
        np.add(d1, d2, out=tiles[1])
        np.subtract(d2, d1, out=tiles[2])
        np.subtract(d1, d3, out=tiles[3])
    return halves


def _outputs(found: Array, axes: int) -> Array:
    """Add the products up, in place, and return the outputs: (2 on each axis, ..., positions)."""
    for axis in range(axes):
        first, second, third, fourth = np.moveaxis(found, axis, 0)
        first += second
        first += third
        second -= third
        second -= fourth
        found = found[(*[slice(None)] * axis, slice(2))]
    return found


def _put(found: Array, y: Array, box: Box, steps: Sequence[int]) -> None:
    """Lay the outputs of a box where they belong in `y`; the last tiles may stand over."""
    images, *places = box
    y = np.moveaxis(y[images], 0, 2)
    strides = *found.strides[-3:-1], *(step * y.itemsize for step in steps)
    for odd in product((0, 1), repeat=len(places)):
        ends = zip(places, odd, strict=True)
        place = y[(..., *(slice(2 * cut.start + rest, 2 * cut.stop, 2) for cut, rest in ends))]
        place[...] = as_strided(found[odd], place.shape, strides)


def _columns(s: ConvShape) -> int:
    """Return how many tiles to work on at a time."""
    tall = prod([4] * len(s.kernel)) * s.groups * max(s.c_in, s.c_out)
    return min(max(BLOCK // tall, COLUMNS[0]), COLUMNS[1])
