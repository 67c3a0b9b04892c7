"""A camera whose sensors are displaced, and named ways to repair its photos wrongly."""

from __future__ import annotations

import numpy as np

from autograder.spec import Case, Mistake
from convlib import depthwise_separable_conv

REACH = 3  # pixels that a sensor is displaced at most


# The notebook prints this function.
def photo(seed, rows=60, columns=80, sensors=3):
    """Return a scene, what the camera sees of it, its shifts and its mix of colours."""
    rng = np.random.default_rng(seed)
    y, x = np.ogrid[:rows, :columns]
    scene = np.full((sensors, rows, columns), 0.2)
    for colour in rng.uniform(0, 1, (12, sensors)):
        i, j, radius = rng.uniform((0, 0, 5), (rows, columns, 15))
        scene[:, (y - i) ** 2 + (x - j) ** 2 < radius**2] = colour[:, None]
    mix = np.eye(sensors) + rng.uniform(0.1, 0.3, (sensors, sensors))
    mix /= mix.sum(axis=1, keepdims=True)
    shifts = rng.permuted([[-3, -2, -1, 1, 2, 3]] * 2, axis=1)[:, :sensors].T
    mixed = np.tensordot(mix, scene, 1)
    moved = zip(mixed, shifts, strict=True)
    return scene, np.stack([np.roll(one, by, (0, 1)) for one, by in moved]), shifts, mix


def repair(seen, shifts, mix, *, back=lambda down, right: (down, right), unmix=np.linalg.inv):
    """Shift each channel back, then unmix the colours; a mistake replaces one of the two."""
    size = 2 * REACH + 1
    kernels = np.zeros((len(seen), 1, size, size))
    for kernel, shift in zip(kernels, shifts, strict=True):
        down, right = back(*shift)
        kernel[0, REACH + down, REACH + right] = 1
    return depthwise_separable_conv(seen[None], kernels, unmix(mix))[0]


def taken(seed, *size, sensors=3):
    """Return a case of `repair`."""
    _, *given = photo(seed, *size, sensors=sensors)
    rows, columns = size
    return Case(f"{sensors} sensors, a photo of {rows} by {columns} pixels", tuple(given))


def taken_anew(rng):
    """Return the hidden cases of `repair`."""
    how = ((26, 34), 3), ((37, 24), 3), ((25, 31), 4), ((28, 23), 5)
    return [taken(int(rng.integers(2**63)), *size, sensors=n) for size, n in how]


# Mistakes.


def centre(pictures):
    """Leave the margin away."""
    return pictures[:, REACH:-REACH, REACH:-REACH]


def moved_back(seen, shifts):
    """Return each channel where it belongs, its margin included."""
    by = zip(seen, -shifts, strict=True)
    return np.stack([np.roll(one, shift, (0, 1)) for one, shift in by])


def unmixed_first(seen, shifts, mix):
    """Take the steps in the other order."""
    first = np.tensordot(np.linalg.inv(mix), seen, 1)
    return centre(moved_back(first, shifts))


def one_kernel(seen, shifts, mix):
    """Shift all channels as the first one."""
    return repair(seen, np.broadcast_to(shifts[:1], shifts.shape), mix)


def in_the_corner(seen, shifts, mix):
    """Count the shifts from the kernel's corner, from behind if they are negative."""
    size = 2 * REACH + 1
    return repair(seen, shifts % size - REACH, mix)


# fmt: off
PHOTOS = tuple(Mistake(name, hint, ("repair",), function) for name, hint, function in (
    ("shifted further away", "The channels are now twice as far apart. What lies at i in the scene "
     "is seen at i + shift, so the kernel has to read at + shift.",
     lambda *given: repair(*given, back=lambda down, right: (-down, -right))),
    ("down and right swapped", "The first number of a shift is rows, the second columns.",
     lambda *given: repair(*given, back=lambda down, right: (right, down))),
    ("rows shifted the wrong way", "The columns are right, but the rows are moved further away: "
     "the 1 of the kernel belongs into row 3 + down.",
     lambda *given: repair(*given, back=lambda down, right: (-down, right))),
    ("columns shifted the wrong way", "The rows are right, but the columns are moved further away: "
     "the 1 of the kernel belongs into column 3 + right.",
     lambda *given: repair(*given, back=lambda down, right: (down, -right))),
    ("rows not shifted", "The channels still lie above each other at different heights: use both "
     "numbers of a shift.",
     lambda *given: repair(*given, back=lambda _, right: (0, right))),
    ("columns not shifted", "The channels still lie beside each other: use both numbers of a "
     "shift.",
     lambda *given: repair(*given, back=lambda down, _: (down, 0))),
    ("sign of the shifts lost", "A shift may be negative: upwards, or to the left.",
     lambda *given: repair(*given, back=lambda down, right: (abs(down), abs(right)))),
    ("middle of the kernel off by one", "In a kernel of 7 by 7, counted from 0, the middle is "
     "[3, 3].",
     lambda seen, shifts, mix: repair(seen, np.where(shifts > -REACH, shifts - 1, -REACH), mix)),
    ("shifts counted from the corner", "A kernel with its 1 in the middle moves nothing. Count the "
     "shifts from there, not from its corner.",
     in_the_corner),
    ("the first shift for every channel", "Each channel has a shift of its own, and so a kernel of "
     "its own.",
     one_kernel),
    ("channels not shifted back", "The colours are unmixed, but of channels that do not lie on "
     "each other. Shift them back first.",
     lambda *given: repair(*given, back=lambda *_: (0, 0))),
    ("colours not unmixed", "The channels lie on each other, but each still has some of the other "
     "colours in it.",
     lambda *given: repair(*given, unmix=lambda mix: np.eye(len(mix)))),
    ("colours mixed once more", "mix is what the camera did. What takes it back is its inverse.",
     lambda *given: repair(*given, unmix=lambda mix: mix)),
    ("mix transposed instead of inverted", "The transpose of a matrix takes it back only if it is "
     "a rotation. Take its inverse.",
     lambda *given: repair(*given, unmix=lambda mix: mix.T)),
    ("inverse transposed", "Row o of the pointwise weights holds what goes into channel o: the "
     "inverse as it is, not transposed.",
     lambda *given: repair(*given, unmix=lambda mix: np.linalg.inv(mix).T)),
    ("mix inverted element by element", "1 / mix inverts each number for itself; the inverse of a "
     "matrix is another thing.",
     lambda *given: repair(*given, unmix=lambda mix: 1 / mix)),
    ("only the diagonal undone", "You divide each channel by its own part, but the other colours "
     "are still in it.",
     lambda *given: repair(*given, unmix=lambda mix: np.diag(1 / np.diag(mix)))),
    ("unmixed before shifting", "The camera mixed first and shifted then. Take it back in the "
     "other order: shift, then unmix.",
     unmixed_first),
    ("margin left on", "The margin of 3 pixels holds nothing true: the result is smaller than the "
     "photo by 6 rows and 6 columns.",
     lambda seen, shifts, mix: np.tensordot(np.linalg.inv(mix), moved_back(seen, shifts), 1)),
    ("a batch of one left on", "The result has three axes: channels, rows, columns. Take the first "
     "sample out of the batch.",
     lambda *given: repair(*given)[None]),
    ("channels in reverse", "Your channels come out in the order blue, green, red.",
     lambda *given: repair(*given)[::-1]),
))
