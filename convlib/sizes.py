"""Sizes worked out before anything is computed: integers in, integers out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from .window import Padding, PerAxis, axes_of, ints, output_size, transpose_output_size, window

__all__ = ["conv_output_size", "conv_transpose_output_size", "receptive_field"]

Size = TypeVar("Size", bound=int | tuple[int, ...])


def conv_output_size(
    size: Size,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> Size:
    """Return the spatial size that `conv` makes of `size`.

    Parameters
    ----------
    size : int or tuple of int
        Spatial size of the input; an int for one axis.
    kernel_size : int or one per spatial axis
    stride, padding, dilation
        As in `conv`.

    Returns
    -------
    int or tuple of int, as `size`
        ``(size + before + after - dilation*(kernel_size - 1) - 1) // stride + 1``

    Raises
    ------
    ValueError
        If the kernel does not fit, or a number is out of its range.

    Examples
    --------
    >>> conv_output_size(28, 5, stride=2, padding=2)
    14
    >>> conv_output_size((480, 640), 3, dilation=(1, 2), padding="same")
    (480, 640)
    """
    sizes, kernel = axes_of(size, kernel_size)
    out = output_size(sizes, window(kernel, stride, padding, dilation))
    return cast("Size", out if isinstance(size, Sequence) else out[0])


def conv_transpose_output_size(
    size: Size,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
) -> Size:
    """Return the spatial size that `conv_transpose` makes of `size`.

    Parameters
    ----------
    size : int or tuple of int
        Spatial size of the input; an int for one axis.
    kernel_size : int or one per spatial axis
    stride, padding, output_padding, dilation
        As in `conv_transpose`.

    Returns
    -------
    int or tuple of int, as `size`
        ``(size - 1)*stride - before - after + dilation*(kernel_size - 1) + 1 + output_padding``

    Raises
    ------
    ValueError
        If nothing is left, or a number is out of its range.

    Examples
    --------
    "Stride 2 doubles the size" holds only if kernel and padding match:

    >>> conv_transpose_output_size(14, 4, stride=2, padding=1)
    28
    >>> conv_transpose_output_size(14, 3, stride=2)
    29
    """
    sizes, kernel = axes_of(size, kernel_size)
    moves = window(kernel, stride, padding, dilation)
    out = transpose_output_size(sizes, moves, output_padding)
    return cast("Size", out if isinstance(size, Sequence) else out[0])


def receptive_field(kernel_size: PerAxis, *, stride: PerAxis = 1, dilation: PerAxis = 1) -> int:
    """Return how many inputs one output of a stack of convolutions sees along one axis.

    Each layer widens the view by ``dilation*(kernel_size - 1)`` of its own inputs,
    which lie as far apart in the input of the stack as the strides before them multiply to
    (A. Araujo, W. Norris, J. Sim: Computing Receptive Fields of Convolutional Neural Networks,
    Distill, 2019, doi:10.23915/distill.00021).

    Parameters
    ----------
    kernel_size, stride, dilation : int or one per layer
        The layer next to the input first.

    Returns
    -------
    int
        ``1 + sum(dilation[i] * (kernel_size[i] - 1) * prod(stride[:i]))``

    Raises
    ------
    ValueError
        If a sequence is shorter than another, or a number below 1.

    Examples
    --------
    With constant dilation the field grows linearly, with doubled dilation exponentially:

    >>> receptive_field(3, dilation=[2, 2, 2, 2])
    17
    >>> receptive_field(3, dilation=[1, 2, 4, 8])
    31
    """
    layers = max(map(_count, (kernel_size, stride, dilation)))
    kernels = ints(kernel_size, layers, "kernel_size", each="layer")
    strides = ints(stride, layers, "stride", each="layer")
    dilations = ints(dilation, layers, "dilation", each="layer")
    seen, apart = 1, 1
    for k, s, d in zip(kernels, strides, dilations, strict=True):
        seen += d * (k - 1) * apart
        apart *= s
    return seen


def _count(value: PerAxis) -> int:
    return len(value) if isinstance(value, Sequence) else 1
