"""Read and write the judge's words, one file for each submission."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from .verdicts import SubmissionResult

if TYPE_CHECKING:
    from .course import Course

__all__ = ["read_result", "read_results", "write", "write_result"]


def write(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all, whoever else writes it and whenever one is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(data)
            part.flush()
            Path(part.name).chmod(mode)
            Path(part.name).replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(part.name).unlink()
            raise


def write_result(course: Course, result: SubmissionResult) -> None:
    """Write a result where `read_results` finds it."""
    text = json.dumps(result.to_dict(), indent=1) + "\n"
    write(course.result(result.assignment, result.student), text)


def read_result(course: Course, assignment: str, student: str) -> SubmissionResult:
    """Return the result of one submission."""
    return _read(course.result(assignment, student))


def read_results(course: Course, assignment: str) -> list[SubmissionResult]:
    """Return all results of an assignment, by student."""
    folder = course.result(assignment, "_").parent
    return [_read(path) for path in sorted(folder.glob("[!.]*.json"))]


def _read(path: Path) -> SubmissionResult:
    return SubmissionResult.from_dict(json.loads(path.read_text(encoding="utf-8")))
