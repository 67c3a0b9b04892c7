"""Signals whose answer is known, so that a chapter can say whether a kernel found it.

Sounds and vibrations are made here. Prices and the sensor's trace are Matplotlib's sample data,
read where it is installed; without it a stand-in is made, and its name says so.
"""

from typing import Any

import numpy as np
from matplotlib import cbook
from numpy.typing import ArrayLike, NDArray

from convlib import conv1d

Array = NDArray[Any]

RATE = 8000  # samples a second, of every sound
TUNE = ((60, 2), (64, 1), (67, 1), (72, 2), (69, 1), (65, 1), (67, 2), (62, 1), (60, 3))
BEAT = 0.18  # seconds of one unit of length in TUNE
FORMANTS = {"a": (730, 1090, 2440), "i": (270, 2290, 3010), "u": (300, 870, 2240)}
HEALTHY = 1500  # readings of the sensor before the first ripple may come


def frequency(note: ArrayLike) -> Array:
    """Return the frequency in Hz of MIDI notes: 69 is the A of 440 Hz, 12 steps are an octave."""
    return 440 * 2 ** ((np.asarray(note) - 69) / 12)


def melody(seed: int = 0) -> tuple[Array, Array, Array]:
    """Play TUNE on a string with six harmonics, over noise.

    Returns
    -------
    samples : array (length,)
    starts : array, in seconds
        When each note begins, and at last when the tune ends.
    notes : array of MIDI notes
    """
    notes, lengths = np.transpose(TUNE)
    starts = np.concatenate([[0], np.cumsum(lengths)]) * BEAT
    sounds = [_string(frequency(n), length * BEAT) for n, length in TUNE]
    return _noisy(np.concatenate(sounds), 0.02, seed), starts, notes


def note_at(seconds: Array, starts: Array, notes: Array) -> Array:
    """Return the MIDI note that sounds at each moment."""
    return notes[np.searchsorted(starts, seconds, side="right") - 1]


def _string(pitch: float, seconds: float) -> Array:
    t = np.arange(round(seconds * RATE)) / RATE
    harmonics = [np.sin(2 * np.pi * pitch * k * t) / k**1.5 for k in range(1, 7)]
    return np.sum(harmonics, axis=0) * np.exp(-2 * t) * np.minimum(1, t / 0.01)


def drums(bpm: float, seconds: float = 8, seed: int = 0) -> Array:
    """Play a drum on each beat, `bpm` a minute, and a quieter rattle half-way to the next."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE))
    t = np.arange(RATE // 10) / RATE
    drum = np.sin(2 * np.pi * 90 * t) * np.exp(-40 * t)
    for half in range(int(seconds * bpm / 30) - 1):
        rattle = 0.25 * rng.standard_normal(t.size) * np.exp(-120 * t)
        start = round(half * 30 / bpm * RATE)
        sound[start : start + t.size] += rattle if half % 2 else drum
    return _noisy(sound, 0.02, seed)


def vowel(name: str, pitch: float, seconds: float = 0.5, seed: int = 0) -> Array:
    """Speak the vowel "a", "i" or "u": pulses of the vocal folds, convolved with the mouth.

    The mouth's resonances are the average formants of men in G. Peterson and H. Barney,
    Control Methods Used in a Study of the Vowels, JASA 24 (1952), doi:10.1121/1.1906875.
    """
    t = np.arange(RATE // 20) / RATE
    mouth = sum(np.sin(2 * np.pi * f * t) * np.exp(-60 * np.pi * t) for f in FORMANTS[name])
    pulses = np.diff(np.floor(np.arange(round(seconds * RATE)) * pitch / RATE), prepend=-1)
    # The flip of the kernel makes the library's correlation a convolution: see the chapter's traps.
    voice = conv1d(pulses[None, None], mouth[None, None, ::-1], padding="causal")[0, 0]
    return _noisy(voice / np.abs(voice).max(), 0.01, seed)


def share_price() -> tuple[Array, Array, str]:
    """Return the trading days, the closing price of each, and where they come from."""
    try:
        with cbook.get_sample_data("goog.npz") as tables:
            table = tables["price_data"]
    except OSError:
        walk = np.random.default_rng(0).normal(0.001, 0.02, 1047).cumsum()
        days = np.datetime64("2004-08-19") + np.arange(1047)
        return days, 100 * np.exp(walk), "a made-up random walk"
    return table["date"], table["adj_close"], "the Google share, Matplotlib's sample data"


def sensor(ripples: int = 12, seed: int = 3) -> tuple[Array, Array, Array, str]:
    """Read a sensor whose trace beats by itself, and add small ripples of one known shape.

    Returns
    -------
    trace : array (5000,)
        Without a ripple in its first HEALTHY readings.
    starts : array of int
        Where the ripples begin.
    shape : array (24,)
        What one ripple looks like, at height 1; in the trace it is 0.011 high, a beat about 0.4.
    source : str
    """
    trace, source = _beating()
    rng = np.random.default_rng(seed)
    room = np.arange(HEALTHY, len(trace) - 100, 100)
    starts = np.sort(rng.choice(room, ripples, replace=False) + rng.integers(0, 60, ripples))
    shape = np.cos(np.pi * np.arange(24)) * np.hanning(24)
    for start in starts:
        trace[start : start + shape.size] += 0.011 * shape
    return trace, starts, shape, source


def _beating() -> tuple[Array, str]:
    try:
        with cbook.get_sample_data("membrane.dat") as file:
            trace = np.frombuffer(file.read(), np.float32)[2000:7000]
    except OSError:
        phase = np.arange(5000) % 196 / 196
        rest = np.random.default_rng(0).normal(0, 0.002, 5000)
        return 0.2 * phase + 0.4 * np.exp(-(((phase - 0.9) / 0.02) ** 2)) + rest, "a made-up trace"
    return trace.astype(float), "the voltage of a nerve cell, Matplotlib's sample data"


def hits(alarms: Array, truth: Array, *, within: int) -> tuple[float, float]:
    """Compare alarms with the places where they belong.

    Returns
    -------
    recall, precision : float
        The part of `truth` that has an alarm at most `within` away; the part of the alarms that
        are that close to a truth, and nan if there is no alarm.
    """
    near = np.abs(alarms[:, None] - truth) <= within
    return near.any(axis=0).mean(), near.any(axis=1).mean() if alarms.size else np.nan


def vibration(days: int = 60, fault: int = 35, seed: int = 0) -> tuple[Array, Array]:
    """Record a bearing once a day: one hit a turn rings from day `fault`, harder every day.

    Returns
    -------
    recordings : array (days, 1, 4000)
    ring : array (80,)
        What one hit sounds like.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(80) / RATE
    ring = np.sin(2 * np.pi * 1200 * t) * np.exp(-400 * t)
    recordings = np.sin(2 * np.pi * 50 * np.arange(4000) / RATE) + rng.normal(0, 0.3, (days, 4000))
    for day in range(fault, days):
        for hit in range(rng.integers(0, 200), 3900, 200):
            recordings[day, hit : hit + 80] += 0.08 * (day - fault + 1) * ring
    return recordings[:, None], ring


def _noisy(sound: Array, level: float, seed: int) -> Array:
    return sound + np.random.default_rng(seed).normal(0, level, len(sound))
