"""The steps of nbgrader's autograde that are ours: clean, judge in place of executing, save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, List, Unicode

from .course import Course
from .examine import Examiner, show_results
from .intake import clean
from .store import read_result, write_result

if TYPE_CHECKING:
    from nbformat import NotebookNode

STYLE = Path(__file__).parent / "report" / "templates" / "style.css"

__all__ = ["AddResult", "CleanCells", "JudgedExecute", "SaveJudgedGrades"]

Resources = dict[str, Any]
Step = tuple["NotebookNode", Resources]


class _OurStep(NbGraderPreprocessor):  # type: ignore[misc]
    root = Unicode(help="The course's folder.").tag(config=True)
    display_data_priority = List(
        Unicode(), help="Given by nbconvert to every step of an export."
    ).tag(config=True)

    @property
    def course(self) -> Course:
        return Course(Path(self.root))


class CleanCells(_OurStep):
    """Restore the release's cells and drop all that is not the student's answer."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the clean notebook."""
        path = self.course.release(resources["nbgrader"]["assignment"])
        notebook, _ = clean(nb, nbformat.read(path, as_version=4))
        return notebook, resources


class JudgedExecute(_OurStep):
    """Run the notebook in a box and judge its answers outside, in place of ``Execute``."""

    unsafe = Bool(default_value=False, help="Run student code without a box.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the notebook with outputs, scores and tables in its cells."""
        who = resources["nbgrader"]
        examiner = Examiner(self.course, unsafe=self.unsafe)
        assignment = self.course.assignment(who["assignment"])
        work = examiner.work(nb, assignment, who["student"])
        bundle = examiner.answers(work)
        result = examiner.judged(work, bundle, assignment, who["student"])
        show_results(nb, bundle, result)
        write_result(self.course, result)
        resources["judged"] = {task.name: task for task in result.tasks}
        return nb, resources


class AddResult(_OurStep):
    """Hand the judge's words to the feedback page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the notebook as it is, with the result among the resources."""
        who = resources["nbgrader"]
        resources["judged"] = read_result(self.course, who["assignment"], who["student"])
        resources["style"] = STYLE.read_text(encoding="utf-8")
        return nb, resources


class SaveJudgedGrades(SaveAutoGrades):  # type: ignore[misc]
    """Save the judge's sentence as the comment of the cell it is about, beside the score."""

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        super()._add_comment(cell, resources)
        name = cell.metadata.nbgrader.grade_id
        task = resources["judged"].get(name.partition("-solution")[0])
        if task is not None:
            comment = self.gradebook.find_comment(
                name, self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = task.sentence
            self.gradebook.db.commit()
