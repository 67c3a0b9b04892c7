"""The trusted judge: answers in, verdicts out; no student code runs here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import TYPE_CHECKING

from .answers import Failure, answer_in
from .naming import name_mistake
from .rows import row
from .sentence import NOT_WRITTEN, sentence
from .traits import shared
from .verdicts import Row, TaskResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from .answers import Outcome
    from .spec import Case, Finding, Mistake, Rule, Task

__all__ = ["Trial", "judge", "trials"]


@dataclass(frozen=True)
class Trial:
    """A case as it is put to one submission.

    Parameters
    ----------
    case : Case
        The input.
    visible : bool
        Whether students may see what was expected.
    points : float
        What a right answer earns.
    """

    case: Case
    visible: bool
    points: float


def trials(task: Task, rng: np.random.Generator | None) -> tuple[Trial, ...]:
    """Return the cases of `task` with the points that each is worth.

    Parameters
    ----------
    task : Task
        What was to be done.
    rng : Generator or None
        Draws the hidden cases; None leaves them out, as in a student's own check.

    Raises
    ------
    ValueError
        If the task has no hidden case.
    """
    share = task.visible_share if task.visible else 0.0
    shown = _weighed(task, task.visible, share * task.points, visible=True)
    if rng is None:
        return shown
    hidden = task.hidden(rng)
    if not hidden:
        msg = f"task {task.name!r} has no hidden case: give it at least one"
        raise ValueError(msg)
    return shown + _weighed(task, hidden, (1 - share) * task.points, visible=False)


def judge(
    task: Task,
    answered: Sequence[tuple[Trial, Outcome]],
    mistakes: Sequence[Mistake] = (),
    broken: Sequence[tuple[Rule, Finding]] = (),
) -> TaskResult:
    """Judge the answers to one task.

    Parameters
    ----------
    task : Task
        What was to be done.
    answered : sequence of (Trial, array, Failure or Timed)
        Each case with what came out of the box.
    mistakes : sequence of Mistake
        The bank that wrong answers are matched against.
    broken : sequence of (Rule, Finding)
        Where the code breaks the task's rules.

    Returns
    -------
    TaskResult
        ``score`` is the points of the right answers, less the cost of the dearest broken rule,
        rounded to two decimals and never outside ``[0, task.points]``.  A rule without a cost
        takes nothing and asks for a person.
    """
    rows = [
        row(task, trial.case, outcome, trial.points, visible=trial.visible)
        for trial, outcome in answered
    ]
    if task.choice:
        answered, rows = _best(answered, rows)
    answers = [answer_in(outcome) for _, outcome in answered]
    cases = [trial.case for trial, _ in answered]
    wrong = [one.verdict is not Verdict.PASS for one in rows]
    mistake = None
    if any(wrong):
        mistake = name_mistake(task, list(zip(cases, answers, strict=True)), mistakes)
    earned = sum(one.points for one in rows if one.verdict is Verdict.PASS)
    if not earned:
        broken = ()
    rows += [_broken(rule, finding) for rule, finding in broken]
    cost = max((rule.cost or 0.0 for rule, _ in broken), default=0.0)
    score = round(earned * (1 - cost), 2)
    return TaskResult(
        name=task.name,
        title=task.title,
        points=task.points,
        score=min(max(score, 0.0), task.points),
        rows=tuple(rows),
        sentence=sentence(rows, answers, mistake, shared(cases, wrong)),
        mistake=mistake.name if mistake else None,
        needs_manual_grade=any(rule.cost is None for rule, _ in broken),
    )


def _weighed(
    task: Task, cases: Sequence[Case], points: float, *, visible: bool
) -> tuple[Trial, ...]:
    def total(case: Case) -> float:
        beside = (one for one in cases if not task.choice or one.target == case.target)
        return sum(one.weight for one in beside)

    return tuple(Trial(case, visible, points * case.weight / total(case)) for case in cases)


def _best(
    answered: Sequence[tuple[Trial, Outcome]], rows: Sequence[Row]
) -> tuple[list[tuple[Trial, Outcome]], list[Row]]:
    """Return what one object was asked: that with the most points, then answers, then attempts."""

    def worth(target: int) -> tuple[float, int, int]:
        own = [
            (one.points if one.verdict is Verdict.PASS else 0.0, answer_in(outcome))
            for (trial, outcome), one in zip(answered, rows, strict=True)
            if trial.case.target == target
        ]
        failures = [answer for _, answer in own if isinstance(answer, Failure)]
        unwritten = [
            one for one in failures if one.kind == "missing" or one.text.startswith(NOT_WRITTEN)
        ]
        return sum(points for points, _ in own), -len(failures), -len(unwritten)

    best = max(sorted({trial.case.target for trial, _ in answered}), key=worth, default=0)
    chosen = [trial.case.target == best for trial, _ in answered]
    return list(compress(answered, chosen)), list(compress(rows, chosen))


def _broken(rule: Rule, finding: Finding) -> Row:
    verdict = Verdict.LOOK if rule.cost is None else Verdict.FAIL
    detail = f"`{finding.code}`: {finding.why}"
    return Row(f"rule: {rule.name}", verdict, detail, 0.0, visible=True)
