"""The command `course`: what it prints, where, and with which exit code."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.cli import instructor, machine, student
from autograder.course import Course
from autograder.doctor import Finding
from autograder.sandbox import BoxError, Boxes
from autograder.store import StorageError

COURSE = Path(sys.executable).with_name("course")
NO_BOX = Finding("Box", works=False, says="bwrap is missing", remedy="install it", needed=True)


@pytest.fixture
def course(tiny_copy, monkeypatch, quiet):
    """Give `course(*words)`: run the command inside a copy of the tiny course."""
    monkeypatch.chdir(tiny_copy.root)

    def course(*words):
        with quiet():
            return CliRunner().invoke(cli.main, [str(word) for word in words])

    return course


@pytest.fixture
def no_box(monkeypatch):
    def no_executor(*_, **__):
        raise BoxError(NO_BOX.says)

    def no_boxes(*args, unsafe=False):
        return Boxes(*args, unsafe=True) if unsafe else no_executor()

    monkeypatch.setattr(student, "Boxes", no_boxes)
    monkeypatch.setattr(instructor, "local", no_executor)


@pytest.fixture
def handed_in(tmp_path, hand_in, notebook):
    hand_in(tmp_path / "collected", "ada", notebook())
    hand_in(tmp_path / "collected", "chen", notebook(double="def double(x):\n    return x * x"))
    return tmp_path / "collected"


def test_help_names_every_command(course):
    said = course("--help").output
    for command in ("release", "check", "grade", "regrade", "report", "worker", "doctor"):
        assert command in said
        assert course(command, "-h").exit_code == 0


def test_release(course, tiny_copy):
    before = tiny_copy.release("tiny").read_bytes()
    tiny_copy.release("tiny").unlink()
    said = course("release")
    assert (said.exit_code, said.output) == (0, "exercises/tiny/tiny.ipynb\n")
    assert tiny_copy.release("tiny").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["release", "huge"], r"there is no assignment 'huge'; there are ['tiny']"),
        (["report", "huge"], "huge"),
        (["grade", "nowhere"], "Directory 'nowhere' does not exist"),
        (["grade", "exercises", "--jobs", "0"], "0 is not in the range x>=1"),
        (["grade", "requirements"], "requirements holds no submission"),
        (["check", "nothing.ipynb"], "File 'nothing.ipynb' does not exist"),
        (["check", "nbgrader_config.py"], "there is no assignment 'nbgrader_config'"),
        (["mark"], "No such command 'mark'"),
    ],
)
def test_a_command_that_makes_no_sense(course, words, said):
    done = course(*words)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_outside_a_course(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = course("release")
    assert done.exit_code == 2
    assert "is in no course: go to the folder that holds nbgrader_config.py" in done.output


def test_no_box_no_grade(course, no_box, handed_in, tiny_copy):
    done = course("grade", handed_in)
    assert done.exit_code == 3
    assert "No box, no grade: bwrap is missing\n" in done.stderr
    assert done.stdout == ""
    assert not tiny_copy.result("tiny", "ada").exists()


@pytest.mark.parametrize("option", ["--unsafe", "--jobs=3"])
def test_a_scheduler_has_workers_of_its_own(course, handed_in, option):
    done = course("grade", handed_in, "--scheduler=tcp://127.0.0.1:1", option)
    assert done.exit_code == 2
    assert "are for this machine" in done.output


def test_a_scheduler_in_the_clear_or_not_there(course, handed_in, monkeypatch):
    done = course("grade", handed_in, "--scheduler=tcp://10.0.0.7:8786")
    assert done.exit_code == 2
    assert "is not encrypted" in done.output
    monkeypatch.setattr("autograder.executors.cluster.SECONDS", 0.5)
    done = course("grade", handed_in, "--scheduler=tcp://127.0.0.1:1")
    assert done.exit_code == 1
    assert "no scheduler answers at tcp://127.0.0.1:1" in done.output


@pytest.mark.slow
def test_grade(course, needs_box, handed_in, tiny_copy):
    done = course("grade", handed_in)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["ada", "tiny", "5/5"]
    assert lines[1].split() == ["chen", "tiny", "2.07/5"]
    for line in lines[3:]:
        (path,) = [word for word in line.split() if word.startswith("grading/")]
        assert (tiny_copy.root / path).is_file()
    assert done.stderr.splitlines()[-1].startswith("2 of 2 graded |####################|")
    again = course("report", "tiny")
    assert (again.exit_code, again.output.strip()) == (0, lines[3].split()[-1])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "\nStopped; what is graded is kept. The same command goes on"),
        (StorageError("x cannot be written: No space"), 1, "x cannot be written: No space; what"),
        (ValueError("ada.json is damaged"), 2, "Error: ada.json is damaged"),
    ],
)
def test_grades_are_printed_though_their_report_fails(
    course, handed_in, here, monkeypatch, error, code, said
):
    def fails(*_):
        raise error

    monkeypatch.setattr("autograder.report.pages.write_class_report", fails)
    monkeypatch.setattr(instructor, "local", lambda *_, **__: nullcontext(here))
    done = course("grade", handed_in)
    assert done.exit_code == code
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["ada", "tiny", "5/5"],
        ["chen", "tiny", "2.07/5"],
        [],
    ]
    assert said in done.stderr


def test_what_the_system_refuses_is_said_in_one_line(course, handed_in, tiny_copy):
    tiny_copy.grading.rename(tiny_copy.root / "away")
    tiny_copy.grading.write_text("in the way")
    done = course("regrade"), course("export", "--to", "csv")
    assert [each.exit_code for each in done] == [1, 1], done
    for each in done:
        assert "Error: [Errno" in each.stderr
        assert "Traceback" not in each.output


def test_a_damaged_gradebook_is_said_in_one_line(course, tiny_copy):
    (tiny_copy.grading / "gradebook.db").write_bytes(b"no database" * 99)
    for words in (["export", "--to", "csv"], ["regrade"], ["release"]):
        done = course(*words)
        assert done.exit_code in (1, 2)
        assert "file is not a database" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["grade", "regrade"])
def test_a_command_that_is_stopped_says_so(course, handed_in, monkeypatch, command):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"autograder.cli.instructor.{command}.callback", stopped)
    done = course(command, *([handed_in] if command == "grade" else []))
    assert (done.exit_code, done.output) == (130, "\nStopped.\n")


def test_a_name_that_a_terminal_cannot_show(handed_in, tiny, tmp_path):
    (handed_in / "chen").rename(handed_in / "陳 Zoë")
    shutil.copytree(tiny.root, tmp_path / "course", symlinks=True)
    command = [COURSE, "grade", handed_in, "--unsafe"]
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    with subprocess.Popen(
        command, cwd=tmp_path / "course", env=latin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as grader:
        said = grader.communicate()[0].decode("latin-1")
    assert grader.returncode == 0
    assert r"\u9673 Zoë" in said
    assert (tmp_path / "course" / "grading" / "report" / "tiny.html").exists()


def test_reports_are_written_for_those_who_read_only_the_first_grade(
    course, handed_in, here, tiny_copy, monkeypatch
):
    def closed(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(instructor, "_print_grades", closed)
    monkeypatch.setattr(instructor, "local", lambda *_, **__: nullcontext(here))
    assert course("grade", handed_in).exit_code == 1
    assert (tiny_copy.grading / "report" / "tiny.html").exists()


@pytest.mark.slow
def test_grade_says_so_if_somebody_has_no_grade(course, needs_box, handed_in, hand_in):
    hand_in(handed_in, "dee", "not a notebook")
    done = course("grade", handed_in, "--json", "--jobs", "1")
    assert done.exit_code == 1
    results = {result["student"]: result for result in json.loads(done.stdout)}
    assert set(results) == {"ada", "chen", "dee"}
    assert "not a notebook" in results["dee"]["ungraded"]
    assert results["chen"]["tasks"][1]["mistake"] == "squared"


@pytest.mark.slow
def test_grade_ends_cleanly_when_it_is_interrupted(
    needs_box, handed_in, hand_in, notebook, tiny_copy
):
    hand_in(handed_in, "zoe", notebook(extra=["while True: pass"] * 9))
    options = {"cwd": tiny_copy.root, "stdout": subprocess.PIPE, "text": True}
    command = [COURSE, "grade", handed_in]
    with subprocess.Popen(command, stderr=subprocess.PIPE, **options) as grader:
        said = []
        for line in grader.stderr:
            said.append(line.strip())
            if line.startswith("2 of 3 graded"):
                grader.send_signal(signal.SIGINT)
        assert grader.stdout.read() == ""
    assert grader.returncode == 130
    assert said[-1] == "Stopped; what is graded is kept. The same command goes on from here."
    assert not [line for line in said if "Traceback" in line or "\x1b" in line]
    assert said[0].startswith("Box: pool: ")
    assert len(said) == 6  # the box, each step of the bar, and two at the end
    assert len(list((tiny_copy.grading / "results" / "tiny").iterdir())) == 2


@pytest.mark.slow
def test_check_of_a_right_and_of_a_wrong_notebook(course, needs_box, handed_in):
    right = course("check", handed_in / "ada" / "tiny" / "tiny.ipynb")
    assert right.exit_code == 2  # it lies in no course
    for name, code in (("ada", 0), ("chen", 1)):
        shutil.copy(handed_in / name / "tiny" / "tiny.ipynb", "exercises/tiny/tiny.ipynb")
        done = course("check", "exercises/tiny/tiny.ipynb")
        assert done.exit_code == code, done.output
        assert "tasks are right on the visible cases." in done.output
        assert ("Two times x is not x times x." in done.output) == bool(code)


@pytest.mark.slow
def test_check_where_there_is_no_box(course, no_box, handed_in):
    shutil.copy(handed_in / "chen" / "tiny" / "tiny.ipynb", "exercises/tiny/tiny.ipynb")
    done = course("check", "exercises/tiny/tiny.ipynb", "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert said["unsafe"]
    assert [row["visible"] for task in said["tasks"] for row in task["rows"]] == [True]
    assert "No box here" in course("check", "exercises/tiny/tiny.ipynb").output


def test_doctor_prints_what_it_finds(course, monkeypatch):
    found = [Finding("Python", works=True, says="3.12"), NO_BOX]
    monkeypatch.setattr(machine, "examine_machine", lambda _: iter(found))
    done = course("doctor")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "works  Python: 3.12",
        "no     Box: bwrap is missing",
        "         install it",
    ]
    assert [each["name"] for each in json.loads(course("doctor", "--json").output)] == [
        "Python",
        "Box",
    ]
    monkeypatch.setattr(machine, "examine_machine", lambda _: iter(found[:1]))
    assert course("doctor").exit_code == 0


def test_the_installed_command(tiny):
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [COURSE, "report", "huge"],
        cwd=tiny.root,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert Course.find(tiny.root).root == tiny.root.resolve()
