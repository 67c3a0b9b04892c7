"""Depthwise separable convolution: first every channel for itself, then a mix of the channels.

L. Sifre: Rigid-motion scattering for image classification, 2014; A. Howard et al.: MobileNets,
2017, arXiv:1704.04861.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._backend import Array, array_namespace
from .convolution import conv
from .operands import promoted
from .shapes import check_axes, check_bias, check_depthwise, check_pointwise

if TYPE_CHECKING:
    from .window import Padding, PerAxis

__all__ = ["depthwise_conv", "depthwise_separable_conv", "pointwise_conv"]


def depthwise_conv(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> Array:
    """Slide kernels over each channel for itself: `conv` with as many groups as channels.

    Parameters
    ----------
    x : array (N, C, *size)
    weight : array (C*m, 1, *kernel)
        ``m`` kernels for the first channel, then ``m`` for the second, and so on.
    bias : array (C*m,), optional
        Added to each output channel.
    stride, padding, dilation
        As in `conv`.

    Returns
    -------
    array (N, C*m, *out)
        As in `conv`.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes and options do not fit together.

    Examples
    --------
    The sum of neighbours in the first channel, their difference in the second:

    >>> import numpy as np
    >>> x = np.asarray([[[1, 2, 4], [10, 20, 40]]])
    >>> depthwise_conv(x, np.asarray([[[1, 1]], [[-1, 1]]]))
    array([[[ 3,  6],
            [10, 20]]])
    """
    x, weight, bias = promoted(x=x, weight=weight, bias=bias)
    check_depthwise(x.shape, weight.shape)
    return conv(
        x, weight, bias, stride=stride, padding=padding, dilation=dilation, groups=x.shape[1]
    )


def pointwise_conv(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """Mix the channels of each position: `conv` with a kernel of one element.

    Parameters
    ----------
    x : array (N, C_in, *size)
    weight : array (C_out, C_in) or (C_out, C_in, 1, ...)
        A matrix, or the same with the axes that `conv` wants.
    bias : array (C_out,), optional
        Added to each output channel.

    Returns
    -------
    array (N, C_out, *size)
        As in `conv`.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    Red, green and blue become one grey:

    >>> import numpy as np
    >>> row = np.asarray([[[255.0, 0.0], [0.0, 0.0], [0.0, 255.0]]])
    >>> pointwise_conv(row, np.asarray([[0.25, 0.5, 0.25]]))
    array([[[63.75, 63.75]]])
    """
    x, weight, bias = promoted(x=x, weight=weight, bias=bias)
    check_axes(None, x=x.shape)
    check_pointwise(x.shape[1], x.ndim - 2, weight.shape)
    return conv(x, _as_kernel(weight, x.ndim), bias)


def depthwise_separable_conv(
    x: Array,
    depthwise_weight: Array,
    pointwise_weight: Array,
    bias: Array | None = None,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
) -> Array:
    """Filter each channel for itself, then mix the channels: two cheap steps for one `conv`.

    It is the `conv` whose kernels are products ``pointwise[o, c] * depthwise[c]``, and has far
    fewer parameters than one with any kernels: `count_parameters` tells how many.

    Parameters
    ----------
    x : array (N, C_in, *size)
    depthwise_weight : array (C_in*m, 1, *kernel)
        As in `depthwise_conv`.
    pointwise_weight : array (C_out, C_in*m) or (C_out, C_in*m, 1, ...)
        As in `pointwise_conv`.
    bias : array (C_out,), optional
        Added to each output channel.
    stride, padding, dilation
        Those of the depthwise step; as in `conv`.

    Returns
    -------
    array (N, C_out, *out)
        As in `conv`.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes and options do not fit together.

    Examples
    --------
    The differences of two channels, the second ten times as heavy:

    >>> import numpy as np
    >>> x = np.asarray([[[1, 2, 4], [0, 1, 3]]])
    >>> change = np.asarray([[[-1, 1]], [[-1, 1]]])
    >>> depthwise_separable_conv(x, change, np.asarray([[1, 10]]))
    array([[[11, 22]]])
    """
    x, depthwise, pointwise, bias = promoted(
        x=x, depthwise_weight=depthwise_weight, pointwise_weight=pointwise_weight, bias=bias
    )
    check_depthwise(x.shape, depthwise.shape, "depthwise_weight")
    check_pointwise(depthwise.shape[0], x.ndim - 2, pointwise.shape, "pointwise_weight")
    check_bias(None if bias is None else bias.shape, pointwise.shape[0])
    options: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    between = conv(x, depthwise, groups=x.shape[1], **options)
    return conv(between, _as_kernel(pointwise, x.ndim), bias)


def _as_kernel(matrix: Array, ndim: int) -> Array:
    shape = (*matrix.shape[:2], *(1,) * (ndim - 2))
    return array_namespace(matrix).reshape(matrix, shape)
