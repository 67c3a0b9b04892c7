"""A class of hundreds that hands in `conv1d`: how long grading takes, and how much memory.

usage: python bench/grader/hundreds.py [SUBMISSIONS] [ENDLESS]

The class is the sample class of the tests (right, wrong, unfinished, broken and dishonest) again
and again, each submission with a line of its own, so that none is like another.  ENDLESS of each
hundred, 3 if not given, are such whose code never ends: they are waited for until a limit is
reached.  Gradebook, feedback pages and class report are written.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from course import ROOT
from meter import used

sys.path.insert(0, str(ROOT / "tests/course"))
from sample_class import CLASS, RELEASE, Student, submission

NEVER_ENDING = {"leo", "uma", "vera"}


def hundred(endless: int) -> list[Student]:
    """Return a hundred students, the code of so many of whom never ends."""
    never, others = (
        cycle(student for student in CLASS if (student.id in NEVER_ENDING) == kind)
        for kind in (True, False)
    )
    return [*islice(never, endless), *islice(others, 100 - endless)]


def conv1d(folder: Path) -> Path:
    """Make a copy of this course, without grades."""
    for name in ("solutions", "exercises", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / ".box").symlink_to(ROOT / ".box")
    return folder


def hand_in(folder: Path, count: int, endless: int) -> Path:
    """Write `count` submissions, so many of each hundred endless, and return their folder."""
    released = json.loads(RELEASE.read_text(encoding="utf-8"))
    for number, student in zip(range(count), cycle(hundred(endless)), strict=False):
        home = folder / f"{student.id}{number:04}" / "conv1d"
        home.mkdir(parents=True)
        notebook = submission(released, student)
        if "cells" in notebook:
            notebook["cells"][-1]["source"] += f"\n# {number}"
        (home / "conv1d.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def main(submissions: str = "300", endless: str = "3") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = conv1d(Path(name) / "course")
        handed_in = hand_in(Path(name) / "handed-in", int(submissions), int(endless))
        found = used(["course", "grade", handed_in], folder, status=(0, 1))
    print(
        f"{submissions} submissions of conv1d, {endless} of each hundred endless, "
        f"on {os.cpu_count()} cores: {found.wall:.0f} s, "
        f"{found.cpu / int(submissions):.2f} s of processor each, {found.memory:.0f} MiB at most"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
