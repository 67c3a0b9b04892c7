"""What was repaired in a notebook, in sentences for its author and the instructor."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from .words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Repairs"]

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
# By what happened: what is said of one cell, and of several.
SENTENCES = {
    "guessed": (
        "cell {} had lost its name and was recognised by its text or its place",
        "cells {} had lost their names and were recognised by their text or their place",
    ),
    "twice": (
        "cell {} is there more than once: the last answer before its check counts",
        "cells {} are there more than once: the last answer before its check counts",
    ),
    "copied": (
        "cell {} is there more than once: the released one counts",
        "cells {} are there more than once: the released ones count",
    ),
    "missing": (
        "cell {} was missing and is back as it was released",
        "cells {} were missing and are back as they were released",
    ),
    "moved": (
        "cell {} stood in another place and is back in its own",
        "cells {} stood in other places and are back in their own",
    ),
    "kind": (
        "cell {} had become a cell of another kind and is what it was again",
        "cells {} had become cells of another kind and are what they were again",
    ),
    "changed": (
        "cell {} is locked and was changed: it is back as it was released",
        "cells {} are locked and were changed: they are back as they were released",
    ),
    "kept": (
        "what you wrote into the locked cell {} is kept in a cell of its own behind it",
        "what you wrote into the locked cells {} is kept in cells of their own behind them",
    ),
    "elsewhere": (
        "the answer to {} stands in an earlier cell, so the cell itself is left empty",
        "the answers to {} stand in earlier cells, so the cells themselves are left empty",
    ),
    "late": (
        "the answer to {} stood behind its check and was put before it",
        "the answers to {} stood behind their checks and were put before them",
    ),
    "beside": (
        "the answer to {} stood in another cell and was put into its own",
        "the answers to {} stood in other cells and were put into their own",
    ),
    "magic": (
        "cell {} begins with a magic like %%timeit, so what it defines is gone when it has run",
        "cells {} begin with a magic like %%timeit, so what they define is gone when they have run",
    ),
    "newer": (
        f"cell {{}} needs a newer Python than the grader's {HERE}, so it was rewritten to run",
        f"cells {{}} need a newer Python than the grader's {HERE}, so they were rewritten to run",
    ),
    "module": (
        "{} is a file that the notebook writes: its text was run in the notebook itself",
        "{} are files that the notebook writes: their texts were run in the notebook itself",
    ),
    "empty": ("cell {} is empty", "cells {} are empty"),
    "conflict": (
        "cell {} holds merge conflict markers (<<<<<<<): resolve them",
        "cells {} hold merge conflict markers (<<<<<<<): resolve them",
    ),
}


class Repairs:
    """Collects which cells were repaired, to say it in few sentences."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, what: str, names: Iterable[str]) -> None:
        """Remember what happened to the cells of these names."""
        self._names[what].update(dict.fromkeys(names))

    def has(self, what: str, name: str) -> bool:
        """Whether this happened to the cell of this name."""
        return name in self._names[what]

    def count(self, what: str) -> int:
        """Return to how many cells this happened."""
        return len(self._names[what])

    def said(self) -> list[str]:
        """Return one sentence for each thing that happened.

        Examples
        --------
        >>> repairs = Repairs()
        >>> repairs.add("missing", ["double"])
        >>> repairs.add("empty", ["a", "b"])
        >>> repairs.said()
        ['cell double was missing and is back as it was released', 'cells a and b are empty']
        """
        return [
            sentences[len(self._names[what]) > 1].format(listed(self._names[what]))
            for what, sentences in SENTENCES.items()
            if self._names.get(what)
        ]
