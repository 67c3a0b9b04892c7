"""A class of hostile and honest students, graded in one go, and what that did to whom."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.course import Course
from autograder.executors import local
from autograder.grade import grade_class
from autograder.release import release
from autograder.sandbox import Limits
from autograder.sandbox.command import Tools

from . import RIGHT, Notebook, classes
from .host import SECRET, Host, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.verdicts import SubmissionResult

__all__ = ["CLASSES", "Classroom", "active"]

HERE = Path(__file__).parent
REPOSITORY = Course(HERE.parents[2])
CLASSES: dict[str, tuple[Notebook, ...]] = {
    module.name: import_module(f".{module.name}", classes.__name__).NOTEBOOKS
    for module in iter_modules(classes.__path__)
}
# Tight, for most of the time here is spent in waiting for code that will not end.
LIMITS = Limits(memory=1 << 30, cell_seconds=3, whole_seconds=45, cpu_seconds=30, restarts=2)
JOBS = 4
CENT = 0.006  # marks are rounded
RUNS = {"script", "iframe", "frame", "object", "embed", "form", "input", "base", "svg", "math"}
LOADS = {"srcdoc", "srcset", "background", "formaction", "http-equiv", "ping"}
COLOUR = re.compile(r"((^|; )(background-)?color: rgb\(\d+,\d+,\d+\))+$")  # of printed text
HARMLESS = ("#", "data:image/png;base64,", "data:image/jpeg;base64,", "data:,", "https://", "../")
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

    def page(self, notebook: Notebook, course: str = "crowd") -> str:
        """Return the page that a student gets."""
        return self._path("feedback", notebook, course).read_text(encoding="utf-8")

    def all_about(self, notebook: Notebook) -> str:
        """Return all that was kept of one, but for the clean copy of what was handed in."""
        said = json.dumps(self.result(notebook).to_dict(), ensure_ascii=False)
        path = self._path("autograded", notebook)
        cells = nbformat.read(path, as_version=4).cells if path.exists() else []
        shown = [json.dumps(cell.get("outputs"), ensure_ascii=False) for cell in cells]
        return "\n".join([said, *shown, self.page(notebook)]).replace("\\n", "\n")

    def undeserved(self, notebook: Notebook) -> float:
        """Return the points that its code does not deserve."""
        return max(0.0, self.result(notebook).score - notebook.deserved - notebook.by_chance)

    def withheld(self, notebook: Notebook) -> float:
        """Return the points that its code deserves and did not get."""
        return max(0.0, notebook.deserved - self.result(notebook).score)

    def unexplained(self, notebook: Notebook) -> list[str]:
        """Return where a student would ask why."""
        result = self.result(notebook)
        if bool(result.ungraded) != notebook.ungraded or not (result.tasks or result.ungraded):
            return [f"ungraded: {result.ungraded}"]
        lost = [task for task in result.tasks if not task.full]
        said = [task.name for task in lost if len(task.sentence) < 10]
        return said + ["the words"] * (notebook.says not in self.all_about(notebook).lower())

    def problems(self, notebook: Notebook) -> list[str]:
        """Return all that is wrong with how a notebook was treated."""
        about = self.all_about(notebook)
        found = [f"explains {what} badly" for what in self.unexplained(notebook)]
        found += [
            f"says {word!r}" for word in (*notebook.never, SECRET, "root:x:0") if word in about
        ]
        found += [f"runs or loads {tag}" for tag in active(self.page(notebook))]
        if self.undeserved(notebook) > CENT:
            found.append(f"{self.undeserved(notebook):g} points are undeserved")
        if self.withheld(notebook) > CENT:
            found.append(f"{self.withheld(notebook):g} points are withheld")
        return found

    def table(self, classes: Mapping[str, Sequence[Notebook]] = CLASSES) -> str:
        """Return, class by class, how many notebooks there are and what they brought about."""
        head = "| class | notebooks | undeserved points | points withheld | leaks | unexplained |"
        rows = [head, "|---|---|---|---|---|---|"]
        for name, some in classes.items():
            undeserved, withheld = (
                sum(count(one) for one in some) for count in (self.undeserved, self.withheld)
            )
            bad = [sum("says" in p or "runs" in p for p in self.problems(one)) for one in some]
            unexplained = sum(bool(self.unexplained(one)) for one in some)
            counts = len(some), f"{undeserved:g}", f"{withheld:g}", sum(bad), unexplained
            rows.append(f"| {name} | {' | '.join(map(str, counts))} |")
        host, beside = len(self.host_touched), len(self.neighbours_touched())
        return "\n".join([*rows, "", f"Host touched: {host}. Neighbours touched: {beside}."])

    def neighbours_touched(self) -> list[str]:
        """Return which neighbours' grades, words or pages are not as if they were alone."""
        return [
            f"{what} of {one.who}"
            for one in NEIGHBOURS
            for what in ("results", "feedback", "autograded")
            if len({self._path(what, one, name).read_bytes() for name in ("alone", "crowd")}) > 1
            or self.result(one).score != one.deserved
        ]

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

    def _path(self, what: str, notebook: Notebook, course: str = "crowd") -> Path:
        place = {"results": "result"}.get(what, what)
        at = getattr(Course(self.root / course), place)
        found: Path = at(notebook.assignment, _printable(notebook.who))
        return found


def _printable(name: str) -> str:
    """Return a name as the grader prints it."""
    return "".join(char if char.isprintable() else "?" for char in name)


class _Active(HTMLParser):
    """Collects what a page would run, load, send or show in another's place."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag in RUNS or any(name.startswith("on") or name in LOADS for name in names):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            if name in ("src", "href") and not (value or "").startswith(HARMLESS):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and not COLOUR.match(value or ""):
                self.found.append(f"{tag} {name}={value}")


def active(page: str) -> list[str]:
    """Return the tags of a page that do more than to show text and bitmaps."""
    parser = _Active()
    parser.feed(page)
    return parser.found
