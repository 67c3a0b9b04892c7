"""What a command and everything that it starts uses: processor time, wall time, memory."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ACCOUNTS = (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup"))
JOIN = 'echo $$ > "$0/cgroup.procs"; exec "$@"'
EVERY = 0.25  # seconds between two looks at the memory


@dataclass(frozen=True)
class Used:
    """Seconds of processor and wall-clock time, and the most memory at a time in MiB."""

    cpu: float
    wall: float
    memory: float


def used(command: Sequence[str | Path], folder: Path, *, status: Sequence[int] = (0,)) -> Used:
    """Run a command and return what it and all its descendants used.

    The kernel counts the processor time in a control group, so that processes which nobody
    waits for count too; that needs root.
    """
    with _group() as group:
        start = time.perf_counter()
        joined = ["sh", "-c", JOIN, group, *command]
        process = subprocess.Popen(
            joined, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        memory = _Memory(group)
        said, _ = process.communicate()
        wall = time.perf_counter() - start
        memory.stop()
        if process.returncode not in status:
            msg = f"{command} ended with {process.returncode}:\n{said[-3000:]}"
            raise SystemExit(msg)
        return Used(_seconds(group), wall, memory.most)


@contextmanager
def _group() -> Iterator[Path]:
    base = next(path for path in ACCOUNTS if (path / "cgroup.procs").exists())
    group = base / f"bench-{os.getpid()}-{time.monotonic_ns()}"
    group.mkdir()
    try:
        yield group
    finally:
        with suppress(OSError):  # a process of it is just ending
            group.rmdir()


def _seconds(group: Path) -> float:
    old = group / "cpuacct.usage"
    if old.exists():
        return int(old.read_text()) / 1e9
    words = (group / "cpu.stat").read_text().split()
    return int(words[words.index("usage_usec") + 1]) / 1e6


class _Memory:
    """Looks again and again at how much memory a group's processes share out among them."""

    def __init__(self, group: Path) -> None:
        self.group, self.most, self.ended = group, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.ended.wait(EVERY):
            pids = (self.group / "cgroup.procs").read_text().split()
            self.most = max(self.most, sum(map(_proportional, pids)) / 1024)


def _proportional(pid: str) -> int:
    """Return a process's share of the memory it has, in KiB: what several share counts once."""
    with suppress(OSError):
        for line in Path("/proc", pid, "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
