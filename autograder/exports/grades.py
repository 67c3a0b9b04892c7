"""What the gradebook says of each submission: marks that count, and words about each task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.report.table import marks, task_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from nbgrader.api import Assignment, Student, SubmittedAssignment, SubmittedNotebook

    from autograder.verdicts import SubmissionResult, TaskResult

__all__ = ["Grade", "Person", "TaskGrade", "grade_of"]


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows one; what it does not know is empty."""

    id: str
    first_name: str
    last_name: str
    email: str
    lms_user_id: str

    @classmethod
    def of(cls, student: Student) -> Person:
        """Read a row of the gradebook."""
        given = (student.first_name, student.last_name, student.email, student.lms_user_id)
        return cls(student.id, *(text or "" for text in given))

    @property
    def name(self) -> str:
        """The name to sort by."""
        return ", ".join(filter(None, [self.last_name, self.first_name])) or self.id


@dataclass(frozen=True)
class TaskGrade:
    """Marks for one graded cell; extra credit can take them above the points.

    Parameters
    ----------
    name, title : str
        The cell's, and the task's if it is judged.
    score, points : float
        Marks, given by hand where a person has, and full marks.
    comment : str
        A person's words; empty if there are none.
    sentence, table : str
        The judge's; no expected value of a hidden case is in them.
    """

    name: str
    title: str
    score: float
    points: float
    comment: str
    sentence: str
    table: str

    @property
    def words(self) -> str:
        """What is to be said of it: a person's words go before the judge's."""
        return self.comment or (self.sentence if self.score < self.points else "")


@dataclass(frozen=True)
class Grade:
    """One student's grade for one assignment; all is None where nothing was graded.

    Parameters
    ----------
    assignment : str
        Its name.
    person : Person
        Whose it is.
    points : float
        Full marks.
    due, handed_in : datetime or None
        In UTC.
    raw_score, penalty, score : float or None
        Before the penalty for handing in late, that, and what counts: never below 0.
    needs_manual_grade : bool
        Whether a person has still to look at it.
    tasks : tuple of TaskGrade
        In the order of the notebook.
    notes : tuple of str
        What was repaired in the notebook.
    """

    assignment: str
    person: Person
    points: float
    due: datetime | None
    handed_in: datetime | None = None
    raw_score: float | None = None
    penalty: float | None = None
    score: float | None = None
    needs_manual_grade: bool = False
    tasks: tuple[TaskGrade, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def late(self) -> str:
        """What is to be said of handing in late; empty if it cost nothing."""
        if not self.penalty:
            return ""
        return f"{marks(self.penalty)} marks are taken off for handing in late."

    @property
    def words(self) -> str:
        """What is to be said of all tasks, each sentence once, and of handing in late."""
        said: dict[str, list[str]] = {}
        for task in self.tasks:
            said.setdefault(task.words, []).append(task.name)
        lines = [f"{', '.join(names)}: {words}" for words, names in said.items() if words]
        return "\n".join([*lines, *filter(None, [self.late])])


def grade_of(
    assignment: Assignment,
    student: Student,
    submission: SubmittedAssignment | None,
    result: SubmissionResult | None,
) -> Grade:
    """Return a grade from the gradebook's rows, with the words of the judge's result."""
    person = Person.of(student)
    if submission is None:
        return Grade(assignment.name, person, assignment.max_score, assignment.duedate)
    penalty = submission.late_submission_penalty or 0.0
    judged = {task.name: task for task in result.tasks} if result else {}
    return Grade(
        assignment=assignment.name,
        person=person,
        points=assignment.max_score,
        due=submission.duedate if assignment.duedate else None,
        handed_in=submission.timestamp,
        raw_score=_short(submission.score),
        penalty=_short(penalty),
        score=_short(max(0.0, submission.score - penalty)),
        needs_manual_grade=submission.needs_manual_grade,
        tasks=tuple(_in_order(submission.notebooks, judged)),
        notes=result.notes if result else (),
    )


def _short(marks: float) -> float:
    """Drop what adding up floats leaves behind the marks."""
    return round(marks, 4)


def _in_order(
    notebooks: Iterable[SubmittedNotebook], judged: Mapping[str, TaskResult]
) -> list[TaskGrade]:
    """Return judged tasks as the notebook has them, then what was marked by hand."""
    places = {name: place for place, name in enumerate(judged)}
    found = [task for notebook in notebooks for task in _tasks(notebook, judged)]
    return sorted(found, key=lambda task: (places.get(task.name, len(places)), task.name))


def _tasks(notebook: SubmittedNotebook, judged: Mapping[str, TaskResult]) -> Iterable[TaskGrade]:
    by_hand: dict[str, list[str]] = {}
    for comment in notebook.comments:
        if comment.manual_comment:
            task = comment.name.partition("-solution")[0]
            by_hand.setdefault(task, []).append(comment.manual_comment)
    for grade in notebook.grades:
        task = judged.get(grade.name)
        yield TaskGrade(
            name=grade.name,
            title=task.title if task else grade.name,
            score=grade.score,
            points=grade.max_score,
            comment=" ".join(by_hand.get(grade.name, ())),
            sentence=task.sentence if task else "",
            table=task_text(task) if task else "",
        )
