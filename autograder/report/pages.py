"""Write the pages that instructors and students open."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from autograder.store import write

from .class_report import class_report
from .similarity import side_by_side
from .spreadsheet import to_csv
from .table import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from autograder.course import Course
    from autograder.verdicts import SubmissionResult

    from .class_report import ClassReport
    from .similarity import Pair

__all__ = ["write_class_report", "write_ungraded"]

SHOWN = 20  # pairs whose code is in the page, which must open at once


def write_class_report(course: Course, assignment: str) -> Path:
    """Write ``grading/report/<assignment>.html`` with its ``.csv`` and ``.json``; return the page.

    Raises
    ------
    ValueError
        If nothing was graded yet.
    """
    report = class_report(course, assignment)
    page = course.grading / "report" / f"{assignment}.html"
    write(page, _html(report))
    write(page.with_suffix(".json"), json.dumps(_said(report), indent=1) + "\n")
    write(page.with_suffix(".csv"), _csv(report.results))
    return page


def write_ungraded(course: Course, result: SubmissionResult) -> Path:
    """Write the feedback page of a submission that could not be graded."""
    page = course.feedback(result.assignment, result.student)
    write(page, rendered("ungraded.html.j2", result=result))
    return page


def _html(report: ClassReport) -> str:
    closest = [pair for group in report.alike.groups for pair in group.closest]
    shown = {pair: _sides(report, pair) for pair in closest[:SHOWN]}
    script, digest = _script()
    said = {"report": report, "shown": shown, "script": script, "digest": digest}
    return rendered("report.html.j2", **said)


@cache
def _script() -> tuple[Markup, str]:
    """Return the page's own script and its digest: the page lets no other script run."""
    text = files(__package__).joinpath("templates", "report.js").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), base64.b64encode(digest).decode()


def _sides(report: ClassReport, pair: Pair) -> list[list[tuple[bool, str]]]:
    """Return both codes in runs of lines, each with whether the other has it too."""
    return [
        [
            (both, "\n".join(line for line, _ in lines))
            for both, lines in groupby(side, key=lambda line: line[1])
        ]
        for side in side_by_side(report.codes, report.stub, pair)
    ]


def _said(report: ClassReport) -> dict[str, Any]:
    """Return the report as a program reads it, without the students' code."""
    said = asdict(report)
    del said["codes"], said["stub"]
    cases = [
        {**asdict(case), "share_right": case.share_right, "reading": case.reading}
        for case in report.cases
    ]
    results = [{**result.to_dict(), "score": result.score} for result in report.results]
    return {**said, "cases": cases, "results": results}


def _csv(results: Sequence[SubmissionResult]) -> str:
    names = list(dict.fromkeys(task.name for result in results for task in result.tasks))
    rows = []
    for result in results:
        scores = {task.name: task.score for task in result.tasks}
        mistakes = "; ".join(task.mistake for task in result.tasks if task.mistake)
        row = [result.student, result.score, result.points, *map(scores.get, names)]
        rows.append([*row, mistakes, result.ungraded])
    return to_csv(["student", "score", "points", *names, "mistakes", "ungraded"], rows)
