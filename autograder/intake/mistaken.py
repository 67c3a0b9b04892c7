"""Tell a notebook of one assignment that was handed in for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .slots import slots, squeezed
from .words import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from .reading import Given

__all__ = ["demand_own", "locked_texts"]


def locked_texts(release: NotebookNode) -> frozenset[str]:
    """Return the texts of a release's locked cells, without white space."""
    return frozenset(slot.text for slot in slots(release) if slot.locked)


def demand_own(notebook: Given, name: str, texts: Mapping[str, frozenset[str]]) -> None:
    """Demand that a notebook is not that of another assignment.

    Assignments share names of cells, so that one would be taken for the other, and some texts.

    Parameters
    ----------
    notebook : Given
        What was handed in.
    name : str
        The assignment it was handed in for.
    texts : mapping of frozenset of str
        `locked_texts` of each assignment, by name.

    Raises
    ------
    Refusal
        If it holds most of the locked cells of another assignment, and more than of this one.
    """
    given = {squeezed(cell.source) for cell in notebook.cells}
    held = {other: len(of_it & given) for other, of_it in texts.items()}
    likeliest = max(held, key=lambda other: held[other])
    if held[likeliest] > max(held[name], len(texts[likeliest]) // 2):
        msg = f"this is the notebook of {likeliest}, not of {name}: hand in {name}.ipynb"
        raise Refusal(msg)
