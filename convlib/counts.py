"""What a layer costs: parameters to store and multiplications to do; integers in, integers out."""

from __future__ import annotations

from math import prod
from typing import Any

from .window import Padding, PerAxis, at_least_one, axes_of, output_size, own_axes, window

__all__ = ["count_macs", "count_parameters"]


def count_parameters(
    c_in: int, c_out: int, kernel_size: PerAxis, *, groups: int = 1, bias: bool = False
) -> int:
    """Return how many numbers a layer learns.

    Parameters
    ----------
    c_in, c_out : int
        Channels of the input and of the result, the same for a transposed convolution.
    kernel_size : int or tuple of int
        Spatial size of the kernel; an int for one axis.
    groups : int
        As in `conv`; ``c_in`` for a depthwise convolution.
    bias : bool
        Whether there is a bias for each output channel.

    Returns
    -------
    int
        ``c_out * (c_in // groups) * prod(kernel_size)``, and ``c_out`` more with a bias.

    Raises
    ------
    TypeError
        If `bias` is not True or False.
    ValueError
        If a number is out of its range, or the groups do not divide the channels.

    Examples
    --------
    From 32 to 64 channels with a 3 x 3 kernel; then depthwise and pointwise in two steps:

    >>> count_parameters(32, 64, (3, 3))
    18432
    >>> depthwise = count_parameters(32, 32, (3, 3), groups=32)
    >>> pointwise = count_parameters(32, 64, (1, 1))
    >>> depthwise, pointwise, depthwise + pointwise
    (288, 2048, 2336)
    """
    kernel = own_axes(kernel_size, "kernel_size")
    return _weights(c_in, c_out, kernel, groups) + int(c_out) * _flag(bias)


def count_macs(
    size: int | tuple[int, ...],
    c_in: int,
    c_out: int,
    kernel_size: PerAxis,
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> int:
    """Return how many multiply-adds `conv` does for one example, those with padding included.

    Parameters
    ----------
    size : int or tuple of int
        Spatial size of the input; an int for one axis.
    c_in, c_out : int
        Channels of the input and of the result.
    kernel_size : int or one per spatial axis
    stride, padding, dilation, groups
        As in `conv`.

    Returns
    -------
    int
        ``prod(out) * c_out * (c_in // groups) * prod(kernel_size)``, where ``out`` is
        `conv_output_size`: each weight is used once at each position.

    Raises
    ------
    ValueError
        If the kernel does not fit, a number is out of its range, or the groups do not divide
        the channels.

    See Also
    --------
    count_parameters : The factor after ``prod(out)``.

    Examples
    --------
    A depthwise separable layer needs about an eighth of the work here:

    >>> whole = count_macs((56, 56), 32, 64, 3, padding=1)
    >>> depthwise = count_macs((56, 56), 32, 32, 3, padding=1, groups=32)
    >>> pointwise = count_macs((56, 56), 32, 64, 1)
    >>> whole, depthwise + pointwise, round(whole / (depthwise + pointwise), 1)
    (57802752, 7325696, 7.9)
    """
    sizes, kernel = axes_of(size, kernel_size)
    out = output_size(sizes, window(kernel, stride, padding, dilation))
    return prod(out) * _weights(c_in, c_out, kernel, groups)


def _flag(bias: Any) -> bool:
    if isinstance(bias, bool):
        return bias
    msg = f"bias must be True or False, as only its presence counts, got {bias!r}"
    raise TypeError(msg)


def _weights(c_in: Any, c_out: Any, kernel: tuple[int, ...], groups: Any) -> int:
    channels = {name: at_least_one(c, name) for name, c in (("c_in", c_in), ("c_out", c_out))}
    parts = at_least_one(groups, "groups")
    for name, count in channels.items():
        if count % parts:
            msg = f"{name} must be a multiple of groups, got {count} and {parts}"
            raise ValueError(msg)
    return channels["c_out"] * (channels["c_in"] // parts) * prod(kernel)
