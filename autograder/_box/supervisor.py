"""The supervisor: takes commands from outside, forks a confined child for each."""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .child import Child
from .counted import Ledger
from .frames import Channel, ChannelClosedError, MalformedFrameError
from .watch import Meter, OverLimitError, Watch
from .work import answer_calls, answer_naive, seconds_for, show_cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame
    from .shell import Shell

__all__ = ["Supervisor", "supervise"]

MAX_COMMAND = 256 << 20
SAID, MAX_SAID = ("answer", "text", "opened"), 1000  # what is passed on of a child's headers
GRACE = 2.0  # seconds that a cell gets to end after its own interruption, before it is killed
PATIENCE = 1.0  # seconds that a child gets to leave by itself
LOST = (TimeoutError, ChannelClosedError, MalformedFrameError, OverLimitError)


class Supervisor:
    """One notebook's commands, one at a time.

    Commands: ``show`` (run cells, send the outputs of each), ``open`` (fresh child for one
    check, or for the naive version in a race), ``call`` (one case, answered by that child).

    Parameters
    ----------
    channel : Channel
        To the trusted side.
    settings : dict
        Limits, files and folders; see `confine` and `Watch`.
    program : bytes
        The system call filter.
    shell : Shell
        Warm, and untouched by student code.
    proc : int
        Descriptor of ``/proc``.
    """

    def __init__(
        self, channel: Channel, settings: dict[str, Any], program: bytes, shell: Shell, proc: int
    ) -> None:
        self.channel, self.settings, self.program = channel, settings, program
        self.shell = shell
        shell.outputs.limit = settings["output_characters"]
        self.watch = Watch(proc, settings, channel)
        self.children: dict[str, Child] = {}
        self.command_id = 0

    def serve(self) -> None:
        """Obey until the other side hangs up."""
        for number in (signal.SIGINT, signal.SIGALRM):
            # Without a handler, the kernel keeps its own children from signalling process 1.
            signal.signal(number, signal.SIG_DFL)
        self.channel.send({"ready": sys.version.split()[0]})
        while True:
            command, payload = self.channel.receive()
            self.command_id = command["id"]
            getattr(self, command["do"])(command, payload)

    def show(self, command: dict[str, Any], _: bytes) -> None:
        """Send a frame for each cell; a cell that kills the child ends the command."""
        child = self._fork(lambda channel: show_cells(self.shell, command, channel))
        stopped = command["stopped"]
        replayed = command["start"] * command["cell_seconds"]
        for index in range(command["start"], len(command["cells"])):
            seconds = seconds_for(command["cell_seconds"], stopped)
            try:
                header, shown = child.receive(seconds + GRACE + replayed)
            except LOST as error:
                self._tell({"stopped": index, "text": _why(error, child)})
                return
            replayed = 0.0
            interrupted = header.get("interrupted") is True
            stopped += interrupted
            self._tell({"cell": index, "interrupted": seconds if interrupted else 0}, shown)
        child.end()
        self._tell({"shown": True})

    def open(self, command: dict[str, Any], _: bytes) -> None:
        """Make a fresh child that has run the cells, or that knows the naive version."""
        who = command["who"]
        if who in self.children:
            self.children.pop(who).end()
        work = answer_naive if who == "naive" else answer_calls
        self.children[who] = self._fork(lambda channel: work(self.shell, command, channel))
        self._relay(who, command["seconds"])

    def call(self, command: dict[str, Any], payload: bytes) -> None:
        """Put one case to the child."""
        who = command["who"]
        if who not in self.children:
            self._tell({"answer": "died", "text": "no process is left"})
            return
        child = self.children[who]
        meter = Meter(self.watch, child.pid) if command["timed"] else None
        ledger = Ledger() if command["counted"] else None
        if ledger:
            payload = ledger.hide(payload, command["args"].count(None))
        with suppress(ChannelClosedError, TimeoutError):  # receiving says that it is dead
            child.send(command, payload)
        self._relay(who, command["seconds"], meter, ledger)

    def _fork(self, work: Any) -> Child:
        return Child(work, self.settings, self.program, self.watch)

    def _relay(
        self, who: str, seconds: float, meter: Meter | None = None, ledger: Ledger | None = None
    ) -> None:
        child = self.children[who]
        try:
            header, payload = _answer(child, seconds, ledger)
        except LOST as error:
            kind = "timeout" if isinstance(error, TimeoutError) else "died"
            text = _why(error, self.children.pop(who), seconds)
            self._tell({"answer": kind, "text": text})
            return
        said = {key: header[key] for key in SAID if isinstance(header.get(key), str)}
        said = {key: text[:MAX_SAID] for key, text in said.items()}
        self._tell({**said, **(meter.read() if meter else {})}, payload)

    def _tell(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Answer the command: an answer that comes too late is not taken for that to another."""
        self.channel.send({**header, "id": self.command_id}, payload)


def _answer(child: Child, seconds: float, ledger: Ledger | None) -> Frame:
    """Take a child's answer; where numbers are kept for it, calculate with them until it comes."""
    if ledger is None:
        return child.receive(seconds)
    deadline = time.monotonic() + seconds
    while True:
        header, payload = child.receive(max(0.0, deadline - time.monotonic()))
        if "calculate" not in header:
            break
        child.send({"handle": ledger.calculate(header["calculate"])})
    return header, ledger.show(payload) if header.get("answer") == "array" else payload


def _why(error: Exception, child: Child, seconds: float | None = None) -> str:
    """End a child that is lost, and say why."""
    # Who has closed the channel is about to leave: a signal must not be what it is told it died of.
    ended = child.end(PATIENCE if isinstance(error, ChannelClosedError) else 0.0)
    if isinstance(error, TimeoutError):
        within = f" within {seconds:g} s" if seconds else " in time"
        return f"no answer{within}: the code was stopped"
    if isinstance(error, OverLimitError):
        return f"{error}: the code was stopped"
    if isinstance(error, MalformedFrameError):
        return f"too much output: the code was stopped ({error})"
    return f"the Python process {ended}"


def supervise(fd: int, shell: Shell, enter: Callable[[dict[str, Any]], int]) -> None:
    """Serve one submission over a socket until the other side hangs up.

    Parameters
    ----------
    fd : int
        The socket; settings and filter come over it first.
    shell : Shell
        Warm.
    enter : callable (settings) -> int
        Puts up the last walls and returns a descriptor of ``/proc``.
    """
    channel = Channel(fd, fd, MAX_COMMAND)
    with suppress(ChannelClosedError):
        settings, program = channel.receive()
        try:
            proc = enter(settings)
        except OSError as error:
            channel.send({"failed": str(error)})
            return
        Supervisor(channel, settings, program, shell, proc).serve()
