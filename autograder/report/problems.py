"""What went wrong in a class: named mistakes, and what nobody has named yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.sentence import NOT_ATTEMPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.verdicts import SubmissionResult, TaskResult

    Code = Callable[[str, str], str]
    Seen = tuple[SubmissionResult, TaskResult]

__all__ = ["Problem", "problems"]

PARTICULAR = re.compile(r"`[^`]*`|[\d.,]*\d")  # code and numbers
LOOKED_AT = 10  # students whose code is compared to find a short example


@dataclass(frozen=True)
class Problem:
    """One way to get tasks wrong.

    Parameters
    ----------
    name : str
        The named mistake, or the sentence that one of the students was told.
    tasks, students : tuple of str
        Where it happened, and to whom.
    example : str
        The shortest code of those students that does it, without a name.
    """

    name: str
    tasks: tuple[str, ...]
    students: tuple[str, ...]
    example: str


def problems(
    results: Sequence[SubmissionResult], code: Code
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return the named mistakes, then all else that was wrong, the most frequent first.

    Sentences that differ in numbers or quoted code alone are one problem; what was not attempted
    is none.

    Parameters
    ----------
    results : sequence of SubmissionResult
        All of one assignment.
    code : callable (student, task) -> str
        The student's own lines behind a task.
    """
    named: dict[str, list[Seen]] = {}
    unnamed: dict[str, list[Seen]] = {}
    for result in results:
        for task in result.tasks:
            if task.mistake:
                named.setdefault(task.mistake, []).append((result, task))
            elif not task.full and task.sentence != NOT_ATTEMPTED:
                unnamed.setdefault(PARTICULAR.sub("", task.sentence), []).append((result, task))
    return _counted(named, code), _counted(unnamed, code)


def _counted(groups: dict[str, list[Seen]], code: Code) -> tuple[Problem, ...]:
    found = [_problem(group, code) for group in groups.values()]
    return tuple(sorted(found, key=lambda problem: -len(problem.students)))


def _problem(group: Sequence[Seen], code: Code) -> Problem:
    first = group[0][1]
    sources = [code(result.student, task.name) for result, task in group[:LOOKED_AT]]
    return Problem(
        name=first.mistake or first.sentence,
        tasks=tuple(dict.fromkeys(task.name for _, task in group)),
        students=tuple(dict.fromkeys(result.student for result, _ in group)),
        example=min(filter(None, sources), key=len, default=""),
    )
