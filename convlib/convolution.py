"""Convolution: slide a bank of kernels over the input and take a weighted sum at each stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import methods
from ._backend import Array, add_bias
from .operands import promoted
from .shapes import conv_shape

if TYPE_CHECKING:
    from .window import Padding, PerAxis

__all__ = ["conv", "conv1d", "conv2d", "conv3d"]


def conv(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    method: str = "auto",
) -> Array:
    """Slide a bank of kernels over a batch of signals, images or volumes.

    The kernel is not flipped: this is cross-correlation, as in every deep-learning library.

    Parameters
    ----------
    x : array (N, C_in, *size)
        One spatial axis makes it a 1D convolution, two 2D, three 3D, and so on.
    weight : array (C_out, C_in / groups, *kernel)
        One kernel for each output channel and each input channel that it reads.
    bias : array (C_out,), optional
        Added to each output channel.
    stride : int or one per spatial axis
        Positions from one stop of the kernel to the next.
    padding : int, one int or (before, after) per axis, "valid", "same" or "causal"
        Zeros put around `x`.
        "valid" puts none.
        "same" keeps the size; if the number of zeros is odd, the extra one comes after.
        "causal" puts all of them before, so that no output sees a later input.
        The last two need stride 1.
    dilation : int or one per spatial axis
        Positions from one kernel element to the next; 1 is the ordinary kernel.
    groups : int
        Cut the channels into so many groups that do not see each other:
        1 is a standard convolution, ``C_in`` a depthwise one.
    method : str
        The algorithm: "auto" takes the one that `choose_method` names for NumPy arrays, "cuda"
        for those of CuPy, and "taps" for all others.
        All give the same numbers but for rounding.

    Returns
    -------
    array (N, C_out, *out)
        In the library, on the device and in the promoted dtype of the inputs, with
        ``out = (size + before + after - dilation*(kernel - 1) - 1) // stride + 1``.
        Integers give integers, which wrap around where their dtype ends.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes and options do not fit together.

    See Also
    --------
    conv_transpose : The adjoint, with the same weight and options.
    conv_output_size : The size of the result, without computing it.

    Examples
    --------
    The difference of the neighbours of each position:

    >>> import numpy as np
    >>> x = np.asarray([[[1.0, 4.0, 9.0, 16.0, 25.0]]])
    >>> conv(x, np.asarray([[[-1.0, 0.0, 1.0]]]))
    array([[[ 8., 12., 16.]]])
    """
    return _conv(
        x,
        weight,
        bias,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        method=method,
    )


def conv1d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    method: str = "auto",
) -> Array:
    """Convolve signals: `conv` for one spatial axis.

    Parameters
    ----------
    x : array (N, C_in, length)
    weight : array (C_out, C_in / groups, kernel)
    bias : array (C_out,), optional
    stride, padding, dilation, groups, method
        As in `conv`.

    Returns
    -------
    array (N, C_out, out)

    Raises
    ------
    TypeError, ValueError
        As in `conv`, and if there is not one spatial axis.

    Examples
    --------
    A sum of every second pair:

    >>> import numpy as np
    >>> conv1d(np.asarray([[[1, 2, 3, 4]]]), np.asarray([[[1, 1]]]), stride=2)
    array([[[3, 7]]])
    """
    return _conv(
        x,
        weight,
        bias,
        axes=1,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        method=method,
    )


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    method: str = "auto",
) -> Array:
    """Convolve images: `conv` for two spatial axes.

    Parameters
    ----------
    x : array (N, C_in, height, width)
    weight : array (C_out, C_in / groups, kernel_height, kernel_width)
    bias : array (C_out,), optional
    stride, padding, dilation, groups, method
        As in `conv`.

    Returns
    -------
    array (N, C_out, out_height, out_width)

    Raises
    ------
    TypeError, ValueError
        As in `conv`, and if there are not two spatial axes.

    Examples
    --------
    The left edge of a bright column:

    >>> import numpy as np
    >>> image = np.asarray([[[[0, 0, 5], [0, 0, 5]]]])
    >>> conv2d(image, np.asarray([[[[-1, 1]]]]))
    array([[[[0, 5],
             [0, 5]]]])
    """
    return _conv(
        x,
        weight,
        bias,
        axes=2,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        method=method,
    )


def conv3d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    method: str = "auto",
) -> Array:
    """Convolve volumes or videos: `conv` for three spatial axes.

    Parameters
    ----------
    x : array (N, C_in, depth, height, width)
        In a video the depth is time.
    weight : array (C_out, C_in / groups, kernel_depth, kernel_height, kernel_width)
    bias : array (C_out,), optional
    stride, padding, dilation, groups, method
        As in `conv`.

    Returns
    -------
    array (N, C_out, out_depth, out_height, out_width)

    Raises
    ------
    TypeError, ValueError
        As in `conv`, and if there are not three spatial axes.

    Examples
    --------
    What changes from one frame of a video to the next:

    >>> import numpy as np
    >>> video = np.asarray([[[[[0, 0, 7]], [[0, 7, 0]]]]])
    >>> conv3d(video, np.asarray([[[[[-1]], [[1]]]]]))
    array([[[[[ 0,  7, -7]]]]])
    """
    return _conv(
        x,
        weight,
        bias,
        axes=3,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        method=method,
    )


def _conv(
    x: Array,
    weight: Array,
    bias: Array | None,
    *,
    axes: int | None = None,
    method: str = "auto",
    **options: Any,
) -> Array:
    x, weight, bias = promoted(x=x, weight=weight, bias=bias)
    bias_shape = None if bias is None else bias.shape
    s = conv_shape(x.shape, weight.shape, bias_shape, axes=axes, **options)
    return add_bias(methods.forward(x, weight, s, method), bias)
