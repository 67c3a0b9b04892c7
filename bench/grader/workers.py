"""Two workers against one: boxes on this machine, and workers of a cluster on it.

usage: python bench/grader/workers.py [ROUNDS] [SUBMISSIONS]

Wall-clock time of one `course grade` each, in turns.  The grader itself works beside its workers,
so one worker is timed with one processor for all, and with two, of which the grader then takes what
the worker leaves.  Starting costs the same for one worker and for two, so it is in the ratio as a
user waits for it; more submissions make it smaller.  What the machine gives two processes that only
count, against one, is timed in between: nothing can reach more than that.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import product
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from cluster import cluster
from course import ours
from meter import used

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACES = ((1, 1), (1, 2), (2, 2))  # workers, processors
COUNTS = 10_000_000


def main(rounds: str = "3", submissions: str = "60") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        handed_in = ours(folder, int(submissions))
        times: dict[tuple[str, int, int], list[float]] = {}
        counted = []
        for _, (workers, processors) in product(range(int(rounds)), PLACES):
            counted.append(_counting(1) / _counting(2))
            with _no_more_than(processors):
                seconds = _seconds(folder, handed_in, ["--jobs", str(workers)])
                times.setdefault(("pool", workers, processors), []).append(seconds)
                with cluster(folder, workers) as address:
                    seconds = _seconds(folder, handed_in, ["--scheduler", address])
                times.setdefault(("dask", workers, processors), []).append(seconds)
    print(f"two processes that count: {2 * median(counted):.2f} times as much as one")
    for kind in ("pool", "dask"):
        two = median(times[kind, 2, 2])
        for processors in (1, 2):
            one = median(times[kind, 1, processors])
            beside = f"one worker, processors: {processors}"
            print(f"{kind}: {beside}: {one:.1f} s, two and 2: {two:.1f} s: {one / two:.2f} times")


@contextmanager
def _no_more_than(processors: int) -> Iterator[None]:
    """Keep what is started to so many processors."""
    given = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(given)[:processors])
    yield
    os.sched_setaffinity(0, given)


def _counting(processes: int) -> float:
    """Return the seconds that so many processes take to count to the same number each."""
    with Pool(processes) as pool:
        pool.map(_count, [1] * processes)  # started
        began = time.perf_counter()
        pool.map(_count, [COUNTS] * processes, chunksize=1)
        return time.perf_counter() - began


def _count(last: int) -> int:
    return sum(number % 7 for number in range(last))


def _seconds(folder: Path, handed_in: Path, options: list[str]) -> float:
    shutil.rmtree(folder / "grading", ignore_errors=True)
    return used(["course", "grade", handed_in, *options], folder).wall


if __name__ == "__main__":
    main(*sys.argv[1:])
