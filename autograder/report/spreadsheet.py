"""Tables for spreadsheets: quoted, and nothing in them is read as a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["to_csv"]

FORMULA = tuple("=+-@\t\r")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as the text of a CSV file.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of sequences
        Cells; None becomes an empty one.

    Examples
    --------
    >>> print(to_csv(["student", "score"], [['O"Neil, Jr', 1.5], ["=cmd()", None]]))
    student,score
    "O""Neil, Jr",1.5
    '=cmd(),
    <BLANKLINE>
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    for row in (header, *rows):
        table.writerow([_plain(cell) for cell in row])
    return stream.getvalue()


def _plain(cell: object) -> object:
    """Keep a spreadsheet from reading a text as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
