"""Time functions side by side, in turns: what disturbs the machine disturbs all of them alike.

The best time of each is the least disturbed.  The clock counts this thread's own work where it
can, so that a machine that is busy with other programs says nearly the same as an idle one.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from _one_thread import one_thread

from convlib import set_num_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LAP = 0.002  # seconds: browsers round their clocks
TURN = 0.01  # seconds
WALL = time.perf_counter
OWN = WALL if sys.platform in ("emscripten", "win32") else time.thread_time  # missing, or coarse


def race(runners: Mapping[str, Callable[[], Any]], seconds: float = 0.3) -> dict[str, float]:
    """Return the best processor time of each function on one thread, in seconds.

    Parameters
    ----------
    runners : mapping of names to functions without arguments
        Each runs before its time counts, and then in three turns or more.
    seconds : float
        About how long the whole race takes, unless the functions are slow.
    """
    with one_thread():
        return _best(runners, seconds, OWN)


def once(run: Callable[[], Any]) -> float:
    """Return the processor time of a single call on one thread, in seconds."""
    with one_thread():
        return _lap(run, 1, OWN)


def gain_of_threads(run: Callable[[], Any], count: int, seconds: float = 0.5) -> float:
    """Return how many times as fast a function is with `count` threads of convlib as with one.

    Parameters
    ----------
    run : function without arguments
    count : int
    seconds : float
        About how long it takes.
    """

    def with_threads(number: int) -> None:
        set_num_threads(number)
        run()

    with one_thread():
        runners = {f"{n}": lambda n=n: with_threads(n) for n in (1, count)}
        best = _best(runners, seconds, WALL)
    return best["1"] / best[f"{count}"]


def _best(
    runners: Mapping[str, Callable[[], Any]], seconds: float, clock: Callable[[], float]
) -> dict[str, float]:
    runs = {name: _runs(run, clock) for name, run in runners.items()}
    best = dict.fromkeys(runners, float("inf"))
    end, rounds = clock() + seconds, 0
    while rounds < 3 or clock() < end:
        for name, run in runners.items():
            turn = clock() + TURN
            while True:
                best[name] = min(best[name], _lap(run, runs[name], clock))
                if clock() > turn:
                    break
        rounds += 1
    return best


def _runs(run: Callable[[], Any], clock: Callable[[], float]) -> int:
    """Return how often to run within a lap; by then the function has warmed up."""
    run()
    runs = 1
    while runs * _lap(run, runs, clock) < LAP:
        runs *= 2
    return runs


def _lap(run: Callable[[], Any], runs: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(runs):
        run()
    return (clock() - start) / runs
