"""A tiny class, graded end to end: into the gradebook, the notebooks and the feedback pages."""

import json
import random
import shutil
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from operator import attrgetter
from pathlib import Path
from pkgutil import resolve_name

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grade import AHEAD, grade_class
from autograder.sandbox import BoxError
from autograder.store import read_results

LOOP = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"
SQUARED = "def double(x):\n    return x * x"
FORGED = {"output_type": "execute_result", "data": {"text/plain": "4"}, "execution_count": 1}


@pytest.fixture(scope="module")
def collected(tmp_path_factory, notebook, hand_in):
    """Give a folder of submissions, the honest ones and some with odd names."""
    folder = tmp_path_factory.mktemp("class") / "collected"
    hand_in(folder, "ada", notebook())
    hand_in(folder, "bo", notebook(double=LOOP))
    hand_in(folder, "chen", notebook(double=SQUARED))
    hand_in(folder, "dee", '{"cells": [')
    hand_in(folder, "a*", notebook())
    hand_in(folder, "Zoë O'Neil; $(touch oops) & co", notebook())
    (folder / "fay" / "tiny").mkdir(parents=True)
    (folder / "gil").mkdir()
    (folder / "gil" / "tiny").symlink_to(folder / "ada" / "tiny")
    hand_in(folder, "hal", with_forged_marks(notebook(double="def double(x):\n    return x + 1")))
    (folder / "ada" / "tiny" / "timestamp.txt").write_text("2026-11-01 12:00:00 UTC")
    (folder / "bo" / "tiny" / "timestamp.txt").write_text("the day before yesterday")
    return folder


def with_forged_marks(notebook):
    """Return the notebook with a full score where nbgrader would look for one."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(FORGED)]
    return notebook


@pytest.fixture(scope="module")
def graded(tiny, needs_box, collected, tmp_path_factory):
    """Give the course after its class was graded, and what was returned, by student."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(tiny.root, root, symlinks=True)
    course, steps = Course(root), []
    results = grade_class(course, collected, progress=lambda *step: steps.append(step))
    assert steps[0] == (0, 9, ())
    assert [step[:2] for step in steps] == [(done, 9) for done in range(10)]
    assert {name for step in steps for name in step[2]} <= {result.student for result in results}
    return course, {result.student: result for result in results}


def book(course):
    return Gradebook(f"sqlite:///{course.grading}/gradebook.db")


@pytest.mark.slow
def test_everybody_gets_a_grade_or_a_reason(graded):
    _, results = graded
    odd = "Zoë O'Neil; $(touch oops) & co"
    assert {name: result.score for name, result in results.items() if not result.ungraded} == {
        "ada": 5,
        "bo": 3,
        "chen": 2.07,  # the empty array is right by chance
        "hal": 2.07,
        odd: 5,
    }
    said = {name: result.ungraded for name, result in results.items() if result.ungraded}
    assert set(said) == {"dee", "a*", "fay", "gil"}
    assert "not a notebook that Jupyter can open" in said["dee"]
    assert "without * ? [" in said["a*"]
    assert "there is no tiny.ipynb in the folder that was handed in" in said["fay"]
    assert "the folder of gil is a link" in said["gil"]


@pytest.mark.slow
def test_sentences_name_the_mistake_and_the_rule(graded):
    _, results = graded
    (double,) = [task for task in results["chen"].tasks if task.name == "double"]
    assert double.mistake == "squared"
    assert "Two times x is not x times x." in double.sentence
    rule = results["bo"].tasks[1].rows[-1]
    assert "for v in x.ravel()" in rule.detail
    assert results["hal"].tasks[1].mistake is None


@pytest.mark.slow
def test_marks_and_sentences_are_in_the_gradebook(graded):
    course, results = graded
    with book(course) as gradebook:
        for name in ("ada", "bo", "chen", "hal"):
            submission = gradebook.find_submission("tiny", name)
            assert round(submission.score, 2) == results[name].score
            assert not submission.needs_manual_grade
        double = gradebook.find_grade("double", "tiny", "tiny", "bo")
        assert (double.auto_score, double.max_score) == (2, 4)
        comment = gradebook.find_comment("double-solution", "tiny", "tiny", "chen")
        assert comment.auto_comment == results["chen"].tasks[1].sentence
        assert {s.student.id for s in gradebook.assignment_submissions("tiny")} == {
            name for name, result in results.items() if not result.ungraded
        }


@pytest.mark.slow
def test_hand_in_times_that_are_times_are_kept(graded):
    course, results = graded
    with book(course) as gradebook:
        assert str(gradebook.find_submission("tiny", "ada").timestamp) == "2026-11-01 12:00:00"
        assert gradebook.find_submission("tiny", "bo").timestamp is None
    assert "timestamp.txt says no time" in " ".join(results["bo"].notes)


@pytest.mark.slow
def test_score_and_table_stand_in_the_graded_notebook(graded):
    course, results = graded
    path = course.grading / "autograded" / "chen" / "tiny" / "tiny.ipynb"
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    (output,) = cells["double"].outputs
    assert output.data["text/plain"] == f"{results['chen'].tasks[1].score:g}"
    for row in results["chen"].tasks[1].rows:
        assert row.label in output.data["text/html"]
    forged = course.grading / "autograded" / "hal" / "tiny" / "tiny.ipynb"
    for cell in nbformat.read(forged, as_version=4).cells:
        if cell.cell_type == "code" and cell.id.endswith("-solution"):
            assert cell.outputs == []


@pytest.mark.slow
def test_each_has_a_page_with_his_own_words_alone(graded):
    course, results = graded
    for name, result in results.items():
        page = course.feedback("tiny", name).read_text(encoding="utf-8")
        if not result.ungraded:
            assert "Double an array" in page
        assert ("Two times x is not x times x." in page) == (name == "chen")
    assert "is not a notebook that Jupyter can open" in course.feedback("tiny", "dee").read_text()
    assert {result.student for result in read_results(course, "tiny")} == set(results)


@pytest.mark.slow
def test_nothing_is_written_outside_the_course(graded, collected):
    course, _ = graded
    assert not list(course.root.parent.rglob("oops"))
    assert sorted(path.name for path in course.root.parent.iterdir()) == ["course"]
    assert not list(collected.rglob("*.html"))
    assert sorted(path.name for path in (collected / "ada" / "tiny").iterdir()) == [
        "timestamp.txt",
        "tiny.ipynb",
    ]


@pytest.mark.slow
def test_the_same_bytes_and_secret_get_the_same_grade(graded, collected, tmp_path):
    course, results = graded
    again = Course(tmp_path / "course")
    shutil.copytree(course.root, again.root, symlinks=True)
    for name in ("answers", "results", "autograded", "feedback"):
        shutil.rmtree(again.grading / name)
    said = {result.student: result.to_dict() for result in grade_class(again, collected)}
    assert said == {name: result.to_dict() for name, result in results.items()}
    with book(again) as gradebook:
        assert gradebook.find_submission("tiny", "bo").score == 3


@pytest.fixture
def class_of(tmp_path, notebook, hand_in):
    """Give `class_of(*students)`: a folder with a right solution of each."""

    def class_of(*students):
        for student in students:
            hand_in(tmp_path / "handed in", student, notebook())
        return tmp_path / "handed in"

    return class_of


class Broken:
    """An executor whose box breaks some times before it answers."""

    def __init__(self, here, times):
        self.here, self.times, self.asked = here, times, 0
        self.box, self.jobs = here.box, here.jobs

    def submit(self, job):
        self.asked += 1
        if self.asked > self.times:
            return self.here.submit(job)
        future = Future()
        future.set_exception(BoxError("no namespaces here"))
        return future


def test_a_box_that_breaks_twice_costs_nothing(tiny_copy, class_of, here):
    (result,) = grade_class(tiny_copy, class_of("ada"), executor=Broken(here, 2))
    assert (result.ungraded, result.score) == (None, 5)


def test_a_box_that_is_broken_is_not_the_students_fault(tiny_copy, class_of, here):
    broken = Broken(here, 99)
    (result,) = grade_class(tiny_copy, class_of("ada"), executor=broken)
    assert result.ungraded == "the grader failed, not the notebook: no namespaces here"
    page = tiny_copy.feedback("tiny", "ada").read_text()
    assert "the grader failed" in page
    assert "You need not do anything" in page
    assert broken.asked == 3
    (result,) = grade_class(tiny_copy, class_of("ada"), executor=here)
    assert result.score == 5


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("autograder.take_in", "clean"),
        ("autograder.examine", "judge"),
        ("autograder.gradebook.Gradebook", "enter"),
        ("autograder.record", "write_result"),
    ],
)
def test_what_breaks_the_grader_on_one_leaves_the_others_alone(
    where, name, tiny_copy, class_of, monkeypatch, here
):
    true = attrgetter(name)(resolve_name(where))
    calls = []

    def break_once(*args, **options):
        calls.append(args)
        if len(calls) == 1:
            msg = "out of luck"
            raise RuntimeError(msg)
        return true(*args, **options)

    monkeypatch.setattr(f"{where}.{name}", break_once)
    results = grade_class(tiny_copy, class_of("ada", "bo"), executor=here)
    said = [result.ungraded for result in results]
    assert said == ["the grader failed, not the notebook: RuntimeError: out of luck", None]
    assert results[1].score == 5


def test_an_assignment_that_nobody_set(tiny_copy, class_of, monkeypatch, here):
    folder = class_of("ada")
    (folder / "ada" / "tiny").rename(folder / "ada" / "huge")
    (folder / "ada" / "huge" / "tiny.ipynb").rename(folder / "ada" / "huge" / "huge.ipynb")
    (result,) = grade_class(tiny_copy, folder, executor=here)
    assert "no assignment 'huge' in this course: is it misspelled, or does" in result.ungraded
    monkeypatch.chdir(folder)
    with pytest.raises(ValueError, match="holds no submission: it must look like <student>"):
        grade_class(tiny_copy, folder, assignment="tiny")


@pytest.mark.slow
def test_without_a_box_every_report_says_so(tiny_copy, class_of):
    (result,) = grade_class(tiny_copy, class_of("ada"), unsafe=True)
    assert (result.unsafe, result.box, result.score) == (True, "unsafe", 5)
    stored = json.loads(tiny_copy.result("tiny", "ada").read_text())
    assert stored["unsafe"]
    assert "without a box" in tiny_copy.feedback("tiny", "ada").read_text()


class Scattered:
    """An executor that answers in an order of its own, and counts how many wait for it."""

    def __init__(self, here, jobs, seed):
        self.here, self.box, self.jobs = here, here.box, jobs
        self.random = random.Random(seed)
        self.thread = ThreadPoolExecutor(1)
        self.waiting, self.most = [], 0

    def submit(self, job):
        future = Future()
        self.waiting.append((future, job))
        self.most = max(self.most, len(self.waiting))
        self.thread.submit(self.answer_one)
        return future

    def answer_one(self):
        future, job = self.waiting.pop(self.random.randrange(len(self.waiting)))
        future.set_result(self.here.submit(job).result())


@pytest.fixture(scope="module")
def odd_dozen(tmp_path_factory, notebook, hand_in):
    """Give a folder with twelve submissions, one in three right, one slow, one wrong."""
    folder = tmp_path_factory.mktemp("dozen")
    for number in range(12):
        double = (LOOP, SQUARED, f"def double(x):\n    return x + x  # {number}")[number % 3]
        hand_in(folder, f"student {number:02}", notebook(double=double))
    return folder


@pytest.fixture(scope="module")
def in_order(tiny, odd_dozen, here, tmp_path_factory):
    """Give a course whose secret is drawn, and what its dozen gets."""
    course = Course(tmp_path_factory.mktemp("in order") / "course")
    shutil.copytree(tiny.root, course.root, symlinks=True)
    course.generator("draws the secret")
    shutil.copytree(course.root, course.root.with_name("before"), symlinks=True)
    results = grade_class(course, odd_dozen, executor=here)
    return Course(course.root.with_name("before")), results


@pytest.mark.parametrize("jobs", [1, 3])
def test_order_and_number_of_jobs_change_no_grade(in_order, odd_dozen, here, tmp_path, jobs):
    course = Course(tmp_path / "course")
    shutil.copytree(in_order[0].root, course.root, symlinks=True)
    executor = Scattered(here, jobs, seed=jobs)
    told = []
    results = grade_class(
        course, odd_dozen, executor=executor, progress=lambda *step: told.append(step)
    )
    executor.thread.shutdown()
    assert results == in_order[1]
    assert read_results(course, "tiny") == in_order[1]
    with book(course) as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("tiny")}
    assert scores == {result.student: pytest.approx(result.score) for result in in_order[1]}
    assert executor.most <= AHEAD * jobs  # the rest of the class is not in memory yet
    assert max(len(now) for _, _, now in told) <= jobs


def test_a_grader_that_is_killed_is_continued(in_order, odd_dozen, needs_box, tmp_path):
    course = Course(tmp_path / "course")
    shutil.copytree(in_order[0].root, course.root, symlinks=True)
    command = [Path(sys.executable).with_name("course"), "grade", odd_dozen, "--jobs", "2"]
    options = {"cwd": course.root, "stdout": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, stderr=subprocess.PIPE, **options) as grader:
        for line in grader.stderr:
            if line.startswith("3 of 12 graded"):
                grader.kill()
    assert grader.returncode == -signal.SIGKILL
    stored = {path: path.stat().st_mtime_ns for path in (course.grading / "answers").glob("*.zip")}
    assert 3 <= len(stored) < 12
    results = grade_class(course, odd_dozen)
    assert [result.score for result in results] == [result.score for result in in_order[1]]
    assert {path: path.stat().st_mtime_ns for path in stored} == stored  # none was run again
    with book(course) as gradebook:
        assert len(gradebook.assignment_submissions("tiny")) == 12


def test_answers_that_are_damaged_on_the_disk_are_made_again(tiny_copy, class_of, here):
    folder = class_of("ada")
    grade_class(tiny_copy, folder, executor=here)
    (path,) = (tiny_copy.grading / "answers").glob("*.zip")
    whole = path.read_bytes()
    for damaged in (whole[:-30], b"", whole.replace(b"said", b"laid")):
        path.write_bytes(damaged)
        (result,) = grade_class(tiny_copy, folder, executor=here)
        assert result.score == 5
        assert path.read_bytes() == whole
