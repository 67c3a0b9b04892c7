"""One ``results.json`` for each submission, as an autograder on Gradescope writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.store import write

from .plugin import GradesExport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .grades import Grade, TaskGrade

__all__ = ["Gradescope"]


class Gradescope(GradesExport):
    """Writes ``<to>/<assignment>/<student>/results.json``.

    The fields are those of the page "Autograder Specifications" in Gradescope's documentation of
    autograders.  All of it is shown when grades are published, not before.
    """

    default_to = "gradescope"

    def write(self, grades: Sequence[Grade]) -> Path:
        """Write a file for each submission with a grade, and return the folder."""
        folder = Path(self.to or self.default_to)
        for grade in grades:
            if grade.score is not None:
                text = json.dumps(_results(grade), indent=1) + "\n"
                write(folder / grade.assignment / grade.person.id / "results.json", text)
        return folder


def _results(grade: Grade) -> dict[str, Any]:
    return {
        "score": grade.score,
        "output": "\n".join([*(f"{note}." for note in grade.notes), grade.late]).strip(),
        "output_format": "text",
        "visibility": "after_published",
        "stdout_visibility": "hidden",
        "tests": [_test(number, task) for number, task in enumerate(grade.tasks, 1)],
        "extra_data": {
            "late_submission_penalty": grade.penalty,
            "needs_manual_grade": grade.needs_manual_grade,
        },
    }


def _test(number: int, task: TaskGrade) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": task.title,
        "name_format": "text",
        "score": task.score,
        "max_score": task.points,
        "status": "passed" if task.score >= task.points else "failed",
        "output": "\n\n".join(filter(None, [task.comment, task.table])),
        "output_format": "text",
    }
