"""Turn an assignment's text into the notebook that nbgrader makes a release of.

The text says no nbgrader metadata: which cell is which follows from what it holds.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import jupytext
from nbformat import NotebookNode

if TYPE_CHECKING:
    from .spec import Assignment

__all__ = ["full_marks", "read_check", "source_notebook"]

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def source_notebook(text: str, assignment: Assignment) -> NotebookNode:
    """Return the notebook with solutions that the text of an assignment describes.

    Parameters
    ----------
    text : str
        MyST Markdown notebook.  A code cell ``check("name", ...)`` is graded; a cell with
        ``### BEGIN SOLUTION`` is the student's, for the next check; a code cell tagged
        ``scratch`` is nobody's; one under ``+++ {"explain": "why", "points": 2}`` is the
        student's and marked by hand; everything else is locked.
    assignment : Assignment
        Says the points of each check.

    Raises
    ------
    ValueError
        If the checks in the text are not the tasks of the assignment, each once, in order.
    """
    notebook = jupytext.reads(text, fmt="md:myst")
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL))
    checks = [name for name in map(_check_name, notebook.cells) if name]
    tasks = [task.name for task in assignment.tasks]
    if checks != tasks:
        msg = f"{assignment.id}: the checks are {checks}, the tasks {tasks}; make them the same"
        raise ValueError(msg)
    for index, cell in enumerate(notebook.cells):
        name, said = _metadata(notebook.cells, index, assignment)
        cell.id = name
        cell.metadata = NotebookNode(nbgrader=NotebookNode(said)) if said else NotebookNode()
    return notebook


def full_marks(notebook: NotebookNode) -> dict[str, float]:
    """Return the points of each graded cell, those that a person marks included."""
    said = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return {one.grade_id: one.points for one in said if one.get("grade")}


def read_check(source: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the task and the objects' expressions of a ``check`` cell, None for other cells.

    Examples
    --------
    >>> read_check('check("shapes", size_a, size_b)')
    ('shapes', ('size_a', 'size_b'))
    >>> read_check("x = 1") is None
    True
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    call = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "check" or not call.args:
        return None
    name, *objects = call.args
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return name.value, tuple(map(ast.unparse, objects))


def _metadata(
    cells: list[NotebookNode], index: int, assignment: Assignment
) -> tuple[str, dict[str, Any]]:
    cell = cells[index]
    check = _check_name(cell)
    if check:
        points = assignment.task(check).points
        return check, _nbgrader(check, grade=True, locked=True, points=points, cell_type="code")
    if cell.cell_type == "code" and "### BEGIN SOLUTION" in cell.source:
        name = f"{_next_check(cells, index)}-solution"
        earlier = sum(
            "### BEGIN SOLUTION" in other.source and _next_check(cells, i) == name[:-9]
            for i, other in enumerate(cells[:index])
        )
        name += f"-{earlier + 1}" if earlier else ""
        return name, _nbgrader(name, solution=True)
    if "explain" in cell.metadata:
        name, points = cell.metadata["explain"], cell.metadata["points"]
        kind = cell.cell_type
        return name, _nbgrader(name, grade=True, solution=True, points=points, cell_type=kind)
    if "scratch" in cell.metadata.get("tags", ()):
        return f"scratch-{index}", {}
    name = f"given-{index}"
    return name, _nbgrader(name, locked=True)


def _nbgrader(name: str, **said: Any) -> dict[str, Any]:
    blank = {"grade": False, "locked": False, "solution": False, "task": False}
    return {"grade_id": name, "schema_version": 3, **blank, **said}


def _check_name(cell: NotebookNode) -> str | None:
    check = read_check(cell.source) if cell.cell_type == "code" else None
    return check[0] if check else None


def _next_check(cells: list[NotebookNode], index: int) -> str:
    for cell in cells[index:]:
        name = _check_name(cell)
        if name:
            return name
    msg = f"no check follows the solution in cell {index}: {cells[index].source[:60]!r}"
    raise ValueError(msg)
