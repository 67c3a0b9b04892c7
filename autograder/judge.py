"""The trusted judge: answers in, verdicts out; no student code runs here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .answers import Failure, answer_in, answer_of
from .compare import difference
from .naming import name_mistake
from .sentence import sentence
from .verdicts import Row, TaskResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from .answers import Answer, Outcome
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
    shown = _weighed(task.visible, share * task.points, visible=True)
    if rng is None:
        return shown
    hidden = task.hidden(rng)
    if not hidden:
        msg = f"task {task.name!r} has no hidden case: give it at least one"
        raise ValueError(msg)
    return shown + _weighed(hidden, (1 - share) * task.points, visible=False)


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
    answered : sequence of (Trial, array or Failure)
        Each case with what came out of the box.
    mistakes : sequence of Mistake
        The bank that wrong answers are matched against.
    broken : sequence of (Rule, Finding)
        Where the code breaks the task's rules.

    Returns
    -------
    TaskResult
        ``score`` is the points of the right answers, less the cost of broken rules, rounded to
        two decimals and never outside ``[0, task.points]``.
    """
    answers = [answer_in(outcome) for _, outcome in answered]
    tried = [(trial, answer) for (trial, _), answer in zip(answered, answers, strict=True)]
    rows = [_row(task, trial, answer) for trial, answer in tried]
    right = all(row.verdict is Verdict.PASS for row in rows)
    mistake = None
    if not right:
        cases = [(trial.case, answer) for trial, answer in tried]
        mistake = name_mistake(task, cases, mistakes)
    earned = sum(row.points for row in rows if row.verdict is Verdict.PASS)
    if earned:
        rows += [_broken(rule, finding) for rule, finding in broken]
    cost = max((rule.cost or 0.0 for rule, _ in broken), default=0.0)
    score = round(earned * (1 - cost), 2)
    return TaskResult(
        name=task.name,
        title=task.title,
        points=task.points,
        score=min(max(score, 0.0), task.points),
        rows=tuple(rows),
        sentence=sentence(rows, answers, mistake),
        mistake=mistake.name if mistake else None,
    )


def _weighed(cases: Sequence[Case], points: float, *, visible: bool) -> tuple[Trial, ...]:
    total = sum(case.weight for case in cases)
    return tuple(Trial(case, visible, points * case.weight / total) for case in cases)


def _row(task: Task, trial: Trial, answer: Answer) -> Row:
    expected = answer_of(task.reference, replace(trial.case, calls=1))  # it keeps its inputs
    if isinstance(expected, Failure):
        verdict, detail = Verdict.ERROR, f"the reference itself fails: {expected.text}"
    elif isinstance(answer, Failure):
        verdict, detail = Verdict.FAIL, answer.text
    else:
        if task.kind == "value" and answer.size == expected.size == 1:
            answer = answer.reshape(expected.shape)
        found = difference(answer, expected, task.dtype)
        verdict = Verdict.FAIL if found else Verdict.PASS
        detail = "" if found is None else found.told
        if found is not None and found.value and trial.visible:
            detail += f": {found.value}"
    return Row(trial.case.label, verdict, detail, trial.points, trial.visible)


def _broken(rule: Rule, finding: Finding) -> Row:
    detail = f"`{finding.code}`: {finding.why}"
    return Row(f"rule: {rule.name}", Verdict.FAIL, detail, 0.0, visible=True)
