"""What is tried on a `conv2d` submission: inputs, references, points and rules."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.probes import impulses
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv2d

from .._draw import arrays, asked, bare, dtypes_and_edges, layer, numbers, shown

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)

# Predict sizes.

SIZES = (
    {"size": [6, 9], "kernel": [3, 2]},
    {"size": [10, 7], "kernel": [3, 3], "stride": [2, 1]},
    {"size": [7, 12], "kernel": [4, 3], "padding": [2, 1]},
    {"size": [15, 11], "kernel": [5, 2], "stride": [3, 4], "padding": [1, 0]},
    {"size": [224, 320], "kernel": [7, 7], "stride": [2, 2], "padding": [3, 3]},
)


def output_size(*, size, kernel, **options):
    """Measure the size: no second copy of the formula."""
    return conv2d(np.zeros((1, 1, *size)), np.zeros((1, 1, *kernel)), **options).shape[2:]


# One image, one kernel: predict values, then write `correlate2d`.

single = bare(conv2d)
IMAGE = np.asarray([[1, 2, 0, 3, 1], [0, 1, 4, 1, 2], [2, 0, 1, 0, 3], [1, 3, 2, 1, 0]])
KERNEL = np.asarray([[1, 0, 2], [-1, 1, 0]])
BY_HAND = (
    Case("plain", (IMAGE, KERNEL)),
    Case("stride (1, 2)", (IMAGE, KERNEL), {"stride": [1, 2]}, target=1),
    Case("padding (0, 1)", (IMAGE, KERNEL), {"padding": [0, 1]}, target=2),
)


def pair(rng, label, x=float, w=float, *, size=None, kernel=None, **case):
    """Return a case of one image and one kernel, neither of them square."""
    size = size or [int(one) for one in rng.permutation(np.arange(6, 10))[:2]]
    kernel = kernel or [int(one) for one in rng.permutation(np.arange(2, 5))[:2]]
    return Case(label, (numbers(rng, size, x), numbers(rng, kernel, w)), **case)


def pairs(rng):
    """Return the hidden cases of `correlate2d`."""
    return [
        pair(rng, "fractions, called twice with the same arrays", calls=2),
        pair(rng, "whole numbers", int, int),
        pair(rng, "whole numbers in the image, fractions in the kernel", int),
        pair(rng, "fractions in the image, whole numbers in the kernel", float, int),
        pair(rng, "float32", np.float32, np.float32),
        pair(rng, "a kernel as large as the image", size=(5, 3), kernel=(5, 3)),
        pair(rng, "a kernel of one row", size=(4, 7), kernel=(1, 3)),
        pair(rng, "one pixel, one kernel element", size=(1, 1), kernel=(1, 1), weight=0.5),
    ]


# Batches of channels.


def layers(rng):
    """Return the hidden cases of batch, channels and bias."""
    whole = [(2, 3, 5, 7), (4, 3, 5, 7), (4,)]
    return [
        layer(rng, "no bias, called twice with the same arrays", axes=2, bias=False, calls=2),
        layer(rng, "with a bias, called twice with the same arrays", axes=2, calls=2),
        arrays(rng, "a kernel as large as the images", whole),
        *dtypes_and_edges(rng, axes=2),
    ]


def strided(rng):
    """Return the hidden cases of stride and padding."""
    large = [(3, 4, 17, 13), (5, 4, 6, 2), (5,)]
    both = "stride padding"
    return [
        layer(rng, "stride, no bias", "stride", axes=2, bias=False, rest=1),
        layer(rng, "padding", "padding", axes=2, calls=2),
        layer(rng, "stride and padding", both, axes=2, calls=2),
        layer(rng, "stride and padding, pixels left over", both, axes=2, rest=1),
        arrays(rng, "a stride beyond the kernel", large, {"stride": [7, 5]}),
        *dtypes_and_edges(rng, both, axes=2),
    ]


def fast(rng):
    """Return the hidden cases of `conv2d_fast`: all of `strided`, and much work."""
    shapes = (1, 2, 48, 64), (4, 2, 3, 5), (4,)
    label = "300 calls on images of 48 by 64 pixels in at most 8 seconds"
    much = {"weight": 3, "calls": 300, "seconds": 8}
    single_precision = (np.float32, np.float32)
    return [*strided(rng), arrays(rng, label, shapes, {}, single_precision, **much)]


def reads(options, kernel=(4, 3, 2, 3), size=(3, 7, 6)):
    """Return a visible case whose answer tells which pixels each output reads."""
    return impulses("which pixels are read", size, kernel, options)


# Columns of patches.


def im2col(x, kernel, *, stride=(1, 1), padding=(0, 0)):
    """Return the patches as columns, by way of windows."""
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    windows = sliding_window_view(x, kernel, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    columns = windows.transpose(0, 1, 4, 5, 2, 3)
    rows = x.shape[1] * kernel[0] * kernel[1]
    return columns.reshape(len(x), rows, windows.shape[2] * windows.shape[3])


def patches(rng, label, options="", **drawn):
    """Return a case of `im2col` with the sizes of a layer."""
    case = layer(rng, label, options, axes=2, **drawn)
    x, weight, *_ = case.args
    return Case(label, (x, list(weight.shape[2:])), case.kwargs, calls=case.calls)


def columned(rng):
    """Return the hidden cases of `im2col`."""
    both, three = "stride padding", numbers(rng, (3, 2, 5, 4))
    return [
        patches(rng, "stride 1, no padding, called twice with the same array", calls=2),
        patches(rng, "stride", "stride", rest=1),
        patches(rng, "padding", "padding"),
        patches(rng, "stride and padding", both),
        patches(rng, "stride and padding, pixels left over", both, rest=1),
        patches(rng, "whole numbers", both, x=int),
        patches(rng, "float32", both, x=np.float32),
        Case("a kernel as large as the images", (three, [5, 4])),
        Case("one pixel", (numbers(rng, (1, 1, 1, 1)), [1, 1])),
        Case("an empty batch", (np.zeros((0, 3, 6, 5)), [2, 4]), weight=0.5),
    ]


# Find a label; the notebook prints this function.


def parcel(seed, rows=60, columns=90):
    """Return a picture of a parcel, and the first and last row and column of its label."""
    rng = np.random.default_rng(seed)
    top, left = rng.integers(5, rows // 3), rng.integers(5, columns // 3)
    bottom, right = top + rng.integers(18, rows // 2), left + rng.integers(20, columns // 2)
    light = np.linspace(0, 3, rows)[:, None] + np.linspace(0, 4, columns)
    picture = light + rng.normal(0, 0.1, (rows, columns))
    picture[top : bottom + 1, left : right + 1] += 1
    glare = rng.integers(rows - 4), rng.integers(columns - 4)
    picture[glare[0] : glare[0] + 2, glare[1] : glare[1] + 2] += 3
    return picture, np.array([top, bottom, left, right])


def find_label(picture):
    """Let a kernel compare neighbours, and add up what it says along the edge."""
    step = np.asarray([[-1.0, 1.0]])
    down, across = single(picture, step.T).sum(axis=1), single(picture, step).sum(axis=0)
    return np.asarray([down.argmax() + 1, down.argmin(), across.argmax() + 1, across.argmin()])


def pictured(seed, rows, columns):
    """Return a case of `find_label`."""
    return Case(f"a picture of {rows} by {columns} pixels", (parcel(seed, rows, columns)[0],))


def parcels(rng):
    """Return the hidden cases of `find_label`."""
    sizes = (50, 80), (64, 72), (90, 60), (61, 97)
    return [pictured(int(rng.integers(2**63)), *size) for size in sizes]


# fmt: off
ASSIGNMENT = Assignment("conv2d", "2D convolution from scratch", (
    Task("sizes", "Predict sizes", 3, output_size, kind="value", dtype="any", visible_share=0.2,
         visible=[asked(0, SIZES[0])],
         hidden=lambda _: [asked(i, SIZES[i]) for i in range(1, len(SIZES))]),
    Task("by_hand", "Predict values", 2, single, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("correlate2d", "One image, one kernel", 2, single, rules=[LIBRARY], hidden=pairs,
         visible=[Case("the image and kernel of task 2", (IMAGE, KERNEL)),
                  *shown(pair, ("fractions, called twice with the same arrays", {"calls": 2})),
                  impulses("which pixels are read", (2, 3), (2, 2), batch=False)]),
    Task("conv2d", "Batch, channels and bias", 3, conv2d, rules=[LIBRARY], hidden=layers,
         visible=[*shown(layer, ("no bias", {"bias": False}), ("with a bias", {"calls": 2}),
                         axes=2),
                  reads({})]),
    Task("conv2d_stride", "Stride and padding", 3, conv2d, rules=[LIBRARY], hidden=strided,
         visible=[*shown(layer, ("stride", "stride", {"rest": 1}), ("padding", "padding", {}),
                         axes=2),
                  reads({"stride": [2, 3], "padding": [3, 1]})]),
    Task("im2col", "Patches as columns", 3, im2col, rules=[LOOPS], dtype="exact", hidden=columned,
         visible=shown(patches, ("stride 1, no padding", {}),
                       ("stride and padding", "stride padding", {"calls": 2}))),
    Task("conv2d_fast", "No loop over pixels", 3, conv2d, rules=[LIBRARY, LOOPS], dtype="exact",
         hidden=fast,
         visible=[*shown(layer, ("stride and padding", "stride padding", {"calls": 2}),
                         ("float32", "padding", {"x": np.float32}), axes=2),
                  reads({"stride": [2, 3], "padding": [3, 1]})]),
    Task("find_label", "Find a label", 2, find_label, hidden=parcels,
         visible=[pictured(2026, 60, 90)]),
))
