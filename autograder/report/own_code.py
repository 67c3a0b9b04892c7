"""What in a notebook its author has written, and which of it stands behind a task."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autograder.author import read_check
from autograder.rules.source import behind, bindings, readable

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["behind_task", "own_cells"]


def own_cells(notebook: NotebookNode) -> list[str]:
    """Return the sources of all code cells that are not locked: answers and extra cells."""
    return [cell.source for cell in notebook.cells if _own(cell)]


def behind_task(notebook: NotebookNode, task: str) -> str:
    """Return the author's own statements that make the objects of a check what they are.

    Parameters
    ----------
    notebook : NotebookNode
        A clean notebook.
    task : str
        The name in ``check(name, *objects)``.

    Returns
    -------
    str
        Whole lines, without imports, in their order; empty if Python cannot read them or the
        notebook has no such check.
    """
    cells: list[str] = []
    for cell in notebook.cells:
        check = read_check(cell.source) if cell.cell_type == "code" else None
        if check and check[0] == task:
            return _statements(readable(cells), check[1])
        if _own(cell):
            cells.append(cell.source)
    return ""


def _own(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("locked")


def _statements(source: str, objects: tuple[str, ...]) -> str:
    tree = ast.parse(source)
    bound = bindings(tree)
    names = [
        node.id
        for expression in objects
        for node in ast.walk(ast.parse(expression))
        if isinstance(node, ast.Name)
    ]
    used = {statement for name in names for statement in behind(bound, name)}
    lines = source.splitlines()
    kept = [
        "\n".join(lines[_first_line(statement) - 1 : statement.end_lineno])
        for statement in tree.body
        if statement in used and not isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    return "\n\n".join(dict.fromkeys(kept))


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
