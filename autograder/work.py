"""What goes into a box and what comes out: plain bytes that can be stored and replayed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Failure, decode, encode
from .author import read_check
from .judge import trials
from .sandbox import Box, Cell, Check, Limits, Session

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .answers import Answer
    from .judge import Trial
    from .sandbox.command import Tools
    from .spec import Assignment, Task

__all__ = ["Bundle", "Question", "Work", "run"]

FORMAT = 1


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
        return cls(tuple(cells), tuple(questions))

    def key(self, *more: str) -> str:
        """Return a name for all that the answers depend on: cells, inputs, and `more`."""
        digest = hashlib.sha256(json.dumps([FORMAT, self.cells, *more]).encode())
        for question in self.questions:
            digest.update(json.dumps([asdict(question.check), question.task.kind]).encode())
            for trial in question.trials:
                digest.update(_case_bytes(trial))
        return digest.hexdigest()


@dataclass(frozen=True)
class Bundle:
    """All that came out of a box.

    Parameters
    ----------
    outputs : list
        nbformat outputs of each cell, cleaned.
    answers : dict
        For each task, one answer for each case.
    notes : list of str
        What happened on the way.
    unsafe : bool
        Whether there was no box.
    """

    outputs: list[list[dict[str, Any]]]
    answers: dict[str, list[Answer]]
    notes: list[str]
    unsafe: bool = False

    def to_bytes(self) -> bytes:
        """Return the bundle as the bytes of a zip file."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            said = {"outputs": self.outputs, "notes": self.notes, "unsafe": self.unsafe}
            failures: dict[str, Any] = {}
            for task, answers in self.answers.items():
                for index, answer in enumerate(answers):
                    name = f"{task}/{index}"
                    if isinstance(answer, Failure):
                        failures[name] = asdict(answer)
                    else:
                        file.writestr(name, encode(answer))
            counts = {task: len(answers) for task, answers in self.answers.items()}
            file.writestr("said.json", json.dumps({**said, "failed": failures, "counts": counts}))
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Bundle:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> bundle = Bundle([], {"sizes": [Failure("died", "killed")]}, ["note"])
        >>> Bundle.from_bytes(bundle.to_bytes()) == bundle
        True
        """
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            said = json.loads(file.read("said.json"))
            failed = {name: Failure(**failure) for name, failure in said["failed"].items()}
            answers = {
                task: [
                    failed.get(f"{task}/{i}") or decode(file.read(f"{task}/{i}"))
                    for i in range(count)
                ]
                for task, count in said["counts"].items()
            }
        return cls(said["outputs"], answers, said["notes"], said["unsafe"])


def is_graded(cell: NotebookNode) -> bool:
    """Whether the judge writes the score of this cell."""
    said = cell.metadata.get("nbgrader", {})
    return bool(said.get("grade") and not said.get("solution") and cell.cell_type == "code")


def run(work: Work, tools: Tools, limits: Limits, *, unsafe: bool = False) -> Bundle:
    """Run a notebook in a box of its own and put every case to it.

    Raises
    ------
    BoxError
        If the box itself fails.
    """
    with Box(tools, limits, unsafe=unsafe) as box:
        session = Session(box, [Cell(source) for source in work.cells])
        session.show()
        answers = {
            question.task.name: session.ask(
                question.check, question.task, [trial.case for trial in question.trials]
            )
            for question in work.questions
        }
    return Bundle(session.outputs, answers, session.notes, unsafe)


def _case_bytes(trial: Trial) -> bytes:
    case = trial.case
    arrays = [encode(arg) for arg in case.args if isinstance(arg, np.ndarray)]
    plain = [None if isinstance(arg, np.ndarray) else [arg] for arg in case.args]
    said = [plain, dict(case.kwargs), case.target, case.calls, case.seconds]
    return json.dumps(said).encode() + b"".join(arrays)
