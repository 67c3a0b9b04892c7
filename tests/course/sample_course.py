"""A class of 60 that hands in all assignments, graded with ``course grade``.

``python tests/course/sample_course.py OUT`` writes into the folder OUT a copy of the course and
what students hand in: right answers in many styles, slips, unfinished, empty and broken notebooks,
mixed by a seed.  Then it grades them, and says how long that took, what became of the slips, and
where the reports are.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np
from sample_class import ROOT, Student, copy_of_course, submission
from slips import slipped

STYLES = {
    path.stem: runpy.run_path(str(path))["STYLES"]
    for path in sorted((ROOT / "tests" / "course" / "styles").glob("*.py"))
}
WORDS = "A kernel that adds up to zero does not see a constant; the rest I did by trying."
BREAKS = {  # and how often each is the one
    "def broken(:": 0.5,
    "undefined_name": 0.3,
    "import os; os._exit(1)": 0.15,
    "while True: pass": 0.05,  # ten seconds each
}
FILES = {
    "no notebook": "I could not open the notebook, sorry.",
    "cut off": '{"cells": [{"cell_type": "code", "source": "x = ',
    "nothing in it": "{}",
}


@dataclass
class Work:
    """What one student hands in for one assignment: sources by task, and the slips in them."""

    cells: dict[str, str]
    slips: dict[str, str] = field(default_factory=dict)
    file: str = ""


def work(rng: np.random.Generator, assignment: str, care: float) -> Work:
    """Draw what a student of so much care (0 to 1) hands in."""
    if rng.random() < 0.05 * (1 - care):
        return Work({}, file=FILES[str(rng.choice(list(FILES)))])
    if rng.random() < 0.1 * (1 - care):
        return Work({})
    styles = STYLES[assignment]
    cells = dict(styles[str(rng.choice(list(styles)))])
    if rng.random() < 0.3 * (1 - care):
        for task in list(cells)[rng.integers(1, len(cells)) :]:
            del cells[task]
    done = Work(cells)
    for task in cells:
        if rng.random() < 0.6 * (1 - care):
            slip(rng, done, task)
    if rng.random() < 0.1 * (1 - care):
        task = str(rng.choice(list(cells)))
        cells[task] = f"{cells[task]}\n{rng.choice(list(BREAKS), p=list(BREAKS.values()))}"
    return done


def slip(rng: np.random.Generator, done: Work, task: str) -> None:
    """Let one slip happen in a task, if any can."""
    made = slipped(done.cells[task])
    if made:
        done.slips[task] = str(rng.choice(list(made)))
        done.cells[task] = made[done.slips[task]]


def write_course(
    folder: Path, students: int, seed: int, course: Path = ROOT
) -> dict[tuple[str, str], Work]:
    """Write ``folder/<student>/<id>/<id>.ipynb`` for everybody; return what they handed in."""
    rng = np.random.default_rng(seed)
    released = {
        name: json.loads((course / f"exercises/{name}/{name}.ipynb").read_text("utf-8"))
        for name in STYLES
    }
    handed_in = {}
    for number in range(students):
        student, care = f"student{number:02}", rng.beta(2, 1.5)
        for assignment in STYLES:
            if rng.random() < 0.1 * (1 - care):
                continue
            done = handed_in[student, assignment] = work(rng, assignment, care)
            path = folder / student / assignment / f"{assignment}.ipynb"
            path.parent.mkdir(parents=True)
            file = done.file or notebook(released[assignment], student, done)
            path.write_text(file, encoding="utf-8")
    return handed_in


def notebook(release: dict, student: str, done: Work) -> str:
    """Return a filled release."""
    made = submission(release, Student(student, "", done.cells))
    for cell in made["cells"]:
        said = cell["metadata"].get("nbgrader", {})
        if done.cells and cell["cell_type"] == "markdown" and said.get("solution"):
            cell["source"] = WORDS
    return json.dumps(made, indent=1)


def became(course: Path, handed_in: dict[tuple[str, str], Work]) -> Counter[str]:
    """Count what the grader said of the tasks with a slip."""
    found: Counter[str] = Counter()
    for (student, assignment), done in handed_in.items():
        path = course / "grading" / "results" / assignment / f"{student}.json"
        if not done.slips or not path.exists():
            continue
        for task in json.loads(path.read_text("utf-8"))["tasks"]:
            if task["name"] in done.slips:
                found[verdict(task)] += 1
    return found


def verdict(task: dict) -> str:
    """Return what became of a task that holds a slip."""
    if task["score"] == task["points"]:
        return "with full marks: the slip changes nothing there"
    if task["mistake"]:
        return "told the name of the mistake"
    if "Error" in task["sentence"]:
        return "told the error that was raised"
    return "told what is wrong with the answer"


def main() -> int:
    """Make the class, grade it and say how it went; return the exit code of the grader."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    course = copy_of_course(given.out / "course")
    handed_in = write_course(given.out / "submitted", given.students, given.seed, course)
    print(f"{len(handed_in)} notebooks of {given.students} students, {len(STYLES)} assignments")
    start = perf_counter()
    program = Path(sys.executable).with_name("course")
    command = [program, "grade", given.out.resolve() / "submitted"]
    graded = subprocess.run(command, cwd=course, check=False)
    seconds = perf_counter() - start
    print(f"graded in {seconds:.0f} s, {seconds / len(handed_in):.2f} s for each notebook")
    for said, count in became(course, handed_in).most_common():
        print(f"{count:5} tasks with a slip were {said}")
    print(f"reports: {course / 'grading' / 'report'}")
    return graded.returncode


if __name__ == "__main__":
    sys.exit(main())
