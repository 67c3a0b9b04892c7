"""Processor time for one submission: ours, nbgrader's and Otter's, in turns on one machine.

usage: python bench/grader/against.py OTTER [ROUNDS] [SUBMISSIONS]

OTTER is the `otter` of an environment that holds otter-grader, which cannot be installed beside
nbgrader here.  The notebook has six code cells and one figure.  Ours and nbgrader grade SUBMISSIONS
in one command, gradebook included, which is what each does best; nbgrader is also asked for one
alone, as `otter run` always is.  Ours writes the feedback pages and the class report too.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from course import ID, nbgraders, otters, ours
from meter import used

if TYPE_CHECKING:
    from collections.abc import Callable

    from meter import Used


def contenders(folder: Path, otter: Path, count: int) -> dict[str, Callable[[], Used]]:
    """Return what grades one submission or `count`, by name; each call grades anew."""
    handed_in = ours(folder / "ours", count)
    nbgraders(folder / "nbgrader", count)
    otters(folder / "otter", otter)

    def grade() -> Used:
        shutil.rmtree(folder / "ours/grading/answers", ignore_errors=True)
        shutil.rmtree(folder / "ours/grading/results", ignore_errors=True)
        return used(["course", "grade", handed_in], folder / "ours")

    def autograde(*more: str) -> Used:
        return used(
            ["nbgrader", "autograde", ID, "--create", "--force", *more], folder / "nbgrader"
        )

    return {
        f"ours, {count} in one command": grade,
        f"nbgrader, {count} in one command": autograde,
        "nbgrader, one": lambda: autograde("--student=student0000"),
        "otter run, one": lambda: used([otter, "run", f"{ID}.ipynb"], folder / "otter"),
    }


def main(otter: str, rounds: str = "4", submissions: str = "10") -> None:
    count = int(submissions)
    with tempfile.TemporaryDirectory() as folder:
        run = contenders(Path(folder), Path(otter).absolute(), count)
        found: dict[str, list[Used]] = {name: [] for name in run}
        for _ in range(int(rounds)):
            for name, grade in run.items():
                found[name].append(grade())
    ours_alone = None
    for name, uses in found.items():
        per = count if name.endswith("in one command") else 1
        cpu, wall = (median(getattr(one, what) for one in uses) / per for what in ("cpu", "wall"))
        ours_alone = ours_alone or cpu
        times = cpu / ours_alone
        print(f"{name:32} {cpu:7.3f} s of processor, {wall:7.3f} s, {times:5.1f} times ours")


if __name__ == "__main__":
    main(*sys.argv[1:])
