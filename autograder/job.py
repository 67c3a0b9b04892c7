"""What goes into a box: cells and inputs as plain bytes, no answer and no reference in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import decode, encode
from .archive import pack, unpack
from .bundle import Bundle
from .sandbox import Cell, Check, Session
from .spec import Case, Race

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .sandbox import Boxes

__all__ = ["Job", "Question", "run"]

FORMAT = 3


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
        arrays: dict[str, bytes] = {}
        questions = [_said_question(question, arrays) for question in self.questions]
        said = json.dumps({"format": FORMAT, "cells": self.cells, "questions": questions})
        return pack({"said.json": said.encode(), **arrays})

    @classmethod
    def from_bytes(cls, data: bytes) -> Job:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> case = Case("two", ("not an array", 2), {"stride": 2})
        >>> job = Job(("f = abs",), (Question(Check("f", ("f",), 1), "function", (case,)),))
        >>> Job.from_bytes(job.to_bytes()) == job
        True
        """
        arrays = unpack(data)
        said = json.loads(arrays.pop("said.json"))
        return cls(tuple(said["cells"]), tuple(_question(q, arrays) for q in said["questions"]))

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


def _said_question(question: Question, arrays: dict[str, bytes]) -> dict[str, Any]:
    cases = [_said_case(case, arrays) for case in question.cases]
    return {"check": asdict(question.check), "kind": question.kind, "cases": cases}


def _question(said: dict[str, Any], arrays: Mapping[str, bytes]) -> Question:
    check = said["check"]
    cases = tuple(_case(case, arrays) for case in said["cases"])
    return Question(
        Check(check["name"], tuple(check["objects"]), check["after"]), said["kind"], cases
    )


def _said_case(case: Case, arrays: dict[str, bytes]) -> dict[str, Any]:
    args = []
    for arg in case.args:
        if isinstance(arg, np.ndarray):
            args.append({"array": str(len(arrays))})
            arrays[str(len(arrays))] = encode(arg)
        else:
            args.append({"plain": arg})
    race = asdict(case.race) if case.race else None
    return {**vars(case), "args": args, "kwargs": dict(case.kwargs), "race": race}


def _case(said: dict[str, Any], arrays: Mapping[str, bytes]) -> Case:
    args = tuple(decode(arrays[a["array"]]) if "array" in a else a["plain"] for a in said["args"])
    race = Race(**said["race"]) if said["race"] else None
    return Case(**{**said, "args": args, "race": race})
