"""One bar on stderr for work that takes a while: how much is done, how fast, how long still."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Self

import click
from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Progress"]

FORMAT = "{n_fmt} of {total_fmt} graded |{bar:20}| {rate_noinv_fmt}, {remaining} left{postfix}"
STEPS = 10  # lines in all, where stderr is a file or a pipe
SHOWN = 3


class Progress:
    """Told how far the work is, it draws a bar on a terminal and writes a few lines elsewhere."""

    def __init__(self) -> None:
        self.drawn = sys.stderr is not None and sys.stderr.isatty()  # none if it was closed
        self._bar: tqdm[None] | None = None
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int, now: Sequence[str]) -> None:
        """Show that `done` submissions of `total` are graded and that `now` is being graded."""
        if self._bar is None:
            self._bar = self._started(total)
        more = f", +{len(now) - SHOWN}" if len(now) > SHOWN else ""
        self._bar.set_postfix_str(f"now {', '.join(now[:SHOWN])}{more}" if now else "", False)
        self._bar.update(done - self._bar.n)
        if not self.drawn and done >= self._next:
            click.echo(str(self._bar), err=True)
            self._next = min(total, done + max(1, total // STEPS))

    def _started(self, total: int) -> tqdm[None]:
        file = sys.stderr if self.drawn else io.StringIO()
        return tqdm(total=total, unit=" submissions", bar_format=FORMAT, file=file, smoothing=0)
