"""Judging again what was run once: what changes is shown, then entered; nothing is run."""

import json
import shutil

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder import cli, regrade
from autograder.course import Course
from autograder.grade import grade_class
from autograder.store import read_result

LOOP = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"
SQUARED = "def double(x):\n    return x * x"
CLASS = {"ada": {}, "bo": {"double": LOOP}, "chen": {"double": SQUARED}}


@pytest.fixture(scope="module")
def first(tiny, tmp_path_factory, notebook, hand_in, here):
    """Give a graded course; tests copy it."""
    folder = tmp_path_factory.mktemp("regrade")
    course = Course(folder / "course")
    shutil.copytree(tiny.root, course.root, symlinks=True)
    for student, solutions in CLASS.items():
        path = hand_in(folder / "handed in", student, notebook(**solutions))
        path.with_name("timestamp.txt").write_text("yesterday, I think")
    grade_class(course, folder / "handed in", executor=here)
    return course


@pytest.fixture
def graded(first, tmp_path):
    shutil.copytree(first.root, tmp_path / "course", symlinks=True)
    return Course(tmp_path / "course")


def book(course):
    return Gradebook(f"sqlite:///{course.grading}/gradebook.db")


def edit(course, name, old, new):
    path = course.source("tiny").with_name(name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def changes(course):
    return {change.student: change for change in regrade.preview(course, "tiny") if change.why}


def everything(course):
    return {
        path: path.read_bytes()
        for path in course.root.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_nothing_changes_where_nothing_was_changed(graded):
    before = everything(graded)
    found = regrade.preview(graded, "tiny")
    assert [(c.student, c.before == c.after, c.why, c.problem) for c in found] == [
        (student, True, (), None) for student in CLASS
    ]
    assert regrade.commit(graded, "tiny") == 3
    after = everything(graded)
    changed = {path.name for path in before if before[path] != after[path]}
    assert changed <= {"gradebook.db", "lock"}


def test_a_milder_rule_is_shown_and_then_entered(graded):
    edit(graded, "cases.py", "cost=0.5", "cost=0.25")
    (change,) = changes(graded).values()
    assert (change.student, change.before, change.after) == ("bo", 3, 4)
    assert change.why[0].startswith("Double an array: 2 of 4 -> 3 of 4. ")
    assert read_result(graded, "tiny", "bo").score == 3  # nothing was written
    regrade.commit(graded, "tiny")
    with book(graded) as gradebook:
        assert gradebook.find_submission("tiny", "bo").score == 4
    assert "4 of 5 marks" in graded.feedback("tiny", "bo").read_text()
    assert "timestamp.txt says no time" in read_result(graded, "tiny", "bo").notes[0]
    assert not changes(graded)


def test_other_points_reach_release_and_gradebook(graded, quiet):
    edit(graded, "cases.py", '            "Double an array",\n            4,', '"Double", 8,')
    found = changes(graded)
    assert {name: (c.before, c.after) for name, c in found.items()} == {
        "ada": (5, 9),
        "bo": (3, 5),
        "chen": (found["chen"].before, found["chen"].after),
    }
    with quiet():
        regrade.commit(graded, "tiny")
        with book(graded) as gradebook:
            submission = gradebook.find_submission("tiny", "ada")
            assert (submission.score, submission.max_score) == (9, 9)


def test_what_was_given_by_hand_stays(graded):
    with book(graded) as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "bo").manual_score = 3.5
        gradebook.find_comment("double-solution", "tiny", "tiny", "bo").manual_comment = "Nearly"
        gradebook.db.commit()
    edit(graded, "cases.py", "cost=0.5", "cost=0.25")
    assert changes(graded)["bo"].why[0].endswith("The score given by hand stays.")
    regrade.commit(graded, "tiny")
    with book(graded) as gradebook:
        grade = gradebook.find_grade("double", "tiny", "tiny", "bo")
        assert (grade.auto_score, grade.manual_score, grade.score) == (3, 3.5, 3.5)
        comment = gradebook.find_comment("double-solution", "tiny", "tiny", "bo")
        assert comment.comment == "Nearly"


def test_other_inputs_want_another_run(graded):
    edit(graded, "cases.py", "size=4", "size=5")
    edit(graded, "cases.py", "cost=0.5", "cost=0.25")
    before = everything(graded)
    found = regrade.preview(graded, "tiny")
    assert all("`course grade` runs it" in change.problem for change in found)
    assert [(change.before, change.after) for change in found[:2]] == [(5, None), (3, None)]
    assert regrade.commit(graded, "tiny") == 0
    assert {path for path, data in everything(graded).items() if before.get(path) != data} <= {
        graded.grading / "gradebook.db",
        graded.grading / "lock",
    }


def test_a_reference_that_fails_changes_no_grade(graded):
    edit(graded, "cases.py", "lambda x: 2 * x", "lambda x: 2 / 0")
    found = regrade.preview(graded, "tiny")
    assert all("the reference itself fails" in change.problem for change in found)
    assert regrade.commit(graded, "tiny") == 0


@pytest.fixture
def course(graded, monkeypatch, quiet):
    """Give `course(*words)`: run the command inside the graded course."""
    monkeypatch.chdir(graded.root)

    def course(*words):
        with quiet():
            return CliRunner().invoke(cli.main, ["regrade", *words])

    return course


def test_the_command_shows_first_and_enters_when_told_to(course, graded):
    edit(graded, "cases.py", "cost=0.5", "cost=0.25")
    shown = course("tiny")
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[0].split() == ["bo", "tiny", "3", "->", "4"]
    assert lines[1].startswith("    Double an array: 2 of 4 -> 3 of 4.")
    assert lines[2:] == [
        "Other marks: 1. The same marks: 2. Not judged again: 0.",
        "Nothing is entered: `--commit` does.",
    ]
    assert read_result(graded, "tiny", "bo").score == 3
    assert course("--commit").output.splitlines()[-1] == "Entered."
    assert read_result(graded, "tiny", "bo").score == 4
    assert (graded.grading / "report" / "tiny.html").exists()


def test_the_command_as_json_and_where_somebody_must_be_run_again(course, graded):
    said = json.loads(course("--json").stdout)
    assert (said["entered"], len(said["submissions"])) == (False, 3)
    edit(graded, "cases.py", "size=4", "size=5")
    done = course("--json", "--commit")
    assert done.exit_code == 1
    said = json.loads(done.stdout)["submissions"]
    assert all("runs it" in submission["problem"] for submission in said)


def test_the_command_where_nothing_was_graded(course, graded):
    shutil.rmtree(graded.grading)
    done = course()
    assert done.exit_code == 2
    assert "nothing of this course was graded yet: `course grade` comes first" in done.output
    assert "there is no assignment 'huge'" in course("huge").output
