"""What a student runs: the visible cases of a task, judged at once, in the same words."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import race
from .answers import answer_of, as_answer
from .course import Course
from .judge import judge, trials
from .report.table import task_html, task_text
from .rules import broken, readable
from .visible import SUFFIX, unpack
from .wrong_call import (
    WrongAnswerError,
    WrongCallError,
    demand_name,
    demand_objects,
    the_one_with,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answers import Outcome
    from .spec import Assignment, Case, Mistake, Task
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


def check(*args: Any, **named: Any) -> Checked:
    """Judge your answer to a task on its visible cases: ``check("task", answer)``.

    Parameters
    ----------
    *args
        The task, as the notebook calls it; then your functions, or your values.
    **named
        Nothing: answers have no names.

    Returns
    -------
    Checked
        A table that says, case by case, what is right and what is wrong.  Cases that count
        multiplications are left to the box: `course check` and the grading try them.

    Raises
    ------
    WrongCallError
        If there is no such task, or the answers are not what it takes; or if the notebook lies
        neither in the course's folder nor beside a ``.visible`` file.
    RuntimeError
        If a grader runs this instead of the judge: in a process with student code in it,
        nothing that is said counts.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        msg = "check() cannot grade: use `course grade`, which judges outside this process"
        raise RuntimeError(msg)
    name, objects = demand_name(args, named), args[1:]
    assignment = the_one_with(name, _known(name))
    task = assignment.task(name)
    demand_objects(task, objects, _count(task))
    checked = Checked(_judged(task, objects, assignment.mistakes))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not checked.result.right:
        raise WrongAnswerError(repr(checked))
    return checked


def _known(task: str) -> list[Assignment]:
    """Return the visible parts that lie here, else the assignment of this folder, else all."""
    here = Path.cwd()
    packed = sorted(here.glob(f"*{SUFFIX}"))
    if packed:
        return [unpack(path.read_bytes()) for path in packed]
    try:
        course = Course.find()
    except FileNotFoundError:
        msg = (
            f"the cases are not here: {here} lies in no course's folder and holds no file"
            f" *{SUFFIX}. Move the notebook to where you got it from, and open it there"
        )
        raise WrongCallError(msg) from None
    ids = course.assignment_ids()
    own = [course.assignment(name) for name in ids if name == here.name]
    if any(task == one.name for assignment in own for one in assignment.tasks):
        return own
    return [course.assignment(name) for name in ids]


def _count(task: Task) -> int | None:
    """Return how many answers a task takes, None where its hidden cases are not known."""
    hidden = task.hidden(np.random.default_rng(0))
    return 1 + max(case.target for case in (*task.visible, *hidden)) if hidden else None


def _judged(task: Task, objects: Sequence[Any], mistakes: Sequence[Mistake]) -> TaskResult:
    answered = [
        (trial, _outcome(task, objects[trial.case.target], trial.case))
        for trial in trials(task, None)
        if not trial.case.counted
    ]
    names = [getattr(thing, "__name__", "") for thing in objects]
    return judge(task, answered, mistakes, broken(task, readable(_cells_run()), names))


def _outcome(task: Task, thing: Any, case: Case) -> Outcome:
    if task.kind == "value":
        return as_answer(thing)
    return race.run(thing, case) if case.race else answer_of(thing, case)


def _cells_run() -> list[str]:
    """Return the cells that were run in this notebook; none outside a notebook."""
    return [str(source) for source in getattr(sys.modules["__main__"], "In", ())]
