"""What is tried on a `conv3d` submission: inputs, references, points and rules."""

from __future__ import annotations

from itertools import product

import numpy as np

import convlib
from autograder.probes import impulses
from autograder.quality import overlap
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Quality, Task
from convlib import conv3d

from .._draw import arrays, asked, bare, dtypes_and_edges, layer, numbers, shown

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)

# Predict shapes and counts of multiplications.

SHAPES = (
    {"size": [4, 5, 6], "kernel": [2, 2, 3]},
    {"size": [9, 12, 10], "kernel": [3, 4, 2], "stride": [1, 2, 3]},
    {"size": [5, 8, 7], "kernel": [2, 3, 5], "padding": [0, 1, 2]},
    {"size": [16, 20, 24], "kernel": [3, 3, 5], "dilation": [4, 1, 2]},
    {
        "size": [17, 23, 36], "kernel": [3, 2, 4],
        "stride": [2, 3, 4], "padding": [3, 1, 2], "dilation": [2, 4, 3],
    },
    {"size": [16, 112, 112], "kernel": [3, 7, 7], "stride": [1, 2, 2], "padding": [1, 3, 3]},
)  # fmt: skip
SMALL, CLIP = {"size": [4, 5, 6], "kernel": [2, 2, 3]}, {"size": [16, 112, 112]}
WORK = (
    SMALL | {"c_in": 1, "c_out": 1},
    SMALL | {"c_in": 2, "c_out": 3},
    SMALL | {"c_in": 2, "c_out": 3, "stride": [1, 2, 2]},
    CLIP | {"kernel": [3, 3, 3], "c_in": 3, "c_out": 64, "padding": [1, 1, 1]},
    CLIP | {"kernel": [1, 3, 3], "c_in": 3, "c_out": 64, "padding": [0, 1, 1]},
)


def output_shape(*, size, kernel, **options):
    """Measure the shape: no second copy of the formula."""
    return conv3d(np.zeros((1, 1, *size)), np.zeros((1, 1, *kernel)), **options).shape[2:]


def count_macs(size, kernel, c_in, c_out, **options):
    """Take the library's count; tests compare it with counted multiplications."""
    return convlib.count_macs(tuple(size), c_in, c_out, tuple(kernel), **options)


def counting(rng, label, options="", **drawn):
    """Return a case of `count_macs` with the sizes of a layer."""
    case = layer(rng, label, options, axes=3, **drawn)
    x, weight, _ = case.args
    sizes = list(x.shape[2:]), list(weight.shape[2:]), weight.shape[1], weight.shape[0]
    return Case(label, sizes, case.kwargs)


def counts(rng):
    """Return the hidden cases of `count_macs`."""
    size, long = rng.integers(11, 20, 3).tolist(), rng.integers(400, 600, 3).tolist()
    return [
        counting(rng, "no options"),
        counting(rng, "stride", "stride"),
        counting(rng, "stride, voxels left over", "stride", rest=1),
        counting(rng, "padding", "padding"),
        counting(rng, "dilation", "dilation"),
        Case("a large dilation", (size, [2, 4, 3], 5, 3), {"dilation": [4, 3, 2]}),
        counting(rng, "everything at once", "stride padding dilation"),
        Case("a kernel as large as the volume", ([5, 4, 3], [5, 4, 3], 2, 7)),
        Case("more than a computer's 32 bits can count", (long, [3, 4, 2], 6, 5)),
        Case("one voxel", ([1, 1, 1], [1, 1, 1], 1, 1), weight=0.5),
    ]


# One volume, one kernel.

single = bare(conv3d)
FILM = np.asarray([[[1, 1], [1, 4]], [[1, 1], [4, 1]], [[1, 4], [1, 1]]])
CHANGE = np.asarray([[[-1]], [[1]]])


def pair(rng, label, x=float, w=float, *, size=None, kernel=None, **case):
    """Return a case of one volume and one kernel, with different sizes on all axes."""
    size = size or [int(one) for one in rng.permutation(np.arange(5, 9))[:3]]
    kernel = kernel or [int(one) for one in rng.permutation(np.arange(2, 5))]
    return Case(label, (numbers(rng, size, x), numbers(rng, kernel, w)), **case)


def pairs(rng):
    """Return the hidden cases of `correlate3d`."""
    return [
        pair(rng, "fractions, called twice with the same arrays", calls=2),
        pair(rng, "whole numbers", int, int),
        pair(rng, "whole numbers in the volume, fractions in the kernel", int),
        pair(rng, "fractions in the volume, whole numbers in the kernel", float, int),
        pair(rng, "float32", np.float32, np.float32),
        pair(rng, "a kernel as large as the volume", size=(4, 3, 2), kernel=(4, 3, 2)),
        pair(rng, "a kernel of one row in one frame", size=(4, 5, 7), kernel=(1, 1, 3)),
        pair(rng, "one voxel, one kernel element", size=(1, 1, 1), kernel=(1, 1, 1), weight=0.5),
    ]


# Batches of channels.

ALL = "stride padding dilation"


def layers(rng):
    """Return the hidden cases of batch, channels and bias."""
    whole = [(2, 3, 5, 4, 6), (4, 3, 5, 4, 6), (4,)]
    return [
        layer(rng, "no bias", axes=3, bias=False),
        layer(rng, "with a bias, called twice with the same arrays", axes=3, calls=2),
        arrays(rng, "a kernel as large as the volumes", whole),
        *dtypes_and_edges(rng, axes=3),
    ]


def optional(rng):
    """Return the hidden cases of stride, padding and dilation."""
    large = [(2, 4, 6, 11, 13), (3, 4, 1, 2, 3), (3,)]
    return [
        layer(rng, "stride, no bias, called twice", "stride", axes=3, bias=False, rest=1, calls=2),
        layer(rng, "padding", "padding", axes=3),
        layer(rng, "dilation", "dilation", axes=3),
        layer(rng, "dilation and stride, voxels left over", "dilation stride", axes=3, rest=1),
        layer(rng, "everything at once", ALL, axes=3),
        arrays(rng, "a stride beyond the kernel", large, {"stride": [2, 3, 4]}),
        *dtypes_and_edges(rng, ALL, axes=3),
    ]


def fast(rng):
    """Return the hidden cases of `conv3d_fast`: the options once more, and much work."""
    shapes = (1, 2, 10, 24, 32), (3, 2, 3, 3, 2), (3,)
    label = "40 calls on volumes of 10 by 24 by 32 voxels in at most 2 seconds"
    much = {"weight": 3, "calls": 40, "seconds": 2}
    single_precision = (np.float32, np.float32)
    return [
        layer(rng, "no options, no bias, called twice", axes=3, bias=False, calls=2),
        layer(rng, "dilation and stride, voxels left over", "dilation stride", axes=3, rest=1),
        layer(rng, "everything at once", ALL, axes=3),
        *dtypes_and_edges(rng, ALL, axes=3),
        arrays(rng, label, shapes, {}, single_precision, **much),
    ]


def reads(channels=1, **options):
    """Return a visible case whose answer tells which voxels each output reads."""
    return impulses("which voxels are read", (channels, 4, 5, 6), (2, channels, 2, 1, 3), options)


# Find the moving thing; the notebook prints this function and the next.


def sky(seed, step, frames=14, rows=30, columns=50):
    """Return a film of an asteroid, and the row and the column where it is in the first frame."""
    rng = np.random.default_rng(seed)
    clip = rng.normal(0, 0.35, (frames, rows, columns)) + np.linspace(0, 2, columns)
    for _ in range(15):
        clip[:, rng.integers(rows), rng.integers(columns)] += rng.uniform(10, 30)
    ways = [(frames - 1) * one for one in step]
    start = rng.integers([0, 0], [rows - ways[0], columns - ways[1]])
    for t in range(frames):
        row, column = start + t * np.array(step)
        clip[t, row, column] += 1
    return clip, start


def phantom(seed, size=(24, 32, 40), gel=1.0, insert=1.6):
    """Return the noisy scan of a phantom, and the mask of what is inside the gel."""
    rng = np.random.default_rng(seed)
    z, y, x = np.indices(size) / np.reshape(size, (3, 1, 1, 1)) - 0.5
    scan = np.where(y**2 + x**2 < 0.23, gel, 0.0)
    mask = np.zeros(size, dtype=bool)
    for side in (-0.22, 0.22):
        dz, dy, dx = rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08), side
        a, b, c = rng.uniform(0.9, 1.1, 3) * [0.29, 0.25, 0.19]
        mask |= ((z - dz) / a) ** 2 + ((y - dy) / b) ** 2 + ((x - dx) / c) ** 2 < 1
    scan[mask] = insert
    return scan + rng.normal(0, 1.8 * (insert - gel), size), mask


def find_moving(clip, step):
    """Shift each frame back by what the thing has moved, less what stands still, and add up."""
    moved, (down, across) = clip - clip.mean(axis=0), step
    last = len(clip) - 1
    rows, columns = clip.shape[1] - last * down, clip.shape[2] - last * across
    back = [one[t * down :, t * across :][:rows, :columns] for t, one in enumerate(moved)]
    match = np.sum(back, axis=0)
    return np.asarray(np.unravel_index(match.argmax(), match.shape))


def filmed(seed, step, frames, rows, columns):
    """Return a case of `find_moving`."""
    clip, _ = sky(seed, step, frames, rows, columns)
    return Case(f"{frames} frames of {rows} by {columns}, step {tuple(step)}", (clip, step))


def films(rng):
    """Return the hidden cases of `find_moving`: in the third, two rows too many do not fit."""
    of = ([0, 1], 13, 28, 40), ([1, 0], 14, 34, 29), ([2, 1], 13, 26, 34), ([0, 2], 15, 26, 50)
    return [filmed(int(rng.integers(2**63)), *each) for each in of]


# Segment the phantom.


def segment(scan, gel, insert):
    """Average over blocks, one axis after the other, and cut at the middle."""
    smooth = scan
    for axis in range(3):
        more = [(2, 2) if one == axis else (0, 0) for one in range(3)]
        blocks = np.lib.stride_tricks.sliding_window_view(np.pad(smooth, more), 5, axis=axis)
        smooth = blocks.mean(axis=-1)
    return smooth > (gel + insert) / 2


def scanned(seed, size, gel, insert, least):
    """Return a case of `segment`."""
    scan, mask = phantom(seed, size, gel, insert)
    label = f"{' by '.join(map(str, size))} voxels, an overlap of {least:.2f}"
    asks = Quality("overlap with the truth", overlap, least, mask)
    return Case(label, (scan, gel, insert), quality=asks)


def scans(rng):
    """Return the hidden cases of `segment`."""
    of = ((22, 34, 38), 1.0, 1.6), ((24, 30, 42), 2.0, 2.5)
    seeds = rng.integers(2**63, size=2).tolist()
    each = product(zip(seeds, of, strict=True), (0.55, 0.7))
    return [scanned(seed, *one, least) for (seed, one), least in each]


# fmt: off
ASSIGNMENT = Assignment("conv3d", "3D convolution from scratch", (
    Task("shapes", "Predict shapes", 2, output_shape, kind="value", dtype="any",
         visible_share=1 / 6, visible=[asked(0, SHAPES[0])],
         hidden=lambda _: [asked(i, SHAPES[i]) for i in range(1, len(SHAPES))]),
    Task("work", "Predict the work", 2, count_macs, kind="value", dtype="any",
         visible_share=0.2, visible=[asked(0, WORK[0])],
         hidden=lambda _: [asked(i, WORK[i]) for i in range(1, len(WORK))]),
    Task("correlate3d", "One volume, one kernel", 2, single, rules=[LIBRARY], hidden=pairs,
         visible=[Case("the film and kernel from above", (FILM, CHANGE)),
                  *shown(pair, ("fractions, called twice with the same arrays", {"calls": 2}))]),
    Task("conv3d", "Batch, channels and bias", 3, conv3d, rules=[LIBRARY], hidden=layers,
         visible=[*shown(layer, ("no bias", {"bias": False}), ("with a bias", {"calls": 2}),
                         axes=3), reads(channels=2)]),
    Task("conv3d_options", "Stride, padding and dilation", 3, conv3d, rules=[LIBRARY],
         hidden=optional,
         visible=[*shown(layer, ("stride", "stride", {"rest": 1}), ("padding", "padding", {}),
                         ("dilation", "dilation", {}), axes=3),
                  reads(stride=[1, 3, 2], padding=[1, 0, 2], dilation=[2, 1, 1])]),
    Task("conv3d_fast", "No loop over voxels", 3, conv3d, rules=[LIBRARY, LOOPS], dtype="exact",
         hidden=fast,
         visible=[*shown(layer, ("everything at once", ALL, {"calls": 2}),
                         ("float32", "dilation", {"x": np.float32}), axes=3),
                  reads(channels=2, stride=[1, 3, 2], padding=[1, 0, 2], dilation=[2, 1, 1])]),
    Task("count_macs", "Count multiplications", 2, count_macs, hidden=counts,
         visible=shown(counting, ("no options", {}), ("stride and padding", "stride padding", {}))),
    Task("find_moving", "Find the moving thing", 2, find_moving, hidden=films,
         visible=[filmed(2027, [1, 2], 14, 30, 50)]),
    Task("segment", "Segment the phantom", 2, segment, hidden=scans,
         visible=[scanned(2026, (24, 32, 40), 1.0, 1.6, 0.7)]),
))
