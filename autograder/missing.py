"""Say why an object that a check asks for is not there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .answers import Failure, answer_in
from .glossary import left_over, meaning
from .intake.definitions import defined
from .intake.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .answers import Outcome
    from .bundle import Bundle
    from .work import Question, Work

__all__ = ["explained"]

CELL_FILE = re.compile("<ipython-input-[^>]*>, ")
FILE = re.compile(r" \(/[^)]*\)$")  # of a module, on the grader's machine
FUNCTION = re.compile(r"^(?:async +)?(?:def|class) +(\w+)", re.MULTILINE)
NAME = re.compile(r"NameError: name '(\w+)' is not defined")
CLOSE = 0.9  # of difflib: one letter of ten


@dataclass(frozen=True)
class _Around:
    """What the notebook holds around a check: cells before it, how they ended, and names.

    Those of `near` are functions made since the check before; those of `later` stand below.
    """

    cells: Sequence[str]
    errors: Sequence[str]
    near: Sequence[str]
    later: frozenset[str]
    asked: frozenset[str]


def explained(question: Question, work: Work, bundle: Bundle) -> list[Outcome]:
    """Return the answers to a check, with a reason for each object that does not exist."""
    answers = bundle.answers[question.task.name]
    if not any(map(_is_missing, answers)):
        return answers
    end = question.check.after
    start = max([each.check.after for each in work.questions if each.check.after < end], default=0)
    around = _Around(
        work.cells[:end],
        [_error(outputs) for outputs in bundle.outputs[:end]],
        [name for cell in work.cells[start:end] for name in FUNCTION.findall(cell)],
        frozenset().union(*map(defined, work.cells[end:])),
        frozenset(name for each in work.questions for name in each.check.objects),
    )
    return [_explained(answer, around) if _is_missing(answer) else answer for answer in answers]


def _is_missing(outcome: Outcome) -> bool:
    answer = answer_in(outcome)
    return isinstance(answer, Failure) and answer.kind == "missing"


def _error(outputs: Iterable[Mapping[str, Any]]) -> str:
    """Return the error with which a cell stopped, if it did."""
    said = (
        FILE.sub("", f"{output['ename']}: {CELL_FILE.sub('', output['evalue'])}").rstrip(": ")
        for output in outputs
        if output["output_type"] == "error"
    )
    return next(said, "")


def _explained(outcome: Outcome, around: _Around) -> Outcome:
    answer = answer_in(outcome)
    assert isinstance(answer, Failure)
    found = NAME.match(answer.text)
    return replace(answer, text=_because(answer.text, found[1] if found else "", around))


def _because(text: str, name: str, around: _Around) -> str:
    """Add the reason: the cell of that name stopped or lost it, else a name like it, else a stop.

    The last cell that stopped is often one that stopped for want of the same object.
    """
    pairs = zip(around.cells, around.errors, strict=False)
    of_it = [(error, cell) for cell, error in pairs if name in defined(cell)]
    likely, cell = next((pair for pair in reversed(of_it) if pair[0]), ("", ""))
    if not likely and of_it:
        return f"{text}; a cell makes it, but it is lost: by a `del`, %reset or %%timeit?"
    if not likely and name in around.later:
        return f"{text}; the cell that makes it stands further down, and is run too late"
    alike = _alike(name, frozenset().union(*map(defined, around.cells)) - around.asked)
    if not likely and alike:
        return f"{text}, but {alike}{_foreign(alike)} is: a name must be spelled as in the task"
    error = likely or next(filter(None, reversed(around.errors)), "")
    if error.startswith("NotImplementedError"):
        return error
    if error and (likely or not around.near):
        whose = "its cell" if likely else "an earlier cell"
        why = [f"{text}; {whose} stopped with {error}", meaning(error), left_over(cell)]
        return "; ".join(filter(None, why))
    return f"{text}{_what_there_is(around.near) if name else ''}"


def _what_there_is(near: Sequence[str]) -> str:
    if not near:
        return "; no cell above its check makes it"
    return f"; above its check there is only {listed(dict.fromkeys(near))}"


def _alike(name: str, names: frozenset[str]) -> str:
    """Return the one of the names that is this one but for capitals, underscores or a slip.

    Examples
    --------
    >>> _alike("find_ping", frozenset({"findPing", "ping"}))
    'findPing'
    """
    plain = {other.casefold().replace("_", ""): other for other in sorted(names)}
    found = get_close_matches(name.casefold().replace("_", ""), plain, 1, CLOSE)
    looks = (other for other in sorted(names) if _looks_like(name, other))
    return plain[found[0]] if found else next(looks, "")


def _looks_like(name: str, other: str) -> bool:
    """Whether a name is another one but for letters of another alphabet."""
    pairs = zip(name, other, strict=False)
    return len(name) == len(other) and all(a == b or not b.isascii() for a, b in pairs)


def _foreign(name: str) -> str:
    """Name a letter that is not what it looks like."""
    letter = next((letter for letter in name if not letter.isascii()), "")
    return f" (its {letter} is a {unicodedata.name(letter, '?').lower()})" if letter else ""
