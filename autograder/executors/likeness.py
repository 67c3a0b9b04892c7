"""What machines must have in common to give the same answers, as short marks to compare."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.course import Course
    from autograder.sandbox import Limits

__all__ = ["marks", "unlike"]

GRADER = Path(__file__).parents[1]
REMEDIES = {
    "grader": "its grader is another version: bring the course there to the state of yours",
    "environment": "student code would find other packages there: bring requirements/ there to"
    " the state of yours",
}


def marks(course: Course, limits: Limits) -> list[str]:
    """Return two marks: of the grader with its limits, and of what student code may import.

    Raises
    ------
    FileNotFoundError
        If the environment of the box was never set up.
    """
    code = (path.read_bytes() for path in sorted(GRADER.rglob("*.py")))
    lock = (course.root / "requirements" / "box.txt").read_bytes()
    found = sorted(
        str(path.relative_to(course.box)) for path in course.box.glob("lib/*/site-packages/*-info")
    )
    return [
        f"grader {_digest([json.dumps(limits.to_dict()).encode(), *code])}",
        f"environment {_digest([lock, *(name.encode() for name in found)])}",
    ]


def unlike(wanted: Iterable[str], offered: Iterable[str]) -> str:
    """Say what keeps a worker with the marks `offered` from working for us; empty if nothing.

    Examples
    --------
    >>> unlike(["grader 1", "environment 2"], ["grader 1", "environment 2", "box pool"])
    ''
    >>> unlike(["grader 1", "environment 2"], [])
    'it was not started by `course worker`'
    """
    kinds = {mark.partition(" ")[0] for mark in offered}
    for mark in set(wanted) - set(offered):
        kind = mark.partition(" ")[0]
        if kind not in kinds:
            return "it was not started by `course worker`"
        return f"{REMEDIES[kind]}, run `make setup`, and start the worker again"
    return ""


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]
