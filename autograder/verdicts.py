"""What the judge says: plain data between the judge, the gradebook and the reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

__all__ = ["Row", "SubmissionResult", "TaskResult", "Verdict"]


OUR_FAULT = "the grader failed, not the notebook"


class Verdict(StrEnum):
    """How a case ended.

    `ERROR` is the grader's own fault and never costs the student; `LOOK` leaves it to a person.
    """

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    SKIPPED = "skipped"
    LOOK = "look"


@dataclass(frozen=True)
class Row:
    """One line of a task's table.

    Parameters
    ----------
    label : str
        The case or rule.
    verdict : Verdict
        How it ended.
    detail : str
        One sentence for the student; empty for a pass that needs no words.
    points : float
        What the case is worth (0 for a rule).
    visible : bool
        Whether students see the case before they submit.
    """

    label: str
    verdict: Verdict
    detail: str
    points: float
    visible: bool


@dataclass(frozen=True)
class TaskResult:
    """A judged task: its score and why.

    Parameters
    ----------
    name, title : str
        As in the assignment's `Task`.
    points, score : float
        Full marks and the marks reached, ``0 <= score <= points``.
    rows : tuple of Row
        One for each case and each broken rule.
    sentence : str
        The whole verdict in words that its author understands.
    mistake : str or None
        The named mistake that the answers match.
    needs_manual_grade : bool
        Whether a person must look before the score counts, as in nbgrader's gradebook.
    """

    name: str
    title: str
    points: float
    score: float
    rows: tuple[Row, ...]
    sentence: str
    mistake: str | None = None
    needs_manual_grade: bool = False

    @property
    def right(self) -> bool:
        """Whether every case passed and no rule was broken."""
        return all(row.verdict is Verdict.PASS for row in self.rows)

    @property
    def only_visible(self) -> bool:
        """Whether this is a student's own check: no hidden case was tried."""
        return all(row.visible for row in self.rows)

    @property
    def full(self) -> bool:
        """Whether the task got full marks."""
        return self.score == self.points


@dataclass(frozen=True)
class SubmissionResult:
    """One student's submission, judged or explained.

    Parameters
    ----------
    assignment, student : str
        Whose it is.
    tasks : tuple of TaskResult
        Empty if it could not be graded.
    notes : tuple of str
        What was repaired or happened on the way, for student and instructor.
    ungraded : str or None
        Why it could not be graded.
    unsafe : bool
        Whether student code ran without a box.
    box : str
        Which walls there were, see `autograder.sandbox.Boxes`; empty if it was not run.
    """

    assignment: str
    student: str
    tasks: tuple[TaskResult, ...] = ()
    notes: tuple[str, ...] = ()
    ungraded: str | None = None
    unsafe: bool = False
    box: str = ""

    @property
    def our_fault(self) -> bool:
        """Whether there is no grade because the grader failed."""
        return (self.ungraded or "").startswith(OUR_FAULT)

    @property
    def score(self) -> float:
        """Marks reached."""
        return round(sum(task.score for task in self.tasks), 2)

    @property
    def points(self) -> float:
        """Full marks."""
        return sum(task.points for task in self.tasks)

    def problems(self) -> dict[str, list[TaskResult]]:
        """Return each sentence that was said of a task without full marks, with those tasks."""
        said: dict[str, list[TaskResult]] = {}
        for task in self.tasks:
            if not task.full:
                said.setdefault(task.sentence, []).append(task)
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and numbers, ready for JSON."""
        return asdict(self)

    def with_notes(self, *notes: str) -> SubmissionResult:
        """Return the result with `notes` in front of its own, none of them twice."""
        return replace(self, notes=tuple(dict.fromkeys((*notes, *self.notes))))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SubmissionResult:
        """Read what `to_dict` wrote.

        Examples
        --------
        >>> result = SubmissionResult("conv1d", "ada", notes=("late",))
        >>> SubmissionResult.from_dict(result.to_dict()) == result
        True
        """
        tasks = tuple(_task(task) for task in data["tasks"])
        return cls(**{**data, "tasks": tasks, "notes": tuple(data["notes"])})


def _task(data: dict[str, Any]) -> TaskResult:
    rows = (Row(**{**row, "verdict": Verdict(row["verdict"])}) for row in data["rows"])
    return TaskResult(**{**data, "rows": tuple(rows)})
