"""Read and write the judge's words, one file for each submission."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from .verdicts import SubmissionResult

if TYPE_CHECKING:
    from pathlib import Path

    from .course import Course

__all__ = ["StorageError", "read_result", "read_results", "write", "write_result"]


class StorageError(OSError):
    """Something cannot be kept; all that was kept before is as it was."""


def write(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all, whoever else writes it and whenever one is killed.

    Parameters
    ----------
    path : Path
        Which; its folder is made.
    content : str or bytes
        What it is to hold.
    mode : int
        Its permissions, less those that the process withholds from all that it makes (umask).

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(data)
        part.replace(path)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}"
        raise StorageError(msg) from error
    finally:
        with suppress(OSError):  # it has the name that it was written for
            part.unlink()


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
    try:
        return SubmissionResult.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        msg = f"{path} is damaged, or of another version: remove it, and grade {path.stem} again"
        raise ValueError(msg) from error
