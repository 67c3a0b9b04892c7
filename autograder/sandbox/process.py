"""A Python of the box's, started behind its walls with one socket to this side."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .command import Start

__all__ = ["Process"]


class Process:
    """Start a process whose standard input is a socket.

    Parameters
    ----------
    start : Start
        Command and environment.
    kind : int
        Kind of socket.
    popen : callable, optional
        Makes the process. The kernel ends it together with the *thread* that made it.

    Raises
    ------
    FileNotFoundError
        If there is no such program.
    """

    def __init__(
        self,
        start: Start,
        kind: int = socket.SOCK_STREAM,
        popen: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen,
    ) -> None:
        self._said: str | None = None
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, kind)
        try:
            self.process = popen(
                start.command,
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=start.environment,
                process_group=0,
            )
        except BaseException:
            self.socket.close()
            raise
        finally:
            theirs.close()

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End all of it at once."""
        # The whole group: started by root, the outer bubblewrap may not signal the inner one.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> str:
        """End all of it, wait until it is gone, and return what it said on standard error."""
        if self._said is None:
            self._said = self._end()
        return self._said

    def _end(self) -> str:
        self.kill()
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            said = stderr.read(4000).decode(errors="replace").strip()
        self.process.wait()
        self.socket.close()
        return said
