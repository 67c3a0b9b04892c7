"""Which names a cell defines, read off its lines: also where Python could not read the cell."""

from __future__ import annotations

import re
from itertools import takewhile
from keyword import iskeyword

__all__ = ["defined"]

DEFINITION = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")
WORD = re.compile(r"\w+")
TARGETS = re.compile(r"[\w\s,]+(?::[^=]*)?")
GROUP = re.compile(r"^[(\[]([\w\s,]+)[)\]]\s*=(?!=)", re.MULTILINE)
ASSIGNS = re.compile(r"(?<![=!<>:])=(?!=)")


def defined(source: str) -> frozenset[str]:
    r"""Return the names that the lines of a cell define, those inside functions aside.

    Examples
    --------
    >>> sorted(defined("a = b, c = 1, 2\nd: int = 3\nif a == b:\n    e = 4"))
    ['a', 'b', 'c', 'd']
    >>> sorted(defined("a = 8  # since b = 8\nc = array([1], dtype=int)"))
    ['a', 'c']
    >>> sorted(defined("(a,\n b) = 1, 2\nc, \\\n d = 3, 4\ne = 5; f = 6"))
    ['a', 'b', 'c', 'd', 'e', 'f']
    >>> sorted(defined("def f(x, y=2):\n    z = x\n  syntax error ="))
    ['f']
    """
    joined = GROUP.sub(_in_one_line, source.replace("\\\n", " "))
    lines = (line for line in joined.split("\n") if line[:1].isidentifier())
    return frozenset(name for line in lines for each in _statements(line) for name in _names(each))


def _in_one_line(found: re.Match[str]) -> str:
    return f"{' '.join(found[1].split())} ="


def _statements(line: str) -> list[str]:
    """Split a line at semicolons, unless one may stand in a text."""
    return [line] if "'" in line or '"' in line else [one.strip() for one in line.split(";")]


def _names(line: str) -> list[str]:
    found = DEFINITION.match(line)
    if found:
        return [found[1]]
    # What follows the last target may hold "=" as well: an option, a comment.
    targets = list(takewhile(TARGETS.fullmatch, ASSIGNS.split(line)[:-1]))
    names = [name for target in targets for name in WORD.findall(target.partition(":")[0])]
    return [] if any(map(iskeyword, names)) else names
