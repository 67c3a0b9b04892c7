"""Generators and pictures that are tried, and what is right for them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from autograder.spec import Case
from convlib import conv_transpose2d


def generate(noise, *weights):
    """Run a generator as the text describes it."""
    y = noise[:, :, None, None]
    for number, weight in enumerate(weights):
        options = {"stride": 2, "padding": 1} if number else {}
        y = conv_transpose2d(np.maximum(y, 0) if number else y, weight, **options)
    return np.tanh(y)


def drawn(rng, label, samples, channels, *, kernels=(4, 4), first=(4, 4), x=float, **case):
    """Return a case of `generate` whose pictures are neither all dark nor saturated."""
    weights = []
    for number, (c_in, c_out) in enumerate(pairwise(channels)):
        size = kernels if number else first
        scale = (2 / c_in / (size[0] * size[1] / 4 if number else 1)) ** 0.5
        weights.append((scale * rng.normal(size=(c_in, c_out, *size))).astype(x))
    noise = rng.normal(size=(samples, channels[0])).astype(x)
    return Case(label, (noise, *weights), **case)


def pictures(rng):
    """Return the hidden cases of `generate`."""
    return [
        drawn(rng, "100 numbers to 64 x 64", 2, (100, 6, 5, 4, 2, 3), weight=2, calls=2),
        drawn(rng, "three layers", 3, (7, 5, 4, 2)),
        drawn(rng, "six layers", 2, (5, 4, 3, 2, 4, 2, 3), first=(3, 3), weight=0.5),
        drawn(rng, "one layer", 2, (9, 3), x=np.float32),
        drawn(rng, "a picture that is wider than high", 2, (8, 5, 4, 3), first=(3, 5)),
        drawn(rng, "kernels of 6 x 4", 2, (6, 5, 3, 2), kernels=(6, 4), x=np.float32),
    ]


def checkerboard(y, stride):
    """Return the standard deviation over the mean of the places' means."""
    height, width = (size // stride for size in y.shape)
    means = y.reshape(height, stride, width, stride).mean(axis=(0, 2))
    return means.std() / means.mean()


def lit(rng, label, stride, blocks, **case):
    """Return a picture with a grid, a slope and noise."""
    height, width = (stride * size for size in blocks)
    grid = np.tile(rng.uniform(0.5, 2, (stride, stride)), blocks)
    slope = np.linspace(1, 3, height)[:, None] + np.linspace(0, 2, width)
    return Case(label, (grid * slope + rng.uniform(0, 0.5, grid.shape), stride), **case)


def overlaps(label, kernel, stride, blocks):
    """Return a case that counts the copies on each place of a picture without a rim."""
    ones = [np.ones((1, 1, *size), int) for size in ((20, 20), kernel)]
    first = stride * max(kernel)  # no rim there
    y = conv_transpose2d(*ones, stride=stride)[0, 0, first:, first:]
    return Case(label, (y[: stride * blocks[0], : stride * blocks[1]], stride))


def boards(rng):
    """Return the hidden cases of `checkerboard`."""
    return [
        lit(rng, "a grid of 2 x 2", 2, (4, 6), calls=2),
        lit(rng, "a grid of 3 x 3", 3, (5, 2)),
        lit(rng, "a grid of 4 x 4", 4, (3, 5)),
        lit(rng, "a picture of one block", 3, (1, 1)),
        overlaps("overlaps of a kernel of 5 x 3, stride 2", (5, 3), 2, (4, 3)),
        overlaps("overlaps of a kernel of 6 x 4, stride 2", (6, 4), 2, (3, 4)),
    ]
