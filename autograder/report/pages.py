"""Write the pages that instructors and students open."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from autograder.store import read_results, write

from .statistics import statistics
from .table import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autograder.course import Course
    from autograder.verdicts import SubmissionResult

__all__ = ["write_class_report", "write_ungraded"]


def write_class_report(course: Course, assignment: str) -> Path:
    """Write ``grading/report/<assignment>.html`` with its ``.csv`` and ``.json``; return the page.

    Raises
    ------
    ValueError
        If nothing was graded yet.
    """
    results = read_results(course, assignment)
    if not results:
        msg = f"nothing of {assignment} was graded yet: run `course grade FOLDER` first"
        raise ValueError(msg)
    page = course.grading / "report" / f"{assignment}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    counted = statistics(results)
    title = course.assignment(assignment).title
    html = environment().get_template("report.html.j2")
    filled = html.render(title=title, results=results, counted=counted, tasks=_task_names(results))
    page.write_text(filled, encoding="utf-8")
    said = {"results": [result.to_dict() for result in results], "statistics": asdict(counted)}
    page.with_suffix(".json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    page.with_suffix(".csv").write_text(_csv(results), encoding="utf-8")
    return page


def write_ungraded(course: Course, result: SubmissionResult) -> Path:
    """Write the feedback page of a submission that could not be graded."""
    page = course.feedback(result.assignment, result.student)
    write(page, environment().get_template("ungraded.html.j2").render(result=result))
    return page


def _csv(results: Sequence[SubmissionResult]) -> str:
    names = _task_names(results)
    stream = io.StringIO()
    table = csv.writer(stream)
    table.writerow(["student", "score", "points", *names, "mistakes", "ungraded"])
    for result in results:
        scores = {task.name: task.score for task in result.tasks}
        mistakes = "; ".join(task.mistake for task in result.tasks if task.mistake)
        row = [result.student, result.score, result.points, *(scores.get(n, "") for n in names)]
        table.writerow([_plain(cell) for cell in (*row, mistakes, result.ungraded or "")])
    return stream.getvalue()


def _task_names(results: Sequence[SubmissionResult]) -> list[str]:
    return list(dict.fromkeys(task.name for result in results for task in result.tasks))


def _plain(cell: object) -> object:
    """Keep a spreadsheet from reading a student's name as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell
