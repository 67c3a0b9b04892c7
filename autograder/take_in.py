"""Take submissions in: a clean copy where nbgrader looks for it, and the work it asks for."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import nbformat
from dateutil.parser import UnknownTimezoneWarning, parse

from .intake import (
    Refusal,
    clean,
    demand_own,
    is_answered,
    locked_texts,
    read_submission,
    read_text,
)
from .store import write

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from .examine import Examiner
    from .intake import Given, Submission
    from .spec import Assignment
    from .work import Work

__all__ = ["Reception", "Taken"]

PLACE = re.compile(r"\s+([A-Z]\w+(/[A-Z][\w+-]*)+)$")  # as Europe/Berlin
NAMED_OFFSET = re.compile(r"(UTC|GMT|Z) ?[+-]", re.IGNORECASE)


@dataclass(frozen=True)
class Taken:
    """A submission that was taken in and waits for its answers.

    Parameters
    ----------
    student : str
        Whose it is.
    assignment : Assignment
        What it answers.
    notebook : NotebookNode
        Its clean copy.
    work : Work
        What is to be run of it.
    notes : tuple of str
        What was repaired.
    """

    student: str
    assignment: Assignment
    notebook: NotebookNode
    work: Work
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reception:
    """Takes submissions in; assignments and their releases are read once.

    Parameters
    ----------
    examiner : Examiner
        Draws the cases of each submission.
    """

    examiner: Examiner
    known: dict[str, tuple[Assignment, NotebookNode]] = field(default_factory=dict)

    def take(self, submission: Submission) -> Taken:
        """Write the clean copy, and nothing else of the student's folder.

        Raises
        ------
        Refusal
            If the submission cannot be graded.
        """
        course, name = self.examiner.course, submission.assignment
        if name not in course.assignment_ids():
            msg = (
                f"there is no assignment {name!r} in this course: is it misspelled, or does the "
                "folder of the class lie further down?"
            )
            raise Refusal(msg)
        given = read_submission(submission, partial(self._is_answered, name))
        demand_own(given, name, self._texts)
        taken = self.work(name, submission.student, given)
        target = course.submitted(name, submission.student)
        shutil.rmtree(target.parent, ignore_errors=True)
        write(target, nbformat.writes(taken.notebook) + "\n")
        notes = _copy_timestamp(submission, target.with_name(submission.timestamp.name))
        return replace(taken, notes=(*taken.notes, *notes))

    def work(self, name: str, student: str, given: Given | NotebookNode) -> Taken:
        """Clean a notebook and draw its cases; nothing is written."""
        assignment, released = self._known(name)
        notebook, notes = clean(given, released)
        work = self.examiner.work(notebook, assignment, student)
        return Taken(student, assignment, notebook, work, tuple(notes))

    def _is_answered(self, name: str, given: Given) -> bool:
        try:
            demand_own(given, name, self._texts)
        except Refusal:
            return False
        return is_answered(given, self._known(name)[1])

    @cached_property
    def _texts(self) -> dict[str, frozenset[str]]:
        """The locked texts of all that is released, by assignment."""
        course = self.examiner.course
        paths = {name: course.release(name) for name in course.assignment_ids()}
        return {
            name: locked_texts(nbformat.read(path, as_version=4))
            for name, path in paths.items()
            if path.exists()
        }

    def _known(self, name: str) -> tuple[Assignment, NotebookNode]:
        if name not in self.known:
            course = self.examiner.course
            released = nbformat.read(course.release(name), as_version=4)
            self.known[name] = course.assignment(name), released
        return self.known[name]


def _copy_timestamp(submission: Submission, target: Path) -> list[str]:
    if not os.path.lexists(submission.timestamp):
        return []
    try:
        when = _the_time(read_text(submission.timestamp).strip())
    except (Refusal, ValueError, OverflowError, UnknownTimezoneWarning):
        return [
            "timestamp.txt says no time that can be read in one way only, as 2026-11-20 12:00:00 "
            "UTC can: the submission counts as handed in without one"
        ]
    write(target, f"{when:%Y-%m-%d %H:%M:%S.%f} UTC")
    return []


def _the_time(text: str) -> datetime:
    """Return a time in UTC; raise ValueError where it is not read in one way only.

    nbgrader's reader takes what is missing from today, 03/04 for March, CET for UTC, and the
    hours of +0200 for seconds.  UTC+2 is 2 hours before UTC to some and behind it to others.
    """
    text, place = PLACE.sub("", text), PLACE.search(text)
    days = datetime(2000, 1, 1), datetime(2001, 2, 2)
    orders = (False,) if text[:4].isdigit() else (False, True)
    with warnings.catch_warnings(action="error"):
        times = {parse(text, default=day, dayfirst=order) for day, order in product(days, orders)}
    if len(times) > 1 or NAMED_OFFSET.search(text):
        msg = f"{text} may be any of {sorted(map(str, times))}"
        raise ValueError(msg)
    (when,) = times
    if place and not when.tzinfo:
        when = when.replace(tzinfo=_zone(place[1]))
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, OSError) as error:  # there is none, or it is a folder of zones
        msg = f"there is no place {name}"
        raise ValueError(msg) from error
