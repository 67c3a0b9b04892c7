"""What a submission holds, as the kernel counts it, and whether it is still wanted."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .frames import ChannelClosedError

if TYPE_CHECKING:
    from .frames import Channel

__all__ = ["Meter", "OverLimitError", "Watch"]

PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1 << 20
RESET_PEAK = b"5"
CLOCK_OF_PROCESS = 2  # as clock_getcpuclockid(3) makes a clock's number of a process's


class OverLimitError(Exception):
    """All in all, the submission holds more than it may."""


class Watch:
    """Looks from the supervisor at processes and folders of the submission.

    Parameters
    ----------
    proc : int
        Descriptor of ``/proc``.
    settings : dict
        Limits, and the folders that are file systems in memory.
    outside : Channel
        To the trusted side: nothing goes on without it.
    """

    def __init__(self, proc: int, settings: dict[str, Any], outside: Channel) -> None:
        self.proc, self.outside = proc, outside
        self.memory, self.inodes = settings["total_memory"], settings["inodes"]
        self.folders = settings["folders"]

    def check(self, pid: int) -> None:
        """Add up what a process and the folders hold.

        Raises
        ------
        OverLimitError
            If it is more than a submission may.
        ChannelClosedError
            If the trusted side is gone.
        """
        if self.outside.hung_up:
            raise ChannelClosedError
        filled = [os.statvfs(folder) for folder in self.folders]
        files = sum(folder.f_files - folder.f_ffree for folder in filled)
        held = self.resident(pid)
        held += sum((folder.f_blocks - folder.f_bfree) * folder.f_frsize for folder in filled)
        if held > self.memory:
            msg = f"it held more than {self.memory // MIB} MiB of memory and files"
            raise OverLimitError(msg)
        if files > self.inodes * max(1, len(filled)):
            msg = f"it made more than {self.inodes} files"
            raise OverLimitError(msg)

    def resident(self, pid: int) -> int:
        """Return the bytes of memory that a process holds."""
        return int(self._read(pid, "statm").split()[1]) * PAGE

    def peak(self, pid: int) -> int:
        """Return the most bytes it has held since `forget_peak`."""
        lines = self._read(pid, "status").splitlines()
        peaks = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(next(peaks, 0)) << 10  # a process that has ended holds nothing

    def worked(self, pid: int) -> float:
        """Return the seconds of processor time that a process has taken."""
        try:
            return time.clock_gettime(~pid << 3 | CLOCK_OF_PROCESS)
        except OSError:
            return 0.0  # it has ended

    def forget_peak(self, pid: int) -> None:
        """Begin to look for the peak anew."""
        fd = os.open(f"{pid}/clear_refs", os.O_WRONLY, dir_fd=self.proc)
        try:
            os.write(fd, RESET_PEAK)
        finally:
            os.close(fd)

    def _read(self, pid: int, name: str) -> str:
        with os.fdopen(os.open(f"{pid}/{name}", os.O_RDONLY, dir_fd=self.proc)) as file:
            return file.read()


class Meter:
    """Measures one call from outside.

    Seconds by the clock and of the processor, all threads together, and the most bytes above those
    at the start.
    """

    def __init__(self, watch: Watch, pid: int) -> None:
        self.watch, self.pid = watch, pid
        with suppress(OSError):  # it has ended already
            watch.forget_peak(pid)
        self.held = watch.resident(pid)
        self.worked = watch.worked(pid)
        self.began = time.monotonic()

    def read(self) -> dict[str, float]:
        """Return what it took up to now."""
        seconds = time.monotonic() - self.began
        busy = max(0.0, self.watch.worked(self.pid) - self.worked)
        peak = max(0, self.watch.peak(self.pid) - self.held)
        return {"seconds": seconds, "busy": busy, "peak": peak}
