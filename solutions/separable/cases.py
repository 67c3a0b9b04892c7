"""What is tried on a `separable` submission: inputs, references, points and rules."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from autograder.probes import impulses
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv2d, depthwise_conv, depthwise_separable_conv, pointwise_conv

from .._draw import arrays, layer, numbers, shown
from ._counts import ROWS, mac_counts, macs, parameter_counts, parameters, predicted, row
from ._photo import repair, taken, taken_anew

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)
BOTH = "stride padding"
SAMPLES = 2
FEW = 2  # kernels for each channel, where there are several
DRAWN = 6  # layers, of which the smallest is tried

# Predict values.

IMAGE = np.asarray([[[1, 2, 0], [0, 1, 3], [2, 0, 1]], [[2, 0, 1], [1, 3, 0], [0, 1, 2]]])
KERNELS = np.asarray([[[1, -1], [2, 0]], [[0, 1], [1, -2]]])
MIX = [[3, -1], [1, 2]]


def by_hand(x, weight, *, mix=None):
    """Filter each channel of one image, and mix what comes out."""
    filtered = depthwise_conv(x[None], weight[:, None])
    return (filtered if mix is None else pointwise_conv(filtered, np.asarray(mix)))[0]


BY_HAND = (
    Case("filtered", (IMAGE, KERNELS)),
    Case("summed", (IMAGE, KERNELS), {"mix": [[1, 1]]}, target=1),
    Case("mixed", (IMAGE, KERNELS), {"mix": MIX}, target=2),
)

# Layers.


def distinct(rng, label, options="", *, several=None, **how):
    """Return a small layer as a case: with two samples and otherwise sizes that all differ."""
    found = []
    while len(found) < DRAWN:
        case = layer(rng, label, options, axes=2, **how)
        x, weight, *bias = case.args
        sizes = [SAMPLES, *x.shape[1:], len(weight), *weight.shape[2:]]
        sizes += [several * x.shape[1]] if several else []
        if len(set(sizes)) == len(sizes):
            found.append(replace(case, args=(x[:SAMPLES].copy(), weight, *bias)))
    return min(found, key=lambda case: case.args[0].size + case.args[1].size)


def depth(rng, label, options="", *, several=None, bias=True, **how):
    """Return a case of `depthwise`."""
    case = distinct(rng, label, options, several=several, **how)
    x, weight, _ = case.args
    filters = x.shape[1] * (several or 1)
    shapes = [(filters, 1, *weight.shape[2:]), (filters,)][: 1 + bias]
    return replace(case, args=(x, *(numbers(rng, shape, weight.dtype) for shape in shapes)))


def point(rng, label, **how):
    """Return a case of `pointwise`."""
    case = distinct(rng, label, **how)
    x, weight, *bias = case.args
    return replace(case, args=(x, np.ascontiguousarray(weight[:, :, -1, -1]), *bias))


def two_steps(rng, label, options="", *, several=None, bias=True, **how):
    """Return a case of `separable`."""
    case = distinct(rng, label, options, several=several, **how)
    x, weight, offsets = case.args
    between = x.shape[1] * (several or 1)
    shapes = (between, 1, *weight.shape[2:]), (len(weight), between)
    drawn = (numbers(rng, shape, weight.dtype) for shape in shapes)
    return replace(case, args=(x, *drawn, offsets)[: 3 + bias])


def first_step_of_fractions(rng, label):
    """Return a case of `separable` in which only the depthwise weights are no whole numbers."""
    case = two_steps(rng, label, x=int)
    x, weight, *rest = case.args
    return replace(case, args=(x, weight / 8, *rest))


def group(rng, label, options="", *, groups=2, **how):
    """Return a case of `grouped`."""
    return distinct(rng, label, f"groups {options}", groups=groups, **how)


def hurried(make, one, empty):
    """Return what a hurried solution forgets; one and empty are the shapes of all arrays."""
    return lambda rng: [
        make(rng, "whole numbers, no bias", x=int, bias=False),  # zeros for it may be fractions
        make(rng, "whole numbers in x, fractions in the weights", x=int, weight=float),
        make(rng, "fractions in x, whole numbers in the weights", x=float, weight=int),
        make(rng, "float32", x=np.float32),
        arrays(rng, "one sample, channel, filter and element", one),
        arrays(rng, "an empty batch", empty, weight=0.5),
    ]


def thrifty(rng, shapes, multiplications, options, **case):
    """Return a case that counts the multiplications of each output."""
    label = f"at most {multiplications} multiplications for an output"
    return arrays(rng, label, shapes, options, (int, int), counted=multiplications, **case)


# An output of two steps is a sum over the channels: of a sum over the kernel, times a weight.
THRIFTY_DEPTH = [(2, 3, 4, 5), (3, 1, 3, 2)], 6, {}
THRIFTY_GROUP = [(2, 6, 3, 5), (4, 3, 2, 3)], 18, {"groups": 2}
THRIFTY_STEPS = [(2, 3, 4, 5), (3, 1, 3, 2), (4, 3)], 3 * (3 * 2 + 1), {}
ONE, EMPTY = (1, 1, 1, 1), (0, 3, 7, 9)


def filters(rng):
    """Return the hidden cases of one kernel for each channel."""
    return [
        depth(rng, "no bias", bias=False),
        depth(rng, "with a bias, called twice with the same arrays", calls=2),
        arrays(rng, "kernels as large as the image", [(2, 3, 5, 4), (3, 1, 5, 4), (3,)]),
        *hurried(depth, [ONE, ONE, (1,)], [EMPTY, (3, 1, 4, 2), (3,)])(rng),
        thrifty(rng, *THRIFTY_DEPTH, weight=2),
    ]


def several(rng):
    """Return the hidden cases of several kernels for each channel, stride and padding."""
    every = partial(depth, options=BOTH, several=FEW)
    far = [(2, 3, 17, 12), (6, 1, 4, 5), (6,)]
    return [
        depth(rng, "two kernels a channel", several=FEW, bias=False),
        depth(rng, "stride, no bias", "stride", bias=False, rest=1),
        depth(rng, "padding", "padding"),
        every(rng, "everything at once, called twice with the same arrays", calls=2),
        every(rng, "everything at once, pixels left over", rest=1),
        arrays(rng, "a stride beyond the kernel", far, {"stride": [6, 7]}),
        *hurried(every, [ONE, ONE, (1,)], [EMPTY, (6, 1, 4, 2), (6,)])(rng),
    ]


def points(rng):
    """Return the hidden cases of `pointwise`."""
    return [
        point(rng, "no bias", bias=False),
        point(rng, "with a bias, called twice with the same arrays", calls=2),
        arrays(rng, "one pixel", [(3, 4, 1, 1), (2, 4), (2,)]),
        *hurried(point, [ONE, (1, 1), (1,)], [EMPTY, (2, 3), (2,)])(rng),
    ]


def groups(rng):
    """Return the hidden cases of `grouped`."""
    every = partial(group, options=BOTH)
    extreme = [(2, 3, 6, 8), (9, 1, 4, 5), (9,)]
    return [
        group(rng, "two groups, no bias, called twice with the same arrays", bias=False, calls=2),
        group(rng, "three groups", groups=3),
        group(rng, "one group", groups=1),
        arrays(rng, "one channel a group", extreme, {"groups": 3}),
        every(rng, "two groups, stride and padding"),
        every(rng, "three groups, stride and padding, pixels left over", groups=3, rest=1),
        *hurried(every, [ONE, ONE, (1,)], [EMPTY, (5, 3, 4, 2), (5,)])(rng),
        thrifty(rng, *THRIFTY_GROUP, weight=2),
    ]


def separables(rng):
    """Return the hidden cases of `separable`."""
    every = partial(two_steps, options=BOTH, several=FEW)
    one, empty = [ONE, ONE, (1, 1), (1,)], [EMPTY, (6, 1, 4, 2), (5, 6), (5,)]
    return [
        two_steps(rng, "no bias", bias=False),
        two_steps(rng, "with a bias, called twice with the same arrays", calls=2),
        two_steps(rng, "two kernels a channel", several=FEW),
        two_steps(rng, "stride, pixels left over", "stride", rest=1),
        two_steps(rng, "padding", "padding"),
        every(rng, "everything at once"),
        *hurried(every, one, empty)(rng),
        first_step_of_fractions(rng, "fractions in the depthwise weights alone"),
        thrifty(rng, *THRIFTY_STEPS, weight=6),
    ]


def reads(what, size, kernel, **options):
    """Return a visible case whose answer tells which numbers each output reads."""
    return impulses(f"which {what} are read", size, kernel, options)


# fmt: off
ASSIGNMENT = Assignment("separable", "Depthwise separable convolution from scratch", (
    Task("counts", "Predict counts", 3, predicted, kind="value", dtype="any", visible_share=1 / 7,
         visible=[row(0)], hidden=lambda _: [row(i) for i in range(1, len(ROWS))]),
    Task("by_hand", "Predict values", 2, by_hand, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("depthwise", "A kernel for each channel", 2, depthwise_conv, rules=[LIBRARY],
         hidden=filters,
         visible=[*shown(depth, ("no bias", {"bias": False}), ("with a bias", {"calls": 2})),
                  reads("pixels", (3, 5, 6), (3, 1, 2, 3)),
                  *shown(thrifty, (*THRIFTY_DEPTH, {}))]),
    Task("depthwise_options", "Several kernels, stride, padding", 3, depthwise_conv,
         rules=[LIBRARY], hidden=several,
         visible=[*shown(depth, ("stride and padding", BOTH, {}),
                         ("two kernels a channel", {"several": FEW})),
                  reads("pixels", (2, 7, 6), (4, 1, 2, 3), stride=[2, 3], padding=[3, 1])]),
    Task("pointwise", "Mix the channels", 2, pointwise_conv, rules=[LIBRARY, LOOPS],
         hidden=points,
         visible=[*shown(point, ("no bias", {"bias": False}), ("with a bias", {"calls": 2})),
                  reads("channels", (3, 2, 4), (5, 3))]),
    Task("grouped", "Groups", 3, conv2d, rules=[LIBRARY], hidden=groups,
         visible=[*shown(group, ("two groups, stride and padding", BOTH, {}),
                         ("three groups", {"groups": 3})),
                  reads("channels", (6, 3, 4), (4, 3, 2, 3), groups=2),
                  *shown(thrifty, (*THRIFTY_GROUP, {}))]),
    Task("separable", "Both steps, without a loop over pixels", 3, depthwise_separable_conv,
         rules=[LIBRARY, LOOPS], dtype="exact", hidden=separables,
         visible=[*shown(two_steps, ("everything at once", BOTH, {"several": FEW}),
                         ("one kernel a channel", {}), ("float32", {"x": np.float32})),
                  *shown(thrifty, (*THRIFTY_STEPS, {}))]),
    Task("count_parameters", "Count weights", 1, parameters, hidden=parameter_counts,
         visible=[Case("a full layer from 5 to 12 channels, 7 by 3", (5, 12, [7, 3])),
                  Case("four groups and a bias", (8, 12, [3, 2]), {"groups": 4, "bias": True})]),
    Task("count_macs", "Count multiplications", 2, macs, hidden=mac_counts,
         visible=[Case("a full layer on 30 by 20 pixels", ([30, 20], 5, 12, [7, 3])),
                  Case("stride and groups", ([30, 21], 8, 12, [3, 2]),
                       {"stride": [2, 3], "groups": 4})]),
    Task("repair", "Repair a photo", 2, repair, hidden=taken_anew, visible=[taken(2026, 60, 80)]),
))
