"""Lay a submission's cells out in the order of its release."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .definitions import defined
from .matching import choose, match
from .slots import Slot, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .matching import Matching
    from .reading import GivenCell
    from .repairs import Repairs

__all__ = ["Item", "lay_out"]

FENCED = re.compile(r"\s*```[^`\n]*\n([^`]*?)\n?```\s*")  # code, as a cell of text shows it


@dataclass(eq=False)
class Item:
    """A cell of the notebook that is put together; one without a slot is an extra cell."""

    slot: Slot | None
    kind: str
    source: str

    @property
    def is_answer(self) -> bool:
        """Whether the release left the cell to the student."""
        return self.slot is not None and not self.slot.locked

    @property
    def is_vacant(self) -> bool:
        """Whether nobody wrote anything in it."""
        return squeezed(self.source) in ("", self.slot.text if self.slot else "")


def lay_out(cells: Sequence[GivenCell], slots: Sequence[Slot], repairs: Repairs) -> list[Item]:
    """Return all slots in their order, filled in, each followed by the student's extra cells.

    What stays of the student's cells stays in their order.
    """
    found = match(cells, slots)
    chosen = _chosen(found, cells, slots)
    _tell(found, chosen, cells, slots, repairs)
    extras = _extras(found, chosen, cells, slots)
    laid = extras[None]
    for slot in slots:
        cell = cells[chosen[slot.name]] if slot.name in chosen else None
        laid += [*_filled(slot, cell, repairs), *extras[slot.name]]
    return laid


def _chosen(found: Matching, cells: Sequence[GivenCell], slots: Sequence[Slot]) -> dict[str, int]:
    chosen = {}
    for slot in slots:
        copies = found.copies.get(slot.name)
        if copies:
            checks = found.copies.get(slot.check) if slot.check else None
            chosen[slot.name] = choose(slot, copies, cells, min(checks or [len(cells)]))
    return chosen


def _extras(
    found: Matching,
    chosen: Mapping[str, int],
    cells: Sequence[GivenCell],
    slots: Sequence[Slot],
) -> dict[str | None, list[Item]]:
    """Return by the slot that they follow the cells that fill none, copies as released aside."""
    name_at = {place: name for name, place in chosen.items()}
    released = {
        place
        for slot in slots
        for place in found.copies.get(slot.name, ())
        if squeezed(cells[place].source) in ("", slot.text)
    }
    extras: dict[str | None, list[Item]] = defaultdict(list)
    last: str | None = None
    for place, cell in enumerate(cells):
        if place in name_at:
            last = name_at[place]
        elif place not in released:
            extras[last].append(Item(None, cell.kind, cell.source))
    return extras


def _filled(slot: Slot, cell: GivenCell | None, repairs: Repairs) -> Iterator[Item]:
    """Yield the slot's cell, and what was written into a locked one."""
    kind = slot.cell.cell_type
    if cell is None:
        repairs.add("missing", [slot.name])
        yield Item(slot, kind, slot.cell.source)
        return
    if (cell.kind == "code") != (kind == "code"):
        repairs.add("kind", [slot.name])
    if not slot.locked:
        block = FENCED.fullmatch(cell.source) if kind == "code" != cell.kind else None
        yield Item(slot, kind, block[1] if block else cell.source)
        return
    yield Item(slot, kind, slot.cell.source)
    if squeezed(cell.source) != slot.text:
        repairs.add("changed", [slot.name])
        # Code that others need may stand in it; a call of `check` that was tampered with may go.
        if squeezed(cell.source) and (slot.name != slot.check or defined(cell.source)):
            repairs.add("kept", [slot.name])
            yield Item(None, cell.kind, cell.source)


def _tell(
    found: Matching,
    chosen: Mapping[str, int],
    cells: Sequence[GivenCell],
    slots: Sequence[Slot],
    repairs: Repairs,
) -> None:
    repairs.add("guessed", [slot.name for slot in slots if slot.name in found.guessed])
    twice = [slot for slot in slots if len(found.copies.get(slot.name, ())) > 1]
    repairs.add("twice", [slot.name for slot in twice if not slot.locked])
    repairs.add("copied", [slot.name for slot in twice if slot.locked])
    highest = -1
    index = {slot.name: slot.index for slot in slots}
    for name in sorted(chosen, key=chosen.__getitem__):
        if index[name] < highest:
            repairs.add("moved", [name])
        highest = max(highest, index[name])
