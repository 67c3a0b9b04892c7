"""A whole class of hostile and honest notebooks, graded at once: nobody gets, loses or breaks."""

from pathlib import Path

import pytest
from corpus.classroom import CLASSES, Classroom
from corpus.host import SECRET

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = [one for some in CLASSES.values() for one in some]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def classroom(needs_box, tmp_path_factory):
    """Give the class after grading."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_SECRET", SECRET)
        classroom = Classroom(tmp_path_factory.mktemp("classroom"), NOTEBOOKS)
        classroom.grade()
    return classroom


@pytest.mark.parametrize("one", NOTEBOOKS, ids=lambda one: one.name)
def test_each_gets_what_its_code_deserves_and_a_reason(classroom, one):
    assert classroom.problems(one) == []


def test_everybody_is_there(classroom):
    assert len(classroom.results) == len(NOTEBOOKS) + len(classroom.neighbours)


def test_the_host_is_as_it_was(classroom):
    assert classroom.host_touched == []


def test_neighbours_are_graded_as_if_they_were_alone(classroom):
    assert classroom.neighbours_touched() == []


def test_the_table_in_the_docs_is_of_this_class(classroom):
    table = classroom.table()
    assert table in (DOCS / "hostile-notebooks.md").read_text(encoding="utf-8"), table
