"""A row of microphones that hears two sources at once, with what each source alone sounded like."""

from typing import Any

import numpy as np
from _signals import drums, melody
from numpy.typing import NDArray

Array = NDArray[Any]

COUNT = 6
STEP = 8  # samples that sound needs from one microphone to the next
LENGTH = 20_000  # samples


def room(noise: float = 0.3, seed: int = 0) -> tuple[Array, Array, Array]:
    """Let a tune come from the left and a drum from the right.

    Returns
    -------
    heard : array (COUNT, LENGTH)
    sources : array (2, LENGTH)
        The tune and the drum as the first microphone that each one reaches would hear it alone.
    late : array (2, COUNT) of int
        By how many samples each microphone hears each source later than the first does.
    """
    sources = np.stack([melody()[0][:LENGTH], drums(bpm=112)[:LENGTH]])
    sources /= sources.std(axis=1, keepdims=True)
    late = STEP * np.stack([np.arange(COUNT), np.arange(COUNT)[::-1]])
    heard = np.random.default_rng(seed).normal(0, noise, (COUNT, LENGTH))
    for source, delays in zip(sources, late, strict=True):
        for channel, delay in zip(heard, delays, strict=True):
            channel[delay:] += source[: LENGTH - delay]
    return heard, sources, late


def alike(sound: Array, source: Array) -> float:
    """Return the largest correlation of two sounds, over shifts of up to 40 samples."""
    sound = sound - sound.mean()
    shifts = (np.roll(source, shift) for shift in range(-40, 41))
    return max(float(np.corrcoef(sound, shifted[: sound.size])[0, 1]) for shifted in shifts)
