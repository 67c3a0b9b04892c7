"""One box: a supervisor process behind walls, talked to in frames over its two pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from autograder._box.frames import Channel, ChannelClosedError, MalformedFrameError

from .command import boxed, unboxed
from .syscalls import syscall_filter

if TYPE_CHECKING:
    from types import TracebackType

    from autograder._box.frames import Frame

    from .command import Tools
    from .limits import Limits

__all__ = ["Box", "BoxError"]

START_SECONDS = 60.0
ENDED = "the box ended while it was needed: the machine may be short of memory"


class BoxError(RuntimeError):
    """The box itself failed: never the student's fault, never scored."""


class Box:
    """A started box; use it in a ``with`` statement, which ends everything inside.

    Parameters
    ----------
    tools : Tools
        What the box is made of.
    limits : Limits
        What one submission may use.
    unsafe : bool
        Go without walls and filter: for one's own code only.

    Raises
    ------
    BoxError
        If it does not start.
    """

    def __init__(self, tools: Tools, limits: Limits, *, unsafe: bool = False) -> None:
        self.limits, self.unsafe = limits, unsafe
        self.sent = self.received = 0
        command, environment = unboxed(tools) if unsafe else (boxed(tools, limits), None)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment or {"PATH": "/usr/bin:/bin"},
            bufsize=0,
            process_group=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        reading, writing = self.process.stdout.fileno(), self.process.stdin.fileno()
        self.channel = Channel(reading, writing, limits.answer_bytes)
        self._greet()
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

    def close(self) -> None:
        """Kill bubblewrap; its death ends every process in the box."""
        self._kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def _kill(self) -> None:
        # The whole group: started by root, the outer bubblewrap may not signal the inner one.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _greet(self) -> None:
        program = b"" if self.unsafe else syscall_filter()
        try:
            self.channel.send(self.limits.to_dict(), program)
            self.channel.receive(START_SECONDS)
        except (ChannelClosedError, MalformedFrameError, TimeoutError) as error:
            self._kill()
            assert self.process.stderr is not None
            said = self.process.stderr.read(4000).decode(errors="replace").strip()
            self.close()
            msg = f"the box does not start: {said or error or 'it ended without a word'}"
            raise BoxError(msg) from error
