"""Cells that stopped at an error: what stands behind it may not have run."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from textwrap import indent
from typing import TYPE_CHECKING, Any

from .rules.source import readable

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
    errors = [one for one in outputs if one["output_type"] == "error"]
    if not errors:
        return cell
    said = COLOURS.sub("", "\n".join(errors[0].get("traceback", [])))
    place = PLACE.search(said)
    lines = cell.split("\n")
    for done in (_end(cell, int(place[1]) if place else 0), 0):
        rest = readable(["\n".join(lines[done:])]).rstrip()
        if rest:
            under = (f"if True:\n{indent(part, ' ')}" for part in _parted(rest))
            return "\n".join([*lines[:done], *under])
    return cell


def _end(cell: str, line: int) -> int:
    """Return the last line of the statement that a line is in; 0 if nobody knows."""
    try:
        statements = ast.parse(readable([cell])).body
    except RecursionError:
        return line
    ends = (one.end_lineno or 0 for one in statements if one.lineno <= line)
    return max(ends, default=0)


def _parted(source: str) -> list[str]:
    """Part a source before each statement, so that none hides what another does."""
    lines = source.split("\n")
    starts = [
        min([one.lineno, *(each.lineno for each in getattr(one, "decorator_list", []))]) - 1
        for one in ast.parse(source).body
    ]
    edges = [*dict.fromkeys(starts), len(lines)]
    return ["\n".join(lines[start:end]) for start, end in pairwise(edges)]
