"""Grade a class: take in, run in parallel, then enter into the gradebook one after the other."""

from __future__ import annotations

import logging
import os
import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
from dateutil.parser import parse as parse_date

from .cause import cause
from .examine import Examiner
from .intake import Refusal, clean, read_submission, read_text, submissions
from .nbgrader_settings import api, knows, quiet
from .release import release
from .report.pages import write_ungraded
from .sandbox import BoxError
from .store import read_result, write_result
from .verdicts import SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nbgrader.apps import NbGraderAPI

    from .course import Course
    from .intake import Submission
    from .work import Work

__all__ = ["grade_class"]


@dataclass(frozen=True)
class _Taken:
    """A submission that was taken in: what to run, or why it cannot be."""

    submission: Submission
    work: Work | None = None
    notes: tuple[str, ...] = ()
    refused: str | None = None


def grade_class(
    course: Course,
    folder: Path,
    *,
    assignment: str | None = None,
    jobs: int | None = None,
    unsafe: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[SubmissionResult]:
    """Grade every submission in a folder.

    Parameters
    ----------
    course : Course
        The course.
    folder : Path
        ``<student>/<assignment>/<assignment>.ipynb``, as ``nbgrader collect`` lays it out;
        it is only read.
    assignment : str, optional
        Grade this assignment alone.
    jobs : int, optional
        Boxes at a time; the number of processors by default.
    unsafe : bool
        Run student code without a box, and say so in every report.
    progress : callable (step, done, all)
        Told after each submission of each step.

    Returns
    -------
    list of SubmissionResult
        One for each submission: a grade, or why there is none.

    Raises
    ------
    ValueError
        If the folder holds no submission.
    """
    found = list(submissions(folder, assignment))
    if not found:
        msg = f"{folder} holds no submission: it must look like <student>/<assignment>/*.ipynb"
        raise ValueError(msg)
    for name in {submission.assignment for submission in found} & set(course.assignment_ids()):
        if not (knows(course, name) and course.release(name).exists()):
            release(course, name)
    examiner = Examiner(course, unsafe=unsafe)
    taken = [_take(examiner, submission) for submission in found]
    failed = _run_all(examiner, taken, jobs or os.cpu_count() or 1, progress)
    grader = api(course, unsafe=unsafe)
    results = []
    for count, item in enumerate(taken, 1):
        refused = item.refused or failed.get(item.submission)
        results.append(_refuse(course, item, refused) if refused else _enter(course, grader, item))
        progress("gradebook", count, len(taken))
    return results


def _take(examiner: Examiner, submission: Submission) -> _Taken:
    """Take a submission in, or say why not."""
    try:
        return _taken(examiner, submission)
    except Refusal as refusal:
        return _Taken(submission, refused=str(refusal))
    except Exception as error:
        return _Taken(submission, refused=_our_fault(error))


def _taken(examiner: Examiner, submission: Submission) -> _Taken:
    """Put a clean copy where nbgrader looks for it, and nothing else of the student's folder."""
    course = examiner.course
    if submission.assignment not in course.assignment_ids():
        msg = f"there is no assignment {submission.assignment!r} in this course"
        raise Refusal(msg)
    given = read_submission(submission)
    released = nbformat.read(course.release(submission.assignment), as_version=4)
    notebook, notes = clean(given, released)
    target = course.submitted(submission.assignment, submission.student)
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)
    notes += _copy_timestamp(submission, target)
    assignment = course.assignment(submission.assignment)
    work = examiner.work(notebook, assignment, submission.student)
    return _Taken(submission, work, tuple(notes))


def _copy_timestamp(submission: Submission, target: Path) -> list[str]:
    if not os.path.lexists(submission.timestamp):
        return []
    try:
        text = read_text(submission.timestamp).strip()
        parse_date(text)
    except (Refusal, ValueError, OverflowError):
        return ["timestamp.txt says no time: the submission counts as handed in without one"]
    target.with_name(submission.timestamp.name).write_text(text, encoding="utf-8")
    return []


def _run_all(
    examiner: Examiner,
    taken: Sequence[_Taken],
    jobs: int,
    progress: Callable[[str, int, int], None],
) -> dict[Submission, str]:
    """Run what is not stored yet and return why a box failed, for those whose box did."""
    failed: dict[Submission, str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(examiner.answers, item.work): item.submission for item in taken if item.work
        }
        for count, future in enumerate(as_completed(futures), 1):
            try:
                future.result()
            except Exception as error:
                failed[futures[future]] = _our_fault(error)
            progress("notebooks", count, len(futures))
    return failed


def _refuse(course: Course, item: _Taken, reason: str) -> SubmissionResult:
    submission = item.submission
    result = SubmissionResult(
        submission.assignment, submission.student, notes=item.notes, ungraded=reason
    )
    write_result(course, result)
    write_ungraded(course, result)
    return result


def _our_fault(error: Exception) -> str:
    """Say that there is no grade, since the grader broke: one submission never ends a run."""
    logging.getLogger(__name__).warning("a submission could not be graded", exc_info=error)
    said = str(error) if isinstance(error, BoxError) else f"{type(error).__name__}: {error}"
    return f"the grader failed, not the notebook: {said}"


def _enter(course: Course, grader: NbGraderAPI, item: _Taken) -> SubmissionResult:
    """Enter the grade into the gradebook, or say why not."""
    try:
        return _replayed(course, grader, item)
    except Exception as error:
        return _refuse(course, item, _our_fault(error))


def _replayed(course: Course, grader: NbGraderAPI, item: _Taken) -> SubmissionResult:
    """Let nbgrader replay the stored answers into the gradebook, and write the feedback."""
    name, student = item.submission.assignment, item.submission.student
    with quiet():
        done = grader.autograde(name, student, force=True, create=True)
        if done["success"]:
            result = read_result(course, name, student).with_notes(*item.notes)
            write_result(course, result)
            done = grader.generate_feedback(name, student, force=True)
    if not done["success"]:
        return _refuse(course, item, f"the grader failed, not the notebook: {cause(done)}")
    return result
