"""Take one clean notebook to its verdicts: run it or reuse its answers, judge, write it down."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import nbformat
from nbformat.v4 import new_output

from .bundle import Bundle
from .intake import clean, read_notebook
from .job import run
from .judge import judge
from .missing import explained
from .report.table import task_html
from .rules import broken, readable
from .sandbox import Boxes, Limits
from .sandbox.command import Tools
from .stopped import perhaps
from .store import write
from .verdicts import SubmissionResult, Verdict
from .work import Work, is_graded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from .answers import Outcome
    from .course import Course
    from .spec import Assignment
    from .verdicts import TaskResult
    from .work import Question

__all__ = ["Examiner", "UngradableError", "check_notebook", "show_results"]


class UngradableError(RuntimeError):
    """The grader itself failed: there is no grade, and it is not the student's fault."""


@dataclass(frozen=True)
class Examiner:
    """Examines the notebooks of one course.

    Parameters
    ----------
    course : Course
        The course.
    limits : Limits
        What one submission may use.
    unsafe : bool
        Run student code without a box.
    """

    course: Course
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False

    def boxes(self) -> Boxes:
        """Return boxes for this course's notebooks."""
        return Boxes(Tools.of(self.course.box), self.limits, unsafe=self.unsafe)

    def work(self, notebook: NotebookNode, assignment: Assignment, student: str) -> Work:
        """Return what is to be run of a clean notebook, hidden cases included."""
        sources = json.dumps([cell.source for cell in notebook.cells if cell.cell_type == "code"])
        attempt = hashlib.sha256(sources.encode()).hexdigest()
        return Work.of(notebook, assignment, self.course.generator(assignment.id, student, attempt))

    def stored(self, work: Work) -> Bundle | None:
        """Return the answers to `work` that an earlier run has stored, if one has."""
        try:
            bundle = Bundle.from_bytes(self._stored(work).read_bytes())
        except OSError:  # it is not there, as a rule
            return None
        except (BadZipFile, zlib.error, ValueError, LookupError, TypeError, AttributeError):
            return None  # damaged on the disk: to be run again
        return bundle if work.is_answered_by(bundle) else None

    def store(self, work: Work, bundle: bytes) -> Bundle:
        """Keep the answers to `work`, and return them."""
        write(self._stored(work), bundle)
        return Bundle.from_bytes(bundle)

    def answers(self, work: Work) -> Bundle:
        """Run `work`, unless its answers are stored already.

        Raises
        ------
        BoxError
            If the box itself fails.
        """
        bundle = self.stored(work)
        if bundle is None:
            with self.boxes() as boxes:
                bundle = self.store(work, run(work.job, boxes).to_bytes())
        return bundle

    def judged(
        self, work: Work, bundle: Bundle, assignment: Assignment, student: str
    ) -> SubmissionResult:
        """Judge the answers to all questions.

        Raises
        ------
        UngradableError
            If the reference itself failed on a case.
        """
        shown = [*bundle.outputs, *([] for _ in work.cells)]
        ran = list(map(perhaps, work.cells, shown))
        tasks = tuple(
            _judged(question, explained(question, work, bundle), assignment, ran)
            for question in work.questions
        )
        for task in tasks:
            for row in task.rows:
                if row.verdict is Verdict.ERROR:
                    msg = f"{task.name}, {row.label}: {row.detail}"
                    raise UngradableError(msg)
        notes = tuple(bundle.notes)
        return SubmissionResult(
            assignment.id, student, tasks, notes, unsafe=bundle.unsafe, box=bundle.box
        )

    def _stored(self, work: Work) -> Path:
        lock = (self.course.root / "requirements" / "box.txt").read_text(encoding="utf-8")
        policy = json.dumps([self.limits.to_dict(), self.unsafe])
        return self.course.grading / "answers" / f"{work.job.key(lock, policy)}.zip"


def check_notebook(course: Course, path: Path, boxes: Boxes) -> SubmissionResult:
    """Judge a student's own notebook on the visible cases; nothing is stored.

    Parameters
    ----------
    course : Course
        The course.
    path : Path
        The notebook, called after its assignment.
    boxes : Boxes
        Where it runs.

    Raises
    ------
    ValueError
        If it is the notebook of no assignment.
    """
    assignment = course.assignment(path.stem)
    released = nbformat.read(course.release(path.stem), as_version=4)
    notebook, notes = clean(read_notebook(path), released)
    work = Work.of(notebook, assignment, rng=None)
    bundle = run(work.job, boxes)
    return Examiner(course).judged(work, bundle, assignment, "you").with_notes(*notes)


def show_results(notebook: NotebookNode, bundle: Bundle, result: SubmissionResult) -> None:
    """Write outputs into the cells, and score and table into the graded ones.

    A graded cell gets exactly one ``execute_result``: nbgrader reads the score from its plain
    text, people read its table.
    """
    outputs = iter(bundle.outputs)
    judged = {task.name: task for task in result.tasks}
    for cell in notebook.cells:
        if is_graded(cell):
            cell.outputs = [_score_output(judged[cell.metadata.nbgrader.grade_id])]
        elif cell.cell_type == "code":
            cell.outputs = [new_output(**output) for output in next(outputs)]


def _score_output(task: TaskResult) -> NotebookNode:
    data = {"text/plain": f"{task.score:g}", "text/html": task_html(task)}
    return new_output("execute_result", data, execution_count=None)


def _judged(
    question: Question, answers: Sequence[Outcome], assignment: Assignment, cells: Sequence[str]
) -> TaskResult:
    task = question.task
    source = readable(cells[: question.check.after])  # what comes later was not called
    answered = list(zip(question.trials, answers, strict=True))
    found = broken(task, source, question.check.objects)
    return judge(task, answered, assignment.mistakes, found)
