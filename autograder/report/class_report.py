"""Everything that the report on one assignment says of a class, gathered and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateutil.parser import parse

from autograder.author import source_notebook
from autograder.kept import read_kept
from autograder.store import read_results

from .items import case_counts
from .own_code import behind_task, own_cells
from .problems import problems
from .similarity import similarity
from .statistics import statistics, waves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from autograder.course import Course
    from autograder.verdicts import SubmissionResult

    from .items import CaseCount
    from .problems import Problem
    from .similarity import Similarity
    from .statistics import ClassStatistics, Wave

__all__ = ["REFERENCE", "ClassReport", "class_report"]

REFERENCE = "the reference solution"


@dataclass(frozen=True)
class ClassReport:
    """What is said of a class.

    Parameters
    ----------
    title : str
        The assignment's.
    results : tuple of SubmissionResult
        By student.
    statistics : ClassStatistics
        Marks.
    mistakes, problems : tuple of Problem
        Named mistakes, and what else was wrong.
    cases : tuple of CaseCount
        Those that somebody got wrong.
    alike : Similarity
        Submissions to compare by eye.
    waves : tuple of Wave
        Marks by time of handing in; empty if too few have one.
    to_look_at : tuple of str
        Students of whom a task needs a person's eye before its marks count.
    notes, boxes : mapping
        What was repaired or happened on the way, and which walls there were: whose work it was.
    codes : mapping
        The code that each student wrote, and the reference.
    stub : str
        The code that all were given to fill in.
    """

    title: str
    results: tuple[SubmissionResult, ...]
    statistics: ClassStatistics
    mistakes: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    cases: tuple[CaseCount, ...]
    alike: Similarity
    waves: tuple[Wave, ...]
    to_look_at: tuple[str, ...]
    notes: Mapping[str, list[str]]
    boxes: Mapping[str, int]
    codes: Mapping[str, str]
    stub: str


def class_report(course: Course, assignment: str) -> ClassReport:
    """Gather the report of an assignment from its stored results and clean submissions.

    Raises
    ------
    ValueError
        If nothing was graded yet.
    """
    results = read_results(course, assignment)
    if not results:
        msg = f"nothing of {assignment} was graded yet: run `course grade FOLDER` first"
        raise ValueError(msg)
    graded = [result for result in results if result.ungraded is None]
    paths = {result.student: course.submitted(assignment, result.student) for result in graded}
    notebooks = {student: read_kept(path) for student, path in paths.items() if path.exists()}
    mistakes, others = problems(results, lambda who, task: _code_behind(notebooks.get(who), task))
    given = own_cells(read_kept(course.release(assignment)))
    codes = {who: _code(notebook, given) for who, notebook in notebooks.items()}
    codes |= _reference(course, assignment)
    return ClassReport(
        title=course.assignment(assignment).title,
        results=tuple(results),
        statistics=statistics(results),
        mistakes=mistakes,
        problems=others,
        cases=case_counts(graded),
        alike=similarity(codes, _joined(given)),
        waves=waves(results, dict(_times(paths))),
        to_look_at=tuple(
            result.student
            for result in graded
            if any(task.needs_manual_grade for task in result.tasks)
        ),
        notes=_notes(results),
        boxes=dict(Counter(result.box for result in graded if result.box)),
        codes=codes,
        stub=_joined(given),
    )


def _code(notebook: NotebookNode, given: Sequence[str] = ()) -> str:
    return _joined(cell for cell in own_cells(notebook) if cell not in given)


def _joined(cells: Iterable[str]) -> str:
    return "\n\n".join(cells)


def _code_behind(notebook: NotebookNode | None, task: str) -> str:
    return behind_task(notebook, task) if notebook else ""


def _reference(course: Course, assignment: str) -> dict[str, str]:
    """Return the code of the reference solution, where this copy of the course has it."""
    source = course.source(assignment)
    if not source.exists():
        return {}
    text = source.read_text(encoding="utf-8")
    return {REFERENCE: _code(source_notebook(text, course.assignment(assignment)))}


def _times(paths: Mapping[str, Path]) -> Iterable[tuple[str, datetime]]:
    for student, path in paths.items():
        stamp = path.with_name("timestamp.txt")
        if stamp.exists():
            when = parse(stamp.read_text(encoding="utf-8"))
            yield student, when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def _notes(results: Sequence[SubmissionResult]) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for result in results:
        for note in result.notes:
            notes.setdefault(note, []).append(result.student)
    return notes
