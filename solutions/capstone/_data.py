"""Data sets of `capstone`, drawn with their ground truth; the notebook prints these functions."""

from __future__ import annotations

import numpy as np

PITCHES = 262, 330, 392, 494, 587  # in Hz: the notes C, E, G, B, D


def notes(rng, n, size=128):
    """Draw n short recordings (n, 1, 1, size), 2000 samples in a second, and which note each is."""
    labels = rng.integers(0, len(PITCHES), n)
    pitch = np.array(PITCHES)[labels] * rng.uniform(0.99, 1.01, n)
    turns = pitch[:, None] * np.arange(size) / 2000
    x = rng.normal(0, 0.7, (n, size))
    for overtone in (1, 2, 3):
        loudness, start = rng.uniform(0.2, 1, (n, 1)), rng.uniform(0, 1, (n, 1))
        x += loudness / overtone * np.sin(2 * np.pi * (overtone * turns + start))
    return x[:, None, None].astype(np.float32), labels


def shapes(rng, n, size=16):
    """Draw n images (n, 1, size, size), striped, and which pixels are inside the shape."""
    rows, columns = np.mgrid[:size, :size]
    middle = rng.uniform(4, size - 4, (2, n, 1, 1))
    radius = rng.uniform(2.5, 5.5, (2, n, 1, 1))
    distance = ((rows - middle[0]) / radius[0]) ** 2 + ((columns - middle[1]) / radius[1]) ** 2
    across, down = rng.uniform(0, 6, (2, n, 1, 1))
    x = np.where(distance < 1, np.sin(2 * columns + across), np.sin(2 * rows + down))
    x += rng.normal(0, 0.4, x.shape)
    return x[:, None].astype(np.float32), (distance < 1).astype(int)


def blots(rng, n, size=12):
    """Draw n noisy drawings (n, 1, size, size), and which pixels are ink."""
    rows, columns = np.mgrid[:size, :size]
    middle = rng.uniform(3, size - 4, (2, n, 1, 1))
    radius = rng.uniform(2, 4, (n, 1, 1))
    ink = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 < radius**2
    noise = rng.uniform(0.2, 1.0, (n, 1, 1)) * rng.normal(size=ink.shape)
    return (ink - 0.5 + noise)[:, None].astype(np.float32), ink.astype(int)
