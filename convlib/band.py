"""Slide banded matrices down the rows: matrix products for kernels that read few channels.

Where each output reads one channel, a matrix product has nothing to share between filters.
But neighbouring rows of an output share what they read.  A few rows together are one matrix times
the rows below them: in it the kernel's elements lie on a band that moves by the stride from row to
row, between zeros.  The zeros are multiplied too, and still this is faster than any loop of
NumPy's, as a product runs at the full speed of the processor.
A row is laid down once for each column of the kernel, shifted by it, one copy beside the other, so
that all that a few rows of the output read is one piece of memory.  The next rows' piece overlaps
with it, which costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil, inf, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from .blocks import boxes, overlap
from .phases import adjoint_at_once
from .threads import each, get_num_threads, scratch, summed, unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._backend import Array
    from .blocks import Box  # here of images, groups, positions on the axes but two, and bands
    from .shapes import ConvShape
    from .window import Ints

__all__ = ["adjoint", "forward", "seconds", "weight_grad"]

BLOCK = 1 << 20  # elements of the shifted rows at a time
LARGEST = 8 * BLOCK  # at least, whatever is cut
TASK = 1 << 16  # elements that are worth another thread
TALLEST = 10  # rows that go together, at most
CALL = 15_000  # multiplications that take as long as handing one product over
GRAD_CALL = 4_000  # where many products are added up: they are slower, and as many to hand over


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply the bands with the rows below them."""
    rows = _Rows.of(s)
    x, bands = rows.grouped(x), rows.bands(weight)
    y: Array = np.empty((s.batch, s.groups, s.c_out, *rows.s.out), x.dtype)

    def fill(box: Box) -> None:
        found = rows.at(y, box) if rows.fit else scratch("found", rows.shape(box), y.dtype)
        for number, (tap, below) in enumerate(rows.met(rows.laid(x, box), box)):
            if number == 0:
                np.matmul(bands[tap][box[1]], below, out=found)
            else:
                share = scratch("share", found.shape, y.dtype)
                found += np.matmul(bands[tap][box[1]], below, out=share)
        if not rows.fit:
            rows.put(found, y, box)

    each(fill, rows.boxes())
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve the phases of the stride, all at once."""
    return adjoint_at_once(forward, y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Multiply `y` with the rows below, and add up along the bands."""
    rows = _Rows.of(s, GRAD_CALL)
    x = rows.grouped(x)
    y = y.reshape(s.batch, s.groups, s.c_out, *rows.s.out)

    def add(box: Box, bands: Array) -> None:
        given = rows.at(y, box) if rows.fit else rows.taken(y, box)
        for tap, below in rows.met(rows.laid(x, box), box):
            part = given @ below.swapaxes(-1, -2)
            bands[tap][box[1]] += part.sum((0, *range(2, part.ndim - 2)), dtype=y.dtype)

    shape = (*rows.s.kernel[:-2], s.groups, s.c_out * rows.height, rows.elements)
    bands = summed(add, rows.boxes(), shape, y.dtype)
    return rows.along(bands).reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def seconds(s: ConvShape) -> float:
    """Return what an operation takes on one processor, roughly: for ever, if it does not fit."""
    rows = _Rows.of(s)
    if rows.least > LARGEST:
        return inf
    calls = s.batch * s.groups * prod(rows.s.out[:-2]) * rows.count * prod(rows.s.kernel[:-2])
    made = s.c_out * rows.height * s.out[-1]
    written = 2 * calls * made  # zeros at the end as well, and again where it is put together
    laid = s.batch * s.groups * s.c_in * prod(rows.s.room[:-1]) * s.out[-1] * s.kernel[-1]
    products = calls * (0.1e-6 + made * rows.elements / 42e9)
    return 60e-6 + products + laid * 0.3e-9 + (0 if rows.fit else written * 0.3e-9)


@dataclass(frozen=True)
class _Rows:
    """How the rows of an input are laid down, and which of them meet which rows of the output."""

    s: ConvShape  # of two axes at least
    height: int  # rows of the output that go together

    @classmethod
    @lru_cache(64)
    def of(cls, s: ConvShape, call: int = CALL) -> _Rows:
        if len(s.out) == 1:  # a signal is an image of one row
            first = {"size": 1, "out": 1, "kernel": 1, "stride": 1, "pads": (0, 0), "dilation": 1}
            changes: dict[str, Any] = {
                name: (one, *getattr(s, name)) for name, one in first.items()
            }
            s = replace(s, **changes)
        heights = range(1, min(TALLEST, s.out[-2]) + 1)
        return min((cls(s, height) for height in heights), key=lambda rows: rows._effort(call))

    @property
    def count(self) -> int:
        """How many bands it takes from the first row to the last."""
        return ceil(self.s.out[-2] / self.height)

    @property
    def fit(self) -> bool:
        """Whether products come out as rows of the output, each where it belongs."""
        return self.s.c_out == 1 and self.s.out[-2] % self.height == 0

    @property
    def elements(self) -> int:
        """How many elements a row of a band has."""
        return self.s.reach(-2, self.height) * self.s.kernel[-1] * self.s.c_in

    @property
    def least(self) -> int:
        """How many elements the rows of the smallest box have."""
        planes = prod(self.s.reach(axis, 1) for axis in range(len(self.s.out) - 2))
        return planes * self.elements * self.s.out[-1]

    def boxes(self) -> Sequence[Box]:
        """Cut (images, groups, *positions, bands) into boxes."""
        s = self.s
        space = (s.batch, s.groups, *s.out[:-2], self.count)
        one = s.kernel[-1] * s.c_in * s.out[-1] * prod(s.stride[:-1]) * self.height
        share = max(ceil(prod(space) / get_num_threads()), TASK // one)
        return boxes(space, max(min(BLOCK // one, share), 1))

    def shape(self, box: Box) -> Ints:
        """Return the shape of the products of a box."""
        lengths = (cut.stop - cut.start for cut in box)
        return (*lengths, self.s.c_out * self.height, self.s.out[-1])

    def grouped(self, x: Array) -> Array:
        """Return `x` as (N, groups, *size but the last axis, c_in, width), a view."""
        s = self.s
        return np.moveaxis(x.reshape(s.batch, s.groups, s.c_in, *s.size), 2, -2)

    def laid(self, x: Array, box: Box) -> Array:
        """Return the rows that a box reads: (N, groups, *planes, rows, kernel column, c_in, W)."""
        s = self.s
        n, g, *places, bands = box
        places.append(slice(bands.start * self.height, bands.stop * self.height))
        spans = [self.s.reach(axis, p.stop - p.start) for axis, p in enumerate(places)]
        lead = (n.stop - n.start, g.stop - g.start)
        rows = scratch("rows", (*lead, *spans, s.kernel[-1], s.c_in, s.out[-1]), x.dtype)
        source, target, some = x[n, g], rows, [slice(None)] * 2
        for axis, (place, span) in enumerate(zip(places, spans, strict=True)):
            begin = place.start * s.stride[axis] - s.pads[axis][0]
            here, there = overlap(begin, span, s.size[axis])
            target[(*some, slice(0, there.start))] = 0
            target[(*some, slice(there.stop, None))] = 0
            source, target = source[(*some, here)], target[(*some, there)]
            some.append(slice(None))
        zeroed = unchanged("rows", (self, rows.shape, rows.dtype))
        for column in range(s.kernel[-1]):
            self._shift(source, rows, target, column, zeroed)
        return rows

    def met(self, rows: Array, box: Box) -> Iterator[tuple[Ints, Array]]:
        """Yield each kernel element of the axes but the last two, and what its band meets."""
        s, lengths = self.s, [cut.stop - cut.start for cut in box]
        steps = rows.strides
        moves = [step * move for step, move in zip(steps[2:], s.stride[:-1], strict=False)]
        moves[-1] *= self.height
        view = (*lengths, self.elements, s.out[-1])
        for tap in product(*map(range, s.kernel[:-2])):
            below = (t * d * step for t, d, step in zip(tap, s.dilation, steps[2:], strict=False))
            strides = (*steps[:2], *moves, *steps[-2:])
            yield tap, np.ndarray(view, rows.dtype, rows, sum(below), strides)

    def bands(self, weight: Array) -> Array:
        """Return the bands: (*kernel but two axes, groups, 1, ..., rows, elements)."""
        s = self.s
        bands = np.zeros(self._shape, weight.dtype)
        self._band(bands)[...] = np.expand_dims(
            weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel), 2
        )
        lead = (*s.kernel[:-2], s.groups, *[1] * (len(s.out) - 1))
        return bands.reshape(*lead, s.c_out * self.height, self.elements)

    def along(self, bands: Array) -> Array:
        """Return the sums along the bands, the adjoint of `bands`, as a bank."""
        return self._band(bands).sum(2, dtype=bands.dtype)

    def at(self, y: Array, box: Box) -> Array:
        """Return where products belong that come out as rows of `y`, (N, groups, 1, *out)."""
        n, g, *places, bands = box
        cut = y[(n, g, 0, *places, slice(bands.start * self.height, bands.stop * self.height))]
        return cut.reshape(self.shape(box), copy=False)

    def put(self, found: Array, y: Array, box: Box) -> None:
        """Lay the products of a box into `y`."""
        for part, place in self._parts(found, y, box):
            place[...] = part

    def taken(self, y: Array, box: Box) -> Array:
        """Return what `put` lays, zeros where `y` ends."""
        found = scratch("found", self.shape(box), y.dtype)
        found[...] = 0
        for part, place in self._parts(found, y, box):
            part[...] = place
        return found

    def _parts(self, found: Array, y: Array, box: Box) -> Iterator[tuple[Array, Array]]:
        """Yield whole bands, and what is left of the last one, each beside its place in `y`."""
        n, g, *places, bands = box
        axes = len(places)
        found = found.reshape(*found.shape[:-2], self.s.c_out, self.height, -1)
        found = np.moveaxis(found, -3, 2)  # (N, groups, c_out, *positions, bands, height, W)
        rows = y[(n, g, slice(None), *places, slice(bands.start * self.height, None))]
        whole = min(found.shape[-3], rows.shape[-2] // self.height)
        shape = (*found.shape[: 3 + axes], whole, *found.shape[-2:])
        yield (
            found[..., :whole, :, :],
            rows[..., : whole * self.height, :].reshape(shape, copy=False),
        )
        if whole < found.shape[-3]:
            rest = rows[..., whole * self.height :, :]
            yield found[..., whole, : rest.shape[-2], :], rest

    def _shift(self, source: Array, rows: Array, target: Array, column: int, zeroed: bool) -> None:
        """Copy what a column of the kernel sees of each row, between zeros."""
        s = self.s
        begin, move = column * s.dilation[-1] - s.pads[-1][0], s.stride[-1]
        first = min(max(ceil(-begin / move), 0), s.out[-1])
        last = max(min((s.size[-1] - 1 - begin) // move + 1, s.out[-1]), first)
        if not zeroed:
            rows[..., column, :, :first] = 0
            rows[..., column, :, last:] = 0
        if last > first:
            seen = slice(begin + first * move, begin + (last - 1) * move + 1, move)
            target[..., column, :, first:last] = source[..., seen]

    @property
    def _shape(self) -> Ints:
        s, tall = self.s, self.s.reach(-2, self.height)
        shape = (s.groups, s.c_out, self.height, tall, s.kernel[-1], s.c_in)
        return (*s.kernel[:-2], *shape)

    def _band(self, bands: Array) -> Array:
        """Return a view of what is not zero: (groups, c_out, height, c_in, *kernel)."""
        s = self.s
        *lead, group, filters, row, below, column, channel = bands.reshape(self._shape).strides
        moves = (row + s.stride[-2] * below, channel, *lead, s.dilation[-2] * below, column)
        shape = (s.groups, s.c_out, self.height, s.c_in, *s.kernel)
        return np.ndarray(shape, bands.dtype, bands, strides=(group, filters, *moves))

    def _effort(self, call: int) -> int:
        return self.count * (self.height * self.s.c_out * self.elements * self.s.out[-1] + call)
