"""What is tried on a `conv1d` submission: inputs, references, points and rules."""

from __future__ import annotations

import numpy as np

from autograder.probes import impulses
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv1d

from .._draw import arrays, asked, bare, dtypes_and_edges, layer, numbers, shown

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)

# Predict sizes.

SIZES = (
    {"size": 10, "kernel": 3},
    {"size": 11, "kernel": 4, "stride": 3},
    {"size": 9, "kernel": 4, "padding": 2},
    {"size": 20, "kernel": 3, "dilation": 4},
    {"size": 17, "kernel": 5, "stride": 2, "padding": 3, "dilation": 3},
    {"size": 100, "kernel": 7, "stride": 4, "padding": 5, "dilation": 6},
)


def output_size(*, size, kernel, **options):
    """Measure the size: no second copy of the formula."""
    return conv1d(np.zeros((1, 1, size)), np.zeros((1, 1, kernel)), **options).shape[-1]


# One signal, one kernel: predict values, then write `correlate`.

single = bare(conv1d)
SIGNAL, KERNEL = np.asarray([1, 3, 0, 2, 5, 1, 4]), np.asarray([2, 1, -1])
BY_HAND = (
    Case("plain", (SIGNAL, KERNEL)),
    Case("stride 2, padding 2", (SIGNAL, KERNEL), {"stride": 2, "padding": 2}, target=1),
    Case("dilation 2", (SIGNAL, KERNEL), {"dilation": 2}, target=2),
)


def pair(rng, label, x=float, w=float, sizes=None, **case):
    """Return a case of one signal and one kernel."""
    size, kernel = sizes or (int(rng.integers(8, 13)), int(rng.integers(2, 6)))
    return Case(label, (numbers(rng, size, x), numbers(rng, kernel, w)), **case)


def pairs(rng):
    """Return the hidden cases of `correlate`."""
    return [
        pair(rng, "fractions, called twice with the same arrays", calls=2),
        pair(rng, "whole numbers", int, int),
        pair(rng, "whole numbers in the signal, fractions in the kernel", int, sizes=(23, 5)),
        pair(rng, "fractions in the signal, whole numbers in the kernel", float, int),
        pair(rng, "float32", np.float32, np.float32),
        pair(rng, "a kernel as long as the signal", sizes=(7, 7)),
        pair(rng, "one sample, one kernel element", sizes=(1, 1), weight=0.5),
    ]


# Batches of channels.


def layers(rng):
    """Return the hidden cases of batch, channels and bias."""
    return [
        layer(rng, "no bias, called twice with the same arrays", bias=False, calls=2),
        layer(rng, "with a bias, called twice with the same arrays", calls=2),
        arrays(rng, "a kernel as long as the signals", [(2, 3, 5), (4, 3, 5), (4,)]),
        *dtypes_and_edges(rng),
    ]


def strided(rng):
    """Return the hidden cases of stride and padding."""
    return [
        layer(rng, "stride, no bias", "stride", bias=False, rest=1),
        layer(rng, "padding", "padding", calls=2),
        layer(rng, "stride and padding", "stride padding", calls=2),
        layer(rng, "stride and padding, a sample left over", "stride padding", rest=1),
        arrays(rng, "a stride beyond the kernel", [(2, 4, 23), (5, 4, 3), (5,)], {"stride": 7}),
        *dtypes_and_edges(rng, "stride padding"),
    ]


def dilated(rng):
    """Return the hidden cases of dilation, alone and with everything before."""
    return [
        layer(rng, "dilation, no bias", "dilation", bias=False, calls=2),
        layer(rng, "dilation and padding", "dilation padding"),
        layer(rng, "dilation and stride, a sample left over", "dilation stride", rest=1),
        layer(rng, "everything at once", "stride padding dilation", calls=2),
        layer(rng, "stride and padding, no dilation", "stride padding"),
        arrays(
            rng, "a kernel that spans the signals", [(2, 3, 13), (4, 3, 5), (4,)], {"dilation": 3}
        ),
        *dtypes_and_edges(rng, "stride padding dilation"),
    ]


def fast(rng):
    """Return the hidden cases of `conv1d_fast`: all of `dilated`, and much work.

    Many calls on short signals time the code, not how fast the machine finds memory.
    """
    shapes = (1, 2, 4000), (4, 2, 3), (4,)
    label = "100 calls on 4000 samples in at most 2 seconds"
    much = {"weight": 3, "calls": 100, "seconds": 2}
    single_precision = (np.float32, np.float32)
    return [*dilated(rng), arrays(rng, label, shapes, {"dilation": 5}, single_precision, **much)]


def reads(**options):
    """Return a visible case whose answer tells which samples each output reads."""
    return impulses("which samples are read", (2, 11), (4, 2, 3), options)


# Find a ping; the notebook prints this function.


def recordings(seed, n=5, size=600, length=40):
    """Return what n hydrophones hear of a ping, its code, and where it begins in each."""
    rng = np.random.default_rng(seed)
    code = rng.permutation(np.arange(length) % 2.0)
    heard = rng.normal(0, 0.15, (n, size)) + rng.uniform(3, 6, (n, 1)) * np.linspace(0, 1, size)
    starts = rng.integers(0, size - length, n, endpoint=True)
    for one, start in zip(heard, starts, strict=True):
        one[start : start + length] += rng.uniform(0.8, 1.2) * code
    return heard, code, starts


def find_ping(heard, code):
    """Slide the code, less its mean, along every recording: the best match is the ping."""
    kernel = code - code.mean()
    return conv1d(heard[:, None], kernel[None, None])[:, 0].argmax(axis=-1)


def pinged(seed, n, size, length):
    """Return a case of `find_ping`."""
    heard, code, _ = recordings(seed, n, size, length)
    return Case(f"{n} recordings of {size} samples, a code of {length}", (heard, code))


def pings(rng):
    """Return the hidden cases of `find_ping`."""
    sizes = (4, 500, 36), (6, 800, 45), (3, 400, 50)
    return [pinged(int(rng.integers(2**63)), *each) for each in sizes]


# fmt: off
ASSIGNMENT = Assignment("conv1d", "1D convolution from scratch", (
    Task("sizes", "Predict sizes", 3, output_size, kind="value", dtype="any", visible_share=1 / 6,
         visible=[asked(0, SIZES[0])],
         hidden=lambda _: [asked(i, SIZES[i]) for i in range(1, len(SIZES))]),
    Task("by_hand", "Predict values", 2, single, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("correlate", "One signal, one kernel", 2, single, rules=[LIBRARY], hidden=pairs,
         visible=[Case("the signal and kernel of task 2", (SIGNAL, KERNEL)),
                  *shown(pair, ("fractions, called twice with the same arrays", {"calls": 2})),
                  impulses("which samples are read", (8,), (3,), batch=False)]),
    Task("conv1d", "Batch, channels and bias", 3, conv1d, rules=[LIBRARY], hidden=layers,
         visible=[*shown(layer, ("no bias", {"bias": False}), ("with a bias", {"calls": 2})),
                  reads()]),
    Task("conv1d_stride", "Stride and padding", 3, conv1d, rules=[LIBRARY], hidden=strided,
         visible=[*shown(layer, ("stride", "stride", {"rest": 1}), ("padding", "padding", {})),
                  reads(stride=4, padding=2)]),
    Task("conv1d_dilation", "Dilation", 2, conv1d, rules=[LIBRARY], hidden=dilated,
         visible=[*shown(layer, ("dilation", "dilation", {}),
                         ("everything at once", "stride padding dilation", {"rest": 1})),
                  reads(dilation=4)]),
    Task("conv1d_fast", "No loop over samples", 3, conv1d, rules=[LIBRARY, LOOPS], dtype="exact",
         hidden=fast,
         visible=[*shown(layer, ("everything at once", "stride padding dilation", {"calls": 2}),
                         ("float32", "dilation", {"x": np.float32})),
                  reads(stride=2, padding=5, dilation=4)]),
    Task("find_ping", "Find a ping", 2, find_ping, hidden=pings,
         visible=[pinged(2026, 5, 600, 40)]),
))
