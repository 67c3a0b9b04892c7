"""Read notebooks that release and grading have written, and name one that is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["read_kept"]


def read_kept(path: Path) -> NotebookNode:
    """Return a notebook of ours.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    ValueError
        If it is none any more.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        list(notebook.cells)
    except OSError:
        raise
    except Exception as error:
        msg = f"{path} is damaged: `course grade` or `course release` makes it again"
        raise ValueError(msg) from error
    return notebook
