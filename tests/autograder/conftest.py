"""A tiny course, released once; submissions to it; and boxes that many tests share."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
import warnings
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.request import urlopen

import nbformat
import numpy as np
import pytest

from autograder.answers import answer_of
from autograder.bundle import Bundle
from autograder.course import Course
from autograder.job import Job
from autograder.sandbox import BoxError, Cell, Check, Limits, Session
from autograder.sandbox.command import Tools
from autograder.sandbox.kinds import LADDER, Pool
from autograder.sandbox.probe import probe
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


class Here:
    """An executor for notebooks that a test has written: it runs them in this process, at once.

    The answers are those of the code in the notebook; no box, so no hostile code.
    """

    box, jobs, says = "cold", 2, "cold: here"

    def submit(self, job):
        future = Future()
        try:
            future.set_result(self.answer(Job.from_bytes(job)).to_bytes())
        except BoxError as error:
            future.set_exception(error)
        return future

    def answer(self, job):
        names, outputs = {}, []
        for cell in job.cells:
            with redirect_stdout(io.StringIO()) as said:
                exec(cell, names)
            text = {"output_type": "stream", "name": "stdout", "text": said.getvalue()}
            outputs.append([text] if said.getvalue() else [])
        answers = {question.check.name: list(called(question, names)) for question in job.questions}
        return Bundle(outputs, answers, [], self.box)


def called(question, names):
    for case in question.cases:
        given = eval(question.check.objects[case.target], names)
        function = given if question.kind == "function" else lambda *_, given=given: given
        yield answer_of(function, case)


@pytest.fixture
def jupyter(tmp_path):
    """Give `jupyter(course, *command)`: one of Jupyter's programs, run in a course."""

    def jupyter(course, *command, **options):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "JUPYTER_RUNTIME_DIR": str(tmp_path),
            "PYTHONWARNINGS": "ignore",
        }
        words = [sys.executable, "-m", *command]
        return subprocess.Popen(words, cwd=course.root, env=environment, text=True, **options)

    return jupyter


@pytest.fixture
def jupyter_server(jupyter, tmp_path):
    """Give `jupyter_server(course)`: a context with the address and token of a server there."""

    @contextmanager
    def jupyter_server(course):
        command = "jupyter server --no-browser --ip=127.0.0.1 --port=0 --allow-root".split()
        log = tmp_path / "log"
        with log.open("w") as file, jupyter(course, *command, stderr=file) as server:
            try:
                yield running(tmp_path, log)
            finally:
                server.terminate()
                server.wait(30)

    return jupyter_server


def running(folder, log, seconds=120):
    """Wait for the server that says in `folder` where it is, and return address and token."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in folder.glob("jpserver-*.json"):
            with suppress(ValueError, OSError):  # half written, or not there yet
                said = json.loads(path.read_text())
                urlopen(f"{said['url']}api/status?token={said['token']}").close()
                return said["url"], said["token"]
        time.sleep(0.2)
    pytest.fail(f"no server: {log.read_text()}")


@pytest.fixture(scope="session")
def here():
    """Give an executor that needs no box."""
    return Here()


class Visits:
    """A started box that takes notebook after notebook, each in children of its own."""

    def __init__(self, box, process):
        self.box, self.process = box, process

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
        return list(descendants(self.process.process.pid))


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
def box_tools():
    """Give what boxes are made of here."""
    return Tools.of(REPOSITORY.box.resolve())


@contextmanager
def made(kind, tools):
    """Make a kind of box, or skip where it does not work, and say why."""
    made = kind(tools, subprocess.Popen)
    try:
        rung = probe(made, Limits())
        if not rung.works:
            pytest.skip(f"needs a box of the kind {rung.name}: {rung.says}; {rung.remedy}")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def pool(box_tools):
    """Give the pool, warm."""
    with made(Pool, box_tools) as pool:
        yield pool


@pytest.fixture(scope="session")
def needs_box(pool):
    """Skip where there is no box, and say why."""


@pytest.fixture(scope="session", params=LADDER, ids=lambda kind: kind.name)
def every_kind(request, box_tools):
    """Give each kind of box in turn."""
    if request.param is Pool:
        yield request.getfixturevalue("pool")
        return
    with made(request.param, box_tools) as kind:
        yield kind


GRADING = Limits(whole_seconds=3600)
TIGHT = Limits(
    whole_seconds=3600,
    memory=1 << 30,
    file_size=1 << 20,
    folder_size=2 << 20,
    inodes=200,
    cell_seconds=2,
    output_characters=5000,
    restarts=2,
)


@contextmanager
def visits(kind, limits):
    before = set(kind.used)
    with kind.box(limits) as box:
        (process,) = kind.used - before
        yield Visits(box, process)


@pytest.fixture(scope="session")
def box(pool):
    """Give a box with the limits of grading; a notebook in it knows nothing of the last one."""
    with visits(pool, GRADING) as box:
        yield box


@pytest.fixture(scope="session")
def tight_box(pool):
    """Give a box with tight limits, so that reaching them takes no time."""
    with visits(pool, TIGHT) as box:
        yield box


@pytest.fixture(scope="session")
def every_box(every_kind):
    """Give a box of each kind with tight limits."""
    with visits(every_kind, TIGHT) as box:
        yield box


@pytest.fixture
def fresh_box(box_tools, needs_box):
    """Give `fresh_box(kind, **limits)`: a box of a test's own, to be damaged."""
    with ExitStack() as stack:

        def fresh_box(kind=Pool, **limits):
            made = kind(box_tools, subprocess.Popen)
            stack.callback(made.close)
            box = stack.enter_context(visits(made, replace(GRADING, **limits)))
            box.close = stack.close
            return box

        yield fresh_box
