"""Recordings of a noise and its echo; the notebook prints the function that makes them."""

from __future__ import annotations

import numpy as np

from autograder.spec import Case

FEW_PARTNERS = 8  # a draw in which every fair measure finds the echo, and a sum the longest delay


def recordings(seed, n=4, size=900, shortest=100, longest=300):
    """Return what n microphones hear of a noise and its echo, and the delay of each echo."""
    rng = np.random.default_rng(seed)
    delays = rng.permutation(np.arange(shortest, longest + 1))[:n]
    noise = rng.normal(size=(n, size + longest + 3))
    noise = sum(noise[:, late : late + size + longest] for late in range(4))
    heard = noise[:, longest:] + rng.normal(0, 0.1, (n, size))
    for one, sound, delay in zip(heard, noise, delays, strict=True):
        one[:] += rng.uniform(0.7, 0.9) * sound[longest - delay :][:size]
    return heard, delays


def loudness(heard, dilation):
    """Return how loud each recording is through the kernel -1, 1."""
    return ((heard[:, dilation:] - heard[:, :-dilation]) ** 2).mean(axis=1)


def find_delay(heard, shortest, longest):
    """Try every dilation: the quietest is the delay."""
    tried = range(shortest, longest + 1)
    return np.argmin([loudness(heard, dilation) for dilation in tried], axis=0) + shortest


def echoed(seed, n, size, shortest, longest):
    """Return a case of `find_delay`."""
    heard, _ = recordings(seed, n, size, shortest, longest)
    label = f"{n} recordings of {size} samples, a delay of {shortest} to {longest}"
    return Case(label, (heard, shortest, longest))


def walls(rng):
    """Return the hidden cases of `find_delay`; in the second one all that is asked for occurs."""
    sizes = (5, 800, 80, 200), (6, 700, 131, 136)
    drawn = [echoed(int(rng.integers(2**63)), *each) for each in sizes]
    return [*drawn, echoed(FEW_PARTNERS, 3, 800, 60, 560)]
