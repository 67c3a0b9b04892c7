"""What a student runs: the visible cases of a task, judged at once, in the same words."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .answers import answer_of, as_answer
from .course import Course
from .judge import judge, trials
from .report.table import task_html, task_text
from .rules import readable
from .visible import SUFFIX, unpack

if TYPE_CHECKING:
    from .answers import Answer
    from .spec import Assignment, Case, Task
    from .verdicts import TaskResult

__all__ = ["Checked", "check"]


@dataclass(frozen=True)
class Checked:
    """A judged task that shows itself as a table, in a notebook and in a terminal."""

    result: TaskResult

    def __repr__(self) -> str:
        return task_text(self.result)

    def _repr_html_(self) -> str:
        return task_html(self.result)


def check(name: str, *objects: Any) -> Checked:
    """Judge your answer to a task on its visible cases.

    Parameters
    ----------
    name : str
        The task, as the notebook calls it.
    *objects
        Your functions, or your values.

    Returns
    -------
    Checked
        A table that says, case by case, what is right and what is wrong.

    Raises
    ------
    FileNotFoundError
        If the notebook lies neither in the course's folder nor beside a ``.visible`` file.
    RuntimeError
        If a grader runs this instead of the judge: in a process with student code in it,
        nothing that is said counts.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        msg = "check() cannot grade: use `course grade`, which judges outside this process"
        raise RuntimeError(msg)
    assignment = _assignment(name)
    task = assignment.task(name)
    answered = [(trial, _answer(task, objects, trial.case)) for trial in trials(task, None)]
    source = readable(_cells_run())
    broken = [
        (rule, finding)
        for rule in task.rules
        for thing in objects
        for finding in rule.find(source, getattr(thing, "__name__", ""))
    ]
    checked = Checked(judge(task, answered, assignment.mistakes, broken))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not checked.result.right:
        raise AssertionError("\n" + repr(checked))
    return checked


def _assignment(task: str) -> Assignment:
    """Return the assignment whose folder this is, else the only one that has the task."""
    found = [one for one in _known() if task in {known.name for known in one.tasks}]
    if len(found) != 1:
        msg = f"{len(found)} assignments have a task {task!r}: run this in the assignment's folder"
        raise ValueError(msg)
    return found[0]


def _known() -> list[Assignment]:
    """Return the visible parts that lie here, else the course's assignments."""
    here = Path.cwd()
    packed = sorted(here.glob(f"*{SUFFIX}"))
    if packed:
        return [unpack(path.read_bytes()) for path in packed]
    course = Course.find()
    names = [here.name] if here.name in course.assignment_ids() else course.assignment_ids()
    return [course.assignment(name) for name in names]


def _answer(task: Task, objects: tuple[Any, ...], case: Case) -> Answer:
    thing = objects[case.target]
    return as_answer(thing) if task.kind == "value" else answer_of(thing, case)


def _cells_run() -> list[str]:
    """Return the cells that were run in this notebook; none outside a notebook."""
    return [str(source) for source in getattr(sys.modules["__main__"], "In", ())]
