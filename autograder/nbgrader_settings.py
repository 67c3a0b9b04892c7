"""How nbgrader is set up for a course: our preprocessors where it runs and judges code."""

from __future__ import annotations

import os
import secrets
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader import preprocessors as nbgrader
from nbgrader.api import Gradebook
from traitlets.config import Config

from . import nb

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI

    from .course import Course

__all__ = ["api", "configure", "knows", "quiet"]

TEMPLATES = Path(__file__).parent / "report" / "templates"
FORMGRADER = Path(nbgrader.__file__).parents[1] / "server_extensions" / "formgrader" / "templates"


def configure(config: Config, root: Path) -> None:
    """Fill `config`, nbgrader's own, for the course in `root`.

    ``nbgrader_config.py`` calls this, so that nbgrader's commands and the formgrader's buttons
    grade as ``course grade`` does.
    """
    _folders(config, root)
    config.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
    config.Autograde.sanitize_preprocessors = [
        nb.CleanCells,
        nbgrader.ClearOutput,
        nbgrader.DeduplicateIds,
        nbgrader.OverwriteKernelspec,
        nbgrader.OverwriteCells,
        nbgrader.CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        nb.JudgedExecute,
        nbgrader.LimitOutput,
        nb.SaveJudgedGrades,
        nbgrader.AssignLatePenalties,
        nbgrader.CheckCellMetadata,
    ]
    config.GenerateFeedback.preprocessors = [nbgrader.GetGrades, nb.AddResult]
    for step in (config.CleanCells, config.JudgedExecute, config.AddResult):
        step.root = str(root)
    # Should nbgrader's own Execute ever run, no tag of a student's makes it skip a cell.
    config.Execute.skip_cells_with_tag = secrets.token_hex(8)
    # Given by nbgrader itself only to those who give none: the formgrader's pages are there.
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(FORMGRADER)]
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {"clean_html": "autograder.report.safe_html.clean"}


def api(course: Course, *, unsafe: bool = False) -> NbGraderAPI:
    """Return nbgrader's own interface, configured for `course`."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    # For a new gradebook nbgrader calls alembic by name: the one beside this Python.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    config = Config()
    configure(config, course.root)
    config.JudgedExecute.unsafe = unsafe
    course.grading.mkdir(exist_ok=True)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def quiet() -> warnings.catch_warnings[None]:
    """Hold back nbgrader's warnings about its own use of its database."""
    return warnings.catch_warnings(action="ignore")


def knows(course: Course, assignment: str) -> bool:
    """Whether the gradebook has the assignment."""
    if not (course.grading / "gradebook.db").exists():
        return False
    with Gradebook(f"sqlite:///{course.grading}/gradebook.db") as gradebook:
        return assignment in {found.name for found in gradebook.assignments}


def _folders(config: Config, root: Path) -> None:
    folders = config.CourseDirectory
    folders.course_id = "convolution"
    folders.root = str(root)
    folders.source_directory = "solutions"
    folders.release_directory = "exercises"
    folders.submitted_directory = "grading/submitted"
    folders.autograded_directory = "grading/autograded"
    folders.feedback_directory = "grading/feedback"
    folders.db_url = f"sqlite:///{root}/grading/gradebook.db"
    # solutions/<id>/ holds what nobody but the instructor may have beside the notebook
    folders.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.md", "*.py"]
