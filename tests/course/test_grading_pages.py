"""The pages that grading writes, in a browser: a feedback page, the class report, a refusal."""

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.grade import grade_class
from autograder.report.pages import write_class_report

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
SQUARED = "def double(x):\n    return x * x"
FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n1 / 0"
HOSTILE = (
    "# Hi <script>document.title = 'owned'</script><img src=x onerror=alert(1)> [go](javascript:x)"
)
PALE = "# a comment\nprint('\\x1b[38;5;15mwhite \\x1b[48;5;226;38;5;227myellow')\nNone + None"
WIDE = """
| | size | kernel | sample | stride | padding | dilation |
|---|---|---|---|---|---|---|
| (a) | 10 | 3 | 1 | 2 | 1 | 1 |
"""
PAGES = {
    "feedback": "feedback/bea/tiny/tiny.html",
    "class report": "report/tiny.html",
    "refusal": "feedback/cy/tiny/tiny.html",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a right submission, a wrong and hostile one, and one that is no notebook."""
    root = tmp_path_factory.mktemp("graded")
    shutil.copytree(ROOT / "tests" / "autograder" / "tiny_course", root / "course")
    (root / "course" / ".box").symlink_to(ROOT / ".box")
    course = Course(root / "course")
    with course.source("tiny").open("a") as text:
        text.write(WIDE)
    from autograder.release import release

    released = nbformat.read(release(course, "tiny"), as_version=4)
    for student, double in (("al", "def double(x):\n    return 2 * x"), ("bea", SQUARED)):
        for cell in released.cells:
            if cell.id.endswith("-solution"):
                cell.source = double if cell.id.startswith("double") else "count = 3"
        extra = [
            *map(nbformat.v4.new_code_cell, (FIGURE, PALE)),
            nbformat.v4.new_markdown_cell(HOSTILE),
        ]
        path = root / "collected" / student / "tiny" / "tiny.ipynb"
        path.parent.mkdir(parents=True)
        copied = nbformat.from_dict({**released, "cells": [*released.cells, *extra]})
        nbformat.write(copied, path)
    broken = root / "collected" / "cy" / "tiny" / "tiny.ipynb"
    broken.parent.mkdir(parents=True)
    broken.write_text("no notebook", encoding="utf-8")
    grade_class(course, root / "collected")
    write_class_report(course, "tiny")
    return course.grading


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_loads_nothing(graded, open_page, axe, page, dark):
    opened = open_page((graded / PAGES[page]).as_uri(), dark=dark)
    assert not opened.problems
    assert not axe(opened)


@pytest.mark.parametrize("page", PAGES)
def test_a_phone_scrolls_no_page_sideways(graded, open_page, page):
    opened = open_page((graded / PAGES[page]).as_uri(), width=360)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    assert not opened.problems


def test_feedback_says_what_the_student_must_know(graded, open_page):
    opened = open_page((graded / PAGES["feedback"]).as_uri())
    said = opened.locator("main").inner_text()
    assert "Squared. Two times x is not x times x." in said
    assert "ZeroDivisionError" in said
    assert opened.locator("section#double tr.fail").count() >= 2
    assert opened.locator("img[alt]").count() == 1
    assert opened.evaluate("document.images[0].naturalWidth") > 0


def test_nothing_of_a_student_runs_in_a_page(graded, open_page):
    opened = open_page((graded / PAGES["feedback"]).as_uri())
    assert opened.title() == "tiny: feedback"
    assert opened.locator("script, [onerror], a[href^=javascript]").count() == 0


def test_the_class_report_leads_to_each_feedback_page(graded, open_page):
    opened = open_page((graded / PAGES["class report"]).as_uri())
    assert "2 graded, 1 could not be graded" in opened.locator("main").inner_text()
    assert opened.locator("summary", has_text="squared").count() == 1
    opened.get_by_role("link", name="bea").click()
    assert "bea" in opened.locator("main").inner_text()


def test_a_student_is_found_and_a_table_sorted(graded, open_page):
    opened = open_page((graded / PAGES["class report"]).as_uri())
    students = opened.locator("#students tbody th")
    assert students.all_inner_texts() == ["al", "bea", "cy"]
    marks = opened.locator("#students").get_by_role("button", name="Marks")
    for order, shown in (("ascending", ["bea", "al", "cy"]), ("descending", ["al", "bea", "cy"])):
        marks.click()
        assert students.all_inner_texts() == shown  # without marks: last
        head = opened.locator("#students thead th[aria-sort]")
        assert (head.inner_text(), head.get_attribute("aria-sort")) == ("Marks", order)
    opened.get_by_label("Find").fill("squared")
    assert opened.locator("#students tbody th:visible").all_inner_texts() == ["bea"]
    assert opened.locator("#found").inner_text() == "1 of 3 students"


def test_a_mistake_is_shown_without_the_name_of_who_made_it(graded, open_page):
    opened = open_page((graded / PAGES["class report"]).as_uri())
    opened.locator("summary", has_text="squared").click()
    example = opened.locator("details[open] pre")
    assert example.inner_text().strip() == SQUARED
    assert "bea" not in opened.locator("details[open] summary").inner_text()
