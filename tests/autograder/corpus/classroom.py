"""A class of hostile and honest students, graded in one go, and what that did to whom."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.course import Course
from autograder.executors import local
from autograder.grade import grade_class
from autograder.release import release
from autograder.sandbox import Limits
from autograder.sandbox.command import Tools

from . import RIGHT, Notebook
from .host import Host, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.verdicts import SubmissionResult

__all__ = ["NEIGHBOURS", "Classroom"]

HERE = Path(__file__).parent
REPOSITORY = Course(HERE.parents[2])
# Tight, for most of the time here is spent in waiting for code that will not end.
LIMITS = Limits(memory=1 << 30, cell_seconds=3, whole_seconds=45, cpu_seconds=30, restarts=2)
JOBS = 4
NEIGHBOURS = tuple(
    Notebook(f"{place}-neighbour", "is right", honest=True, deserved=5) for place in "amz"
)


@dataclass
class Classroom:
    """A course that is graded twice: with the neighbours alone, then with everybody.

    Parameters
    ----------
    root : Path
        An empty folder for all of it.
    notebooks : sequence of Notebook
        Who sits there beside the neighbours.
    """

    root: Path
    notebooks: Sequence[Notebook]
    results: dict[str, SubmissionResult] = field(default_factory=dict)
    host_touched: list[str] = field(default_factory=list)

    def grade(self) -> None:
        """Grade the neighbours alone, then the whole class, and watch the machine meanwhile."""
        (self.root / "canaries").mkdir()
        self._make_courses()
        with Host(self.root / "canaries") as host:
            for name, class_ in (("alone", NEIGHBOURS), ("crowd", (*NEIGHBOURS, *self.notebooks))):
                for notebook in class_:
                    self._hand_in(notebook, host, self._collected(name))
            self._grade("alone")
            quiet = self._around_grading()
            self.results = self._grade("crowd")
            self.host_touched = host.touched()
            after = self._around_grading()
        if after != quiet:
            paths = {path for path, _ in set(after.items()) ^ set(quiet.items())}
            self.host_touched.append(f"outside of grading/: {sorted(paths)}")

    def result(self, notebook: Notebook) -> SubmissionResult:
        """Return what the judge says of one."""
        return self.results[_printable(notebook.who)]

    def page(self, notebook: Notebook) -> str:
        """Return the page that a student gets."""
        return self.path("feedback", notebook).read_text(encoding="utf-8")

    def path(self, what: str, notebook: Notebook, course: str = "crowd") -> Path:
        """Return where a course keeps the result, the feedback or the graded notebook."""
        at = getattr(Course(self.root / course), what)
        found: Path = at(notebook.assignment, _printable(notebook.who))
        return found

    def all_about(self, notebook: Notebook) -> str:
        """Return all that was kept of one, but for the clean copy of what was handed in."""
        said = json.dumps(self.result(notebook).to_dict(), ensure_ascii=False)
        path = self.path("autograded", notebook)
        cells = nbformat.read(path, as_version=4).cells if path.exists() else []
        shown = [json.dumps(cell.get("outputs"), ensure_ascii=False) for cell in cells]
        return "\n".join([said, *shown, self.page(notebook)]).replace("\\n", "\n")

    def _make_courses(self) -> None:
        """Make two courses of the corpus's assignments and `conv1d`, released."""
        root = self.root / "alone"
        shutil.copytree(HERE.parent / "tiny_course", root, ignore=shutil.ignore_patterns("tiny"))
        for source in (HERE / "solutions", REPOSITORY.root / "solutions"):
            shutil.copytree(source, root / "solutions", dirs_exist_ok=True)
        (root / ".box").symlink_to(REPOSITORY.box)
        for name in RIGHT:
            release(Course(root), name)
        shutil.copytree(root, self.root / "crowd", symlinks=True)

    def _hand_in(self, notebook: Notebook, host: Host, folder: Path) -> None:
        """Lay a submission out as nbgrader collects it."""
        home = folder / notebook.who / notebook.assignment
        home.mkdir(parents=True)
        text = json.dumps(self._filled(notebook, host))
        (home / f"{notebook.assignment}.ipynb").write_text(text, encoding="utf-8")
        for name, content in notebook.files.items():
            (home / name).write_text(content, encoding="utf-8")

    def _filled(self, notebook: Notebook, host: Host) -> dict[str, Any]:
        """Return a release with a notebook's cells in it."""
        release_path = Course(self.root / "alone").release(notebook.assignment)
        made: dict[str, Any] = json.loads(release_path.read_text(encoding="utf-8"))
        for task, source in notebook.sources().items():
            (one,) = [cell for cell in made["cells"] if cell["id"] == f"{task}-solution"]
            one["source"] = host.fill(source)
        new = nbformat.v4.new_code_cell
        made["cells"][1:1] = [dict(new(host.fill(source))) for source in notebook.before]
        made["cells"] += [dict(new(host.fill(source))) for source in notebook.after]
        notebook.edit(made)
        return made

    def _grade(self, name: str) -> dict[str, SubmissionResult]:
        course = Course(self.root / name)
        with local(Tools.of(course.box), LIMITS, jobs=JOBS) as executor:
            results = grade_class(course, self._collected(name), executor=executor)
        return {result.student: result for result in results}

    def _around_grading(self) -> dict[str, tuple[object, ...]]:
        """Return the state of all files that grading only reads."""
        return tree(self.root, "grading", "exercises", "canaries") | tree(REPOSITORY.box / "bin")

    def _collected(self, name: str) -> Path:
        return self.root / f"collected by {name}"


def _printable(name: str) -> str:
    """Return a name as the grader prints it."""
    return "".join(char if char.isprintable() else "?" for char in name)
