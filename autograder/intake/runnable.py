"""What a notebook's cells become before they are run here, and read for rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .newer import older
from .written import in_place

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["runnable"]


def runnable(cells: Sequence[str]) -> tuple[str, ...]:
    """Return code cells that do here what they do where they were written.

    Parameters
    ----------
    cells : sequence of str
        Their sources.
    """
    found, _ = in_place(cells)
    return tuple(older(cell)[0] for cell in found)
