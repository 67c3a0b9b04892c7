"""Named ways to standardise rows and to pad them wrongly."""

from __future__ import annotations

import numpy as np

from .cases import standardise


def less(x, of=lambda x: x.mean(axis=-1, keepdims=True)):
    """Take something away from each row."""
    return x - of(x)


def pooled(x, of):
    """Return one number for the whole array, which may be empty."""
    return of(x) if x.size else 1.0


def at_least(number):
    """Return what can be divided by: 1 for 0."""
    return number + (number == 0)


def spread(x, **how):
    """Return the standard deviation, 1 where it is 0."""
    return at_least(x.std(axis=-1, keepdims=True, **how))


def in_place(x):
    """Write the result into the input, which integers do not take."""
    x -= x.mean(axis=-1, keepdims=True)
    x /= spread(x)
    return x.copy()


# fmt: off
STANDARDISED = (
    ("one mean for all rows", "x.mean() is one number for the whole array. Each row has its own: "
     "axis=-1, keepdims=True.",
     lambda x: (x - pooled(x, np.mean)) / spread(x)),
    ("one standard deviation for all rows", "x.std() is one number for the whole array. Each row "
     "has its own: axis=-1, keepdims=True.",
     lambda x: less(x) / pooled(x, np.std)),
    ("mean and deviation of everything", "x.mean() and x.std() look at the whole array. Each row "
     "has its own: axis=-1, keepdims=True.",
     lambda x: (x - pooled(x, np.mean)) / pooled(x, np.std)),
    ("columns standardised", "axis=0 goes down the columns. The rows run along the last axis.",
     lambda x: standardise(x.T).T if len(x) else x),
    ("mean left in", "The mean has to go before you divide.",
     lambda x: x / spread(x)),
    ("deviation left in", "You take the mean away, and do not divide by the standard deviation.",
     less),
    ("variance in place of its root", "The standard deviation is the root of the variance.",
     lambda x: less(x) / at_least(x.var(axis=-1, keepdims=True))),
    ("divided by size - 1", "Asked is the root of the mean square: the sum divided by the size, "
     "which is what std does by itself.",
     lambda x: less(x) / spread(x, ddof=1)),
    ("mean absolute deviation", "Square what is left, take the mean, then the root.",
     lambda x: less(x) / at_least(abs(less(x)).mean(axis=-1, keepdims=True))),
    ("median in place of the mean", "Asked is the mean, not the median.",
     lambda x: less(x, lambda x: np.median(x, axis=-1, keepdims=True)) / spread(x)),
    ("brought between 0 and 1", "You bring each row between 0 and 1. Asked are a mean of 0 and a "
     "standard deviation of 1.",
     lambda x: less(x, lambda x: x.min(axis=-1, keepdims=True))
     / at_least(np.ptp(x, axis=-1, keepdims=True))),
    ("divided by the peak", "You divide by the largest value of each row; asked is the standard "
     "deviation.",
     lambda x: less(x) / at_least(abs(less(x)).max(axis=-1, keepdims=True))),
    ("constant rows divided by zero", "A row that is constant has the standard deviation 0. "
     "Divide such rows by 1: std == 0 tells which they are.",
     lambda x: less(x) / x.std(axis=-1, keepdims=True)),
    ("a small number added to the deviation", "Adding a small number changes every row. Change "
     "only the deviations that are 0.",
     lambda x: less(x) / (x.std(axis=-1, keepdims=True) + 1e-3)),
    ("1e-5 added to the deviation", "A quiet row feels even 1e-5. Change only the deviations that "
     "are 0: std == 0 tells which they are.",
     lambda x: less(x) / (x.std(axis=-1, keepdims=True) + 1e-5)),
    ("1e-6 added to the deviation", "A quiet row feels even 1e-6. Change only the deviations that "
     "are 0: std == 0 tells which they are.",
     lambda x: less(x) / (x.std(axis=-1, keepdims=True) + 1e-6)),
    ("1e-5 added under the root", "That is how layers of networks normalise, and it changes every "
     "row. Change only the deviations that are 0: std == 0 tells which they are.",
     lambda x: less(x) / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)),
    ("1e-8 added to the deviation", "A quiet row feels even 1e-8. Change only the deviations that "
     "are 0: std == 0 tells which they are.",
     lambda x: less(x) / (x.std(axis=-1, keepdims=True) + 1e-8)),
    ("quiet rows taken for constant ones", "A row that is quiet is not constant: its deviation is "
     "small, but not 0.",
     lambda x: standardise(x) * (x.std(axis=-1, keepdims=True) > 1e-2)),
    ("deviations never below 1", "maximum(std, 1) changes rows whose deviation is between 0 and "
     "1 as well. Change only those that are 0.",
     lambda x: less(x) / np.maximum(x.std(axis=-1, keepdims=True), 1)),
    ("float64 for all", "float32 comes in, float64 goes out, in twice the memory. Do not ask for "
     "a dtype, or ask for that of x.",
     lambda x: standardise(x).astype(float)),
    ("fractions cut off", "Whole numbers come in, but fractions must go out.",
     lambda x: standardise(x).astype(x.dtype)),
    ("result written into x", "-=, /= and x[...] = change the array that was handed over. Make "
     "new ones.", in_place),
)


def ends(x, before, after, **how):
    """Pad the last axis."""
    return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(before, after)], **how)


PADDED = (
    ("zeros on every axis", "xp.pad(x, padding) also pads the batch and the channels. Give a "
     "pair for each axis: (0, 0) for these two.",
     np.pad),
    ("zeros at the start alone", "There are zeros before the first sample and none after the "
     "last.",
     lambda x, p: ends(x, p, 0)),
    ("zeros at the end alone", "There are zeros after the last sample and none before the first.",
     lambda x, p: ends(x, 0, p)),
    ("everything put before the signal",
     "The size is right, but all zeros are before the first sample.",
     lambda x, p: ends(x, 2 * p, 0)),
    ("everything put behind the signal",
     "The size is right, but all zeros are after the last sample.",
     lambda x, p: ends(x, 0, 2 * p)),
    ("twice as many zeros", "`padding` zeros on each end, not twice as many.",
     lambda x, p: ends(x, 2 * p, 2 * p)),
    ("zeros shared by both ends", "`padding` zeros on each end, not on both together.",
     lambda x, p: ends(x, p // 2, p - p // 2)),
    ("one zero too few", "The last of the zeros is missing on each end.",
     lambda x, p: ends(x, max(p - 1, 0), max(p - 1, 0))),
    ("end values repeated", "You repeat the samples at the ends; asked are zeros.",
     lambda x, p: ends(x, p, p, mode="edge")),
    ("ends mirrored", "You mirror the signal at its ends; asked are zeros.",
     lambda x, p: ends(x, p, p, mode="symmetric")),
    ("ends reflected", "You reflect the signal at its ends; asked are zeros.",
     lambda x, p: ends(x, p, p, mode="reflect")),
    ("ends joined", "You go on at the other end of the signal; asked are zeros.",
     lambda x, p: ends(x, p, p, mode="wrap")),
    ("ones in place of zeros", "xp.ones or constant_values=1? Asked are zeros.",
     lambda x, p: ends(x, p, p, constant_values=1)),
    ("channels padded", "The zeros are channels of their own. They belong to the last axis.",
     lambda x, p: np.pad(x, [(0, 0), (p, p), (0, 0)])),
    ("batch padded", "The zeros are samples of the batch. They belong to the last axis.",
     lambda x, p: np.pad(x, [(p, p), (0, 0), (0, 0)])),
    ("nothing padded", "The signals come back as they were.", lambda x, _: x),
    ("moved, not made longer", "The zeros are before the signal, and its end is lost: the result "
     "has size + 2 * padding samples.",
     lambda x, p: ends(x, p, 0)[..., : x.shape[-1]]),
    ("float64, whatever came in", "xp.zeros without a dtype makes float64. Ask for dtype=x.dtype.",
     lambda x, p: ends(x, p, p).astype(float)),
)
# fmt: on
