"""``course grade`` and ``regrade``: what an instructor types when a class has handed in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.course import Course
from autograder.executors import local
from autograder.report.table import marks
from autograder.sandbox import BoxError, Limits
from autograder.sandbox.command import Tools
from autograder.store import StorageError

from .cluster import certificates
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from autograder.executors import Executor
    from autograder.regrade import Change
    from autograder.verdicts import SubmissionResult

__all__ = ["grade", "regrade"]

NOT_ALL, NO_BOX, STOPPED = 1, 3, 130
KEPT = "what is graded is kept. The same command goes on from here."


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--assignment", help="Grade this one alone.")
@click.option("--jobs", type=click.IntRange(1), help="Boxes at a time (one for each processor).")
@click.option("--unsafe", is_flag=True, help="Run student code without a box. Never do this.")
@click.option("--scheduler", metavar="tls://HOST:PORT", help="Run it on a cluster's workers.")
@certificates
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def grade(folder: Path, assignment: str | None, *, as_json: bool, **where: Any) -> None:
    """Grade the submissions in FOLDER, laid out as FOLDER/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."""
    from autograder.executors import ExecutorError
    from autograder.grade import grade_class

    course = Course.find()
    try:
        with _executor(course, **where) as executor, Progress() as progress:
            click.echo(f"Box: {executor.says}", err=True)
            results = grade_class(
                course, folder, assignment=assignment, executor=executor, progress=progress
            )
        _print(course, results, as_json=as_json)
    except BoxError as error:
        click.echo(f"No box, no grade: {error}", err=True)
        sys.exit(NO_BOX)
    except KeyboardInterrupt:
        click.echo(f"\nStopped; {KEPT}", err=True)
        sys.exit(STOPPED)
    except ExecutorError as error:
        click.echo(f"\n{error}", err=True)
        sys.exit(NOT_ALL)
    except StorageError as error:
        click.echo(f"\n{error}; {KEPT}", err=True)
        sys.exit(NOT_ALL)
    sys.exit(NOT_ALL if any(result.ungraded for result in results) else 0)


def _executor(
    course: Course,
    *,
    jobs: int | None,
    unsafe: bool,
    scheduler: str | None,
    **files: Path | None,
) -> AbstractContextManager[Executor]:
    """Return where student code runs: in boxes here, or on the workers of a scheduler."""
    if scheduler is None:
        return local(Tools.of(course.box), Limits(), jobs=jobs, unsafe=unsafe)
    if jobs or unsafe:
        msg = "--jobs and --unsafe are for this machine: the workers of a scheduler have their own"
        raise ValueError(msg)
    from autograder.executors.cluster import cluster
    from autograder.executors.encryption import security

    return cluster(scheduler, course, Limits(), security=security(scheduler, **files))


@click.command()
@click.argument("assignment", required=False)
@click.option("--commit", is_flag=True, help="Enter the new grades without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print what changes as JSON.")
def regrade(assignment: str | None, *, commit: bool, as_json: bool) -> None:
    """Judge the stored answers to ASSIGNMENT (all by default) again, and run nothing.

    For changed points, tolerances, mistakes and rules.  Shows which grades change and enters them
    only if told to.
    """
    from autograder import regrade as again
    from autograder.report.pages import write_class_report

    course = Course.find()
    names = [course.assignment(assignment).id] if assignment else course.assignment_ids()
    changes = {name: again.preview(course, name) for name in names}
    changes = {name: found for name, found in changes.items() if found}
    if not changes:
        msg = f"nothing of {assignment or 'this course'} was graded yet: `course grade` comes first"
        raise ValueError(msg)
    found = [change for several in changes.values() for change in several]
    if not as_json:
        _print_changes(found)
    entered = commit or (not as_json and sys.stdin.isatty() and click.confirm("Enter them?"))
    for name in changes if entered else ():
        again.commit(course, name)
        write_class_report(course, name)
    if as_json:
        said = [change.to_dict() for change in found]
        click.echo(json.dumps({"entered": entered, "submissions": said}))
    else:
        click.echo("Entered." if entered else "Nothing is entered: `--commit` does.")
    sys.exit(NOT_ALL if any(change.problem for change in found) else 0)


def _print_changes(changes: Sequence[Change]) -> None:
    for change in changes:
        head = f"{change.student:<20} {change.assignment:<12}"
        if change.problem:
            click.echo(f"{head} not judged again: {change.problem}")
        elif change.why:
            click.echo(f"{head} {_marks(change.before)} -> {_marks(change.after)}")
            for line in change.why:
                click.echo(f"    {line}")
    others = sum(bool(change.why) for change in changes)
    problems = sum(bool(change.problem) for change in changes)
    same = len(changes) - others - problems
    click.echo(f"Other marks: {others}. The same marks: {same}. Not judged again: {problems}.")


def _marks(number: float | None) -> str:
    return "no grade" if number is None else marks(number)


def _print(course: Course, results: list[SubmissionResult], *, as_json: bool) -> None:
    """Write the class reports, and print the grades even if that fails."""
    from autograder.report.pages import write_class_report

    names = sorted({result.assignment for result in results} & set(course.assignment_ids()))
    try:
        pages = [write_class_report(course, name) for name in names]
    finally:
        _print_grades(results, as_json=as_json)
    if not as_json:
        _print_places(course, pages, results[0])


def _print_grades(results: list[SubmissionResult], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([result.to_dict() for result in results]))
        return
    for result in results:
        grade = "not graded" if result.ungraded else f"{marks(result.score)}/{marks(result.points)}"
        click.echo(f"{result.student:<20} {result.assignment:<12} {grade}")
    click.echo("")


def _print_places(course: Course, pages: list[Path], first: SubmissionResult) -> None:
    from autograder.database import place
    from autograder.nbgrader_settings import settings

    for page in pages:
        click.echo(f"class report  {page.relative_to(course.root)}")
    where = place(settings(course))
    click.echo(f"gradebook     {where} (course export; Formgrader in jupyter lab)")
    feedback = course.feedback(first.assignment, first.student)
    click.echo(f"feedback      {feedback.relative_to(course.root)} and the others beside it")
