"""Grade a class in one stream: take in, run several at a time, record each as its answers come."""

from __future__ import annotations

import logging
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from .examine import Examiner
from .executors import ExecutorError, JobError, local
from .intake import Refusal, repeated, submissions
from .record import Records
from .sandbox import BoxError
from .sandbox.command import Tools
from .secret import remembered
from .store import StorageError
from .take_in import Reception
from .verdicts import OUR_FAULT, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .bundle import Bundle
    from .course import Course
    from .executors import Executor
    from .intake import Submission
    from .take_in import Taken

__all__ = ["grade_class"]

TRIES = 3  # of a submission whose box breaks: that is no fault of the notebook's
AHEAD = 3  # submissions taken in for each that runs: so many notebooks are in memory, no more


def grade_class(
    course: Course,
    folder: Path,
    *,
    assignment: str | None = None,
    jobs: int | None = None,
    unsafe: bool = False,
    executor: Executor | None = None,
    progress: Callable[[int, int, Sequence[str]], None] = lambda *_: None,
) -> list[SubmissionResult]:
    """Grade every submission in a folder.

    Each is in the gradebook and has its page as soon as its answers are there, so a run that is
    stopped, however it is, is continued by the next one.

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
    executor : Executor, optional
        Where to run student code, in place of boxes on this machine.
    progress : callable (done, all, now)
        Told at the start and after each submission, with the students whose code runs now.

    Returns
    -------
    list of SubmissionResult
        One for each submission: a grade, or why there is none.

    Raises
    ------
    ValueError
        If the folder is the course's own or a single student's, or holds no submission; if there
        is no such assignment; or if the course is being graded already.
    ExecutorError, StorageError
        If nothing can be run, or recorded, any more; what was graded until then is kept.
    """
    _demand_class_folder(course, folder)
    if assignment is not None:
        course.assignment(assignment)
    found = list(submissions(folder, assignment, course.assignment_ids()))
    if not found:
        msg = f"{folder} holds no submission: it must look like <student>/<assignment>/*.ipynb"
        raise ValueError(msg)
    _demand_students(course, folder, found)
    examiner = Examiner(course, unsafe=unsafe)
    results: dict[Submission, SubmissionResult] = {}
    with ExitStack() as stack:
        records = stack.enter_context(Records(course))
        stack.enter_context(remembered(course.grading))
        for name in {submission.assignment for submission in found} & set(course.assignment_ids()):
            records.keep_released(name)
        if executor is None:
            boxes = local(Tools.of(course.box), examiner.limits, jobs=jobs, unsafe=unsafe)
            executor = stack.enter_context(boxes)
        run = _Run(examiner, records, executor, repeated(found))
        progress(0, len(found), ())
        for submission, result in run.results(found):
            results[submission] = result
            progress(len(results), len(found), run.now())
    return [results[submission] for submission in found]


@dataclass
class _Run:
    """One run over a class: what waits for its answers, and where all goes."""

    examiner: Examiner
    records: Records
    executor: Executor
    repeated: Mapping[Submission, str]
    waiting: dict[Future[bytes], _Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reception = Reception(self.examiner)

    def now(self) -> list[str]:
        """Return the students whose code runs."""
        running = islice(self.waiting.values(), self.executor.jobs)
        return [item.submission.student for item in running]

    def results(self, found: Sequence[Submission]) -> Iterator[tuple[Submission, SubmissionResult]]:
        """Yield each submission with its result, in the order in which they are recorded."""
        for submission in found:
            result = self._begin(submission)
            if result is not None:
                yield submission, result
            if len(self.waiting) >= AHEAD * self.executor.jobs:
                yield from self._finish()
        while self.waiting:
            yield from self._finish()

    def _begin(self, submission: Submission) -> SubmissionResult | None:
        """Take a submission in; return its result if it is known without a run."""
        if submission in self.repeated:
            return self._refuse(submission, self.repeated[submission])
        try:
            taken = self.reception.take(submission)
            bundle = self.examiner.stored(taken.work)
            if bundle is not None:
                return self._record(taken, bundle)
            self._submit(_Item(submission, taken))
        except Refusal as refusal:
            return self._refuse(submission, str(refusal))
        except StorageError:
            raise
        except Exception as error:
            return self._refuse(submission, _our_fault(error))
        return None

    def _finish(self) -> Iterator[tuple[Submission, SubmissionResult]]:
        """Wait for answers and record them."""
        done = wait(self.waiting, return_when=FIRST_COMPLETED).done
        for future in [future for future in self.waiting if future in done]:
            item = self.waiting.pop(future)
            result = self._end(item, future)
            if result is not None:
                yield item.submission, result

    def _end(self, item: _Item, future: Future[bytes]) -> SubmissionResult | None:
        """Record what came, or run it once more if its box broke."""
        taken = item.taken
        try:
            if isinstance(future.exception(), BoxError) and item.tries < TRIES:
                self._submit(_Item(item.submission, taken, item.tries + 1))
                return None
            return self._record(taken, self.examiner.store(taken.work, future.result()))
        except (ExecutorError, StorageError):
            raise
        except Exception as error:
            return self._refuse(item.submission, _our_fault(error), taken.notes)

    def _submit(self, item: _Item) -> None:
        self.waiting[self.executor.submit(item.taken.work.job.to_bytes())] = item

    def _record(self, taken: Taken, bundle: Bundle) -> SubmissionResult:
        judged = self.examiner.judged(taken.work, bundle, taken.assignment, taken.student)
        result = judged.with_notes(*taken.notes)
        self.records.graded(taken.notebook, bundle, result)
        return result

    def _refuse(
        self, submission: Submission, reason: str, notes: Sequence[str] = ()
    ) -> SubmissionResult:
        result = SubmissionResult(
            submission.assignment, submission.student, notes=tuple(notes), ungraded=reason
        )
        self.records.ungraded(result)
        return result


def _demand_class_folder(course: Course, folder: Path) -> None:
    """Refuse the course's own folders: what lies in them was not handed in."""
    root, given = course.root.resolve(), folder.resolve()
    own = (course.grading.resolve(), root / "exercises", root / "solutions")
    if root.is_relative_to(given) or any(map(given.is_relative_to, own)):
        msg = f"{folder} is the course's own: give the folder with what was handed in"
        raise ValueError(msg)


def _demand_students(course: Course, folder: Path, found: Sequence[Submission]) -> None:
    """Refuse the folder of a single student: all in it is called as assignments are."""
    called = {submission.student for submission in found}
    if called <= set(course.assignment_ids()):
        names = ", ".join(sorted(called))
        msg = f"{folder} holds {names} and no students: give the folder of the class"
        raise ValueError(msg)


@dataclass(frozen=True)
class _Item:
    """A submission whose code runs, for the first time or again."""

    submission: Submission
    taken: Taken
    tries: int = 1


def _our_fault(error: Exception) -> str:
    """Say that there is no grade, since the grader broke: one submission never ends a run."""
    logging.getLogger(__name__).warning("a submission could not be graded", exc_info=error)
    plain = isinstance(error, (BoxError, JobError))
    said = str(error) if plain else f"{type(error).__name__}: {error}"
    return f"{OUR_FAULT}: {said}"
