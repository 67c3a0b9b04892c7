"""The chapter on 2D convolution: its code, its pictures with known answers, and what it claims."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv2d

CHAPTER = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))
IMAGES = SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / "_images.py")))


@pytest.fixture(scope="module")
def told():
    return CHAPTER.run(
        "conv2d", "import timeit", "sobel =", "def conv2d_loops", "def slide", "def conv2d_windows"
    )


def test_the_chapter_computes_what_the_figure_shows(told):
    x, w = CHAPTER.figure("conv2d")
    assert (told["x"].ravel() == x).all()
    assert (told["w"].ravel() == w).all()


@pytest.mark.parametrize("name", ["conv2d_loops", "conv2d_windows"])
def test_its_functions_are_the_library_s(told, name):
    rng = np.random.default_rng(0)
    for _ in range(20):
        options = {k: int(rng.integers(low, 4)) for k, low in (("stride", 1), ("padding", 0))}
        picture = rng.integers(-9, 9, rng.integers(8, 12, 2))
        kernel = rng.integers(-9, 9, rng.integers(1, 5, 2))
        expected = conv2d(picture[None, None], kernel[None, None], dilation=2, **options)[0, 0]
        assert np.array_equal(told[name](picture, kernel, dilation=2, **options), expected)


def test_a_missing_photograph_is_replaced_and_said(monkeypatch):
    real, source = IMAGES.photo()

    def missing(file):
        raise FileNotFoundError(file)

    monkeypatch.setattr(IMAGES.cbook, "get_sample_data", missing)
    drawn, said = IMAGES.photo()
    assert "sample data" in source
    assert "drawn" in said
    assert drawn.shape == real.shape == (3, 100, 85)
    assert all(0 <= picture.min() < picture.max() <= 1 for picture in (drawn, real))


def test_polygons_have_the_area_that_was_asked_for():
    for sides in (3, 4, 60):
        mask = IMAGES.polygon(sides, 900, (80, 90), (38.5, 44.2), 0.7)
        assert abs(mask.sum() - 900) < 25


def test_edge_scores_count_both_ways_and_forgive_one_pixel():
    edges, found = np.zeros((2, 9, 9), bool)
    edges[:, 4] = True
    found[:6, 5] = True  # six of nine, beside the edge: they are near a seventh
    found[0, 8] = True
    assert IMAGES.edge_scores(found, edges) == (7 / 9, 6 / 7)


def test_the_true_edges_are_where_the_shapes_change():
    picture, edges = IMAGES.drawing(noise=0)
    steps = np.zeros(picture.shape, bool)
    steps[:, :-1] |= np.diff(picture, axis=1) != 0
    steps[:-1] |= np.diff(picture, axis=0) != 0
    assert np.array_equal(edges, steps)


@pytest.mark.parametrize("seed", range(4))
def test_keys_are_found_where_they_lie(seed):
    picture, corners = IMAGES.scene(seed=seed)
    kernel = IMAGES.KEY - IMAGES.KEY.mean()
    hits = []
    for k in (kernel, IMAGES.KEY, kernel[::-1, ::-1]):
        score = conv2d(picture[None, None], k[None, None])[0, 0]
        hits.append(IMAGES.found(IMAGES.strongest(score, len(corners)), corners))
    assert hits[0] == len(corners) > hits[1] > hits[2]


def test_a_turned_key_is_not_looked_for_where_keys_lie():
    picture, corners = IMAGES.scene()
    turned = (IMAGES.KEY - IMAGES.KEY.mean())[::-1, ::-1]
    score = conv2d(picture[None, None], turned[None, None])[0, 0]
    assert IMAGES.found(IMAGES.strongest(score, 40), corners) == 0


def test_strongest_places_stay_apart():
    score = np.zeros((20, 20))
    score[3, 3], score[4, 5], score[12, 2] = 9, 8, 7
    assert IMAGES.strongest(score, 2).tolist() == [[3, 3], [12, 2]]
    assert IMAGES.found(np.array([[3, 3], [12, 2]]), np.array([[4, 2], [12, 4]])) == 1


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    text = CHAPTER.built(book, "conv2d")
    ratio, apart = (
        CHAPTER.numbers(pattern, text)[0]
        for pattern in (r"the table was (\d+) times as fast", r"it took ([\d.]+) times less time")
    )
    assert ratio > 10
    assert apart > 1
    assert CHAPTER.numbers(r"it needs ([\d.]+) times fewer", text) == [19 * 19 / (2 * 19)]
    for claim in (
        "the library says the same: True",
        "by spectra equals kernel turned: True by spectra equals kernel as it is: False",
        "the same numbers: True",
        "inputs, scattered, equal the library's: True",
    ):
        assert claim in text.replace("&#39;", "'")
    gathered, scattered = CHAPTER.numbers(r"&lt;A x, g&gt; (\S+) &lt;x, A\^T g&gt; (\S+)", text)
    assert gathered == pytest.approx(scattered)


@pytest.mark.browser
def test_what_it_says_was_learned_and_found_is_true(book):
    text = CHAPTER.built(book, "conv2d")
    noise, photograph = (
        CHAPTER.numbers(rf"{name}, step 200: a weight is off by up to (\S+)", text)[0]
        for name in ("noise", "photograph")
    )
    assert noise < 1e-6 < 0.01 < photograph
    scores = [
        CHAPTER.numbers(rf"{name}: recall=(\d+)%, precision=(\d+)%", text)
        for name in ("difference", "(?<!then )Sobel", "blur, then Sobel")
    ]
    assert scores[0][1] < scores[1][1] < scores[2][1]
    assert scores[2][0] < scores[1][0]
    key, of = CHAPTER.numbers(r"key: (\d+) of (\d+) keys", text)
    assert key < of
    assert CHAPTER.numbers(r"key without its mean: (\d+) of", text) == [of]
    pixels, chance = CHAPTER.numbers(r"pixels: (\d+) weights, (\d+)%", text)
    kernels, right = CHAPTER.numbers(r"kernels: (\d+) weights, (\d+)%", text)
    assert kernels < pixels
    assert chance < 45 < 95 < right
    assert min(CHAPTER.numbers(r"kernel and letter: \[(\S+) (\S+) (\S+)\]", text)) > 0.8
