"""Tables for spreadsheets: quoted, and nothing in them is read as a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["to_csv"]

# Where a cell begins: some countries' spreadsheets split a line of a file with commas at ; or tab,
# and take the wide forms of these signs for the signs.
FORMULA = re.compile("(^|[;\t\r\n])(?=[=+\\-@\t\r＝＋－＠])")  # noqa: RUF001


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
    >>> print(to_csv(["student", "score"], [['O"Neil, Jr', 1.5], ["=cmd()", -1], ["a;=b", None]]))
    student,score
    "O""Neil, Jr",1.5
    '=cmd(),-1
    a;'=b,
    <BLANKLINE>
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    for row in (header, *rows):
        table.writerow([_plain(cell) for cell in row])
    return stream.getvalue()


def _plain(cell: object) -> object:
    """Keep a spreadsheet from reading a text as a formula."""
    return FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
