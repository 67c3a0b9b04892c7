"""Named ways to smooth and clean rows wrongly."""

from __future__ import annotations

from functools import partial

import numpy as np

from convlib import conv1d

# fmt: off


def both_ends(x, half):
    """Put the zeros where they belong."""
    return np.pad(x, [(0, 0), (half, half)])


def clean(
    x,
    kernel,
    rounds,
    *,
    turns=lambda rounds: rounds,
    pad=both_ends,
    peak=lambda x, _: abs(x).max(axis=-1, keepdims=True),
    keep=lambda x, top: abs(x) >= top / 4,
    finish=lambda x, kept, top: x * kept / top,
):
    """Clean in steps, of which a mistake replaces one."""
    for _ in range(turns(rounds)):
        before, x = x, conv1d(pad(x, len(kernel) // 2)[:, None], kernel[None, None])[:, 0]
        top = peak(x, before)
        x = finish(x, keep(x, top), top)
    return x.copy()


def into_x(x, *args):
    """Clean the array that was handed over."""
    x[...] = clean(x, *args)
    return x.copy()


STEPS = tuple((name, hint, partial(clean, **step)) for name, hint, step in (
    ("one peak for all rows", "max() without an axis looks at all rows. Each has its own peak: "
     "axis=-1, keepdims=True.",
     {"peak": lambda x, _: abs(x).max()}),
    ("peak of each column", "axis=0 goes down the columns. A row's peak is along the last axis.",
     {"peak": lambda x, _: abs(x).max(axis=0)}),
    ("peak without its sign taken away", "The largest value is not always the largest in size: "
     "take abs first.",
     {"peak": lambda x, _: x.max(axis=-1, keepdims=True)}),
    ("abs forgotten", "Large negative values are large too: take abs for the peak, and again for "
     "the threshold.",
     {"peak": lambda x, _: x.max(axis=-1, keepdims=True), "keep": lambda x, top: x >= top / 4}),
    ("peak from before the smoothing", "The peak is that of the smoothed row.",
     {"peak": lambda _, before: abs(before).max(axis=-1, keepdims=True)}),
    ("sum in place of the peak", "The peak is the largest absolute value, not their sum.",
     {"peak": lambda x, _: abs(x).sum(axis=-1, keepdims=True)}),
    ("nothing dropped", "What is smaller than a quarter of the peak has to become 0.",
     {"keep": lambda *_: True}),
    ("negative values dropped", "Compare the absolute values: a large negative value stays.",
     {"keep": lambda x, top: x >= top / 4}),
    ("the small ones kept", "What is smaller than a quarter of the peak goes, the rest stays.",
     {"keep": lambda x, top: abs(x) < top / 4}),
    ("half in place of a quarter", "The threshold is a quarter of the peak.",
     {"keep": lambda x, top: abs(x) >= top / 2}),
    ("a quarter of nothing", "The threshold is a quarter of the row's peak, not the number 0.25. "
     "Or do you divide too early?",
     {"keep": lambda x, _: abs(x) >= 1 / 4}),
    ("divided before the threshold", "You divide first and then compare with a quarter of the old "
     "peak.",
     {"keep": lambda x, top: abs(x / top) >= top / 4}),
    ("not divided", "Divide the row by its peak, in each round.",
     {"finish": lambda x, kept, _: x * kept}),
    ("made smaller, not dropped", "You take the threshold away from what is above it. That stays "
     "as it is.",
     {"finish": lambda x, _, top: np.sign(x) * np.maximum(abs(x) - top / 4, 0) / top}),
    ("signs lost", "The absolute value is for comparing; the row keeps its signs.",
     {"finish": lambda x, kept, top: abs(x) * kept / top}),
    ("one round too many", "range(rounds + 1) makes one round more.",
     {"turns": lambda rounds: rounds + 1}),
    ("one round too few", "range(1, rounds) makes one round less.",
     {"turns": lambda rounds: max(rounds - 1, 0)}),
    ("only one round", "Each round works on the result of the one before. Is your return inside "
     "the loop, or do you start again from x?",
     {"turns": lambda rounds: min(rounds, 1)}),
    ("one round, whatever is asked", "`rounds` says how many, and may be 0. Each round works on "
     "the result of the one before.",
     {"turns": lambda _: 1}),
    ("peak of the first row", "You divide all rows by the peak of the first. Each has its own: "
     "axis=-1, keepdims=True.",
     {"peak": lambda x, _: abs(x[0]).max()}),
    ("ends repeated", "The rows are padded with zeros, not with the values at their ends.",
     {"pad": lambda x, half: np.pad(x, [(0, 0), (half, half)], mode="edge")}),
    ("all zeros before the row", "Half of the zeros belong after the row: the result has moved.",
     {"pad": lambda x, half: np.pad(x, [(0, 0), (2 * half, 0)])}),
    ("not padded", "Without zeros at the ends a row gets shorter in each round.",
     {"pad": lambda x, _: x}),
))

CLEANED = (
    *STEPS,
    ("smoothing kernel flipped", "You read the kernel from its end. conv1d does not flip it.",
     lambda x, kernel, rounds: clean(x, kernel[::-1], rounds)),
    ("rows in float64, whatever came in", "float32 comes in, float64 goes out: make arrays with "
     "the dtype of x.",
     lambda *args: clean(*args).astype(float)),
    ("x itself cleaned", "-=, /= and x[...] = change the array that was handed over. Make new "
     "ones.", into_x),
)
# fmt: on
