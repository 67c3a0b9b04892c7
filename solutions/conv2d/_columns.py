"""Named ways to get `im2col` wrong."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .._slide import padded


def unfold(
    x, kernel, *, stride=(1, 1), padding=(0, 0),
    pad=lambda x, p: padded(x, p, p),
    options=lambda stride: stride,
    count=lambda room, k, s: (room - k) // s + 1,
    start=lambda stop, s: stop * s,
    taps=np.arange,
    order=(0, 1, 2, 3, 4, 5),
    split=(1, 4),
    finish=lambda columns, _: columns,
):  # fmt: skip
    """Lay patches out as columns; each keyword after `padding` is a step that a mistake replaces.

    The patches have the axes sample, channel, kernel row, kernel column, row and column; these
    are put in `order`, and those between the places of `split` are merged.
    """
    room, stride = pad(x, tuple(padding)), options(tuple(stride))
    under, out = [], []
    for size, k, s in zip(room.shape[2:], kernel, stride, strict=True):
        out.append(np.empty(count(size, k, s)).size)
        under.append(taps(k)[:, None] + start(np.arange(out[-1]), s))
    rows, columns = under
    patches = room[:, :, rows[:, None, :, None], columns[None, :, None, :]].transpose(order)
    shape = patches.shape
    first, last = split
    merged = [np.prod(part, dtype=int) for part in (shape[first:last], shape[last:])]
    return finish(patches.reshape(*shape[:first], *merged), x)


def unfolding(**step):
    """Return `unfold` with a step replaced."""
    return lambda x, kernel, **options: unfold(x, kernel, **options, **step)


def reshaped_windows(x, kernel, **options):
    """Reshape windows as they come, positions before taps."""
    windows = unfold(x, kernel, **options, order=(0, 1, 4, 5, 2, 3))
    return windows.reshape(unfold(x, kernel, **options).shape)


# fmt: off
COLUMNS = tuple(Mistake(name, hint, ("im2col",), unfolding(**step)) for name, hint, step in (
    ("channel last in each column", "The rows of the matrix go through the channels first: all "
     "taps of channel 0, then all of channel 1.",
     {"order": (0, 2, 3, 1, 4, 5)}),
    ("taps read column by column", "Within a channel the kernel is read row by row, as reshape "
     "reads it: its columns change fastest.",
     {"order": (0, 1, 3, 2, 4, 5)}),
    ("positions numbered column by column", "The positions are numbered row by row: moving one "
     "column to the right is the next column of the matrix.",
     {"order": (0, 1, 2, 3, 5, 4)}),
    ("one row for each position", "Each position gives one column of the matrix: the result is "
     "(N, C * kh * kw, positions), and yours is the other way round.",
     {"order": (0, 4, 5, 1, 2, 3), "split": (1, 3)}),
    ("one row for each position of all samples", "Each sample has a matrix of its own, and each "
     "position is one of its columns: the result is (N, C * kh * kw, positions).",
     {"order": (0, 4, 5, 1, 2, 3), "split": (0, 3)}),
    ("patches flipped", "You read each patch from its last pixel to its first; its upper left "
     "pixel belongs in the first row of the matrix.",
     {"taps": lambda size: np.arange(size)[::-1]}),
    ("samples side by side in one matrix", "Each sample has a matrix of its own: the result has "
     "three axes, and the first numbers the samples.",
     {"order": (1, 2, 3, 0, 4, 5), "split": (0, 3)}),
    ("samples interleaved in one matrix", "Each sample has a matrix of its own: the result has "
     "three axes, and the first numbers the samples.",
     {"order": (1, 2, 3, 4, 5, 0), "split": (0, 3)}),
    ("only the first channel", "Each column holds the patch of every channel, one after another.",
     {"finish": lambda columns, x: columns[:, : columns.shape[1] // x.shape[1]]}),
    ("channels added up", "The columns only copy pixels: nothing is added up before the product "
     "with the weights.",
     {"finish": lambda columns, x: columns.reshape(
         len(columns), x.shape[1], -1, columns.shape[-1]).sum(axis=1)}),
    ("channels kept as an axis", "Channels and taps are one axis of the matrix: the result has "
     "three axes.",
     {"finish": lambda columns, x: columns.reshape(
         *x.shape[:2], columns.shape[1] // x.shape[1], columns.shape[2])}),
    ("positions kept as two axes", "The positions of all rows are one axis of the matrix: the "
     "result has three axes.",
     {"split": (1, 4), "finish": lambda columns, _: columns[..., None, :]}),
    ("only the first sample", "All samples but the first are zero: is your return indented too "
     "far, inside the loop over the batch?",
     {"finish": lambda columns, _: np.concatenate([columns[:1], 0 * columns[1:]])}),
    ("always float64", "np.zeros without a dtype makes float64, whatever came in. The columns "
     "are copies of pixels: dtype=x.dtype.",
     {"finish": lambda columns, _: columns.astype(float)}),
    ("empty batch loses its shape", "np.array of an empty list has shape (0,). Make the matrix "
     "with its full shape first; then N = 0 needs no care.",
     {"finish": lambda columns, _: columns if len(columns) else np.zeros(0)}),
    ("stride left out of the columns", "There is a column for every position; with stride (a, b) "
     "only every a-th row and b-th column of positions counts.",
     {"options": lambda _: (1, 1)}),
    ("stride only in the number of columns", "There are as many columns as there should be, but "
     "their patches begin next to each other: patch i begins at pixel i * stride.",
     {"start": lambda stop, _: stop}),
    ("strides exchanged", "stride = (a, b): a for the rows, b for the columns.",
     {"options": lambda stride: stride[::-1]}),
    ("padding left out of the columns", "The patches are cut out of the padded images.",
     {"pad": lambda x, _: x}),
    ("padding only above and left", "Padding p puts p rows above and p below; the same goes for "
     "columns.",
     {"pad": lambda x, p: padded(x, p, (0, 0))}),
    ("paddings exchanged", "padding = (a, b): a for the rows, b for the columns.",
     {"pad": lambda x, p: padded(x, p[::-1], p[::-1])}),
    ("padded with edge pixels", "You repeat the edge of the image. Here the padding is zeros: "
     "np.pad with mode='constant', its default.",
     {"pad": lambda x, p: padded(x, p, p, mode="edge")}),
    ("last row and column of positions lost", "The kernel also fits where it ends on the last "
     "row: there are size - kernel + 1 positions; look for a missing + 1.",
     {"count": lambda room, k, s: (room - k) // s}),
))
# fmt: on
