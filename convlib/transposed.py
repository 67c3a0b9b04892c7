"""Transposed convolution: what `conv` gathers, this scatters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import methods
from ._backend import Array, add_bias
from .operands import promoted
from .shapes import conv_transpose_shape

if TYPE_CHECKING:
    from .window import Padding, PerAxis

__all__ = ["conv_transpose", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


def conv_transpose(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Lay a scaled kernel down for each input and add up where they overlap.

    This is the adjoint of `conv` with the same weight and options, not its inverse:
    it goes back to the shape that `conv` came from, and not to the numbers.

    Parameters
    ----------
    x : array (N, C_in, *size)
        One spatial axis makes it a 1D transposed convolution, two 2D, three 3D, and so on.
    weight : array (C_in, C_out / groups, *kernel)
        The very weight of the `conv` whose adjoint this is; like there, it is not flipped.
    bias : array (C_out,), optional
        Added to each output channel.
    stride : int or one per spatial axis
        Output positions from one input's kernel to the next.
    padding : int, one int or (before, after) per axis, "valid", "same" or "causal"
        The zeros that `conv` would put around its input, here cut off the result.
    output_padding : int or one per spatial axis
        Positions added after each axis, below `stride` or `dilation`.
        With ``stride > 1`` several sizes shrink to the same one in `conv`:
        this says which of them to go back to.
    dilation : int or one per spatial axis
        Positions from one kernel element to the next; 1 is the ordinary kernel.
    groups : int
        Cut the channels into so many groups that do not see each other.

    Returns
    -------
    array (N, C_out, *out)
        In the library, on the device and in the promoted dtype of the inputs, with
        ``out = (size - 1)*stride - before - after + dilation*(kernel - 1) + 1 + output_padding``.
        Integers give integers, which wrap around where their dtype ends.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes and options do not fit together.

    See Also
    --------
    conv : The convolution whose adjoint this is.
    conv_transpose_output_size : The size of the result, without computing it.

    Examples
    --------
    Two kernels, one scaled by 3 and one by 5, overlap in the middle:

    >>> import numpy as np
    >>> x = np.asarray([[[3, 5]]])
    >>> conv_transpose(x, np.asarray([[[1, 10, 100]]]), stride=2)
    array([[[  3,  30, 305,  50, 500]]])
    """
    return _conv_transpose(
        x,
        weight,
        bias,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )


def conv_transpose1d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Scatter kernels along signals: `conv_transpose` for one spatial axis.

    Parameters
    ----------
    x : array (N, C_in, length)
    weight : array (C_in, C_out / groups, kernel)
    bias : array (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose`.

    Returns
    -------
    array (N, C_out, out)

    Raises
    ------
    TypeError, ValueError
        As in `conv_transpose`, and if there is not one spatial axis.

    Examples
    --------
    Each sample twice, which is how a signal is stretched without any smoothing:

    >>> import numpy as np
    >>> conv_transpose1d(np.asarray([[[4, 7]]]), np.asarray([[[1, 1]]]), stride=2)
    array([[[4, 4, 7, 7]]])
    """
    return _conv_transpose(
        x,
        weight,
        bias,
        axes=1,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Scatter kernels over images: `conv_transpose` for two spatial axes.

    Parameters
    ----------
    x : array (N, C_in, height, width)
    weight : array (C_in, C_out / groups, kernel_height, kernel_width)
    bias : array (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose`.

    Returns
    -------
    array (N, C_out, out_height, out_width)

    Raises
    ------
    TypeError, ValueError
        As in `conv_transpose`, and if there are not two spatial axes.

    Examples
    --------
    Each pixel becomes a block that has the pattern of the kernel:

    >>> import numpy as np
    >>> pattern = np.asarray([[[[1, 0], [0, 1]]]])
    >>> conv_transpose2d(np.asarray([[[[4, 7]]]]), pattern, stride=2)
    array([[[[4, 0, 7, 0],
             [0, 4, 0, 7]]]])
    """
    return _conv_transpose(
        x,
        weight,
        bias,
        axes=2,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )


def conv_transpose3d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Scatter kernels through volumes or videos: `conv_transpose` for three spatial axes.

    Parameters
    ----------
    x : array (N, C_in, depth, height, width)
    weight : array (C_in, C_out / groups, kernel_depth, kernel_height, kernel_width)
    bias : array (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `conv_transpose`.

    Returns
    -------
    array (N, C_out, out_depth, out_height, out_width)

    Raises
    ------
    TypeError, ValueError
        As in `conv_transpose`, and if there are not three spatial axes.

    Examples
    --------
    Twice the frames of a video, by repeating each:

    >>> import numpy as np
    >>> video = np.asarray([[[[[1, 2]], [[3, 4]]]]])
    >>> conv_transpose3d(video, np.asarray([[[[[1]], [[1]]]]]), stride=(2, 1, 1))
    array([[[[[1, 2]],
             [[1, 2]],
             [[3, 4]],
             [[3, 4]]]]])
    """
    return _conv_transpose(
        x,
        weight,
        bias,
        axes=3,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )


def _conv_transpose(
    x: Array, weight: Array, bias: Array | None, *, axes: int | None = None, **options: Any
) -> Array:
    x, weight, bias = promoted(x=x, weight=weight, bias=bias)
    bias_shape = None if bias is None else bias.shape
    s = conv_transpose_shape(x.shape, weight.shape, bias_shape, axes=axes, **options)
    return add_bias(methods.adjoint(x, weight, s), bias)
