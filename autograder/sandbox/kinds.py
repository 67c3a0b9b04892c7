"""The kinds of box, strongest first, and how each gives a fresh one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from .box import Box, BoxError
from .command import NOBODY, boxed, unboxed, unwalled
from .process import Process
from .zygote import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from .command import Start, Tools
    from .limits import Limits

__all__ = ["LADDER", "Cold", "Kind", "Landlock", "Pool", "Unsafe"]

OVER = "no more boxes are given: grading is over"


class Kind:
    """Gives boxes of one kind; threads may share it.

    Parameters
    ----------
    tools : Tools
        What boxes are made of.
    popen : callable
        Makes processes, which end with the thread that it uses.
    """

    name: str
    holds: str  # what keeps student code in, if it does
    confined = True
    tolerated: frozenset[str] = frozenset()  # what code in such a box gets: said, not refused

    def __init__(self, tools: Tools, popen: Callable[..., subprocess.Popen[bytes]]) -> None:
        self.tools, self.popen = tools, popen
        self.lock = Lock()
        self.closed = False
        self.used: set[Process] = set()

    def box(self, limits: Limits) -> AbstractContextManager[Box]:
        """Give a box that has seen no submission; whatever is in it ends with it.

        Raises
        ------
        BoxError
            If it does not start.
        """
        raise NotImplementedError

    def close(self) -> None:
        """End what is in use; whoever uses it sees a `BoxError`."""
        with self.lock:
            self.closed = True
            for process in self.used:
                process.kill()

    @contextmanager
    def _using(self, process: Process) -> Iterator[None]:
        with self.lock:
            self.used.add(process)
        try:
            self._must_be_open()  # still, now that it was started
            yield
        finally:
            with self.lock:
                self.used.discard(process)

    def _must_be_open(self) -> None:
        if self.closed:
            raise BoxError(OVER)


class Pool(Kind):
    """Warm zygotes, as many as there are submissions at a time."""

    name = "pool"
    holds = "bubblewrap, namespaces for each submission, Landlock and seccomp hold"

    def __init__(self, tools: Tools, popen: Callable[..., subprocess.Popen[bytes]]) -> None:
        super().__init__(tools, popen)
        self.idle: list[Zygote] = []

    @contextmanager
    def box(self, limits: Limits) -> Iterator[Box]:
        """Fork a box from an idle zygote, or from a new one."""
        zygote = self._take()
        try:
            with self._using(zygote.process), zygote.box(limits) as box:
                yield box
        finally:
            self._give_back(zygote)

    def close(self) -> None:
        """End all zygotes, those in use too."""
        super().close()
        while self.idle:
            self.idle.pop().close()

    def _take(self) -> Zygote:
        self._must_be_open()
        while True:
            with self.lock:
                zygote = self.idle.pop() if self.idle else None
            if zygote is None:
                return Zygote(self.tools, self.popen)
            if zygote.process.runs:
                return zygote
            zygote.close()

    def _give_back(self, zygote: Zygote) -> None:
        with self.lock:
            if zygote.fit and not self.closed:
                self.idle.append(zygote)
                return
        zygote.close()


class Fresh(Kind):
    """A process for each submission, started for it."""

    @contextmanager
    def box(self, limits: Limits) -> Iterator[Box]:
        """Start a supervisor."""
        self._must_be_open()
        with self._prepared(limits) as start:
            process = Process(start, popen=self.popen)
            try:
                with (
                    self._using(process),
                    Box(
                        process.socket, start, limits, process.close, confined=self.confined
                    ) as box,
                ):
                    yield box
            finally:
                process.close()

    def _prepared(self, limits: Limits) -> AbstractContextManager[Start]:
        raise NotImplementedError


class Cold(Fresh):
    """Bubblewrap for each submission."""

    name = "cold"
    holds = "bubblewrap for each submission, Landlock and seccomp hold"

    def _prepared(self, limits: Limits) -> AbstractContextManager[Start]:
        return nullcontext(boxed(self.tools, limits))


class Landlock(Fresh):
    """Landlock, rlimits and the filter alone, where nobody may make namespaces."""

    name = "landlock"
    holds = "Landlock and seccomp hold, without namespaces"
    tolerated = frozenset({"names of files of this machine", "room on the disk over its limit"})

    @contextmanager
    def _prepared(self, limits: Limits) -> Iterator[Start]:
        home = tempfile.mkdtemp(prefix="box-")
        user = os.getuid() or NOBODY
        os.chown(home, user, -1)
        try:
            yield replace(unwalled(self.tools, home), others=_tasks_of(user))
        finally:
            # These two go as deep as folders are nested, and follow no link.
            subprocess.run(["chmod", "-R", "u+rwX", home], check=True)
            subprocess.run(["rm", "-rf", home], check=True)


class Unsafe(Fresh):
    """Nothing around it: for one's own code only."""

    name = "unsafe"
    holds = "nothing holds: student code runs as you, with your files and your network"
    confined = False

    def _prepared(self, limits: Limits) -> AbstractContextManager[Start]:
        return nullcontext(unboxed(self.tools))


LADDER: tuple[type[Kind], ...] = (Pool, Cold, Landlock)


def _tasks_of(user: int) -> int:
    """Return how many threads a user has: without a namespace, the limit counts all of them."""
    tasks = 0
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            tasks += len([*(path / "task").iterdir()]) if path.stat().st_uid == user else 0
    return tasks
