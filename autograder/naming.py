"""Tell which named mistake wrong answers match."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Failure, answer_of
from .compare import longest_sum, misfit, roughest, same_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .answers import Answer
    from .spec import Case, Mistake, Task

__all__ = ["name_mistake"]

MAX_CALLS = 2
DTYPE_TOO = "The dtype is wrong as well."


def name_mistake(
    task: Task,
    answers: Sequence[tuple[Case, Answer]],
    mistakes: Iterable[Mistake],
) -> Mistake | None:
    """Return the first mistake that gives the very same answers to every case.

    If there is none, the first that does so wherever there is a sample: what becomes of an empty
    batch depends on whether a mistake is made inside a loop, and not on which it is.  And if there
    is none either, the first whose values are the same: a dtype goes wrong beside anything else.

    Parameters
    ----------
    task : Task
        What was to be done.
    answers : sequence of (Case, Answer)
        The student's, at least one of them wrong.
    mistakes : iterable of Mistake
        The bank, most specific first.

    Returns
    -------
    Mistake or None
        None also if too little came back to tell one mistake from another, or if all that came
        back is right.
    """
    told = [(case, answer) for case, answer in answers if _tells(case, answer)]
    bank = [mistake for mistake in mistakes if task.name in mistake.tasks]
    found = _first(task, told, bank)
    with_samples = [one for one in told if _has_samples(one[0])]
    if found is None and len(with_samples) < len(told):
        found = _first(task, with_samples, bank)
    if found or not _has_wrong_dtype(task, with_samples):
        return found
    found = _first(replace(task, dtype="any"), with_samples, bank)
    return found and replace(found, hint=f"{found.hint} {DTYPE_TOO}")


def _first(
    task: Task, told: Sequence[tuple[Case, Answer]], bank: Sequence[Mistake]
) -> Mistake | None:
    if all(isinstance(answer, Failure) for _, answer in told):
        return None
    plainly = [(case.plainly(), answer) for case, answer in told]
    if _agrees(task.reference, plainly, task):
        return None
    return next((one for one in bank if _agrees(one.function, told, task)), None)


def _has_wrong_dtype(task: Task, told: Sequence[tuple[Case, Answer]]) -> bool:
    """Whether an answer, whatever its shape and values, has a dtype that it should not have."""
    pairs = ((answer, answer_of(task.reference, case.plainly())) for case, answer in told)
    return any(
        misfit(got.ravel()[:0], expected.ravel()[:0], task.dtype)
        for got, expected in pairs
        if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray)
    )


def _has_samples(case: Case) -> bool:
    return all(arg.size for arg in case.args if isinstance(arg, np.ndarray))


def _tells(case: Case, answer: Answer) -> bool:
    # A process that died says nothing about the formula in it; races and many calls are there to
    # take time; counted answers hold more than a mistake gives.
    if case.calls > MAX_CALLS or case.race or case.counted:
        return False
    return not isinstance(answer, Failure) or answer.kind in ("raised", "refused")


def _agrees(function: Callable[..., Any], told: Sequence[tuple[Case, Answer]], task: Task) -> bool:
    # Of float32 sums, two authors of one mistake may keep float64 from another step on.
    return all(
        same_answer(
            answer, answer_of(function, case), task.dtype, longest_sum(case), roughest(case)
        )
        for case, answer in told
    )
