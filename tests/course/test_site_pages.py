"""The built site as a reader meets it: weight, speed, calm, search, the dark, paper."""

import gzip
import re
import subprocess
import threading
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from book._website import pdf

pytestmark = pytest.mark.browser
TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg"}
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""
MEASURE = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const all = [page, ...performance.getEntriesByType("resource")];
  return {
    bytes: all.reduce((sum, entry) => sum + entry.transferSize, 0),
    shift: window.shifts.reduce((sum, value) => sum + value, 0),
    empty: [...document.querySelectorAll("conv-lab")].filter((lab) => !lab.value).length,
  };
}"""


LOAD = """audio => new Promise((done) => {
  audio.onloadedmetadata = () => done(audio.duration);
  audio.preload = "metadata";
})"""


class Zipped(SimpleHTTPRequestHandler):
    """Serve text compressed, as web hosts do; and the page for what is not found."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        found = path.is_file()
        path = path if found else Path(self.directory) / "404.html"
        body = path.read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in TEXT:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            with suppress(ConnectionError):  # a page left while it loads
                self.wfile.write(body)

    do_HEAD = do_GET


@pytest.fixture(scope="module")
def host(book):
    """Give the address of the book on a web host like those that publish books."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Zipped, directory=str(book)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_page_is_light_quick_and_calm(chromium, host, site_page, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    clock = context.new_cdp_session(page)
    clock.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{host}/{site_page}", wait_until="load")
    # The page's own work: what a load takes where nothing else runs and the line is fast.
    work = {m["name"]: m["value"] for m in clock.send("Performance.getMetrics")["metrics"]}
    page.evaluate("() => window.MathJax?.startup.promise")
    page.wait_for_timeout(300)  # what still moves, moves now
    found = page.evaluate(MEASURE)
    context.close()
    assert found["bytes"] < 700_000
    assert found["empty"] == 0
    assert found["shift"] < 0.01
    assert work["TaskDuration"] < 1.5


def test_the_search_finds_words_of_the_text(host, open_page):
    page = open_page(f"{host}/book/intro.html")
    page.locator(".search-button-field").first.click()
    field = page.locator("#pst-search-dialog input")
    field.fill("dilation")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=dilation")
    links = page.locator("#search-results li a")
    links.first.wait_for()
    addresses = [link.get_attribute("href") for link in links.all()]
    assert any("book/conv1d.html" in address for address in addresses)
    assert any("book/glossary.html" in address for address in addresses)
    assert not page.problems


def test_figures_follow_the_dark(host, open_page):
    colours = {}
    for dark in (False, True):
        page = open_page(f"{host}/book/intro.html", dark=dark)
        path = page.locator("svg.plot path[style*='conv-input']").first
        colours[dark] = path.evaluate("node => getComputedStyle(node).stroke")
    assert colours[False] != colours[True]
    page.locator(".theme-switch-button:visible").first.click()
    for _ in range(3):  # dark, auto, light, in whatever order
        if page.locator("html").get_attribute("data-theme") == "light":
            break
        page.locator(".theme-switch-button:visible").first.click()
    assert path.evaluate("node => getComputedStyle(node).stroke") == colours[False]


def test_icons_are_drawn_from_the_small_font(host, open_page):
    page = open_page(f"{host}/book/conv1d.html")
    page.evaluate("() => document.fonts.ready")
    loaded = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family + f.weight)"
    assert "Font Awesome 6 Free900" in page.evaluate(loaded)
    icons = page.locator("i[class*='fa-'], span[class*='fa-']")
    assert icons.count() > 5
    for icon in icons.all():
        drawn = icon.evaluate("node => getComputedStyle(node, '::before').content")
        assert re.search(r'"[\ue000-\uf8ff]"', drawn), icon.get_attribute("class")


def test_previous_and_next_lead_through_all_chapters(host, open_page, book):
    page = open_page(f"{host}/book/intro.html")
    seen = [page.url]
    while page.locator("a.right-next").count():
        page.locator("a.right-next").click()
        page.wait_for_load_state()
        seen.append(page.url)
        assert page.locator("a.left-prev").evaluate("link => link.href") == seen[-2]
    pages = [*(book / "book").glob("*.html"), *(book / "exercises").rglob("*.html")]
    assert len(seen) == len(pages)


def test_a_chapter_is_downloaded_as_a_notebook(host, open_page):
    page = open_page(f"{host}/book/conv1d.html")
    page.get_by_role("button", name="Download this page").click()
    with page.expect_download() as download:
        page.locator("a.btn-download-notebook-button").click()
    assert download.value.suggested_filename == "conv1d.ipynb"


def test_sounds_are_fetched_when_they_are_played(host, open_page):
    page = open_page(f"{host}/book/conv1d.html")
    sounds = "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.wav')).length"
    assert page.locator("audio").count() >= 2
    assert page.evaluate(sounds) == 0
    length = page.locator("audio").first.evaluate(LOAD)
    assert length > 1


@pytest.mark.parametrize("lost", ["nothing.html", "book/nothing", "a/b/c/d/"])
def test_what_is_not_found_leads_home_from_any_depth(host, open_page, lost):
    page = open_page(f"{host}/{lost}")
    page.get_by_role("link", name="Introduction").click()
    page.wait_for_url(f"{host}/book/intro.html")
    page.locator("h1", has_text="Introduction").wait_for()


def test_what_is_not_found_leads_home_from_a_site_in_a_folder(chromium, book, tmp_path):
    (tmp_path / "course").symlink_to(book)
    (tmp_path / "404.html").symlink_to(book / "404.html")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Zipped, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    page = chromium.new_page()
    page.goto(f"{root}/course/book/nothing.html")
    page.wait_for_function("document.links[0].href.includes('/course/')")
    page.get_by_role("link", name="1D convolution", exact=True).click()
    page.wait_for_url(f"{root}/course/book/conv1d.html", wait_until="commit", timeout=60_000)
    page.close()
    server.shutdown()
    server.server_close()


# --- Paper ---------------------------------------------------------------------------------------


def test_a_page_prints_its_text_alone_in_print_colours(host, open_page):
    page = open_page(f"{host}/book/conv1d.html", dark=True)
    page.emulate_media(media="print")
    hidden = (
        "#pst-primary-sidebar",
        "#pst-secondary-sidebar",
        ".bd-header-article",
        ".copybtn",
        "audio",
    )
    for selector in (*hidden, "conv-lab fieldset", ".prev-next-footer"):
        assert not any(part.is_visible() for part in page.locator(selector).all()), selector
    assert page.locator("h1").is_visible()
    colour = "node => getComputedStyle(node).color"
    assert page.locator(".bd-article p .conv-input").first.evaluate(colour) == "rgb(31, 111, 176)"
    assert page.locator("details.sd-dropdown .sd-summary-content").first.is_visible()
    paper = 794 - 2 * 60  # A4 less its margins, in CSS pixels
    page.set_viewport_size({"width": paper, "height": 1000})
    wide = "pre => pre.scrollWidth - pre.clientWidth"
    assert all(code.evaluate(wide) <= 0 for code in page.locator("div.highlight pre").all())


def test_a_page_prints_to_pdf(host, open_page, tmp_path):
    page = open_page(f"{host}/book/conv1d.html")
    pdf.write(page, tmp_path / "page.pdf")
    printed = (tmp_path / "page.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"/StructTreeRoot" in printed  # tagged: a screen reader finds headings and alternatives
    titles = re.findall(rb"/Title \((.*?)\)", printed)
    assert b"Traps" in titles
    assert not [title for title in titles if title[: len(title) // 2] * 2 == title]
    assert 10 < len(re.findall(rb"/Type /Page\b", printed)) < 60


@pytest.mark.slow
def test_the_whole_book_is_printed_with_contents_and_bookmarks(book):
    subprocess.run(["make", "pdf"], cwd=book.parents[1], check=True, timeout=900)
    printed = (book.parent / "convolution.pdf").read_bytes()
    titles = set(re.findall(rb"/Title \((.*?)\)", printed))
    for page in (book / "book").glob("*.html"):
        title = re.search(r"<h1>(.*?)<", page.read_text(encoding="utf-8"))[1]
        assert title.encode() in titles
    assert len(re.findall(rb"/Type /Page\b", printed)) > 40
