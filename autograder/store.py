"""Read and write the judge's words, one file for each submission."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .verdicts import SubmissionResult

if TYPE_CHECKING:
    from pathlib import Path

    from .course import Course

__all__ = ["read_result", "read_results", "write_result"]


def write_result(course: Course, result: SubmissionResult) -> None:
    """Write a result where `read_results` finds it."""
    path = course.result(result.assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result.to_dict(), indent=1) + "\n", encoding="utf-8")


def read_result(course: Course, assignment: str, student: str) -> SubmissionResult:
    """Return the result of one submission."""
    return _read(course.result(assignment, student))


def read_results(course: Course, assignment: str) -> list[SubmissionResult]:
    """Return all results of an assignment, by student."""
    folder = course.result(assignment, "_").parent
    return [_read(path) for path in sorted(folder.glob("*.json"))]


def _read(path: Path) -> SubmissionResult:
    return SubmissionResult.from_dict(json.loads(path.read_text(encoding="utf-8")))
