"""Multiply spectra: the convolution theorem, for kernels of hundreds of elements.

In the frequency domain sliding a kernel becomes one product per frequency, so that the cost no
longer grows with the kernel but with ``log(size)`` (T. G. Stockham: High-speed convolution and
correlation, AFIPS 1966, doi:10.1145/1464182.1464209).
The kernel is not flipped, so its spectrum is conjugated.  Spectra are those of a ring: an axis is
lengthened until what wraps around falls outside of the result, and up to a product of 2, 3 and 5,
which transforms fast.
Rounding errors are relative to the largest value, not to each one.
"""

from __future__ import annotations

from math import log2, prod
from typing import TYPE_CHECKING

import numpy as np

from ._backend import array_namespace, pad_spatial, zeros_like
from .blocks import cuts
from .phases import adjoint_by_phases, spread
from .threads import each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "ring", "seconds", "weight_grad"]


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Multiply the spectra of input and kernel, and keep what the stride asks for."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in, *s.kernel)
    padded = pad_spatial(x, s.room, s.inner).reshape(s.batch, s.groups, s.c_in, *s.room)
    y = zeros_like(x, (s.batch, s.groups, s.c_out, *s.out))
    xp, lengths, axes = array_namespace(x), ring(s.room), _spatial(s)

    def fill(group: slice) -> None:
        seen = xp.fft.rfftn(padded[:, group], s=lengths, axes=axes)
        kernels = xp.fft.rfftn(spread(bank[group], s.kernel, s.dilation), s=lengths, axes=axes)
        found = xp.einsum("ngc...,gfc...->ngf...", seen, xp.conj(kernels))
        reached = (slice(0, (n - 1) * m + 1, m) for n, m in zip(s.out, s.stride, strict=True))
        whole: Array = xp.fft.irfftn(found, s=lengths, axes=axes)
        y[:, group] = whole[(..., *reached)]

    _each_group(fill, x, s)
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

    _each_group(fill, x, s)
    return weight.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def seconds(s: ConvShape) -> float:
    """Return what an operation takes on one processor, roughly."""
    points = prod(ring(s.room))
    planes = s.groups * (s.batch * s.c_in + s.c_out * s.c_in + s.batch * s.c_out)
    products = s.batch * s.groups * s.c_in * s.c_out
    return s.groups * 80e-6 + points * (planes * log2(points + 1) * 0.35e-9 + products * 2e-9)


def _each_group(fill: Callable[[slice], None], x: Array, s: ConvShape) -> None:
    """Work group by group on several threads; on a GPU, where a thread is one of many, at once."""
    if isinstance(x, np.ndarray):
        each(fill, cuts(s.groups, 1))
    else:
        fill(slice(None))


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
