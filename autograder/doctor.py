"""What works on this machine, and what to do about what does not."""

from __future__ import annotations

import ctypes.util
import importlib.util
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sandbox import Box, BoxError, Cell, Limits, Session
from .sandbox.command import Tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .course import Course

__all__ = ["Finding", "examine_box", "examine_machine"]

INSTALL = "sudo apt-get install -y"
APPARMOR = (
    "this system keeps ordinary users from making namespaces; allow it with "
    "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` "
    "(Ubuntu) or `sudo sysctl -w kernel.unprivileged_userns_clone=1` (Debian)"
)


@dataclass(frozen=True)
class Finding:
    """One thing that works or does not.

    Parameters
    ----------
    name : str
        What was looked at.
    works : bool
        Whether it does.
    says : str
        What was found.
    remedy : str
        What to do about it; empty if it works.
    needed : bool
        Whether the course cannot be built and graded without it.
    """

    name: str
    works: bool
    says: str
    remedy: str = ""
    needed: bool = False


def examine_machine(course: Course) -> Iterator[Finding]:
    """Yield a finding for Python, the box, Chromium and the GPU."""
    version = sys.version.split()[0]
    old = sys.version_info < (3, 11)
    remedy = "install Python 3.11 or newer" if old else ""
    yield Finding("Python", not old, version, remedy, needed=True)
    yield examine_box(course)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    remedy = "" if chromium else f"{INSTALL} chromium (only the tests of pages need it)"
    yield Finding("Chromium", bool(chromium), chromium or "not installed", remedy)
    yield _gpu()


def examine_box(course: Course) -> Finding:
    """Start a box, try to get out of it, and say what holds."""
    missing = [name for name in ("bwrap", "setpriv") if shutil.which(name) is None]
    if missing or not ctypes.util.find_library("seccomp"):
        remedy = f"{INSTALL} bubblewrap libseccomp2 util-linux"
        lacks = ", ".join(missing) or "libseccomp"
        return Finding("Box", works=False, says=f"{lacks} is missing", remedy=remedy, needed=True)
    try:
        with Box(Tools.of(course.box), Limits()) as box:
            session = Session(box, [Cell(ESCAPE)])
            session.show()
    except (BoxError, OSError) as error:
        return Finding("Box", works=False, says=str(error), remedy=_remedy(error), needed=True)
    said = "".join(output.get("text", "") for output in session.outputs[0]).strip()
    holds = said == "nothing"
    remedy = "" if holds else "do not grade on this machine, and report this"
    says = "bubblewrap and seccomp hold" if holds else f"student code got: {said}"
    return Finding("Box", holds, says, remedy, needed=True)


# Run in the box: prints what student code could get hold of.
ESCAPE = """
import os, socket
got = []
for name, attempt in {
    "a process": lambda: os.fork() or os._exit(0),
    "a socket": lambda: socket.socket(),
    "a folder of the host": lambda: os.listdir("/root") + os.listdir("/var"),
    "a file outside its folders": lambda: open("/opt/file", "w"),
    "the supervisor's memory": lambda: open("/proc/1/mem", "rb"),
}.items():
    try:
        attempt()
        got.append(name)
    except OSError:
        pass
print(", ".join(got) or "nothing")
"""


def _remedy(error: Exception) -> str:
    said = str(error)
    if "uid map" in said or "namespace" in said or "Operation not permitted" in said:
        return APPARMOR
    return "run `make setup`" if isinstance(error, FileNotFoundError) else "see the message"


def _gpu() -> Finding:
    if importlib.util.find_spec("cupy") is None:
        remedy = "with an NVIDIA GPU: pip install 'convolution-course[cuda12]' or [cuda13]"
        return Finding("GPU", works=False, says="CuPy is not installed", remedy=remedy)
    import cupy

    if not cupy.cuda.is_available():
        return Finding("GPU", works=False, says="CuPy finds no GPU", remedy="check `nvidia-smi`")
    properties = cupy.cuda.runtime.getDeviceProperties(0)
    return Finding("GPU", works=True, says=properties["name"].decode())
