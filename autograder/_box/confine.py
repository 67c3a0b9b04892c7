"""Put the calling process under its limits, for good: rlimits, then the system call filter."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from typing import Any

__all__ = ["confine", "hide_memory"]

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
SECCOMP_MODE_FILTER = 2
INSTRUCTION_BYTES = 8


def hide_memory() -> None:
    """Make this process's memory and descriptors unreadable to others of the same user."""
    _prctl(PR_SET_DUMPABLE, 0)


def confine(limits: dict[str, Any], program: bytes) -> None:
    """Apply the limits that no later code of this process can lift.

    Parameters
    ----------
    limits : dict
        Bytes of memory and of a file, counts of processes and open files, seconds of CPU.
    program : bytes
        The system call filter, compiled outside; empty to go without (unsafe runs only).

    Raises
    ------
    OSError
        If the kernel refuses a limit: no student code may run then.
    """
    for name, value in (
        ("AS", limits["memory"]),
        ("FSIZE", limits["file_size"]),
        ("NPROC", limits["processes"]),
        ("NOFILE", limits["open_files"]),
        ("CPU", limits["cpu_seconds"]),
        ("CORE", 0),
        ("MEMLOCK", 0),
        ("MSGQUEUE", 0),
    ):
        _limit(getattr(resource, f"RLIMIT_{name}"), int(value))
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # also where no namespace ends with its process 1
    if program:
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
        _install(program)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _install(program: bytes) -> None:
    buffer = ctypes.create_string_buffer(program, len(program))
    count = len(program) // INSTRUCTION_BYTES
    header = struct.pack("HL", count, ctypes.addressof(buffer))  # struct sock_fprog
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(header))


def _prctl(option: int, value: int, argument: Any = 0) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), argument, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")
