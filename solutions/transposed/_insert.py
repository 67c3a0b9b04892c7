"""A transposed convolution by zeros in between, in steps of which a mistake replaces one."""

from __future__ import annotations

import numpy as np

from .._slide import over_channels


def spread(x, stride):
    """Put zeros between the inputs."""
    made = np.zeros((*x.shape[:2], (x.shape[2] - 1) * stride + 1), x.dtype)
    made[:, :, ::stride] = x
    return made


def both_sides(x, before, after, **how):
    """Put zeros at the ends of the last axis."""
    return np.pad(x, [(0, 0), (0, 0), (before, after)], **how)


def slide_once(x, weight, step=1):
    """Convolve as the notebook's conv1d does."""
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2], axis=2)
    return np.einsum("ncik,ock->noi", windows[:, :, ::step], weight)


def insert(
    x,
    weight,
    bias=None,
    *,
    axes=1,
    stride=1,
    padding=0,
    output_padding=0,
    between=spread,
    around=lambda zeros, extra, _padding: (zeros, zeros + extra),
    pad=both_sides,
    turn=lambda weight: weight.swapaxes(0, 1)[:, :, ::-1],
    apply=lambda x, weight, _stride: slide_once(x, weight),
    shift=lambda y, bias, _: y + over_channels(bias, y),
    finish=lambda y, *_: y,
):
    """Convolve what is spread out; a mistake replaces what follows the options.

    With a number in place of `weight`, the size of a kernel, only spread out.

    Parameters
    ----------
    between : callable (x, stride) -> array
        Spreads the inputs out.
    around : callable (zeros, output_padding, padding) -> (before, after)
        How many zeros are put at the ends, where ``kernel - 1 - padding`` are right.
    pad : callable (spread, before, after) -> array
        Puts them there.
    turn : callable (weight) -> array (C_out, C_in, kernel)
        Makes the weight of an ordinary convolution.
    apply : callable (x, weight, stride) -> array
        Convolves.
    shift, finish
        As in `lay`.
    """
    kernel = weight if np.ndim(weight) == 0 else weight.shape[2]
    before, after = around(kernel - 1 - padding, output_padding, padding)
    made = pad(between(x, stride), before, after)
    if kernel is weight:
        return made
    taken = turn(weight)
    y = apply(made, taken, stride)
    return finish(y if bias is None else shift(y, bias, taken), x, weight)


def sized_by_channels(x, weight, *bias, **options):
    """Take the weight's first number for the kernel's size."""

    def around(_zeros, extra, padding):
        return len(weight) - 1 - padding, len(weight) - 1 - padding + extra

    return insert(x, weight, *bias, around=around, **options)
