"""Put a submission into the shape of its release: the student's answers in the released cells."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from .answering import settle
from .layout import lay_out
from .newer import older
from .reading import Given, given, parses
from .repairs import Repairs
from .slots import slots, squeezed
from .words import Refusal, listed
from .written import in_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from .layout import Item

__all__ = ["clean", "is_answered"]

MARKERS = ("<<<<<<< ", "=======", ">>>>>>> ")
MAGIC = re.compile(r"\s*%%(?!(time|capture|prun)\b)")  # these run the cell in the notebook


def clean(notebook: Given | NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Return the release with the student's answers and extra cells in it, and what was repaired.

    Locked cells are the release's own again; lost ones are back; what else the student wrote
    stays in extra cells, in its order, behind the cell that it followed.  No output and no
    metadata of the student's survives.

    Parameters
    ----------
    notebook : Given or NotebookNode
        What was handed in.
    release : NotebookNode
        What students got.

    Returns
    -------
    notebook : NotebookNode
        To clean it again changes nothing.
    notes : list of str
        A sentence for each kind of repair; none for a notebook that was only filled in.

    Raises
    ------
    Refusal
        If it is no notebook for Python, or has nothing to do with the release.
    """
    submission = notebook if isinstance(notebook, Given) else given(notebook)
    repairs = Repairs()
    laid = lay_out(submission.cells, slots(release), repairs)
    settle(laid, _texts(release.cells), repairs)
    _demand_answers(laid, repairs)
    _look_at(laid, repairs)
    cells = [_cell(item, place) for place, item in enumerate(laid)]
    restored = new_notebook(cells=cells, metadata=deepcopy(release.metadata))
    restored.nbformat_minor = max(restored.nbformat_minor, release.nbformat_minor)
    return restored, [*submission.notes, *repairs.said()]


def is_answered(notebook: Given, release: NotebookNode) -> bool:
    """Whether a notebook belongs to a release, and somebody wrote in it."""
    try:
        cells = clean(notebook, release)[0].cells
    except Refusal:
        return False
    return _texts(cells) != _texts(release.cells)


def _texts(cells: Sequence[NotebookNode]) -> list[str]:
    return [squeezed(cell.source) for cell in cells]


def _demand_answers(laid: Sequence[Item], repairs: Repairs) -> None:
    """Refuse a notebook of which no cell is the release's and none defines what it asks for."""
    names = [item.slot.name for item in laid if item.slot]
    same = all(item.is_vacant and item.source for item in laid if item.slot)
    if names and same and repairs.count("missing") == len(names):
        msg = (
            "nothing in the notebook belongs to this assignment: no cell is known, and none "
            "defines what is asked for; was another notebook handed in?"
        )
        raise Refusal(msg)


def _look_at(laid: Sequence[Item], repairs: Repairs) -> None:
    """Name the answers that are empty or define nothing, and the cells with two versions."""
    for name, item in _named(laid):
        if item.is_answer and not item.source.strip() and not repairs.has("elsewhere", name):
            repairs.add("empty", [name])
        if (item.is_answer or not item.slot) and _in_conflict(item):
            repairs.add("conflict", [name])
    code = [(name, item) for name, item in _named(laid) if item.kind == "code"]
    sources, modules = in_place([item.source for _, item in code])
    repairs.add("module", [f"{module}.py" for module in modules])
    for (name, item), source in zip(code, sources, strict=True):
        if item.is_answer and MAGIC.match(source):
            repairs.add("magic", [name])
        newer = older(source)[1]
        repairs.add("newer", [f"{name} ({listed(newer)})"] if newer else [])


def _named(laid: Sequence[Item]) -> list[tuple[str, Item]]:
    return [
        (item.slot.name if item.slot else f"number {place}", item)
        for place, item in enumerate(laid, 1)
    ]


def _in_conflict(item: Item) -> bool:
    """Whether the three markers stand in a cell, and not in a string of a program that runs."""
    lines = iter(item.source.split("\n"))
    found = all(any(line.startswith(marker) for line in lines) for marker in MARKERS)
    return found and not (item.kind == "code" and parses(item.source))


def _cell(item: Item, place: int) -> NotebookNode:
    """Return the released cell with the student's text, or a bare one for an extra cell."""
    if item.slot is None:
        new = new_code_cell if item.kind == "code" else new_markdown_cell
        return new(item.source, id=f"extra-{place}")  # the same whenever it is made
    cell = deepcopy(item.slot.cell)
    cell.update(id=item.slot.name, source=item.source)
    if cell.cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    return cell
