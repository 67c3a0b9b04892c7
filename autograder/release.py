"""Make the students' notebook from an assignment's text, through nbgrader."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import nbformat

from .author import source_notebook
from .cause import cause
from .nbgrader_settings import api, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from .course import Course

__all__ = ["release"]


def release(course: Course, name: str) -> Path:
    """Write ``exercises/<name>/<name>.ipynb`` and enter the assignment in the gradebook.

    The same text gives the same bytes, whenever and wherever it is released.

    Parameters
    ----------
    course : Course
        The course.
    name : str
        The assignment.

    Raises
    ------
    ValueError
        If the text and the cases do not fit together, or nbgrader refuses the notebook.
    """
    assignment = course.assignment(name)
    text = course.source(name).read_text(encoding="utf-8")
    notebook = source_notebook(text, assignment)
    source = course.source(name).with_suffix(".ipynb")
    nbformat.write(notebook, source)
    with quiet():
        done = api(course).generate_assignment(name, force=True, create=True)
    if not done["success"]:
        logging.getLogger(__name__).debug(done.get("error") or done.get("log"))
        msg = f"nbgrader cannot make a release of {name}: {cause(done)}"
        raise ValueError(msg)
    _strip(course.release(name))
    return course.release(name)


def _strip(path: Path) -> None:
    """Drop what varies from machine to machine."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("language_info", None)
    nbformat.write(notebook, path)
