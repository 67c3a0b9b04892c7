"""Put the calling process under its limits, for good: rlimits, Landlock, the system call filter."""

from __future__ import annotations

import ctypes
import resource
import signal
import struct
from typing import Any

from .landlock import restrict
from .libc import prctl

__all__ = ["confine", "hide_memory", "show_memory"]

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
INSTRUCTION_BYTES = 8


def hide_memory() -> None:
    """Make this process's memory and descriptors unreadable to others of the same user."""
    prctl(PR_SET_DUMPABLE, 0)


def show_memory() -> None:
    """Let the supervisor look after this process: it starts hidden, like its parent."""
    prctl(PR_SET_DUMPABLE, 1)


def confine(settings: dict[str, Any], program: bytes) -> None:
    """Apply the limits that no later code of this process can lift.

    Parameters
    ----------
    settings : dict
        Bytes of memory and of a file, counts of processes and open files, seconds of CPU; the
        files that may be read and written, and whether there are other walls than these.
    program : bytes
        The system call filter, compiled outside; empty to go without (unsafe runs only).

    Raises
    ------
    OSError
        If the kernel refuses a limit: no student code may run then.
    """
    for name, value in (
        ("AS", settings["memory"]),
        ("FSIZE", settings["file_size"]),
        ("NPROC", settings["processes"]),
        ("SIGPENDING", settings["processes"]),
        ("NOFILE", settings["open_files"]),
        ("CPU", settings["cpu_seconds"]),
        ("CORE", 0),
        ("MEMLOCK", 0),
        ("MSGQUEUE", 0),
    ):
        _limit(getattr(resource, f"RLIMIT_{name}"), int(value))
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # also where no namespace ends with its process 1
    if program:
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        _keep_to_files(settings)
        _install(program)


def _keep_to_files(settings: dict[str, Any]) -> None:
    try:
        restrict(settings["readable"], settings["writable"])
    except OSError:
        if not settings["walls"]:  # then nothing else keeps files from it
            raise


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _install(program: bytes) -> None:
    buffer = ctypes.create_string_buffer(program, len(program))
    count = len(program) // INSTRUCTION_BYTES
    header = struct.pack("HL", count, ctypes.addressof(buffer))  # struct sock_fprog
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header))
