"""Cells that stopped at an error: what stands behind it may not have run."""

from __future__ import annotations

import ast
import re
from textwrap import indent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["perhaps"]

COLOURS = re.compile(r"\x1b\[[\d;]*m")
PLACE = re.compile(r"In\[\d+\], line (\d+)")


def perhaps(cell: str, outputs: Sequence[dict[str, Any]]) -> str:
    r"""Return a cell with all that stands behind an error under a condition.

    So what it binds counts beside what was bound before, and not in its place.

    Parameters
    ----------
    cell : str
        Its source.
    outputs : sequence of dict
        What it showed.  Who forges an error only makes more of the code count.

    Examples
    --------
    >>> error = {"output_type": "error", "traceback": ["Cell In[1], line 2\n      1 f = 1"]}
    >>> perhaps("f = 1\n1 / 0\nf = 2", [error])
    'f = 1\n1 / 0\nif True:\n f = 2'
    >>> perhaps("f = 1\nf = 2", [])
    'f = 1\nf = 2'
    """
    errors = [one for one in outputs if one.get("output_type") == "error"]
    if not errors:
        return cell
    said = COLOURS.sub("", "\n".join(errors[0].get("traceback", [])))
    place = PLACE.search(said)
    done = _end(cell, int(place[1]) if place else 0)
    lines = cell.split("\n")
    rest = "\n".join(lines[done:])
    if not rest.strip() or rest.lstrip().startswith("%"):
        return cell
    return "\n".join([*lines[:done], "if True:", indent(rest, " ")])


def _end(cell: str, line: int) -> int:
    """Return the last line of the statement that a line is in; 0 if nobody knows."""
    try:
        statements = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return line
    ends = (one.end_lineno or 0 for one in statements if one.lineno <= line)
    return max(ends, default=0)
