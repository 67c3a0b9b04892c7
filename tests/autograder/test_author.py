"""From text to notebook: what each cell becomes."""

from pathlib import Path

import pytest

from autograder.author import read_check, source_notebook
from autograder.course import Course

ROOT = Path(__file__).parents[2]
TINY = Course(ROOT / "tests" / "autograder" / "tiny_course")
TEXT = TINY.source("tiny").read_text(encoding="utf-8")
CELLS = {cell.id: cell for cell in source_notebook(TEXT, TINY.assignment("tiny")).cells}


def said(name):
    return CELLS[name].metadata.nbgrader


def test_a_check_is_graded_and_locked_with_the_points_of_its_task():
    assert said("double").grade
    assert said("double").locked
    assert not said("double").solution
    assert said("double").points == 4


def test_a_solution_is_the_students():
    assert said("double-solution").solution
    assert not said("double-solution").locked
    assert not said("double-solution").grade


def test_prose_and_given_code_are_locked():
    given = [name for name in CELLS if name.startswith("given-")]
    assert len(given) == 4
    assert all(said(name).locked and not said(name).grade for name in given)


def test_scratch_is_nobodys():
    assert not next(cell for name, cell in CELLS.items() if name.startswith("scratch")).metadata


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('check("double"', 'check("treble"', r"the checks are \['count', 'treble'\]"),
        ('check("count", count)', "count", r"the checks are \['double'\]"),
    ],
)
def test_checks_and_tasks_must_agree(old, new, complaint):
    with pytest.raises(ValueError, match=complaint):
        source_notebook(TEXT.replace(old, new), TINY.assignment("tiny"))


@pytest.mark.parametrize(
    "source", ["x = 1", "check(f)", "check()", "f('a', b)", "check('a'); 1", "("]
)
def test_only_a_check_is_a_check(source):
    assert read_check(source) is None
