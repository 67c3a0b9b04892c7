"""Notebooks against the grader: what each tries, and what its code deserves.

Each module is one class of them.  They are data: nothing here runs but in a box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["RIGHT", "WRONG", "Notebook", "cell", "double"]

RIGHT = {
    "double": {"count": "count = 3", "double": "def double(x):\n    return 2 * x"},
    "race": {
        "total": "def total(x):\n    return x.cumsum()",
        "duplicate": "def duplicate(x):\n    return x.copy()",
        "products": "def products(x):\n    return x[:-2] * x[2:]",
    },
    "conv1d": {},
}
# What no cell is given for: wrong in each case, so that every point would be stolen.
WRONG = {
    "double": {"count": "count = 0", "double": "def double(x):\n    return np.zeros(7)"},
    "race": {
        "total": "def total(x):\n    return 0.5",
        "duplicate": "def duplicate(x):\n    return 0.5",
        "products": "def products(x):\n    return 0.5",
    },
    "conv1d": {},
}


@dataclass(frozen=True)
class Notebook:
    """One notebook of the corpus.

    Parameters
    ----------
    name : str
        Names it, and the student who hands it in unless `student` does.
    tries : str
        What it does, in a few words.
    cells : mapping
        Sources of solution cells by task; the others are wrong, or right if `honest`.
    before : tuple of str
        Code cells in front of all others.
    after : tuple of str
        Code cells behind all others.
    deserved : float
        The marks that its code deserves, all tasks together.
    by_chance : float
        Further marks that it may get or not, where that is a matter of chance; see its comment.
    says : str
        What its words must mention: a pattern, of small letters.
    never : tuple of str
        What no page and no file about it may hold.
    edit : callable (notebook) -> None
        What happens to the notebook's JSON in the end.
    files : mapping
        What lies beside the notebook; text by name.
    ungraded : bool
        No grade is due, only an explanation.
    honest : bool
        Written in good faith.
    assignment, student : str
        Where it is handed in.
    """

    name: str
    tries: str
    cells: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    deserved: float = 0.0
    by_chance: float = 0.0
    says: str = ""
    never: tuple[str, ...] = ()
    edit: Callable[[dict[str, Any]], object] = lambda _: None
    files: Mapping[str, str] = field(default_factory=dict)
    ungraded: bool = False
    honest: bool = False
    assignment: str = "double"
    student: str = ""

    @property
    def who(self) -> str:
        """The student's name."""
        return self.student or self.name

    def sources(self) -> dict[str, str]:
        """Return the sources of all solution cells."""
        rest = RIGHT if self.honest else WRONG
        return {**rest[self.assignment], **self.cells}


def cell(source: str) -> str:
    """Return a source without the indentation that it has in these files."""
    return dedent(source).strip()


def double(body: str, result: str = "np.zeros(7)") -> dict[str, str]:
    """Return the cell of a function that does `body` at each call, and answers `result`."""
    return {"double": f"def double(x):\n{indent(cell(body), '    ')}\n    return {result}"}
