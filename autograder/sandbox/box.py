"""One box: a supervisor behind walls, talked to in frames over a socket."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from autograder._box.frames import Channel, ChannelClosedError, MalformedFrameError

from .syscalls import syscall_filter

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket
    from types import TracebackType

    from autograder._box.frames import Frame

    from .command import Start
    from .limits import Limits

__all__ = ["START_SECONDS", "Box", "BoxError"]

START_SECONDS = 60.0
ENDED = "the box ended while it was needed: the machine may be short of memory"


class BoxError(RuntimeError):
    """The box itself failed: never the student's fault, never scored."""


class Box:
    """A started box; use it in a ``with`` statement, which ends everything inside.

    Parameters
    ----------
    socket : socket
        To its supervisor.
    start, limits : Start, Limits
        What it is made of, and what the submission may use.
    end : callable () -> str
        Ends all that is in it, and returns what was said on standard error.
    confined : bool
        False to go without system call filter: for one's own code only.

    Raises
    ------
    BoxError
        If it does not start.
    """

    def __init__(
        self,
        socket: socket,
        start: Start,
        limits: Limits,
        end: Callable[[], str],
        *,
        confined: bool = True,
    ) -> None:
        self.limits, self._end = limits, end
        self.sent = self.received = 0
        fd = socket.detach()
        self.channel = Channel(fd, fd, limits.answer_bytes)
        self._greet(start.settings(limits), syscall_filter(walls=start.walls) if confined else b"")
        self.deadline = time.monotonic() + limits.whole_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def seconds_left(self) -> float:
        """Wall-clock seconds until the submission's whole time is over."""
        return max(0.0, self.deadline - time.monotonic())

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Hand a command to the supervisor.

        Raises
        ------
        BoxError
            If it takes none: the box is gone.
        """
        self.sent += 1
        try:
            self.channel.send({**header, "id": self.sent}, payload)
        except (ChannelClosedError, TimeoutError) as error:
            raise BoxError(ENDED) from error

    def receive(self, seconds: float) -> Frame:
        """Take a frame that answers the last command; what answers earlier ones is too late.

        Raises
        ------
        TimeoutError, MalformedFrameError
            See `Channel.receive`; also if the box has sent more than it may.
        BoxError
            If the box is gone, which no student code can bring about.
        """
        until = time.monotonic() + min(seconds, self.seconds_left)
        while True:
            try:
                frame = self.channel.receive(max(0.0, until - time.monotonic()))
            except ChannelClosedError as error:
                raise BoxError(ENDED) from error
            self.received += len(frame[1])
            if self.received > self.limits.answer_bytes:
                msg = f"more than {self.limits.answer_bytes} bytes came out of the notebook"
                raise MalformedFrameError(msg)
            if frame[0].get("id") == self.sent:
                return frame

    def close(self) -> str:
        """End every process in the box."""
        self.channel.close()
        return self._end()

    def _greet(self, settings: dict[str, Any], program: bytes) -> None:
        why: object = ""
        try:
            self.channel.send(settings, program)
            header, _ = self.channel.receive(START_SECONDS)
            why = header.get("failed")
        except (ChannelClosedError, MalformedFrameError, TimeoutError) as error:
            why = error or "it ended without a word"
        if why:
            msg = f"the box does not start: {self.close() or why}"
            raise BoxError(msg)
