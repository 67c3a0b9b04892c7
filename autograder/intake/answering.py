"""Let an answer count that its author wrote into another cell than the one for it."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from .definitions import defined
from .reading import parses
from .slots import squeezed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from .layout import Item
    from .repairs import Repairs

__all__ = ["settle"]

COMMENT = re.compile(r"^#+ ?", re.MULTILINE)


def settle(laid: list[Item], released: Container[str], repairs: Repairs) -> None:
    """Let answers count that were written into another cell than their own, which is as released.

    `released` are the texts of the release, without white space: what nobody wrote.
    """
    vacant = [item for item in laid if item.is_answer and item.is_vacant]
    _settle_code([item for item in vacant if item.kind == "code"], laid, repairs)
    for item in vacant:
        if item.kind != "code":
            _gather_words(item, laid, released, repairs)


def _settle_code(vacant: Sequence[Item], laid: list[Item], repairs: Repairs) -> None:
    """Keep released stubs from hiding an earlier answer, and put a late one before its check.

    Cells are run in their order: a function written above its stub would be replaced by the stub,
    and one written below the check would not be there yet when it is asked for.
    """
    for item in vacant:
        assert item.slot is not None
        wanted = item.slot.defines
        at, check = laid.index(item), _check_of(item, laid)
        if not wanted or wanted <= _names(laid[at + 1 : check]):
            continue
        if wanted <= _names(laid[:check]):
            repairs.add("elsewhere", [item.slot.name])
            item.source = ""
            continue
        late = [other for other in laid[check:] if other.slot is None and wanted <= _names([other])]
        if late:
            repairs.add("late", [item.slot.name])
            item.source = late[-1].source
            laid.remove(late[-1])


def _gather_words(item: Item, laid: list[Item], released: Container[str], repairs: Repairs) -> None:
    """Put into the cell for an answer in words what stands below it, or else right above.

    nbgrader gives no points for a cell that is as released, and shows it to nobody.
    """
    assert item.slot is not None
    at = laid.index(item)
    above = takewhile(lambda other: other.slot is None, reversed(laid[:at]))
    below = takewhile(lambda other: other.slot is None or other.slot.is_text, laid[at + 1 :])
    for some in ([*below], [*above][::-1]):
        own = [one for one in some if one.slot is None and squeezed(one.source) not in released]
        said = {one: _words(one) for one in own}
        if any(said.values()):
            repairs.add("beside", [item.slot.name])
            item.source = "\n\n".join(filter(None, said.values()))
            laid[:] = [one for one in laid if not (said.get(one) and one.kind != "code")]
            return


def _words(item: Item) -> str:
    """Return what a cell says, nothing if it is a program."""
    if item.kind != "code":
        return item.source.strip()
    lines = [line for line in item.source.split("\n") if line.strip()]
    is_program = parses(item.source) and not all(map(COMMENT.match, lines))
    if is_program or item.source.startswith(("%", "!")):
        return ""
    return COMMENT.sub("", item.source).strip()


def _check_of(item: Item, laid: Sequence[Item]) -> int:
    assert item.slot is not None
    check = item.slot.check
    return next(
        (place for place, other in enumerate(laid) if other.slot and other.slot.name == check),
        len(laid),
    )


def _names(items: Iterable[Item]) -> frozenset[str]:
    """Return what the student's own code in these cells defines."""
    own = (item for item in items if item.kind == "code" and _is_own(item))
    return frozenset().union(*(defined(item.source) for item in own))


def _is_own(item: Item) -> bool:
    return item.slot is None or (item.is_answer and not item.is_vacant)
