"""A whole class of `conv1d`, graded end to end: everybody gets what he should, and a reason."""

import json
import runpy
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.answers import answer_of, as_answer
from autograder.author import source_notebook
from autograder.course import Course
from autograder.judge import judge, trials
from autograder.rules import readable

HERE = Path(__file__).parent
SAMPLE = SimpleNamespace(**runpy.run_path(str(HERE / "sample_class.py")))
COURSE = Course(HERE.parents[1])
ASSIGNMENT = COURSE.assignment("conv1d")
TEXT = COURSE.source("conv1d").read_text(encoding="utf-8")
TAME = [student for student in SAMPLE.CLASS if student.tame]


def mark(result):
    """Return what a score is called."""
    if result.score == result.points:
        return "full"
    return "part" if result.score else "zero"


def assert_deserved(student, result):
    """Compare one judged task with what the class says of it."""
    wanted = student.marks.get(result.name, "full")
    got = mark(result) if isinstance(wanted, str) else result.score
    assert got == wanted, (student.id, result.name, result.sentence)
    words = " ".join([result.sentence, *(f"{row.label} {row.detail}" for row in result.rows)])
    said = student.says.get(result.name, "")
    assert said.lower() in words.lower(), (student.id, result.name, words)


def test_the_class_is_well_formed():
    names = [student.id for student in SAMPLE.CLASS]
    assert names == sorted(set(names))
    assert [task.name for task in ASSIGNMENT.tasks] == list(SAMPLE.TASKS)
    for student in SAMPLE.CLASS:
        assert set(student.marks) | set(student.says) | set(student.cells) <= set(SAMPLE.TASKS)


@pytest.mark.parametrize("student", TAME, ids=lambda student: student.id)
def test_the_judge_alone_agrees_on_who_is_harmless(student):
    sources = given_cells(student)
    names = {}
    for source in sources:
        run_like_a_notebook(source, names)
    for task in ASSIGNMENT.tasks:
        objects = checked(task.name)
        answered = [
            (trial, answer(task, names, objects[trial.case.target], trial.case))
            for trial in trials(task, np.random.default_rng(7))
        ]
        found = [
            (rule, each) for rule in task.rules for each in rule.find(readable(sources), objects[0])
        ]
        assert_deserved(student, judge(task, answered, ASSIGNMENT.mistakes, found))


@pytest.mark.slow
def test_the_whole_class_end_to_end(tmp_path, monkeypatch):
    from autograder.grade import grade_class

    monkeypatch.setenv("COURSE_SECRET", "a class that meets the same cases at every run")
    course = Course(SAMPLE.copy_of_course(tmp_path / "course"))
    SAMPLE.write_class(tmp_path / "collected")
    results = grade_class(course, tmp_path / "collected")
    assert [result.student for result in results] == [student.id for student in SAMPLE.CLASS]
    for student, result in zip(SAMPLE.CLASS, results, strict=True):
        assert bool(result.ungraded) == student.ungraded, (student.id, result.ungraded)
        assert student.notes.lower() in " ".join(result.notes).lower(), (student.id, result.notes)
        said = json.dumps(result.to_dict())
        assert not [word for word in student.never if word in said], student.id
        for task in result.tasks:
            assert_deserved(student, task)


def given_cells(student):
    """Return the sources that a student's notebook defines things with, in its order."""
    released = source_notebook(TEXT, ASSIGNMENT)
    cells = []
    for cell in released.cells:
        task = cell.id.removesuffix("-solution")
        if task in student.cells and task != cell.id:
            cells.append(student.cells[task])
        elif "### BEGIN SOLUTION" in cell.source:
            cells.append(cleared(cell.source))
    return ["import numpy as np", *cells]


def cleared(source):
    """Return a solution cell as nbgrader releases it."""
    before, rest = source.split("### BEGIN SOLUTION")
    return f"{before}raise NotImplementedError(){rest.split('### END SOLUTION')[1]}"


def run_like_a_notebook(source, names):
    """Run a cell; one that nobody worked on stops the cell and not the notebook."""
    with suppress(NotImplementedError):
        exec(source, names)


def checked(name):
    """Return the objects that the text hands to a check."""
    (line,) = [line for line in TEXT.splitlines() if line.startswith(f'check("{name}", ')]
    return line.removesuffix(")").split(", ")[1:]


def answer(task, names, thing, case):
    """Return the answer of what a student calls `thing`."""
    found = names.get(thing)
    return as_answer(found) if task.kind == "value" else answer_of(found, case)
