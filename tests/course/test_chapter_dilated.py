"""The chapter on dilated convolution: its code, its worlds with known answers, and its claims."""

import re
import runpy
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv2d, receptive_field

CHAPTER = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))
HELPERS = ("network", "segments", "stars", "tones", "machine")
NETWORK, SEGMENTS, STARS, TONES, MACHINE = (
    SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / f"_{name}.py"))) for name in HELPERS
)


@pytest.fixture(scope="module")
def told():
    wanted = ("import timeit", "def dilated_loops", "np.array(list(", "def dilated_windows")
    return CHAPTER.run("dilated", *wanted, "def paths")


# --- What the page defines ----------------------------------------------------------------------


def test_the_chapter_computes_what_the_figure_shows(told):
    tag = next(t for t in re.findall("<conv-lab[^>]*>", CHAPTER.source("dilated")) if "axes" in t)
    x, w = (np.array(re.search(rf' {name}="([^"]+)"', tag)[1].split(","), int) for name in "xw")
    assert np.array_equal(told["x"].ravel(), x)
    assert np.array_equal(told["w"].ravel(), w)
    assert 'dilation="2"' in tag


@pytest.mark.parametrize("name", ["dilated_loops", "dilated_windows", "dilated_phases"])
def test_its_functions_are_the_library_s(told, name):
    rng = np.random.default_rng(0)
    for _ in range(20):
        rate = int(rng.integers(1, 5))
        picture, kernel = rng.integers(-9, 9, rng.integers(13, 17, 2)), rng.integers(-9, 9, (4, 3))
        expected = conv2d(picture[None, None], kernel[None, None], dilation=rate)[0, 0]
        assert np.array_equal(told[name](picture, kernel, rate), expected)


def test_paths_count_what_is_read(told):
    for rates in ((2, 2, 2), (1, 2, 5), (1, 2, 9), (3, 1)):
        reached = {0}
        for rate in rates:
            reached = {place + step for place in reached for step in (-rate, 0, rate)}
        counts = told["paths"](*rates)
        assert counts.shape == (receptive_field(3, dilation=rates),) * 2
        assert (counts > 0).sum() == len(reached) ** 2
        assert counts.sum() == 9 ** len(rates)


def test_the_windows_of_its_first_picture_are_what_its_networks_see():
    plain, dilated = (receptive_field(3, dilation=r) for r in ([1] * 5, [1, 2, 4, 2, 1]))
    opening = CHAPTER.source("dilated").split("## The figure")[0]
    assert f"{plain} by {plain} pixels of it" in opening
    assert f"{dilated} by {dilated} pixels" in opening
    for rates in ("[1, 1, 1, 1, 1]", "[1, 2, 4, 2, 1]"):
        assert f"train({rates})" in CHAPTER.source("dilated")
    assert TONES.PITCH * TONES.PERIOD == TONES.RATE == 8000


# --- The network ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kernel", "padding"), [((3, 2), "same"), ((2,), "causal")])
def test_the_network_s_gradient_is_the_slope_of_its_loss(kernel, padding):
    rng = np.random.default_rng(0)
    network = NETWORK.Network([2, 3, 4, 2], kernel=kernel, dilation=[1, 3, 2], padding=padding)
    network.parameters = [p + rng.normal(0, 0.1, p.shape) for p in network.parameters]
    x = rng.normal(size=(2, 2, *[9] * len(kernel)))
    grad = rng.normal(size=network(x).shape)
    found = network.backward(grad)
    for i, slope in enumerate(found):
        before, losses = network.parameters[i], []
        step = 1e-6 * rng.normal(size=before.shape)
        for moved in (before + step, before - step):
            network.parameters[i] = moved
            losses.append((network(x) * grad).sum())
        network.parameters[i] = before
        assert (losses[0] - losses[1]) / 2 == pytest.approx((slope * step).sum(), rel=1e-4)


def test_adam_s_first_step_is_its_rate_against_the_sign():
    weights = np.array([1.0, -2.0, 3.0])
    NETWORK.Adam([weights]).step([np.array([10.0, -0.1, 0.0])], rate=0.5)
    assert weights == pytest.approx([0.5, -1.5, 3.0])


def test_softmax_is_a_distribution_even_of_large_scores():
    odds = NETWORK.softmax(np.array([[[1000.0], [1000.0], [0.0]]]))
    assert odds.ravel() == pytest.approx([0.5, 0.5, 0])


def test_a_causal_network_writes_on_as_if_it_ran_over_the_whole():
    options = {"kernel": (2,), "dilation": [1, 2, 4], "padding": "causal"}
    network = NETWORK.Network([1, 4, 4, 1], **options)
    network.parameters[-2] *= 0.1  # far from where the loudness is cut
    start = np.random.default_rng(0).normal(0, 0.3, 20).astype(np.float32)
    sound = TONES.continued(network, start, 30)
    assert np.array_equal(sound[:20], start)
    assert np.abs(sound).max() < 1
    assert network(sound[None, None])[0, 0, 19:-1] == pytest.approx(sound[20:], abs=1e-5)


# --- The worlds with known answers ----------------------------------------------------------------


def test_each_pixel_of_a_cell_knows_its_nucleus():
    pictures, masks, away = SEGMENTS.cells(20, seed=5)
    assert np.array_equal(np.isfinite(away), masks > 0)
    assert 8 < away[masks > 0].max() < 10  # what five dilated layers see, and five plain don't
    nucleus = away < 1
    bright, dark = (pictures[:, 0][nucleus & (masks == kind)] for kind in (1, 2))
    assert bright.min() > dark.max()


def test_scores_of_a_half_right_segmentation():
    truth = np.array([[[0, 1, 1, 2, 2, 2]]])
    right, inside, iou = SEGMENTS.scores(np.array([[[0, 1, 2, 2, 2, 1]]]), truth)
    assert (right, inside) == (pytest.approx(4 / 6), pytest.approx(3 / 5))
    assert iou == pytest.approx((1 / 3 + 2 / 4) / 2)
    away = np.array([[[np.inf, 0.5, 1.5, 0.2, 0.7, 1.1]]])
    assert SEGMENTS.by_distance(truth * 0 + 2, truth, away, 2) == pytest.approx([2 / 3, 1 / 2])


def test_stars_are_found_at_their_places():
    answers = np.zeros((6, 6))
    answers[1, 1], answers[4, 3], answers[4, 0] = 3, 2, 0.5  # the last is below the threshold
    assert STARS.peaks(answers, step=2).tolist() == [[2, 2], [8, 6]]
    assert STARS.placed(np.array([[2, 2], [8, 6]]), np.array([[3, 1], [8, 9], [2, 2]])) == 2
    picture, places = STARS.sky(stars=10)
    assert len({tuple(place) for place in places}) == 10
    assert picture[tuple(places.T)].min() > 0.7


def test_the_machine_repeats_itself_but_for_its_faults():
    frames, faults = MACHINE.film(faults=4, seed=1)
    cycle = MACHINE.CYCLE
    when = np.flatnonzero(faults.any(axis=(1, 2)))
    assert when.min() >= MACHINE.HEALTHY
    assert len(when) == 8
    assert {b - a for a, b in pairwise(when)} >= {1}
    change = np.abs(frames[cycle:] - frames[:-cycle])
    assert change[faults[cycle:]].mean() > 4 * change[~faults[cycle:]].mean()


def test_the_alarm_counts_both_ways():
    surprise = np.ones((40, 1, 1))
    surprise[37], surprise[38] = 5, 5
    assert MACHINE.alarm(surprise, np.arange(40) >= 38, level=3) == (1, 1)
    assert MACHINE.alarm(surprise, np.arange(40) >= 38, level=6) == (0, 0)


def test_no_level_shows_rate_1_a_fault_and_rates_in_space_find_the_same():
    names = CHAPTER.run("dilated", "import timeit", "from _machine")
    for rate, level, expected in (((1, 1, 1), 1, 0), ((12, 1, 1), 3, 16), ((12, 2, 2), 3, 16)):
        assert MACHINE.alarm(names["surprise"](rate), names["wrong"], level=level)[0] == expected


# --- The built page -------------------------------------------------------------------------------


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    text = CHAPTER.built(book, "dilated")
    for claim in (
        "doubled: [3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047]",
        "rate 1 : [3, 5, 7, 9, 11, 13, 15, 17, 19, 21]",
        "512], 1 times: sees 1024",
        "rate 7: (7, 7), corner meets 1, middle 1",
        "the coarse answers are among the dense: True",
        "the same numbers: True",
        "2 2 2: 169 in sight, 120 unread",
        "1 2 3: 169 in sight, 0 unread",
        "1 2 5: 289 in sight, 0 unread",
        "1 2 9: 625 in sight, 184 unread",
        "1 2 4: 225 in sight, 0 unread",
        "1 3 9: 729 in sight, 0 unread, up to 1 paths",
    ):
        assert claim in text, claim
    assert text.count("the library agrees: True") == 3
    assert len(set(re.findall(r"rate \d: (\d+) weights", text))) == 1
    for rate in (2, 4, 8):
        work, time = CHAPTER.numbers(
            rf"rate {rate}: same True, ([\d.]+) x work, ([\d.]+) x time", text
        )
        assert work == pytest.approx((2 * rate + 1) ** 2 / 9, abs=0.1)
        assert time > 1
    assert min(CHAPTER.numbers(r"(\d+) times as fast as the loops .* (\d+) times, the", text)) > 5
    sums = CHAPTER.numbers(r"outputs: (\S+) inputs: (\S+) weights: (\S+)", text)
    assert sums == pytest.approx([sums[0]] * 3)
    strides, dilation = (
        CHAPTER.numbers(rf"{name}: sees 15, (\d+) of 40 stars", text)[0]
        for name in ("strides", "dilation")
    )
    assert strides < 25 < 35 < dilation


@pytest.mark.browser
def test_what_it_says_was_learned_is_true(book):
    text = CHAPTER.built(book, "dilated")
    results = [
        CHAPTER.numbers(
            rf"{name}: (\d+) parameters, (\S+)% of all pixels right (\S+)% .* kinds ([\d.]+)"
            rf"(?= {end})",
            text,
        )
        for name, end in (("plain", "dilated"), ("dilated", "IoU"))
    ]
    (size, _, plain, plain_iou), (same, _, dilated, dilated_iou) = results
    assert size == same
    assert plain < 90 < 95 < dilated
    assert plain_iou < 0.8 < 0.9 < dilated_iou
    last, period, short, long = (
        CHAPTER.numbers(rf"{name} *: error ([\d.]+)", text)[0]
        for name in ("the last sample", "one period ago", "plain", "dilated")
    )
    (hiss,) = CHAPTER.numbers(r"nobody can predict: ([\d.]+)", text)
    (voice,) = CHAPTER.numbers(r"silence would be ([\d.]+)", text)
    assert hiss < long < short < voice < last
    assert hiss < period < short
    ways = [
        CHAPTER.numbers(rf"{name}: error ([\d.]+); that of silence would be ([\d.]+)", text)
        for name in ("plain", "dilated")
    ]
    assert ways[1][0] < 0.75 * ways[1][1] < ways[0][0]


@pytest.mark.browser
def test_what_it_says_of_the_film_is_true(book):
    text = CHAPTER.built(book, "dilated")
    (usual, none, faulty, _), *others = (
        CHAPTER.numbers(
            rf"rate \({rate}\): error ([\d.]+), (\d+) of (\d+) faulty frames found, (\d+) false",
            text,
        )
        for rate in ("1, 1, 1", "12, 1, 1", "12, 2, 2")
    )
    assert none == 0
    for error, found, of, false in others:
        assert error < usual / 2
        assert found == of == faulty
        assert false == 0


@pytest.mark.slow
def test_the_answers_to_its_tasks_hold(told):
    wanted = ("import timeit", "cells(64", "def train", "def surprise", "from _machine")
    names = CHAPTER.run("dilated", *wanted)
    new, truth, _ = SEGMENTS.cells(32, seed=2)
    gaps = names["train"]([2, 2, 2, 2, 2])
    assert SEGMENTS.scores(gaps(new).argmax(axis=1), truth)[1] > 0.93
    big = NETWORK.Network([1, 8, 8, 8, 8, 3], kernel=(5, 5), dilation=[1] * 5)
    assert big.size / gaps.size == pytest.approx(25 / 9, rel=0.02)
    assert receptive_field(5, dilation=[1] * 5) == receptive_field(3, dilation=[1, 2, 4, 2, 1])
    odd = names["surprise"]((MACHINE.CYCLE, 1, 1))
    found, false = MACHINE.alarm(odd, names["wrong"], level=1.5)
    assert found == names["wrong"].sum()
    assert false > 0
