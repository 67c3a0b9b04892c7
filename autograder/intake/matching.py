"""Which cell of a submission is which cell of the release.

A cell is known by the name that nbgrader gave it or by its id; where an editor lost both, by the
released text, by its place between cells that are known, and by the names it defines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from .definitions import defined
from .slots import squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .reading import GivenCell
    from .slots import Slot

__all__ = ["Matching", "choose", "match"]


@dataclass
class Matching:
    """Which cells of a submission are copies of which slot.

    Parameters
    ----------
    copies : dict of list of int
        By slot's name, the places of its copies in the submission, in order.
    guessed : set of str
        Names of the slots that were known neither by name nor by id.
    """

    copies: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    guessed: set[str] = field(default_factory=set)

    def guess(self, slot: Slot, place: int) -> None:
        """Take the cell at `place` for `slot`, of which there is no other copy."""
        self.copies[slot.name] = [place]
        self.guessed.add(slot.name)


def match(cells: Sequence[GivenCell], slots: Sequence[Slot]) -> Matching:
    """Find the copies of each slot among the cells of a submission."""
    found = Matching()
    ids = {slot.cell.get("id"): slot.name for slot in slots} | {s.name: s.name for s in slots}
    names = {slot.name for slot in slots}
    for place, cell in enumerate(cells):
        name = cell.name if cell.name in names else ids.get(cell.id) if cell.id else None
        if name:
            found.copies[name].append(place)
    _match_texts(found, cells, slots)
    for places, free in list(_gaps(found, cells, slots)):
        _match_gap(found, cells, places, free)
    return found


def choose(slot: Slot, copies: Sequence[int], cells: Sequence[GivenCell], check: int) -> int:
    """Return which of several copies counts.

    Of a locked cell the one that is as released; of an answer the last one that stands before
    its check and is not as released, since that is the one a run from top to bottom leaves.
    """
    texts = {place: squeezed(cells[place].source) for place in copies}
    if slot.locked:
        return next((place for place in copies if texts[place] == slot.text), copies[0])
    answered = [place for place in copies if texts[place] not in ("", slot.text)]
    before = [place for place in answered if place < check]
    return before[-1] if before else answered[0] if answered else copies[0]


def _unknown(found: Matching, cells: Sequence[GivenCell]) -> list[int]:
    known = {place for places in found.copies.values() for place in places}
    return [place for place in range(len(cells)) if place not in known]


def _free(found: Matching, slots: Iterable[Slot]) -> list[Slot]:
    return [slot for slot in slots if not found.copies.get(slot.name)]


def _match_texts(found: Matching, cells: Sequence[GivenCell], slots: Sequence[Slot]) -> None:
    """Match released texts that are there once, in the release and in the submission."""
    texts = {place: squeezed(cells[place].source) for place in _unknown(found, cells)}
    often = Counter(texts.values())
    free = _free(found, slots)
    released = Counter(slot.text for slot in free)
    by_text = {slot.text: slot for slot in free if slot.text and released[slot.text] == 1}
    for place, text in texts.items():
        if text in by_text and often[text] == 1:
            found.guess(by_text[text], place)


def _gaps(
    found: Matching, cells: Sequence[GivenCell], slots: Sequence[Slot]
) -> Iterator[tuple[list[int], list[Slot]]]:
    """Yield the unknown cells between two known ones, and the free slots between the two."""
    index = {slot.name: slot.index for slot in slots}
    known = {place: index[name] for name, places in found.copies.items() for place in places}
    ends = [(-1, -1), *sorted(known.items()), (len(cells), len(slots))]
    for (start, low), (stop, high) in pairwise(ends):
        free = _free(found, slots[low + 1 : high])
        if stop - start > 1 and free:
            yield list(range(start + 1, stop)), free


def _match_gap(
    found: Matching, cells: Sequence[GivenCell], places: list[int], free: list[Slot]
) -> None:
    texts = {place: squeezed(cells[place].source) for place in places}

    def take(slot: Slot, place: int | None) -> None:
        if place is not None:
            found.guess(slot, place)
            places.remove(place)

    for slot in free:
        take(slot, next((place for place in places if texts[place] == slot.text), None))
    answers = [slot for slot in _free(found, free) if not slot.locked]
    # Words with a block of code in them are an explanation, not an answer of another kind.
    code = [p for p in places if cells[p].kind == "code" or "```" not in cells[p].source]
    names = {place: defined(cells[place].source) for place in code}
    for slot in answers:
        if slot.defines:
            fitting = [p for p in names if p in places and slot.defines <= names[p]]
            take(slot, fitting[-1] if fitting else None)
    if not found.copies:  # a place is one beside something that is known
        return
    for kind in ("code", "markdown"):
        left = [place for place in places if cells[place].kind == kind and texts[place]]
        wanted = [slot for slot in _free(found, answers) if slot.cell.cell_type == kind]
        if len(left) == len(wanted) or (len(wanted) == 1 and kind == "markdown"):
            for slot, place in zip(wanted, left, strict=False):
                take(slot, place)
