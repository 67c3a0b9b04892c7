"""Mistakes that only loops over single elements make."""

from __future__ import annotations

import numpy as np

from .._slide import over_channels
from ._lay import both_ends, lay


def multiply_in_place(
    x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), output_padding=(0, 0)
):
    """Multiply the kernel itself by each input in turn, as a slice is a view."""
    options = stride, padding, output_padding
    if x.ndim == 1:
        return multiply_in_place(x[None, None], weight[None, None], **_named(options))[0, 0]
    stride, padding, extra = (np.resize(option, x.ndim - 2) for option in options)
    kernel = weight.shape[2:]
    full = np.zeros(
        (len(x), weight.shape[1], *(np.array(x.shape[2:]) - 1) * stride + kernel),
        np.result_type(x, weight),
    )
    for n, c, *place in np.ndindex(*x.shape):
        weight[c] *= x[(n, c, *place)]
        copy = (slice(i, i + k) for i, k in zip(place * stride, kernel, strict=True))
        full[(n, slice(None), *copy)] += weight[c]
    y = both_ends(full, padding, extra)
    return y if bias is None else y + over_channels(bias, y)


def bias_with_every_share(x, weight, bias=None, **options):
    """Add the bias in the innermost loop."""
    y = lay(x, weight, **options)
    if bias is None:
        return y
    copies = lay(np.ones_like(x), np.ones_like(weight), **options)
    return y + copies * over_channels(bias, y)


def cut_each(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    """Add up in an array of the input's dtype."""
    if x.ndim == 1:
        options = stride, padding, output_padding
        return cut_each(x[None, None], weight[None, None], **_named(options))[0, 0]
    room = (x.shape[2] - 1) * stride + weight.shape[2] + output_padding
    full = np.zeros((len(x), weight.shape[1], room), x.dtype)
    for n, c, i, o, k in np.ndindex(*x.shape, *weight.shape[1:]):
        full[n, o, i * stride + k] += weight[c, o, k] * x[n, c, i]
    y = full[:, :, padding : room - padding]
    return y if bias is None else y + bias[:, None]


def _named(options):
    return dict(zip(("stride", "padding", "output_padding"), options, strict=True))
