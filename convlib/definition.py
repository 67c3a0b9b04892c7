"""The definition of both convolutions as plain loops: slow, and easy to believe.

Here `stride` and `dilation` are an int or one per axis, `padding` an int or one pair
(before, after) per axis. Nothing is checked; arrays are NumPy's.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["conv", "conv_transpose"]


def conv(
    x: NDArray[Any],
    weight: NDArray[Any],
    *,
    stride: ArrayLike = 1,
    padding: ArrayLike = 0,
    dilation: ArrayLike = 1,
    groups: int = 1,
) -> NDArray[Any]:
    """Gather: each output is the weighted sum of the inputs under the kernel.

    Examples
    --------
    >>> conv(np.asarray([[[1, 4, 9, 16]]]), np.asarray([[[-1, 1]]]))
    array([[[3, 5, 7]]])
    """
    (batch, _, *size), (filters, channels, *kernel) = x.shape, weight.shape
    stride, dilation = np.broadcast_to(stride, len(size)), np.broadcast_to(dilation, len(size))
    padding = np.broadcast_to(padding, (len(size), 2))
    padded = np.pad(x, [(0, 0), (0, 0), *padding])
    span = dilation * (np.asarray(kernel) - 1) + 1
    out = (np.asarray(padded.shape[2:]) - span) // stride + 1

    y = np.zeros((batch, filters, *out), np.result_type(x, weight))
    for n, o, stop in product(range(batch), range(filters), np.ndindex(*out)):
        first = o // (filters // groups) * channels  # where the channels of this group begin
        for c, tap in product(range(channels), np.ndindex(*kernel)):
            under = stop * stride + tap * dilation
            y[n, o, *stop] += weight[o, c, *tap] * padded[n, first + c, *under]
    return y


def conv_transpose(
    x: NDArray[Any],
    weight: NDArray[Any],
    *,
    stride: ArrayLike = 1,
    padding: ArrayLike = 0,
    output_padding: ArrayLike = 0,
    dilation: ArrayLike = 1,
    groups: int = 1,
) -> NDArray[Any]:
    """Scatter: each input adds a weighted kernel to the outputs under it.

    Examples
    --------
    >>> conv_transpose(np.asarray([[[3, 5]]]), np.asarray([[[1, 10, 100]]]), stride=2)
    array([[[  3,  30, 305,  50, 500]]])
    """
    (batch, filters, *size), (_, channels, *kernel) = x.shape, weight.shape
    stride, dilation = np.broadcast_to(stride, len(size)), np.broadcast_to(dilation, len(size))
    before, after = np.broadcast_to(padding, (len(size), 2)).T
    span = dilation * (np.asarray(kernel) - 1) + 1
    room = (np.asarray(size) - 1) * stride + span + output_padding

    y = np.zeros((batch, groups * channels, *room), np.result_type(x, weight))
    for n, o, stop in product(range(batch), range(filters), np.ndindex(*size)):
        first = o // (filters // groups) * channels  # where the channels of this group begin
        for c, tap in product(range(channels), np.ndindex(*kernel)):
            under = stop * stride + tap * dilation
            y[n, first + c, *under] += weight[o, c, *tap] * x[n, o, *stop]
    return y[:, :, *map(slice, before, room - after)]
