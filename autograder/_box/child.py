"""A confined child of the supervisor, and what became of it."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from .confine import confine
from .frames import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame

__all__ = ["Child"]

MAX_PAYLOAD = 64 << 20


class Child:
    """Fork a process that is confined before it does anything of the student's.

    Parameters
    ----------
    work : callable (Channel) -> None
        What the child does; it talks to the supervisor over the channel.
    limits : dict
        See `confine`.
    program : bytes
        The system call filter.
    """

    def __init__(
        self, work: Callable[[Channel], None], limits: dict[str, Any], program: bytes
    ) -> None:
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(work, theirs.fileno(), limits, program)
        theirs.close()
        fd = ours.detach()
        self.channel = Channel(fd, fd, MAX_PAYLOAD)

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Hand the child a frame."""
        self.channel.send(header, payload)

    def receive(self, seconds: float) -> Frame:
        """Take a frame from the child; see `Channel.receive` for what it raises."""
        return self.channel.receive(seconds)

    def end(self) -> str:
        """Kill the child if it still runs and tell how it ended."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.channel.close()
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGKILL:
            return "was killed"
        if code < 0:
            return f"was ended ({signal.strsignal(-code) or -code})"
        return f"left with code {code}"


def _be_child(
    work: Callable[[Channel], None], fd: int, limits: dict[str, Any], program: bytes
) -> None:
    code = 1
    try:
        os.setsid()
        os.closerange(3, fd)
        os.closerange(fd + 1, 4096)
        channel = Channel(fd, fd, MAX_PAYLOAD)
        confine(limits, program)
        work(channel)
        code = 0
    finally:
        os._exit(code)
