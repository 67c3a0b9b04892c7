"""Time functions side by side, in turns, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROCESS = Path("/proc/self")
ROUNDS = 8  # at least, unless a call takes long
LONG = 1.0  # seconds
TURN = 0.04  # seconds
WARM = 0.15  # seconds before: BLAS threads spin for 0.1 after their work, which must not count
TICK = 0.0005  # seconds: what the clock tells well, and short enough to fall between disturbances


class Timing(NamedTuple):
    """Seconds that a call takes."""

    median: float
    best: float  # as if nothing else ran: what a disturbed machine still tells


def interleaved(functions: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, Timing]:
    """Return what each function's calls take, over rounds in which each has its turn."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    once = {name: _once(run) for name, run in functions.items()}
    repeats = {name: max(1, round(TICK / seconds)) for name, seconds in once.items()}
    if max(once.values()) > LONG:
        return {name: Timing(seconds, seconds) for name, seconds in once.items()}
    gc.disable()
    end = time.perf_counter() + seconds
    rounds = 0
    while time.perf_counter() < end or rounds < ROUNDS:
        for name, run in functions.items():
            times[name] += _turn(run, repeats[name])
        rounds += 1
    gc.enable()
    return {name: Timing(median(found), min(found)) for name, found in times.items()}


def peak_memory(run: Callable[[], object]) -> int:
    """Return how many bytes of memory this process needed at most during a call, beyond before."""
    gc.collect()
    (PROCESS / "clear_refs").write_text("5", encoding="ascii")  # forget the last peak
    before = _status("VmRSS")
    result = run()
    peak = _status("VmHWM")
    del result
    return max(peak - before, 0)


def _turn(run: Callable[[], object], repeats: int) -> list[float]:
    """Return the times of a call, made again and again for one turn."""
    found = []
    begin = time.perf_counter()
    while not found or time.perf_counter() < begin + WARM + TURN:
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        if (end := time.perf_counter()) > begin + WARM:
            found.append((end - start) / repeats)
    return found


def _once(run: Callable[[], object]) -> float:
    for _ in range(2):  # the first may compile, or load
        start = time.perf_counter()
        run()
        took = time.perf_counter() - start
    return took


def _status(key: str) -> int:
    text = (PROCESS / "status").read_text(encoding="ascii")
    return int(text.split(f"{key}:")[1].split()[0]) * 1024
