"""A machine that notices what is done to it: files, listening services, processes, environment."""

from __future__ import annotations

import ctypes
import hashlib
import os
import select
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import threadpoolctl  # noqa: F401  # its import, whenever it comes, sets a variable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SECRET", "Host", "tree"]

SECRET = "CANARY-OF-THE-HOST"
MARK = "canary-of-a-notebook"
OPEN_TO_ALL = ("/", "/tmp", "/var/tmp", "/dev/shm", "/etc", "/opt", "/home", "~", ".")
OURS = {"PATH", "PYTEST_CURRENT_TEST"}  # of the environment: what grader and tests change
PR_SET_CHILD_SUBREAPER = 36
ENDING = 10.0  # seconds


class Host:
    """Watches this machine while a ``with`` block runs.

    Parameters
    ----------
    folder : Path
        Empty; files that nobody may read or change are laid there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.folder.joinpath("secret").write_text(SECRET)
        self.folder.chmod(0o777)
        self.folder.joinpath("secret").chmod(0o666)  # only the box keeps it from being written
        path, name = str(self.folder / "socket"), f"canary-{os.getpid()}"
        self.services = {
            "TCP": self._listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "UDP": self._listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "SOCKET": self._listen(socket.AF_UNIX, socket.SOCK_STREAM, path),
            "NAME": self._listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{name}"),
        }
        ports = {kind: str(self.services[kind].getsockname()[1]) for kind in ("TCP", "UDP")}
        self.words = {**ports, "SOCKET": path, "NAME": name, "CANARY": str(self.folder)}
        self._adopt(True)
        self._open.callback(self._adopt, False)
        self._before = self._state()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def fill(self, source: str) -> str:
        """Return a source with the addresses of this machine in it."""
        for word, value in self.words.items():
            source = source.replace(f"@{word}@", value)
        return source

    def touched(self) -> list[str]:
        """Return what was done to the machine."""
        for pid, _ in {*_descendants(os.getpid())} - self._before["the processes"]:
            _ends(pid)
        after = self._state()
        found = [
            f"{what} changed: {sorted(was ^ after[what])}"
            for what, was in self._before.items()
            if after[what] != was
        ]
        return found + [f"{name} was called" for name in self.services if self._was_called(name)]

    def _listen(self, family: int, kind: int, address: object) -> socket.socket:
        service = self._open.enter_context(socket.socket(family, kind))
        service.bind(address)
        if kind == socket.SOCK_STREAM:
            service.listen()
        service.setblocking(False)
        return service

    def _was_called(self, name: str) -> bool:
        try:
            if name == "UDP":
                self.services[name].recv(1)
            else:
                self.services[name].accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def _state(self) -> dict[str, set[Any]]:
        places = [Path(place).expanduser() / MARK for place in OPEN_TO_ALL]
        return {
            "the folder of canaries": set(tree(self.folder).items()),
            "a folder that is open to all": {str(place) for place in places if place.exists()},
            "the environment": {each for each in os.environ.items() if each[0] not in OURS},
            "the processes": set(_descendants(os.getpid())),
        }

    @staticmethod
    def _adopt(yes: bool) -> None:
        """Become the parent of processes whose parents end: none gets out of sight."""
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0)


def tree(root: Path, *without: str) -> dict[str, tuple[object, ...]]:
    """Return of each file and folder below a root what would tell that it was changed."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if not {*without, "__pycache__"} & {*name.parts}:
            at = path.lstat()
            data = path.read_bytes() if path.is_file() and at.st_size < 1 << 20 else b""
            digest = hashlib.sha256(data).hexdigest()
            found[str(name)] = at.st_mode, at.st_uid, at.st_nlink, digest
    return found


def _ends(pid: int) -> None:
    """Wait a while for a process that is being ended."""
    with suppress(ProcessLookupError):
        fd = os.pidfd_open(pid)
        select.select([fd], [], [], ENDING)
        os.close(fd)


def _descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Yield the numbers and command lines of all processes below one that still run."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (path / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
        if int(parent) == pid and state != "Z":
            yield int(path.name), command[:200]
            yield from _descendants(int(path.name))
