"""nbgrader's own ways to autograde lead to the grades of `course grade`."""

import json
import subprocess
import urllib.request

import pytest
from nbgrader.api import Gradebook

from autograder.grade import grade_class
from autograder.store import read_result

LOOP = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"


def submitted(course, hand_in, student, notebook):
    """Lay a notebook where nbgrader's own commands look for it."""
    hand_in(course.grading / "submitted", student, notebook)


def grades(course, student):
    with Gradebook(f"sqlite:///{course.grading}/gradebook.db") as gradebook:
        found = gradebook.find_submission_notebook("tiny", "tiny", student)
        return {grade.name: grade.score for grade in found.grades}, {
            comment.name: comment.auto_comment for comment in found.comments
        }


@pytest.mark.slow
def test_its_command_line_gives_the_same_grade(
    tiny_copy, needs_box, notebook, hand_in, jupyter, quiet
):
    submitted(tiny_copy, hand_in, "bo", notebook(double=LOOP))
    command = ("nbgrader", "autograde", "tiny", "--create")
    with jupyter(tiny_copy, *command, stderr=subprocess.PIPE) as program:
        said = program.communicate(timeout=300)[1]
    assert program.returncode == 0, said
    with quiet():
        scores, comments = grades(tiny_copy, "bo")
    assert scores == {"count": 1, "double": 2}
    assert "loop" in comments["double-solution"]


@pytest.mark.slow
def test_the_formgraders_button_takes_stored_answers_and_runs_nothing(
    tiny_copy, notebook, hand_in, here, jupyter_server, tmp_path, quiet
):
    handed_in = tmp_path / "handed in"
    path = hand_in(handed_in, "bo", notebook(double=LOOP))
    path.with_name("timestamp.txt").write_text("no time at all")
    submitted(tiny_copy, hand_in, "bo", notebook(double=LOOP))
    with jupyter_server(tiny_copy) as (address, token):
        button = f"{address}formgrader/api/submission/tiny/bo/autograde"
        refused = press(button, token)
        assert not refused["success"]
        assert "bo's notebook was not run yet: run `course grade` first" in refused["log"]
        assert not (tiny_copy.grading / "answers").exists()
        (result,) = grade_class(tiny_copy, handed_in, executor=here)
        done = press(button, token)
        assert done["success"], done
        page = fetch(f"{address}{submission_page(tiny_copy)}", token)
        assert "one, two, three" in page
        assert "for v in x.ravel()" in page
    with quiet():
        scores, comments = grades(tiny_copy, "bo")
    assert scores == {"count": 1, "double": 2}
    assert "loop" in comments["double-solution"]
    assert read_result(tiny_copy, "tiny", "bo") == result
    assert "timestamp.txt says no time" in result.notes[0]


@pytest.mark.slow
def test_without_our_steps_it_gives_no_marks(tiny_copy, notebook, hand_in, jupyter, quiet):
    """A check cell that nbgrader itself executes cannot pass: `check` refuses to grade."""
    settings = tiny_copy.root / "nbgrader_config.py"
    ours = settings.read_text()
    settings.write_text(
        ours + "\nfrom nbgrader import preprocessors as stock\n"
        "c = get_config()\n"
        "c.Autograde.sanitize_preprocessors = [stock.ClearOutput, stock.OverwriteCells]\n"
        "c.Autograde.autograde_preprocessors = [stock.Execute, stock.SaveAutoGrades]\n"
    )
    submitted(tiny_copy, hand_in, "ada", notebook())
    command = ("nbgrader", "autograde", "tiny", "--create")
    with jupyter(tiny_copy, *command, stderr=subprocess.PIPE) as program:
        said = program.communicate(timeout=300)[1]
    assert program.returncode == 0, said
    with quiet():
        scores, _ = grades(tiny_copy, "ada")
    assert scores == {"count": 0, "double": 0}


def submission_page(course):
    """Return where the formgrader shows the one submission, for marking by hand."""
    with Gradebook(f"sqlite:///{course.grading}/gradebook.db") as gradebook:
        return (
            f"formgrader/submissions/{gradebook.find_submission_notebook('tiny', 'tiny', 'bo').id}"
        )


def press(address, token):
    return json.loads(fetch(address, token, method="POST", data=b""))


def fetch(address, token, **options):
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(address, headers=headers, **options)
    with urllib.request.urlopen(request, timeout=300) as response:
        return response.read().decode()
