"""``course release``: what an author of assignments types."""

from __future__ import annotations

import click

from autograder.course import Course

__all__ = ["release"]


@click.command()
@click.argument("assignments", nargs=-1)
def release(assignments: tuple[str, ...]) -> None:
    """Write the students' notebooks of ASSIGNMENTS (all by default)."""
    from autograder.release import release as make

    course = Course.find()
    for name in assignments or course.assignment_ids():
        click.echo(f"{make(course, name).relative_to(course.root)}")
