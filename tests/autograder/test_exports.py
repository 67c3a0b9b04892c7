"""Grades as learning platforms read them: hand-given marks and penalties count, nothing leaks."""

import csv
import io
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp

from autograder import exports
from autograder.cli.reports import export, report
from autograder.judge import judge, trials
from autograder.store import write_result
from autograder.verdicts import SubmissionResult

NAMES = {"first_name": "=cmd()", "last_name": 'O"Neil, Jr', "email": "ada@example.org"}


def judged(course, student, rng, *, right):
    """Return a result of the real judge: all right, or all off by one."""
    assignment = course.assignment("tiny")
    tasks = [
        judge(
            task,
            [
                (trial, np.asarray(task.reference(*trial.case.args) + (not right)))
                for trial in trials(task, rng)
            ],
        )
        for task in assignment.tasks
    ]
    return SubmissionResult("tiny", student, tuple(tasks), notes=("a cell was lost",))


@pytest.fixture
def graded(tiny_copy, quiet):
    """Give a course in which ada is right, bo wrong, cy late and marked by hand, di not graded."""
    scores = {"ada": (1, 4), "bo": (0, 0), "cy": (1, 0)}
    with quiet(), Gradebook(f"sqlite:///{tiny_copy.grading}/gradebook.db") as book:
        book.add_student("ada", lms_user_id="101", **NAMES)
        book.add_student("di")
        for student, (count, double) in scores.items():
            book.update_or_create_student(student)
            book.update_or_create_submission("tiny", student)
            for cell, score in (("count", count), ("double", double)):
                grade = book.find_grade(cell, "tiny", "tiny", student)
                grade.auto_score, grade.needs_manual_grade = score, student == "bo"
            result = judged(tiny_copy, student, np.random.default_rng(1), right=student == "ada")
            write_result(tiny_copy, result)
        grade.manual_score, grade.extra_credit = 3, 0.5
        book.find_comment("double-solution", "tiny", "tiny", "cy").manual_comment = "Nearly."
        book.find_submission("tiny", "cy").notebooks[0].late_submission_penalty = 2
        book.db.commit()
    return tiny_copy


@pytest.fixture
def exported(graded, monkeypatch, quiet, tmp_path):
    """Give `exported(*words)`: the run of `course export` and the text that it wrote."""
    monkeypatch.chdir(graded.root)

    def exported(to, *words):
        path = tmp_path / "exported"
        with quiet():
            done = CliRunner().invoke(export, ["--to", to, "--output", str(path), *words])
        return done, path

    return exported


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_csv_has_nbgraders_columns_quoted_and_without_formulas(exported):
    done, path = exported("csv")
    assert (done.exit_code, done.stdout) == (0, f"{path}\n")
    assert done.stderr == "Still to be graded by hand: bo\n"
    rows = {row["student_id"]: row for row in table(path)}
    assert list(rows) == ["ada", "bo", "cy", "di"]
    assert (rows["ada"]["last_name"], rows["ada"]["first_name"]) == ('O"Neil, Jr', "'=cmd()")
    assert [rows[who]["score"] for who in rows] == ["5.0", "0.0", "2.5", ""]
    cy = rows["cy"]
    assert (cy["raw_score"], cy["late_submission_penalty"], cy["max_score"]) == (
        "4.5",
        "2.0",
        "5.0",
    )
    assert rows["bo"]["needs_manual_grade"] == "True"


def test_marks_have_no_more_digits_than_were_given(exported, graded, quiet):
    with quiet(), Gradebook(f"sqlite:///{graded.grading}/gradebook.db") as book:
        book.find_grade("count", "tiny", "tiny", "ada").auto_score = 0.1
        book.find_grade("double", "tiny", "tiny", "ada").auto_score = 0.2
        book.db.commit()
    _, path = exported("csv")
    assert (table(path)[0]["raw_score"], table(path)[0]["score"]) == ("0.3", "0.3")


def test_a_penalty_takes_no_more_than_there_is(exported, graded, quiet):
    with quiet(), Gradebook(f"sqlite:///{graded.grading}/gradebook.db") as book:
        book.find_submission("tiny", "cy").notebooks[0].late_submission_penalty = 9
        book.db.commit()
    _, path = exported("csv")
    assert [row["score"] for row in table(path) if row["student_id"] == "cy"] == ["0.0"]


def test_canvas_finds_students_and_points(exported):
    _, path = exported("canvas")
    points, *rows = table(path)
    assert list(points) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "tiny"]
    assert (points["Student"], points["tiny"]) == ("    Points Possible", "5.0")
    assert [(row["SIS Login ID"], row["ID"], row["tiny"]) for row in rows] == [
        ("ada", "101", "5.0"),
        ("bo", "", "0.0"),
        ("cy", "", "2.5"),
    ]
    assert rows[0]["Student"] == 'O"Neil, Jr, =cmd()'


def test_moodle_gets_marks_and_feedback_together(exported):
    _, path = exported("moodle")
    rows = {row["Username"]: row for row in table(path)}
    assert list(rows) == ["ada", "bo", "cy"]
    assert (rows["ada"]["ID number"], rows["ada"]["Email address"]) == ("101", "ada@example.org")
    assert [row["tiny"] for row in rows.values()] == ["5.0", "0.0", "2.5"]
    assert rows["ada"]["tiny feedback"] == ""
    assert "double: 1 of 4 cases is right." in rows["bo"]["tiny feedback"]
    assert "double: Nearly." in rows["cy"]["tiny feedback"]
    assert "2 marks are taken off for handing in late." in rows["cy"]["tiny feedback"]


def test_gradescope_gets_a_file_for_each_submission(exported):
    _, folder = exported("gradescope", "tiny")
    found = {path.parent.name: json.loads(path.read_text()) for path in folder.rglob("*.json")}
    assert set(found) == {"ada", "bo", "cy"}
    assert [found[who]["score"] for who in ("ada", "bo", "cy")] == [5, 0, 2.5]
    assert found["cy"]["output"].splitlines() == [
        "a cell was lost.",
        "2 marks are taken off for handing in late.",
    ]
    assert found["cy"]["visibility"] == "after_published"
    count, double = found["cy"]["tests"]
    assert (count["name"], count["status"]) == ("Count numbers", "passed")
    assert (double["score"], double["max_score"], double["status"]) == (3.5, 4, "failed")
    assert double["output"].startswith("Nearly.\n\n")
    assert {"score", "output", "tests", "stdout_visibility"} <= set(found["ada"])


@pytest.mark.parametrize("to", ["csv", "canvas", "moodle", "gradescope"])
def test_what_was_expected_of_hidden_cases_is_in_no_export(exported, graded, to):
    _, path = exported(to)
    files = path.rglob("*.json") if path.is_dir() else [path]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    rng = np.random.default_rng(1)
    cases = [trial.case for task in graded.assignment("tiny").tasks for trial in trials(task, rng)]
    floats = next(case for case in cases if case.label.startswith("floats"))
    assert not [value for value in floats.args[0].flat if f"{2 * value:.4f}"[:5] in text]
    told = [line for line in re.split(r"\\n|\n", text) if "expected" in line]
    assert bool(told) == (to in ("moodle", "gradescope"))
    assert all("one, two, three" in line for line in told)  # the visible case


def test_nbgraders_own_command_takes_the_plugins(graded, monkeypatch, quiet, tmp_path):
    monkeypatch.chdir(graded.root)
    path = tmp_path / "own.csv"
    words = ["--exporter=autograder.exports.Canvas", f"--to={path}", "--student=['cy']"]
    ExportApp.clear_instance()
    with quiet():
        ExportApp.launch_instance([*words, "--log-level=ERROR"])
    ExportApp.clear_instance()
    assert [row["SIS Login ID"] for row in table(path)] == ["", "cy"]


def test_a_pipe_gets_the_table_and_stays_a_pipe(exported, tmp_path):
    pipe = tmp_path / "exported"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as readers:
        said = readers.submit(pipe.read_text)
        done, _ = exported("csv")
    assert done.exit_code == 0
    assert said.result().splitlines()[1].startswith("tiny,,,ada,")
    assert pipe.is_fifo()


def test_what_the_gradebook_does_not_know(exported):
    done, _ = exported("csv", "huge")
    assert isinstance(done.exception, ValueError)
    assert str(done.exception) == "the gradebook has no assignment 'huge'; it has ['tiny']"


def test_every_plugin_is_a_form_of_the_command():
    (choice,) = [option.type for option in export.params if option.name == "to"]
    assert sorted(choice.choices) == sorted(exports.__all__)


def test_the_report_as_a_program_reads_it(graded, monkeypatch):
    monkeypatch.chdir(graded.root)
    said = json.loads(CliRunner().invoke(report, ["tiny", "--json"]).stdout)
    assert said["statistics"]["graded"] == 3
    assert {case["reading"] for case in said["cases"]} == {"too few on one side to tell"}
