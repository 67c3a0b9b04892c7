"""The chapter on depthwise separable convolution: its code, its helpers, and what it claims."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv2d, depthwise_conv, depthwise_separable_conv, pointwise_conv

CHAPTER = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))
BLOCKS = SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / "_blocks.py")))
COLOURED = SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / "_coloured.py")))
MICROPHONES = SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / "_microphones.py")))
MOBILENET = SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / "_mobilenet.py")))


@pytest.fixture(scope="module")
def told():
    return CHAPTER.run(
        "separable",
        "import numpy",
        "def depthwise_loops",
        "def pointwise_loops",
        "x, small",
        "def separate",
    )


def attributes(number):
    tag = re.findall(r"<conv-lab[^>]*>", CHAPTER.source("separable"))[number]
    return dict(re.findall(r'(\S+)="([^"]*)"', tag))


def test_the_chapter_computes_what_the_figures_show(told):
    depthwise, pointwise = attributes(0), attributes(1)
    for figure, x, w in (depthwise, "x", "w"), (pointwise, "small", "v"):
        assert told[x].ravel().tolist() == [int(n) for n in figure["x"].split(",")]
        assert told[w].ravel().tolist() == [int(n) for n in figure["w"].split(",")]
    for figure in (depthwise, pointwise, attributes(2)):
        axes = int(figure.get("axes", 1))
        c, m, g = (int(figure.get(name, 1)) for name in ("channels", "filters", "groups"))
        sizes = c * int(figure["size"]) ** axes, m * c // g * int(figure["kernel"]) ** axes
        assert tuple(len(figure[name].split(",")) for name in "xw") == sizes


def test_the_answers_to_the_predictions_are_right(told):
    assert told["depthwise_loops"](told["x"], told["w"])[0, 0, 0] == -6
    assert told["pointwise_loops"](told["small"], told["v"])[:, 0, 0].tolist() == [14, 0, -2, 8]


def test_its_loops_are_the_library_s(told):
    rng = np.random.default_rng(0)
    for _ in range(20):
        c, m, k = rng.integers(1, 5, 3)
        x, w = rng.integers(-9, 9, (c, 7, 6)), rng.integers(-9, 9, (c, k, k))
        v = rng.integers(-9, 9, (m, c))
        z = told["depthwise_loops"](x, w)
        assert np.array_equal(z, depthwise_conv(x[None], w[:, None])[0])
        assert np.array_equal(told["pointwise_loops"](z, v), pointwise_conv(z[None], v)[0])


def test_a_full_layer_is_separable_if_each_channel_s_table_has_the_rank(told):
    separate, joined = told["separate"], told["joined"]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8, 7))
    for m in (1, 2, 4):
        depthwise, pointwise = rng.normal(size=(3 * m, 1, 3, 3)), rng.normal(size=(5, 3 * m))
        full = joined(depthwise, pointwise, (5, 3, 3, 3))
        both = depthwise_separable_conv(x, depthwise, pointwise)
        assert np.allclose(conv2d(x, full), both)
        assert np.allclose(joined(*separate(full, m), full.shape), full)
        if m > 1:
            assert not np.allclose(joined(*separate(full, m - 1), full.shape), full)


def test_the_nearest_separable_layer_is_not_beaten_by_others_near_it(told):
    separate, joined = told["separate"], told["joined"]
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(5, 3, 3, 3))
    depthwise, pointwise = separate(weight, 1)
    least = np.linalg.norm(joined(depthwise, pointwise, weight.shape) - weight)
    for scale in (0.3, 0.03, 0.003):
        for _ in range(50):
            other = [a + rng.normal(0, scale, a.shape) for a in (depthwise, pointwise)]
            assert np.linalg.norm(joined(*other, weight.shape) - weight) > least


@pytest.mark.parametrize("groups", [1, 3, 6, "separable"])
def test_a_network_s_gradient_is_what_small_steps_find(groups):
    layers = BLOCKS.stack((3, 6, 6), 4, groups)
    network = BLOCKS.Classifier(layers, seed=1)
    network.parameters[:] = [p.astype(float) for p in network.parameters]
    rng = np.random.default_rng(0)
    x, answers = rng.normal(size=(2, 3, 8, 8)), np.array([1, 3])
    caught = []
    network._adam = SimpleNamespace(step=lambda grads, _: caught.extend(grads))
    network.learn(x, answers, rate=0)

    def surprise():
        odds = np.exp(network(x)).sum(axis=(2, 3))
        return -np.log(odds[[0, 1], answers] / odds.sum(axis=1)).mean()

    for parameter, grad in zip(network.parameters, caught, strict=True):
        assert parameter.shape == grad.shape
        for place in rng.integers(0, parameter.size, 4):
            here, steps = parameter.flat[place], []
            for change in (1e-5, -1e-5):
                parameter.flat[place] = here + change
                steps.append(surprise())
            parameter.flat[place] = here
            assert grad.flat[place] == pytest.approx((steps[0] - steps[1]) / 2e-5, abs=1e-6)


@pytest.mark.parametrize("groups", [1, 3, "separable"])
def test_a_network_has_the_size_that_is_said(groups):
    layers = BLOCKS.stack((3, 12, 12), 4, groups)
    network = BLOCKS.Classifier(layers)
    assert sum(layer.size for layer in layers) == sum(p.size for p in network.parameters)


def test_the_orange_letter_is_the_answer():
    pictures, answers = COLOURED.coloured(60, seed=0, noise=0)
    masks = list(COLOURED.MASKS)
    for picture, answer in zip(pictures, answers, strict=True):
        orange = (picture[0] > picture[2]) & (picture[0] != 0)
        rows, columns = np.nonzero(orange)
        box = orange[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert np.array_equal(box, masks[answer])
        assert np.sum(picture[2] > picture[0]) in {mask.sum() for mask in masks}


def test_mobilenet_s_totals_are_the_paper_s():
    parameters, macs = map(sum, zip(*MOBILENET.costs().values(), strict=True))
    assert round(parameters / 1e6, 1) == 4.2
    assert round(macs / 1e6) == 569
    parameters, macs = map(sum, zip(*MOBILENET.costs(separable=False).values(), strict=True))
    assert round(parameters / 1e6, 1) == 29.3
    assert abs(macs / 1e6 - 4866) < 1.5


def test_microphones_hear_what_was_played_as_late_as_is_said():
    heard, sources, late = MICROPHONES.room(noise=0)
    for channel, delays in zip(heard, late.T, strict=True):
        moved = [np.roll(source, delay) for source, delay in zip(sources, delays, strict=True)]
        assert np.allclose(channel[late.max() :], sum(moved)[late.max() :])


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    text = CHAPTER.built(book, "separable")
    assert "18432 against 288 + 2048 = 2336" in text
    assert "18496 against 320 + 2112 = 2432" in text
    assert text.count("equal to layers side by side: True") == 6
    for claim in (
        "both steps equal the library&#39;s: True",
        "the same as a convolution of 1 by 1 kernels: True",
        "column, then row: True",
        "two steps equal their full layer: True",
        "a product of matrices: True",
    ):
        assert claim.replace("&#39;", "'") in text.replace("&#39;", "'")
    assert CHAPTER.numbers(r"m=1: \S+ \+ \S+ weights, error (\d+)%", text)[0] > 30
    assert CHAPTER.numbers(r"m=2: \S+ \+ \S+ weights, error (\d+)%", text) == [0]
    products = CHAPTER.numbers(
        r"&lt;A x, g&gt; (\S+) inputs (\S+) depthwise (\S+) pointwise (\S+)", text
    )
    assert products == [pytest.approx(products[0])] * 4
    one, left, right = (
        CHAPTER.numbers(rf"{name}: like the tune (\S+), like the drum (\S+)", text)
        for name in ("microphone 0", "left", "right")
    )
    assert left[0] > one[0] + 0.2
    assert right[1] > one[1] + 0.2


@pytest.mark.browser
def test_what_it_says_of_accuracy_and_time_is_true(book):
    text = CHAPTER.built(book, "separable")
    right = {
        (name, int(width)): float(percent)
        for name, width, percent in re.findall(
            r"(full|separable|grouped), (\d+) channels, \d+ parameters: ([\d.]+)% right", text
        )
    }
    assert len(right) == 5
    assert min(right.values()) > 2 * 25  # a guess is right once in four
    apart = CHAPTER.numbers(r"lands up to (\d+) percentage points away", text)[0]
    assert abs(right["separable", 25] - right["full", 12]) < apart
    assert abs(right["separable", 12] - right["full", 7]) < apart
    cut = CHAPTER.numbers(r"m=1: loses (\d+)% of its weights, ([\d.]+)% right", text)
    assert cut[0] > 30
    assert cut[1] < right["separable", 12]
    used = [
        CHAPTER.numbers(rf"{kind}: [\d,]+ multiplications, (\d+) operations a byte", text)[0]
        for kind in ("depthwise", "pointwise", "full")
    ]
    assert used[0] < 5 < used[1] < 50 < used[2]
    fewer, faster = CHAPTER.numbers(
        r"multiplies ([\d.]+) times less, and when this page was built it was ([\d.]+) times", text
    )
    assert fewer == 8.4
    assert faster < fewer  # "Faster, but not as much"
    assert CHAPTER.numbers(r"the depthwise step took (\d+) times as long", text)[0] > 1
