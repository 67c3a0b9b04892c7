"""Named ways to get `conv3d` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, SHARED, bank
from .._rarer import RARER
from .._slide import slide
from ._counts import COUNTS
from ._moving import MOVING
from ._phantoms import PHANTOMS


def into_the_input(x, w):
    """Write each result where its block begins: right, but only once."""
    out = np.subtract(x.shape, w.shape) + 1
    for place in np.ndindex(*out):
        block = tuple(slice(i, i + k) for i, k in zip(place, w.shape, strict=True))
        x[place] = (x[block] * w).sum()
    return x[tuple(map(slice, out))].copy()


def multiply_views(x, weight, bias=None):
    """Multiply each block in place."""
    if x.ndim == 3:
        return multiply_views(x[None, None], weight[None, None])[0, 0]
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    out = np.subtract(x.shape[2:], weight.shape[2:]) + 1
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, o, *place in np.ndindex(*y.shape):
        under = (slice(i, i + k) for i, k in zip(place, weight.shape[2:], strict=True))
        block = x[n, :, *under]
        block *= weight[o]
        y[n, o, *place] = block.sum() + bias[o]
    return y


def as_many_as_voxels(x, w):
    """Let the last blocks see what is left of the volume."""
    return slide(np.pad(x, [(0, k - 1) for k in w.shape]), w, axes=3)


def only(frames):
    """Return a way to read kernels in which no other frame counts."""

    def read(weight):
        kept = np.zeros_like(weight)
        kept[:, :, frames] = weight[:, :, frames]
        return kept

    return read


def same_frame(x, w):
    """Let every frame of the kernel meet the same frame of the volume."""
    y = slide(x, w.sum(axis=0, keepdims=True), axes=3)
    return y[: len(x) - len(w) + 1]


def depth_last(weight):
    """Read the kernel's axes as rows, columns, depth."""
    return np.moveaxis(weight, -1, 2)


def rows_first(weight):
    """Read the kernel's axes as rows, depth, columns."""
    return weight.swapaxes(2, 3)


def without_depth(s, p, d):
    """Use the options of rows and columns alone."""
    return (1, *s[1:]), (0, *p[1:]), (1, *d[1:])


def turned(swap):
    """Return an end that turns the axes of the result."""
    return lambda y, *_: swap(y)


# fmt: off
OWN = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("kernel's depth taken for its last axis", "A kernel is (depth, rows, columns), in the order "
     "of the volume's axes; you read its last axis as the depth.",
     "one layer", {"read": depth_last}),
    ("kernel's depth and rows swapped", "A kernel is (depth, rows, columns), in the order of the "
     "volume's axes; you read its rows as depth.",
     "one layer", {"read": rows_first}),
    ("only the kernel's first frame", "Only the first frame of the kernel counts, as in a 2D "
     "convolution: there is a loop over the kernel's depth, too.",
     "one layer", {"read": only(slice(1))}),
    ("only the kernel's last frame", "Only the last frame of the kernel counts: add up over the "
     "kernel's depth with += instead of replacing the sum.",
     "one layer", {"read": only(slice(-1, None))}),
    ("kernel flipped along its middle axis", "You read the rows of each kernel frame from the last "
     "to the first. Element 0 of every axis meets the first voxel under the kernel.",
     "one layer", {"read": lambda weight: weight[:, :, :, ::-1]}),
    ("kernel flipped within its frames", "You turn each kernel frame by half a turn, as one does "
     "for a convolution of mathematics. Element 0 of every axis meets the first voxel under it.",
     "one layer", {"read": lambda weight: weight[..., ::-1, ::-1]}),
    ("last frame lost", "Along the depth, the kernel also fits where it ends on the last voxel. "
     "Look for a missing + 1 in the number of stops.",
     "one layer", {"finish": lambda y, *_: y[:, :, :-1]}),
    ("last row lost", "Along the rows, the kernel also fits where it ends on the last voxel. "
     "Look for a missing + 1 in the number of stops.",
     "one layer", {"finish": lambda y, *_: y[:, :, :, :-1]}),
    ("last column lost", "Along the columns, the kernel also fits where it ends on the last voxel. "
     "Look for a missing + 1 in the number of stops.",
     "one layer", {"finish": lambda y, *_: y[..., :-1]}),
    ("depth summed up", "The kernel slides along the depth: the result has an axis for it. You "
     "added all its frames up, as one does with channels.",
     "one layer", {"finish": lambda y, *_: y.sum(axis=2)}),
    ("result's axes swapped", "The result is (depth, rows, columns), in the order of the volume's "
     "axes.",
     "one layer", {"finish": turned(lambda y: np.moveaxis(y, 2, -1))}),
    ("options of the depth ignored", "The first number of each option is for the depth; you use "
     "those of rows and columns alone.",
     "options", {"options": without_depth}),
    ("no option used", "Stride, padding and dilation change nothing in your function: go on from "
     "task 4 as task 5 says, one option after the other.",
     "options", {"options": lambda *_: ((1,) * 3, (0,) * 3, (1,) * 3)}),
    ("options read from the last axis on", "You read each option as (columns, rows, depth). The "
     "first number is for the depth, in the order of the volume's axes.",
     "options", {"options": lambda s, p, d: (s[::-1], p[::-1], d[::-1])}),
    ("options read with the depth last", "You read each option as (rows, columns, depth). The "
     "first number is for the depth, in the order of the volume's axes.",
     "options", {"options": lambda *three: [(depth, a, b) for a, b, depth in three]}),
    ("first number of each option for every axis", "Each option has a number for each axis, and "
     "you use the first one for all three.",
     "options", {"options": lambda *three: [one[:1] * 3 for one in three]}),
    ("first dilation for every axis", "Each axis has a dilation of its own, and you use the first "
     "one for all.",
     "options", {"options": lambda s, p, d: (s, p, d[:1] * 3)}),
    ("dilation of the axes swapped", "The first number of a dilation is for the depth, the last "
     "for the columns.",
     "options", {"options": lambda s, p, d: (s, p, d[::-1])}),
    ("dilation only along the depth", "Only the first axis is dilated; rows and columns have "
     "dilations too.",
     "options", {"options": lambda s, p, d: (s, p, (d[0], 1, 1))}),
))
ONE, LAYER = ("correlate3d",), ("conv3d", "conv3d_options", "conv3d_fast")
OPTIONS = LAYER[1:]
PLACES = {
    "one": ONE, "layer": LAYER, "stride": OPTIONS, "undilated": LAYER[:1], "dilation": OPTIONS,
    "spread": OPTIONS, "options": OPTIONS,
}
PAIRS = {  # three numbers where np.pad wants two: that fails, and says so
    "padding on every axis", "padding taken as before and after",
}
ROWS = tuple(row for row in SHARED + PER_AXIS if row[0] not in PAIRS) + RARER + OWN

OTHERS = (
    Mistake("as many results as voxels", "Near the end of each axis the kernel no longer fits, so "
            "there is no result. Stop at the last position where all of it fits.",
            ONE, as_many_as_voxels),
    Mistake("every frame of the kernel on the same frame", "Frame t of the kernel meets frame "
            "i + t of the volume: the index of the depth needs the sum of both, like the others.",
            ONE, same_frame),
    Mistake("result written into the input", "The first call is right, but it overwrites the "
            "volume, and the second one reads your results. Write into an array of your own.",
            ONE, into_the_input),
    Mistake("block multiplied in place", "A slice is a view: block *= w changes the volume itself, "
            "and the next block sees it. block * w makes a new array.",
            ONE + LAYER[:1], multiply_views),
)
# fmt: on

MISTAKES = COUNTS + bank(3, PLACES, ROWS) + OTHERS + MOVING + PHANTOMS
