"""Slips in single steps of a gradient, each a function that stands in for the right step."""

from __future__ import annotations

import numpy as np

from .._slide import padded
from ._adjoint import add, cut


def flipped(array):
    """Read every axis but the first two from its end."""
    return np.flip(array, tuple(range(2, array.ndim)))


def thrown(array, axis, at):
    """Keep one of the numbers along an axis, or none of none."""
    return array.take([at] if array.shape[axis] else [], axis=axis)


def cut_each(asked, met):
    """Add up in an array of the input's dtype."""
    back = np.zeros((asked.shape[1], met.shape[1], met.shape[3]), met.dtype)
    for n, p in np.ndindex(len(asked), asked.shape[2]):
        part = asked[n, :, None, p, None] * met[n, None, :, p]
        back = (back + part).astype(met.dtype)
    return back


def as_many_as_fit(_, room, out, stride, dilation):
    """Take all elements that find a sample, those left over by the stride among them."""
    each = zip(room, out, stride, dilation, strict=True)
    return tuple((n - s * (stops - 1) - 1) // d + 1 for n, stops, s, d in each)


def overwrite_outputs(back, where, parts):
    """Let each output replace what others have left."""
    for p, seen in enumerate(where):
        back[..., seen] = parts[..., p, :]


def overwrite_elements(back, where, parts):
    """Let each kernel element replace what others have left."""
    for t in range(where.shape[1]):
        back[..., where[:, t]] = parts[..., t]


def mean_of_readers(back, where, parts):
    """Divide by the number of outputs that see each sample."""
    add(back, where, parts)
    readers = np.bincount(where.ravel(), minlength=back.shape[-1])
    share = back / np.maximum(readers, 1)
    back[...] = share if back.dtype.kind == "f" else np.trunc(share)


def spread(stride, dilation):
    """Take the dilation for the number of samples that are left out."""
    return stride, tuple(one + (one > 1) for one in dilation)


def unpadded(stride, padding, dilation):
    """Forget the padding."""
    return stride, (0,) * len(padding), dilation


def wrapped(x, padding):
    """Find the end of the signal before its begin, as negative indices do."""
    none = [0] * len(padding)
    return padded(padded(x, padding, none, mode="wrap"), none, padding)


def folded(back, padding, size, covered):
    """Add to the end what falls before the begin, as negative indices do."""
    for axis, p in enumerate(padding, start=2):
        back = np.moveaxis(back, axis, 0).copy()
        end = len(back) - p
        back[end - p : end] += back[:p]
        back = np.moveaxis(back, 0, axis)
    return cut(back, padding, size, covered)


def multiplied_windows(x, grad, kernel_size):
    """Multiply each window in place."""
    back = np.zeros((grad.shape[1], x.shape[1], kernel_size), np.result_type(x, grad))
    for n, o, i in np.ndindex(*grad.shape):
        window = x[n, :, i : i + kernel_size]
        window *= grad[n, o, i]
        back[o] += window
    return back


def multiplied_kernels(grad, weight, input_size):
    """Multiply each kernel in place."""
    back = np.zeros((len(grad), weight.shape[1], input_size), np.result_type(grad, weight))
    for n, o, i in np.ndindex(*grad.shape):
        kernel = weight[o]
        kernel *= grad[n, o, i]
        back[n, :, i : i + weight.shape[2]] += kernel
    return back
