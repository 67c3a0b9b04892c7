"""The supervisor: takes commands from outside, forks a confined child for each."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from .child import Child
from .confine import hide_memory
from .frames import Channel, ChannelClosedError, MalformedFrameError
from .shell import make_shell
from .work import answer_calls, show_cells

MAX_COMMAND = 256 << 20
SAID, MAX_SAID = ("answer", "text", "opened"), 1000  # what is passed on of a child's headers
GRACE = 2.0  # seconds that a cell gets to end after its own interruption, before it is killed


class Supervisor:
    """One notebook's commands, one at a time.

    Commands: ``show`` (run cells, send the outputs of each), ``open`` (fresh child for one
    check), ``call`` (one case, answered by that child).
    """

    def __init__(self, channel: Channel, settings: dict[str, Any], program: bytes) -> None:
        self.channel, self.settings, self.program = channel, settings, program
        self.shell = make_shell(settings["output_characters"])
        self.child: Child | None = None
        self.command_id = 0

    def serve(self) -> None:
        """Obey until the other side hangs up."""
        self.channel.send({"ready": sys.version.split()[0]})
        while True:
            command, payload = self.channel.receive()
            self.command_id = command["id"]
            getattr(self, command["do"])(command, payload)

    def _tell(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Answer the command: an answer that comes too late is not taken for that to another."""
        self.channel.send({**header, "id": self.command_id}, payload)

    def show(self, command: dict[str, Any], _: bytes) -> None:
        """Send a frame for each cell; a cell that kills the child ends the command."""
        child = Child(
            lambda channel: show_cells(self.shell, command, channel), self.settings, self.program
        )
        replayed = command["start"] * command["cell_seconds"]
        for index in range(command["start"], len(command["cells"])):
            try:
                header, shown = child.receive(command["cell_seconds"] + GRACE + replayed)
            except (TimeoutError, ChannelClosedError, MalformedFrameError) as error:
                self._tell({"stopped": index, "text": _why(error, child.end())})
                return
            replayed = 0.0
            self._tell({"cell": index, "interrupted": header.get("interrupted") is True}, shown)
        child.end()
        self._tell({"shown": True})

    def open(self, command: dict[str, Any], _: bytes) -> None:
        """Make a fresh child that has run the cells."""
        if self.child:
            self.child.end()
        self.child = Child(
            lambda channel: answer_calls(self.shell, command, channel), self.settings, self.program
        )
        self._relay(command["seconds"])

    def call(self, command: dict[str, Any], payload: bytes) -> None:
        """Put one case to the child."""
        if self.child is None:
            self._tell({"answer": "died", "text": "no process is left"})
            return
        with suppress(ChannelClosedError, TimeoutError):  # receiving says that it is dead
            self.child.send(command, payload)
        self._relay(command["seconds"])

    def _relay(self, seconds: float) -> None:
        assert self.child is not None
        try:
            header, payload = self.child.receive(seconds)
        except (TimeoutError, ChannelClosedError, MalformedFrameError) as error:
            kind = "timeout" if isinstance(error, TimeoutError) else "died"
            text = _why(error, self.child.end(), seconds)
            self.child = None
            self._tell({"answer": kind, "text": text})
            return
        said = {key: header[key] for key in SAID if isinstance(header.get(key), str)}
        self._tell({key: text[:MAX_SAID] for key, text in said.items()}, payload)


def _why(error: Exception, ended: str, seconds: float | None = None) -> str:
    if isinstance(error, TimeoutError):
        within = f" within {seconds:g} s" if seconds else " in time"
        return f"no answer{within}: the code was stopped"
    if isinstance(error, MalformedFrameError):
        return f"too much output: the code was stopped ({error})"
    return f"the Python process {ended}"


def main() -> None:
    """Take standard input and output for the commands, and leave nothing of them open."""
    channel = Channel(os.dup(0), os.dup(1), MAX_COMMAND)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1):
        os.dup2(null, fd)
    settings, program = channel.receive()
    _give_fonts()
    os.umask(0o077)
    hide_memory()
    supervisor = Supervisor(channel, settings, program)
    os.dup2(null, 2)
    for number in (signal.SIGINT, signal.SIGALRM):
        # Without a handler, the kernel keeps the box's own processes from signalling process 1.
        signal.signal(number, signal.SIG_DFL)
    try:
        supervisor.serve()
    except ChannelClosedError:
        sys.exit(0)


def _give_fonts() -> None:
    """Copy the font list made at set-up: without it Matplotlib searches for fonts at each start."""
    source, target = Path(sys.prefix, "mpl"), Path(os.environ["MPLCONFIGDIR"])
    if source.is_dir() and not target.exists():
        shutil.copytree(source, target)


if __name__ == "__main__":
    main()
