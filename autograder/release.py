"""Make the students' notebook from an assignment's text, through nbgrader."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import nbformat

from .author import source_notebook
from .cause import cause
from .nbgrader_settings import api, quiet
from .store import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    with _kept(course.release(name)):
        with quiet():
            done = api(course).generate_assignment(name, force=True, create=True)
        if not done["success"]:
            logging.getLogger(__name__).debug(done.get("error") or done.get("log"))
            msg = f"nbgrader cannot make a release of {name}: {cause(done)}{_remedy(done)}"
            raise ValueError(msg)
        _strip(course.release(name))
    return course.release(name)


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Bring a file back if making it anew fails: nbgrader begins by removing it."""
    before = path.read_bytes() if path.exists() else None
    try:
        yield
    except BaseException:
        if before is not None:
            write(path, before)
        raise


def _remedy(done: Mapping[str, str]) -> str:
    if "Cannot add or remove cells" not in cause(done):
        return ""
    return "; graded cells stay what they are once somebody has handed in: bring them back"


def _strip(path: Path) -> None:
    """Drop what varies from machine to machine."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("language_info", None)
    nbformat.write(notebook, path)
