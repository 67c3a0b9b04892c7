"""Print what becomes of each named mistake in each task: its best score, and the name it is told.

``python tests/course/mutations.py [ID...]``, all assignments without one.  The status is 1 if a
mistake gets full marks, or if too few are told their own name.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from assignment import COURSE, subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assignment import Subject

DRAWS = range(3)
NAMED = 0.95  # at least so many of all are told their own name
HEAD = f"  {'caught':8}{'named':8}{'best score':12}mistake"


@dataclass(frozen=True)
class Mutation:
    """A mistake in a task, and how it fared in several draws of the cases."""

    place: str
    points: float
    mistake: str
    scores: tuple[float, ...]
    told: tuple[str | None, ...]

    @property
    def caught(self) -> bool:
        """Whether it never gets full marks."""
        return max(self.scores) < self.points

    @property
    def named(self) -> bool:
        """Whether it is always told its own name."""
        return set(self.told) == {self.mistake}


def mutations(one: Subject, task: str) -> list[Mutation]:
    """Judge every mistake of a task in several draws."""
    draws = zip(*(one.accused(task, seed) for seed in DRAWS), strict=True)
    found = []
    for judged in draws:
        results = [result for _, result in judged]
        found.append(
            Mutation(
                f"{one.id}, {task}",
                results[0].points,
                judged[0][0].name,
                tuple(result.score for result in results),
                tuple(result.mistake for result in results),
            )
        )
    return found


def holds(found: Sequence[Mutation]) -> bool:
    """Whether no mistake passes, and nearly all are told their own name."""
    return all(one.caught for one in found) and _part(found, "named") >= NAMED


def said(found: Sequence[Mutation]) -> Iterator[str]:
    """Yield the lines of the report."""
    for place, group in groupby(found, lambda one: one.place):
        rows = list(group)
        yield f"{place}: {_total(rows)}"
        yield HEAD
        yield from map(_row, rows)
        yield ""
    yield f"in all: {_total(found)}"


def _row(one: Mutation) -> str:
    others = sorted({str(name) for name in one.told} - {one.mistake})
    score = f"{max(one.scores):g} of {one.points:g}"
    row = f"  {_yes(one.caught):8}{_yes(one.named):8}{score:12}{one.mistake}"
    return f"{row}; told {', '.join(others)}" if others else row


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"


def _total(rows: Sequence[Mutation]) -> str:
    caught, named = (f"{_part(rows, what):.1%} {what}" for what in ("caught", "named"))
    return f"{len(rows)} mistakes, {caught}, {named}"


def _part(rows: Sequence[Mutation], what: str) -> float:
    return sum(getattr(one, what) for one in rows) / len(rows)


def main(names: Sequence[str]) -> int:
    """Print the report, and return the status."""
    one_by_one = map(subject, names or COURSE.assignment_ids())
    found = [row for one in one_by_one for task in one.tasks for row in mutations(one, task)]
    print(*said(found), sep="\n")
    return not holds(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", metavar="ID", nargs="*", help="of an assignment; default: all")
    sys.exit(main(parser.parse_args().names))
