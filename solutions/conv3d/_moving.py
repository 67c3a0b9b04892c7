"""Named ways to get `find_moving` wrong."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

NOTEBOOK = [8, 7]  # where the asteroid of its film starts


def adding(clip, step):
    """Return what a film of a moving dot of ones answers."""
    (down, across), last = step, len(clip) - 1
    rows, columns = clip.shape[1] - last * down, clip.shape[2] - last * across
    return sum(
        one[t * down :, t * across :][:rows, :columns] for t, one in enumerate(clip)
    )  # fmt: skip


def still_removed(clip):
    """Return the film without what stands still in it."""
    return clip - clip.mean(axis=0)


def highest(match):
    """Return where the largest value is."""
    return np.asarray(np.unravel_index(match.argmax(), match.shape))


def found(clip, step):
    """Return the right place."""
    return highest(adding(still_removed(clip), step))


def at(place):
    """Return a mistake that says the right place in another way."""
    return lambda clip, step: place(found(clip, step), np.asarray(step), len(clip))


def wrong_sum(clip, step):
    """Let the kernel sum to 0 as a whole, but not at each place."""
    (down, across), last = step, len(clip) - 1
    match = adding(clip, step)
    block = clip.shape[0], last * down + 1, last * across + 1
    sums = clip
    for axis, size in enumerate(block):
        sums = np.lib.stride_tricks.sliding_window_view(sums, size, axis=axis).sum(axis=-1)
    return highest(match - len(clip) / np.prod(block) * sums[0])


def one_frame_less(clip, step):
    """Subtract each frame from the next, and follow what comes."""
    return highest(adding(np.diff(clip, axis=0), step))


def counted_on(clip, step):
    """Give the index among all outputs, in one row."""
    return adding(still_removed(clip), step).argmax()


# fmt: off
MOVING = tuple(Mistake(name, hint, ("find_moving",), find) for name, hint, find in (
    ("the brightest voxel", "You give the brightest voxel of the film, and that is a star. Slide "
     "a kernel that lasts all frames over it, and look for its largest output.",
     lambda clip, _: highest(clip)[1:]),
    ("a star added up", "A kernel of zeros and ones also adds up what stands still in its way. "
     "Subtract the kernel's mean over time, at each place: kernel.mean(axis=0).",
     lambda clip, step: highest(adding(clip, step))),
    ("the mean of all the kernel removed", "Your kernel sums to 0 as a whole, but not at each "
     "place: a star stands in one place. Take the mean over the frames alone, axis=0.",
     wrong_sum),
    ("step of rows and columns swapped", "step is (rows, columns): the first number is how far "
     "the asteroid moves down, the second how far it moves to the right.",
     lambda clip, step: highest(adding(still_removed(clip), step[::-1]))),
    ("the film backwards", "Your kernel shows the asteroid's film from its last frame to its "
     "first. Frame 0 of the kernel meets frame 0 of the clip: no flip is needed.",
     lambda clip, step: highest(adding(still_removed(clip)[::-1], step))),
    ("only the first frame looked at", "One frame without its stars is still full of noise. Add "
     "up all frames along the asteroid's way, as a kernel does that is as long as the film.",
     lambda clip, _: highest(still_removed(clip)[0])),
    ("the largest change between two frames", "The largest change is noise. Add up along the way "
     "that the asteroid takes through all frames: then the noise evens out.",
     lambda clip, _: highest(np.diff(clip, axis=0))[1:]),
    ("found one frame late", "Frame t of np.diff is frame t + 1 of the film less frame t: in it, "
     "the asteroid begins where it is in the second frame. Asked is the first.",
     one_frame_less),
    ("columns moved like rows", "step holds two numbers: how far it moves down, and how far to the "
     "right. You use the first for both.",
     lambda clip, step: highest(adding(still_removed(clip), (step[0], step[0])))),
    ("the answer for the notebook's film", "That is where the asteroid of the notebook's film "
     "starts. Your function is given other films: find it in `clip`.",
     lambda *_: np.asarray(NOTEBOOK)),
    ("the place that varies most", "How much a pixel varies over time is mostly noise, and the "
     "asteroid is at each pixel for one frame only. Follow it with a moving kernel.",
     lambda clip, _: highest(clip.var(axis=0))),
    ("darkest place", "The asteroid is brighter than the sky, so the output is largest there: look "
     "for the maximum.",
     lambda clip, step: highest(-adding(still_removed(clip), step))),
    ("the last frame's place", "You say where the asteroid is in the last frame; asked is the "
     "first.",
     at(lambda place, step, frames: place + (frames - 1) * step)),
    ("the middle of the way", "You give the middle of the asteroid's way. With padding, outputs "
     "are about blocks that begin earlier: subtract what you padded, or do not pad.",
     at(lambda place, step, frames: place + (frames - 1) * step // 2)),
    ("column given first", "The order is row, column, as in NumPy.",
     at(lambda place, *_: place[::-1])),
    ("counted from one", "The first row and the first column have the index 0: your places are "
     "one too large.",
     at(lambda place, *_: place + 1)),
    ("index among all outputs", "argmax() counts through all outputs in one row. Turn that into "
     "a row and a column with np.unravel_index(index, y.shape).",
     counted_on),
    ("frame, row and column", "Asked are two numbers, row and column; you give the frame as well.",
     at(lambda place, *_: np.append(0, place))),
    ("the largest value, not its place", "max gives the largest output; argmax gives where it is.",
     lambda clip, step: adding(still_removed(clip), step).max()),
))
# fmt: on
