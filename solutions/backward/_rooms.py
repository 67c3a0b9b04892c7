"""Rooms with two loudspeakers and three microphones; the notebook prints `recordings`."""

from __future__ import annotations

import numpy as np

from autograder.quality import explained
from autograder.spec import Case, Quality
from convlib import conv1d, conv_weight_grad


def recordings(seed, n=4, size=60, kernel=6):
    """Return n sounds of 2 loudspeakers, what 3 microphones hear of them, and the true echoes."""
    rng = np.random.default_rng(seed)
    sounds = rng.normal(size=(n, 2, size))
    echoes = rng.uniform(-1, 1, (3, 2, kernel)) * np.linspace(0.1, 1, kernel)
    return sounds, conv1d(sounds, echoes), echoes


def learn_kernel(x, y, kernel_size, *, rate, steps):
    """Follow the gradient of half the sum of squared errors, from zeros."""
    weight = np.zeros((y.shape[1], x.shape[1], kernel_size))
    for _ in range(steps):
        weight = weight - rate * conv_weight_grad(x, conv1d(x, weight) - y, kernel_size)
    return weight


def room(seed, n, size, kernel, *, steps, label="", **case):
    """Return a case of `learn_kernel`, of one or a few steps."""
    sounds, heard, _ = recordings(seed, n, size, kernel)
    rate = 1 / (n * heard.shape[2])
    label = label or f"{steps} steps, {n} sounds of {size} samples, kernels of {kernel}"
    return Case(label, (sounds, heard, kernel), {"rate": rate, "steps": steps}, **case)


def known(seed, n, size, kernel, **case):
    """Return a case of `learn_kernel` with so many steps that the truth comes out."""
    *_, echoes = recordings(seed, n, size, kernel)
    quality = Quality("agreement with the true kernels", explained, 0.99, echoes)
    return room(seed, n, size, kernel, steps=30, quality=quality, **case)


def rooms(rng):
    """Return the hidden cases of `learn_kernel`; after 30 steps the truth has come out."""
    one, two, three = map(int, rng.integers(2**63, size=3))
    return [
        room(one, 3, 40, 5, steps=1, label="one step"),
        room(two, 5, 30, 4, steps=3, label="3 steps, called twice", calls=2),
        room(two, 6, 30, 3, steps=40, label="40 steps, all of which count"),
        known(three, 8, 50, 4, weight=3),
    ]
