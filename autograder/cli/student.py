"""``course check``: what a student types."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.course import Course
from autograder.report.table import task_text
from autograder.sandbox import BoxError, Boxes, Limits
from autograder.sandbox.command import Tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.verdicts import SubmissionResult

__all__ = ["check"]

NOT_ALL = 1


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(notebook: Path, *, as_json: bool) -> None:
    """Judge your own NOTEBOOK on the visible cases."""
    from autograder.examine import check_notebook

    course = Course.find(notebook.parent)
    with _boxes(course) as boxes:
        result = check_notebook(course, notebook, boxes)
    if as_json:
        click.echo(json.dumps(result.to_dict()))
    else:
        _print_check(result)
    sys.exit(0 if all(task.right for task in result.tasks) else NOT_ALL)


@contextmanager
def _boxes(course: Course) -> Iterator[Boxes]:
    """Give boxes, or what goes without: it is the student's own code and machine."""
    with ExitStack() as stack:
        try:
            boxes = stack.enter_context(Boxes(Tools.of(course.box), Limits()))
        except (BoxError, OSError):
            boxes = stack.enter_context(Boxes(Tools.of(course.box), Limits(), unsafe=True))
        yield boxes


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
