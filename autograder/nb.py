"""The steps of nbgrader's autograde that are ours: clean, judge in place of executing, save."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, List, Unicode

from .course import Course
from .examine import Examiner, UngradableError, show_results
from .feedback import feedback_resources
from .gradebook import auto_comment, waits
from .intake import clean
from .store import read_result, write_result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

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
    """Run the notebook in a box and judge its answers outside, in place of ``Execute``.

    Within a server, as behind the formgrader's button, it takes stored answers only: a server
    that runs a notebook answers nobody else meanwhile.
    """

    unsafe = Bool(default_value=False, help="Run student code without a box.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the notebook with outputs, scores and tables in its cells.

        Raises
        ------
        UngradableError
            If there are no stored answers and this is no place to run for them.
        """
        who = resources["nbgrader"]
        examiner = Examiner(self.course, unsafe=self.unsafe)
        assignment = self.course.assignment(who["assignment"])
        work = examiner.work(nb, assignment, who["student"])
        bundle = examiner.stored(work) if _in_server() else examiner.answers(work)
        if bundle is None:
            msg = f"{who['student']}'s notebook was not run yet: run `course grade` first"
            raise UngradableError(msg)
        result = examiner.judged(work, bundle, assignment, who["student"])
        result = result.with_notes(*self._notes(assignment.id, who["student"]))
        show_results(nb, bundle, result)
        write_result(self.course, result)
        resources["judged"] = {task.name: task for task in result.tasks}
        return nb, resources

    def _notes(self, assignment: str, student: str) -> tuple[str, ...]:
        """Return what was repaired when it was taken in: the clean copy does not show it."""
        try:
            return read_result(self.course, assignment, student).notes
        except FileNotFoundError:  # it was put there by somebody else
            return ()


def _in_server() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class AddResult(_OurStep):
    """Hand the judge's words to the feedback page."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the notebook as it is, with the result among the resources."""
        who = resources["nbgrader"]
        result = read_result(self.course, who["assignment"], who["student"])
        said = [cell.metadata.get("nbgrader", {}) for cell in nb.cells]
        cells = {words["grade_id"]: words for words in said if words}
        for name in self._waiting(who):
            cells[name]["waits"] = True
        resources.update(feedback_resources(result, cells))
        return nb, resources

    def _waiting(self, who: Mapping[str, str]) -> list[str]:
        """Return the cells that a person still has to mark."""
        with Gradebook(who["db_url"]) as gradebook:
            names = who["notebook"], who["assignment"], who["student"]
            grades = gradebook.find_submission_notebook(*names).grades
            return [grade.name for grade in grades if waits(grade)]


class SaveJudgedGrades(SaveAutoGrades):  # type: ignore[misc]
    """Save beside the score the judge's sentence, and whether a person must look."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        super()._add_score(cell, resources)
        name = cell.metadata.nbgrader.grade_id
        task = resources["judged"].get(name)
        if task is not None and task.needs_manual_grade:
            grade = self.gradebook.find_grade(
                name, self.notebook_id, self.assignment_id, self.student_id
            )
            grade.needs_manual_grade = True
            self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(
            cell.metadata.nbgrader.grade_id,
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        comment.auto_comment = auto_comment(cell, resources["judged"])
        self.gradebook.db.commit()
