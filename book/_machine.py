"""A film of a machine that does the same again and again, with a few faults."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PERIOD = 12  # frames
SIZE = 24
HEALTHY = 6 * PERIOD  # frames before the first fault may come


def film(cycles: int = 20, faults: int = 8, seed: int = 0) -> tuple[Array, Array]:
    """Film an arm that goes round and a piston that goes up and down, through noise.

    Returns
    -------
    frames : float32 array (time, SIZE, SIZE)
    faults : bool array (time, SIZE, SIZE)
        Where and when the piston stands still for two frames while it should move: what is
        missing there and what should not be there.
    """
    rng = np.random.default_rng(seed)
    time = cycles * PERIOD
    moving = np.arange(HEALTHY, time - PERIOD, PERIOD // 2) + 1  # half-way up, half-way down
    starts = rng.choice(moving, faults, replace=False)
    phase = np.arange(time)
    stuck = phase.copy()
    for start in starts:
        stuck[start : start + 2] = start - 1
    arm, right, wrong = _arm(phase), _piston(phase), _piston(stuck)
    frames = np.maximum(arm, wrong) + rng.normal(0, 0.15, arm.shape)
    return frames.astype(np.float32), right != wrong


def _arm(time: Array) -> Array:
    y, x = np.mgrid[:SIZE, :SIZE]
    angle = 2 * np.pi * (time / PERIOD)[:, None, None]
    tip_y, tip_x = 7 + 5 * np.sin(angle), 7 + 5 * np.cos(angle)
    return (np.hypot(y - tip_y, x - tip_x) < 2.5).astype(float)


def _piston(time: Array) -> Array:
    y, x = np.mgrid[:SIZE, :SIZE]
    top = np.round(10 + 6 * np.sin(2 * np.pi * time / PERIOD))[:, None, None]
    return ((x >= 15) & (x < 21) & (y >= top) & (y < top + 5)).astype(float)
