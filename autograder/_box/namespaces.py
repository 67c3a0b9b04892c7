"""Namespaces of its own for one submission: it sees no other process, folder, network or user."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from .confine import PR_SET_NO_NEW_PRIVS, hide_memory, show_memory
from .libc import call, prctl

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fork_apart", "settle"]

CLONE3 = 435
MOUNTS, UTS, IPC, USERS, PIDS, NETWORK = 0x20000, *(1 << bit for bit in range(26, 31))
ALL = MOUNTS | UTS | IPC | USERS | PIDS | NETWORK
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 1 << 14, 1 << 18
QUIET = MS_NOSUID | MS_NODEV
PR_CAPBSET_DROP, CAPABILITIES = 24, 64
CAPABILITY_VERSION = 0x20080522

_python = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock, as os.fork does


def fork_apart() -> int:
    """Fork as ``os.fork`` does, into new namespaces of all kinds.

    One call instead of fork, unshare and fork again: no process is left in between, and the
    child's number is its parent's to kill and to wait for.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    arguments = struct.pack("8Q", ALL, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    _python.PyOS_BeforeFork()
    pid: int = _python.syscall(ctypes.c_long(CLONE3), arguments, ctypes.c_size_t(len(arguments)))
    code = ctypes.get_errno()
    (_python.PyOS_AfterFork_Parent if pid else _python.PyOS_AfterFork_Child)()
    if pid < 0:
        raise OSError(code, f"clone3: {os.strerror(code)}")
    return pid


def settle(user: int, group: int, folders: Sequence[str], size: int, inodes: int) -> int:
    """Make the new namespaces a submission's: map its user, give it folders, drop all power.

    Parameters
    ----------
    user, group : int
        Its numbers outside, and inside.
    folders : sequence of str
        Get an empty file system in memory each.
    size, inodes : int
        Bytes and files that fit in each of them.

    Returns
    -------
    int
        Descriptor of its ``/proc``, which nobody finds in the file system any more.

    Raises
    ------
    OSError
        If the kernel refuses any of it.
    """
    _map_user(user, group)
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", QUIET | MS_NOEXEC)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    _mount("none", "/proc", "tmpfs", QUIET | MS_NOEXEC | MS_RDONLY, "size=4k,nr_inodes=1,mode=555")
    for folder in folders:
        _mount("none", folder, "tmpfs", QUIET, f"size={size},nr_inodes={inodes},mode=700")
    _drop_power()
    return proc


def _map_user(user: int, group: int) -> None:
    show_memory()  # the files of a hidden process belong to root
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        Path("/proc/self", name).write_text(text)
    hide_memory()


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    kind_or_none = kind.encode() if kind else None
    call("mount", source.encode(), target.encode(), kind_or_none, flags, options.encode())


def _drop_power() -> None:
    for capability in range(CAPABILITIES):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # this kernel has no more
            break
    call("capset", struct.pack("Ii", CAPABILITY_VERSION, 0), bytes(24))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
