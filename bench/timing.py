"""Time functions side by side, in turns, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROCESS = Path("/proc/self")
ROUNDS = 3  # at least
TURN = 0.03  # seconds: the threads of the one before spin for a while, and must not count


def interleaved(functions: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Return each function's median time in seconds, over rounds in which each has its turn."""
    times: dict[str, list[float]] = {name: [] for name in functions}
    repeats = {name: max(1, int(TURN / _once(run))) for name, run in functions.items()}
    gc.disable()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(times.values()))) < ROUNDS:
        for name, run in functions.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                run()
            times[name].append((time.perf_counter() - start) / repeats[name])
    gc.enable()
    return {name: median(found) for name, found in times.items()}


def peak_memory(run: Callable[[], object]) -> int:
    """Return how many bytes of memory this process needed at most during a call, beyond before."""
    gc.collect()
    (PROCESS / "clear_refs").write_text("5", encoding="ascii")  # forget the last peak
    before = _status("VmRSS")
    result = run()
    peak = _status("VmHWM")
    del result
    return max(peak - before, 0)


def _once(run: Callable[[], object]) -> float:
    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _status(key: str) -> int:
    text = (PROCESS / "status").read_text(encoding="ascii")
    return int(text.split(f"{key}:")[1].split()[0]) * 1024
