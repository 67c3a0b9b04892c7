"""Run in its place what a notebook writes into a module of its own and imports again.

No file of a submission is a module in the box, so that none can take another's place, and rules
read what stands in the cells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .definitions import defined
from .finding import MODULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["in_place"]

WRITES = re.compile(r"\s*%%(?:write)?file[ \t]+(?:-a[ \t]+)?(?:\S*/)?(\w+)\.py[ \t]*(?=\n|$)")
MAX_MODULES = 20
ITSELF = re.compile(r"^([ \t]*)(\w+)[ \t]*=[ \t]*\2[ \t]*$", re.MULTILINE)
# With the module's name in place of NAME.
FROM = r"^([ \t]*)from[ \t]+\.?NAME[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n;#]*))"
IMPORT = r"^([ \t]*)import[ \t]+NAME(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?=$|[;#])"
RUN = r"^([ \t]*)%run[ \t]+(?:-i[ \t]+)?(?:\S*/)?NAME(?:\.py)?[ \t]*$"


def in_place(cells: Sequence[str]) -> tuple[list[str], list[str]]:
    r"""Return cells that need no module of the notebook's own, and which modules they needed.

    The text of such a module is run where it would be written, and its imports are left out.

    Parameters
    ----------
    cells : sequence of str
        Sources of all code cells.

    Examples
    --------
    >>> in_place(["%%writefile my.py\ndef f(): return 3", "from my import f, f as g"])
    (['\ndef f(): return 3', 'g = f'], ['my'])
    """
    found, names = list(cells), []
    for name in list(dict.fromkeys(filter(None, map(_module, cells))))[:MAX_MODULES]:
        takes = [_pattern(how, name) for how in (FROM, IMPORT, RUN)]
        if name not in MODULES and any(how.search(cell) for how in takes for cell in cells):
            found = _with(found, name)
            names.append(name)
    return found, names


def _module(cell: str) -> str:
    """Return which module a cell writes into a file, if it does."""
    found = WRITES.match(cell)
    return found[1] if found else ""


def _with(cells: Sequence[str], name: str) -> list[str]:
    """Run one module in its place; what has a namesake in the notebook gets another name there."""
    written = {at: _text(cell, name) for at, cell in enumerate(cells) if _module(cell) == name}
    rest = [cell for at, cell in enumerate(cells) if at not in written]
    own = frozenset().union(*map(defined, written.values()))
    clash = own & frozenset().union(*map(defined, rest))
    called = {one[2] or name for cell in rest for one in _pattern(IMPORT, name).finditer(cell)}
    new = {each: f"{name}_{each}" if each in clash else each for each in own}
    return [
        _replaced(written[at], "", new) if at in written else _without(cell, name, called, new)
        for at, cell in enumerate(cells)
    ]


def _text(cell: str, name: str) -> str:
    """Return what a cell writes, on the same lines; a module is not the main one."""
    return WRITES.sub("", cell).replace("__name__", repr(name))


def _without(cell: str, name: str, called: Iterable[str], new: Mapping[str, str]) -> str:
    cell = _pattern(FROM, name).sub(lambda found: found[1] + _renamed(found, new), cell)
    for how in (IMPORT, RUN):
        cell = _pattern(how, name).sub(r"\1pass", cell)
    for module in called:
        cell = _replaced(cell, rf"{module}\.", new)
    return ITSELF.sub(r"\1pass", cell)


def _replaced(text: str, before: str, new: Mapping[str, str]) -> str:
    names = "|".join(sorted(new))
    how = rf"(?<![\w.]){before}({names})\b"
    return re.sub(how, lambda found: new[found[1]], text) if names else text


def _renamed(found: re.Match[str], new: Mapping[str, str]) -> str:
    """Return what stands for an import of names: those that get another name."""
    pairs = [part.split() for part in (found[2] or found[3]).split(",") if part.strip()]
    if pairs == [["*"]]:
        pairs = [[name] for name in new]
    names = {pair[-1]: new.get(pair[0], pair[0]) for pair in pairs}
    return "; ".join(f"{one} = {other}" for one, other in names.items() if one != other) or "pass"


def _pattern(how: str, name: str) -> re.Pattern[str]:
    return re.compile(how.replace("NAME", name), re.MULTILINE)
