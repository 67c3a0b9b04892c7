"""The cells that a release names: what is locked, and what is for the student to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..author import read_check
from .definitions import defined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

__all__ = ["Slot", "slots", "squeezed"]


@dataclass(frozen=True, eq=False)
class Slot:
    """A cell of the release that has a name.

    Parameters
    ----------
    name : str
        The id that nbgrader knows it by.
    index : int
        Its place among the slots.
    cell : NotebookNode
        The cell as it was released.
    locked : bool
        Whether it is the release's own; all others are the student's.
    check : str or None
        The name of the next graded cell, by which an answer has to be there.
    defines : frozenset of str
        The names that an answer has to define.
    """

    name: str
    index: int
    cell: NotebookNode
    locked: bool
    check: str | None
    defines: frozenset[str]

    @property
    def is_text(self) -> bool:
        """Whether nobody is asked for anything by it."""
        said = self.cell.metadata.nbgrader
        return self.locked and not (said.get("grade") or said.get("task"))

    @cached_property
    def text(self) -> str:
        """The released text without its white space."""
        return squeezed(self.cell.source)


def slots(release: NotebookNode) -> list[Slot]:
    """Return the named cells of a release, in order."""
    named = [cell for cell in release.cells if "grade_id" in cell.metadata.get("nbgrader", {})]
    return [_slot(named, index) for index in range(len(named))]


def squeezed(text: str) -> str:
    """Return a text without white space: editors change it where nobody typed anything."""
    return "".join(text.split())


def _slot(named: Sequence[NotebookNode], index: int) -> Slot:
    cell = named[index]
    said = cell.metadata.nbgrader
    # As nbgrader has it: it overwrites these, tasks among them, and answers to a task stand below.
    locked = not said.get("solution") and bool(said.get("grade") or said.get("locked"))
    check = next(filter(_is_check, named[index:]), None)
    check_name = check.metadata.nbgrader.grade_id if check else None
    defines: frozenset[str] = frozenset()
    if not locked and cell.cell_type == "code":
        defines = defined(cell.source) or _asked_for(check)
    return Slot(said.grade_id, index, cell, locked, check_name, defines)


def _is_check(cell: NotebookNode) -> bool:
    said = cell.metadata.nbgrader
    return bool(said.get("grade") and not said.get("solution"))


def _asked_for(check: NotebookNode | None) -> frozenset[str]:
    """Return the objects that a check asks for, where they are plain names."""
    _, objects = (read_check(check.source) if check else None) or ("", ())
    return frozenset(name for name in objects if name.isidentifier())
