"""A warm Python behind walls that forks a box for each submission."""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .box import START_SECONDS, Box, BoxError
from .command import pooled
from .process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .command import Tools
    from .limits import Limits

__all__ = ["Zygote"]

BEGIN, END, WARM, ENDED = b"begin", b"end", b"warm", b"ended"
END_SECONDS = 20.0


class Zygote:
    """Start a zygote; it takes one submission at a time.

    Parameters
    ----------
    tools : Tools
        What it is made of.
    popen : callable, optional
        Makes its process; see `Process`.

    Raises
    ------
    BoxError
        If it does not get warm.
    """

    def __init__(
        self, tools: Tools, popen: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen
    ) -> None:
        self.start = pooled(tools)
        self.process = Process(self.start, socket.SOCK_SEQPACKET, popen)
        self.fit = True
        if not self._hears(WARM, START_SECONDS):
            msg = f"the pool does not start: {self.close() or 'it ended without a word'}"
            raise BoxError(msg)

    @contextmanager
    def box(self, limits: Limits) -> Iterator[Box]:
        """Fork a box; at the end all in it is gone, or the zygote is fit for nothing more.

        Raises
        ------
        BoxError
            If the zygote is lost, or the box does not start.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.process.socket, [BEGIN], [theirs.fileno()])
            except OSError as error:
                ours.close()
                self.fit = False
                msg = "the pool's process is lost"
                raise BoxError(msg) from error
        with Box(ours, self.start, limits, self._end) as box:
            yield box

    def close(self) -> str:
        """End it, and what was said on standard error when it started."""
        self.fit = False
        return self.process.close()

    def _end(self) -> str:
        try:
            self.process.socket.send(END)
        except OSError:
            self.fit = False
        self.fit = self.fit and self._hears(ENDED, END_SECONDS)
        return ""

    def _hears(self, word: bytes, seconds: float) -> bool:
        self.process.socket.settimeout(seconds)
        try:
            return self.process.socket.recv(16) == word
        except OSError:
            return False
