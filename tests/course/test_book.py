"""The book's text and the site built from it: limits, claims, and what must not be in it."""

import importlib.util
import json
import re
import runpy
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv1d

ROOT = Path(__file__).parents[2]
LISTS = {"api", "exercises", "glossary", "references"}  # pages without cells
CHAPTERS = sorted(page for page in (ROOT / "book").glob("*.md") if page.stem not in LISTS)
SHARED = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))
CELL, numbers = SHARED.CELL, SHARED.numbers
LOADING = {"src", "srcset", "poster", "data"}


def cells(chapter):
    return [cell.strip("\n") for cell in CELL.findall(chapter.read_text())]


def helper(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "book" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tags(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page.read_text())

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def built_text(book):
    """Return what a reader of the built 1D chapter sees, without tags."""
    page = (book / "book" / "conv1d.html").read_text()
    return re.sub(r"<[^>]+>", "", page)


# --- The text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.stem)
def test_cells_are_few_and_short(chapter):
    found = cells(chapter)
    assert 0 < len(found) <= 25
    for cell in found:
        lines = cell.splitlines()
        assert len(lines) <= 10, cell
        assert max(map(len, lines)) <= 88, cell  # what a laptop's page shows without scrolling


def test_no_output_is_committed():
    listed = subprocess.run(
        ["git", "ls-files", "book"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not [name for name in listed.stdout.split() if name.endswith((".ipynb", ".png"))]


def test_the_chapter_computes_what_the_figure_shows():
    text = (ROOT / "book" / "conv1d.md").read_text()
    x, w = (
        np.array(list(map(int, re.search(rf'<conv-lab[^>]* {name}="([^"]+)"', text)[1].split(","))))
        for name in "xw"
    )
    told = {}
    for cell in cells(ROOT / "book" / "conv1d.md"):
        if "def conv1d_loops" in cell or "def slide" in cell:
            exec(cell, {"np": np, "conv1d": conv1d} | told, told)
    assert (told["x"] == x).all()
    assert (told["w"] == w).all()
    rng = np.random.default_rng(0)
    for _ in range(20):
        options = {"stride": int(rng.integers(1, 4)), "padding": int(rng.integers(0, 4))}
        signal, kernel = rng.integers(-9, 9, 14), rng.integers(-9, 9, rng.integers(1, 5))
        expected = conv1d(signal[None, None], kernel[None, None], **options, dilation=2)
        assert (told["conv1d_loops"](signal, kernel, **options, dilation=2) == expected).all()


def test_the_quiz_is_right_about_the_missed_review():
    sentences = helper("_sentences")
    words = ["not", "fine"]
    pair = np.eye(2)[None]
    missed = sentences.batch(["not a fine day and a bad bus"], words)
    assert missed.shape[2] == 8
    assert conv1d(missed, pair).max() < 2
    assert conv1d(missed, pair, dilation=2).max() == 2


@pytest.mark.parametrize("name", ["share_price", "sensor"])
def test_missing_sample_data_is_replaced_and_said(monkeypatch, name):
    signals = helper("_signals")

    def missing(file):
        raise FileNotFoundError(file)

    real = getattr(signals, name)()
    monkeypatch.setattr(signals.cbook, "get_sample_data", missing)
    made_up = getattr(signals, name)()
    assert "sample data" in real[-1]
    assert "made-up" in made_up[-1]
    assert [a.shape for a in made_up[:-1]] == [a.shape for a in real[:-1]]
    assert all(np.isfinite(a).all() for a in made_up[:-1])


def test_hits_counts_both_ways():
    alarms, truth = np.array([10, 11, 50]), np.array([9, 30])
    assert helper("_signals").hits(alarms, truth, within=2) == (1 / 2, 2 / 3)
    recall, precision = helper("_signals").hits(alarms[:0], truth, within=2)
    assert recall == 0
    assert np.isnan(precision)


# --- The site ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_every_picture_has_a_text_alternative(book):
    pictures = 0
    for page in (book / "book").glob("*.html"):
        for tag, attributes in Tags(page).found:
            if tag == "img":
                assert "alt" in attributes, (page, attributes)
            if tag == "svg" and "plot" in attributes.get("class", ""):
                assert attributes["role"] == "img"
                assert len(attributes["aria-label"]) > 20
                pictures += 1
            if tag == "audio":
                assert attributes["aria-label"]
    assert pictures >= 12


@pytest.mark.browser
def test_pages_name_no_other_host_to_load_from(book):
    for page in book.rglob("*.html"):
        if "_static" in page.parts:
            continue
        for tag, attributes in Tags(page).found:
            loads = LOADING | ({"href"} if tag == "link" else set())
            for name in loads & attributes.keys():
                assert not re.match(r"(https?:)?//", attributes[name]), (page, tag, attributes)


@pytest.mark.browser
def test_no_solution_reaches_the_site(book):
    secret = re.compile(rb"(BEGIN|END) (SOLUTION|HIDDEN)")
    for path in book.rglob("*"):
        if path.is_file() and "mathjax" not in path.parts:
            assert not secret.search(path.read_bytes()), path


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    text = built_text(book)
    (ratio,) = numbers(r"the table was (\d+) times as fast", text)
    assert ratio > 5
    assert "the same numbers: True" in text
    right, moments = numbers(r"(\d+) of (\d+) moments have the right note", text)
    assert right > 0.95 * moments
    played, heard = numbers(r"played at (\d+) beats a minute, heard (\d+)", text)
    assert played == heard
    words, pairs = (
        numbers(rf"{name} miss (\d+) of", text)[0] for name in ("words", "words and pairs")
    )
    assert pairs == 1 < words
    topics, of = numbers(r"(\d+) of (\d+) held-out sentences right", text)
    assert topics > of / 2
    one, two, four = (numbers(rf"size {k}: ([\d.]+) bits", text)[0] for k in (1, 2, 4))
    assert two < one < 4.75
    assert two < four
    follows, rises, chance = (
        numbers(rf"{line}[^:]*: ?([\d.]+)%", text.replace("by about", ":"))[0]
        for line in ("where the trend points", "the next day goes up", "chance moves")
    )
    assert abs(follows - rises) < 2 * chance
    assert "jump: 0 alarms" in text
    recall, precision = numbers(r"recall=(\d\d+)%, precision=(\d+)%", text)
    assert recall > 75
    assert precision > 90
    ring, fault = numbers(r"ring: first alarm on day (\d+), damage from day (\d+)", text)
    assert 0 <= ring - fault <= 10


def test_the_speeds_on_the_page_are_those_that_were_measured(book):
    found = json.loads((ROOT / "bench" / "results" / "cpu.json").read_text(encoding="utf-8"))
    text = (book / "book" / "conv1d.html").read_text()
    assert f"Measured on {found['machine']['date']}: {found['machine']['processor']}" in text
    for row in found["rows"]:
        if row["operation"] == "forward" and row["group"] in {"1d", "long filter"}:
            shown = numbers(re.escape(row["case"]) + r"</th><td>([\d.]+)</td>", text)
            ratio = row["times"]["torch"]["median"] / row["times"]["convlib"]["median"]
            assert shown == [pytest.approx(ratio, rel=0.05, abs=0.006)]
