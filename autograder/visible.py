"""The visible part of an assignment as one file: for a check where the course's folder is not.

It holds what a student may know: the visible cases, the right answers to them, and what each named
mistake answers.  Neither references nor mistakes are in it as code, and nothing of the hidden
cases; so it may lie beside a notebook, or on a web site.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .answers import Failure, answer_of
from .plain import Plain
from .quality import MEASURES
from .rules import made
from .spec import Assignment, Case, Mistake, Task
from .terms import Terms, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .answers import Answer

__all__ = ["SUFFIX", "pack", "unpack"]

SUFFIX = ".visible"


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
        a rule has no recipe, or a measure is not one of `autograder.quality`.
    """
    plain = Plain()
    tasks = [_said_task(task, plain) for task in assignment.tasks]
    mistakes = [
        _said_mistake(mistake, assignment.task(name), plain)
        for mistake in assignment.mistakes
        for name in mistake.tasks
    ]
    said = {"id": assignment.id, "title": assignment.title, "tasks": tasks, "mistakes": mistakes}
    return plain.to_bytes(said, compressed=True)


def unpack(file: bytes) -> Assignment:
    """Return the assignment that `pack` has written, with visible cases alone.

    Its references and mistakes know the answers to these, and to nothing else.
    """
    said, plain = Plain.from_bytes(file)
    tasks = tuple(_task(task, plain) for task in said["tasks"])
    cases = {task.name: task.visible for task in tasks}
    mistakes = tuple(_mistake(one, cases[one["task"]], plain) for one in said["mistakes"])
    return Assignment(said["id"], said["title"], tasks, mistakes)


@dataclass(frozen=True)
class _Recorded:
    """A function that knows its answers to some inputs."""

    answers: dict[str, Answer]
    made: dict[str, Terms]
    on_host: ClassVar = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        answer = self.answers[_key(args, kwargs)]
        if isinstance(answer, Failure):
            if answer.kind != "raised":
                return None
            name, _, text = answer.text.partition(": ")
            raise type(name, (Exception,), {})(text)
        return answer

    def terms(self, case: Case) -> Terms | None:
        """Return what the answer to a case is made of, as `autograder.terms` finds it."""
        return self.made.get(_key(case.args, dict(case.kwargs)))


def _recorded(
    cases: Iterable[Case], answers: Iterable[Answer], made: Iterable[Terms | None] = ()
) -> _Recorded:
    keys = [_key(case.args, dict(case.kwargs)) for case in cases]
    known = {key: one for key, one in zip(keys, made, strict=False) if one}
    return _Recorded(dict(zip(keys, answers, strict=True)), known)


def _key(args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    plain = Plain()
    return json.dumps(
        [*map(plain.put, args), {name: plain.put(kwargs[name]) for name in sorted(kwargs)}]
    )


def _said_task(task: Task, plain: Plain) -> dict[str, Any]:
    answers = [answer_of(task.reference, case.plainly()) for case in task.visible]
    _check(task, answers)
    same = ("name", "title", "points", "kind", "dtype", "visible_share", "choice")
    return {
        **{name: getattr(task, name) for name in same},
        "rules": [{"recipe": rule.recipe, "cost": rule.cost} for rule in task.rules],
        "cases": [plain.put_case(case) for case in task.visible],
        "answers": [plain.put_outcome(answer) for answer in answers],
        "terms": [_said_terms(_made_of(task, case), plain) for case in task.visible],
    }


def _task(said: dict[str, Any], plain: Plain) -> Task:
    cases = tuple(plain.case(case) for case in said.pop("cases"))
    answers = [plain.outcome(answer) for answer in said.pop("answers")]
    rules = [made(*rule["recipe"], cost=rule["cost"]) for rule in said.pop("rules")]
    known = [_terms(one, plain) for one in said.pop("terms")]
    reference = _recorded(cases, answers, known)
    return Task(**said, reference=reference, visible=cases, hidden=lambda _: (), rules=rules)


def _made_of(task: Task, case: Case) -> Terms | None:
    return None if case.quality else terms(task.reference, case)


def _said_terms(made: Terms | None, plain: Plain) -> dict[str, Any] | None:
    return {name: plain.put(part) for name, part in vars(made).items()} if made else None


def _terms(said: dict[str, Any] | None, plain: Plain) -> Terms | None:
    return Terms(**{name: plain.get(part) for name, part in said.items()}) if said else None


def _said_mistake(mistake: Mistake, task: Task, plain: Plain) -> dict[str, Any]:
    answers = [plain.put_outcome(answer_of(mistake.function, case)) for case in task.visible]
    return {"name": mistake.name, "hint": mistake.hint, "task": task.name, "answers": answers}


def _mistake(said: dict[str, Any], cases: Sequence[Case], plain: Plain) -> Mistake:
    recorded = _recorded(cases, [plain.outcome(answer) for answer in said["answers"]])
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
    for case in task.visible:
        if case.quality and case.quality.measure not in MEASURES.values():
            msg = f"{task.name}, {case.label}: the measure is none of {sorted(MEASURES)}"
            raise ValueError(msg)
    for rule in task.rules:
        if not rule.recipe:
            msg = f"{task.name}: the rule {rule.name!r} has no recipe, so it stays in this process"
            raise ValueError(msg)
