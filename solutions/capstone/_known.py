"""Answers to the tasks of `capstone` by somebody who knows how the data are made: no network."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._data import PITCHES


def hear(x):
    """Name the pitch with the most energy."""
    turns = np.outer(PITCHES, np.arange(x.shape[-1]) / 2000)
    return np.abs(x[:, 0, 0] @ np.exp(2j * np.pi * turns).T).argmax(axis=1)


def segment(x):
    """Look which of the two stripes each pixel's neighbourhood is nearer to."""
    size = 7
    wave = np.exp(2j * np.arange(size))
    window = np.hanning(size + 2)[1:-1]
    seen = np.pad(x[:, 0], [(0, 0), (size // 2,) * 2, (size // 2,) * 2], mode="reflect")
    seen = sliding_window_view(seen, (size, size), axis=(1, 2))
    inside, outside = (
        np.abs(np.einsum("nijuv,u,v->nij", seen, down * window, across * window))
        for down, across in ((np.ones(size), wave), (wave, np.ones(size)))
    )
    return (inside > outside).astype(int)


@cache
def drawings(size):
    """Return all drawings there are, nearly: (n, size * size)."""
    rows, columns = np.mgrid[:size, :size]
    middles, radii = np.arange(3, size - 3.5, 0.5), np.arange(2, 4.5, 0.5)
    u, v, radius = (one.reshape(-1, 1, 1) for one in np.meshgrid(middles, middles, radii))
    ink = (rows - u) ** 2 + (columns - v) ** 2 < radius**2
    return ink.reshape(-1, size * size).astype(float)


def draw(x):
    """Return the mean of all drawings, each as likely as the noise that it leaves."""
    known = drawings(x.shape[-1])
    noise = ((x.reshape(len(x), 1, -1) + 0.5 - known) ** 2).mean(axis=-1)
    least = noise.min(axis=1, keepdims=True)
    likely = np.exp((least - noise) / (2 * least / known.shape[1]))
    likely /= likely.sum(axis=1, keepdims=True)
    return (likely @ known).reshape(x[:, 0].shape)
