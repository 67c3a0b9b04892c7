"""One table for a class: for a spreadsheet, for Canvas and for Moodle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.report.spreadsheet import to_csv

from .plugin import GradesExport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .grades import Grade, Person

__all__ = ["Canvas", "Csv", "Moodle"]


class Csv(GradesExport):
    """The columns of nbgrader's own export; what was not graded is empty there, and not 0."""

    default_to = "grades.csv"

    def text(self, grades: Sequence[Grade]) -> str:
        """Return one line for each student and assignment."""
        header = "assignment duedate timestamp student_id last_name first_name email raw_score"
        header += " late_submission_penalty score max_score needs_manual_grade"
        return to_csv(header.split(), map(self._row, grades))

    def _row(self, grade: Grade) -> list[object]:
        who = grade.person
        return [
            *(grade.assignment, grade.due, grade.handed_in),
            *(who.id, who.last_name, who.first_name, who.email),
            *(grade.raw_score, grade.penalty, grade.score, grade.points),
            grade.needs_manual_grade,
        ]


class Canvas(GradesExport):
    """What Canvas imports in its gradebook.

    Columns and the row with points are those that Canvas' own importer looks for
    (``lib/gradebook_importer.rb`` of instructure/canvas-lms): it finds a student by ``ID``, else
    by ``SIS Login ID``, else by name, and an assignment by its title.  ``ID`` is the gradebook's
    ``lms_user_id``, ``SIS Login ID`` its student id.  A student without a grade has no line: an
    empty cell would take away what Canvas has.
    """

    default_to = "canvas.csv"

    def text(self, grades: Sequence[Grade]) -> str:
        """Return one line for each student, one column for each assignment."""
        points = {grade.assignment: grade.points for grade in grades}
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *points]
        rows = [["    Points Possible", "", "", "", "", *points.values()]]
        for who, scores in _by_person(grades).items():
            given = (scores.get(name) for name in points)
            marks = [None if grade is None else grade.score for grade in given]
            rows.append([who.name, who.lms_user_id, "", who.id, "", *marks])
        return to_csv(header, rows)


class Moodle(GradesExport):
    """What Moodle imports under Grades, Import, CSV file.

    Columns are mapped by hand there: identify by username, ID number or email address, and map
    an assignment's marks and its feedback both, since feedback alone would take the marks away
    (Moodle's documentation, page "Grade import").
    """

    default_to = "moodle.csv"

    def text(self, grades: Sequence[Grade]) -> str:
        """Return one line for each student, two columns for each assignment."""
        names = list(dict.fromkeys(grade.assignment for grade in grades))
        header = ["Username", "ID number", "Email address", "First name", "Last name"]
        header += [column for name in names for column in (name, f"{name} feedback")]
        rows = []
        for who, scores in _by_person(grades).items():
            row: list[object] = [who.id, who.lms_user_id, who.email, who.first_name, who.last_name]
            for name in names:
                grade = scores.get(name)
                row += [None, None] if grade is None else [grade.score, grade.words]
            rows.append(row)
        return to_csv(header, rows)


def _by_person(grades: Sequence[Grade]) -> dict[Person, dict[str, Grade]]:
    """Return the grades of those who have any, by assignment."""
    found: dict[Person, dict[str, Grade]] = {}
    for grade in grades:
        if grade.score is not None:
            found.setdefault(grade.person, {})[grade.assignment] = grade
    return found
