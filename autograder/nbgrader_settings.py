"""How nbgrader is set up for a course: our preprocessors where it runs and judges code."""

from __future__ import annotations

import os
import re
import secrets
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader import preprocessors as nbgrader
from traitlets.config.loader import PyFileConfigLoader

from . import nb
from .cause import does_not_run
from .course import MARK
from .feedback import FeedbackExporter

if TYPE_CHECKING:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    from .course import Course

__all__ = ["api", "configure", "quiet", "settings"]

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
    config.GenerateFeedback.exporter_class = FeedbackExporter
    for ours in (config.CleanCells, config.JudgedExecute, config.AddResult, config.GradesExport):
        ours.root = str(root)
    # Should nbgrader's own Execute ever run, no tag of a student's makes it skip a cell.
    config.Execute.skip_cells_with_tag = secrets.token_hex(8)
    # Given by nbgrader itself only to those who give none: the formgrader's pages are there.
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(FORMGRADER)]
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {
        # nbgrader's pages for marking by hand put it in as it comes, and could change grades
        "markdown2html": "autograder.report.safe_html.markdown",
        "prose": "autograder.report.safe_html.prose",
        "task_html": "autograder.report.table.task_html",
        "marks": "autograder.report.table.marks",
    }


def settings(course: Course) -> Config:
    """Return what the course's ``nbgrader_config.py`` sets, as nbgrader's commands read it.

    Raises
    ------
    ValueError
        If it does not run.
    """
    # For a new gradebook nbgrader calls alembic by name: the one beside this Python.
    beside, path = str(Path(sys.executable).parent), os.environ["PATH"]
    if beside not in path.split(os.pathsep):
        os.environ["PATH"] = f"{beside}{os.pathsep}{path}"
    course.make_grading()
    try:
        return PyFileConfigLoader(MARK, path=str(course.root)).load_config()
    except Exception as error:
        raise ValueError(does_not_run(course.root / MARK, error)) from error


def api(course: Course) -> NbGraderAPI:
    """Return nbgrader's own interface, configured for `course`."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    config = settings(course)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def quiet() -> warnings.catch_warnings[None]:
    """Hold back nbgrader's warnings about its own use of its database."""
    return warnings.catch_warnings(action="ignore")


def _folders(config: Config, root: Path) -> None:
    folders = config.CourseDirectory
    folders.course_id = "convolution"
    folders.root = str(root)
    folders.source_directory = "solutions"
    folders.release_directory = "exercises"
    folders.submitted_directory = "grading/submitted"
    folders.autograded_directory = "grading/autograded"
    folders.feedback_directory = "grading/feedback"
    folders.db_url = _gradebook(root)
    # solutions/<id>/ holds what nobody but the instructor may have beside the notebook
    folders.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.md", "*.py"]


def _gradebook(root: Path) -> str:
    """Return the url of the gradebook: ``COURSE_DB_URL``, or a file of the course."""
    given = os.environ.get("COURSE_DB_URL") or f"sqlite:///{root}/grading/gradebook.db"
    # Without a driver's name SQLAlchemy takes one that is not installed here.
    return re.sub("^postgres(ql)?://", "postgresql+psycopg2://", given)
