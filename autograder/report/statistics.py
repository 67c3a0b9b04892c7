"""What a class got right and wrong, counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

from autograder.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.verdicts import SubmissionResult

__all__ = ["CaseCount", "ClassStatistics", "MistakeCount", "statistics"]


@dataclass(frozen=True)
class CaseCount:
    """How often a case went wrong."""

    task: str
    label: str
    wrong: int
    tried: int


@dataclass(frozen=True)
class MistakeCount:
    """In which tasks a named mistake was made, and by whom."""

    name: str
    tasks: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassStatistics:
    """Numbers over one assignment's results; marks of those that could be graded.

    Parameters
    ----------
    graded, ungraded : int
        Submissions with and without a grade.
    points, mean, median : float
        Full marks, and what was reached.
    histogram : tuple of int
        Submissions by tenths of full marks, ten bins.
    cases : tuple of CaseCount
        Those that went wrong at least once, the most frequent first.
    mistakes : tuple of MistakeCount
        The most frequent first.
    """

    graded: int
    ungraded: int
    points: float
    mean: float
    median: float
    histogram: tuple[int, ...]
    cases: tuple[CaseCount, ...]
    mistakes: tuple[MistakeCount, ...]


def statistics(results: Sequence[SubmissionResult]) -> ClassStatistics:
    """Count over the results of one assignment.

    Examples
    --------
    >>> from autograder.verdicts import SubmissionResult
    >>> statistics([SubmissionResult("conv1d", "ada", ungraded="no notebook")]).ungraded
    1
    """
    graded = [result for result in results if result.ungraded is None]
    scores = [result.score for result in graded] or [0.0]
    bins = Counter(_tenth(result) for result in graded)
    return ClassStatistics(
        graded=len(graded),
        ungraded=len(results) - len(graded),
        points=max((result.points for result in graded), default=0.0),
        mean=mean(scores),
        median=median(scores),
        histogram=tuple(bins[tenth] for tenth in range(10)),
        cases=_cases(graded),
        mistakes=_mistakes(graded),
    )


def _tenth(result: SubmissionResult) -> int:
    return min(9, int(10 * result.score / result.points)) if result.points else 0


def _cases(results: Sequence[SubmissionResult]) -> tuple[CaseCount, ...]:
    tried: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    for result in results:
        for task in result.tasks:
            for row in task.rows:
                tried[task.name, row.label] += 1
                wrong[task.name, row.label] += row.verdict is not Verdict.PASS
    counts = (CaseCount(*name, wrong[name], tried[name]) for name in tried if wrong[name])
    return tuple(sorted(counts, key=lambda count: (-count.wrong / count.tried, -count.wrong)))


def _mistakes(results: Sequence[SubmissionResult]) -> tuple[MistakeCount, ...]:
    made: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for result in results:
        for task in result.tasks:
            if task.mistake:
                made[task.mistake].append((task.name, result.student))
    counts = (
        MistakeCount(name, *(tuple(dict.fromkeys(column)) for column in zip(*pairs, strict=True)))
        for name, pairs in made.items()
    )
    return tuple(sorted(counts, key=lambda count: -len(count.students)))
