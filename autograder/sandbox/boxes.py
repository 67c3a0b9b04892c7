"""Boxes for one submission after the other, of the strongest kind that works on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from .box import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .command import Tools
    from .limits import Limits

__all__ = ["Boxes"]


class Boxes:
    """Gives each submission a fresh box; threads may share it.

    Parameters
    ----------
    tools : Tools
        What boxes are made of.
    limits : Limits
        What one submission may use.
    unsafe : bool
        Go without walls: for one's own code only.
    """

    def __init__(self, tools: Tools, limits: Limits, *, unsafe: bool = False) -> None:
        self.tools, self.limits = tools, limits
        self.kind = "unsafe" if unsafe else "cold"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @contextmanager
    def box(self) -> Iterator[Box]:
        """Give a started box that has seen no submission; whatever is in it ends with it.

        Raises
        ------
        BoxError
            If it does not start.
        """
        with Box(self.tools, self.limits, unsafe=self.kind == "unsafe") as box:
            yield box
