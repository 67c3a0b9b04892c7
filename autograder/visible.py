"""The visible part of an assignment as one file: for a check where the course's folder is not.

It holds what a student may know: the visible cases, the right answers to them, and what each named
mistake answers.  Neither references nor mistakes are in it as code, and nothing of the hidden
cases; so it may lie beside a notebook, or on a web site.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Failure, answer_of, decode, encode
from .rules import made
from .spec import Assignment, Case, Mistake, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .answers import Answer

__all__ = ["SUFFIX", "pack", "unpack"]

SUFFIX = ".visible"
SAID = "assignment.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same assignment gives the same bytes


def pack(assignment: Assignment) -> bytes:
    """Return the visible part of an assignment as a file.

    Parameters
    ----------
    assignment : Assignment
        Its references and mistakes are called on the visible cases.

    Raises
    ------
    ValueError
        If a reference fails on a visible case, two visible cases of a task have the same input,
        or a rule has no recipe.
    """
    arrays = _Arrays()
    tasks = [_said_task(task, arrays) for task in assignment.tasks]
    mistakes = [
        _said_mistake(mistake, assignment.task(name), arrays)
        for mistake in assignment.mistakes
        for name in mistake.tasks
    ]
    said = {"id": assignment.id, "title": assignment.title, "tasks": tasks, "mistakes": mistakes}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {SAID: json.dumps(said).encode(), **arrays.records}.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def unpack(file: bytes) -> Assignment:
    """Return the assignment that `pack` has written, with visible cases alone.

    Its references and mistakes know the answers to these, and to nothing else.
    """
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        said = json.loads(archive.read(SAID))
        records = {name: archive.read(name) for name in archive.namelist() if name != SAID}
    arrays = _Arrays(records)
    tasks = tuple(_task(task, arrays) for task in said["tasks"])
    cases = {task.name: task.visible for task in tasks}
    mistakes = tuple(_mistake(one, cases[one["task"]], arrays) for one in said["mistakes"])
    return Assignment(said["id"], said["title"], tasks, mistakes)


class _Arrays:
    """Arrays under names, each content once."""

    def __init__(self, records: dict[str, bytes] | None = None) -> None:
        self.records = records or {}

    def put(self, value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return {"plain": value}
        record = encode(value)
        name = f"{sha256(record).hexdigest()[:16]}.npy"
        self.records[name] = record
        return {"array": name}

    def get(self, said: dict[str, Any]) -> Any:
        return decode(self.records[said["array"]]) if "array" in said else said["plain"]


@dataclass(frozen=True)
class _Recorded:
    """A function that knows its answers to some inputs."""

    answers: dict[str, Answer]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer = self.answers[_key(args, kwargs)]
        if isinstance(answer, Failure):
            if answer.kind != "raised":
                return None
            name, _, text = answer.text.partition(": ")
            raise type(name, (Exception,), {})(text)
        return answer


def _recorded(cases: Iterable[Case], answers: Iterable[Answer]) -> _Recorded:
    keys = (_key(case.args, dict(case.kwargs)) for case in cases)
    return _Recorded(dict(zip(keys, answers, strict=True)))


def _key(args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    arrays = _Arrays()
    said = [*map(arrays.put, args), {name: arrays.put(kwargs[name]) for name in sorted(kwargs)}]
    return json.dumps(said)


def _said_task(task: Task, arrays: _Arrays) -> dict[str, Any]:
    answers = [answer_of(task.reference, replace(case, calls=1)) for case in task.visible]
    _check(task, answers)
    plain = ("name", "title", "points", "kind", "dtype", "visible_share")
    return {
        **{name: getattr(task, name) for name in plain},
        "rules": [{"recipe": rule.recipe, "cost": rule.cost} for rule in task.rules],
        "cases": [_said_case(case, arrays) for case in task.visible],
        "answers": [_said_answer(answer, arrays) for answer in answers],
    }


def _task(said: dict[str, Any], arrays: _Arrays) -> Task:
    cases = tuple(_case(case, arrays) for case in said.pop("cases"))
    answers = [_answer(answer, arrays) for answer in said.pop("answers")]
    rules = [made(*rule["recipe"], cost=rule["cost"]) for rule in said.pop("rules")]
    reference = _recorded(cases, answers)
    return Task(**said, reference=reference, visible=cases, hidden=lambda _: (), rules=rules)


def _said_case(case: Case, arrays: _Arrays) -> dict[str, Any]:
    args = [arrays.put(value) for value in case.args]
    kwargs = {name: arrays.put(value) for name, value in case.kwargs.items()}
    return {**vars(case), "args": args, "kwargs": kwargs}


def _case(said: dict[str, Any], arrays: _Arrays) -> Case:
    args = tuple(arrays.get(value) for value in said.pop("args"))
    kwargs = {name: arrays.get(value) for name, value in said.pop("kwargs").items()}
    return Case(**said, args=args, kwargs=kwargs)


def _said_mistake(mistake: Mistake, task: Task, arrays: _Arrays) -> dict[str, Any]:
    answers = [_said_answer(answer_of(mistake.function, case), arrays) for case in task.visible]
    return {"name": mistake.name, "hint": mistake.hint, "task": task.name, "answers": answers}


def _mistake(said: dict[str, Any], cases: Sequence[Case], arrays: _Arrays) -> Mistake:
    recorded = _recorded(cases, [_answer(answer, arrays) for answer in said["answers"]])
    return Mistake(said["name"], said["hint"], (said["task"],), recorded)


def _check(task: Task, answers: Sequence[Answer]) -> None:
    """Refuse what cannot be written down."""
    for case, answer in zip(task.visible, answers, strict=True):
        if isinstance(answer, Failure):
            msg = f"{task.name}, {case.label}: the reference itself fails: {answer.text}"
            raise ValueError(msg)
    if len({_key(case.args, dict(case.kwargs)) for case in task.visible}) < len(task.visible):
        msg = f"{task.name}: two visible cases have the same input: change one"
        raise ValueError(msg)
    for rule in task.rules:
        if not rule.recipe:
            msg = f"{task.name}: the rule {rule.name!r} has no recipe, so it stays in this process"
            raise ValueError(msg)


def _said_answer(answer: Answer, arrays: _Arrays) -> dict[str, Any]:
    if isinstance(answer, Failure):
        return {"failure": [answer.kind, answer.text]}
    return dict(arrays.put(answer))


def _answer(said: dict[str, Any], arrays: _Arrays) -> Answer:
    if "failure" in said:
        return Failure(*said["failure"])
    found: Answer = arrays.get(said)
    return found
