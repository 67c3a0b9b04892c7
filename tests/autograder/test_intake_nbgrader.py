"""What intake lets pass goes through the steps of nbgrader."""

import json
from copy import deepcopy

import nbformat
import pytest
from manual_release import (
    RELEASE,
    at,
    cell_of,
    copy_of,
    forge,
    lose_all,
    pass_through_colab,
    repoint,
    retype,
    reverse,
    submission,
)
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SchemaTooOldError, ValidationError
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ComputeChecksums,
    DeduplicateIds,
    OverwriteCells,
    SaveAutoGrades,
    SaveCells,
)

from autograder.intake import clean


@pytest.fixture(scope="module")
def book(tmp_path_factory, quiet):
    """Give the address of a gradebook that knows the release, and the release it made."""
    url = f"sqlite:///{tmp_path_factory.mktemp('book')}/gradebook.db"
    with quiet():
        with Gradebook(url) as gradebook:
            gradebook.add_assignment("test")
            gradebook.add_student("ada")
        made, resources = deepcopy(RELEASE), resources_of(url)
        for step in (ComputeChecksums(), SaveCells()):
            made, resources = step.preprocess(made, resources)
        with Gradebook(url) as gradebook:
            gradebook.add_submission("test", "ada")
    return url, made


def resources_of(url):
    said = {"notebook": "test", "assignment": "test", "student": "ada", "db_url": url}
    return {"nbgrader": said, "unique_key": "test"}


def graded(notebook, url):
    """Let nbgrader take in, check and grade a notebook, all but the running."""
    made = deepcopy(notebook)
    for step in (DeduplicateIds(), OverwriteCells(), CheckCellMetadata(), SaveAutoGrades()):
        made, _ = step.preprocess(made, resources_of(url))
    return made


def copy(notebook):
    notebook.cells.append(copy_of(cell_of(notebook, "double"), "5"))


def delete(notebook):
    del notebook.cells[at(notebook, "double")]


def unlock(notebook):
    cell_of(notebook, "double").metadata.nbgrader.update(locked=True, grade=False, points=4)
    cell_of(notebook, "double").metadata.nbgrader.checksum = "0"


def nothing(notebook):
    pass


DAMAGES = [nothing, copy, delete, unlock, lose_all, reverse, retype, repoint, forge]


@pytest.mark.parametrize("damage", [copy, unlock])
def test_nbgrader_itself_stops_at_some_of_it(book, quiet, damage):
    url, released = book
    damaged = clean(submission(), released)[0]
    damage(damaged)
    with quiet(), pytest.raises((RuntimeError, ValidationError, SchemaTooOldError)):
        graded(damaged, url)


@pytest.mark.parametrize("damage", [*DAMAGES, pass_through_colab])
def test_what_was_cleaned_goes_through_nbgrader_as_it_is(book, quiet, damage):
    url, released = book
    solved = submission()
    damage(solved)
    wanted, _ = clean(solved, released)
    with quiet():
        made = graded(wanted, url)
        with Gradebook(url) as gradebook:
            found = gradebook.find_submission_notebook("test", "test", "ada").grades
            assert {grade.name for grade in found} >= {"count", "double", "twice", "why"}
    assert json.loads(nbformat.writes(made)) == json.loads(nbformat.writes(wanted))
