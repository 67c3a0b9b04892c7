"""The portable algorithm: one matrix product per kernel element, on any array library.

A convolution is linear in each of three arrays: the sum of ``y * forward(x, weight)`` is a number
that depends on `x`, `weight` and `y`, and the functions are its derivatives by one of them each.
Every algorithm module has these functions.
They get arrays of one dtype and a `ConvShape` that fits them, and return a new array.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from ._backend import array_namespace, pad_spatial, zeros_like

if TYPE_CHECKING:
    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "weight_grad"]


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Gather: each kernel element reads the positions it meets, and adds its share to `y`."""
    xp = array_namespace(x)
    padded = xp.reshape(pad_spatial(x, s.room, s.inner), (s.batch, s.groups, s.c_in, *s.room))
    taps = xp.reshape(weight, (s.groups, s.c_out, s.c_in, *s.kernel))
    y = zeros_like(x, (s.batch, s.groups, s.c_out, s.positions))
    for tap in product(*map(range, s.kernel)):
        seen = padded[(..., *s.seen_by(tap))]
        y += taps[(..., *tap)] @ xp.reshape(seen, (s.batch, s.groups, s.c_in, s.positions))
    return xp.reshape(y, (s.batch, s.groups * s.c_out, *s.out))


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Scatter: the same loop backwards, each kernel element adds where `forward` reads."""
    xp = array_namespace(y)
    flat = xp.reshape(y, (s.batch, s.groups, s.c_out, s.positions))
    taps = xp.reshape(weight, (s.groups, s.c_out, s.c_in, *s.kernel))
    padded = zeros_like(y, (s.batch, s.groups, s.c_in, *s.room))
    for tap in product(*map(range, s.kernel)):
        spread = xp.matrix_transpose(taps[(..., *tap)]) @ flat
        padded[(..., *s.seen_by(tap))] += xp.reshape(spread, (*padded.shape[:3], *s.out))
    return xp.reshape(padded[(..., *s.inner)], (s.batch, s.groups * s.c_in, *s.size))


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Correlate: each kernel element is the product of what it reads with `y` at every stop."""
    xp = array_namespace(x)
    padded = xp.reshape(pad_spatial(x, s.room, s.inner), (s.batch, s.groups, s.c_in, *s.room))
    padded = xp.moveaxis(padded, 0, 2)  # the examples beside the positions: both are summed over
    flat = xp.moveaxis(xp.reshape(y, (s.batch, s.groups, s.c_out, s.positions)), 0, 2)
    flat = xp.reshape(flat, (s.groups, s.c_out, s.batch * s.positions))
    taps = zeros_like(x, (s.groups, s.c_out, s.c_in, *s.kernel))
    for tap in product(*map(range, s.kernel)):
        seen = padded[(..., *s.seen_by(tap))]
        seen = xp.reshape(seen, (s.groups, s.c_in, s.batch * s.positions))
        taps[(..., *tap)] = flat @ xp.matrix_transpose(seen)
    return xp.reshape(taps, (s.groups * s.c_out, s.c_in, *s.kernel))
