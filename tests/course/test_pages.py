"""Every page of the built site in a browser that reaches no other host."""

import pytest

pytestmark = pytest.mark.browser
# On a phone the theme's own parts differ, and they are the same on all pages of a kind.
OF_EACH_KIND = {
    "book/intro.html", "book/conv1d.html", "book/choosing.html", "book/exercises.html",
    "book/api.html", "exercises/conv1d/conv1d.html", "search.html", "404.html",
}  # fmt: skip


def whole(opened):
    """Wait until a page's formulas are set and its figures are there."""
    if opened.locator(".math").count():
        opened.locator("mjx-container").first.wait_for(state="attached")
    if opened.locator("conv-lab").count():
        opened.locator("conv-lab svg, conv-lab button").first.wait_for()
    return opened


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_is_whole_and_accessible(site, open_page, axe, site_page, dark):
    opened = whole(open_page(f"{site}/{site_page}", dark=dark))
    if site_page != "404.html":  # which has no theme: it follows the browser
        theme = opened.locator("html").get_attribute("data-theme")
        assert theme == ("dark" if dark else "light")
    assert not opened.problems  # asked first: axe itself fetches a style sheet that is not there
    assert not axe(opened)


def test_a_phone_scrolls_no_page_sideways(site, open_page, axe, site_page):
    opened = whole(open_page(f"{site}/{site_page}", width=360))
    assert opened.evaluate("document.documentElement.scrollWidth") <= 360
    assert not opened.problems
    if site_page in OF_EACH_KIND:
        assert not axe(opened)


@pytest.mark.parametrize("address", ["http", "file"])
def test_formulas_and_figure_of_the_chapter_work(site, book, open_page, address):
    root = site if address == "http" else book.as_uri()
    page = open_page(f"{root}/book/conv1d.html")
    page.locator("mjx-container .conv-kernel").first.wait_for()
    value = page.evaluate("document.querySelector('conv-lab').value")
    page.locator("conv-lab .row.y button").nth(3).focus()
    assert f"= \u2212{-value['y'][3]}" in page.locator("conv-lab .says").inner_text()
    assert page.locator("link[rel=icon], link[rel='shortcut icon']").count() == 1
    assert page.locator("meta[name=description]").get_attribute("content")
    assert not page.problems


def test_dropdowns_open_by_keyboard(site, open_page):
    page = open_page(f"{site}/book/conv1d.html")
    question = page.locator("details.sd-dropdown").first
    question.locator("summary").focus()
    page.keyboard.press("Enter")
    assert question.get_attribute("open") is not None


def test_the_exercise_can_be_downloaded(site, open_page):
    page = open_page(f"{site}/book/conv1d.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the exercise").click()
    assert download.value.suggested_filename == "conv1d.ipynb"
