"""``course grade``: what an instructor types when a class has handed in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.course import Course
from autograder.doctor import examine_box
from autograder.report.table import marks

from .progress import Progress

if TYPE_CHECKING:
    from autograder.verdicts import SubmissionResult

__all__ = ["grade"]

NOT_ALL, NO_BOX = 1, 3


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--assignment", help="Grade this one alone.")
@click.option("--jobs", type=click.IntRange(1), help="Boxes at a time (one for each processor).")
@click.option("--unsafe", is_flag=True, help="Run student code without a box. Never do this.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def grade(
    folder: Path, assignment: str | None, jobs: int | None, *, unsafe: bool, as_json: bool
) -> None:
    """Grade the submissions in FOLDER, laid out as FOLDER/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."""
    from autograder.grade import grade_class
    from autograder.report.pages import write_class_report

    course = Course.find()
    finding = examine_box(course)
    if not (finding.works or unsafe):
        click.echo(f"No box, no grade: {finding.says}\nTo mend it: {finding.remedy}", err=True)
        sys.exit(NO_BOX)
    with Progress() as progress:
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
