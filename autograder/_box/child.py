"""A confined child of the supervisor, and what became of it."""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

from .confine import confine, show_memory
from .frames import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame
    from .watch import Watch

__all__ = ["Child"]

MAX_PAYLOAD = 64 << 20
LOOK_EVERY = 0.1  # seconds
PAUSE = 0.005  # seconds


class Child:
    """Fork a process that is confined before it does anything of the student's.

    Parameters
    ----------
    work : callable (Channel) -> None
        What the child does; it talks to the supervisor over the channel.
    settings : dict
        See `confine`.
    program : bytes
        The system call filter.
    watch : Watch
        Looks after its memory while it is waited for.
    """

    def __init__(
        self,
        work: Callable[[Channel], None],
        settings: dict[str, Any],
        program: bytes,
        watch: Watch,
    ) -> None:
        self.watch = watch
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(work, theirs.fileno(), settings, program)
        theirs.close()
        fd = ours.detach()
        self.channel = Channel(fd, fd, MAX_PAYLOAD)

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Hand the child a frame."""
        self.channel.send(header, payload)

    def receive(self, seconds: float) -> Frame:
        """Take a frame from the child.

        Raises
        ------
        OverLimitError
            See `Watch.check`; for the other errors see `Channel.receive`.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            try:
                return self.channel.receive(min(left, LOOK_EVERY))
            except TimeoutError:
                if left <= LOOK_EVERY:
                    raise
            self.watch.check(self.pid)

    def end(self, patience: float = 0.0) -> str:
        """Kill the child if it still runs after so many seconds, and tell how it ended."""
        deadline = time.monotonic() + patience
        while self._runs() and time.monotonic() < deadline:
            time.sleep(PAUSE)
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.channel.close()
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGKILL:
            return "was killed"
        if code < 0:
            return f"was ended ({signal.strsignal(-code) or -code})"
        return f"left with code {code}"

    def _runs(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _be_child(
    work: Callable[[Channel], None], fd: int, settings: dict[str, Any], program: bytes
) -> None:
    code = 1
    try:
        os.setsid()
        os.closerange(3, fd)
        os.closerange(fd + 1, 4096)
        channel = Channel(fd, fd, MAX_PAYLOAD)
        show_memory()
        confine(settings, program)
        work(channel)
        code = 0
    finally:
        os._exit(code)
