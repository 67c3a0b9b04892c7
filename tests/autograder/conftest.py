"""A tiny course, released once; submissions to it; and boxes that many tests share."""

import os
import shutil
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.course import Course
from autograder.doctor import examine_box
from autograder.sandbox import Box, Cell, Check, Limits, Session
from autograder.sandbox.command import Tools
from autograder.spec import Case

HERE = Path(__file__).parent
REPOSITORY = Course(HERE.parents[1])
GIVEN = {"count": "count = 3", "double": "def double(x):\n    return 2 * x"}


def copy_of_tiny(folder):
    shutil.copytree(HERE / "tiny_course", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".box").symlink_to(REPOSITORY.box)
    return Course(folder)


@pytest.fixture(scope="session", autouse=True)
def alembic_on_the_path():
    """Let nbgrader, which calls alembic by name, find the one beside this Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        patch.delenv("COURSE_SECRET", raising=False)
        yield


@contextmanager
def nbgraders_warnings():
    """Take no notice of what nbgrader does to SQLAlchemy and traitlets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="session")
def quiet():
    """Give `quiet()`: a context in which warnings, nbgrader's own, are no errors."""
    return nbgraders_warnings


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Give the tiny course, its assignment released; tests only read it."""
    from autograder.release import release

    course = copy_of_tiny(tmp_path_factory.mktemp("tiny") / "course")
    with nbgraders_warnings():
        release(course, "tiny")
    return course


@pytest.fixture
def tiny_copy(tiny, tmp_path):
    """Give a copy of the released tiny course that a test may change."""
    shutil.copytree(tiny.root, tmp_path / "course", symlinks=True)
    return Course(tmp_path / "course")


@pytest.fixture(scope="session")
def notebook(tiny):
    """Give `notebook(extra=..., **solutions)`: a filled-in release, `extra` cells in front."""

    def notebook(extra=(), **solutions):
        made = nbformat.read(tiny.release("tiny"), as_version=4)
        for cell in made.cells:
            name = cell.id.removesuffix("-solution")
            if name != cell.id:
                cell.source = {**GIVEN, **solutions}[name]
        made.cells[1:1] = [
            cell if isinstance(cell, dict) else nbformat.v4.new_code_cell(cell) for cell in extra
        ]
        return made

    return notebook


@pytest.fixture(scope="session")
def hand_in():
    """Give `hand_in(folder, student, notebook)`: lay a submission out as nbgrader collects it."""

    def hand_in(folder, student, notebook):
        path = folder / student / "tiny" / "tiny.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(notebook, str):
            path.write_text(notebook, encoding="utf-8")
        else:
            nbformat.write(notebook, path)
        return path

    return hand_in


@dataclass
class Visit:
    """What one notebook did in a box: the text of each cell, raw outputs, notes, answers."""

    session: Session
    answers: list = field(default_factory=list)

    @property
    def outputs(self):
        return self.session.outputs

    @property
    def notes(self):
        return self.session.notes

    def said(self, index=-1):
        """Return all text that one cell showed."""
        return "".join(
            output.get("text", "")
            + output.get("data", {}).get("text/plain", "")
            + "".join(f"{output[key]} " for key in ("ename", "evalue") if key in output)
            for output in self.outputs[index]
        )


class Visits:
    """A started box that takes notebook after notebook, each in children of its own."""

    def __init__(self, box):
        self.box = box

    def show(self, *cells):
        visit = Visit(Session(self.box, [Cell(cell) for cell in cells]))
        visit.session.show()
        return visit

    def ask(self, *cells, objects=("f",), cases=None, kind="function", after=None):
        """Show the cells, then put the cases (default: two arrays) to the objects."""
        visit = self.show(*cells)
        cases = cases or [Case("one", (np.arange(3.0),)), Case("two", (np.arange(4.0),))]
        check = Check("f", objects, len(cells) if after is None else after)
        visit.answers = visit.session.ask(check, kind, cases)
        return visit

    def processes(self):
        """Return the numbers of all processes of the box, as this machine counts them."""
        return list(descendants(self.box.process.pid))


def descendants(pid):
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
        if parent == pid:
            child = int(path.parent.name)
            yield child
            yield from descendants(child)


@pytest.fixture(scope="session")
def needs_box():
    """Skip where there is no box, and say why."""
    finding = examine_box(REPOSITORY)
    if not finding.works:
        pytest.skip(f"needs bubblewrap: {finding.says}; {finding.remedy}")


def start(*, unsafe=False, **limits):
    tools = Tools.of(REPOSITORY.box.resolve())
    return Box(tools, Limits(whole_seconds=3600, **limits), unsafe=unsafe)


@pytest.fixture(scope="session")
def box(needs_box):
    """Give a box with the limits of grading; a notebook in it knows nothing of the last one."""
    with start() as box:
        yield Visits(box)


@pytest.fixture(scope="session")
def tight_box(needs_box):
    """Give a box with tight limits, so that reaching them takes no time."""
    with start(
        memory=1 << 30,
        file_size=1 << 20,
        folder_size=2 << 20,
        cell_seconds=2,
        output_characters=5000,
        restarts=2,
    ) as box:
        yield Visits(box)


@pytest.fixture
def fresh_box(needs_box):
    """Give `fresh_box(**limits)`: a box of a test's own, to be damaged."""
    boxes = []

    def fresh_box(**limits):
        boxes.append(start(**limits))
        return Visits(boxes[-1])

    yield fresh_box
    for box in boxes:
        box.close()
