"""Pieces of a photograph, which can be made small, enlarged, and compared with what they were.

The photograph is Matplotlib's sample data, read where it is installed; without it a drawn picture
stands in, and its name says so.
"""

from typing import Any

import numpy as np
from _images import portrait
from numpy.typing import NDArray

from convlib import conv_transpose2d

Array = NDArray[Any]

HEIGHT, WIDTH = 576, 512  # multiples of 64: they can be halved, and cut into pieces, for long


def photograph() -> tuple[Array, str]:
    """Return a grey picture (HEIGHT, WIDTH) of float32 from 0 to 1, and where it comes from."""
    try:
        pixels, source = portrait()
    except OSError:
        return _drawn(), "a drawn picture"
    return pixels[:HEIGHT, :WIDTH].mean(axis=2).astype(np.float32), source


def _drawn(shapes: int = 150, seed: int = 0) -> Array:
    """Draw ellipses over each other, each shaded from one side to the other, and soften them."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    picture = np.full((HEIGHT, WIDTH), 0.5)
    for _ in range(shapes):
        row, column = rng.uniform(0, HEIGHT), rng.uniform(0, WIDTH)
        angle, (tall, wide), grey = rng.uniform(0, np.pi), rng.uniform(10, 90, 2), rng.uniform()
        along = (y - row) * np.cos(angle) + (x - column) * np.sin(angle)
        across = (x - column) * np.cos(angle) - (y - row) * np.sin(angle)
        inside = (along / tall) ** 2 + (across / wide) ** 2 < 1
        picture[inside] = grey + 0.15 * along[inside] / tall
    for axis in (0, 1):
        picture = sum(np.roll(picture, at, axis) for at in (-1, 0, 1)) / 3
    return np.clip(picture, 0, 1).astype(np.float32)


def shrink(pictures: Array, factor: int) -> Array:
    """Return the means of squares of `factor` x `factor` pixels, on the last two axes."""
    *rest, height, width = pictures.shape
    squares = pictures.reshape(*rest, height // factor, factor, width // factor, factor)
    return squares.mean(axis=(-3, -1))


def pieces(picture: Array, size: int = 16) -> tuple[Array, Array]:
    """Cut a picture (height, width) into squares, and hold out every fourth.

    Returns
    -------
    learned, held_out : array (N, 1, size, size)
    """
    rows, columns = (n // size for n in picture.shape)
    cut = picture.reshape(rows, size, columns, size).swapaxes(1, 2)[:, :, None]
    held_out = (2 * np.arange(rows)[:, None] + np.arange(columns)) % 4 == 0
    return cut[~held_out], cut[held_out]


def tent(factor: int) -> Array:
    """Return the weights (2 * factor,) of linear interpolation, for an even factor."""
    return 1 - np.abs(np.arange(2 * factor) - factor + 0.5) / factor


def enlarge(pictures: Array, factor: int) -> Array:
    """Interpolate pictures (N, 1, height, width) between their pixels, by an even factor."""
    around = np.pad(pictures, [(0, 0), (0, 0), (1, 1), (1, 1)], mode="edge")
    weight = np.outer(tent(factor), tent(factor))[None, None]
    return conv_transpose2d(around, weight, stride=factor, padding=factor + factor // 2)


def psnr(guess: Array, truth: Array) -> float:
    """Return the peak signal-to-noise ratio in dB of pictures from 0 to 1: more is better.

    It is ``-10 log10`` of the mean squared difference: 10 dB more is a tenth of that.
    """
    return float(-10 * np.log10(np.mean((guess - truth) ** 2)))


def compare(guesses: dict[str, Array], truth: Array) -> dict[str, float]:
    """Print the PSNR of each guess but the truth itself, and return them by name."""
    found = {name: psnr(guess, truth) for name, guess in guesses.items() if name != "truth"}
    for name, decibels in found.items():
        print(f"{name}: {decibels:.2f} dB")
    return found
