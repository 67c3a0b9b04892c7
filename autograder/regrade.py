"""Judge stored answers again: after points, tolerances, mistakes or rules have changed.

No student code runs.  What depends on a run that was not made is said, and left as it is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .examine import Examiner, UngradableError
from .gradebook import Gradebook
from .intake import Refusal
from .kept import read_kept
from .nbgrader_settings import quiet, settings
from .record import Records
from .report.table import marks
from .store import read_result
from .take_in import Reception
from .verdicts import SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from nbformat import NotebookNode

    from .bundle import Bundle
    from .course import Course
    from .take_in import Taken
    from .verdicts import TaskResult

__all__ = ["Change", "commit", "preview"]

NOT_RUN = (
    "cells, cases, limits, the box or the secret have changed since it was run: `course grade` "
    "runs it"
)
REFUSED = "the last submission could not be graded, so what was graded before it stays as it is: "
BY_HAND = "The score given by hand stays."


@dataclass(frozen=True)
class Change:
    """What judging one submission again changes.

    Parameters
    ----------
    student, assignment : str
        Whose it is.
    before, after : float or None
        The judge's marks; None where there are none.
    why : tuple of str
        For each task with other marks, what they were and are and why.
    problem : str or None
        Why it cannot be judged again; it keeps what it has.
    """

    student: str
    assignment: str
    before: float | None
    after: float | None
    why: tuple[str, ...] = ()
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def preview(course: Course, assignment: str) -> list[Change]:
    """Judge all stored answers to an assignment again and say what changes; write nothing.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Which of its assignments.

    Returns
    -------
    list of Change
        One for each submission.
    """
    with quiet(), Gradebook(settings(course)) as gradebook:
        by_hand = gradebook.by_hand(assignment)
    return [
        _change(again, by_hand.get(again.before.student, set()))
        for again in _judged_again(course, assignment)
    ]


def commit(course: Course, assignment: str) -> int:
    """Judge all stored answers to an assignment again, record that, and return how many.

    Scores, comments and extra credit given by hand stay; penalties for handing in late are
    computed anew.  Where points have changed, the release is made anew.

    Raises
    ------
    ValueError
        If the course is being graded at the moment.
    """
    done = 0
    with Records(course) as records:
        records.keep_released(assignment)
        for again in _judged_again(course, assignment):
            if again.taken and again.bundle and again.after:
                records.graded(again.taken.notebook, again.bundle, again.after)
                done += 1
    return done


@dataclass(frozen=True)
class _Again:
    """One submission, judged again; without `after` if that cannot be, for a reason."""

    before: SubmissionResult
    taken: Taken | None = None
    bundle: Bundle | None = None
    after: SubmissionResult | None = None
    problem: str | None = None


def _judged_again(course: Course, assignment: str) -> Iterator[_Again]:
    """Yield all submissions that have a clean copy, one at a time in memory."""
    reception = {unsafe: Reception(Examiner(course, unsafe=unsafe)) for unsafe in (False, True)}
    for path in sorted(course.grading.glob(f"submitted/*/{assignment}/{assignment}.ipynb")):
        before = _before(course, assignment, path.parents[1].name)
        yield _again(reception[before.unsafe], path, before)


def _before(course: Course, assignment: str, student: str) -> SubmissionResult:
    try:
        return read_result(course, assignment, student)
    except FileNotFoundError:  # the grader was stopped before it judged this one
        return SubmissionResult(assignment, student)


def _again(reception: Reception, path: Path, before: SubmissionResult) -> _Again:
    if before.ungraded and not before.our_fault:
        return _Again(before, problem=f"{REFUSED}{before.ungraded}")
    try:
        copy = read_kept(path)
    except ValueError as error:
        return _Again(before, problem=str(error))
    try:
        return _judged(reception, copy, before)
    except (Refusal, UngradableError) as error:
        return _Again(before, problem=str(error))


def _judged(reception: Reception, copy: NotebookNode, before: SubmissionResult) -> _Again:
    examiner = reception.examiner
    taken = reception.work(before.assignment, before.student, copy)
    bundle = examiner.stored(taken.work)
    if bundle is None:
        return _Again(before, problem=NOT_RUN)
    result = examiner.judged(taken.work, bundle, taken.assignment, taken.student)
    return _Again(before, taken, bundle, result.with_notes(*before.notes))


def _change(again: _Again, by_hand: Collection[str]) -> Change:
    before, after = again.before, again.after
    was = {task.name: task for task in before.tasks}
    said = tuple(
        _told(was.get(task.name), task, by_hand)
        for task in (after.tasks if after else ())
        if _marks(was.get(task.name)) != _marks(task)
    )
    return Change(
        before.student,
        before.assignment,
        before.score if before.tasks else None,
        after.score if after else None,
        said,
        again.problem,
    )


def _told(before: TaskResult | None, after: TaskResult, by_hand: Collection[str]) -> str:
    was = f"{marks(before.score)} of {marks(before.points)}" if before else "no marks"
    told = f"{after.title}: {was} -> {marks(after.score)} of {marks(after.points)}."
    return f"{told} {BY_HAND if after.name in by_hand else after.sentence}"


def _marks(task: TaskResult | None) -> tuple[float, float] | None:
    return (task.score, task.points) if task else None
