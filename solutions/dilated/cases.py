"""What is tried on a `dilated` submission: inputs, references, points and rules."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase

import numpy as np

from autograder.probes import counted, impulses, poisoned
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv1d, conv2d, receptive_field

from .._draw import arrays, bare, dtypes_and_edges, layer, numbers, shown
from ._echo import echoed, find_delay, walls

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)

# Receptive fields, predicted and computed.

STACKS = (
    [[3, 4, 1]],
    [[3, 1, 1], [3, 2, 1], [3, 4, 1]],
    [[3, 2, 1]] * 3,
    [[5, 3, 1], [2, 6, 1]],
    [[3, 1, 2], [3, 2, 3], [3, 1, 1]],
    [[2, 2**i, 1] for i in range(10)],
)


def field(layers):
    """Return how many inputs one output of a stack of [kernel, dilation, stride] sees."""
    kernel, dilation, stride = zip(*layers, strict=True) if layers else ((), (), ())
    return receptive_field(kernel, dilation=dilation, stride=stride)


def predicted(target):
    """Return the case of one predicted field."""
    depth = len(STACKS[target])
    said = f"({ascii_lowercase[target]}) {depth} layer{'s' * (depth > 1)}"
    return Case(said, (STACKS[target],), target=target)


def stack(rng, label, depth, *, dilated=False, strided=False, **case):
    """Return a case of `receptive_field`: layers of which no two are alike."""
    drawn = (rng.permutation(np.arange(2, 7))[:depth] for _ in range(3))
    asked = (True, dilated, strided)
    columns = [one if used else one // one for one, used in zip(drawn, asked, strict=True)]
    return Case(label, (np.stack(columns, axis=1).tolist(),), **case)


def stacks(rng):
    """Return the hidden cases of `receptive_field`."""
    return [
        stack(rng, "ordinary kernels, called twice with the same list", 3, calls=2),
        stack(rng, "one dilated layer", 1, dilated=True),
        stack(rng, "dilated layers", 4, dilated=True),
        stack(rng, "strides", 3, strided=True),
        stack(rng, "dilations and strides", 4, dilated=True, strided=True),
        Case("a stride in the last layer alone", ([[4, 3, 1], [3, 2, int(rng.integers(3, 9))]],)),
        Case("a kernel of one between two others", ([[3, 2, 2], [1, 5, 3], [4, 3, 1]],)),
        Case("no layer at all", ([],), weight=0.5),
    ]


# What is read.

single = bare(conv1d)
SIGNAL, KERNEL = np.asarray([2, 0, 1, 5, 3, 1, 4]), np.asarray([1, 3, -2])
BY_HAND = tuple(
    Case(label, given, {"output": output, **options}, target=target)
    for target, (label, given, output, options) in enumerate((
        ("one layer", ([[3, 4]],), 2, {}),
        ("two layers", ([[2, 1], [2, 3]],), 0, {}),
        ("a causal layer", ([[3, 4]],), 9, {"padding": "causal"}),
        ("values", ([[KERNEL.tolist(), 2]],), None, {}),
    ))
)  # fmt: skip


def read(layers, *, output, padding=0):
    """Return which inputs one output reads, found by impulses; or all outputs for `SIGNAL`."""
    if output is None:
        ((kernel, dilation),) = layers
        return single(SIGNAL, np.asarray(kernel), dilation=dilation)
    y = np.eye(2 * sum(d * k for k, d in layers))[:, None]
    for kernel, dilation in layers:
        y = conv1d(y, np.ones((1, 1, kernel)), dilation=dilation, padding=padding)
    return np.flatnonzero(y[:, 0, output])


# One signal, one kernel.


def pair(rng, label, x=float, w=float, *, kernel=None, dilation=None, stops=None, **case):
    """Return a case of one signal and one kernel."""
    kernel, dilation = kernel or int(rng.integers(3, 6)), dilation or int(rng.integers(2, 5))
    size = dilation * (kernel - 1) + (stops or int(rng.integers(6, 9)))
    args = numbers(rng, size, x), numbers(rng, kernel, w)
    return Case(label, args, {"dilation": dilation}, **case)


def gaps(rng, label):
    """Return a case in which the samples that no output needs are not numbers."""
    return poisoned(single, pair(rng, label, dilation=4, stops=2))


def pairs(rng):
    """Return the hidden cases of `dilated1d`."""
    return [
        pair(rng, "fractions, called twice with the same arrays", calls=2),
        pair(rng, "whole numbers", int, int),
        pair(rng, "whole numbers in the signal, fractions in the kernel", int),
        pair(rng, "fractions in the signal, whole numbers in the kernel", float, int),
        pair(rng, "float32", np.float32, np.float32),
        pair(rng, "dilation 1", dilation=1, stops=7),
        pair(rng, "a kernel that spans the signal", stops=1),
        pair(rng, "one sample, one kernel element", kernel=1, stops=1, weight=0.5),
        gaps(rng, "NaN in the gaps"),
        counted(single, pair(rng, "multiplications counted", int, int, weight=3)),
    ]


# Layers of one axis and of two that keep the size.


def causal(x, weight, bias=None, *, dilation=1):
    """Convolve signals, reading nothing later."""
    return conv1d(x, weight, bias, dilation=dilation, padding="causal", method="gemm")


def same(x, weight, bias=None, *, dilation=(1, 1)):
    """Convolve pictures with a kernel centred on each pixel."""
    return conv2d(x, weight, bias, dilation=dilation, padding="same", method="gemm")


def unknown(case):
    """Return a case in which one input, early in the first sample, is not a number."""
    x = case.args[0].copy()
    x[(0, 1, *(size // 3 for size in x.shape[2:]))] = np.nan
    return replace(case, args=(x, *case.args[1:]))


def counting(rng, reference, shapes, dilation, **case):
    """Return a case of few integers that count their multiplications."""
    drawn = arrays(rng, "multiplications counted", shapes, {"dilation": dilation}, (int, int))
    return counted(reference, replace(drawn, **case))


def counted_signals(rng, **case):
    """Return a counted case of `causal_conv1d`."""
    return counting(rng, causal, [(1, 2, 9), (3, 2, 3), (3,)], 3, **case)


def counted_pictures(rng, **case):
    """Return a counted case of `atrous2d`."""
    return counting(rng, same, [(1, 2, 5, 4), (3, 2, 3, 1), (3,)], [2, 1], **case)


def causals(rng):
    """Return the hidden cases of `causal_conv1d`."""
    shapes = (1, 2, 4000), (4, 2, 3), (4,)
    label = "200 calls on 4000 samples in at most 6 seconds"
    much = {"weight": 2, "calls": 200, "seconds": 6}
    return [
        layer(rng, "no bias, called twice with the same arrays", "dilation", bias=False, calls=2),
        layer(rng, "with a bias, called twice with the same arrays", "dilation", calls=2),
        layer(rng, "dilation 1"),
        arrays(rng, "a kernel that spans more than the signals", [(2, 3, 7), (5, 3, 4), (5,)],
               {"dilation": 3}),
        *dtypes_and_edges(rng, "dilation"),
        unknown(layer(rng, "one sample is NaN", "dilation")),
        counted_signals(rng, weight=3),
        arrays(rng, label, shapes, {"dilation": 5}, (np.float32, np.float32), **much),
    ]  # fmt: skip


def picture(rng, label, dilated=True, *, bias=True, x=float, weight=None, **case):
    """Return a case of `atrous2d`: odd kernels, and everything of another size."""
    n, c_in, c_out = (int(one) for one in rng.permutation([2, 4, 6]))
    if not bias:  # fewer filters than channels: a weight with its axes swapped still runs
        c_out, c_in = sorted((c_out, c_in))
    kernel, spread = rng.permutation([3, 5]), rng.permutation([2, 3])
    size = rng.permutation([7, 8, 9])[:2]
    shapes = (n, c_in, *size), (c_out, c_in, *kernel), (c_out,)
    options = {"dilation": [int(one) for one in spread]} if dilated else {}
    return arrays(rng, label, shapes if bias else shapes[:2], options, (x, weight or x), **case)


def pictures(rng):
    """Return the hidden cases of `atrous2d`."""
    return [
        picture(rng, "no bias, called twice with the same arrays", bias=False, calls=2),
        picture(rng, "with a bias, called twice with the same arrays", calls=2),
        picture(rng, "dilation (1, 1)", dilated=False),
        picture(rng, "whole numbers", x=int),
        picture(rng, "whole numbers in x, fractions in weight", x=int, weight=float),
        picture(rng, "fractions in x, whole numbers in weight", x=float, weight=int),
        picture(rng, "float32", x=np.float32),
        arrays(rng, "a kernel that spans more than the pictures",
               [(2, 4, 6, 7), (5, 4, 5, 3), (5,)], {"dilation": [3, 8]}),
        arrays(rng, "one pixel, channel, filter and element", [(1,) * 4, (1,) * 4, (1,)],
               weight=0.5),
        arrays(rng, "an empty batch", [(0, 3, 7, 6), (2, 3, 3, 5), (2,)], weight=0.5),
        unknown(picture(rng, "one pixel is NaN")),
        counted_pictures(rng, weight=3),
    ]  # fmt: skip


# A block of WaveNet.


def block(x, filters, gates, mix, skip, *, dilation=1):
    """Return the residual and the skip of a gated block."""
    f, g = (causal(x, weight, dilation=dilation) for weight in (filters, gates))
    z = np.tanh(f) / (1 + np.exp(-g))
    return np.concatenate([x + mix @ z, skip @ z], axis=1)


def gated(rng, label, x=float, weight=None, *, dilation=None, size=None, **case):
    """Return a case of `wavenet_block`: numbers so small that tanh and sigmoid still tell."""
    n, channels, hidden, skipped, kernel = (int(one) for one in rng.permutation(np.arange(2, 7)))
    shapes = (hidden, channels, kernel), (channels, hidden), (skipped, hidden)
    filters, mix, skip = (numbers(rng, shape, weight or x) / 4 for shape in shapes)
    gates = numbers(rng, shapes[0], weight or x) / 4
    x = numbers(rng, (n, channels, size or int(rng.integers(16, 20))), x)
    options = {"dilation": dilation or int(rng.choice([2, 3, 4]))}
    return Case(label, (x, filters, gates, mix, skip), options, **case)


def blocks(rng):
    """Return the hidden cases of `wavenet_block`."""
    return [
        gated(rng, "called twice with the same arrays", calls=2),
        gated(rng, "dilation 1", dilation=1),
        gated(rng, "signals shorter than the kernel", size=7, dilation=8),
        gated(rng, "whole numbers in x", int, float, calls=2),
        gated(rng, "float32", np.float32),
    ]


# fmt: off
TWICE = ("fractions, called twice with the same arrays", {"calls": 2})
ASSIGNMENT = Assignment("dilated", "Dilated convolution from scratch", (
    Task("fields", "Predict how far it sees", 3, field, kind="value", dtype="any",
         visible_share=1 / 6, visible=[predicted(0)],
         hidden=lambda _: [predicted(i) for i in range(1, len(STACKS))]),
    Task("reads", "Predict what is read", 2, read, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("dilated1d", "One signal, one kernel", 3, single, rules=[LIBRARY], hidden=pairs,
         visible=[Case("the signal and kernel of task 2", (SIGNAL, KERNEL), {"dilation": 2}),
                  *shown(pair, TWICE), *shown(gaps, ("NaN in the gaps", {})),
                  impulses("which samples are read", (8,), (3,), {"dilation": 3}, batch=False),
                  counted(single, Case("multiplications counted", (SIGNAL, KERNEL[:2]),
                                       {"dilation": 3}))]),
    Task("receptive_field", "The field of any stack", 2, field, hidden=stacks,
         visible=[Case("stack (b) of task 1", (STACKS[1],), calls=2),
                  Case("stack (e) of task 1", (STACKS[4],))]),
    Task("causal_conv1d", "Causal layers", 3, causal, rules=[LIBRARY, LOOPS], hidden=causals,
         visible=[*shown(layer, ("no bias", {"bias": False}), ("with a bias", {"calls": 2}),
                         options="dilation"),
                  impulses("which samples are read", (2, 11), (4, 2, 3), {"dilation": 4}),
                  *shown(counted_signals, ({},))]),
    Task("wavenet_block", "A block of WaveNet", 3, block, rules=[LIBRARY], hidden=blocks,
         visible=shown(gated, ("called twice with the same arrays", {"calls": 2}),
                       ("dilation 1", {"dilation": 1}))),
    Task("atrous2d", "Two dimensions", 3, same, rules=[LIBRARY, LOOPS], dtype="exact",
         hidden=pictures,
         visible=[*shown(picture, ("no bias", {"bias": False}), ("with a bias", {"calls": 2})),
                  impulses("which pixels are read", (2, 6, 7), (3, 2, 3, 3),
                           {"dilation": [1, 2]}),
                  *shown(counted_pictures, ({},))]),
    Task("find_delay", "Find the wall", 2, find_delay, hidden=walls,
         visible=[echoed(2026, 4, 900, 100, 300)]),
))
# fmt: on
