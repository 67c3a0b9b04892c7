"""Named ways to get `segment` wrong."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.spec import Mistake

FIVE, TWO = (5, 5, 5), ((2, 2), (2, 2), (2, 2))


def summed(scan, kernel=FIVE, pad=TWO, **how):
    """Add up over blocks, one axis after the other."""
    scan = np.pad(scan, pad, **how)
    for axis, size in enumerate(kernel):
        scan = sliding_window_view(scan, size, axis=axis).sum(axis=-1)
    return scan


def middle(gel, insert):
    """Return the brightness between the two."""
    return (gel + insert) / 2


def cut(smooth=lambda scan: summed(scan) / 125, limit=middle, finish=lambda mask: mask):
    """Return a wrong `segment`: a mistake replaces one of the steps."""
    return lambda scan, gel, insert: finish(smooth(scan) > limit(gel, insert))


def mean_of(kernel, pad, **how):
    """Return the average over blocks of another size, or padded in another way."""
    return lambda scan: summed(scan, kernel, pad, **how) / np.prod(kernel)


def cut_first(scan, gel, insert):
    """Threshold, then smooth the mask."""
    return summed(1.0 * (scan > middle(gel, insert))) > 0


# fmt: off
PHANTOMS = tuple(Mistake(name, hint, ("segment",), find) for name, hint, find in (
    ("not smoothed", "In a single voxel the noise is larger than the difference between gel and "
     "insides. Average over blocks before you compare.",
     cut(lambda scan: scan)),
    ("slice by slice", "Your kernel averages within single slices. The slices above and below are "
     "neighbours too, and five times as many voxels leave less noise.",
     cut(mean_of((1, 5, 5), ((0, 0), (2, 2), (2, 2))))),
    ("along the depth alone", "Your kernel averages over five slices at one place; rows and "
     "columns are neighbours as well.",
     cut(mean_of((5, 1, 1), ((2, 2), (0, 0), (0, 0))))),
    ("sums in place of averages", "A kernel of ones adds 125 voxels up, so nearly everything is "
     "above the limit. The weights of an average add up to 1.",
     cut(summed)),
    ("divided by 5 only", "The weights of an average add up to 1: in a block of 5 by 5 by 5 "
     "voxels, each is 1 / 125.",
     cut(lambda scan: summed(scan) / 5)),
    ("divided by 25", "The weights of an average add up to 1, and the block holds 125 voxels: 25 "
     "are those of a single slice.",
     cut(lambda scan: summed(scan) / 25)),
    ("cut before it is smoothed", "You compare the noisy voxels first and smooth the mask after. "
     "The noise is then in the mask already: smooth the scan, then compare.",
     cut_first),
    ("everything darker", "The mask is true where the scan is dark. The insides are brighter than "
     "the gel.",
     cut(finish=np.logical_not)),
    ("limit at the brightness of the gel", "Half of the gel's voxels lie above the gel's own mean. "
     "Cut in the middle between gel and insides.",
     cut(limit=lambda gel, insert: gel)),
    ("limit at the brightness of the insides", "Half of the insides' voxels lie below their own "
     "mean. Cut in the middle between gel and insides.",
     cut(limit=lambda gel, insert: insert)),
    ("limit at the difference", "The limit is a brightness between gel and insides, "
     "(gel + insert) / 2; you took half of their difference.",
     cut(limit=lambda gel, insert: (insert - gel) / 2)),
    ("the limit of the notebook's scan", "1.3 is the middle of the scan in the notebook. The next "
     "one is as bright as `gel` and `insert` say: compute the limit from them.",
     cut(limit=lambda *_: 1.3)),
    ("limit at the mean of all", "The mean of the scan counts the air around the gel, too, so it "
     "lies below the gel. Cut in the middle between `gel` and `insert`.",
     lambda scan, *_: summed(scan) > summed(scan).mean()),
    ("limit at zero", "The smoothed scan holds brightness, above zero nearly everywhere. Cut in "
     "the middle between gel and insides.",
     cut(limit=lambda gel, insert: 0)),
    ("not padded", "Without padding the result has 4 voxels less on each axis, so it is no mask "
     "of the scan. Pad with 2 on each side of each axis.",
     cut(mean_of(FIVE, ((0, 0),) * 3))),
    ("padded only at the start", "You pad 4 voxels before the first and none after the last, so "
     "the mask is moved by 2 on each axis. Pad 2 on both sides.",
     cut(mean_of(FIVE, ((4, 0),) * 3))),
    ("padded only at the end", "You pad 4 voxels after the last and none before the first, so the "
     "mask is moved by 2 on each axis. Pad 2 on both sides.",
     cut(mean_of(FIVE, ((0, 4),) * 3))),
    ("padded by the size of the kernel", "A padding of 5 makes the result larger than the scan. A "
     "kernel of 5 takes 2 voxels away at each end: put these back.",
     cut(mean_of(FIVE, ((5, 5),) * 3))),
    ("the smoothed scan, not a mask", "You return brightness; asked is where it lies above the "
     "limit: compare, and return the booleans.",
     lambda scan, *_: summed(scan) / 125),
    ("a mask of numbers", "The mask holds numbers: asked are booleans, which a comparison gives.",
     cut(finish=lambda mask: 1 * mask)),
))
# fmt: on
