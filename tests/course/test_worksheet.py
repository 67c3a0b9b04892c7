"""An assignment solved in its page, in a browser without a network, and graded afterwards."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.author import source_notebook
from autograder.course import Course

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
NAME = "conv1d"
RELEASED = nbformat.read(COURSE.release(NAME), as_version=4)
SOURCE = source_notebook(COURSE.source(NAME).read_text(encoding="utf-8"), COURSE.assignment(NAME))
SOLUTIONS = {cell.id: cell.source for cell in SOURCE.cells if cell.id.endswith("-solution")}
CHECKS = [task.name for task in COURSE.assignment(NAME).tasks]
FLIPPED = "def correlate(x, w):\n    return np.convolve(x, w, 'valid')"
CODE = [cell.id for cell in RELEASED.cells if cell.cell_type == "code"]


@pytest.fixture
def worksheet(site, open_page):
    """Give the assignment's page, ready to write in."""
    page = open_page(f"{site}/exercises/{NAME}/{NAME}.html", accept_downloads=True)
    page.locator(".worksheet[data-ready]").wait_for()
    yield page
    assert not page.problems


def cell(page, name):
    return page.locator("div.cell").nth(CODE.index(name))


def write(page, name, text):
    """Write into a cell as a person does, in one go."""
    cell(page, name).locator("[contenteditable=true]").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def run(page, name):
    """Run a cell, and those above; return what it shows."""
    there = cell(page, name)
    there.get_by_role("button", name="Run cell").click()
    there.locator(".live-said", has_text="done in").wait_for()
    return there.locator(".cell_output")


def saved(page, folder):
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {NAME}.ipynb").click()
    assert download.value.suggested_filename == f"{NAME}.ipynb"
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_only_the_students_cells_can_be_changed(worksheet):
    for name in CODE:
        editable = cell(worksheet, name).get_by_role("button", name="Edit").count() == 1
        assert editable == (name in SOLUTIONS or name.startswith("scratch")), name


def test_a_mistake_is_named_in_the_same_table_as_everywhere(worksheet):
    write(worksheet, "correlate-solution", FLIPPED)
    write(worksheet, "sizes-solution", SOLUTIONS["sizes-solution"])
    write(worksheet, "by_hand-solution", SOLUTIONS["by_hand-solution"])
    shown = run(worksheet, "correlate").inner_text()
    assert "kernel flipped" in shown.lower()
    write(worksheet, "correlate-solution", FLIPPED.replace("w,", "w[::-1],"))
    shown = run(worksheet, "correlate").inner_text()
    assert "rule: no library convolution" in shown
    assert "return np.convolve(x, w[::-1], 'valid')" in shown


@pytest.mark.slow
def test_solved_in_the_page_and_graded(worksheet, tmp_path, monkeypatch):
    from autograder.grade import grade_class

    for name, text in SOLUTIONS.items():
        write(worksheet, name, text)
    worksheet.get_by_role("button", name="Run all cells").click()
    worksheet.locator(".live-page .live-about", has_text="done in").wait_for(timeout=180_000)
    for name in CHECKS:
        table = cell(worksheet, name).locator(".cell_output").inner_text()
        assert "✓ right" in table, (name, table)
        assert "✗" not in table, (name, table)
    path = saved(worksheet, tmp_path)

    monkeypatch.setenv("COURSE_SECRET", "the same cases at every run")
    for folder in ("exercises", "requirements", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / "course" / folder)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path / "course")
    (tmp_path / "course" / ".box").symlink_to(COURSE.box)
    handed_in = tmp_path / "collected" / "ada" / NAME / f"{NAME}.ipynb"
    handed_in.parent.mkdir(parents=True)
    shutil.copy(path, handed_in)
    (result,) = grade_class(Course(tmp_path / "course"), tmp_path / "collected")
    assert not result.notes  # nothing had to be repaired
    assert [task.score for task in result.tasks] == [task.points for task in result.tasks]


def test_what_is_saved_is_the_release_with_the_students_text(worksheet, tmp_path):
    write(worksheet, "correlate-solution", FLIPPED)
    found = nbformat.read(saved(worksheet, tmp_path), as_version=4)
    nbformat.validate(found)
    for got, given in zip(found.cells, RELEASED.cells, strict=True):
        expected = FLIPPED if given.id == "correlate-solution" else given.source
        assert got == {**given, "source": expected}


def test_the_browser_keeps_it_and_a_saved_notebook_opens(worksheet, tmp_path):
    write(worksheet, "correlate-solution", FLIPPED)
    worksheet.locator(".worksheet", has_text="Kept in this browser").wait_for()
    worksheet.reload()
    worksheet.locator(".worksheet[data-ready]").wait_for()
    assert "np.convolve" in cell(worksheet, "correlate-solution").inner_text()

    mine = json.loads(COURSE.release(NAME).read_text(encoding="utf-8"))
    for one in mine["cells"]:
        if one["id"] == "sizes-solution":
            one["source"] = ["size_a = 8\n", "size_b = 3"]
    (tmp_path / "mine.ipynb").write_text(json.dumps(mine), encoding="utf-8")
    with worksheet.expect_file_chooser() as chooser:
        worksheet.get_by_role("button", name="Open a saved one").click()
    chooser.value.set_files(tmp_path / "mine.ipynb")
    worksheet.locator(".worksheet", has_text="mine.ipynb is open").wait_for()
    assert "size_b = 3" in cell(worksheet, "sizes-solution").inner_text()
    assert "np.convolve" not in cell(worksheet, "correlate-solution").inner_text()


def test_another_file_is_refused_in_words(worksheet, tmp_path):
    (tmp_path / "letter.ipynb").write_text('{"cells": []}', encoding="utf-8")
    with worksheet.expect_file_chooser() as chooser:
        worksheet.get_by_role("button", name="Open a saved one").click()
    chooser.value.set_files(tmp_path / "letter.ipynb")
    worksheet.locator(".worksheet", has_text=f"not a notebook of {NAME}").wait_for()


def test_starting_over_asks_first(worksheet):
    write(worksheet, "correlate-solution", FLIPPED)
    worksheet.once("dialog", lambda dialog: dialog.dismiss())
    worksheet.get_by_role("button", name="Start over").click()
    assert "np.convolve" in cell(worksheet, "correlate-solution").inner_text()
    worksheet.once("dialog", lambda dialog: dialog.accept())
    worksheet.get_by_role("button", name="Start over").click()
    worksheet.locator(".worksheet", has_text="as it was released").wait_for()
    assert "YOUR CODE HERE" in cell(worksheet, "correlate-solution").inner_text()
