"""Start a supervisor for one submission, or a zygote that forks one for each of many."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

from .confine import hide_memory
from .shell import make_shell
from .supervisor import supervise
from .zygote import serve


def main() -> None:
    """Take standard input, a socket, for what is said; leave nothing open to the outside."""
    _give_fonts()
    os.umask(0o077)
    hide_memory()
    outside = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    shell = make_shell()
    os.dup2(null, 2)
    if sys.argv[1:] == ["zygote"]:
        serve(outside, shell)
    else:
        supervise(outside.detach(), shell, lambda _: os.open("/proc", os.O_PATH | os.O_DIRECTORY))


def _give_fonts() -> None:
    """Copy the font list made at set-up: without it Matplotlib searches for fonts at each start."""
    source, target = Path(sys.prefix, "mpl"), Path(os.environ["MPLCONFIGDIR"])
    if source.is_dir() and not target.exists():
        shutil.copytree(source, target)


if __name__ == "__main__":
    main()
