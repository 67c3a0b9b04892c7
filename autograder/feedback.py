"""The student's page: nbgrader's own export of a graded notebook, with one exporter kept warm."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from .gradebook import NO_RESPONSE
from .report.direction import straight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from .gradebook import Entry
    from .verdicts import SubmissionResult

__all__ = ["FeedbackExporter", "FeedbackPages", "feedback_resources"]

NO_HEADER = re.compile("<th([^<>]*)></th>")  # Markdown knows no other corner of a table
STYLE = Path(__file__).parent / "report" / "templates" / "style.css"


class FeedbackExporter(HTMLExporter):
    """Fills the feedback template, once.

    ``HTMLExporter`` parses the finished page again to mend what ours has from the start (texts
    for images), which takes longer than all the rest.
    """

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page, in which nothing turns the direction of writing, and the resources."""
        page, told = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return straight(NO_HEADER.sub(r"<td\1></td>", page)), told


class FeedbackPages:
    """Makes the page that ``nbgrader generate_feedback`` makes, for one submission after another.

    Parameters
    ----------
    config : Config
        nbgrader's, of the course.
    """

    def __init__(self, config: Config) -> None:
        ours = Config()
        ours.HTMLExporter.template_name = "feedback"
        ours.Exporter.default_preprocessors = []
        ours.merge(config)
        self._exporter = FeedbackExporter(config=ours)

    def page(self, notebook: NotebookNode, result: SubmissionResult, entry: Entry) -> str:
        """Return the page of a graded notebook; `entry` is what the gradebook says of it."""
        who = {"student": result.student, "assignment": result.assignment}
        marks = {"score": entry.score, "max_score": entry.points, "late_penalty": entry.penalty}
        nbgraders = {**who, "notebook": result.assignment, **marks}
        resources = {"nbgrader": nbgraders, **feedback_resources(result, entry.cells)}
        page: str = self._exporter.from_notebook_node(notebook, resources)[0]
        return page


def feedback_resources(
    result: SubmissionResult, cells: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what the template needs beside the notebook and nbgrader's own words.

    Parameters
    ----------
    result : SubmissionResult
        What the judge says.
    cells : mapping
        Score, points and comment of cells, by name, as the gradebook has them.
    """
    judged = {task.name for task in result.tasks}
    graded = {name: cell for name, cell in cells.items() if "points" in cell}
    silent = [name for name, cell in graded.items() if cell.get("comment") == NO_RESPONSE]
    return {
        "judged": result,
        "entered": cells,
        "unanswered": [name for name in silent if name not in judged],
        "no_response": NO_RESPONSE,
        "style": _style(),
    }


@cache
def _style() -> str:
    """Return the style sheet, which is part of each page."""
    return STYLE.read_text(encoding="utf-8")
