"""What all our export plugins of nbgrader share: which grades, and where the file goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from autograder.course import Course
from autograder.store import read_results, write

from .grades import grade_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbgrader.api import Gradebook

    from .grades import Grade

__all__ = ["GradesExport"]


class GradesExport(ExportPlugin):  # type: ignore[misc]
    """Writes the grades of the gradebook; a form of file is a subclass."""

    root = Unicode(help="The course's folder.").tag(config=True)
    default_to: str

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades, as ``nbgrader export`` asks for it."""
        grades = self.grades(gradebook)
        waiting = sum(grade.needs_manual_grade for grade in grades)
        if waiting:
            self.log.warning("%d submissions have still to be graded by hand", waiting)
        self.log.info("Exporting grades to %s", self.write(grades))

    def grades(self, gradebook: Gradebook) -> list[Grade]:
        """Return the grades of all students for the chosen assignments.

        Raises
        ------
        ValueError
            If a chosen assignment or student is not in the gradebook.
        """
        assignments = {each.name: each for each in gradebook.assignments}
        students = {each.id: each for each in gradebook.students}
        grades = []
        for name in _chosen("assignment", self.assignment, assignments):
            submissions = {each.student_id: each for each in assignments[name].submissions}
            results = {each.student: each for each in read_results(Course(Path(self.root)), name)}
            grades += [
                grade_of(assignments[name], students[who], submissions.get(who), results.get(who))
                for who in _chosen("student", self.student, students)
            ]
        return grades

    def write(self, grades: Sequence[Grade]) -> Path:
        """Write grades to ``to``, a device or a pipe too, and return where they are."""
        path = Path(self.to or self.default_to)
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.write_text(self.text(grades), encoding="utf-8")  # it must stay what it is
        else:
            write(path, self.text(grades))
        return path

    def text(self, grades: Sequence[Grade]) -> str:
        """Return the content of the file."""
        raise NotImplementedError


def _chosen(kind: str, names: Sequence[object], known: dict[str, object]) -> list[str]:
    """Return the names that were asked for, or all."""
    asked = [str(name) for name in names]  # nbgrader reads a name of digits as a number
    for name in asked:
        if name not in known:
            msg = f"the gradebook has no {kind} {name!r}; it has {sorted(known)}"
            raise ValueError(msg)
    return asked or sorted(known)
