"""What goes into a box: cells and inputs as plain bytes, no answer and no reference in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .bundle import Bundle
from .plain import Plain
from .sandbox import Cell, Check, Session

if TYPE_CHECKING:
    from .sandbox import Boxes
    from .spec import Case

__all__ = ["Job", "Question", "run"]

FORMAT = 6


@dataclass(frozen=True)
class Question:
    """A graded cell, whether its objects are functions or values, and the inputs to try."""

    check: Check
    kind: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Job:
    """One clean notebook to run.

    Parameters
    ----------
    cells : tuple of str
        Sources of its code cells, without the graded ones.
    questions : tuple of Question
        One for each graded cell.
    """

    cells: tuple[str, ...]
    questions: tuple[Question, ...]

    def to_bytes(self) -> bytes:
        """Return the job as the bytes of a zip file; equal jobs give equal bytes."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        plain = Plain()
        questions = [_said(question, plain) for question in self.questions]
        return plain.to_bytes({"format": FORMAT, "cells": self.cells, "questions": questions})

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> from autograder.spec import Case
        >>> case = Case("two", ("not an array", 2), {"stride": 2})
        >>> job = Job(("f = abs",), (Question(Check("f", ("f",), 1), "function", (case,)),))
        >>> Job.from_bytes(job.to_bytes()) == job
        True
        """
        said, plain = Plain.from_bytes(data)
        return cls(tuple(said["cells"]), tuple(_question(q, plain) for q in said["questions"]))

    def key(self, *more: str) -> str:
        """Return a name for all that the answers depend on: the job, and `more`."""
        return hashlib.sha256(json.dumps(more).encode() + self.to_bytes()).hexdigest()


def run(job: Job, boxes: Boxes) -> Bundle:
    """Run a notebook in a fresh box and put every case to it.

    Raises
    ------
    BoxError
        If the box itself fails.
    """
    with boxes.box() as box:
        session = Session(box, [Cell(source) for source in job.cells])
        session.show()
        answers = {
            question.check.name: session.ask(question.check, question.kind, question.cases)
            for question in job.questions
        }
    return Bundle(session.outputs, answers, session.notes, boxes.kind)


def _said(question: Question, plain: Plain) -> dict[str, Any]:
    cases = [plain.put_case(case) for case in question.cases]
    return {"check": asdict(question.check), "kind": question.kind, "cases": cases}


def _question(said: dict[str, Any], plain: Plain) -> Question:
    name, objects, after = (said["check"][key] for key in ("name", "objects", "after"))
    cases = tuple(map(plain.case, said["cases"]))
    return Question(Check(name, tuple(objects), after), said["kind"], cases)
