"""Landlock: from now on this process reaches the named folders and no other files."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from .libc import syscall

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["restrict"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
TRUNCATE, IOCTL = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # of version 5 and later: 16
TCP, SCOPES = 0b11, 0b11  # bind and connect; abstract Unix sockets and signals
NET_FROM, SCOPED_FROM = 4, 6


def restrict(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Refuse this process and its children all files but these, TCP, and signals to others.

    Parameters
    ----------
    readable, writable : sequence of str
        Files and folders, with all in them; what is not there is left out.

    Raises
    ------
    OSError
        If this kernel has no Landlock or refuses. Needs `PR_SET_NO_NEW_PRIVS`.
    """
    version = syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    rights = (1 << RIGHTS.get(version, 16)) - 1
    ruleset = _ruleset(version, rights)
    for path in readable:
        _allow(ruleset, path, READ_FILE | READ_DIR)
    for path in writable:
        _allow(ruleset, path, rights & ~EXECUTE)
    syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _ruleset(version: int, rights: int) -> int:
    words = [rights]
    words += [TCP] if version >= NET_FROM else []
    words += [SCOPES] if version >= SCOPED_FROM else []
    attributes = struct.pack(f"{len(words)}Q", *words)
    return syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rights &= ~0 if Path(path).is_dir() else OF_FILES
    syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
    os.close(fd)
