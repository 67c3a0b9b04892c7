"""Pictures of cells, with an exact mask: what a pixel belongs to is told some pixels away."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SIZE = 40
NAMES = ("background", "bright nucleus", "dark nucleus")
# Two hues that stay apart for colour-blind eyes, and a grey that is seen on white and on black.
PAINT = np.array([[0.55, 0.57, 0.60], [0.95, 0.73, 0.15], [0.12, 0.34, 0.65]])


def cells(count: int, seed: int) -> tuple[Array, Array, Array]:
    """Draw striped discs over noise, each with a bright or a dark nucleus near its middle.

    Returns
    -------
    pictures : float32 array (count, 1, SIZE, SIZE)
    masks : int array (count, SIZE, SIZE)
        0 is background, 1 and 2 are cells with a bright and with a dark nucleus.
    away : array (count, SIZE, SIZE)
        Pixels from here to the middle of the cell's nucleus; infinite outside of cells.
    """
    rng = np.random.default_rng(seed)
    pictures = rng.normal(0, 0.15, (count, 1, SIZE, SIZE)).astype(np.float32)
    masks = np.zeros((count, SIZE, SIZE), int)
    away = np.full((count, SIZE, SIZE), np.inf)
    for picture, mask, far in zip(pictures[:, 0], masks, away, strict=True):
        placed: list[tuple[float, ...]] = []
        for _ in range(30):
            radius = rng.uniform(6, 8.5)
            y, x = rng.uniform(radius, SIZE - radius, 2)
            if all(np.hypot(y - b, x - a) > radius + r + 1.5 for b, a, r in placed):
                placed.append((y, x, radius))
                _cell(picture, mask, far, placed[-1], rng)
    return pictures, masks, away


def _cell(
    picture: Array, mask: Array, far: Array, disc: tuple[float, ...], rng: np.random.Generator
) -> None:
    y, x, radius = disc
    rows, columns = np.mgrid[:SIZE, :SIZE]
    kind = rng.integers(1, 3)
    angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1.5)
    down, right = np.sin(angle), np.cos(angle)
    inside = np.hypot(rows - y, columns - x) < radius
    to_nucleus = np.hypot(rows - y - shift * down, columns - x - shift * right)
    stripes = 0.25 * np.sin(2 * np.pi * (rows * down + columns * right) / 4)
    picture += inside * (0.8 + stripes) + (to_nucleus < 2.1) * (1 if kind == 1 else -1)
    mask[inside], far[inside] = kind, to_nucleus[inside]


def one_hot(masks: Array) -> Array:
    """Return the probabilities that a perfect network would give: (N, classes, *size)."""
    return np.moveaxis(np.eye(len(NAMES), dtype=np.float32)[masks], -1, 1)


def scores(found: Array, masks: Array) -> tuple[float, float, float]:
    """Compare predicted with true classes.

    Returns
    -------
    everywhere, inside : float
        The part of the pixels that is right, of all and of those of cells.
    iou : float
        Intersection over union of prediction and truth, the mean of the two kinds of cell.
    """
    right = found == masks
    both = [((found == k) & (masks == k)).sum() for k in (1, 2)]
    either = [((found == k) | (masks == k)).sum() for k in (1, 2)]
    return right.mean(), right[masks > 0].mean(), float(np.mean(np.divide(both, either)))


def by_distance(found: Array, masks: Array, away: Array, reach: int) -> Array:
    """Return the part of right pixels from 0 to 1, 1 to 2, ... pixels away from the nucleus."""
    ring = np.floor(away[masks > 0]).astype(int)
    right = (found == masks)[masks > 0]
    return np.array([right[ring == r].mean() for r in range(reach)])


def painted(mask: Array) -> Array:
    """Return a mask as a picture in colours, (H, W, 3)."""
    return PAINT[mask]


def framed(picture: Array, y: int, x: int, reaches: tuple[int, ...]) -> Array:
    """Return a grey picture in colours, (H, W, 3), with a frame at each distance from a pixel."""
    grey = (picture - picture.min()) / np.ptp(picture)
    coloured = np.repeat(grey[..., None], 3, axis=2)
    rows, columns = np.indices(picture.shape)
    from_pixel = np.maximum(abs(rows - y), abs(columns - x))
    for reach, colour in zip((0, *reaches), np.roll(PAINT, -1, axis=0), strict=False):
        coloured[from_pixel == reach] = colour
    return coloured
