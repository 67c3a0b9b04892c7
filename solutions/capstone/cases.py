"""What is tried on a `capstone` submission: pieces of a network, then what it predicts."""

from __future__ import annotations

from string import ascii_lowercase

import numpy as np

from autograder.quality import accuracy, explained, overlap
from autograder.rules import must_use
from autograder.spec import Assignment, Case, Quality, Task

from .._draw import numbers, shown
from . import _known as known
from ._data import PITCHES, blots, notes, shapes

# Predict numbers: how each is asked for, and how it is counted.

COUNTED = {
    "parameters": lambda c, out, kernel, size: out * c * kernel[0] * kernel[1] + out,
    "shape": lambda c, out, kernel, size: np.zeros((32, out, *size)).shape,
    "shape after the average": lambda c, out, kernel, size: (32, out, 1, 1),
    "multiplications": lambda c, out, kernel, size: (
        np.zeros(size).size * out * c * np.zeros(kernel).size
    ),
}
TABLE = (
    ("parameters", 1, 8, [5, 5], [16, 16]),
    ("parameters", 8, 6, [3, 3], [16, 16]),
    ("shape", 1, 12, [1, 31], [1, 128]),
    ("shape after the average", 1, 12, [1, 31], [1, 128]),
    ("multiplications", 8, 6, [3, 3], [16, 12]),
)


def counted(*, what, channels, filters, kernel, size):
    """Count what a row of the table asks for."""
    return COUNTED[what](channels, filters, kernel, size)


def row(target):
    """Return the case of one row of the table."""
    names = ("what", "channels", "filters", "kernel", "size")
    given = dict(zip(names, TABLE[target], strict=True))
    return Case(f"({ascii_lowercase[target]}) {given['what']}", kwargs=given, target=target)


GUESS = Case(f"({ascii_lowercase[len(TABLE)]}) guessing", (len(PITCHES),), target=len(TABLE))


def predicted(*notes, **given):
    """Answer any question of the first task: who guesses gets one of so many notes right."""
    return 1 / notes[0] if notes else counted(**given)


# Pieces of a network.


def relu_backward(d, x):
    """Let the gradient pass where the input was above zero."""
    return d * (x > 0)


def average(x):
    """Return the mean of each channel of each sample, with axes of 1 for the positions."""
    return x.mean(axis=(2, 3), keepdims=True)


def average_backward(d, x):
    """Give each position its equal share of the gradient."""
    return np.broadcast_to(d / (x.shape[2] * x.shape[3]), x.shape)


def softmax(scores):
    """Return probabilities along axis 1, whatever the scores."""
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    return likely / likely.sum(axis=1, keepdims=True)


def onehot(labels, scores):
    """Return which class is the true one, in the shape of the scores."""
    classes = np.arange(scores.shape[1]).reshape(-1, *[1] * (scores.ndim - 2))
    return labels[:, None] == classes


def loss_gradient(scores, labels):
    """Return probability less truth, for the mean over all labels."""
    return (softmax(scores) - onehot(labels, scores)) / labels.size


def sgd_step(w, gradient, rate, decay=0.0):
    """Go downhill, and towards zero."""
    return w - rate * (gradient + decay * w)


def sizes_of(rng, axes=4):
    """Return sizes that are all different: samples, channels, rows, columns."""
    return [int(n) for n in rng.permutation(np.arange(2, 6))[:axes]]


def relus(rng, label, dtype=float, sizes=None, **case):
    """Return a case of `relu_backward`: the gradient, and what relu was given."""
    shape = sizes or sizes_of(rng)
    return Case(label, (numbers(rng, shape, dtype), numbers(rng, shape, dtype)), **case)


def relus_at_zero(rng, label, **case):
    """Return a case in which some inputs are zero, and some lie around 1."""
    shape = sizes_of(rng)
    x = rng.permuted(np.resize([-1.5, -0.5, 0, 0.5, 1.5], shape))
    return Case(label, (numbers(rng, shape), x), **case)


def averages(rng, label, dtype=float, sizes=None, **case):
    """Return a case of `average`."""
    return Case(label, (numbers(rng, sizes or sizes_of(rng), dtype),), **case)


def shares(rng, label, dtype=float, sizes=None, **case):
    """Return a case of `average_backward`: the gradient, and what was averaged."""
    shape = sizes or sizes_of(rng)
    return Case(
        label, (numbers(rng, [*shape[:2], 1, 1], dtype), numbers(rng, shape, dtype)), **case
    )


def losses(rng, label, axes=2, dtype=float, *, size=1.0, sizes=None, **case):
    """Return a case of `loss_gradient`: scores of every class, and the true classes."""
    n, classes, *more = sizes or sizes_of(rng, axes)
    labels = rng.permuted(
        (rng.integers(classes) + np.resize(np.arange(classes), (n, *more))) % classes
    )
    scores = numbers(rng, (n, classes, *more), dtype)
    scores[:-1] *= scores.dtype.type(size)  # the last label's stay small
    return Case(label, (scores, labels), **case)


def steps(rng, label, axes=4, dtype=float, decay=None, **case):
    """Return a case of `sgd_step`."""
    shape = sizes_of(rng, axes)
    options = {"rate": round(rng.uniform(0.05, 0.4), 3)}
    options |= {} if decay is None else {"decay": decay}
    return Case(label, (numbers(rng, shape, dtype), numbers(rng, shape, dtype)), options, **case)


TWICE = "called twice with the same arrays"


def all_relus(rng):
    """Return the hidden cases of `relu_backward`."""
    return [
        relus(rng, TWICE, calls=2, overwrite=True),
        relus(rng, "vectors", sizes=[5, 7]),
        relus_at_zero(rng, "zeros among the inputs"),
        relus(rng, "whole numbers", int),
        relus(rng, "float32", np.float32),
        relus(rng, "no sample at all", sizes=[0, 3, 4, 5], weight=0.5),
    ]


def all_averages(rng):
    """Return the hidden cases of `average`."""
    return [
        averages(rng, TWICE, calls=2),
        averages(rng, "whole numbers", int),
        averages(rng, "float32", np.float32),
        averages(rng, "one position", sizes=[3, 4, 1, 1], weight=0.5),
        averages(rng, "no sample at all", sizes=[0, 3, 4, 5], weight=0.5),
    ]


def all_shares(rng):
    """Return the hidden cases of `average_backward`."""
    return [
        shares(rng, TWICE, calls=2),
        shares(rng, "whole numbers", int),
        shares(rng, "float32", np.float32),
        shares(rng, "one row", sizes=[4, 3, 1, 6]),
        shares(rng, "no sample at all", sizes=[0, 3, 4, 5], weight=0.5),
    ]


def all_losses(rng):
    """Return the hidden cases of `loss_gradient`."""
    return [
        losses(rng, TWICE, calls=2, overwrite=True),
        losses(rng, "a class for each position", 4, calls=2),
        losses(rng, "one sample", sizes=[1, 4]),
        losses(rng, "scores around 1000, and small ones", sizes=[5, 3], size=1000.0),
        losses(rng, "float32", 4, np.float32),
    ]


def all_steps(rng):
    """Return the hidden cases of `sgd_step`."""
    return [
        steps(rng, TWICE, calls=2),
        steps(rng, f"with decay, {TWICE}", decay=0.25, calls=2),
        steps(rng, "float32, with decay", dtype=np.float32, decay=0.5),
        steps(rng, "a bias", 1, decay=0.125),
    ]


# Predict: held-out data, and how good is good enough.

KINDS = {
    "hear": (notes, accuracy, "notes", "share of notes named right", np.int64, (0.5, 0.7, 0.85)),
    "segment": (shapes, overlap, "images", "overlap with the truth", np.int64, (0.45, 0.6, 0.72)),
    "draw": (blots, explained, "drawings", "ink explained", np.float32, (0.62, 0.66, 0.69)),
}  # fmt: skip
AXES = {(1, 128): "hear", (16, 16): "segment", (12, 12): "draw"}
WORDS = ("better than without a network", "a good network", "a very good network")
COUNTS = (50, 60, 70)
TRAINING = 30.0  # seconds: three times what the text allows, for a busy machine


def held_out(rng, target, level):
    """Return a case of unseen data: the answer must be so much like the truth."""
    make, measure, things, name, dtype, asked = list(KINDS.values())[target]
    x, truth = make(rng, COUNTS[level])
    quality = Quality(name, measure, asked[level], truth.astype(dtype))
    words = f"{COUNTS[level]} {things}: {WORDS[level]}"
    return Case(words, (x,), target=target, quality=quality, seconds=TRAINING)


def kind_of(x):
    """Return which task an input belongs to."""
    return AXES[x.shape[2:]]


def solved(x):
    """Answer any of the three tasks."""
    answer = {"hear": known.hear, "segment": known.segment, "draw": known.draw}[kind_of(x)](x)
    return answer.astype(KINDS[kind_of(x)][4])


PICKED = range(len(KINDS))
LEARNT = (
    must_use("train", "train_step", "backward", "conv2d_backward", cost=None),
    must_use("predict", "forward", "conv2d", "windows", cost=None),
)

# fmt: off
ASSIGNMENT = Assignment("capstone", "A network of your own", (
    Task("sizes", "Predict numbers", 2, predicted, kind="value", dtype="any", visible_share=1 / 6,
         visible=[row(0)], hidden=lambda _: [*map(row, range(1, len(TABLE))), GUESS]),
    Task("relu_backward", "Back through relu", 2, relu_backward, dtype="exact", hidden=all_relus,
         visible=shown(relus, ("numbers of both signs", {}), ("whole numbers", int, {}))),
    Task("average", "Average over all positions", 2, average, dtype="exact", hidden=all_averages,
         visible=shown(averages, (TWICE, {"calls": 2}), ("float32", np.float32, {}))),
    Task("average_backward", "Back through the average", 2, average_backward, dtype="exact",
         hidden=all_shares,
         visible=shown(shares, (TWICE, {"calls": 2}), ("float32", np.float32, {}))),
    Task("loss_gradient", "Gradient of the loss", 3, loss_gradient, dtype="exact",
         hidden=all_losses,
         visible=shown(losses, ("a class for each sample", {}),
                       ("a class for each position", 4, {}))),
    Task("sgd_step", "One step downhill", 2, sgd_step, dtype="exact", hidden=all_steps,
         visible=shown(steps, (TWICE, {"calls": 2}), ("with decay", {"decay": 0.25}))),
    Task("learn", "Train and predict", 6, solved, choice=True, rules=LEARNT,
         visible=[held_out(np.random.default_rng(2026), i, 1) for i in PICKED],
         hidden=lambda rng: [held_out(rng, i, level) for i in PICKED for level in range(3)]),
))
