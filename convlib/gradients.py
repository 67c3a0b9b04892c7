"""Gradients of both convolutions by input, weight and bias: exact, and convolutions themselves.

They are derivatives of the sum of ``grad * conv(x, weight)``; complex numbers are not conjugated.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from . import methods
from ._backend import Array, array_namespace, zeros_like
from .grad_shapes import (
    conv_input_grad_shape,
    conv_transpose_input_grad_shape,
    conv_transpose_weight_grad_shape,
    conv_weight_grad_shape,
)
from .operands import promoted
from .shapes import check_axes

if TYPE_CHECKING:
    from .window import Padding, PerAxis

__all__ = [
    "conv_bias_grad",
    "conv_input_grad",
    "conv_transpose_input_grad",
    "conv_transpose_weight_grad",
    "conv_weight_grad",
]


def conv_input_grad(
    grad: Array,
    weight: Array,
    input_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Return the gradient of `conv` by its input: every output passes back to what it saw.

    This is `conv_transpose` with the size said outright, since several sizes of the input can
    give the same size of the result (V. Dumoulin, F. Visin: A guide to convolution arithmetic
    for deep learning, 2016, arXiv:1603.07285, section 4).

    Parameters
    ----------
    grad : array (N, C_out, *out)
        The gradient by the result of `conv`.
    weight : array (C_out, C_in / groups, *kernel)
        The weight of that call.
    input_size : int or one per spatial axis
        The spatial size of the input, ``x.shape[2:]``.
    stride, padding, dilation, groups
        The options of that call; as in `conv`.

    Returns
    -------
    array (N, C_in, *input_size)
        In the library, on the device and in the promoted dtype of the inputs.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes do not fit together, or no such call gives a result of the shape of `grad`.

    Examples
    --------
    Only the first and the third output saw an end of the input, each with one kernel element:

    >>> import numpy as np
    >>> grad = np.asarray([[[1, 10, 100]]])
    >>> conv_input_grad(grad, np.asarray([[[2, 3]]]), 4)
    array([[[  2,  23, 230, 300]]])
    """
    grad, weight = promoted(grad=grad, weight=weight)
    moves: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    s = conv_input_grad_shape(grad.shape, weight.shape, input_size, groups=groups, **moves)
    return methods.adjoint(grad, weight, s)


def conv_weight_grad(
    x: Array,
    grad: Array,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Return the gradient of `conv` by its weight: what each kernel element saw, times `grad`.

    The sum of ``grad * conv(x, weight)`` is linear in the weight, so this is
    ``sum(grad[n, o, i] * padded_x[n, c, i*stride + k*dilation])`` over examples ``n`` and
    positions ``i``, for each output channel ``o``, input channel ``c`` of its group and kernel
    element ``k``: a convolution of `x` with `grad`, whose stride and dilation have changed places.

    Parameters
    ----------
    x : array (N, C_in, *size)
        The input of `conv`.
    grad : array (N, C_out, *out)
        The gradient by the result of `conv`.
    kernel_size : int or one per spatial axis
        The spatial size of the weight, ``weight.shape[2:]``.
    stride, padding, dilation, groups
        The options of that call; as in `conv`.

    Returns
    -------
    array (C_out, C_in / groups, *kernel_size)
        In the library, on the device and in the promoted dtype of the inputs.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes do not fit together, or no such call gives a result of the shape of `grad`.

    Examples
    --------
    The first kernel element saw 1, 4, 9 and the second 4, 9, 16:

    >>> import numpy as np
    >>> x = np.asarray([[[1, 4, 9, 16]]])
    >>> conv_weight_grad(x, np.asarray([[[1, 0, 2]]]), 2)
    array([[[19, 36]]])
    """
    x, grad = promoted(x=x, grad=grad)
    moves: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    s = conv_weight_grad_shape(x.shape, grad.shape, kernel_size, groups=groups, **moves)
    return methods.weight_grad(x, grad, s)


def conv_bias_grad(grad: Array) -> Array:
    """Return the gradient of `conv` or `conv_transpose` by the bias: one sum for each channel.

    Parameters
    ----------
    grad : array (N, C_out, *out)
        The gradient by the result, which has the same shape.

    Returns
    -------
    array (C_out,)
        In the library, on the device and in the dtype of `grad`.

    Raises
    ------
    TypeError
        If `grad` is not an array of numbers.
    ValueError
        If it has fewer than three axes.

    Examples
    --------
    Each bias was added at each position of its channel:

    >>> import numpy as np
    >>> conv_bias_grad(np.asarray([[[1, 2, 3], [10, 20, 30]]]))
    array([ 6, 60])
    """
    (grad,) = promoted(grad=grad)
    check_axes(None, grad=grad.shape)
    xp = array_namespace(grad)
    batch, channels, *out = grad.shape
    rows = xp.reshape(xp.moveaxis(grad, 1, 0), (channels, batch * prod(out)))
    # A product with ones, as libraries add halves up in a wider float there than in a sum.
    return rows @ (zeros_like(grad, (batch * prod(out),)) + 1)


def conv_transpose_input_grad(
    grad: Array,
    weight: Array,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Return the gradient of `conv_transpose` by its input: what each kernel covered, summed up.

    This is `conv` with the same weight and options.

    Parameters
    ----------
    grad : array (N, C_out, *out)
        The gradient by the result of `conv_transpose`.
    weight : array (C_in, C_out / groups, *kernel)
        The weight of that call.
    stride, padding, output_padding, dilation, groups
        The options of that call; as in `conv_transpose`.

    Returns
    -------
    array (N, C_in, *size)
        In the library, on the device and in the promoted dtype of the inputs, with
        ``size = (out + before + after - output_padding - dilation*(kernel - 1) - 1)/stride + 1``.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes do not fit together, or no such call gives a result of the shape of `grad`.

    Examples
    --------
    The first input scaled the first three outputs, the second the last three:

    >>> import numpy as np
    >>> grad = np.asarray([[[1, 0, 2, 0, 4]]])
    >>> conv_transpose_input_grad(grad, np.asarray([[[1, 10, 100]]]), stride=2)
    array([[[201, 402]]])
    """
    grad, weight = promoted(grad=grad, weight=weight)
    moves: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    s = conv_transpose_input_grad_shape(
        grad.shape, weight.shape, output_padding=output_padding, groups=groups, **moves
    )
    return methods.forward(grad, weight, s)


def conv_transpose_weight_grad(
    x: Array,
    grad: Array,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> Array:
    """Return the gradient of `conv_transpose` by its weight: `conv_weight_grad`, roles exchanged.

    Here `grad` is what the kernels read, and `x` what they were scaled with.

    Parameters
    ----------
    x : array (N, C_in, *size)
        The input of `conv_transpose`.
    grad : array (N, C_out, *out)
        The gradient by the result of `conv_transpose`.
    kernel_size : int or one per spatial axis
        The spatial size of the weight, ``weight.shape[2:]``.
    stride, padding, output_padding, dilation, groups
        The options of that call; as in `conv_transpose`.

    Returns
    -------
    array (C_in, C_out / groups, *kernel_size)
        In the library, on the device and in the promoted dtype of the inputs.

    Raises
    ------
    TypeError
        If the inputs are not arrays of numbers from one library.
    ValueError
        If the shapes do not fit together, or no such call gives a result of the shape of `grad`.

    Examples
    --------
    Two kernels, scaled with 3 and 5; their last and first elements met in the middle:

    >>> import numpy as np
    >>> x, grad = np.asarray([[[3, 5]]]), np.asarray([[[1, 0, 2, 0, 4]]])
    >>> conv_transpose_weight_grad(x, grad, 3, stride=2)
    array([[[13,  0, 26]]])
    """
    x, grad = promoted(x=x, grad=grad)
    moves: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation}
    s = conv_transpose_weight_grad_shape(
        x.shape, grad.shape, kernel_size, output_padding=output_padding, groups=groups, **moves
    )
    return methods.weight_grad(grad, x, s)
