"""A film of a machine that does the same again and again, with a few faults."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CYCLE = 12  # frames
SIZE = 24
HEALTHY = 6 * CYCLE  # frames before the first fault may come


def film(faults: int = 8, seed: int = 0) -> tuple[Array, Array]:
    """Film an arm that goes round and a piston that goes up and down, through noise.

    Returns
    -------
    frames : float32 array (time, SIZE, SIZE)
    faults : bool array (time, SIZE, SIZE)
        Where and when the piston stands still for two frames while it should move: what is
        missing there and what should not be there. One fault comes every four cycles.
    """
    rng = np.random.default_rng(seed)
    time = np.arange(HEALTHY + 4 * CYCLE * faults)
    half = CYCLE // 2 * rng.integers(0, 2, faults)  # where it moves fastest: on the way up or down
    stuck = time.copy()
    for start in HEALTHY + 4 * CYCLE * np.arange(faults) + half + 1:
        stuck[start : start + 2] = start - 1
    right, wrong = _piston(time), _piston(stuck)
    frames = np.maximum(_arm(time), wrong) + rng.normal(0, 0.15, right.shape)
    return frames.astype(np.float32), right != wrong


def _arm(time: Array) -> Array:
    y, x = np.mgrid[:SIZE, :SIZE]
    angle = 2 * np.pi * (time / CYCLE)[:, None, None]
    tip_y, tip_x = 7 + 5 * np.sin(angle), 7 + 5 * np.cos(angle)
    return (np.hypot(y - tip_y, x - tip_x) < 2.5).astype(float)


def _piston(time: Array) -> Array:
    y, x = np.mgrid[:SIZE, :SIZE]
    top = np.round(10 + 6 * np.sin(2 * np.pi * time / CYCLE))[:, None, None]
    return ((x >= 15) & (x < 21) & (y >= top) & (y < top + 5)).astype(float)


def alarm(surprise: Array, wrong: Array, level: float) -> tuple[int, int]:
    """Sound the alarm at `level` times the largest surprise of the healthy beginning.

    Parameters
    ----------
    surprise : array (frames, H, W)
        From the end of the third cycle on.
    wrong : bool array (frames,)
        Which of these frames show a fault.

    Returns
    -------
    found, false : int
        Alarms in faulty frames, and in others.
    """
    most = surprise.max(axis=(1, 2))
    rings = most > level * most[: HEALTHY - 3 * CYCLE].max()
    return int((rings & wrong).sum()), int((rings & ~wrong).sum())
