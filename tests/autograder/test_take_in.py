"""What is taken in of a submission's folder, as a class hands it in: which notebook, and when."""

from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import parse_utc

from autograder.course import Course
from autograder.examine import Examiner
from autograder.intake import Refusal, demand_own, locked_texts, submissions
from autograder.intake.reading import given
from autograder.take_in import Reception

REPOSITORY = Course(Path(__file__).parents[2])
RELEASES = {
    name: nbformat.read(REPOSITORY.release(name), as_version=4)
    for name in REPOSITORY.assignment_ids()
}
TEXTS = {name: locked_texts(release) for name, release in RELEASES.items()}


@pytest.fixture
def take(tiny_copy, hand_in, tmp_path):
    """Give `take(notebook, **files)`: what is taken in of a folder with these in it."""

    def take(notebook, files=None):
        path = hand_in(tmp_path / "in", "ada", notebook)
        for name, content in (files or {}).items():
            path.with_name(name).write_bytes(content.encode())
        (found,) = submissions(tmp_path / "in")
        return Reception(Examiner(tiny_copy)).take(found)

    return take


@pytest.mark.parametrize("name", RELEASES)
def test_a_notebook_of_another_assignment_is_called_so(name):
    notebook = given(RELEASES[name])
    demand_own(notebook, name, TEXTS)
    for other in RELEASES.keys() - {name}:
        with pytest.raises(Refusal, match=f"notebook of {name}, not of {other}: hand in {other}"):
            demand_own(notebook, other, TEXTS)


def test_of_another_assignment_none_is_taken_for_one_that_is_as_released(take, tiny_copy):
    released = nbformat.read(tiny_copy.release("tiny"), as_version=4)
    cases, other = tiny_copy.source("conv1d").with_name("cases.py"), tiny_copy.release("conv1d")
    for path in (cases, other):
        path.parent.mkdir()
        path.write_text(nbformat.writes(RELEASES["conv1d"]))
    taken = take(released, {"conv1d.ipynb": other.read_text()})
    assert taken.notes[0].endswith("tiny.ipynb is taken, for its name")


def test_an_own_notebook_with_a_text_of_another_assignment_is_no_other(notebook):
    made = notebook()
    made.cells += RELEASES["conv2d"].cells[:5]
    demand_own(given(made), "tiny", {**TEXTS, "tiny": frozenset()})


def test_where_one_notebook_is_as_released_the_other_counts(take, notebook, tiny):
    released = nbformat.read(tiny.release("tiny"), as_version=4)
    taken = take(released, {"old.ipynb": "{}", "tiny-final.ipynb": nbformat.writes(notebook())})
    assert taken.notes == (
        "there are several notebooks, tiny.ipynb, tiny-final.ipynb and old.ipynb: "
        "tiny-final.ipynb is taken, the first with an answer in it",
    )
    assert [cell.source for cell in taken.notebook.cells if cell.id == "count-solution"] == [
        "count = 3"
    ]


def test_where_nobody_wrote_the_right_name_counts(take, tiny):
    released = nbformat.read(tiny.release("tiny"), as_version=4)
    taken = take(released, {"other.ipynb": nbformat.writes(released)})
    assert taken.notes == (
        "there are several notebooks, tiny.ipynb and other.ipynb: tiny.ipynb is taken, for its "
        "name",
    )


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-20 12:00:00.000000 UTC",
        "\ufeff2026-11-20T12:00:00Z\r\n",
        "20.11.2026 12:00",
        "2026-04-03 12:00 +0100",
        "2026-11-20",
    ],
)
def test_a_time_in_any_usual_form_is_one(take, notebook, time):
    assert take(notebook(), {"timestamp.txt": time}).notes == ()


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-20 12:00:00 UTC",
        "2026-11-20 13:00 +0100",
        "2026-11-20 06:30:00 -05:30",
        "2026-11-20T14:00+02",
        "Fri, 20 Nov 2026 13:00:00 +0100",
        "2026-11-20 12:00",
        "2026-11-20 13:00:00 Europe/Berlin",
        "20.11.2026 09:00 America/Argentina/Buenos_Aires",
    ],
)
def test_nbgrader_reads_the_time_that_was_meant(take, notebook, tiny_copy, time):
    take(notebook(), {"timestamp.txt": time})
    (copy,) = tiny_copy.grading.rglob("timestamp.txt")
    assert parse_utc(copy.read_text()) == datetime(2026, 11, 20, 12)


@pytest.mark.parametrize(
    "time",
    [
        "",
        "yesterday",
        "12:00",
        "Nov 2026",
        "03/04/2026 12:00",
        "2026-11-20 12:00 CET",
        "2026-11-20 12:00 UTC+2",
        "2026-11-20 12:00 Europe/Nowhere",
        "2026-11-20 12:00 America/Argentina",
        "0001-01-01 00:30 +0100",
    ],
)
def test_a_time_that_may_be_several_is_none(take, notebook, time):
    (note,) = take(notebook(), {"timestamp.txt": time}).notes
    assert note.startswith("timestamp.txt says no time that can be read in one way only")
