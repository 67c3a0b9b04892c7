"""``course report``: what an instructor types to know what the class got wrong."""

from __future__ import annotations

import click

from autograder.course import Course

__all__ = ["report"]


@click.command()
@click.argument("assignment")
def report(assignment: str) -> None:
    """Write the class report of ASSIGNMENT anew from its stored results."""
    from autograder.report.pages import write_class_report

    course = Course.find()
    click.echo(write_class_report(course, assignment).relative_to(course.root))
