"""Pictures of two coloured letters; the colour says which of them counts."""

from typing import Any

import numpy as np
from _images import LETTERS
from numpy.typing import NDArray

Array = NDArray[Any]

HEIGHT, WIDTH = 9, 12
MASKS = np.array(list(LETTERS.values()))


def coloured(count: int, seed: int, noise: float = 0.5) -> tuple[Array, Array]:
    """Draw two letters in each picture, over noise: the name of the orange one is the answer.

    Parameters
    ----------
    count, seed : int
    noise : float
        Standard deviation of each colour channel; a letter's colours are about 1 bright.

    Returns
    -------
    pictures : float32 array (count, 3, HEIGHT, WIDTH)
        Red, green and blue, about 0 on average.
    answers : array (count,) of int
        Index into LETTERS. The other letter is a different one, and blue.
    """
    rng = np.random.default_rng(seed)
    pictures = rng.normal(0, noise, (count, 3, HEIGHT, WIDTH)).astype(np.float32)
    answers = rng.integers(0, len(LETTERS), count)
    others = (answers + rng.integers(1, len(LETTERS), count)) % len(LETTERS)
    sides = rng.permuted(np.tile([0, 6], (count, 1)), axis=1)  # left and right, never on each other
    warm = np.array([1.0, 0.5, -0.5]) + rng.normal(0, 0.25, (count, 3))
    cold = np.array([-0.5, 0.5, 1.0]) + rng.normal(0, 0.25, (count, 3))
    for letters, columns, colours in (answers, sides[:, 0], warm), (others, sides[:, 1], cold):
        rows, shifts = rng.integers(0, HEIGHT - 4, count), rng.integers(0, 2, count)
        for i, (row, column) in enumerate(zip(rows, columns + shifts, strict=True)):
            mask = MASKS[letters[i]] * colours[i][:, None, None]
            pictures[i, :, row : row + 5, column : column + 5] += mask
    return pictures, answers


def shown(picture: Array) -> Array:
    """Return a picture (3, H, W) as colours from 0 to 1, (H, W, 3)."""
    return np.clip(picture.transpose(1, 2, 0) / 3 + 0.45, 0, 1)
