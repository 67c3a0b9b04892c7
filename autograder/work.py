"""What is asked of one submission: cells, and for each graded one the cases and their points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from .author import read_check
from .intake import runnable
from .job import Job
from .job import Question as Asked
from .judge import trials
from .sandbox import Check

if TYPE_CHECKING:
    import numpy as np
    from nbformat import NotebookNode

    from .bundle import Bundle
    from .judge import Trial
    from .spec import Assignment, Task

__all__ = ["Question", "Work", "is_graded"]


@dataclass(frozen=True)
class Question:
    """A graded cell, its task, and the cases it is put through."""

    check: Check
    task: Task
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Work:
    """One clean notebook, ready to be run.

    Parameters
    ----------
    cells : tuple of str
        Sources of its code cells, without the graded ones.
    questions : tuple of Question
        One for each graded cell.
    """

    cells: tuple[str, ...]
    questions: tuple[Question, ...]

    @classmethod
    def of(
        cls, notebook: NotebookNode, assignment: Assignment, rng: np.random.Generator | None
    ) -> Work:
        """Read a clean notebook; `rng` draws the hidden cases, None leaves them out."""
        cells: list[str] = []
        questions: list[Question] = []
        for cell in notebook.cells:
            if is_graded(cell):
                name, objects = read_check(cell.source) or ("", ())
                task = assignment.task(name)
                check = Check(name, objects, after=len(cells))
                questions.append(Question(check, task, trials(task, rng)))
            elif cell.cell_type == "code":
                cells.append(cell.source)
        return cls(runnable(cells), tuple(questions))

    @cached_property
    def job(self) -> Job:
        """What a box is given of it: no task, no reference, no points, no words."""
        return Job(self.cells, tuple(map(_asked, self.questions)))

    def is_answered_by(self, bundle: Bundle) -> bool:
        """Whether there is an output for each cell and an answer for each case."""
        asked = {question.check.name: len(question.trials) for question in self.questions}
        answered = {name: len(answers) for name, answers in bundle.answers.items()}
        return asked == answered and len(bundle.outputs) == len(self.cells)


def _asked(question: Question) -> Asked:
    cases = (replace(trial.case, label="", weight=1.0, quality=None) for trial in question.trials)
    return Asked(question.check, question.task.kind, tuple(cases))


def is_graded(cell: NotebookNode) -> bool:
    """Whether the judge writes the score of this cell."""
    said = cell.metadata.get("nbgrader", {})
    return bool(said.get("grade") and not said.get("solution") and cell.cell_type == "code")
