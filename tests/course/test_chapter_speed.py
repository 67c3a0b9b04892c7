"""The chapter on speed: its ways to convolve, what it counts, how it measures, what it claims."""

import importlib
import json
import re
import runpy
from itertools import count
from math import log2
from pathlib import Path
from statistics import geometric_mean
from time import sleep
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from convlib import conv2d, count_macs, get_num_threads, set_num_threads

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "book" / "speed.md"
SHARED = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))


@pytest.fixture
def helper(monkeypatch):
    """Give `helper(name)`: a module of the book's own."""
    monkeypatch.syspath_prepend(ROOT / "book")
    return importlib.import_module


@pytest.fixture(scope="module")
def told():
    """Give the functions that the chapter defines, without what it measures with them."""
    from numpy.lib.stride_tricks import sliding_window_view

    names = {"np": np, "sliding_window_view": sliding_window_view, "count_macs": count_macs}
    for cell in SHARED.CELL.findall(CHAPTER.read_text(encoding="utf-8")):
        for code in re.findall(r"^def .*?(?=^\S|\Z)", cell, re.MULTILINE | re.DOTALL):
            exec(code, names)
        names |= _matrices(cell, names)
    return names


def _matrices(cell, names):
    lines = re.findall(r"^[ABG] = .*$", cell, re.MULTILINE)
    found = {}
    exec("\n".join(lines), dict(names), found)
    return found


def text_of(book):
    return re.sub(r"<[^>]+>", "", (book / "book" / "speed.html").read_text(encoding="utf-8"))


def number(pattern, text):
    return SHARED.numbers(pattern, text)[0]


# --- The ways ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["loops", "taps", "gathered"])
def test_layers_are_computed_as_by_the_library(told, way):
    rng = np.random.default_rng(0)
    for _ in range(5):
        channels, filters, rows, columns = rng.integers(1, 5, 4)
        x = rng.standard_normal((channels, rows + 6, columns + 7))
        w = rng.standard_normal((filters, channels, *rng.integers(1, 5, 2)))
        assert np.allclose(told[way](x, w), conv2d(x[None], w)[0])


def test_filters_are_computed_as_by_the_library(told):
    rng = np.random.default_rng(1)
    for _ in range(5):
        x, w = rng.standard_normal((11, 13)), rng.standard_normal(rng.integers(1, 6, 2))
        expected = conv2d(x[None, None], w[None, None])[0, 0]
        assert np.allclose(told["spectra"](x, w), expected)
        rows, columns = expected.shape
        bands = (told["band"](c, rows) @ x[:, v : v + columns] for v, c in enumerate(w.T))
        assert np.allclose(sum(bands), expected)


def test_the_matrices_make_two_by_two_outputs_of_a_tile(told):
    rng = np.random.default_rng(2)
    d, g = rng.integers(-9, 10, (4, 4)), rng.integers(-9, 10, (3, 3))
    products = (told["G"] @ g @ told["G"].T) * (told["B"] @ d @ told["B"].T)
    assert products.size == 16
    expected = conv2d(d[None, None], g[None, None])[0, 0]
    assert np.array_equal(told["A"] @ products @ told["A"].T, expected)
    assert {0, 1, -1} == {*told["A"].flat} == {*told["B"].flat}  # they only add and subtract


def test_the_counts_are_those_of_the_text(told):
    direct, _, fft, winograd = told["multiplied"](3)
    assert (direct, winograd) == (9, 4)
    once = 64 * 2 * _textbook(64)  # complex products of a transform along rows, then columns
    spectra = 64 * 33
    assert fft == pytest.approx((3 * once * 4 / 2 + 4 * spectra) / 62**2)
    assert len(told["multiplied"](5)) == 3
    assert _textbook(64) == 32 * log2(64)


def _textbook(n):
    """Count the twiddle products of Cooley and Tukey's recursion."""
    return 0 if n == 1 else 2 * _textbook(n // 2) + n // 2


# --- Measuring --------------------------------------------------------------------------------


def test_a_race_is_run_in_turns_after_a_warm_up(helper, monkeypatch):
    race, calls = helper("_race"), []
    monkeypatch.setattr(race, "LAP", 0)
    monkeypatch.setattr(race, "TURN", 0)
    runners = {name: lambda name=name: calls.append(name) for name in "ab"}
    best = race.race(runners, seconds=0)
    assert calls == [*"aabb", *"ab" * 3]
    assert best.keys() == {"a", "b"}
    assert min(best.values()) >= 0


def test_a_race_does_not_count_what_other_programs_take(helper):
    def slept():
        sleep(0.02)

    assert helper("_race").race({"": slept}, seconds=0.01)[""] < 0.01


def test_short_runs_are_repeated_until_a_clock_can_tell(helper):
    ticks = count()

    def coarse():  # a clock that shows whole seconds, asked ten times a second
        return next(ticks) // 10

    runs = helper("_race")._runs(lambda: [coarse() for _ in range(3)], coarse)
    assert runs > 1


def test_a_race_keeps_to_one_thread_and_gives_the_others_back(helper):
    before, seen = get_num_threads(), []
    blas = [one["num_threads"] for one in threadpool_info()]
    set_num_threads(3)
    try:
        helper("_race").once(lambda: seen.append((get_num_threads(), threadpool_info())))
        assert get_num_threads() == 3
    finally:
        set_num_threads(before)
    threads, pools = seen[0]
    assert threads == 1
    assert {one["num_threads"] for one in pools if one["user_api"] == "blas"} <= {1}
    assert [one["num_threads"] for one in threadpool_info()] == blas


def test_the_gain_of_threads_is_over_one_of_them(helper):
    def run():
        sleep(0.02 / get_num_threads())

    assert helper("_race").gain_of_threads(run, 2, seconds=0.2) == pytest.approx(2, rel=0.3)


def test_the_roof_is_the_lower_of_two_limits(helper):
    here = helper("_roofline").Machine(arithmetic=100.0, near=20.0, far=10.0)
    assert here.ridge == 5
    assert [here.roof(at) for at in (1, 5, 50)] == [20, 100, 100]


def test_nothing_that_took_part_is_above_the_roof(helper):
    roof = helper("_roofline")
    cheats = {"many": roof.Work(list, 1e12, 1), "wide": roof.Work(list, 1, 1e12)}
    here, reached = roof.measured(cheats, seconds=0)
    assert here.far <= here.near
    for name, (at, rate) in reached.items():
        assert at == cheats[name].intensity
        assert rate <= here.roof(at) * (1 + 1e-9)


def test_pictures_say_their_numbers(helper):
    drawings, roof = helper("_podium"), helper("_roofline")
    times = {"taps": 1.0, "gemm": 0.004}
    drawn = drawings.podium({"one": times, "other": {"taps": 1.0}}).data
    assert "one: taps 1, gemm 250. other: taps 1" in drawn
    assert "kernel size" in drawings.sweep("Rising.", "kernel size", [3, 5], [times, times]).data
    layers = {"deep": (2.25, 3e9)}
    drawn = roof.roofline(roof.Machine(1e11, 2e10, 1e10), layers).data
    assert "deep: 2.25 operations a byte, 3 billion a second" in drawn


# --- What was recorded ------------------------------------------------------------------------


def test_without_figures_of_a_card_the_page_says_so(helper, monkeypatch, tmp_path):
    measured = helper("_measured")
    monkeypatch.setattr(measured, "RESULTS", tmp_path)
    assert measured.on_gpu("2d").data.startswith("<p>Not measured")


def test_figures_of_a_card_are_shown_with_card_and_date(helper, monkeypatch, tmp_path):
    measured = helper("_measured")
    monkeypatch.setattr(measured, "RESULTS", tmp_path)
    row = {"operation": "forward", "group": "2d", "case": "stem <7x7>", "batch": 64}
    times = {"torch": {"median": 3.0}, "convlib": {"median": 2.0}}
    other = row | {"group": "3d", "case": "C3D"}
    machine = {"date": "2027-01-31", "card": "NVIDIA H200", "cupy": "14.2.0"}
    rows = [row | {"times": times}, other | {"times": times}]
    found = json.dumps({"machine": machine, "rows": rows})
    (tmp_path / "gpu.json").write_text(found, encoding="utf-8")
    table = measured.on_gpu("2d").data
    assert "Measured on 2027-01-31: NVIDIA H200, CuPy 14.2.0." in table
    assert '<th scope="row">stem &lt;7x7&gt;, batch 64</th><td>1.50</td>' in table
    assert "C3D" not in table


def test_others_are_averaged_over_their_cases(helper):
    path = ROOT / "bench" / "results" / "others.json"
    peers = json.loads(path.read_text(encoding="utf-8"))["peers"]
    table = helper("_measured").others().data
    for peer, rows in peers.items():
        ratios = [r["times"][peer]["median"] / r["times"]["convlib"]["median"] for r in rows]
        faster = sum(ratio > 1 for ratio in ratios)
        assert f"<td>{geometric_mean(ratios):.2f}</td><td>{faster} of {len(rows)}</td>" in table


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    text = text_of(book)
    assert number(r"The layer takes ([\d,]+) multiplications", text) == 8 * 8 * 9 * 14 * 14
    assert number(r"about ([\d,]+) times less for as many", text) > 20
    assert text.count("the same numbers: True") == 4
    assert "the same numbers: False" not in text
    table, blocks = (number(rf"{p} ([\d.]+)\s+times", text) for p in ("takes", "the blocks"))
    assert blocks < table
    assert 8 < table < 12  # nine elements, and what the product needs besides
    assert number(r"That is ([\d.]+) times fewer products", text) == 36 / 16
    assert number(r"The small layer is now ([\d,]+) times as fast as the loops", text) > 10
    assert number(r"reached ([\d.]+) times the speed of gemm", text) > 0
    gap = number(r"about ([\d,]+) times less for as many", text)
    assert number(r"The small layer is now ([\d,]+) times", text) < gap
    assert 9 < number(r"goes over to spectra at (\d+)", text) <= 41


@pytest.mark.browser
def test_the_errors_are_as_the_text_explains_them(book):
    ways = ("taps", "gemm", "band", "fft", "winograd")
    pattern = r"\s+".join(rf"{way} +(\S+)" for way in ways)
    lines = re.findall(pattern, text_of(book))
    usual, loud = ([float(error) for error in line] for line in lines)
    assert max(usual) < 5e-6
    assert loud[3] > 1000 * loud[1]
    assert max(loud[:3] + loud[4:]) < 5e-6


@pytest.mark.browser
def test_the_roofline_puts_the_layers_in_their_order(book):
    text = text_of(book)
    standard, pointwise, depthwise = (
        number(rf"{name} +([\d.]+) operations a byte", text)
        for name in ("standard", "pointwise", "depthwise")
    )
    assert standard > pointwise > depthwise
    assert depthwise == pytest.approx(2 * 9 / 8, abs=0.06)  # 9 products, one number in and one out
    parts = [
        number(rf"{name} +[\d.]+ operations a byte, +(\d+)% of its roof", text)
        for name in ("depthwise", "standard", "pointwise")
    ]
    assert parts == sorted(parts)
    assert parts[-1] <= 100


@pytest.mark.browser
def test_the_page_says_whether_a_card_was_measured(book):
    measured = (ROOT / "bench" / "results" / "gpu.json").exists()
    assert ("Not measured" in text_of(book)) != measured
