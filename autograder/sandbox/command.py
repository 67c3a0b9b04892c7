"""How each kind of box is started, and which files are left to the code in it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .limits import Limits

__all__ = ["Start", "Tools", "boxed", "pooled", "unboxed", "unwalled"]

NOBODY = 65534
HOME = "/home/student"
WRITABLE = ("/dev/shm", "/tmp", HOME)
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
SYSTEM = """
--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
--ro-bind /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /etc/fonts /etc/fonts
""".split()
WALLS = """
bwrap --unshare-user --unshare-all --as-pid-1 --die-with-parent --new-session
--cap-drop ALL --hostname box --clearenv
""".split()
STAGE = """
bwrap --die-with-parent --dev-bind / / --tmpfs /tmp --cap-add CAP_SETUID --cap-add CAP_SETGID
""".split()
NO_NEW_PRIVILEGES = ["setpriv", "--no-new-privs"]
DROP = [*NO_NEW_PRIVILEGES, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
PLAIN = {"PATH": "/usr/bin:/bin"}
READABLE = ("/usr", "/etc/ld.so.cache", "/etc/fonts")
ZYGOTE_FOLDER = 8 << 20  # bytes: no submission sees these folders


@dataclass(frozen=True)
class Tools:
    """What the box is made of.

    Parameters
    ----------
    environment : Path
        Virtual environment with what student code may import, and nothing of ours.
    base : Path
        The Python installation that it was made from.
    runner : Path
        Folder that holds the ``_box`` package.
    """

    environment: Path
    base: Path
    runner: Path

    @classmethod
    def of(cls, environment: Path) -> Tools:
        """Return the tools of this installation.

        Raises
        ------
        FileNotFoundError
            If the environment was never set up.
        """
        if not (environment / "bin" / "python").exists():
            msg = f"{environment} is missing: run `make setup`, which makes it"
            raise FileNotFoundError(msg)
        return cls(environment, Path(sys.base_prefix), Path(__file__).parents[1])


@dataclass(frozen=True)
class Start:
    """How to start a Python of ours, and what is said to the supervisor in it.

    Parameters
    ----------
    command : list of str
        Program and arguments.
    environment : dict
        All its variables.
    readable, writable : sequence of str
        Files and folders, for Landlock.
    folders : sequence of str
        Which of them are file systems in memory.
    walls : bool
        Whether namespaces are around it.
    others : int
        Threads that its user has already, where no namespace keeps them apart.
    """

    command: list[str]
    environment: dict[str, str]
    readable: Sequence[str] = ()
    writable: Sequence[str] = ()
    folders: Sequence[str] = ()
    walls: bool = True
    others: int = 0

    def settings(self, limits: Limits) -> dict[str, Any]:
        """Return what the supervisor must know, ready for JSON."""
        names = ("readable", "writable", "folders", "walls")
        said = {**limits.to_dict(), **{name: getattr(self, name) for name in names}}
        return {**said, "processes": limits.processes + self.others}


def pooled(tools: Tools) -> Start:
    """Start a zygote in bubblewrap, which makes namespaces within for each submission."""
    return _walled(tools, ZYGOTE_FOLDER, ["zygote"])


def boxed(tools: Tools, limits: Limits) -> Start:
    """Start a supervisor in bubblewrap, with no way to further namespaces."""
    start = _walled(tools, limits.folder_size, [])
    command = [*start.command]
    command.insert(command.index("--unshare-all"), "--disable-userns")
    return replace(start, command=command)


def _walled(tools: Tools, folder_size: int, arguments: list[str]) -> Start:
    """Start a Python in bubblewrap as an ordinary user.

    Bubblewrap is no sandbox for root: there an outer call, made only to show folders that
    ordinary users cannot reach, drops to ``nobody`` before the inner one builds the walls.
    """
    outer, tools_seen = _staged(tools) if os.getuid() == 0 else ([], tools)
    variables = {**_variables(HOME), "PYTHONPATH": "/opt/grader"}
    command = [
        *outer,
        *WALLS,
        *(part for item in variables.items() for part in ("--setenv", *item)),
        *SYSTEM,
        *_base(tools_seen.base, tools.base),
        *("--ro-bind", str(tools_seen.environment), "/opt/box"),
        *("--ro-bind", str(tools_seen.runner / "_box"), "/opt/grader/_box"),
        *("--proc", "/proc", "--dev", "/dev"),
        *(part for folder in WRITABLE for part in _writable(folder, folder_size)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME),
        *("--", "/opt/box/bin/python", "-m", "_box", *arguments),
    ]
    readable = (*READABLE, "/opt", str(tools.base))
    return Start(command, PLAIN, readable, (*WRITABLE, *DEVICES), WRITABLE)


def unwalled(tools: Tools, home: str) -> Start:
    """Start a supervisor without namespaces: what it may read is left to Landlock."""
    drop = DROP if os.getuid() == 0 else NO_NEW_PRIVILEGES
    start = _plain(tools, home)
    start.environment["TMPDIR"] = home
    paths = (tools.environment, tools.base, tools.runner / "_box")
    return replace(
        start,
        command=[*drop, *start.command],
        readable=[*READABLE, *map(str, paths)],
        writable=[home, *DEVICES],
    )


def unboxed(tools: Tools) -> Start:
    """Start a supervisor without anything around it: for one's own code only."""
    return _plain(tools, str(Path.home()))


def _plain(tools: Tools, home: str) -> Start:
    command = [str(tools.environment / "bin" / "python"), "-m", "_box"]
    return Start(command, {**_variables(home), "PYTHONPATH": str(tools.runner)}, walls=False)


def _staged(tools: Tools) -> tuple[list[str], Tools]:
    """Show the tools below ``/tmp``, to a process that is no longer root when it sees them."""
    seen = Tools(*(Path("/tmp", field.name) for field in fields(Tools)))
    binds = (
        part
        for field in fields(Tools)
        for part in ("--ro-bind", str(getattr(tools, field.name)), str(getattr(seen, field.name)))
    )
    return [*STAGE, *binds, "--", *DROP], seen


def _variables(home: str) -> dict[str, str]:
    folders = {"HOME": home, "MPLCONFIGDIR": f"{home}/.mpl", "IPYTHONDIR": f"{home}/.ipython"}
    return {**ENVIRONMENT, **folders}


def _base(source: Path, target: Path) -> list[str]:
    """Show the Python installation where the virtual environment looks for it."""
    return [] if target.is_relative_to("/usr") else ["--ro-bind", str(source), str(target)]


def _writable(folder: str, size: int) -> list[str]:
    return ["--size", str(size), "--tmpfs", folder]
