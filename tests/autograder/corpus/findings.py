"""What is wrong with how the notebooks of a class were treated, and a table of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .classes import CLASSES
from .classroom import NEIGHBOURS
from .host import SECRET
from .pages import active

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from . import Notebook
    from .classroom import Classroom

__all__ = ["neighbours_touched", "problems", "table"]

CENT = 0.006  # marks are rounded
HEAD = "| class | notebooks | undeserved points | points withheld | leaks | unexplained |"
LEAST = 10  # characters of a sentence


def problems(room: Classroom, one: Notebook) -> list[str]:
    """Return all that is wrong with how a notebook was treated."""
    found = [f"explains {what} badly" for what in unexplained(room, one)] + leaks(room, one)
    if undeserved(room, one):
        found.append(f"{undeserved(room, one):g} points are undeserved")
    if withheld(room, one):
        found.append(f"{withheld(room, one):g} points are withheld")
    return found


def undeserved(room: Classroom, one: Notebook) -> float:
    """Return the points that its code does not deserve."""
    more = room.result(one).score - one.deserved - one.by_chance
    return more if more > CENT else 0.0


def withheld(room: Classroom, one: Notebook) -> float:
    """Return the points that its code deserves and did not get."""
    less = one.deserved - room.result(one).score
    return less if less > CENT else 0.0


def leaks(room: Classroom, one: Notebook) -> list[str]:
    """Return what is shown of it and must not be, and what its page would run or load."""
    about = room.all_about(one)
    words = [word for word in (*one.never, SECRET, "root:x:0") if word in about]
    return [f"says {word!r}" for word in words] + [f"runs {tag}" for tag in active(room.page(one))]


def unexplained(room: Classroom, one: Notebook) -> list[str]:
    """Return where a student would ask why."""
    result = room.result(one)
    if bool(result.ungraded) != one.ungraded or not (result.tasks or result.ungraded):
        return [f"ungraded: {result.ungraded}"]
    silent = [t.name for t in result.tasks if not t.full and len(t.sentence) < LEAST]
    said = re.search(one.says, room.all_about(one).lower())
    return silent if said else [*silent, "the words"]


def neighbours_touched(room: Classroom) -> list[str]:
    """Return which neighbours' grades, words or pages are not as if they were alone."""
    return [
        f"{what} of {one.who}"
        for one in NEIGHBOURS
        for what in ("result", "feedback", "autograded")
        if len({room.path(what, one, name).read_bytes() for name in ("alone", "crowd")}) > 1
        or room.result(one).score != one.deserved
    ]


def table(room: Classroom, classes: Mapping[str, Sequence[Notebook]] = CLASSES) -> str:
    """Return, class by class, how many notebooks there are and what they brought about."""
    rows = [HEAD, "|---|---|---|---|---|---|"]
    for name, some in (*classes.items(), ("all", room.notebooks)):
        counts = [
            sum(undeserved(room, one) for one in some),
            sum(withheld(room, one) for one in some),
            sum(bool(leaks(room, one)) for one in some),
            sum(bool(unexplained(room, one)) for one in some),
        ]
        rows.append(" | ".join([f"| {name}", str(len(some)), *(f"{n:g}" for n in counts)]) + " |")
    host, beside = len(room.host_touched), len(neighbours_touched(room))
    return "\n".join([*rows, "", f"Host touched: {host}. Neighbours touched: {beside}."])
