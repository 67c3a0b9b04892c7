"""A chapter's cells, run and changed in a browser that reaches no other host."""

import re
import runpy
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
Cells = runpy.run_path(str(Path(__file__).parent / "live.py"))["Cells"]
CHAPTER = "book/conv1d.html"
DEFINITION, PARAMETER = 5, 6  # cells of the chapter: the figure's numbers, and stride
PICTURE = 2  # and its first picture
STUBBORN = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"


@pytest.fixture
def chapter(site, open_page):
    page = open_page(f"{site}/{CHAPTER}")
    yield Cells(page)
    assert not page.problems


def test_a_reader_runs_changes_and_resets_a_cell(chapter):
    built = chapter.output(DEFINITION)
    picture = chapter[PICTURE].locator("svg.plot").get_attribute("aria-label")
    written = chapter.code(DEFINITION)
    assert "np.convolve     [ 1  0  1  8 -3 -3]" in built

    assert chapter.run(DEFINITION).startswith("done in")  # and those above it, which it needs
    assert chapter.output(DEFINITION) == built
    focused = chapter.page.locator(":focus")
    assert focused.get_attribute("aria-label") == f"Run cell {DEFINITION}"
    assert chapter[PICTURE].locator("svg.plot").get_attribute("aria-label") == picture
    assert "cell 5: done in" in chapter.page.locator(".live-status").inner_text()

    editor = chapter.write(DEFINITION, written.replace("3, 1, 4, 1", "3, 1, 5, 1"))
    editor.press("Shift+Enter")
    assert chapter.told(DEFINITION).startswith("done in")
    assert "np.convolve     [ 2  0  0  8 -3 -3]" in chapter.output(DEFINITION)
    assert chapter.run(PARAMETER).startswith("done in")
    assert "stride 1: [-2  0  0 -8  3  3]" in chapter.output(PARAMETER)

    chapter.press(DEFINITION, "Reset")
    assert chapter.code(DEFINITION) == written
    assert chapter.output(DEFINITION) == built
    assert chapter.button(DEFINITION, "Reset").is_disabled()
    assert chapter.run(PARAMETER).startswith("done in")  # what was reset is run again before it
    assert "stride 1: [-1  0 -1 -8  3  3]" in chapter.output(PARAMETER)


def test_errors_are_short_and_an_endless_loop_can_be_stopped(chapter):
    chapter.write(1, "import convlib\nkept = 42\nconvlib.conv1d(1, 2)")
    assert chapter.run(1) == "this cell failed"
    shown = chapter.output(1)
    assert 'File "<cell 1>", line 3, in <module>' in shown
    assert shown.count("File ") == 1  # the library's own lines are not the reader's
    assert re.search(r"^TypeError: ", shown, re.MULTILINE)

    chapter.write(1, "print('before')\nwhile True:\n    pass")
    chapter.press(1, "Run cell")
    chapter[1].get_by_text("before").wait_for()
    chapter.press(1, "Stop cell")
    assert chapter.told(1, timeout=10_000) == "stopped"
    assert "What was computed before is still there." in chapter.output(1)

    chapter.write(1, "kept")
    assert chapter.run(1).startswith("done in")
    assert chapter.output(1).strip() == "42"

    chapter.write(1, STUBBORN)
    chapter.press(1, "Run cell")
    chapter.page.wait_for_timeout(500)
    chapter.press(1, "Stop cell")
    assert chapter.told(1, timeout=20_000) == "stopped"
    assert "the next run begins with the first cell" in chapter.output(1)
    chapter.write(1, "'kept' in globals()")
    assert chapter.run(1).startswith("done in")
    assert chapter.output(1).strip() == "False"


def test_a_failing_cell_above_stops_the_run_and_is_named(chapter):
    chapter.write(1, "1 / 0")
    built = chapter.output(PICTURE)
    assert chapter.run(PICTURE) == "cell 1 failed"
    assert "ZeroDivisionError" in chapter.output(1)
    assert chapter.output(PICTURE) == built
    chapter.press(PICTURE, "Run above")
    assert chapter.told(PICTURE) == "cell 1 failed"


def test_stopping_before_python_runs_leaves_the_page_as_it_was(chapter):
    built = chapter.output(PICTURE)
    chapter.press(PICTURE, "Run cell")
    chapter[PICTURE].locator("progress").wait_for()
    chapter.press(PICTURE, "Stop cell")
    assert chapter.told(PICTURE, timeout=5_000) == "stopped"
    assert chapter.output(PICTURE) == built
    assert chapter.run(1).startswith("done in")


def test_a_hidden_output_opens_when_its_cell_runs(chapter):
    (number,) = (n for n in range(1, 6) if chapter[n].locator("details.below-input").count())
    folded = chapter[number].locator("details.below-input")
    assert folded.get_attribute("open") is None
    assert chapter.run(number).startswith("done in")
    assert folded.get_attribute("open") is not None
    assert "one output sees" in chapter.output(number)


def test_the_keyboard_is_enough(chapter):
    page = chapter.page
    chapter.button(DEFINITION, "Edit").focus()
    page.keyboard.press("Enter")
    editor = chapter[DEFINITION].get_by_role("textbox")
    editor.wait_for()
    assert "Escape, then Tab" in editor.get_attribute("aria-label")
    page.keyboard.press("Tab")  # indents
    assert editor.evaluate("node => node.contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("aria-label") == f"Run cell {DEFINITION}"
    for name in ("Edit", "Reset", "Run above"):
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("aria-label") == f"{name} cell {DEFINITION}"


def test_nothing_of_python_is_fetched_before_it_is_asked_for(site, open_page):
    page = open_page("about:blank")
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site)))
    page.goto(f"{site}/{CHAPTER}", wait_until="networkidle")
    cells = Cells(page)
    ours = [url for url in asked if "live" in url]
    assert not [url for url in ours if url.startswith("/live/")]
    small = sum(len(page.request.get(site + url).body()) for url in ours)
    assert 0 < small < 30_000
    cells.press(DEFINITION, "Edit")
    cells[DEFINITION].get_by_role("textbox").wait_for()
    assert [url for url in asked if url.startswith("/live/")] == ["/live/codemirror.mjs"]


def test_nothing_moves_when_the_buttons_come(site, open_page):
    page = open_page("about:blank")
    held = []
    page.route("**/live.mjs", lambda route: held.append(route))  # noqa: PLW0108  # it gets a mark
    page.goto(f"{site}/{CHAPTER}", wait_until="load")
    page.locator("mjx-container").first.wait_for()
    page.wait_for_timeout(500)  # what else moves shall be at rest
    places = "[...document.querySelectorAll('div.cell, h2')].map(n => n.getBoundingClientRect().y)"
    before = page.evaluate(places)
    assert page.locator(".live-bar").count() == 0
    held[0].continue_()
    cells = Cells(page)
    assert cells[PICTURE].locator(".live-bar").is_visible()
    assert page.evaluate(places) == before
    assert len(before) > 20


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_that_was_used_is_accessible(site, open_page, axe, dark, width):
    page = open_page(f"{site}/{CHAPTER}", dark=dark, width=width)
    cells = Cells(page)
    cells.write(1, "# a comment\nif True: print('text', 1.5)\n1 / 0")
    cells.run(1)
    cells.press(3, "Edit")
    cells[3].get_by_role("textbox").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = "bars => bars.filter((bar) => bar.scrollWidth > bar.clientWidth).length"
    assert page.locator(".live-bar").evaluate_all(outside) == 0
    assert not page.problems
    assert not axe(page)


def test_a_page_opened_from_a_file_says_how_to_run_its_cells(book, open_page):
    page = open_page((book / CHAPTER).as_uri())
    hint = page.locator(".live-page")
    assert "python3 -m http.server" in hint.inner_text()
    assert page.locator(".live-bar").count() == 0
    assert not hint.get_by_role("button").is_visible()
    assert not page.problems
