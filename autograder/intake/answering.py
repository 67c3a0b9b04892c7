"""Let an answer count that its author wrote into another cell than the one for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .definitions import defined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .layout import Item
    from .repairs import Repairs

__all__ = ["settle"]


def settle(laid: list[Item], repairs: Repairs) -> None:
    """Keep released stubs from hiding an earlier answer, and put a late one before its check.

    Cells are run in their order: a function written above its stub would be replaced by the stub,
    and one written below the check would not be there yet when it is asked for.
    """
    for item in [item for item in laid if item.is_answer and item.is_vacant]:
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
