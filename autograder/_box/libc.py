"""Calls of the C library that Python has no name for."""

from __future__ import annotations

import ctypes
import os
from typing import Any

__all__ = ["call", "prctl", "syscall"]

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *args: Any) -> int:
    """Call a function of the C library by name.

    Raises
    ------
    OSError
        If it returns a negative number.
    """
    done: int = getattr(_libc, name)(*args)
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return done


def prctl(option: int, value: int, argument: Any = 0) -> None:
    """Change something of this process or thread.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    call("prctl", option, ctypes.c_ulong(value), argument, 0, 0)


def syscall(number: int, *args: Any) -> int:
    """Make a system call by number: only those from 424 on have one on all architectures.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    return call("syscall", ctypes.c_long(number), *args)
