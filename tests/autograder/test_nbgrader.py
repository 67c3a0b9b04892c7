"""nbgrader's own ways to autograde lead to the grades of `course grade`."""

import json
import subprocess
import urllib.request

import nbformat
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


PLAIN = """
c = get_config()
c.CourseDirectory.course_id = "convolution"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.db_url = "sqlite:///{root}/grading/gradebook.db"
"""


@pytest.mark.slow
def test_without_our_steps_it_gives_no_marks_and_says_why(
    tiny_copy, notebook, hand_in, jupyter, quiet
):
    """A check cell that nbgrader itself executes cannot pass: `check` refuses to grade."""
    settings = PLAIN.format(root=str(tiny_copy.root))
    (tiny_copy.root / "nbgrader_config.py").write_text(settings)
    right = "def double(x):\n    return 2 * x"
    for student, double in (("ada", right), ("bo", "def double(x):\n    return x * x")):
        submitted(tiny_copy, hand_in, student, notebook(double=double))
    command = ("nbgrader", "autograde", "tiny", "--create")
    with jupyter(tiny_copy, *command, stderr=subprocess.PIPE) as program:
        said = program.communicate(timeout=300)[1]
    assert program.returncode == 0, said
    for student in ("ada", "bo"):
        with quiet():
            scores, _ = grades(tiny_copy, student)
        assert scores == {"count": 0, "double": 0}
        graded = nbformat.read(tiny_copy.autograded("tiny", student), as_version=4)
        outputs = [cell.outputs for cell in graded.cells if cell.cell_type == "code"]
        errors = [one.evalue for each in outputs for one in each if one.output_type == "error"]
        assert errors == ["check() cannot grade: use `course grade`, which judges outside this "
                          "process"] * 2  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("double", "said"),
    [
        ("def double(x):\n    return 2 * x", "Success! Your notebook passes all the tests."),
        (
            "def double(x):\n    return x * x",
            "    double: Double an array\n"
            "      Squared. Two times x is not x times x.\n"
            "      ✗ wrong  one, two, three: 2 of 3 values are wrong, first at index (0,): got 1,\n"
            "        expected 2 = 2*1\n",
        ),
        ("double = 3", "    give your function itself, without calling it:"),
    ],
)
def test_its_validation_shows_a_student_the_same_table(tiny_copy, notebook, jupyter, double, said):
    path = tiny_copy.release("tiny")
    nbformat.write(notebook(double=double), path)
    command = ("nbgrader", "validate", str(path))
    with jupyter(tiny_copy, *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        shown, log = program.communicate(timeout=300)
    assert program.returncode == 0, log
    assert said in shown
    assert "Traceback" not in shown
    assert shown.count("The error was") == (not said.startswith("Success"))


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
