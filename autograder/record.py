"""Record what was judged: in the gradebook, the graded notebook, the result and the feedback."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

import nbformat
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import parse_utc

from .author import full_marks, source_notebook
from .examine import show_results
from .feedback import FeedbackPages
from .gradebook import Gradebook
from .kept import read_kept
from .nbgrader_settings import quiet, settings
from .release import release
from .report.pages import write_ungraded
from .store import write, write_result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from nbformat import NotebookNode

    from .bundle import Bundle
    from .course import Course
    from .verdicts import SubmissionResult

__all__ = ["Records"]

READ_ONLY = 0o444  # as nbgrader leaves what it has graded


class Records:
    """All that is kept of graded submissions, open for one writer at a time.

    Each submission is recorded in full before the next; a writer that is killed leaves at most
    one half recorded, which the next one records again.

    Raises
    ------
    ValueError
        If another process is recording grades of this course.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_alone(self.course))
            stack.enter_context(quiet())
            config = settings(self.course)
            self.gradebook = stack.enter_context(Gradebook(config))
            self._limit = LimitOutput(config=config)
            self._pages = FeedbackPages(config)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def keep_released(self, name: str) -> None:
        """Let the release and the gradebook have an assignment with the points of its tasks."""
        text = self.course.source(name).read_text(encoding="utf-8")
        points = full_marks(source_notebook(text, self.course.assignment(name)))
        if self.gradebook.points(name) != points or not _is_notebook(self.course.release(name)):
            release(self.course, name)

    def graded(self, notebook: NotebookNode, bundle: Bundle, result: SubmissionResult) -> None:
        """Record a grade.

        Parameters
        ----------
        notebook : NotebookNode
            The clean notebook; scores, tables and outputs are written into it.
        bundle : Bundle
            What came out of its box.
        result : SubmissionResult
            What the judge says.
        """
        name, student = result.assignment, result.student
        show_results(notebook, bundle, result)
        self._limit.preprocess(notebook, {})
        entry = self.gradebook.enter(notebook, result, self._copy_timestamp(name, student))
        graded = nbformat.writes(notebook) + "\n"
        write(self.course.autograded(name, student), graded, mode=READ_ONLY)
        write_result(self.course, result)
        page = self._pages.page(notebook, result, entry)
        write(self.course.feedback(name, student), page)

    def ungraded(self, result: SubmissionResult) -> None:
        """Record why there is no grade."""
        write_result(self.course, result)
        write_ungraded(self.course, result)

    def _copy_timestamp(self, name: str, student: str) -> datetime | None:
        """Return when it was handed in; nbgrader's pages read that beside the graded notebook."""
        given = self.course.submitted(name, student).with_name("timestamp.txt")
        copy = self.course.autograded(name, student).with_name(given.name)
        if not given.exists():
            if copy.exists():  # an earlier submission's
                copy.unlink()
            return None
        text = given.read_text(encoding="utf-8")
        write(copy, text, mode=READ_ONLY)
        when: datetime = parse_utc(text)
        return when


def _is_notebook(path: Path) -> bool:
    try:
        read_kept(path)
    except (OSError, ValueError):
        return False
    return True


@contextmanager
def _alone(course: Course) -> Iterator[None]:
    """Hold the course's lock, which ends with this process however it ends."""
    course.make_grading()
    path = course.grading / "lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            msg = f"{file.read()} is grading this course: wait for it, or end it"
            raise ValueError(msg) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
