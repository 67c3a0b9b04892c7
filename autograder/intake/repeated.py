"""Submissions of which a folder holds several by one student, where only one can count."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .class_folder import Submission

__all__ = ["repeated"]


def repeated(found: Sequence[Submission]) -> dict[Submission, str]:
    """Return the submissions of which only one could be recorded, each with what to do about it."""
    same: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for submission in found:
        same[submission.student, submission.assignment].append(submission)
    return {one: _said(several) for several in same.values() if len(several) > 1 for one in several}


def _said(several: Sequence[Submission]) -> str:
    places = listed(place for submission in several for place in _places(submission))
    student = several[0].student
    return f"{student} is here more than once, {places}: leave one of them, or rename the others"


def _places(submission: Submission) -> list[str]:
    """Return files, or a folder, as seen from the folder of the class."""
    if submission.files:
        return [path.name for path in submission.files]
    folder = submission.path.parent
    return [f"{folder.relative_to(submission.root) if submission.root else folder}/"]
