"""Every cell of every chapter, run in its page."""

import runpy
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
Cells = runpy.run_path(str(Path(__file__).parent / "live.py"))["Cells"]
CHAPTERS = [
    path.stem
    for path in sorted((ROOT / "book").glob("*.md"))
    if "```{code-cell}" in path.read_text()
]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_cell_of_the_chapter_runs_in_the_page(site, open_page, chapter):
    page = open_page(f"{site}/book/{chapter}.html")
    cells = Cells(page)
    shown = page.locator("div.cell .cell_output:not(details *)").count()
    pictures = page.locator("svg.plot").count()
    assert cells.run_all(timeout=280_000).startswith("done in"), errors(page)
    assert not errors(page)
    assert page.locator(".cell_output:not(:empty):not(details *)").count() >= shown
    assert page.locator("svg.plot").count() == pictures
    assert not page.problems


def errors(page):
    return page.locator(".cell_output .traceback").all_inner_texts()


def test_there_are_chapters():
    assert {"intro", "conv1d"} < set(CHAPTERS)
