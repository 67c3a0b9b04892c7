"""Named ways to get `conv2d` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, bank
from .._slide import padded, slide
from ._columns import COLUMNS
from ._labels import LABELS


def in_words(formula):
    """Return a formula of one axis's n, k, s, p as a function of the task's words."""

    def answer(*, size, kernel, stride=(1, 1), padding=(0, 0)):
        return [formula(*axis) for axis in zip(size, kernel, stride, padding, strict=True)]

    return answer


def swapped(**words):
    """Give columns first."""
    return in_words(lambda n, k, s, p: (n + 2 * p - k) // s + 1)(**words)[::-1]


def first_for_both(*, size, kernel, stride=(1, 1), padding=(0, 0)):
    """Take the first axis's options for both."""
    said = {"stride": stride[:1] * 2, "padding": padding[:1] * 2}
    return in_words(lambda n, k, s, p: (n + 2 * p - k) // s + 1)(size=size, kernel=kernel, **said)


def into_the_input(x, w):
    """Write each result where its window begins: right, but only once."""
    rows, columns = (n - k + 1 for n, k in zip(x.shape, w.shape, strict=True))
    for i, j in np.ndindex(rows, columns):
        x[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return x[:rows, :columns].copy()


def multiply_views(x, weight, bias=None):
    """Multiply each window in place."""
    if x.ndim == 2:
        return multiply_views(x[None, None], weight[None, None])[0, 0]
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    kh, kw = weight.shape[2:]
    out = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, o, i, j in np.ndindex(*y.shape):
        window = x[n, :, i : i + kh, j : j + kw]
        window *= weight[o]
        y[n, o, i, j] = window.sum() + bias[o]
    return y


def pads_exchanged(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    """Count the outputs rightly, but pad the rows with what is meant for the columns."""
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    sides = zip(x.shape[2:], weight.shape[2:], stride, padding, strict=True)
    out = [(n + 2 * p - k) // s + 1 for n, k, s, p in sides]
    x, (kh, kw) = padded(x, padding[::-1], padding[::-1]), weight.shape[2:]
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, o, i, j in np.ndindex(*y.shape):
        top, left = i * stride[0], j * stride[1]
        y[n, o, i, j] = (x[n, :, top : top + kh, left : left + kw] * weight[o]).sum() + bias[o]
    return y


def as_many_as_pixels(x, w):
    """Let the last windows see what is left of the image."""
    more = [(0, k - 1) for k in w.shape]
    return slide(np.pad(x, more), w, axes=2)


def columns_as_rows(y, *_):
    """Count the outputs of the two axes in the wrong order, but fill them in the right one."""
    return y.reshape(*y.shape[:-2], *y.shape[:-3:-1])


def square(weight):
    """Cut or fill up the kernel's columns to as many as it has rows."""
    rows, columns = weight.shape[2:]
    more = max(0, rows - columns)
    return np.pad(weight[..., :rows], [(0, 0)] * 3 + [(0, more)])


OWN = (
    ("taps and channels in another order", "The rows of the columns and of the weights must be in "
     "the same order: channel, kernel row, kernel column, as weight.reshape(C_out, -1) has them.",
     ["fast"], {"read": lambda weight: np.moveaxis(weight, 1, -1).reshape(weight.shape)}),
    ("rows and columns of the result swapped", "The positions are numbered row by row, so the "
     "result is reshaped to (N, C_out, rows, columns): the number of rows comes first.",
     ["one", "layer"], {"finish": columns_as_rows}),
    ("result transposed", "The first axis of the image runs down and so does the first one of "
     "the result: you have the columns first.",
     ["hand", "one", "layer"], {"finish": lambda y, *_: y.swapaxes(-2, -1)}),
    ("kernel size taken as square", "You use the number of the kernel's rows for its columns too, "
     "so the result is as wide as if the kernel were square.",
     ["one"], {"read": square}),
)  # fmt: skip


# fmt: off
HAND, ONE, LAYER = ("by_hand",), ("correlate2d",), ("conv2d", "conv2d_stride", "conv2d_fast")
STRIDE = LAYER[1:]
PLACES = {"hand": HAND, "one": ONE, "layer": LAYER, "stride": STRIDE, "fast": LAYER[2:]}

SIZES = tuple(Mistake(name, hint, ("sizes",), answer) for name, hint, answer in (
    ("first position forgotten", "The division counts the steps from the first position to the "
     "last; the position where the kernel starts comes on top: + 1.",
     in_words(lambda n, k, s, p: (n + 2 * p - k) // s)),
    ("padding counted once", "Padding p puts p rows above and p below, so the image grows by "
     "2 * p; the same goes for columns.",
     in_words(lambda n, k, s, p: (n + p - k) // s + 1)),
    ("padding left out", "The kernel slides over the padded image: its size is "
     "size + 2 * padding on each axis.",
     in_words(lambda n, k, s, p: (n - k) // s + 1)),
    ("stride left out", "With stride s the kernel stops only at every s-th position: divide by s.",
     in_words(lambda n, k, s, p: n + 2 * p - k + 1)),
    ("rounded up", "A last step that does not fit entirely is not made: round down, // in Python.",
     in_words(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1)),
    ("size of the image divided by the stride", "The last stop is where the kernel still fits: "
     "take its size away before you divide by the stride.",
     in_words(lambda n, k, s, p: (n + 2 * p) // s)),
    ("rows and columns exchanged", "Sizes are given as in NumPy: rows first, then columns.",
     swapped),
    ("first option taken for both axes", "Stride and padding have a number for the rows and one "
     "for the columns; you use the first for both.",
     first_for_both),
))

STEPS = bank(2, PLACES) + bank(2, PLACES, PER_AXIS + OWN)

OTHERS = (
    Mistake("as many results as pixels", "Near the lower and the right edge the kernel no longer "
            "fits, so there is no result. Stop at the last position where all of it fits.",
            ONE, as_many_as_pixels),
    Mistake("result written into the input", "The first call is right, but it overwrites the "
            "image, and the second one reads your results. Write into an array of your own.",
            ONE, into_the_input),
    Mistake("window multiplied in place", "A slice is a view: window *= w changes the image "
            "itself, and the next window sees it. window * w makes a new array.",
            ONE + LAYER[:1], multiply_views),
    Mistake("rows padded for columns", "You count the outputs rightly, but np.pad gets the two "
            "numbers in the wrong order: padding[0] belongs to axis 2, the rows.",
            STRIDE, pads_exchanged),
)


# fmt: on

MISTAKES = SIZES + STEPS + OTHERS + COLUMNS + LABELS
