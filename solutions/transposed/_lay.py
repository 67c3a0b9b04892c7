"""A transposed convolution of any rank, in steps of which a mistake replaces one."""

from __future__ import annotations

from functools import partial

import numpy as np

from .._slide import crossed, over_channels, per_axis


def both_ends(full, padding, extra):
    """Add what output padding asks for, then cut off the padding."""
    return cut(longer(full, 0 * extra, extra), padding, padding)


def longer(full, before, after):
    """Put so many zeros at the ends of the spatial axes."""
    return np.pad(full, [(0, 0), (0, 0), *zip(before, after, strict=True)])


def cut(full, before, after):
    """Take so much off the ends of the spatial axes."""
    ends = zip(before, full.shape[2:] - after, strict=True)
    return full[(..., *(slice(first, last) for first, last in ends))]


def lay(
    x,
    weight,
    bias=None,
    *,
    axes=1,
    stride=1,
    padding=0,
    output_padding=0,
    options=lambda *per_option: per_option,
    read=lambda weight: weight,
    begin=lambda i, stride: i * stride,
    room=lambda size, kernel, stride: (size - 1) * stride + kernel,
    mix=lambda shares: shares.sum(axis=2),
    add=np.add.at,
    trim=both_ends,
    shift=lambda y, bias, _: y + over_channels(bias, y),
    finish=lambda y, *_: y,
):
    """Scatter layers, or one signal with one kernel; a mistake replaces what follows the options.

    Parameters
    ----------
    axes : int
        How many a signal without batch and channels has.
    options : callable (stride, padding, output_padding) -> the same
        What becomes of the options, each a tuple with a number for each axis.
    read : callable (weight) -> weight
        How the kernels are read.
    begin, room : callable
        Of one axis: (input, stride) -> place where its copy begins; (size, kernel, stride) ->
        how many places all copies need.
    mix : callable (shares) -> array (N, C_out, *size, *kernel)
        Makes one share of those of the input channels, axis 2.
    add : callable (places, index, shares)
        Lays the shares down.
    trim : callable (places, padding, output_padding) -> array
        Cuts.
    shift : callable (y, bias, weight) -> array
        Adds the bias; the weight's first axis is that of the outputs.
    finish : callable (y, x, weight) -> answer
        What happens last.
    """
    if x.ndim == axes:
        x, weight, finish = x[None, None], weight[None, None], partial(_bare, finish)
    axes = x.ndim - 2
    given = (per_axis(option, axes) for option in (stride, padding, output_padding))
    stride, padding, extra = (np.array(option) for option in options(*given))
    taken = read(weight)
    size, kernel = x.shape[2:], taken.shape[2:]
    rooms = map(room, size, kernel, stride)
    places = np.zeros((len(x), taken.shape[1], *rooms), np.result_type(x, weight))
    shares = mix(x[(slice(None), None, ..., *[None] * axes)] * _beside(taken, axes))
    under = [
        begin(np.arange(n), s)[:, None] + np.arange(k)
        for n, k, s in zip(size, kernel, stride, strict=True)
    ]
    add(places, (slice(None), slice(None), *crossed(under)), shares)
    y = trim(places, padding, extra)
    return finish(y if bias is None else shift(y, bias, taken.swapaxes(0, 1)), x, weight)


def _beside(weight, axes):
    """Return the weight as (C_out, C_in, 1, ..., *kernel)."""
    filters = weight.swapaxes(0, 1)
    return filters.reshape(*filters.shape[:2], *[1] * axes, *filters.shape[2:])


def _bare(finish, *result):
    return finish(*result)[0, 0]
