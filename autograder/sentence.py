"""Put a task's verdict in words that the author of the code understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import Failure
from .patterns import PATTERN
from .reading import READS
from .verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answers import Answer
    from .spec import Mistake
    from .verdicts import Row

__all__ = ["NOT_WRITTEN", "sentence"]

NOT_WRITTEN = "NotImplementedError"  # as the text of a failure begins
NOT_ATTEMPTED = "Not attempted: the cell still raises NotImplementedError."


def sentence(
    rows: Sequence[Row],
    answers: Sequence[Answer],
    mistake: Mistake | None,
    shared: str | None = None,
) -> str:
    """Say in one or two sentences how a task went.

    Parameters
    ----------
    rows : sequence of Row
        A row for each answer, in order, then one for each broken rule.
    answers : sequence of (array or Failure)
        What came out of the box.
    mistake : Mistake or None
        The named mistake that the answers match.
    shared : str or None
        What all wrong cases have in common, as a sentence.

    Examples
    --------
    >>> from autograder.verdicts import Row
    >>> rows = [Row("stride 2", Verdict.FAIL, "NotImplementedError: ", 1, True)]
    >>> sentence(rows, [Failure("raised", "NotImplementedError: ")], None)
    'Not attempted: the cell still raises NotImplementedError.'
    """
    cases, rules = rows[: len(answers)], rows[len(answers) :]
    wrong = [row for row in cases if row.verdict is not Verdict.PASS]
    if mistake:
        return f"{_capital(mistake.name)}. {mistake.hint}"
    broken = [_broken(row) for row in rules[:1]]
    if wrong:
        said = _same_failure(cases, answers) or _first_problem(len(cases), wrong, shared)
        return " ".join([said, *(f"And {text}." for text in broken)])
    if not cases:
        return "This task has no visible case: it is judged when you hand in."
    said = f"All {len(cases)} cases are right" if len(cases) > 1 else "Right"
    return f"{', but '.join([said, *broken])}."


def _broken(row: Row) -> str:
    if row.verdict is Verdict.LOOK:
        return f"somebody will look at the {row.label}: {row.detail}"
    return f"the {row.label} is broken: {row.detail}"


def _same_failure(cases: Sequence[Row], answers: Sequence[Answer]) -> str:
    """Return the one failure that all cases share, if they do."""
    texts = {row.detail for row in cases}
    if len(texts) > 1 or not all(isinstance(answer, Failure) for answer in answers):
        return ""
    (text,) = texts
    return NOT_ATTEMPTED if text.startswith(NOT_WRITTEN) else _closed(_capital(text))


def _first_problem(count: int, wrong: Sequence[Row], shared: str | None) -> str:
    right = count - len(wrong)
    verb = "is" if right == 1 else "are"
    start = f"{right} of {count} cases {verb} right" if right else "No case is right"
    reads = next((row for row in wrong if row.detail.startswith(READS)), None)
    if reads:  # what the code does instead says more than the first number that is off
        problem = _closed(_capital(reads.detail))
    else:  # a case whose answer shows a pattern says more than one that does not
        telling = next((row for row in wrong if PATTERN in row.detail), wrong[0])
        which = "First problem" if telling is wrong[0] else "For example"
        problem = _closed(f"{which}, {telling.label}: {telling.detail}")
    return " ".join(filter(None, [f"{start}.", shared, problem]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _closed(text: str) -> str:
    return text if text.endswith(("?", ".")) else f"{text}."
