"""Every cell of every chapter, run in its page."""

import runpy
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
Cells = runpy.run_path(str(Path(__file__).parent / "live.py"))["Cells"]
PAGES = sorted((ROOT / "book").glob("*.md"))
CHAPTERS = [path.stem for path in PAGES if "```{code-cell}" in path.read_text(encoding="utf-8")]
SHOWN = ".cell_output:not(:empty)"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_cell_of_the_chapter_runs_in_the_page(site, open_page, chapter):
    page = open_page(f"{site}/book/{chapter}.html")
    if not page.locator(".live-page").count():  # a page whose code is not shown has nothing to run
        assert page.locator(".cell_input").count() == 0
        return
    cells = Cells(page)
    shown, pictures = page.locator(SHOWN).count(), page.locator("svg.plot").count()
    assert cells.run_all(timeout=280_000).startswith("done in"), errors(page)
    assert not errors(page)
    assert page.locator(SHOWN).count() == shown
    assert page.locator("svg.plot").count() == pictures
    assert not page.problems


def errors(page):
    return page.locator(".cell_output .traceback").all_inner_texts()


def test_there_are_chapters():
    assert {"intro", "conv1d"} < set(CHAPTERS)
