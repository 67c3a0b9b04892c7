"""Named ways to get `find_label` wrong."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake


def label(down, across, places=None):
    """Return the label as two profiles have it."""
    found = down.argmax() + 1, down.argmin(), across.argmax() + 1, across.argmin()
    return np.asarray(found if places is None else places(*found))


def profiles(picture):
    """Return how much brighter it gets from row to row, and from column to column."""
    return np.diff(picture, axis=0).sum(axis=1), np.diff(picture, axis=1).sum(axis=0)


def turned(picture):
    """Take each kernel for the other edges."""
    return label(np.diff(picture, axis=1).sum(axis=1), np.diff(picture, axis=0).sum(axis=0))


def ends(change):
    """Return a mistake that changes the four numbers: two rows, two columns."""
    return lambda picture: label(*profiles(picture), change)


def bright(picture, least):
    """Return the box around all pixels above a brightness."""
    rows, columns = np.nonzero(picture > least)
    return np.asarray([rows.min(), rows.max(), columns.min(), columns.max()])


def strongest(picture):
    """Look for the largest single difference, in place of the largest sum."""
    down, across = np.diff(picture, axis=0), np.diff(picture, axis=1)
    rows = [np.unravel_index(found, down.shape)[0] for found in (down.argmax(), down.argmin())]
    columns = [
        np.unravel_index(found, across.shape)[1] for found in (across.argmax(), across.argmin())
    ]
    return np.asarray([rows[0] + 1, rows[1], columns[0] + 1, columns[1]])


def central(picture, first=1):
    """Compare the two neighbours of a pixel: an edge is then seen from both its sides."""
    down = (picture[2:] - picture[:-2]).sum(axis=1)
    across = (picture[:, 2:] - picture[:, :-2]).sum(axis=0)
    places = down.argmax(), down.argmin(), across.argmax(), across.argmin()
    return np.asarray(places) + first


def brightest_lines(picture):
    """Take the rows and columns whose mean lies above the mean of all."""
    rows, columns = (np.nonzero(picture.mean(axis=a) > picture.mean())[0] for a in (1, 0))
    return np.asarray([rows.min(), rows.max(), columns.min(), columns.max()])


# fmt: off
LABELS = tuple(Mistake(name, hint, ("find_label",), find) for name, hint, find in (
    ("one row and column too early", "Output i of the kernel -1, 1 compares pixels i and i + 1: "
     "the label begins at i + 1.",
     ends(lambda a, b, c, d: (a - 1, b, c - 1, d))),
    ("ends one too late", "You give the first row and column behind the label. Output i compares "
     "pixels i and i + 1: where it gets darker, i is the last of the label.",
     ends(lambda a, b, c, d: (a, b + 1, c, d + 1))),
    ("both off by one", "Output i compares pixels i and i + 1: the label begins at i + 1 and ends "
     "at i.",
     ends(lambda a, b, c, d: (a - 1, b + 1, c - 1, d + 1))),
    ("columns given first", "The order is top, bottom, left, right: rows first.",
     ends(lambda a, b, c, d: (c, d, a, b))),
    ("corners given", "The order is top, bottom, left, right; you give two corners, top left and "
     "bottom right.",
     ends(lambda a, b, c, d: (a, c, b, d))),
    ("sizes in place of ends", "Asked are the last row and the last column, not how many there "
     "are.",
     ends(lambda a, b, c, d: (a, b - a + 1, c, d - c + 1))),
    ("darker and brighter mixed up", "The label is brighter than the parcel: at its top it gets "
     "brighter, at its bottom darker. Which way round is your kernel?",
     lambda picture: label(*(-one for one in profiles(picture)))),
    ("summed along the wrong axis", "A top edge runs along a row: add up along each row, axis=1, "
     "and you have one number for each. For the columns it is axis=0.",
     lambda picture: label(np.diff(picture, axis=0).sum(axis=0),
                           np.diff(picture, axis=1).sum(axis=1))),
    ("kernel turned", "A kernel that compares a pixel with the one below it finds edges that run "
     "across, the label's top and bottom; the other one finds left and right.",
     turned),
    ("the glare taken for the label", "The largest single difference is the glare's. Add up the "
     "differences along each row and each column: an edge is long, the glare is not.",
     strongest),
    ("the brightest pixel", "The lamp makes the far corner brighter than the label. A convolution "
     "that compares neighbours does not see slow changes.",
     lambda picture: bright(picture, picture.max() - 1e-9)),
    ("everything brighter than the mean", "Where the lamp shines, the bare parcel is brighter "
     "than the label elsewhere: look for where brightness jumps, not for what is bright.",
     lambda picture: bright(picture, picture.mean())),
    ("rows and columns brighter than the mean", "The lamp decides which rows are bright. Look for "
     "where brightness jumps from one row to the next.",
     brightest_lines),
    ("edges seen from both sides", "A kernel of three, -1, 0, 1, is as large on both sides of an "
     "edge, so noise decides. With two elements, -1, 1, the place is sure.",
     central),
    ("a kernel of three, and a place too early", "Output i of the kernel -1, 0, 1 is about pixel "
     "i + 1, and it is as large on both sides of an edge. With -1, 1 the place is sure.",
     lambda picture: central(picture, 0)),
))
# fmt: on
