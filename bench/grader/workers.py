"""Two workers against one: boxes on this machine, and workers of a cluster on it.

usage: python bench/grader/workers.py [ROUNDS] [SUBMISSIONS]

Wall-clock time of one `course grade` each, in turns.  Starting costs the same for one worker and
for two, so it is in the ratio as a user waits for it; more submissions make it smaller.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from cluster import cluster
from course import ours
from meter import used


def main(rounds: str = "3", submissions: str = "60") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        handed_in = ours(folder, int(submissions))
        options = {("pool", count): ["--jobs", str(count)] for count in (1, 2)}
        times: dict[tuple[str, int], list[float]] = {}
        for _ in range(int(rounds)):
            for (kind, count), more in options.items():
                times.setdefault((kind, count), []).append(_seconds(folder, handed_in, more))
            for count in (1, 2):
                with cluster(folder, count) as address:
                    seconds = _seconds(folder, handed_in, ["--scheduler", address])
                times.setdefault(("dask", count), []).append(seconds)
    for kind in ("pool", "dask"):
        one, two = (median(times[kind, count]) for count in (1, 2))
        print(f"{kind}: one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} times as fast")


def _seconds(folder: Path, handed_in: Path, options: list[str]) -> float:
    shutil.rmtree(folder / "grading", ignore_errors=True)
    return used(["course", "grade", handed_in, *options], folder).wall


if __name__ == "__main__":
    main(*sys.argv[1:])
