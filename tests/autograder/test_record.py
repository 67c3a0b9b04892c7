"""What is recorded of a graded class: to the row and to the byte what nbgrader itself would."""

import re
import shutil
import sqlite3
from contextlib import closing

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grade import grade_class
from autograder.nbgrader_settings import api
from autograder.record import Records

LOOP = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"
SQUARED = "def double(x):\n    return x * x"
UNTOUCHED = "def double(x):\n    raise NotImplementedError"
CHATTY = "print('line\\n' * 3000)\n" + SQUARED
LATE = 'get_config().LateSubmissionPlugin.penalty_method = "zero"\n'
CLASS = {
    "ada": ({}, None),
    "bo": ({"double": LOOP}, "2026-11-01 11:00:00 UTC"),
    "chen": ({"double": SQUARED}, "2026-11-01 13:30:00 +0100"),
    "dee": ({"double": UNTOUCHED}, "2026-11-02 12:00:00 UTC"),
    "eve": ({"double": CHATTY, "count": "count = 2"}, "2026-11-02 12:00:00 UTC"),
}


def book(course):
    return Gradebook(f"sqlite:///{course.grading}/gradebook.db")


def copied(course, root):
    shutil.copytree(course.root, root, symlinks=True)
    return Course(root)


def rows(course):
    """Return all rows of a gradebook, with names in place of keys that are drawn at random."""
    with closing(sqlite3.connect(course.grading / "gradebook.db")) as db:
        db.row_factory = sqlite3.Row
        names = [
            name for (name,) in db.execute("select name from sqlite_master where type='table'")
        ]
        tables = {
            name: [dict(row) for row in db.execute(f"select * from {name}")] for name in names
        }
    whose = {row["id"]: row["student_id"] for row in tables["submitted_assignment"]}
    whose |= {row["id"]: whose[row["assignment_id"]] for row in tables["submitted_notebook"]}
    drawn = {"submitted_assignment", "submitted_notebook", "grade", "comment"}
    return {
        name: sorted(
            repr([
                (column, whose.get(value, value))
                for column, value in row.items()
                if not (name in drawn and column == "id")
            ])
            for row in table
        )
        for name, table in tables.items()
    }  # fmt: skip


@pytest.fixture(scope="module")
def late_course(tiny, tmp_path_factory, quiet):
    """Give the tiny course with a due date and marks taken off, and a class that handed in."""
    course = copied(tiny, tmp_path_factory.mktemp("late") / "course")
    with (course.root / "nbgrader_config.py").open("a") as settings:
        settings.write(LATE)
    course.generator("draws the secret")
    with quiet(), book(course) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-11-01 12:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, notebook, hand_in):
    folder = tmp_path_factory.mktemp("handed in")
    for student, (solutions, timestamp) in CLASS.items():
        text = nbformat.v4.new_markdown_cell("*Mine*: <b>bold</b> ![x](attachment:lost.png)")
        path = hand_in(folder, student, notebook(extra=[text, "print(1 / 3)"], **solutions))
        if timestamp:
            path.with_name("timestamp.txt").write_text(timestamp)
    return folder


@pytest.fixture(scope="module")
def both(late_course, handed_in, tmp_path_factory, here, quiet):
    """Give a course graded by us, and one graded by nbgrader from the same stored answers."""
    folder = tmp_path_factory.mktemp("both")
    ours = copied(late_course, folder / "ours")
    grade_class(ours, handed_in, executor=here)
    theirs = copied(late_course, folder / "theirs")
    for kept in ("submitted", "answers", "results"):
        shutil.copytree(ours.grading / kept, theirs.grading / kept)
    autograded(theirs, quiet)
    return ours, theirs


def autograded(course, quiet):
    """Let nbgrader itself grade the class and write the feedback."""
    with quiet():
        grader = api(course)
        for student in CLASS:
            for step in (grader.autograde, grader.generate_feedback):
                done = step("tiny", student, force=True)
                assert done["success"], done["log"]


def test_the_gradebook_has_the_very_rows_that_nbgrader_writes(both):
    ours, theirs = map(rows, both)
    assert set(ours) == set(theirs)
    for table in ours:
        assert ours[table] == theirs[table], table
    assert len(ours["grade"]) == 2 * len(CLASS)


def test_late_work_loses_what_the_course_has_configured(both):
    with book(both[0]) as gradebook:
        submissions = {s.student.id: s for s in gradebook.assignment_submissions("tiny")}
        for name, submission in submissions.items():
            late = name in {"chen", "dee", "eve"}
            assert submission.late_submission_penalty == (submission.score if late else 0)
    page = both[0].feedback("tiny", "chen").read_text()
    assert re.search(r"\b0 of 5 marks \(2\.\d+ taken off for handing in late\)", page)


@pytest.mark.parametrize("kind", ["autograded", "feedback"])
def test_notebooks_and_pages_are_those_of_nbgrader_to_the_byte(both, kind):
    ours, theirs = ({
        path.relative_to(course.grading): path.read_bytes()
        for path in (course.grading / kind).rglob("tiny.*")
    } for course in both)  # fmt: skip
    assert len(ours) == len(CLASS)
    assert ours == theirs


def edit_by_hand(course):
    """Do to the gradebook what an instructor does in the formgrader."""
    with book(course) as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "ada").manual_score = 3.5
        gradebook.find_grade("count", "tiny", "tiny", "bo").extra_credit = 1
        gradebook.find_comment("double-solution", "tiny", "tiny", "dee").manual_comment = "Come!"
        gradebook.find_submission_notebook("tiny", "tiny", "eve").flagged = True
        gradebook.find_submission("tiny", "chen")
        gradebook.db.commit()
        gradebook.grant_extension("tiny", "chen", hours=2)


def test_what_was_entered_by_hand_survives_as_it_does_in_nbgrader(
    both, handed_in, here, quiet, tmp_path
):
    ours, theirs = (
        copied(course, tmp_path / name) for course, name in zip(both, ("a", "b"), strict=True)
    )
    with quiet():
        edit_by_hand(ours)
        edit_by_hand(theirs)
    grade_class(ours, handed_in, executor=here)
    autograded(theirs, quiet)
    assert rows(ours) == rows(theirs)
    with book(ours) as gradebook:
        assert gradebook.find_submission("tiny", "ada").score == 4.5
        assert gradebook.find_submission("tiny", "ada").needs_manual_grade
        assert gradebook.find_submission("tiny", "bo").score == 4
        assert gradebook.find_submission("tiny", "chen").late_submission_penalty == 0
    for student, said in (("ada", "(changed by hand)"), ("bo", "4 of 5 marks"), ("dee", "Come!")):
        pages = [course.feedback("tiny", student).read_text() for course in (ours, theirs)]
        assert said in pages[0]
        assert pages[0] == pages[1]


def test_a_rule_without_a_cost_asks_for_a_person(tiny_copy, handed_in, here, quiet):
    cases = tiny_copy.source("tiny").with_name("cases.py")
    cases.write_text(cases.read_text().replace("cost=0.5", "cost=None"))
    graded = {result.student: result for result in grade_class(tiny_copy, handed_in, executor=here)}
    assert graded["bo"].score == 5
    assert "somebody will look at the rule: no Python loop" in graded["bo"].tasks[1].sentence
    for grade in (lambda: None, lambda: autograded(tiny_copy, quiet)):
        grade()
        with quiet(), book(tiny_copy) as gradebook:
            waiting = {
                (student, task): gradebook.find_grade(
                    task, "tiny", "tiny", student
                ).needs_manual_grade
                for student in CLASS
                for task in ("count", "double")
            }
        assert [one for one, waits in waiting.items() if waits] == [("bo", "double")]


def test_there_is_one_writer_at_a_time(tiny_copy, handed_in, here):
    with (
        Records(tiny_copy),
        pytest.raises(ValueError, match=r"process \d+ is grading this course: wait for it"),
    ):
        grade_class(tiny_copy, handed_in, executor=here)
    assert len(grade_class(tiny_copy, handed_in, executor=here)) == len(CLASS)


@pytest.mark.parametrize(
    "where",
    [
        "autograder.examine.write",
        "autograder.gradebook.Gradebook._penalise",
        "autograder.record.write",
        "autograder.record.write_result",
        "autograder.feedback.FeedbackPages.page",
    ],
)
def test_a_run_that_is_stopped_anywhere_is_continued_by_the_next(
    late_course, both, handed_in, here, monkeypatch, tmp_path, where
):
    course = copied(late_course, tmp_path / "course")
    stop_at_third_call(monkeypatch, where)
    with pytest.raises(KeyboardInterrupt):
        grade_class(course, handed_in, executor=here)
    monkeypatch.undo()
    stored = {path.name: path.stat().st_mtime_ns for path in answers(course)}
    grade_class(course, handed_in, executor=here)
    assert rows(course) == rows(both[0])
    for student in CLASS:
        page = course.feedback("tiny", student).read_text()
        assert page == both[0].feedback("tiny", student).read_text()
    kept = {path.name: path.stat().st_mtime_ns for path in answers(course)}
    assert kept.items() >= stored.items()
    assert not list(course.grading.rglob("*.part"))


def answers(course):
    return list((course.grading / "answers").glob("*.zip"))


def stop_at_third_call(monkeypatch, where):
    from pkgutil import resolve_name

    module, _, name = where.rpartition(".")
    true, calls = getattr(resolve_name(module), name), []

    def stop(*args, **options):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return true(*args, **options)

    monkeypatch.setattr(where, stop)


def test_points_of_a_cell_that_a_person_marks_are_kept_up_to_date(tiny_copy, quiet):
    def points(said):
        text.write_text(f'{asked}\n+++ {{"explain": "why", "points": {said}}}\n\nSince.\n\n+++\n')
        with quiet(), Records(tiny_copy) as records:
            records.keep_released("tiny")
        with book(tiny_copy) as gradebook:
            return gradebook.find_graded_cell("why", "tiny", "tiny").max_score

    text = tiny_copy.source("tiny")
    asked = text.read_text()
    assert [points(2), points(3)] == [2, 3]


def test_what_a_person_has_to_mark_is_no_zero_before(tiny_copy, hand_in, here, quiet, tmp_path):
    text = tiny_copy.source("tiny")
    text.write_text(f'{text.read_text()}\n+++ {{"explain": "why", "points": 2}}\n\nSince.\n\n+++\n')
    with quiet(), Records(tiny_copy) as records:
        records.keep_released("tiny")
    answered = nbformat.read(tiny_copy.release("tiny"), as_version=4)
    cells = {cell.id: cell for cell in answered.cells}
    cells["count-solution"].source, cells["double-solution"].source = "count = 3", LOOP
    cell = cells["why"]
    for student, words in ("ada", "Because."), ("bo", cell.source):
        cell.source = words
        hand_in(tmp_path / "in", student, answered)
    grade_class(tiny_copy, tmp_path / "in", executor=here)
    shown = {student: tiny_copy.feedback("tiny", student).read_text() for student in ("ada", "bo")}
    assert ["not marked yet" in page for page in shown.values()] == [True, False]
    assert all('<a href="#why">Why</a>' in page for page in shown.values())
    assert ["Nothing is written there" in page for page in shown.values()] == [False, True]
    for student, page in shown.items():
        with quiet():
            api(tiny_copy).generate_feedback("tiny", student, force=True)
        assert tiny_copy.feedback("tiny", student).read_text() == page
    with book(tiny_copy) as gradebook:
        gradebook.find_grade("why", "tiny", "tiny", "ada").manual_score = 0
        gradebook.db.commit()
    with quiet():
        api(tiny_copy).generate_feedback("tiny", "ada", force=True)
    assert "not marked yet" not in tiny_copy.feedback("tiny", "ada").read_text()
