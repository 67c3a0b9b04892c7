"""Whether a kind of box holds on this machine: code in one tries to get out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from autograder.spec import Case

from .box import BoxError
from .session import Cell, Check, Session

if TYPE_CHECKING:
    from .box import Box
    from .kinds import Kind
    from .limits import Limits

__all__ = ["Rung", "escapes", "probe"]

INSTALL = "sudo apt-get install -y bubblewrap libseccomp2 util-linux"
NAMESPACES = (
    "this system keeps ordinary users from making namespaces; allow it with "
    "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` "
    "(Ubuntu) or `sudo sysctl -w kernel.unprivileged_userns_clone=1` (Debian)"
)
REMEDIES = {
    "No such file or directory: 'bwrap'": INSTALL,
    "No such file or directory: 'setpriv'": INSTALL,
    "execvp setpriv": INSTALL,
    "seccomp": INSTALL,
    "uid map": NAMESPACES,
    "namespace": NAMESPACES,
    "clone3": NAMESPACES,
    "Operation not permitted": NAMESPACES,
    "Function not implemented": "it needs Linux 5.13 or newer, with Landlock",
    "make setup": "run `make setup`",
}
REPORT = "do not grade on this machine, and report this"


@dataclass(frozen=True)
class Rung:
    """Whether one kind of box holds.

    Parameters
    ----------
    name : str
        The kind.
    works : bool
        Whether it holds.
    says : str
        What was found.
    remedy : str
        What to do about it; empty if it works.
    """

    name: str
    works: bool
    says: str
    remedy: str = ""


def probe(kind: Kind, limits: Limits) -> Rung:
    """Start a box of this kind, try to get out of it, and say what holds.

    Where nothing is said to hold (`Unsafe`), only the start is tried.
    """
    try:
        with kind.box(limits) as box:
            got = escapes(box) if kind.confined else []
    except (BoxError, OSError) as error:
        return Rung(kind.name, works=False, says=_line(error), remedy=_remedy(error))
    open_to_it = ", ".join(got)
    if not kind.tolerated.issuperset(got):
        says = f"student code got: {open_to_it}"
        return Rung(kind.name, works=False, says=says, remedy=REPORT)
    holes = f"; student code gets: {open_to_it}" if got else ""
    return Rung(kind.name, works=True, says=kind.holds + holes)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def _remedy(error: Exception) -> str:
    said = str(error)
    return next((do for part, do in REMEDIES.items() if part in said), "see the message")


DOUBLE = "def double(x): return 2 * x"
# Run in the box: prints what student code could get hold of, a line for each.
ATTEMPTS = """
import os, signal, socket

def fill(folder, size):
    for number in range(size // (1 << 20) + 1):
        with open(f"{folder}/{number}", "wb", buffering=0) as file:
            if file.write(bytes(1 << 20)) < 1 << 20:
                raise OSError

def read(path):
    with open(path, "rb") as file:
        file.read(1)

def signal_supervisor():
    if os.getppid() == 1:
        raise OSError  # it takes none from its own namespace
    os.kill(os.getppid(), signal.SIGCHLD)

for name, *attempts in (
    ("a new process", lambda: os.fork() or os._exit(0)),
    ("another program", lambda: os.posix_spawn("/usr/bin/true", ["true"], {})),
    ("a socket", lambda: socket.socket()),
    ("files of this machine", lambda: read("/etc/passwd"), lambda: os.listdir("/root"),
        lambda: os.listdir("/var"), lambda: os.listdir("/run")),
    ("a file outside its folders", lambda: open("/opt/file", "w"), lambda: open("/file", "w")),
    ("other processes' data", lambda: read(f"/proc/{os.getppid()}/environ"),
        lambda: read(f"/proc/{os.getppid()}/mem")),
    ("rights of files outside its folders", lambda: os.chmod(os.__file__, 0o644)),
    ("a signal to its supervisor", signal_supervisor),
    ("names of files of this machine", lambda: os.stat("/var/lib")),
    ("room on the disk over its limit", lambda: fill(os.environ["HOME"], FOLDER_SIZE)),
):
    for attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        print(name)
        break
print("that is all")
"""


def escapes(box: Box) -> list[str]:
    """Return what code in `box` got that it must not have.

    A box in which code runs and calls fail would let a whole class fail, so one is answered too.

    Parameters
    ----------
    box : Box
        Fresh; it is of no more use afterwards.

    Raises
    ------
    BoxError
        If the code does not run, or a right answer does not come back.
    """
    attempts = ATTEMPTS.replace("FOLDER_SIZE", str(box.limits.folder_size))
    session = Session(box, [Cell(DOUBLE), Cell(attempts)])
    session.show()
    got = "".join(output.get("text", "") for output in session.outputs[1]).splitlines()
    if got[-1:] != ["that is all"] or not _doubles(session):
        msg = f"a right function gets no right answer out of it {' '.join(session.notes)}".strip()
        raise BoxError(msg)
    return got[:-1]


def _doubles(session: Session) -> bool:
    """Whether a right function gives a right answer."""
    case = Case("three numbers", (np.arange(3),))
    (answer,) = session.ask(Check("double", ("double",), 1), "function", [case])
    return isinstance(answer, np.ndarray) and answer.tolist() == [0, 2, 4]
