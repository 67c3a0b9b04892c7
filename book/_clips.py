"""Clips whose answer is known: things that look alike and move right or left.

Axes are time, row and column.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SPREAD = 1.2  # pixels: how wide a thing is


def moving(
    right: int = 4, left: int = 4, noise: float = 0.3, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Film things that move one pixel a frame, each in a lane of its own.

    Returns
    -------
    clip : array (16, 48, 48)
    rightward : array (right, 16, 2) of int
        Row and column of each thing that moves right, frame by frame.
    leftward : array (left, 16, 2) of int
    """
    rng = np.random.default_rng(seed)
    lanes = rng.permutation(np.linspace(3, 44, right + left).astype(int))
    steps = np.repeat([1, -1], (right, left))
    middle = rng.integers(14, 34, right + left)
    columns = middle[:, None] + steps[:, None] * (np.arange(16) - 8)
    places = np.stack([np.broadcast_to(lanes[:, None], columns.shape), columns], axis=2)
    clip = rng.normal(0, noise, (16, 48, 48))
    for path in places:
        clip += np.stack([blob((48, 48), centre) for centre in path])
    return clip, places[:right], places[right:]


def blob(size: tuple[int, int], centre: Array) -> Array:
    """Draw one round spot of height 1."""
    y, x = np.ogrid[: size[0], : size[1]]
    return np.exp(-((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / (2 * SPREAD**2))


def follower(step: int, frames: int = 5, size: int = 9) -> Array:
    """Return a kernel that is the film of a spot that moves `step` pixels a frame."""
    middle, when = size // 2, np.arange(frames) - frames // 2
    return np.stack([blob((size, size), (middle, middle + step * t)) for t in when])


def direction_clips(count: int, seed: int) -> tuple[Array, Array]:
    """Film one spot in each clip, anywhere, moving right (kind 1) or left (kind 0).

    Returns
    -------
    clips : array (count, 1, 5, 12, 12)
    kinds : array (count,) of int
    """
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 2, count)
    clips = rng.normal(0, 0.2, (count, 1, 5, 12, 12))
    for clip, kind in zip(clips, kinds, strict=True):
        row, column = rng.integers(3, 9, 2)
        columns = column + (2 * kind - 1) * (np.arange(5) - 2)
        clip[0] += np.stack([blob((12, 12), (row, at)) for at in columns])
    return clips, kinds
