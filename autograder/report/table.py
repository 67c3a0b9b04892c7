"""One judged task as a table: the same in a notebook, a terminal and a feedback page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader

from autograder.verdicts import Verdict

from .direction import straight

if TYPE_CHECKING:
    from autograder.verdicts import Row, TaskResult

__all__ = ["rendered", "task_html", "task_text"]

MARKS = {
    Verdict.PASS: "✓ right",
    Verdict.FAIL: "✗ wrong",
    Verdict.ERROR: "! our error",
    Verdict.SKIPPED: "- not tried",
    Verdict.LOOK: "? to be looked at",
}


@cache
def environment() -> Environment:
    """Return the templates; what is filled in is always escaped."""
    found = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["marks"] = MARKS
    found.filters["marks"] = marks
    return found


def rendered(template: str, **more: Any) -> str:
    """Return a template of ours, filled in."""
    return straight(environment().get_template(template).render(**more))


def marks(number: float) -> str:
    """Return a number of marks without needless zeros.

    Examples
    --------
    >>> marks(2.0), marks(3.25)
    ('2', '3.25')
    """
    return f"{round(number, 2):g}"


def task_html(task: TaskResult) -> str:
    """Return the table as HTML that `autograder.report.safe_html` lets through unchanged."""
    return rendered("task.html.j2", task=task)


def task_text(task: TaskResult) -> str:
    """Return the table as plain text.

    Examples
    --------
    >>> from autograder.verdicts import Row, TaskResult, Verdict
    >>> row = Row("stride 2", Verdict.FAIL, "the shape is (3,), it should be (2,)", 1.0, False)
    >>> print(task_text(TaskResult("strided", "Stride", 1.0, 0.0, (row,), "Stride ignored.")))
    strided: Stride  0/1
      Stride ignored.
      ✗ wrong  stride 2 (hidden): the shape is (3,), it should be (2,)
    """
    head = f"{task.name}: {task.title}"
    if not task.only_visible:
        head += f"  {marks(task.score)}/{marks(task.points)}"
    return "\n".join([head, f"  {task.sentence}", *(f"  {_line(row)}" for row in task.rows)])


def _line(row: Row) -> str:
    text = f"{MARKS[row.verdict]}  {row.label}"
    text += "" if row.visible else " (hidden)"
    return f"{text}: {row.detail}" if row.detail else text
