"""The one writer into nbgrader's gradebook: the rows of ``nbgrader autograde``, in one commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .database import opening, using

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nbformat import NotebookNode
    from traitlets.config import Config

    from .verdicts import SubmissionResult, TaskResult

__all__ = ["NO_RESPONSE", "Entry", "Gradebook", "auto_comment", "waits"]

NO_RESPONSE = "No response."  # as nbgrader says it


@dataclass(frozen=True)
class Entry:
    """What the gradebook says of one submission.

    Parameters
    ----------
    score, points, penalty : float
        Marks after the penalty for handing in late, full marks, and that penalty.
    cells : mapping
        For each graded cell its ``score`` and ``points`` and whether it ``waits`` for a person,
        for each answer its ``comment``; what an instructor has entered by hand goes before what
        was judged.
    """

    score: float
    points: float
    penalty: float
    cells: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Released:
    """Keys of what was released: assignment, notebook, and its cells by name."""

    assignment: str
    notebook: str
    graded: Mapping[str, str]
    answers: Mapping[str, str]
    points: Mapping[str, float]


class Gradebook:
    """An open gradebook.

    Parameters
    ----------
    config : Config
        nbgrader's, of the course: where the gradebook is, and which penalty late work gets.

    Raises
    ------
    ValueError
        If it cannot be opened.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        folders = CourseDirectory(config=config)
        with opening(config):
            self._book = api.Gradebook(folders.db_url, folders.course_id)
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        self._known: dict[str, _Released] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def points(self, assignment: str) -> dict[str, float]:
        """Return full marks of each graded cell; empty if the assignment is not there yet."""
        with using(self._config), Session(self._book.engine) as session:
            released = _released(session, assignment)
        return dict(released.points) if released else {}

    def by_hand(self, assignment: str) -> dict[str, set[str]]:
        """Return for each student the cells whose score was given by hand."""
        cells: dict[str, set[str]] = {}
        with using(self._config), Session(self._book.engine) as session:
            for student, cell in session.execute(_by_hand(assignment)):
                cells.setdefault(student, set()).add(cell)
        return cells

    def enter(
        self, notebook: NotebookNode, result: SubmissionResult, timestamp: datetime | None
    ) -> Entry:
        """Enter what was judged; scores, extra credit and comments given by hand stay.

        Parameters
        ----------
        notebook : NotebookNode
            The clean notebook with scores in its graded cells.
        result : SubmissionResult
            What the judge says of it.
        timestamp : datetime or None
            When it was handed in, in UTC.

        Raises
        ------
        ValueError
            If the assignment was not released into this gradebook.
        StorageError
            If the gradebook cannot be written; nothing of this is entered then.
        """
        try:
            return self._enter(notebook, result, timestamp)
        except IntegrityError:  # another machine has made the same rows just now: here they are
            return self._enter(notebook, result, timestamp)

    def _enter(
        self, notebook: NotebookNode, result: SubmissionResult, timestamp: datetime | None
    ) -> Entry:
        database = Session(self._book.engine, expire_on_commit=False)
        with using(self._config), database as session:
            released = self._released(session, result.assignment)
            submitted = _submitted(session, released, result.student)
            submitted.assignment.timestamp = timestamp
            _fill(submitted, released, notebook, {task.name: task for task in result.tasks})
            session.flush()
            self._penalise(session, submitted)
            entry = _entry(session, submitted, released)
            session.commit()
        return entry

    def _released(self, session: Session, assignment: str) -> _Released:
        if assignment not in self._known:
            released = _released(session, assignment)
            if released is None:
                msg = f"{assignment} is not in the gradebook: run `course release {assignment}`"
                raise ValueError(msg)
            self._known[assignment] = released
        return self._known[assignment]

    def _penalise(self, session: Session, submitted: api.SubmittedNotebook) -> None:
        """Let the penalty that the course has configured be what nbgrader would make it."""
        submitted.late_submission_penalty = None
        seconds = submitted.assignment.total_seconds_late
        if seconds > 0:
            session.refresh(submitted, ["score"])
            penalty = self._late.plugin_inst.late_submission_penalty(
                submitted.assignment.student_id, submitted.score, seconds
            )
            if penalty is not None:
                submitted.late_submission_penalty = min(max(penalty, 0), submitted.score)
                session.flush()


def auto_comment(cell: NotebookNode, tasks: Mapping[str, TaskResult]) -> str | None:
    """Return the comment of a cell with an answer: the judge's sentence, or that nothing came."""
    said = cell.metadata.nbgrader
    task = tasks.get(said.grade_id.partition("-solution")[0])
    if task is not None:
        return task.sentence
    untouched = said.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return NO_RESPONSE if untouched else None


def _released(session: Session, assignment: str) -> _Released | None:
    notebook = session.scalar(
        select(api.Notebook)
        .join(api.Assignment, api.Notebook.assignment_id == api.Assignment.id)
        .where(api.Assignment.name == assignment, api.Notebook.name == assignment)
    )
    if notebook is None:
        return None
    graded = [*notebook.grade_cells, *notebook.task_cells]
    return _Released(
        notebook.assignment_id,
        notebook.id,
        {cell.name: cell.id for cell in graded},
        {cell.name: cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)},
        {cell.name: cell.max_score for cell in graded},
    )


def _by_hand(assignment: str) -> Any:
    submitted, notebook = api.SubmittedAssignment, api.SubmittedNotebook
    return (
        select(submitted.student_id, api.BaseCell.name)
        .select_from(api.Grade)
        .join(api.BaseCell, api.Grade.cell_id == api.BaseCell.id)
        .join(notebook, api.Grade.notebook_id == notebook.id)
        .join(submitted, notebook.assignment_id == submitted.id)
        .join(api.Assignment, submitted.assignment_id == api.Assignment.id)
        .where(api.Assignment.name == assignment, api.Grade.manual_score.is_not(None))
    )


def _submitted(session: Session, released: _Released, student: str) -> api.SubmittedNotebook:
    """Return the row of a notebook with its grades and comments, made where they are missing."""
    assignment = session.scalar(
        select(api.SubmittedAssignment).filter_by(
            assignment_id=released.assignment, student_id=student
        )
    )
    if assignment is None:
        if session.get(api.Student, student) is None:
            session.add(api.Student(id=student))
        assignment = api.SubmittedAssignment(assignment_id=released.assignment, student_id=student)
        session.add(assignment)
    submitted = next(iter(assignment.notebooks), None)
    if submitted is None:
        submitted = api.SubmittedNotebook(notebook_id=released.notebook, assignment=assignment)
        session.add(submitted)
    for row, rows, cells in (
        (api.Grade, submitted.grades, released.graded),
        (api.Comment, submitted.comments, released.answers),
    ):
        there = {one.cell_id for one in rows}
        rows += [row(cell_id=cell) for cell in cells.values() if cell not in there]
    return submitted


def _fill(
    submitted: api.SubmittedNotebook,
    released: _Released,
    notebook: NotebookNode,
    tasks: Mapping[str, TaskResult],
) -> None:
    grades = {grade.cell_id: grade for grade in submitted.grades}
    comments = {comment.cell_id: comment for comment in submitted.comments}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_grade(cell):
            grade = grades[released.graded[name]]
            grade.auto_score = determine_grade(cell)[0]
            by_hand = grade.manual_score is not None
            asked = name in tasks and tasks[name].needs_manual_grade
            grade.needs_manual_grade = by_hand or grade.auto_score is None or asked
        if is_solution(cell) or is_task(cell):
            comments[released.answers[name]].auto_comment = auto_comment(cell, tasks)


def waits(grade: api.Grade) -> bool:
    """Whether nobody and nothing has marked it yet."""
    return grade.auto_score is None and grade.manual_score is None


def _entry(session: Session, submitted: api.SubmittedNotebook, released: _Released) -> Entry:
    """Ask the gradebook itself for scores and sums: how they come about is its business."""
    mine = {"notebook_id": submitted.id}
    grades = session.scalars(select(api.Grade).filter_by(**mine))
    marked = {grade.cell_id: {"score": grade.score, "waits": waits(grade)} for grade in grades}
    said = select(api.Comment.cell_id, api.Comment.comment).filter_by(**mine)
    comments: dict[str, str | None] = dict(session.execute(said).all())
    cells: dict[str, dict[str, Any]] = {
        name: {**marked[cell], "points": released.points[name]}
        for name, cell in released.graded.items()
    }
    for name, cell in released.answers.items():
        cells.setdefault(name, {})["comment"] = comments[cell]
    sums = select(api.SubmittedNotebook.score, api.SubmittedNotebook.max_score)
    score, points = session.execute(sums.filter_by(id=submitted.id)).one()
    penalty = submitted.late_submission_penalty or 0
    return Entry(score - penalty, points, penalty, cells)
