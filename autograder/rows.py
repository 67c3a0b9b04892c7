"""One case's line in the table: right or wrong, and what was found.

Visible cases show numbers.  Hidden ones show shapes, places, patterns and which inputs an output
reads: that tells how the code differs from the definition, and is worth nothing to somebody who
meets other inputs.  They never show a value that went in or should have come out, so that no
table of answers can be built from feedback pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import NOTHING, Failure, answer_in, answer_of, as_answer
from .compare import difference, longest_sum, misfit
from .glossary import meaning
from .patterns import PATTERN, alike
from .quality import finish as measured
from .race import finish
from .reading import reading
from .terms import terms
from .verdicts import Row, Verdict

if TYPE_CHECKING:
    from .answers import Answer, Outcome
    from .compare import Difference
    from .spec import Case, Task

__all__ = ["row"]

Array = np.ndarray[Any, Any]


@np.errstate(all="ignore")  # answers hold whatever numbers there are
def row(task: Task, case: Case, outcome: Outcome, points: float, *, visible: bool) -> Row:
    """Judge what one case was answered.

    Parameters
    ----------
    task : Task
        What was to be done.
    case : Case
        The input.
    outcome : array, Failure or Timed
        What came out of the box.
    points : float
        What a right answer earns.
    visible : bool
        Whether students may see what was expected.
    """
    expected = _expected(task, case)
    answer = answer_in(outcome)
    if isinstance(expected, Failure):
        verdict, detail = Verdict.ERROR, f"the reference itself fails: {expected.text}"
    elif isinstance(answer, Failure):
        verdict, detail = Verdict.FAIL, _failure(task, answer)
    else:
        verdict, detail = _judged(task, case, answer, expected, visible=visible)
        if case.race and verdict is Verdict.PASS:
            verdict, detail = finish(case.race, outcome)
    return Row(case.label, verdict, detail, points, visible)


def _expected(task: Task, case: Case) -> Answer:
    if case.quality and case.quality.truth is not None:
        return as_answer(case.quality.truth)
    return answer_of(task.reference, case.plainly())


def _failure(task: Task, failure: Failure) -> str:
    if failure.text == NOTHING and task.kind == "function":
        return "your function gives None: is its `return` missing?"
    means = meaning(failure.text) if failure.kind in ("raised", "refused") else ""
    return f"{failure.text.rstrip(' .')}{PATTERN}{means}" if means else failure.text


def _judged(
    task: Task, case: Case, answer: Array, expected: Array, *, visible: bool
) -> tuple[Verdict, str]:
    if task.kind == "value" and answer.size == expected.size == 1:
        answer = answer.reshape(expected.shape)
    if case.quality is None:
        detail = _wrong(task, case, answer, expected, visible=visible)
        return (Verdict.FAIL if detail else Verdict.PASS), detail
    found = misfit(answer, expected, task.dtype)
    return (Verdict.FAIL, found.told) if found else measured(case.quality, answer, expected)


def _wrong(task: Task, case: Case, answer: Array, expected: Array, *, visible: bool) -> str:
    """Say what is wrong with an answer; nothing if it is right."""
    counts = None
    if case.counted:
        if answer.shape[:1] != (2,):
            return "the answer came back without its counts"
        answer, counts = answer
    found = difference(answer, expected, task.dtype, longest_sum(case))
    if found is None:
        return "" if counts is None else _miscounted(counts, case.counted)
    read = reading(case, answer, expected) if case.impulses else None
    if read:
        return read if answer.shape == expected.shape else f"{read}; {found.told}"
    shown = _numbers(task, case, found) if visible else ""
    pattern = _pattern(case, answer, expected, found)
    return f"{found.told}{shown}{f'{PATTERN}{pattern}' if pattern else ''}"


def _pattern(case: Case, answer: Array, expected: Array, found: Difference) -> str | None:
    if answer.shape == expected.shape and (found.index is None or case.impulses):
        return None  # the dtype says it all; powers of impulses are alike too easily
    return alike(answer, expected) or _poison(case, answer, expected)


def _numbers(task: Task, case: Case, found: Difference) -> str:
    """Return both numbers and the arithmetic of the right one; powers of impulses say nothing."""
    if not found.value or found.index is None or case.impulses:
        return ""
    made = terms(task.reference, case)
    if made is None:
        return f": {found.value}"
    return f": {found.value} {made.arithmetic(found.index)}".rstrip()


def _miscounted(counts: Array, most: int) -> str:
    """Say what is wrong with the multiplications that right values took."""
    if counts.size and counts.max() > most:
        return (
            f"the values are right, but one of them takes {counts.max()} multiplications;"
            f" {most} are enough: is the kernel filled up with zeros?"
        )
    if counts.size and not counts.max():
        return "the values are right, but they were not multiplied in the arrays that were given"
    return ""


def _poison(case: Case, answer: Array, expected: Array) -> str:
    x = case.args[0] if case.args else None
    if not isinstance(x, np.ndarray) or np.isfinite(x).all():
        return ""
    if not np.isfinite(expected).all() or np.isfinite(answer).all():
        return ""
    return "an input that no output needs got into the result, if only multiplied by zero"
