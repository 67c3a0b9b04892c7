"""Assignments solved in their pages, in a browser without a network, and graded afterwards."""

import json
import shutil
import subprocess
import sys
from zipfile import ZipFile

import nbformat
import pytest
from worksheet import COURSE, ROOT, Worksheet

from autograder.course import Course

pytestmark = pytest.mark.browser
NAME = "conv1d"
FLIPPED = "def correlate(x, w):\n    return np.convolve(x, w, 'valid')"


@pytest.fixture
def worksheet(site, open_page):
    """Give the assignment's page, ready to write in."""
    worksheet = Worksheet(NAME).open(site, open_page)
    yield worksheet
    assert not worksheet.page.problems


def test_the_page_has_all_that_a_check_imports(book, tmp_path):
    with ZipFile(book / "live" / "check.zip") as packed:
        packed.extractall(tmp_path)
    files = (path.relative_to(tmp_path) for path in tmp_path.glob("autograder/**/*.py"))
    imports = "; ".join(f"import {'.'.join(file.with_suffix('').parts)}" for file in files)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {imports}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_only_the_students_cells_can_be_changed(worksheet):
    for name in worksheet.code:
        editable = worksheet.cell(name).get_by_role("button", name="Edit").count() == 1
        assert editable == (name in worksheet.solutions or name.startswith("scratch")), name


def test_a_mistake_is_named_in_the_same_table_as_everywhere(worksheet):
    worksheet.write("correlate-solution", FLIPPED)
    worksheet.write("sizes-solution", worksheet.solutions["sizes-solution"])
    worksheet.write("by_hand-solution", worksheet.solutions["by_hand-solution"])
    shown = worksheet.run("correlate").inner_text()
    assert "kernel flipped" in shown.lower()
    worksheet.write("correlate-solution", FLIPPED.replace("w,", "w[::-1],"))
    shown = worksheet.run("correlate").inner_text()
    assert "rule: no library convolution" in shown
    assert "return np.convolve(x, w[::-1], 'valid')" in shown


@pytest.mark.slow
def test_solved_in_the_page_and_graded(worksheet, tmp_path, monkeypatch):
    from autograder.grade import grade_class

    for name, table in worksheet.solve().items():
        assert "✓ right" in table, (name, table)
        assert "✗" not in table, (name, table)
    path = worksheet.saved(tmp_path)

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


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in COURSE.assignment_ids() if name != NAME])
def test_every_other_assignment_is_solved_in_its_page(site, open_page, name):
    worksheet = Worksheet(name).open(site, open_page)
    for task, table in worksheet.solve().items():
        assert "✓ right" in table, (task, table)
        assert "✗" not in table, (task, table)
    assert not worksheet.page.problems


def test_what_is_saved_is_the_release_with_the_students_text(worksheet, tmp_path):
    mine = {"correlate-solution": FLIPPED, "explain": "A constant times a *sum* of zero is zero."}
    worksheet.write("correlate-solution", FLIPPED)
    worksheet.page.get_by_label("Your answer").fill(mine["explain"])
    found = nbformat.read(worksheet.saved(tmp_path), as_version=4)
    nbformat.validate(found)
    for got, given in zip(found.cells, worksheet.released.cells, strict=True):
        assert got == {**given, "source": mine.get(given.id, given.source)}


def test_the_browser_keeps_it_and_a_saved_notebook_opens(worksheet, tmp_path):
    worksheet.write("correlate-solution", FLIPPED)
    worksheet.page.locator(".worksheet", has_text="Kept in this browser").wait_for()
    worksheet.page.reload()
    worksheet.ready()
    assert "np.convolve" in worksheet.cell("correlate-solution").inner_text()

    mine = json.loads(COURSE.release(NAME).read_text(encoding="utf-8"))
    for one in mine["cells"]:
        if one["id"] == "sizes-solution":
            one["source"] = ["size_a = 8\n", "size_b = 3"]
    (tmp_path / "mine.ipynb").write_text(json.dumps(mine), encoding="utf-8")
    with worksheet.page.expect_file_chooser() as chooser:
        worksheet.page.get_by_role("button", name="Open a saved one").click()
    chooser.value.set_files(tmp_path / "mine.ipynb")
    worksheet.page.locator(".worksheet", has_text="mine.ipynb is open").wait_for()
    assert "size_b = 3" in worksheet.cell("sizes-solution").inner_text()
    assert "np.convolve" not in worksheet.cell("correlate-solution").inner_text()


def test_another_file_is_refused_in_words(worksheet, tmp_path):
    (tmp_path / "letter.ipynb").write_text('{"cells": []}', encoding="utf-8")
    with worksheet.page.expect_file_chooser() as chooser:
        worksheet.page.get_by_role("button", name="Open a saved one").click()
    chooser.value.set_files(tmp_path / "letter.ipynb")
    worksheet.page.locator(".worksheet", has_text=f"not a notebook of {NAME}").wait_for()


def test_starting_over_asks_first(worksheet):
    worksheet.write("correlate-solution", FLIPPED)
    worksheet.page.once("dialog", lambda dialog: dialog.dismiss())
    worksheet.page.get_by_role("button", name="Start over").click()
    assert "np.convolve" in worksheet.cell("correlate-solution").inner_text()
    worksheet.page.once("dialog", lambda dialog: dialog.accept())
    worksheet.page.get_by_role("button", name="Start over").click()
    worksheet.page.locator(".worksheet", has_text="as it was released").wait_for()
    assert "YOUR CODE HERE" in worksheet.cell("correlate-solution").inner_text()
