"""The supervisor: takes commands from outside, forks a confined child for each."""

from __future__ import annotations

import os
import shutil
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

    def serve(self) -> None:
        """Obey until the other side hangs up."""
        self.channel.send({"ready": sys.version.split()[0]})
        while True:
            command, payload = self.channel.receive()
            getattr(self, command["do"])(command, payload)

    def show(self, command: dict[str, Any], _: bytes) -> None:
        """Send a frame for each cell; a cell that kills the child ends the command."""
        child = Child(
            lambda channel: show_cells(self.shell, command, channel), self.settings, self.program
        )
        replayed = command["start"] * command["cell_seconds"]
        for index in range(command["start"], len(command["cells"])):
            try:
                shown = child.receive(command["cell_seconds"] + GRACE + replayed)[1]
            except (TimeoutError, ChannelClosedError, MalformedFrameError) as error:
                self.channel.send({"stopped": index, "text": _why(error, child.end())})
                return
            replayed = 0.0
            self.channel.send({"cell": index}, shown)
        child.end()
        self.channel.send({"shown": True})

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
            self.channel.send({"answer": "died", "text": "no process is left"})
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
            self.channel.send({"answer": kind, "text": text})
            return
        self.channel.send(header, payload)


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
