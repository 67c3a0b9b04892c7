"""Mistakes that only loops over single elements make."""

from __future__ import annotations

import numpy as np

from .._slide import over_channels, per_axis
from ._lay import both_ends, lay


def multiply_in_place(x, weight, y, begins):
    """Multiply the kernel itself by each input in turn, as a slice is a view."""
    for n, c, i in np.ndindex(*x.shape):
        weight[c] *= x[n, c, i]
        y[n, :, begins[i] : begins[i] + weight.shape[2]] += weight[c]


def cut_each(x, weight, y, begins):
    """Add up in an array of the input's dtype."""
    for n, c, i, o, k in np.ndindex(*x.shape, *weight.shape[1:]):
        y[n, o, begins[i] + k] += weight[c, o, k] * x[n, c, i]


def in_loops(x, weight, bias=None, *, fill, dtype, stride=1, padding=0, output_padding=0):
    """Scatter signals, or one, as `fill` does it, into an array of a dtype of theirs."""
    if x.ndim == 1:
        options = {"stride": stride, "padding": padding, "output_padding": output_padding}
        one = x[None, None], weight[None, None]
        return in_loops(*one, fill=fill, dtype=dtype, **options)[0, 0]
    begins = stride * np.arange(x.shape[2])
    room = begins[-1] + weight.shape[2] + output_padding
    full = np.zeros((len(x), weight.shape[1], room), dtype(x, weight))
    fill(x, weight, full, begins)
    y = full[:, :, padding : room - padding]
    return y if bias is None else y + over_channels(bias, y)


def as_in_a_convolution(x, weight, bias=None, *, whole_bias=False, **options):
    """Take the weight's first axis for that of the outputs, and the number of inputs from x."""
    if weight.shape[1] < x.shape[1]:
        msg = f"index {weight.shape[1]} is out of bounds for axis 1 with size {weight.shape[1]}"
        raise IndexError(msg)
    if bias is not None and not whole_bias:
        bias = bias[: len(weight)]
    return lay(x, weight.swapaxes(0, 1)[: x.shape[1]], bias, **options)


def bias_with_every_share(x, weight, bias=None, **options):
    """Add the bias in the innermost loop."""
    y = lay(x, weight, **options)
    if bias is None:
        return y
    copies = lay(np.ones_like(x), np.ones_like(weight), **options)
    return y + copies * over_channels(bias, y)


def bias_before_output_padding(x, weight, bias=None, *, padding=0, output_padding=0, **options):
    """Add the bias, and put zeros behind that."""
    y = lay(x, weight, bias, **options)
    cuts, extra = (np.array(per_axis(one, y.ndim - 2)) for one in (padding, output_padding))
    return both_ends(y, cuts, extra)
