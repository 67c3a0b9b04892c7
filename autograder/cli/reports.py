"""``course report`` and ``course export``: what an instructor does with the grades of a class."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.course import Course

__all__ = ["export", "report"]

FORMATS = ("Canvas", "Moodle", "Gradescope", "Csv")  # the names in autograder.exports


@click.command()
@click.argument("assignment")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def report(assignment: str, *, as_json: bool) -> None:
    """Write the class report of ASSIGNMENT anew from its stored results."""
    from autograder.report.pages import write_class_report

    course = Course.find()
    page = write_class_report(course, assignment)
    if as_json:
        click.echo(page.with_suffix(".json").read_text(encoding="utf-8"), nl=False)
    else:
        click.echo(page.relative_to(course.root))


@click.command()
@click.argument("assignments", nargs=-1)
@click.option(
    "--to",
    type=click.Choice(FORMATS, case_sensitive=False),
    required=True,
    help="Who is to read it.",
)
@click.option("--output", type=click.Path(path_type=Path), help="File; a folder for Gradescope.")
def export(assignments: tuple[str, ...], to: str, output: Path | None) -> None:
    """Write the grades of ASSIGNMENTS (all by default) as a learning platform reads them.

    Marks given by hand and penalties for handing in late count, as in the gradebook.
    """
    from autograder import exports
    from autograder.database import using
    from autograder.nbgrader_settings import api, quiet, settings

    course = Course.find()
    config = settings(course)
    with quiet(), using(config):
        plugin = getattr(exports, to)(config=config)
        plugin.assignment, plugin.to = list(assignments), str(output or "")
        with api(course).gradebook as gradebook:
            grades = plugin.grades(gradebook)
    click.echo(plugin.write(grades))
    waiting = [grade.person.id for grade in grades if grade.needs_manual_grade]
    if waiting:
        click.echo(f"Still to be graded by hand: {', '.join(waiting)}", err=True)
