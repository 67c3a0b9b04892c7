"""What works on this machine, and what to do about what does not."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .sandbox import BoxError, Boxes, Limits
from .sandbox.command import Tools
from .sandbox.kinds import LADDER
from .sandbox.probe import probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from distributed import Security

    from .course import Course
    from .sandbox.kinds import Kind

__all__ = ["Finding", "examine_box", "examine_cluster", "examine_machine"]

INSTALL = "sudo apt-get install -y"


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
    """Yield a finding for Python, box, each kind of it, gradebook, privacy, Chromium and GPU."""
    version = sys.version.split()[0]
    old = sys.version_info < (3, 11)
    remedy = "install Python 3.11 or newer" if old else ""
    yield Finding("Python", not old, version, remedy, needed=True)
    yield examine_box(course)
    yield from _kinds(course)
    yield _gradebook(course)
    yield _privacy(course)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    remedy = "" if chromium else f"{INSTALL} chromium (only the tests of pages need it)"
    yield Finding("Chromium", bool(chromium), chromium or "not installed", remedy)
    yield _gpu()


def examine_box(course: Course, ladder: Sequence[type[Kind]] = LADDER) -> Finding:
    """Start boxes, the strongest kind first, until one holds; say which, or why none does."""
    try:
        with Boxes(Tools.of(course.box), Limits(), ladder=ladder) as boxes:
            return Finding("Box", works=True, says=boxes.says, needed=True)
    except (BoxError, OSError) as error:
        remedy = "in brackets, for each kind of box; one is enough"
        return Finding("Box", works=False, says=str(error), remedy=remedy, needed=True)


def _kinds(course: Course) -> Iterator[Finding]:
    """Try each kind of box: the first that works is taken."""
    try:
        tools = Tools.of(course.box)
    except FileNotFoundError:  # as was said of the box
        return
    for kind in LADDER:
        made = kind(tools, subprocess.Popen)
        try:
            rung = probe(made, Limits())
        finally:
            made.close()
        yield Finding(f"Box of the kind {rung.name}", rung.works, rung.says, rung.remedy)


def examine_cluster(course: Course, address: str, security: Security) -> Finding:
    """Join a cluster as `course grade` does, and say which of its workers would get work."""
    from .executors import ExecutorError
    from .executors.cluster import cluster

    try:
        with cluster(address, course, Limits(), security=security) as executor:
            return Finding("Cluster", works=True, says=executor.says, needed=True)
    except ExecutorError as error:
        remedy = "docs/instructor.md says how scheduler and workers are started"
        return Finding("Cluster", works=False, says=str(error), remedy=remedy, needed=True)


def _gradebook(course: Course) -> Finding:
    from .database import place, reach
    from .nbgrader_settings import settings

    try:
        config = settings(course)
        says = f"{reach(config)}: {place(config)}"
        return Finding("Gradebook", works=True, says=says, needed=True)
    except ValueError as error:
        remedy = "start the database, or mend COURSE_DB_URL or the line in nbgrader_config.py"
        return Finding("Gradebook", works=False, says=str(error), remedy=remedy, needed=True)


def _privacy(course: Course) -> Finding:
    """Say whether others on this machine, students perhaps, may read marks and answers."""
    course.make_grading()
    shown = bool(course.grading.stat().st_mode & 0o007)
    says = "anybody on this machine may look into grading/" if shown else "grading/ is private"
    remedy = f"chmod o= {course.grading}" if shown else ""
    return Finding("Privacy", works=not shown, says=says, remedy=remedy)


def _gpu() -> Finding:
    if importlib.util.find_spec("cupy") is None:
        remedy = "with an NVIDIA GPU: pip install 'convolution-course[cuda12]' or [cuda13]"
        return Finding("GPU", works=False, says="CuPy is not installed", remedy=remedy)
    import cupy

    if not cupy.cuda.is_available():
        return Finding("GPU", works=False, says="CuPy finds no GPU", remedy="check `nvidia-smi`")
    properties = cupy.cuda.runtime.getDeviceProperties(0)
    return Finding("GPU", works=True, says=properties["name"].decode())
