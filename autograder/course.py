"""Where a course keeps its things, and what it knows: assignments, environment, secret."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import sys
from dataclasses import dataclass, replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from .cause import does_not_run
from .secret import secret
from .spec import Assignment

__all__ = ["Course"]

MARK = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """A course's folder.

    Parameters
    ----------
    root : Path
        The folder that holds ``nbgrader_config.py``, ``solutions`` and ``exercises``.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """Return the course that `start` (default: the current folder) lies in.

        Raises
        ------
        FileNotFoundError
            If neither it nor a folder above it is a course.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / MARK).is_file() and (folder / "solutions").is_dir():
                return cls(folder)
        msg = f"{start} is in no course: go to the folder that holds {MARK} and solutions/"
        raise FileNotFoundError(msg)

    @property
    def box(self) -> Path:
        """The environment of the box, made by set-up."""
        return self.root / ".box"

    @property
    def grading(self) -> Path:
        """Everything that grading writes: clean submissions, answers, gradebook, reports."""
        return self.root / "grading"

    def make_grading(self) -> None:
        """Make `grading` where it is not there: nobody else may read what is in it."""
        self.grading.mkdir(mode=0o700, exist_ok=True)

    def source(self, assignment: str) -> Path:
        """Return the text that an assignment is written in."""
        return self.root / "solutions" / assignment / f"{assignment}.md"

    def release(self, assignment: str) -> Path:
        """Return the notebook that students get."""
        return self.root / "exercises" / assignment / f"{assignment}.ipynb"

    def submitted(self, assignment: str, student: str) -> Path:
        """Return the clean copy of a submission, from which nbgrader grades."""
        return self.grading / "submitted" / student / assignment / f"{assignment}.ipynb"

    def autograded(self, assignment: str, student: str) -> Path:
        """Return the graded copy of a submission, which nbgrader's pages show."""
        return self.grading / "autograded" / student / assignment / f"{assignment}.ipynb"

    def feedback(self, assignment: str, student: str) -> Path:
        """Return the feedback page of a submission."""
        return self.grading / "feedback" / student / assignment / f"{assignment}.html"

    def result(self, assignment: str, student: str) -> Path:
        """Return the file that holds the judge's words on one submission."""
        return self.grading / "results" / assignment / f"{student}.json"

    def assignment_ids(self) -> list[str]:
        """Return the names of all assignments, sorted."""
        return sorted(path.parent.name for path in self.root.glob("solutions/*/cases.py"))

    def module(self, assignment: str, stem: str) -> ModuleType:
        """Run ``<stem>.py`` beside an assignment's text, anew, and return what it defines."""
        path = self.source(assignment).with_name(f"{stem}.py")
        name = f"{_package(path.parents[1])}.{assignment}.{stem}"
        loader = _Uncached(name, str(path))
        spec = importlib.util.spec_from_file_location(name, path, loader=loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        try:
            loader.exec_module(module)
        except Exception as error:
            raise ValueError(does_not_run(path, error)) from error
        return module

    def assignment(self, name: str) -> Assignment:
        """Load an assignment: its ``cases.py``, with the bank of its ``mistakes.py``.

        Raises
        ------
        ValueError
            If there is none of that name, or its files do not say what they must.
        """
        if name not in self.assignment_ids():
            msg = f"there is no assignment {name!r}; there are {self.assignment_ids()}"
            raise ValueError(msg)
        found = self._defined(name, "cases", "ASSIGNMENT")
        if not isinstance(found, Assignment) or found.id != name:
            msg = (
                f"solutions/{name}/cases.py must define ASSIGNMENT, an Assignment with id {name!r}"
            )
            raise ValueError(msg)
        mistakes = self._defined(name, "mistakes", "MISTAKES")
        return replace(found, mistakes=tuple(mistakes))

    def generator(self, *parts: str) -> np.random.Generator:
        """Return the random generator of one submission's hidden cases.

        It is drawn from the course's secret and `parts` (assignment, student, what was
        submitted): the same submission meets the same cases always, nobody else ever does.
        """
        said = "\0".join(parts).encode()
        self.make_grading()
        digest = hmac.new(secret(self.grading), said, hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(digest))

    def _defined(self, assignment: str, stem: str, name: str) -> Any:
        module = self.module(assignment, stem)
        if not hasattr(module, name):
            msg = f"{module.__file__} must define {name}"
            raise ValueError(msg)
        return getattr(module, name)


class _Uncached(SourceFileLoader):
    """Reads the source each time: kept bytecode hides an edit of the same length and second."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _package(folder: Path) -> str:
    """Let the files of assignments import what they share, as in ``from .._draw import numbers``.

    Each folder is a package of its own: two courses may share different things by one name.
    """
    name = f"assignments_{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return name
