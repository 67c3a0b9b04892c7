"""Pictures whose answer is known: drawn shapes, scenes with hidden objects, and a photograph.

The photograph is Matplotlib's sample data, read where it is installed; without it a drawn one
stands in, and its name says so.
"""

from typing import Any

import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray

from convlib import conv2d

Array = NDArray[Any]


def _drawn(*rows: str) -> Array:
    return np.array([[float(cell == "#") for cell in row] for row in rows])


ROUND = 60  # sides of a polygon that is as round as its pixels
KEY = _drawn(
    ".###.......",
    "##.##......",
    "#...#######",
    "##.##...#.#",
    ".###....#.#",
)
LETTERS = {
    "T": _drawn("#####", "..#..", "..#..", "..#..", "..#.."),
    "L": _drawn("#....", "#....", "#....", "#....", "#####"),
    "X": _drawn("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "H": _drawn("#...#", "#...#", "#####", "#...#", "#...#"),
}
GLYPHS = np.stack([LETTERS[name] for name in "TLX"])


def portrait() -> tuple[Array, str]:
    """Return a colour picture (600, 512, 3) from 0 to 1, and where it comes from.

    Raises
    ------
    OSError
        If Matplotlib's sample data is not installed.
    """
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        from matplotlib.image import imread

        return imread(file, format="jpg") / 255, "Grace Hopper, Matplotlib's sample data"


def photo() -> tuple[Array, str]:
    """Return a colour picture (3, 100, 85) from 0 to 1, and where it comes from."""
    try:
        pixels, source = portrait()
    except OSError:
        return _landscape(), "a drawn landscape"
    small = pixels[:, 1:-1].reshape(100, 6, 85, 6, 3).mean(axis=(1, 3))  # the mean of 6 x 6 pixels
    return small.transpose(2, 0, 1), source


def _landscape() -> Array:
    picture = np.empty((3, 100, 85))
    size = picture.shape[1:]
    picture[:] = np.array([0.55, 0.75, 0.95])[:, None, None]
    picture[:, 60:] = np.array([0.25, 0.5, 0.2])[:, None, None]
    picture[:, polygon(ROUND, 1000, size, (23, 60))] = np.array([[1.0], [0.9], [0.3]])
    picture[:, polygon(4, 700, size, (57, 30))] = np.array([[0.8], [0.15], [0.1]])
    return np.clip(picture + np.random.default_rng(0).normal(0, 0.02, picture.shape), 0, 1)


def polygon(
    sides: int, area: float, size: tuple[int, int], centre: tuple[float, float], turn: float = 0
) -> Array:
    """Return the mask of a regular polygon of a given area in pixels."""
    y, x = np.ogrid[: size[0], : size[1]]
    inner = np.sqrt(area / (sides * np.tan(np.pi / sides)))  # radius of the circle inside
    angles = turn + 2 * np.pi * np.arange(sides)[:, None, None] / sides
    outward = (x - centre[1]) * np.cos(angles) + (y - centre[0]) * np.sin(angles)
    return outward.max(axis=0) < inner


def drawing(noise: float = 0.15, seed: int = 0) -> tuple[Array, Array]:
    """Draw overlapping shapes, each of its own grey, over noise.

    Returns
    -------
    picture : array (96, 96)
    edges : array (96, 96) of bool
        The pixels whose shape is not the one to the right or the one below.
    """
    rng = np.random.default_rng(seed)
    shape = np.zeros((96, 96), int)
    for number, sides in enumerate((3, 4, ROUND, 4, 3, ROUND), 1):
        centre = rng.uniform(15, 81, 2)
        shape[polygon(sides, rng.uniform(300, 1500), shape.shape, centre, rng.uniform(0, 7))] = (
            number
        )
    greys = rng.permutation(np.linspace(0, 1, 7))
    edges = np.zeros(shape.shape, bool)
    edges[:, :-1] |= shape[:, 1:] != shape[:, :-1]
    edges[:-1] |= shape[1:] != shape[:-1]
    return greys[shape] + rng.normal(0, noise, shape.shape), edges


def edge_scores(found: Array, edges: Array) -> tuple[float, float]:
    """Return recall and precision of edge pixels, where a neighbouring pixel counts as right."""

    def near(mask: Array) -> Array:
        return conv2d(mask[None, None].astype(float), np.ones((1, 1, 3, 3)), padding=1)[0, 0] > 0

    return near(found)[edges].mean(), near(edges)[found].mean()


def scene(keys: int = 8, noise: float = 0.25, seed: int = 0) -> tuple[Array, Array]:
    """Hide keys among discs and squares, under a light that comes from one side.

    Returns
    -------
    picture : array (96, 128)
    corners : array (keys, 2) of int
        Row and column of the upper left corner of each key.
    """
    rng = np.random.default_rng(seed)
    size = (96, 128)
    picture = np.linspace(0, 2, size[1]) + rng.normal(0, noise, size)
    cells = rng.permutation([(r, c) for r in range(4, 88, 14) for c in range(4, 112, 18)])
    for number, (row, column) in enumerate(cells[: 3 * keys]):
        if number < keys:
            picture[row : row + 5, column : column + 11] += KEY
        else:
            sides = (4, ROUND)[number % 2]
            picture[polygon(sides, 28, size, (row + 3, column + 5))] += 1
    return picture, cells[:keys]


def strongest(score: Array, count: int, apart: int = 5) -> Array:
    """Return the indices of the highest places, none within `apart` of a higher one on all axes."""
    left, places = score.copy(), []
    for _ in range(count):
        place = np.unravel_index(left.argmax(), left.shape)
        places.append(place)
        left[tuple(slice(max(at - apart, 0), at + apart + 1) for at in place)] = -np.inf
    return np.array(places)


def found(places: Array, truth: Array, within: int = 1) -> int:
    """Count the true places that have a found one at most `within` pixels away on each axis."""
    distance = np.abs(places[:, None] - truth).max(axis=2)
    return int((distance <= within).any(axis=0).sum())


def glyph_pictures(count: int, seed: int) -> tuple[Array, Array]:
    """Draw one glyph at a random place of each picture, over noise.

    Returns
    -------
    pictures : array (count, 1, 16, 16)
    kinds : array (count,) of int
        The index into GLYPHS.
    """
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, len(GLYPHS), count)
    pictures = rng.normal(0, 0.3, (count, 1, 16, 16))
    for picture, glyph in zip(pictures, GLYPHS[kinds], strict=True):
        row, column = rng.integers(0, 12, 2)
        picture[0, row : row + 5, column : column + 5] += glyph
    return pictures, kinds
