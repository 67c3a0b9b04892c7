"""What is tried on a `transposed` submission: inputs, references, points and rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from autograder.probes import impulses
from autograder.rules import must_use, no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv1d, conv_transpose1d, conv_transpose2d

from .._draw import arrays, asked, bare, numbers, shown
from ._generator import boards, checkerboard, drawn, generate, lit, pictures
from ._layers import cases, layer

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)
# Else one function would answer for both ways, and the test would believe its mistakes.
OTHER_WAY = must_use("zero_insertion", "spread_out", "conv1d", cost=0.5)
FORWARD = must_use("adjoint_gap", "conv1d", cost=0.5)

# Predict sizes, and choose options.

SIZES = (
    {"size": 5, "kernel": 3},
    {"size": 8, "kernel": 3, "stride": 2},
    {"size": 6, "kernel": 5, "stride": 3, "padding": 2},
    {"size": 9, "kernel": 4, "stride": 2, "padding": 3, "output_padding": 1},
    {"size": 7, "kernel": 2, "stride": 4, "output_padding": 3},
    {"size": 4, "kernel": 4, "stride": 2, "padding": 1, "layers": 4},
)
DOUBLING = tuple({"kernel": k, "stride": s} for k, s in ((2, 2), (3, 2), (4, 2), (5, 2), (7, 3)))


def output_size(*, size, kernel, layers=None, **options):
    """Measure the size: no second copy of the formula."""
    sizes, weight = [size], np.zeros((1, 1, kernel))
    for _ in range(layers or 1):
        sizes.append(conv_transpose1d(np.zeros((1, 1, sizes[-1])), weight, **options).shape[-1])
    return sizes[1:] if layers else sizes[-1]


def doubling(*, kernel, stride):
    """Try all padding and output padding, the smallest output padding first."""
    for extra, padding in product(range(stride), range(kernel)):
        options = {"stride": stride, "padding": padding, "output_padding": extra}
        if output_size(size=9, kernel=kernel, **options) == 9 * stride:
            return padding, extra
    msg = f"nothing makes {stride} outputs for each input with a kernel of {kernel}"
    raise ValueError(msg)


# One signal, one kernel: predict values, then write `scatter`.

single = bare(conv_transpose1d)
SIGNAL, KERNEL = np.asarray([3, 1, 2]), np.asarray([1, 4, 2])
CUT = {"stride": 2, "padding": 1, "output_padding": 1}
BY_HAND = (
    Case("stride 2", (SIGNAL, KERNEL), {"stride": 2}),
    Case("all three options", (SIGNAL, KERNEL), CUT, target=1),
    Case("stride 4", (SIGNAL, KERNEL), {"stride": 4}, target=2),
)


def pair(rng, label, options=None, x=float, w=float, *, sizes=(7, 4), **case):
    """Return a case of one signal and one kernel."""
    args = numbers(rng, sizes[0], x), numbers(rng, sizes[1], w)
    return Case(label, args, options or {}, **case)


def pairs(rng):
    """Return the hidden cases of `scatter`."""
    some, more = {"stride": 3, "padding": 1}, {"stride": 3, "padding": 1, "output_padding": 2}
    dense = {"stride": 2, "padding": 3, "output_padding": 1}
    return [
        pair(rng, "stride 1", sizes=(9, 4), calls=2),
        pair(rng, "stride", {"stride": 2}, sizes=(8, 5), calls=2),
        pair(rng, "a stride beyond the kernel", {"stride": 5}, sizes=(6, 3)),
        pair(rng, "stride and padding", some, sizes=(6, 5)),
        pair(rng, "output padding alone", {"stride": 4, "output_padding": 3}, sizes=(7, 2)),
        pair(rng, "everything at once", more, sizes=(8, 5), calls=2),
        pair(rng, "whole numbers", more, int, int),
        pair(
            rng, "whole numbers in the signal, fractions in the kernel", dense, int, sizes=(17, 6)
        ),
        pair(rng, "fractions in the signal, whole numbers in the kernel", some, float, int),
        pair(rng, "float32", more, np.float32, np.float32),
        pair(rng, "one sample, one kernel element", sizes=(1, 1), weight=0.5),
    ]


# Layers, by scattering and by zeros in between.


def layers(rng):
    """Return the hidden cases of `conv_transpose1d`."""
    return cases(rng, 1)


def spread_out(x, kernel, *, stride=1, padding=0, output_padding=0):
    """Return x with the zeros that an ordinary convolution needs."""
    around = kernel - 1 - padding
    size = (x.shape[2] - 1) * stride + 1
    made = np.zeros((*x.shape[:2], around + size + around + output_padding), x.dtype)
    made[:, :, around : around + size : stride] = x
    return made


def apart(rng, label, options="", **how):
    """Return a case of `spread_out`."""
    case = layer(rng, label, options, **how)
    return replace(case, args=(case.args[0], case.args[1].shape[2]))


def spaced(rng):
    """Return the hidden cases of `spread_out`."""
    everything = "padding output_padding"
    return [
        apart(rng, "stride 1", calls=2),
        apart(rng, "stride", "stride"),
        apart(rng, "stride and padding", "padding", calls=2),
        apart(rng, "stride and output padding", "output_padding"),
        apart(rng, "everything at once", everything, calls=2),
        apart(rng, "whole numbers", everything, x=int),
        Case("a kernel of one element", (numbers(rng, (2, 3, 5)), 1), {"stride": 4}),
        Case("one input in each channel", (numbers(rng, (3, 2, 1)), 4), {"padding": 1}),
        Case("an empty batch", (numbers(rng, (0, 3, 6)), 4), {"stride": 2}, weight=0.5),
    ]


def inserted(rng):
    """Return the hidden cases of `zero_insertion`: all of `layers`, and much work.

    Many calls on short signals time the code, not how fast the machine finds memory.
    """
    shapes, options = [(1, 2, 2000), (2, 3, 4), (3,)], {"stride": 2}
    much = {"weight": 2, "calls": 50, "seconds": 5}
    label = "50 calls on 2000 samples in at most 5 seconds"
    return [*cases(rng, 1), arrays(rng, label, shapes, options, **much)]


def images(rng):
    """Return the hidden cases of `conv_transpose2d`."""
    shapes, options = [(2, 5, 6, 8), (5, 7, 3, 4), (7,)], {"stride": (2, 3), "padding": (0, 2)}
    return [*cases(rng, 2), arrays(rng, "padding along one axis", shapes, options)]


def hears(shape, kernel, **options):
    """Return a visible case whose answer tells which inputs each output hears."""
    return impulses("which inputs are heard", shape, kernel, options, batch=len(kernel) > 1)


# The adjoint test.


def adjoint_gap(x, g, back, weight, **options):
    """Return by how much the two inner products differ."""
    return abs((conv1d(x, weight, **options) * g).sum() - (x * back).sum())


def claim(rng, label, wrong=None, dtype=float, *, larger=None, unit=1, **options):
    """Return a case of `adjoint_gap` whose `back` is right, or has been through `wrong`.

    `larger` says which inner product is to be the larger one: "forward" or "back"; `unit` is that
    of `x`: a small one makes small gaps.
    """
    shapes = (2, 3, 13), (4, 3, 5)
    x, weight = (numbers(rng, shape, dtype) for shape in shapes)
    x = x * unit
    g = numbers(rng, conv1d(x, weight, **options).shape, dtype)
    rest = x.shape[2] - conv_transpose1d(g, weight, **options).shape[2]
    back = conv_transpose1d(g, weight, output_padding=rest, **options)
    if wrong:
        back = wrong(back, x)
        gap = (conv1d(x, weight, **options) * g).sum() - (x * back).sum()
        if (gap > 0) != (larger == "forward"):  # both inner products change their signs
            g, back = -g, -back
    return Case(label, (x, g, back, weight), options)


def claims(rng):
    """Return the hidden cases of `adjoint_gap`; a gap of 0 is exact only in whole numbers."""
    return [
        claim(rng, "a true claim in whole numbers", dtype=int, stride=3),
        claim(rng, "a true claim, everything at once", dtype=int, stride=2, padding=2),
        claim(rng, "one number is wrong", _one_off, int, larger="back"),
        claim(rng, "one number is wrong, in millionths", _one_off, larger="forward", unit=1e-6),
        claim(rng, "a number in each sample is wrong", _two_off, larger="forward", padding=1),
        claim(rng, "turned around", lambda b, _: b[..., ::-1].copy(), larger="forward", stride=2),
        claim(
            rng, "half of it, with the wrong sign", lambda b, _: -b / 2, larger="back", padding=1
        ),
        claim(
            rng, "channels exchanged", lambda b, _: b[:, ::-1].copy(), larger="forward", padding=3
        ),
        claim(rng, "samples exchanged", lambda b, _: b[::-1].copy(), larger="back", stride=4),
    ]


def _one_off(back, _):
    changed = back.copy()
    changed[-1, -1, -1] += 7
    return changed


def _two_off(back, x):
    """Let the gaps of the two samples have different signs and sizes."""
    changed = back.copy()
    changed[:, 0, 0] += np.array([9, -1]) * np.sign(x[:, 0, 0])
    return changed


# fmt: off
ASSIGNMENT = Assignment("transposed", "Transposed convolution from scratch", (
    Task("sizes", "Predict sizes", 3, output_size, kind="value", dtype="any", visible_share=1 / 6,
         visible=[asked(0, SIZES[0])],
         hidden=lambda _: [asked(i, SIZES[i]) for i in range(1, len(SIZES))]),
    Task("doubling", "Make it double", 2, doubling, kind="value", dtype="any",
         visible=[asked(0, DOUBLING[0])],
         hidden=lambda _: [asked(i, DOUBLING[i]) for i in range(1, len(DOUBLING))]),
    Task("by_hand", "Predict values", 2, single, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("scatter", "Scatter one signal", 3, single, rules=[LIBRARY], hidden=pairs,
         visible=[Case("stride 2 of task 3", (SIGNAL, KERNEL), {"stride": 2}),
                  *shown(pair, ("stride and padding", {"stride": 2, "padding": 3}, {"calls": 2})),
                  hears((5,), (3,), stride=2)]),
    Task("conv_transpose1d", "Batch, channels and bias", 3, conv_transpose1d, rules=[LIBRARY],
         hidden=layers,
         visible=[*shown(layer, ("stride, no bias", "stride", {"bias": False}),
                         ("everything at once", "padding output_padding", {"calls": 2})),
                  hears((2, 5), (2, 3, 4), stride=3, padding=1)]),
    Task("spread_out", "Zeros in between", 2, spread_out, rules=[LOOPS], hidden=spaced,
         visible=shown(apart, ("stride", "stride", {}),
                       ("everything at once", "padding output_padding", {"calls": 2}))),
    Task("zero_insertion", "Slide over it", 2, conv_transpose1d, hidden=inserted,
         rules=[LIBRARY, LOOPS, OTHER_WAY],
         visible=[*shown(layer, ("stride, no bias", "stride", {"bias": False}),
                         ("everything at once", "padding output_padding", {"calls": 2})),
                  hears((2, 5), (2, 3, 4), stride=3, padding=1)]),
    Task("conv_transpose2d", "Two axes", 3, conv_transpose2d, rules=[LIBRARY], hidden=images,
         visible=[*shown(layer, ("stride, no bias", "stride", {"bias": False}),
                         ("everything at once", "padding output_padding", {"calls": 2}), axes=2),
                  hears((2, 3, 4), (2, 3, 3, 2), stride=(2, 3))]),
    Task("adjoint_gap", "The adjoint test", 2, adjoint_gap, dtype="any", hidden=claims,
         rules=[FORWARD],
         visible=shown(claim, ("a true claim in whole numbers", {"dtype": int, "stride": 2}),
                       ("one number is wrong", _one_off, {"dtype": int, "larger": "forward"}))),
    Task("generate", "From 100 numbers to a picture", 2, generate, hidden=pictures,
         visible=shown(drawn, ("two layers", 2, (10, 4, 3), {}))),
    Task("checkerboard", "Measure a checkerboard", 2, checkerboard, hidden=boards,
         visible=shown(lit, ("a grid of 2 x 2", 2, (3, 4), {}))),
))
