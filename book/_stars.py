"""A sky of single bright pixels: the smallest detail that a picture has, at places we know."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]


def sky(size: int = 64, stars: int = 40, seed: int = 0) -> tuple[Array, Array]:
    """Return a noisy picture (size, size) with single bright pixels, and where they are."""
    rng = np.random.default_rng(seed)
    picture = rng.normal(0, 0.05, (size, size))
    places = np.stack(np.divmod(rng.choice(size**2, stars, replace=False), size), axis=1)
    picture[tuple(places.T)] += 1
    return picture, places


def peaks(answers: Array, step: int = 1) -> Array:
    """Return where the clear local maxima are, (count, 2), in pixels `step` to an answer."""
    around = sliding_window_view(np.pad(answers, 1, constant_values=-np.inf), (3, 3))
    top = (answers == around.max(axis=(2, 3))) & (answers > 0.3 * answers.max())
    return np.argwhere(top) * step


def placed(found: Array, truth: Array, within: int = 1) -> int:
    """Return how many of the places in `truth` have a finding at most `within` pixels away."""
    distance = np.abs(found[:, None] - truth).max(axis=2)
    return int((distance <= within).any(axis=0).sum())
