"""Named ways to get `conv2d` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, bank
from .._rarer import RARER
from .._slide import over_channels, padded, slide
from ._columns import COLUMNS, reshaped_windows
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


def sized(
    x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), pads=None, steps=None,
    kernel=lambda kh, kw: (kh, kw), count=lambda steps: int(np.floor(steps)) + 1,
):  # fmt: skip
    """Cut windows out of an image that is padded by `pads`, each at multiples of `steps`.

    Whoever counts the outputs otherwise, or takes the kernel for another, finds some of them cut
    short.
    """
    if x.ndim == 2:
        return sized(x[None, None], weight[None, None], kernel=kernel)[0, 0]
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    kh, kw = kernel(*weight.shape[2:])
    axes = zip(x.shape[2:], padding, (kh, kw), stride, strict=True)
    out = [count((n + 2 * p - k) / s) for n, p, k, s in axes]
    x, (a, b) = padded(x, pads or padding, pads or padding), steps or stride
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, o, i, j in np.ndindex(*y.shape):
        y[n, o, i, j] = (x[n, :, i * a : i * a + kh, j * b : j * b + kw] * weight[o]).sum()
    return y + bias[:, None, None]


def rows_padded_for_columns(*arrays, padding=(0, 0), **options):
    """Exchange the padding of the axes, after the outputs are counted."""
    return sized(*arrays, padding=padding, pads=padding[::-1], **options)


def rows_stepped_as_columns(*arrays, stride=(1, 1), **options):
    """Exchange the strides of the axes, after the outputs are counted."""
    return sized(*arrays, stride=stride, steps=stride[::-1], **options)


def stepped_as_rows(*arrays, stride=(1, 1), **options):
    """Take the stride of the rows for the columns, after the outputs are counted."""
    return sized(*arrays, stride=stride, steps=stride[:1] * 2, **options)


def zeros_for_none(*arrays, **options):
    """Add zeros of float64 where there is no bias."""
    y = slide(*arrays, axes=2, **options)
    return y if len(arrays) > 2 else y + np.zeros(1)


def matrix_products(x, w):
    """Multiply windows and kernel as matrices."""
    rows, columns = (n - k + 1 for n, k in zip(x.shape, w.shape, strict=True))
    y = np.zeros((rows, columns), np.result_type(x, w))
    for i, j in np.ndindex(rows, columns):
        y[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] @ w).sum()
    return y


def not_handed(option):
    """Return a mistake that keeps an option from `im2col`, and so has other columns than places."""

    def answer(*arrays, **options):
        left = {name: value for name, value in options.items() if name != option}
        shape = slide(*arrays, axes=2, **options).shape
        return slide(*arrays, axes=2, **left).reshape(shape)

    return answer


def taps_exchanged(x, w):
    """Let the rows of the kernel meet columns of the image."""
    rows, columns = (n - k + 1 for n, k in zip(x.shape, w.shape, strict=True))
    y = np.zeros((rows, columns), np.result_type(x, w))
    for u, v in np.ndindex(*w.shape):
        places = np.arange(rows)[:, None] + v, np.arange(columns) + u
        y += w[u, v] * x[places]
    return y


def as_many_as_pixels(x, w):
    """Let the last windows see what is left of the image."""
    more = [(0, k - 1) for k in w.shape]
    return slide(np.pad(x, more), w, axes=2)


def first_row(y, *_):
    """Leave the loop over the rows after its first turn."""
    return np.concatenate([y[..., :1, :], 0 * y[..., 1:, :]], axis=-2)


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
    ("weight cut into columns", "weight.reshape(-1, C_out).T cuts the filters anew, it does not "
     "turn them. weight.reshape(C_out, -1) has one filter in each row.",
     ["fast"], {"read": lambda weight: weight.reshape(-1, len(weight)).T.reshape(weight.shape)}),
    ("sums cut to the weights' integers", "The result has the dtype of the weights, and with whole "
     "numbers in them the fractions that come from x are lost. Ask np.result_type for both.",
     ["layer"], {"shift": lambda y, bias, taken: y.astype(taken.dtype) + over_channels(bias, y),
                 "finish": lambda y, _, weight: y.astype(weight.dtype)}),
    ("bias along the rows", "bias[:, None] lines the bias up with the rows of the result. It "
     "belongs to the channels: there are two axes after them.",
     ["layer"], {"shift": lambda y, bias, _: y + bias[:, None]}),
    ("divided by the sum of the kernel", "A blur may be divided by the sum of its kernel. Here "
     "nothing is divided: each output is the sum of its products.",
     ["one"], {"read": lambda weight: weight / weight.sum()}),
    ("rows and columns of the result swapped", "The positions are numbered row by row, so the "
     "result is reshaped to (N, C_out, rows, columns): the number of rows comes first.",
     ["one", "layer"], {"finish": columns_as_rows}),
    ("only the first row of results", "All rows but the first are zero: is your return indented "
     "too far, inside the loop over the rows?",
     ["one"], {"finish": first_row}),
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

STEPS = bank(2, PLACES) + bank(2, PLACES, RARER + PER_AXIS + OWN)

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
            STRIDE[:1], rows_padded_for_columns),
    Mistake("rows stepped as columns", "You count the outputs rightly, but windows begin at the "
            "wrong places: row i * stride[0], column j * stride[1].",
            STRIDE[:1], rows_stepped_as_columns),
    Mistake("columns stepped as rows", "You count the outputs rightly, but windows begin at the "
            "wrong places: row i * stride[0], column j * stride[1].",
            STRIDE[:1], stepped_as_rows),
    Mistake("last step rounded up", "A last step that does not fit entirely is not made, and its "
            "window is cut short: round down, // in Python.",
            STRIDE[:1], partial(sized, count=lambda steps: int(np.ceil(steps)) + 1)),
    Mistake("rows and columns of the kernel mixed up", "The kernel's rows come first in its "
            "shape, and its columns last: your windows do not fit it.",
            ONE + LAYER[:2], partial(sized, kernel=lambda kh, kw: (kw, kh))),
    Mistake("windows taken as square", "Your windows have as many columns as rows, and the kernel "
            "need not: ask its shape for both.",
            ONE + LAYER[:2], partial(sized, kernel=lambda kh, _: (kh, kh))),
    Mistake("matrix product of window and kernel", "@ and np.dot multiply matrices. Here each "
            "element meets one pixel: multiply with *, and add up.",
            ONE, matrix_products),
    Mistake("zeros of float64 for a missing bias", "np.zeros(C_out) in place of a missing bias "
            "makes float64 of everything. Add a bias only where there is one.",
            LAYER[2:], zeros_for_none),
    Mistake("window of the padded image multiplied in place", "A slice is a view: window *= w "
            "changes the image that you slide over. window * w makes a new array.",
            ONE + LAYER[:1], lambda x, *more: multiply_views(x.copy(), *more)),
    Mistake("stride kept from im2col", "im2col has to know the stride as well: without it there "
            "are more columns than places in the result.",
            LAYER[2:], not_handed("stride")),
    Mistake("padding kept from im2col", "im2col has to know the padding as well: without it there "
            "are fewer columns than places in the result.",
            LAYER[2:], not_handed("padding")),
    Mistake("rows of the kernel on columns", "w[u, v] meets x[i + u, j + v]: in your code u and v "
            "have changed places, in w or in x.",
            ONE, taps_exchanged),
    Mistake("windows reshaped as they come", "sliding_window_view has the positions before the "
            "kernel's axes, and reshape only cuts anew. First put the axes in order: transpose.",
            ("im2col",), reshaped_windows),
)


# fmt: on

MISTAKES = SIZES + STEPS + OTHERS + COLUMNS + LABELS
