"""The command ``course``: release, check, grade, report, doctor."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .course import Course
from .doctor import examine_box, examine_machine
from .report.table import marks, task_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .verdicts import SubmissionResult

__all__ = ["main"]

NOT_ALL, NO_BOX = 1, 3


class _Course(click.Group):
    """Says what is wrong with the input in one line, not in a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (ValueError, FileNotFoundError) as error:
            raise click.UsageError(str(error)) from error


@click.group(cls=_Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make, check and grade the assignments of a course.

    Run it anywhere inside the course's folder.  Exit code 0: all is well; 1: something was not
    right or not graded; 2: the command makes no sense; 3: there is no box, so no grade.
    """


@main.command()
@click.argument("assignments", nargs=-1)
def release(assignments: tuple[str, ...]) -> None:
    """Write the students' notebooks of ASSIGNMENTS (all by default)."""
    from .release import release as make

    course = Course.find()
    for name in assignments or course.assignment_ids():
        click.echo(f"{make(course, name).relative_to(course.root)}")


@main.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(notebook: Path, *, as_json: bool) -> None:
    """Judge your own NOTEBOOK on the visible cases."""
    from .examine import check_notebook

    course = Course.find(notebook.parent)
    finding = examine_box(course)
    result = check_notebook(course, notebook, unsafe=not finding.works)
    if as_json:
        click.echo(json.dumps(result.to_dict()))
    else:
        _print_check(result)
    sys.exit(0 if all(task.right for task in result.tasks) else NOT_ALL)


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--assignment", help="Grade this one alone.")
@click.option("--jobs", type=click.IntRange(1), help="Boxes at a time (one for each processor).")
@click.option("--unsafe", is_flag=True, help="Run student code without a box. Never do this.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def grade(
    folder: Path, assignment: str | None, jobs: int | None, *, unsafe: bool, as_json: bool
) -> None:
    """Grade the submissions in FOLDER, laid out as FOLDER/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."""
    from .grade import grade_class
    from .report.pages import write_class_report

    course = Course.find()
    finding = examine_box(course)
    if not (finding.works or unsafe):
        click.echo(f"No box, no grade: {finding.says}\nTo mend it: {finding.remedy}", err=True)
        sys.exit(NO_BOX)
    with _progress() as progress:
        results = grade_class(
            course, folder, assignment=assignment, jobs=jobs, unsafe=unsafe, progress=progress
        )
    names = sorted({result.assignment for result in results} & set(course.assignment_ids()))
    pages = [write_class_report(course, name) for name in names]
    if as_json:
        click.echo(json.dumps([result.to_dict() for result in results]))
    else:
        _print_grades(course, results, pages)
    sys.exit(NOT_ALL if any(result.ungraded for result in results) else 0)


@main.command()
@click.argument("assignment")
def report(assignment: str) -> None:
    """Write the class report of ASSIGNMENT anew from its stored results."""
    from .report.pages import write_class_report

    course = Course.find()
    click.echo(write_class_report(course, assignment).relative_to(course.root))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Say what works on this machine, and what to do about what does not."""
    findings = list(examine_machine(Course.find()))
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings]))
    else:
        for finding in findings:
            mark = "works" if finding.works else "no   "
            click.echo(f"{mark}  {finding.name}: {finding.says}")
            if finding.remedy:
                click.echo(f"         {finding.remedy}")
    sys.exit(NOT_ALL if any(f.needed and not f.works for f in findings) else 0)


class _progress:
    """A progress bar for each step, on stderr."""

    def __init__(self) -> None:
        self.bars: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._advance

    def __exit__(self, *_: object) -> None:
        for bar in self.bars.values():
            bar.render_finish()

    def _advance(self, step: str, done: int, total: int) -> None:
        if step not in self.bars:
            self.bars[step] = click.progressbar(
                length=total, label=f"{step:>10}", file=sys.stderr, show_pos=True
            )
        self.bars[step].update(1)
        if done == total:
            self.bars.pop(step).render_finish()


def _print_check(result: SubmissionResult) -> None:
    for line in _notes(result):
        click.echo(line)
    for task in result.tasks:
        click.echo(task_text(task) + "\n")
    right = sum(task.right for task in result.tasks)
    click.echo(f"{right} of {len(result.tasks)} tasks are right on the visible cases.")
    click.echo("The other cases are drawn when the notebook is graded.")


def _notes(result: SubmissionResult) -> Iterator[str]:
    if result.unsafe:
        yield "No box here: your code ran as any program of yours does (`course doctor` says why)."
    yield from (f"Note: {note}." for note in result.notes)


def _print_grades(course: Course, results: list[SubmissionResult], pages: list[Path]) -> None:
    for result in results:
        grade = "not graded" if result.ungraded else f"{marks(result.score)}/{marks(result.points)}"
        click.echo(f"{result.student:<20} {result.assignment:<12} {grade}")
    click.echo("")
    for page in pages:
        click.echo(f"class report  {page.relative_to(course.root)}")
    click.echo("gradebook     grading/gradebook.db (nbgrader export; Formgrader in jupyter lab)")
    first = results[0]
    feedback = course.feedback(first.assignment, first.student)
    click.echo(f"feedback      {feedback.relative_to(course.root)} and the others beside it")
