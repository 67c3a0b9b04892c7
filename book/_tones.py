"""A voice that holds a pitch, heard through hiss; and a causal network that carries it on."""

from typing import Any

import numpy as np
from _network import Network
from _signals import RATE, vowel
from numpy.typing import NDArray

Array = NDArray[Any]

PITCH = 125  # Hz: one period is a whole number of samples
PERIOD = RATE // PITCH
HISS = 0.03  # standard deviation, beside a peak of 1


def sung(vowels: str, seed: int, seconds: float = 0.256) -> Array:
    """Sing vowels one after the other at one pitch, and add hiss: float32 (1, 1, length)."""
    sound = [vowel(v, PITCH, seconds, seed + i) for i, v in enumerate(vowels)]
    hiss = np.random.default_rng(seed).normal(0, HISS, sum(map(len, sound)))
    return (np.concatenate(sound) + hiss).astype(np.float32)[None, None]


def continued(network: Network, sound: Array, count: int) -> Array:
    """Let a causal network write on: each sample that it predicts becomes its next input.

    Every layer keeps what it has computed, so that a new sample costs one column of each
    (T. Le Paine and others: Fast Wavenet Generation Algorithm, 2016, arXiv:1611.09482).

    Parameters
    ----------
    network : Network
        With one spatial axis, one channel in and one out, and "causal" padding.
    sound : array (length,)
        What to begin with.
    count : int
        How many samples to add.

    Returns
    -------
    array (length + count,)
    """
    network(sound[None, None].astype(np.float32))
    known = [np.pad(seen[0], [(0, 0), (0, count)]) for seen in network.seen]
    for now in range(len(sound), len(sound) + count):
        known[0][:, now] = np.clip(known[-1][:, now - 1], -1, 1)  # louder is not in any recording
        for at, layer in enumerate(network.layers):
            weight, y = network.parameters[2 * at : 2 * at + 2]
            for tap, w in enumerate(weight.transpose(2, 0, 1)[::-1]):
                before = now - tap * layer.dilation
                y = y + w @ known[at][:, before] if before >= 0 else y
            known[at + 1][:, now] = np.maximum(y, layer.slope * y)
    return known[0][0]


def rhythm(sound: Array) -> float:
    """Return how alike a sound is to itself one period later: 1 if it repeats exactly."""
    return float(np.corrcoef(sound[:-PERIOD], sound[PERIOD:])[0, 1])
