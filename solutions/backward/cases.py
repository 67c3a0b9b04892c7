"""What is tried on a `backward` submission: inputs, references, points and rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.probes import impulses
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Task
from convlib import conv, conv1d, conv_bias_grad, conv_input_grad, conv_weight_grad

from .._draw import arrays, asked, dtypes_and_edges, layer, numbers, shown
from ._rooms import known, learn_kernel, room, rooms
from ._suspects import QUESTIONS, who

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("grad", cost=0.5)

# Predict who is reached.

REACHED = (
    {"size": 9, "kernel": 3, "sample": 4},
    {"size": 9, "kernel": 3, "sample": 1},
    {"size": 11, "kernel": 4, "sample": 6, "stride": 3},
    {"size": 12, "kernel": 4, "sample": 11, "stride": 3},
    {"size": 8, "kernel": 3, "sample": 0, "padding": 2},
    {"size": 20, "kernel": 4, "sample": 10, "dilation": 3},
    {"size": 17, "kernel": 3, "sample": 7, "stride": 2, "padding": 3, "dilation": 4},
)


def reached(*, size, kernel, sample, **options):
    """Measure who is reached: where the answer to an impulse is not zero."""
    impulse = np.eye(size)[sample]
    return np.flatnonzero(conv1d(impulse[None, None], np.ones((1, 1, kernel)), **options))


# Find the suspects.


def suspected(i):
    """Return the case of one question about the suspects."""
    return replace(asked(i, {"question": QUESTIONS[i]}), label=f"({'abcde'[i]}) {QUESTIONS[i]}")


# Predict gradients.

SIGNAL, KERNEL = np.asarray([2, 5, 1, 3, 4]), np.asarray([3, -1, 2])
ASKED, ASKED_OF_TWO = np.asarray([1, 2, 10]), np.asarray([1, 10])
LONGER = np.append(SIGNAL, 6)


def by_hand(x, w, grad, *, of, stride=1):
    """Return one gradient of a single signal and a single kernel."""
    x, w, grad = x[None, None], w[None, None], grad[None, None]
    if of == "bias":
        return conv_bias_grad(grad)[0]
    if of == "weight":
        return conv_weight_grad(x, grad, w.shape[2], stride=stride)[0, 0]
    return conv_input_grad(grad, w, x.shape[2], stride=stride)[0, 0]


TINY = (SIGNAL, KERNEL, ASKED)
BY_HAND = (
    Case("bias", TINY, {"of": "bias"}),
    Case("weight", TINY, {"of": "weight"}, target=1),
    Case("input", TINY, {"of": "input"}, target=2),
    Case(
        "input, stride 2",
        (LONGER, KERNEL, ASKED_OF_TWO),
        {"of": "input", "stride": 2},
        target=3,
        weight=2,
    ),
)

# Bias.


def asked_of(rng, label, shape, dtype=float, **case):
    """Return a case of `bias_grad`."""
    return Case(label, (numbers(rng, shape, dtype),), **case)


def biases(rng):
    """Return the hidden cases of `bias_grad`."""
    return [
        asked_of(rng, "signals, called twice with the same array", (3, 4, 7), calls=2),
        asked_of(rng, "images", (2, 5, 4, 3)),
        asked_of(rng, "whole numbers", (5, 2, 6), int),
        asked_of(rng, "float32", (2, 3, 9), np.float32),
        asked_of(rng, "one output", (1, 1, 1)),
        asked_of(rng, "an empty batch", (0, 3, 5), weight=0.5),
    ]


# Weight and input: the cases of a convolution, with numbers asked of its outputs.


def to_weight(rng, case):
    """Turn a case of a convolution into one of its gradient by the weight."""
    x, weight = case.args[:2]
    grad = numbers(rng, conv(x, weight, **case.kwargs).shape, weight.dtype)
    label = case.label.replace("in weight", "in grad")
    return replace(case, label=label, args=(x, grad, _size(weight)))


def to_input(rng, case):
    """Turn a case of a convolution into one of its gradient by the input."""
    x, weight = case.args[:2]
    grad = numbers(rng, conv(x, weight, **case.kwargs).shape, x.dtype)
    label = case.label.replace("in x", "in grad")
    return replace(case, label=label, args=(grad, weight, _size(x)))


def _size(array):
    size = array.shape[2:]
    return size if len(size) > 1 else size[0]


def turned(turn, draw):
    """Return a function that draws cases and turns them."""
    return lambda rng: [turn(rng, case) for case in draw(rng)]


def drawn(turn):
    """Return a function that draws one case and turns it."""
    return lambda rng, *said, **named: turn(rng, layer(rng, *said, **named))


def plain(rng):
    """Return convolutions without options."""
    return [
        layer(rng, "fractions, called twice with the same arrays", bias=False, calls=2),
        arrays(rng, "more filters than channels", [(3, 2, 9), (5, 2, 4)]),
        arrays(rng, "a kernel as long as the signals", [(2, 3, 5), (4, 3, 5)]),
        *dtypes_and_edges(rng),
    ]


def optional(rng):
    """Return convolutions with stride, padding and dilation."""
    every = "stride padding dilation"
    return [
        layer(rng, "stride", "stride", bias=False),
        layer(rng, "stride, samples left over", "stride", rest=1),
        layer(rng, "padding", "padding", calls=2),
        layer(rng, "dilation", "dilation", bias=False),
        layer(rng, "everything at once, a sample left over", every, rest=1, calls=2),
        arrays(rng, "a stride beyond the kernel", [(2, 4, 23), (5, 4, 3)], {"stride": 7}),
        arrays(rng, "a kernel that spans the signals", [(2, 3, 13), (4, 3, 5)], {"dilation": 3}),
        *dtypes_and_edges(rng, every),
    ]


# Room for a padding or a dilation of the other axis: code that swaps them gives an answer.
LEFT_OVER = {"stride": (4, 5), "padding": (1, 2), "dilation": (2, 3)}


def images(rng):
    """Return convolutions of images, with everything."""
    every = "stride padding dilation"
    return [
        layer(rng, "no options, called twice with the same arrays", axes=2, bias=False, calls=2),
        arrays(rng, "many pixels left over", [(2, 5, 14, 9), (4, 5, 3, 2)], LEFT_OVER),
        layer(rng, "padding and dilation", "padding dilation", axes=2, bias=False),
        layer(rng, "everything at once", every, axes=2, calls=2),
        arrays(rng, "a kernel as large as the images", [(2, 3, 5, 4), (4, 3, 5, 4)]),
        *dtypes_and_edges(rng, every, axes=2),
    ]


def reads(label, size, kernel, input_size, **options):
    """Return a visible case whose answer tells which outputs pass back to each sample."""
    case = impulses(label, size, kernel, options)
    return replace(case, args=(*case.args, input_size))


# The adjoint identity.


def adjoint_gap(x, y, grad, back):
    """Return by how much the two inner products differ."""
    return (y * grad).sum() - (x * back).sum()


def passes(rng, label, shapes, options=None, *, dtype=float, wrong=0, **case):
    """Return a case of `adjoint_gap`: a forward pass and a backward pass, perhaps a wrong one.

    To each sample of a wrong one so many times the sample itself is added, so that the gap is
    never small.
    """
    x, weight = (numbers(rng, shape, dtype) for shape in shapes)
    y = conv(x, weight, **options or {})
    grad = numbers(rng, y.shape, dtype)
    back = conv_input_grad(grad, weight, x.shape[2:], **options or {})
    return Case(label, (x, y, grad, back + np.asarray(wrong, x.dtype) * x), **case)


def pairs(rng):
    """Return the hidden cases of `adjoint_gap`; with fractions, a right one leaves rounding."""
    signals, pictures = ((3, 2, 11), (4, 2, 3)), ((2, 3, 7, 6), (4, 3, 2, 3))
    strides, single = {"stride": 2, "padding": 1}, np.float32
    whole = {"dtype": int}
    return [
        passes(rng, "a right backward pass, whole numbers", signals, strides, dtype=int),
        passes(rng, "a right backward pass of images", pictures, {"dilation": 2}, **whole),
        passes(rng, "a wrong one, called twice with the same arrays", signals, wrong=3, calls=2),
        passes(rng, "a wrong one of images", pictures, strides, wrong=-2),
        passes(rng, "a wrong one, whole numbers", signals, wrong=2, **whole),
        passes(rng, "a wrong one, float32", signals, strides, dtype=single, wrong=-3),
        passes(rng, "an empty batch", ((0, 2, 9), (3, 2, 4)), weight=0.5),
    ]


# fmt: off
ASSIGNMENT = Assignment("backward", "Backward: gradients of a convolution", (
    Task("reached", "Predict who is reached", 3, reached, kind="value", dtype="any",
         visible_share=1 / 7, visible=[asked(0, REACHED[0])],
         hidden=lambda _: [asked(i, REACHED[i]) for i in range(1, len(REACHED))]),
    Task("gradients_by_hand", "Predict gradients", 2, by_hand, kind="value", dtype="any",
         visible=BY_HAND[:1], hidden=lambda _: BY_HAND[1:]),
    Task("bias_grad", "Gradient of the bias", 1, conv_bias_grad, hidden=biases,
         visible=shown(asked_of, ("signals", (2, 3, 5), {}),
                       ("images", (4, 2, 3, 5), {"calls": 2}))),
    Task("weight_grad", "Gradient of the weight", 2, conv_weight_grad, rules=[LIBRARY],
         hidden=turned(to_weight, plain),
         visible=[Case("the numbers of task 2", (SIGNAL[None, None], ASKED[None, None], 3)),
                  *shown(drawn(to_weight), ("fractions", {"bias": False, "calls": 2}))]),
    Task("input_grad", "Gradient of the input", 3, conv_input_grad, rules=[LIBRARY],
         hidden=turned(to_input, plain),
         visible=[Case("the numbers of task 2", (ASKED[None, None], KERNEL[None, None], 5)),
                  *shown(drawn(to_input), ("fractions", {"bias": False, "calls": 2})),
                  reads("who passes back to each sample", (4, 6), (4, 2, 3), 8)]),
    Task("adjoint_gap", "The adjoint identity", 2, adjoint_gap, dtype="any", hidden=pairs,
         visible=shown(passes, ("a right backward pass", ((2, 3, 8), (4, 3, 2)), {"dtype": int}),
                       ("a wrong one", ((3, 2, 9), (4, 2, 3)), {"wrong": 2}))),
    Task("suspects", "Five suspects", 2, who, kind="value", dtype="any",
         visible=[suspected(0)], hidden=lambda _: [suspected(i) for i in range(1, 5)]),
    Task("weight_grad_options", "Weight: stride, padding, dilation", 3, conv_weight_grad,
         rules=[LIBRARY], hidden=turned(to_weight, optional),
         visible=shown(drawn(to_weight), ("stride", "stride", {"rest": 1}),
                       ("padding", "padding", {}), ("dilation", "dilation", {"calls": 2}))),
    Task("input_grad_options", "Input: stride, padding, dilation", 3, conv_input_grad,
         rules=[LIBRARY], hidden=turned(to_input, optional),
         visible=[*shown(drawn(to_input), ("stride", "stride", {"rest": 1}),
                         ("padding", "padding", {}), ("dilation", "dilation", {"calls": 2})),
                  reads("who passes back to each sample", (4, 5), (4, 2, 3), 13,
                        stride=2, dilation=2)]),
    Task("weight_grad2d", "Weight, in 2D", 2, conv_weight_grad, rules=[LIBRARY, LOOPS],
         dtype="exact", hidden=turned(to_weight, images),
         visible=shown(drawn(to_weight), ("no options", {"bias": False}),
                       ("everything at once", "stride padding dilation", {"calls": 2}), axes=2)),
    Task("input_grad2d", "Input, in 2D", 2, conv_input_grad, rules=[LIBRARY, LOOPS],
         dtype="exact", hidden=turned(to_input, images),
         visible=shown(drawn(to_input), ("no options", {"bias": False}),
                       ("everything at once", "stride padding dilation", {"calls": 2}), axes=2)),
    Task("learn_kernel", "Learn what a room does", 3, learn_kernel, hidden=rooms,
         visible=[room(2026, 4, 60, 6, steps=2), known(2026, 4, 60, 6)]),
))
