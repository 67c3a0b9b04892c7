"""What goes wrong around a grading: nothing that was kept is lost, and it is said what to do."""

import os
import shutil
import sqlite3
from contextlib import closing

import nbformat
import pytest
from nbgrader.api import Student

from autograder.course import Course
from autograder.grade import grade_class
from autograder.regrade import commit, preview
from autograder.release import release
from autograder.report.pages import write_class_report
from autograder.secret import OTHER
from autograder.store import StorageError, read_result, write

SQUARED = "def double(x):\n    return x * x"
SCORES = {"ada": 5, "bo": 2.07}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, notebook, hand_in):
    folder = tmp_path_factory.mktemp("handed in")
    hand_in(folder, "ada", notebook())
    hand_in(folder, "bo", notebook(double=SQUARED))
    return folder


@pytest.fixture(scope="module")
def graded(tiny, handed_in, here, tmp_path_factory):
    """Give the tiny course after its class was graded; tests only read it."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(tiny.root, root, symlinks=True)
    assert scores(grade_class(Course(root), handed_in, executor=here)) == SCORES
    return Course(root)


@pytest.fixture
def course(graded, tmp_path):
    shutil.copytree(graded.root, tmp_path / "course", symlinks=True)
    return Course(tmp_path / "course")


@pytest.fixture
def grade(course, handed_in, here, quiet):
    """Give `grade()`: grade the class (or another folder) once more, and return the scores."""

    def grade(folder=handed_in, **options):
        with quiet():
            return scores(grade_class(course, folder, executor=here, **options))

    return grade


def scores(results):
    return {result.student: result.ungraded or result.score for result in results}


def in_gradebook(course):
    with closing(sqlite3.connect(course.grading / "gradebook.db")) as db:
        said = """select student_id, round(sum(auto_score), 2) from grade
            join submitted_notebook book on grade.notebook_id = book.id
            join submitted_assignment work on book.assignment_id = work.id group by 1"""
        return dict(db.execute(said))


# The disk


@pytest.mark.parametrize("kept", ["answers", "results/tiny", "autograded/ada", "feedback/ada"])
def test_what_cannot_be_written_ends_the_run_and_the_next_goes_on(course, grade, kept, tmp_path):
    whole = {path: path.read_bytes() for path in course.grading.glob("results/*/*")}
    folder = course.grading / kept
    folder.rename(tmp_path / "away")
    folder.write_text("in the way")
    with pytest.raises(StorageError, match=rf"grading/{kept}/.* cannot be written: "):
        grade()
    folder.unlink()
    (tmp_path / "away").rename(folder)
    assert {path: path.read_bytes() for path in whole} == whole
    assert grade() == in_gradebook(course) == SCORES
    assert not list(course.grading.rglob("*.part"))


def test_a_damaged_release_is_made_again(course, grade):
    before = course.release("tiny").read_bytes()
    for damaged in (b"", b'{"cells": [', b"\xff"):
        course.release("tiny").write_bytes(damaged)
        assert grade() == SCORES
        assert course.release("tiny").read_bytes() == before


@pytest.mark.parametrize("damage", ["", "[]", '{"tasks": 3}', '"verdict": "odd"', "\0\0\0"])
def test_a_damaged_result_is_named_and_graded_again(course, grade, damage):
    path = course.result("tiny", "bo")
    text = path.read_text()
    path.write_text(text.replace('"verdict": "fail"', damage) if "odd" in damage else damage)
    with pytest.raises(ValueError, match=r"bo\.json is damaged, .*: remove it, and grade bo again"):
        preview(course, "tiny")
    assert grade() == SCORES
    assert path.read_text() == text


@pytest.mark.parametrize("damage", ["", '{"cells": [', "[]", "{}", '{"nbformat": 4}'])
def test_a_damaged_clean_copy_is_named_and_made_again(course, grade, damage):
    path = course.submitted("tiny", "bo")
    path.write_text(damage)
    bo = preview(course, "tiny")[1]
    assert bo.problem == f"{path} is damaged: `course grade` or `course release` makes it again"
    with pytest.raises(ValueError, match=r"bo/tiny/tiny\.ipynb is damaged"):
        write_class_report(course, "tiny")
    assert grade() == SCORES
    assert preview(course, "tiny")[1].problem is None
    write_class_report(course, "tiny")


def test_stored_answers_with_any_bit_changed_are_never_in_the_way(course, grade):
    for path in (course.grading / "answers").iterdir():
        data = bytearray(path.read_bytes())
        flags = data.index(b"PK\x01\x02") + 8  # the first is: encrypted
        data[flags] ^= 1
        path.write_bytes(data)
    assert grade() == SCORES
    first = next((course.grading / "answers").iterdir())
    first.unlink()
    first.mkdir()  # nobody can read it
    with pytest.raises(StorageError, match="cannot be written"):
        grade()


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_files_keep_to_what_the_process_withholds(tmp_path, mask):
    before = os.umask(mask)
    try:
        write(tmp_path / "new" / "page", "marks")
        write(tmp_path / "new" / "copy", "marks", mode=0o444)
    finally:
        os.umask(before)
    modes = [(tmp_path / "new" / name).stat().st_mode & 0o777 for name in ("page", "copy")]
    assert modes == [0o644 & ~mask, 0o444 & ~mask]


def test_nobody_else_may_look_into_grading(tiny, tmp_path):
    shutil.copytree(tiny.root, tmp_path / "new", symlinks=True)
    shutil.rmtree(tmp_path / "new" / "grading")
    Course(tmp_path / "new").generator("draws the secret")
    assert (tmp_path / "new" / "grading").stat().st_mode & 0o777 == 0o700


# The gradebook


def test_a_gradebook_that_somebody_holds_ends_the_run_and_the_next_goes_on(
    course, grade, handed_in, hand_in, notebook, monkeypatch, tmp_path
):
    file = course.grading / "gradebook.db"
    monkeypatch.setenv("COURSE_DB_URL", f"sqlite:///{file}?timeout=0.1")
    before = course.result("tiny", "bo").read_bytes()
    shutil.copytree(handed_in, tmp_path / "later")
    hand_in(tmp_path / "later", "bo", notebook())
    with closing(sqlite3.connect(file, isolation_level=None)) as editor:
        editor.execute("begin immediate")
        said = r"gradebook\.db\S* cannot be used: database is locked \(another program writes"
        with pytest.raises(StorageError, match=said):
            grade(tmp_path / "later")
        editor.execute("rollback")
    assert course.result("tiny", "bo").read_bytes() == before
    assert in_gradebook(course) == SCORES
    assert grade(tmp_path / "later") == in_gradebook(course) == {"ada": 5, "bo": 5}


@pytest.mark.parametrize(
    "change", ["drop table grade", "alter table submitted_assignment drop column timestamp"]
)
def test_a_gradebook_of_another_shape(course, grade, change):
    before = course.result("tiny", "ada").read_bytes()
    with closing(sqlite3.connect(course.grading / "gradebook.db")) as db:
        db.execute(change)
        db.commit()
    if change.startswith("drop"):  # nbgrader makes an empty one
        assert grade() == SCORES
    else:
        with pytest.raises(StorageError, match=r"gradebook\.db cannot be used: no such column"):
            grade()
        assert course.result("tiny", "ada").read_bytes() == before


def test_a_time_of_handing_in_that_is_taken_back_is_gone(
    course, grade, handed_in, tmp_path, monkeypatch
):
    folder = tmp_path / "timed"
    shutil.copytree(handed_in, folder)
    stamp = folder / "ada" / "tiny" / "timestamp.txt"
    with (course.root / "nbgrader_config.py").open("a") as settings:
        settings.write('get_config().LateSubmissionPlugin.penalty_method = "zero"\n')
    with closing(sqlite3.connect(course.grading / "gradebook.db")) as db:
        db.execute("update assignment set duedate = '2026-11-01 12:00:00.000000'")
        db.commit()
    pages = []
    for when in ("2026-11-02 12:00:00 UTC", None):
        stamp.write_text(when) if when else stamp.unlink()
        assert grade(folder) == SCORES
        pages.append(course.feedback("tiny", "ada").read_text())
        copy = course.autograded("tiny", "ada").with_name("timestamp.txt")
        assert copy.exists() == bool(when)
    assert ["taken off for handing in late" in page for page in pages] == [True, False]


# The assignment


def test_a_release_that_is_refused_leaves_the_old_one(course, grade):
    released = course.release("tiny").read_bytes()
    for file in (course.source("tiny"), course.source("tiny").with_name("cases.py")):
        file.write_text(file.read_text().replace('"count"', '"number"'))
    said = "Cannot add or remove cells .*; graded cells stay what they are once somebody has"
    with pytest.raises(ValueError, match=said):
        grade()
    assert course.release("tiny").read_bytes() == released
    assert in_gradebook(course) == SCORES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n1 / 0\n", r"cases\.py, line 2, does not run: ZeroDivisionError: division by zero"),
        ("x = (\n", r"cases\.py does not run: SyntaxError: .* \(cases\.py, line 1\)"),
        ("import convolutions\n", r"cases\.py, line 1, does not run: ModuleNotFoundError"),
    ],
)
def test_a_file_of_the_author_that_does_not_run(course, grade, text, said):
    course.source("tiny").with_name("cases.py").write_text(text)
    for command in (grade, lambda: preview(course, "tiny"), lambda: release(course, "tiny")):
        with pytest.raises(ValueError, match=said):
            command()
    assert in_gradebook(course) == SCORES


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("conf.x = 1", r"nbgrader_config\.py, line \d+, does not run: NameError: name 'conf' is"),
        ("x = (", r"nbgrader_config\.py does not run: SyntaxError: '\(' was never closed"),
    ],
)
def test_settings_that_do_not_run(course, grade, line, said):
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"{line}\n")
    for command in (grade, lambda: preview(course, "tiny"), lambda: release(course, "tiny")):
        with pytest.raises(ValueError, match=said):
            command()
    assert in_gradebook(course) == SCORES


def test_regrading_does_not_hide_that_the_last_submission_was_refused(
    course, grade, hand_in, tmp_path
):
    hand_in(tmp_path / "again", "ada", "a letter")
    assert "not a notebook" in grade(tmp_path / "again")["ada"]
    (ada,) = [change for change in preview(course, "tiny") if change.student == "ada"]
    assert ada.problem.startswith("the last submission could not be graded, so what was graded")
    assert commit(course, "tiny") == 1
    assert "not a notebook" in read_result(course, "tiny", "ada").ungraded
    assert in_gradebook(course) == SCORES


# The secret


def test_an_empty_secret_is_none(course, grade):
    (course.grading / "secret").write_text("\n")
    with pytest.raises(ValueError, match="secret is empty: bring back your copy of it"):
        grade()


def test_another_secret_than_before_is_missed(course, grade, handed_in, caplog, monkeypatch):
    kept = course.grading / "secret"
    first = kept.read_text()
    assert (course.grading / "secret-mark").stat().st_mode & 0o777 == 0o600
    assert first not in (course.grading / "secret-mark").read_text()
    grade()
    assert OTHER not in caplog.text
    kept.unlink()
    monkeypatch.setattr("autograder.record.write_result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade()
    monkeypatch.undo()
    assert caplog.text.count(OTHER) == 1
    second = kept.read_text()
    kept.write_text(first)
    grade()
    assert caplog.text.count(OTHER) == 1
    kept.write_text(second)
    grade()
    grade()
    assert caplog.text.count(OTHER) == 2


def interrupted(*_):
    raise KeyboardInterrupt


# The folder


@pytest.mark.parametrize("own", [".", "..", "exercises", "solutions/tiny", "grading/submitted"])
def test_the_courses_own_folders_were_not_handed_in(course, grade, own):
    before = sorted(course.grading.rglob("*"))
    with pytest.raises(ValueError, match="is the course's own: give the folder with what was"):
        grade(course.root / own)
    assert sorted(course.grading.rglob("*")) == before


def test_the_folder_of_one_student_is_not_that_of_the_class(course, grade, handed_in):
    for options in ({}, {"assignment": "tiny"}):
        with pytest.raises(ValueError, match=r"ada holds tiny and no students: give the folder of"):
            grade(handed_in / "ada", **options)
    assert in_gradebook(course) == SCORES


def test_a_student_may_be_called_as_an_assignment_is(grade, handed_in, tmp_path):
    shutil.copytree(handed_in, tmp_path / "in")
    (tmp_path / "in" / "bo").rename(tmp_path / "in" / "tiny")
    assert set(grade(tmp_path / "in")) == {"ada", "tiny"}


def test_an_assignment_asked_for_that_is_none(course, grade):
    with pytest.raises(ValueError, match=r"there is no assignment '\.\./tiny'; there are"):
        grade(assignment="../tiny")
    assert in_gradebook(course) == SCORES


def test_who_is_there_more_than_once_gets_a_word_and_no_chance_grade(
    course, grade, handed_in, notebook, tmp_path
):
    folder = tmp_path / "twice"
    shutil.copytree(handed_in, folder)
    (folder / "bo").rename(folder / "bo_12")
    nbformat.write(notebook(), folder / "bo_12_tiny.ipynb")
    found = grade(folder)
    assert found["ada"] == 5
    assert found["bo_12"].startswith(
        "bo_12 is here more than once, bo_12/tiny/ and bo_12_tiny.ipynb: leave one of them"
    )
    assert in_gradebook(course) == SCORES


def test_names_of_any_length_harm_nobody(course, grade, handed_in, hand_in, notebook, tmp_path):
    folder = tmp_path / "long"
    shutil.copytree(handed_in, folder)
    taken, refused = ["é" * 64, "x" * 128], ["x" * 255, "語" * 85, "y" * 129]
    assert max(map(len, taken)) == Student.__table__.c.id.type.length  # as PostgreSQL has it
    for name in (*taken, *refused):
        hand_in(folder, name, notebook())
    found = grade(folder)
    said = [found.pop(name) for name in list(found) if name[-1] == "?"]
    assert ["no student can be called" in reason for reason in said] == [True] * 3
    assert found == {**SCORES, **dict.fromkeys(taken, 5)}
