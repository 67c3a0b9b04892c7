"""The built site as files: links, titles, descriptions, cards, notebooks, and its lists."""

import base64
import inspect
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import numpy as np
import pytest
from matplotlib import image
from PIL import Image

import convlib
from book._website import assignments, card, meta, notebooks, pdf, pictures

ROOT = Path(__file__).parents[2]
TEXTS = [*(ROOT / "book").glob("*.md"), *(ROOT / "book").glob("_*.py")]
WORK = re.compile(r"arXiv:\s?\d{4}\.\d{4,5}|10\.\d{4,}/[\w./()-]*\w")


class Site(HTMLParser):
    """What the tests ask of a page: its tags, its anchors, its title, and its headings."""

    def __init__(self, path):
        super().__init__()
        self.path, self.tags, self.headings, self.title = path, [], [], ""
        self._in_title = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._in_title |= tag == "title" and not self.title
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag):
        self._in_title &= tag not in ("title", "svg")

    def handle_data(self, text):
        self.title += text if self._in_title else ""

    def of(self, tag, name):
        return [a[name] for t, a in self.tags if t == tag and a.get(name) is not None]

    @property
    def anchors(self):
        return {a["id"] for _, a in self.tags if a.get("id")} | set(self.of("a", "name"))

    def said(self, name):
        """Return the content of a meta tag."""
        return [
            a["content"]
            for t, a in self.tags
            if t == "meta" and name in (a.get("name"), a.get("property"))
        ]


BOOKS_OWN = re.compile(r"\{\.conv-|\\(Input|Kernel|Output)\{|^:::|<conv-lab", re.MULTILINE)

read = cache(Site)


def pages(book):
    apart = {"_static", "_sources", "_downloads"}
    return [path for path in book.rglob("*.html") if not apart.intersection(path.parts)]


# --- What a page says of itself ------------------------------------------------------------------


def test_the_site_has_the_pages_that_are_looked_at(book, request):
    conftest = next(p for p in request.config.pluginmanager.get_plugins() if hasattr(p, "_pages"))
    built = {path.relative_to(book).as_posix() for path in pages(book)} - {"index.html"}
    assert built == set(conftest._pages())


def test_a_page_says_what_it_is(book, site_page):
    page = read(book / site_page)
    assert ("html", "en") in [(t, a.get("lang")) for t, a in page.tags]
    assert "width=device-width" in page.said("viewport")[0]
    assert len(page.said("description")) == 1
    assert 40 < len(page.said("description")[0]) < 300
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False))


def test_titles_and_descriptions_are_unique(book):
    found = [read(path) for path in pages(book) if path.name != "index.html"]
    for texts in ([p.title for p in found], [p.said("description")[0] for p in found]):
        assert len(texts) == len(set(texts)) == len(found) >= 9


def test_a_shared_link_shows_a_card(book, site_page):
    if site_page == "404.html":
        return
    page = read(book / site_page)
    picture = (book / site_page).parent / page.said("og:image")[0]
    assert image.imread(picture).shape[:2] == (card.HEIGHT, card.WIDTH)
    assert page.said("og:description") == page.said("description")
    assert page.said("og:title")[0] in page.title
    assert len(page.said("og:image:alt")[0]) > 20


def test_no_address_is_made_up(book):
    assert not (book / "sitemap.xml").exists()
    for path in pages(book):
        page = read(path)
        assert not page.said("og:url")
        assert "canonical" not in page.of("link", "rel")


def test_every_link_leads_somewhere(book):
    broken = []
    for path in pages(book):
        page = read(path)
        targets = page.of("a", "href") + page.of("link", "href") + page.of("script", "src")
        for target in targets + page.of("img", "src") + page.of("audio", "src"):
            address, anchor = urldefrag(target)
            if urlsplit(address).scheme:
                continue
            there = (path.parent / unquote(urlsplit(address).path)).resolve() if address else path
            inside = there.suffix == ".html" and anchor
            if not there.is_file() or (inside and unquote(anchor) not in read(there).anchors):
                broken.append(f"{path.name}: {target}")
    assert not broken


# --- With an address, in a small book of its own -------------------------------------------------


DESCRIBED = "---\nmyst: {{html_meta: {{description: {}}}}}\n---\n"
CONFIGURATION = f"""
project = html_title = "Small"
extensions = ["myst_nb", "sphinx.ext.mathjax", "book._website"]
mathjax3_config = {{}}
templates_path = [{str(ROOT / "book" / "_templates")!r}]
html_theme = "sphinx_book_theme"
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Build two pages as they would be published under an address."""
    folder = tmp_path_factory.mktemp("published")
    toctree = "```{toctree}\nbook/two\n```\n"
    (folder / "index.md").write_text(DESCRIBED.format("The first page") + f"# One\n{toctree}")
    (folder / "book").mkdir()
    (folder / "book" / "two.md").write_text(DESCRIBED.format("The other page") + "# Two\n")
    (folder / "conf.py").write_text(CONFIGURATION)
    site = folder / "site" / "html"
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", folder, site],
        env=os.environ | {"BOOK_URL": "https://example.org/course/", "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=120,
    )
    return site


def test_the_sitemap_names_every_page(published):
    text = (published / "sitemap.xml").read_text()
    base = "https://example.org/course"
    assert re.findall("<loc>(.*?)</loc>", text) == [f"{base}/book/two.html", f"{base}/index.html"]


def test_published_pages_say_their_address(published):
    page = Site(published / "book" / "two.html")
    assert page.said("og:url") == ["https://example.org/course/book/two.html"]
    assert page.of("link", "rel").count("canonical") == 1
    picture = page.said("og:image")[0]
    assert picture.startswith("https://example.org/course/_static/cards/book-two-")
    assert (published / picture.removeprefix("https://example.org/course/")).exists()
    lost = Site(published / "404.html")
    assert lost.of("base", "href") == ["https://example.org/course/"]
    assert lost.of("a", "href") == ["index.html", "book/two.html"]
    assert not lost.of("script", "src")


# --- Notebooks -----------------------------------------------------------------------------------


def test_each_chapter_with_cells_is_offered_as_a_notebook(book):
    offered = 0
    for path in (ROOT / "book").glob("*.md"):
        page, source = book / "book" / f"{path.stem}.html", path.read_text()
        if page.exists() and source.count("```{code-cell}") > source.count("remove-input"):
            assert f"../notebooks/{path.stem}.ipynb" in read(page).of("a", "href")
            notebook = nbformat.read(book / "notebooks" / f"{path.stem}.ipynb", as_version=4)
            nbformat.validate(notebook)
            assert any(cell.get("outputs") for cell in notebook.cells)
            text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
            assert not re.search(
                r"\{\.conv-|\\Input|\\Kernel|\\Output|^:::|<conv-lab", text, re.MULTILINE
            )
            offered += 1
    assert offered >= 2
    assert not (book / "notebooks" / "exercises.ipynb").exists()


def test_book_marks_become_plain_markdown():
    text = (
        "The [kernel]{.conv-kernel} of $\\Kernel{w}$, [2D](conv2d.md#stride), {glue:text}`n:.2f`\n"
        ":::{dropdown} Why?\nBecause.\n:::\n<conv-lab x='1'>\n<p>No</p>\n</conv-lab>\n"
    )
    plain = notebooks.plain_markdown(text, {"n": "np.float64(3.14159)"})
    assert "The **kernel** of ${w}$, [2D](conv2d.ipynb#stride), 3.14" in plain
    assert "**Why?**\n\nBecause.\n" in plain
    assert ":::" not in plain
    assert "conv-lab" not in plain


# --- The lists: library, names, assignments, works ------------------------------------------------


def test_the_reference_has_every_name_of_the_library(book):
    listed = re.findall(r"autofunction:: convlib\.(\w+)", (ROOT / "book" / "api.md").read_text())
    assert sorted(listed) == sorted(convlib.__all__)
    anchors = read(book / "book" / "api.html").anchors
    assert {f"convlib.{name}" for name in convlib.__all__} <= anchors


def test_the_conventions_have_every_parameter_of_the_library(book):
    names = SimpleNamespace(**_run_helper("_names"))
    groups = (names.ARRAYS, names.SIZES, names.OPTIONS, names.INDICES)
    table = [name.code for group in groups for name in group]
    functions = (getattr(convlib, name) for name in convlib.__all__)
    parameters = {p for function in functions for p in inspect.signature(function).parameters}
    assert parameters - set(table) == set()
    assert len(table) == len(set(table))
    text = (book / "book" / "conventions.html").read_text()
    for code in table:
        assert f'<span class="pre">{code}</span>' in text


def test_the_options_of_the_page_are_keyword_only_in_the_library():
    options = {name.code for name in _run_helper("_names")["OPTIONS"]} - {"count"}
    for name in convlib.__all__:
        for parameter in inspect.signature(getattr(convlib, name)).parameters.values():
            if parameter.name in options:
                assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, name


def test_every_assignment_is_listed_with_its_download(book):
    page = read(book / "book" / "exercises.html")
    text = (book / "book" / "exercises.html").read_text()
    released = sorted((ROOT / "exercises").glob("*/*.ipynb"))
    assert released
    for path in released:
        found = assignments.read(path)
        (link,) = [a for a in page.of("a", "href") if a.endswith(f"/{path.name}")]
        assert (book / "book" / link).read_bytes() == path.read_bytes()
        assert found.title in text
        assert f"<strong>Points</strong>: {found.points:g}" in text
        assert f"about {found.minutes} minutes" in text


def test_assignments_are_listed_in_the_order_of_the_contents(book):
    contents = re.findall(r"exercises/(\w+)/", (ROOT / "_toc.yml").read_text())
    listed = re.findall(
        r"exercises/(\w+)/\w+\.html\">", (book / "book" / "exercises.html").read_text()
    )
    assert contents[0] == "conv1d"
    assert [name for name in listed if name in contents][-len(contents) :] == contents


def test_an_assignment_says_its_title_time_and_points(tmp_path):
    said = "# Title\n\nOne sentence.\nAnother.\n\n**Time**: about 45 minutes.\n"
    first = {"cell_type": "markdown", "metadata": {}, "source": [said]}
    graded = [{"nbgrader": {"grade": True, "points": p}} for p in (2, 1.5)]
    cells = [first, *({"cell_type": "code", "metadata": m, "source": ""} for m in graded)]
    path = tmp_path / "some.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    expected = assignments.Assignment("some", "Title", "One sentence. Another.", 45, 3.5)
    assert assignments.read(path) == expected


def test_the_glossary_is_in_order(book):
    terms = re.findall(
        r'<dt id="term-[^"]+">([^<]+)<', (book / "book" / "glossary.html").read_text()
    )
    assert len(terms) > 40
    assert [term.lower() for term in terms] == sorted(term.lower() for term in terms)


def _run_helper(name):
    told = {"__name__": name}
    exec(compile((ROOT / "book" / f"{name}.py").read_text(), name, "exec", dont_inherit=True), told)
    return told


def _works(text):
    return {re.sub(r"\s", "", found) for found in WORK.findall(text)}


def test_every_cited_work_is_in_the_references_and_every_reference_is_cited():
    listed = (ROOT / "book" / "references.md").read_text()
    cited = {path: path.read_text() for path in TEXTS if path.stem != "references"}
    missing = {work for text in cited.values() for work in _works(text)} - _works(listed)
    assert not missing
    everything = "\n".join(cited.values())
    entries = re.findall(r"^- (.+)$", listed, re.MULTILINE)
    authors = [re.match(r"(?:\w+\.[ -])*([^,]+),", entry)[1] for entry in entries]
    for author, entry in zip(authors, entries, strict=True):
        assert len(_works(entry)) == 1 or re.search(r"thesis|report|HAL inria-\d+", entry), entry
        assert _works(entry) & _works(everything) or author in everything, entry
    plain = [unicodedata.normalize("NFKD", a).encode("ascii", "ignore").lower() for a in authors]
    assert plain == sorted(plain)


# --- The whole book on paper ---------------------------------------------------------------------


def test_a_doubled_bookmark_is_written_once_and_takes_the_same_room():
    before = rb"1 0 obj <</Title (A \(b\)A \(b\)) /Next 2 0 R>> <</Title (To to)>>"
    after = pdf.DOUBLED.sub(pdf._once, before)
    assert rb"/Title (A \(b\)) " in after
    assert rb"(To to)" in after
    assert len(after) == len(before)


def test_packed_pictures_have_the_same_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 4)).astype(np.uint8)
    pixels[:, :20] = pixels[0, 0]  # what repeats is what can be packed
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    data = base64.b64encode(png.getvalue()).decode()
    kind, packed = pictures.lighter(f"data:image/png;base64,{data}", data).split(";base64,")
    assert kind == "data:image/webp"
    assert len(packed) < len(data)
    assert (np.array(Image.open(io.BytesIO(base64.b64decode(packed)))) == pixels).all()


def test_words_of_a_title_lose_their_tags():
    assert meta.plain("A <em>b</em> &amp; c") == "A b & c"
