"""The command line that starts the supervisor, behind walls or (by name only) without."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .limits import Limits

__all__ = ["Tools", "boxed", "unboxed"]

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
SYSTEM = """
--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
--ro-bind /etc/ld.so.cache /etc/ld.so.cache --ro-bind-try /etc/fonts /etc/fonts
""".split()
WALLS = """
bwrap --unshare-user --unshare-all --disable-userns --as-pid-1 --die-with-parent --new-session
--cap-drop ALL --hostname box --clearenv
""".split()
STAGE = "bwrap --dev-bind / / --tmpfs /tmp --cap-add CAP_SETUID --cap-add CAP_SETGID".split()
DROP = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --no-new-privs".split()


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


def boxed(tools: Tools, limits: Limits) -> list[str]:
    """Return the command that starts the supervisor in bubblewrap as an ordinary user.

    Bubblewrap is no sandbox for root: there an outer call, made only to show folders that
    ordinary users cannot reach, drops to ``nobody`` before the inner one builds the walls.
    """
    outer, tools_seen = _staged(tools) if os.getuid() == 0 else ([], tools)
    variables = {**_variables(HOME), "PYTHONPATH": "/opt/grader"}
    return [
        *outer,
        *WALLS,
        *(part for item in variables.items() for part in ("--setenv", *item)),
        *SYSTEM,
        *_base(tools_seen.base, tools.base),
        *("--ro-bind", str(tools_seen.environment), "/opt/box"),
        *("--ro-bind", str(tools_seen.runner / "_box"), "/opt/grader/_box"),
        *("--proc", "/proc", "--dev", "/dev"),
        *(part for folder in WRITABLE for part in _writable(folder, limits.folder_size)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME),
        *("--", "/opt/box/bin/python", "-m", "_box"),
    ]


def unboxed(tools: Tools) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of a supervisor without walls: for one's own code only."""
    command = [str(tools.environment / "bin" / "python"), "-m", "_box"]
    return command, {**_variables(str(Path.home())), "PYTHONPATH": str(tools.runner)}


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
