"""Boxes for one submission after the other, of the strongest kind that works on this machine."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self

from .box import BoxError
from .kinds import LADDER, OVER, Unsafe
from .probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from .box import Box
    from .command import Tools
    from .kinds import Kind
    from .limits import Limits

__all__ = ["Boxes"]


class Boxes:
    """Gives each submission a fresh box; threads may share it.

    In a ``with`` statement: at its start the kinds of box are tried from the strongest down,
    each by code that tries to get out; at its end everything that was started is ended.

    Parameters
    ----------
    tools : Tools
        What boxes are made of.
    limits : Limits
        What one submission may use.
    unsafe : bool
        Go without walls: for one's own code only.
    ladder : sequence of type
        The kinds to try.

    Attributes
    ----------
    kind : str
        "pool", "cold", "landlock" or "unsafe".
    says : str
        What holds, what does not work and what to do about it, in one line.

    Raises
    ------
    BoxError
        On entering, if no kind of box holds on this machine.
    """

    def __init__(
        self,
        tools: Tools,
        limits: Limits,
        *,
        unsafe: bool = False,
        ladder: Sequence[type[Kind]] = LADDER,
    ) -> None:
        self.tools, self.limits = tools, limits
        self.ladder = (Unsafe,) if unsafe else tuple(ladder)

    def __enter__(self) -> Self:
        # Boxes end with the thread that started them: this one lasts as long as they may.
        self._keeper = ThreadPoolExecutor(1, "box-keeper")
        try:
            self._choose()
        except BaseException:
            self._keeper.shutdown()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._chosen.close()
        self._keeper.shutdown()

    def box(self) -> AbstractContextManager[Box]:
        """Give a started box that has seen no submission; whatever is in it ends with it.

        Raises
        ------
        BoxError
            If it does not start.
        """
        return self._chosen.box(self.limits)

    def _choose(self) -> None:
        lacks: list[str] = []
        for kind in self.ladder:
            self._chosen, self.kind = kind(self.tools, self._popen), kind.name
            rung = probe(self._chosen, self.limits)
            if rung.works:
                self.says = "; ".join([f"{self.kind}: {rung.says}", *lacks])
                return
            self._chosen.close()
            lacks.append(f"no {self.kind}: {rung.says} ({rung.remedy})")
        msg = "; ".join(lacks)
        raise BoxError(msg)

    def _popen(self, *args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        start: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen
        try:
            started = self._keeper.submit(start, *args, **kwargs)
        except RuntimeError as error:  # the keeper is gone
            raise BoxError(OVER) from error
        return started.result()
