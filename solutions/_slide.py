"""A convolution of any rank, in steps of which a mistake replaces one."""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np


def per_axis(value, axes):
    """Return an option as one number for each axis."""
    return (value,) * axes if np.ndim(value) == 0 else tuple(value)


def padded(x, before, after, **how):
    """Pad the spatial axes by so much on each."""
    return np.pad(x, [(0, 0), (0, 0), *zip(before, after, strict=True)], **how)


def both_sides(x, padding, _):
    """Put the zeros where they belong."""
    return padded(x, padding, padding)


def own_group(filters, channels, groups):
    """Return for each filter the input channels that it reads."""
    first = np.arange(filters) // (filters // groups) * channels
    return first[:, None] + np.arange(channels)


def over_channels(bias, y):
    """Return the bias in a shape that adds it to the channels."""
    return bias.reshape(-1, *[1] * (y.ndim - 2))


def slide(
    x,
    weight,
    bias=None,
    *,
    axes,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
    options=lambda *per_option: per_option,
    read=lambda weight: weight,
    pad=both_sides,
    steps=lambda stride, dilation: (stride, dilation),
    count=lambda room, k, s, d: (room - d * (k - 1) - 1) // s + 1,
    start=lambda stop, stride: stop * stride,
    reach=lambda tap, dilation: tap * dilation,
    which=own_group,
    total=lambda products, _: products.sum(axis=(2, 4)),
    shift=lambda y, bias, _: y + over_channels(bias, y),
    finish=lambda y, *_: y,
):
    """Convolve layers, or one signal with one kernel; a mistake replaces what follows `groups`.

    Parameters
    ----------
    axes : int
        How many are spatial.
    options : callable (stride, padding, dilation) -> the same
        What becomes of the options, each a tuple with a number for each axis.
    read : callable (weight) -> weight
        How the kernels are read.
    pad : callable (x, padding, dilation) -> array
        Puts zeros around the input.
    steps, count, start, reach : callable
        Of one axis: (stride, dilation) -> the same; (room, kernel, stride, dilation) -> number of
        stops; (stop, stride) -> where its window begins; (tap, dilation) -> how far in.
    which : callable (filters, channels, groups) -> array of integers (filters, channels)
        The input channels that each filter reads.
    total : callable (products, x) -> array (N, C_out, stops)
        Adds up products of shape (N, C_out, channels, stops, taps).
    shift : callable (y, bias, weight) -> array
        Adds the bias.
    finish : callable (y, x, weight) -> answer
        What happens last.
    """
    if x.ndim == axes:
        x, weight, finish = x[None, None], weight[None, None], partial(_bare, finish)
    stride, padding, dilation = options(*(per_axis(o, axes) for o in (stride, padding, dilation)))
    room, taken = pad(x, padding, dilation), read(weight)
    filters, channels, *kernel = taken.shape
    out, under = [], []
    for size, k, s, d in zip(room.shape[2:], kernel, stride, dilation, strict=True):
        s, d = steps(s, d)  # noqa: PLW2901
        # np.empty fails where a student's np.zeros would: less than no stop
        out.append(np.empty(count(size, k, s, d)).size)
        under.append(start(np.arange(out[-1]), s)[:, None] + reach(np.arange(k), d))
    windows = room[(slice(None), slice(None), *crossed(under))]
    windows = windows.reshape(*room.shape[:2], prod(out), prod(kernel))
    products = windows[:, which(filters, channels, groups)]
    products = products * taken.reshape(filters, channels, 1, prod(kernel))
    y = total(products, x)
    y = y.reshape(*y.shape[:-1], *out)
    return finish(y if bias is None else shift(y, bias, taken), x, weight)


def crossed(under):
    """Return indices (stops, taps) of each axis in a shape that crosses them: stops, then taps."""
    axes = len(under)
    for axis, one in enumerate(under):
        shape = [1] * 2 * axes
        shape[axis], shape[axes + axis] = one.shape
        yield one.reshape(shape)


def _bare(finish, *result):
    return finish(*result)[0, 0]
