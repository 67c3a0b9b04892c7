"""The zygote: a warm Python that forks each submission, and is never near one itself."""

from __future__ import annotations

import gc
import os
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .namespaces import fork_apart, settle
from .pages import collapse
from .supervisor import supervise

if TYPE_CHECKING:
    from .shell import Shell

__all__ = ["serve"]

BEGIN, END, WARM, ENDED = b"begin", b"end", b"warm", b"ended"


def serve(control: socket.socket, shell: Shell) -> None:
    """Begin and end submissions, one at a time, until the other side hangs up.

    Parameters
    ----------
    control : socket
        Gives the word, and with ``begin`` a socket for the new submission's supervisor.
    shell : Shell
        Warm.
    """
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page
    collapse()
    control.send(WARM)
    pid = 0
    while True:
        word, fds, _, _ = socket.recv_fds(control, 16, 1)
        if not word:
            return
        if word == BEGIN:
            pid = _begin(control, fds[0], shell)
        elif word == END:
            _end(pid)
            control.send(ENDED)


def _begin(control: socket.socket, fd: int, shell: Shell) -> int:
    user, group = os.getuid(), os.getgid()
    pid = fork_apart()
    if pid == 0:
        try:
            control.close()
            supervise(fd, shell, lambda settings: _enter(settings, user, group))
        finally:
            os._exit(0)
    os.close(fd)
    return pid


def _enter(settings: dict[str, Any], user: int, group: int) -> int:
    folders, size, inodes = (settings[key] for key in ("folders", "folder_size", "inodes"))
    proc = settle(user, group, folders, size, inodes)
    os.chdir(os.environ["HOME"])
    Path(os.environ["MPLCONFIGDIR"]).mkdir()
    return proc


def _end(pid: int) -> None:
    """Kill process 1 of the submission; waiting for it waits for all others in there."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
