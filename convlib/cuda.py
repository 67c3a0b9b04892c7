"""CuPy arrays: matrix products whose right operand is never stored (implicit GEMM).

A convolution is filters times windows, and the matrix of windows (``im2col``) holds each input once
per kernel element: on a GPU, writing and reading it would take longer than the product itself.
So it is not made.  Its element in row ``(channel, tap)`` and column ``(image, position)`` is
``x[elements[channel, tap] + positions[position] + image]``: two small tables of addresses, added up
by the kernels in ``conv.cu``, which thereby know nothing of axes, strides and dilations.
Each table also says which rows of the kernel an address is in and which fall outside, so padding
is not stored either.  The same product sums over positions if the gradient takes the place of the
filters: the weight gradient.  The adjoint is a convolution for each phase of the stride.

The rule (`way_of`): groups of few filters have little to share and take simpler kernels; a kernel
of one element is cuBLAS's product; a large one on large arrays goes through spectra; all else is
the implicit product.  What 32-bit addresses do not reach is left to `convlib.taps`.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from . import fft, taps
from .cuda_kernels import NUMBERS, launched
from .phases import adjoint_by_phases

if TYPE_CHECKING:
    import numpy as np

    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["adjoint", "forward", "way_of", "weight_grad"]

LARGEST = 2**31 - 2**16  # elements of an array, padded, with room for a tile beyond its end
FEW = 8  # filters of a group: as many as one thread computes
SPECTRA = 512, 1e10  # kernel elements and products at least: a guess, not measured


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve in the way that `way_of` names."""
    way = way_of(s, x.dtype)
    if way == "taps" or not x.size:
        return taps.forward(x, weight, s)
    if way == "fft":
        return fft.forward(x, weight, s)
    y = _mixed(x, weight, s) if way == "matmul" else launched(way, weight, x, s)
    return y.reshape(s.batch, s.groups * s.c_out, *s.out)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve the phases of the stride, each with the elements that meet it."""
    return adjoint_by_phases(forward, y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Multiply the gradient with the windows, and add up over all positions."""
    way = way_of(s, x.dtype)
    if way == "taps" or not x.size:
        return taps.weight_grad(x, y, s)
    if way == "fft":
        return fft.weight_grad(x, y, s)
    found = launched("few_grad" if s.c_out <= FEW else "gemm_grad", y, x, s)
    return found.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


def way_of(s: ConvShape, dtype: np.dtype[Any]) -> str:
    """Return how a convolution of CuPy arrays is computed: a module, cuBLAS, or a kernel."""
    outputs = s.batch * s.groups * s.c_out * s.positions
    inputs = s.batch * s.groups * s.c_in * prod(s.room)
    elements = s.c_in * prod(s.kernel)
    if dtype.name not in NUMBERS or max(inputs, outputs, s.groups * s.c_out * elements) > LARGEST:
        return "taps"
    if set(s.kernel) == {1} and s.size == s.room == s.out and dtype.kind in "fc":
        return "matmul"
    large = prod(s.kernel) >= SPECTRA[0] and outputs * elements >= SPECTRA[1]
    if large and dtype.name in {"float32", "float64"}:
        return "fft"
    return "few" if s.c_out <= FEW else "gemm"


def _mixed(x: Array, weight: Array, s: ConvShape) -> Array:
    """Mix the channels of each position: one product for each image and group."""
    bank = weight.reshape(s.groups, s.c_out, s.c_in)
    y: Array = bank @ x.reshape(s.batch, s.groups, s.c_in, s.positions)
    return y
