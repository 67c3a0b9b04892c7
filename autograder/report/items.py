"""How hard each case was, and whether it tells strong students from weak ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import correlation
from typing import TYPE_CHECKING

from autograder.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.verdicts import Row, SubmissionResult

__all__ = ["CaseCount", "case_counts"]

NUMBER = re.compile(r"\d+(\.\d+)?")
WEAK = 0.2  # Ebel's bound, below which an item should be revised
ENOUGH = 5  # right and wrong answers each: with fewer a single slip decides


@dataclass(frozen=True)
class CaseCount:
    """How a class did on a case, or how often it broke a rule.

    Parameters
    ----------
    task, label : str
        Which; numbers that differ from student to student are left out of the label.
    wrong, tried : int
        Students.
    discrimination : float or None
        Point-biserial correlation between being right here (0 or 1) and the marks for all the
        rest; ``(M1 - M0) / s * sqrt(p * (1 - p))`` with the mean rest of those right and wrong,
        its standard deviation, and the share right.  The case's own marks are left out, or every
        case would agree with itself (Henrysson, Psychometrika 28, 1963).  None with fewer than
        five students on either side.
    """

    task: str
    label: str
    wrong: int
    tried: int
    discrimination: float | None

    @property
    def share_right(self) -> float:
        """Difficulty as test theory has it: 1 is easy."""
        return 1 - self.wrong / self.tried

    @property
    def odd(self) -> bool:
        """Whether the instructor should look at the case itself."""
        return self.wrong == self.tried or (
            self.discrimination is not None and self.discrimination < WEAK
        )

    @property
    def reading(self) -> str:
        """What the two numbers mean, in plain words."""
        if self.wrong == self.tried:
            return "nobody got it: is the text clear?"
        if self.discrimination is None:
            return "too few on one side to tell"
        if self.discrimination < 0:
            return "good students fail it more often than weak ones: look at the case"
        if self.discrimination < WEAK:
            return "good students fail it as often as weak ones: look at the case"
        return (
            "hard, and tells strong from weak"
            if self.share_right < 0.5
            else "tells strong from weak"
        )


@dataclass(frozen=True)
class _Answer:
    label: str
    right: bool
    rest: float


def case_counts(results: Sequence[SubmissionResult]) -> tuple[CaseCount, ...]:
    """Count over graded results; return what somebody got wrong: odd cases, then the hardest first.

    Cases are told by their place in the task, since their numbers are drawn anew for everybody.

    Examples
    --------
    >>> from autograder.verdicts import Row, SubmissionResult, TaskResult
    >>> rows = (Row("size 7", Verdict.FAIL, "wrong", 1.0, False),)
    >>> task = TaskResult("sizes", "Sizes", 1.0, 0.0, rows, "Wrong.")
    >>> (count,) = case_counts([SubmissionResult("conv1d", "ada", (task,))])
    >>> count.label, count.share_right, count.reading
    ('size 7', 0.0, 'nobody got it: is the text clear?')
    """
    answers: defaultdict[tuple[str, int], list[_Answer]] = defaultdict(list)
    broken: Counter[tuple[str, str]] = Counter()
    for result in results:
        for task in result.tasks:
            cases = [row for row in task.rows if row.points]
            for place, row in enumerate(cases):
                if row.verdict is not Verdict.ERROR:  # our fault says nothing of the case
                    answers[task.name, place].append(_answer(result, row))
            broken.update({(task.name, row.label) for row in task.rows if not row.points})
    counts = [_count(task, found) for (task, _), found in answers.items()]
    counts += [CaseCount(*which, wrong, len(results), None) for which, wrong in broken.items()]
    wrong = [count for count in counts if count.wrong]
    return tuple(sorted(wrong, key=lambda count: (not count.odd, count.share_right)))


def _answer(result: SubmissionResult, row: Row) -> _Answer:
    right = row.verdict is Verdict.PASS
    return _Answer(row.label, right, result.score - right * row.points)


def _count(task: str, answers: Sequence[_Answer]) -> CaseCount:
    wrong = sum(not answer.right for answer in answers)
    return CaseCount(task, _common_label(answers), wrong, len(answers), _discrimination(answers))


def _discrimination(answers: Sequence[_Answer]) -> float | None:
    right = [float(answer.right) for answer in answers]
    rest = [answer.rest for answer in answers]
    if not ENOUGH <= sum(right) <= len(right) - ENOUGH or len(set(rest)) == 1:
        return None
    return correlation(right, rest)


def _common_label(answers: Sequence[_Answer]) -> str:
    labels = {answer.label for answer in answers}
    if len(labels) == 1:
        return labels.pop()
    without = Counter(NUMBER.sub("…", answer.label) for answer in answers)
    return without.most_common(1)[0][0]
