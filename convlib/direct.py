"""Multiply and add in place: no matrix product, for kernels that read few channels.

Where each output reads one channel, a matrix product has nothing to share between filters.
So this goes by the definition, with the longest possible inner loop: for each kernel element, a
whole plane of outputs at once, ``y += weight * x`` shifted.
In a plane laid out row after row, a shift by rows is another place to start reading and costs
nothing; only for the shifts along a row copies are made, in which what a row lost to the next one
is zero.  Rows then follow each other without a gap, and the inner loop runs over all of them.
Every position is computed; a stride picks from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from ._backend import pad_spatial
from .gemm import boxes
from .phases import adjoint_by_phases
from .threads import each, scratch, summed

if TYPE_CHECKING:
    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "weight_grad"]

PLANE = 1 << 13  # outputs of one channel at a time: they stay in the fastest cache
BLOCK = 1 << 20  # elements of the shifted copies at a time
N, G, F, C, LAST, PLACE, LEAD = range(7)  # einsum's names of the axes; LEAD and on: kernel rows


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Add up every kernel element's share, plane by plane."""
    planes = _Planes.of(x, s)
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    y: Array = np.empty((s.batch, s.groups, s.c_out, *s.out), x.dtype)

    def fill(box: tuple[slice, ...]) -> None:
        n, g, *rows = box
        found = y[(n, g, slice(None), *rows)]
        flat = planes.scratch(found.shape)
        np.einsum(
            bank[g],
            [G, F, C, *planes.rows, LAST],
            planes.seen(box, found.shape),
            [N, G, C, LAST, *planes.rows, PLACE],
            [N, G, F, PLACE],
            out=flat,
        )
        found[...] = planes.picked(flat, found.shape)

    each(fill, planes.boxes())
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve the phases of the stride, each with the elements that meet it."""
    return adjoint_by_phases(forward, y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Add up the product of `y` with what each kernel element saw, plane by plane."""
    planes = _Planes.of(x, s)
    y = y.reshape(s.batch, s.groups, s.c_out, *s.out)
    shape = (s.groups, s.c_out, s.c_in, *s.kernel)
    order = (*range(3), *range(4, 3 + len(s.kernel)), 3)  # einsum gives the last axis first

    def add(box: tuple[slice, ...], weight: Array) -> None:
        n, g, *rows = box
        given = y[(n, g, slice(None), *rows)]
        flat = planes.scratch(given.shape)
        flat[...] = 0
        planes.picked(flat, given.shape)[...] = given
        part = np.einsum(
            flat,
            [N, G, F, PLACE],
            planes.seen(box, given.shape),
            [N, G, C, LAST, *planes.rows, PLACE],
            [G, F, C, LAST, *planes.rows],
        )
        weight[g] += part.transpose(order)

    weight = summed(add, planes.boxes(), shape, y.dtype)
    return weight.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


@dataclass(frozen=True)
class _Planes:
    """The planes of an input, at least as wide as those of the output at stride 1."""

    x: Array  # (N, groups, c_in, *size), row after row in memory
    before: tuple[int, ...]  # zeros before each axis that are not in x
    s: ConvShape

    @classmethod
    def of(cls, x: Array, s: ConvShape) -> _Planes:
        before = tuple(lo for lo, _ in s.pads)
        if (s.out[-1] - 1) * s.stride[-1] + 1 > s.size[-1]:
            x, before = pad_spatial(x, s.room, s.inner), (0,) * len(before)
        x = np.ascontiguousarray(x)
        return cls(x.reshape(s.batch, s.groups, s.c_in, *x.shape[2:]), before, s)

    @property
    def rows(self) -> range:
        """Einsum's names of the kernel's axes but the last."""
        return range(LEAD, LEAD + len(self.before) - 1)

    def boxes(self) -> list[tuple[slice, ...]]:
        """Cut (N, groups, *out) into boxes; the last axis stays whole."""
        s, wide = self.s, self.x.shape[-1]
        skipped = prod(s.stride[:-1])
        places = boxes(s.out[:-1], PLANE // (wide * skipped))
        rows = prod(cut.stop - cut.start for cut in places[0]) * skipped
        images = boxes((s.batch, s.groups), BLOCK // (rows * wide * s.c_in * s.kernel[-1]))
        return [(*image, *place, slice(None)) for image, place in product(images, places)]

    def scratch(self, shape: tuple[int, ...]) -> Array:
        """Return room for planes that hold every position of a box of the output, and more."""
        steps, heights = self._steps(shape), self._heights(shape)
        length = sum((n - 1) * step for n, step in zip(heights, steps, strict=True))
        return scratch("flat", (*shape[:3], length + self.x.shape[-1]), self.x.dtype)

    def picked(self, flat: Array, shape: tuple[int, ...]) -> Array:
        """Return the positions of `flat` that the stride picks, as a view of that shape."""
        moves = (a * b for a, b in zip((*self._steps(shape), 1), self.s.stride, strict=True))
        strides = (*flat.strides[:-1], *(move * flat.itemsize for move in moves))
        return np.ndarray(shape, flat.dtype, flat, strides=strides)

    def seen(self, box: tuple[slice, ...], shape: tuple[int, ...]) -> Array:
        """Return what the kernel sees of a box as (N, groups, C, last kernel axis, *rows, flat)."""
        n, g, *rows = box
        s, x = self.s, self.x[n, g]
        tall = self._tall(shape)
        copies = scratch("copies", (*x.shape[:3], s.kernel[-1], *tall, x.shape[-1]), x.dtype)
        starts = [
            (cut.start or 0) * move - lo
            for cut, move, lo in zip(rows, s.stride, self.before, strict=True)
        ][:-1]
        met = [_overlap(*axis) for axis in zip(starts, tall, x.shape[3:-1], strict=True)]
        source, target = [cut for cut, _ in met], [cut for _, cut in met]
        if any(cut != slice(0, height) for cut, height in zip(target, tall, strict=True)):
            copies[...] = 0
        for tap in range(s.kernel[-1]):
            by = tap * s.dilation[-1] - self.before[-1]
            _shift(
                x[(..., *source, slice(None))],
                copies[:, :, :, tap][(..., *target, slice(None))],
                by,
            )
        steps = self._steps(shape)
        moves = (d * step * x.itemsize for d, step in zip(s.dilation, steps, strict=False))
        view = (*copies.shape[:4], *s.kernel[:-1], self.scratch(shape).shape[-1])
        strides = (*copies.strides[:4], *moves, x.itemsize)
        return np.ndarray(view, x.dtype, copies, strides=strides)

    def _heights(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many rows a box of the output spans at stride 1, on all axes but the last."""
        return tuple((n - 1) * m + 1 for n, m in zip(shape[3:-1], self.s.stride, strict=False))

    def _tall(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many rows of the padded input it sees."""
        spans = (d * (k - 1) for d, k in zip(self.s.dilation, self.s.kernel, strict=True))
        return tuple(n + span for n, span in zip(self._heights(shape), spans, strict=False))

    def _steps(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return how far apart these rows lie, in elements."""
        sides = (*self._tall(shape), self.x.shape[-1])
        return tuple(prod(sides[axis + 1 :]) for axis in range(len(sides) - 1))


def _overlap(start: int, height: int, size: int) -> tuple[slice, slice]:
    """Return which of `size` rows are among `height` rows from `start` on, and where there."""
    first, last = max(start, 0), max(min(start + height, size), start, 0)
    return slice(first, last), slice(first - start, last - start)


def _shift(source: Array, target: Array, by: int) -> None:
    """Copy each row to one that starts `by` later in it, with zeros where there is nothing."""
    wide = source.shape[-1]
    if abs(by) >= wide:
        target[...] = 0
        return
    if source.ndim > 4:  # all rows move as one, and what came over from the row beside is wiped out
        merged = (*source.shape[:-2], source.shape[-2] * wide)
        a, b = source.reshape(merged), target.reshape(merged, copy=False)
    else:
        a, b = source, target
    end = a.shape[-1] - abs(by)
    if by > 0:
        b[..., :end] = a[..., by:]
        target[..., wide - by :] = 0
    else:
        b[..., -by:] = a[..., :end]
        target[..., :-by] = 0
