"""The marks of a class, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

from autograder.sentence import NOT_ATTEMPTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from autograder.verdicts import SubmissionResult, TaskResult

__all__ = ["ClassStatistics", "TaskCount", "Wave", "statistics", "waves"]


@dataclass(frozen=True)
class TaskCount:
    """How a class did on a task: students with full marks, and without an attempt."""

    name: str
    title: str
    points: float
    mean: float
    full: int
    not_attempted: int


@dataclass(frozen=True)
class Wave:
    """A quarter of a class in the order of handing in: from when until when, and its marks."""

    first: str
    last: str
    students: int
    mean: float


@dataclass(frozen=True)
class ClassStatistics:
    """Numbers over one assignment's results; marks of those that could be graded.

    Parameters
    ----------
    graded, ungraded : int
        Submissions with and without a grade.
    points, mean, median : float
        Full marks, and what was reached.
    middle : tuple of float
        Between these marks lies the middle half of the class.
    histogram : tuple of int
        Submissions by tenths of full marks, ten bins.
    tasks : tuple of TaskCount
        In the order of the notebook.
    """

    graded: int
    ungraded: int
    points: float
    mean: float
    median: float
    middle: tuple[float, float]
    histogram: tuple[int, ...]
    tasks: tuple[TaskCount, ...]


def statistics(results: Sequence[SubmissionResult]) -> ClassStatistics:
    """Count over the results of one assignment.

    Examples
    --------
    >>> from autograder.verdicts import SubmissionResult, TaskResult
    >>> statistics([SubmissionResult("conv1d", "ada", ungraded="no notebook")]).ungraded
    1
    """
    graded = [result for result in results if result.ungraded is None]
    scores = [result.score for result in graded] or [0.0]
    bins = Counter(_tenth(result) for result in graded)
    quarters = quantiles(scores, method="inclusive") if len(scores) > 1 else scores
    return ClassStatistics(
        graded=len(graded),
        ungraded=len(results) - len(graded),
        points=max((result.points for result in graded), default=0.0),
        mean=mean(scores),
        median=median(scores),
        middle=(quarters[0], quarters[-1]),
        histogram=tuple(bins[tenth] for tenth in range(10)),
        tasks=_tasks(graded),
    )


def waves(
    results: Sequence[SubmissionResult], handed_in: Mapping[str, datetime]
) -> tuple[Wave, ...]:
    """Return the marks of the class by quarters in the order of handing in.

    Parameters
    ----------
    results : sequence of SubmissionResult
        All of one assignment.
    handed_in : mapping
        When each student did; those without a time are left out.

    Returns
    -------
    tuple of Wave
        Empty if fewer than eight have a grade and a time.
    """
    timed = sorted(
        (handed_in[result.student], result.score)
        for result in results
        if result.ungraded is None and result.student in handed_in
    )
    if len(timed) < 8:
        return ()
    cuts = [round(len(timed) * quarter / 4) for quarter in range(5)]
    parts = [timed[start:end] for start, end in pairwise(cuts)]
    return tuple(
        Wave(
            first=f"{part[0][0]:%Y-%m-%d %H:%M}",
            last=f"{part[-1][0]:%Y-%m-%d %H:%M}",
            students=len(part),
            mean=mean(score for _, score in part),
        )
        for part in parts
    )


def _tenth(result: SubmissionResult) -> int:
    return min(9, int(10 * result.score / result.points)) if result.points else 0


def _tasks(results: Sequence[SubmissionResult]) -> tuple[TaskCount, ...]:
    by_name: dict[str, list[TaskResult]] = {}
    for result in results:
        for task in result.tasks:
            by_name.setdefault(task.name, []).append(task)
    return tuple(
        TaskCount(
            name=name,
            title=tasks[0].title,
            points=tasks[0].points,
            mean=mean(task.score for task in tasks),
            full=sum(task.full for task in tasks),
            not_attempted=sum(task.sentence == NOT_ATTEMPTED for task in tasks),
        )
        for name, tasks in by_name.items()
    )
