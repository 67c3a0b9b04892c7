"""The chapter on transposed convolution: its code, its claims, and the modules it learns with."""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from convlib import (
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose_output_size,
    conv_transpose_weight_grad,
)

BOOK = Path(__file__).parents[2] / "book"
TEXT = (BOOK / "transposed.md").read_text(encoding="utf-8")
CELLS = re.findall(
    r"^```\{code-cell\}.*?\n(?:---\n.*?\n---\n)?(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL
)


@pytest.fixture
def modules(monkeypatch):
    """Let the book's helper modules be imported."""
    monkeypatch.syspath_prepend(BOOK)


def told(*words, **known):
    """Run the cells that hold one of these words, in order; return their names."""
    names = {"np": np, "print": lambda *_: None, "glue": lambda *_, **_options: None, **known}
    for cell in CELLS:
        if any(word in cell for word in words):
            exec(cell, names)
    return names


# --- The code ---------------------------------------------------------------------------------


def test_the_figure_has_the_numbers_of_the_cells(modules):
    figure = re.search(r'<conv-lab transposed stride="2"[^>]*>', TEXT)[0]
    x, w = (re.search(rf' {name}="([^"]+)"', figure)[1].split(",") for name in "xw")
    names = told("def scatter")
    assert [*map(int, x)] == names["x"].tolist()
    assert [*map(int, w)] == names["w"].tolist()
    assert names["scatter"](names["x"], names["w"], stride=2)[4] == 502


def test_both_faces_equal_the_library(modules):
    names = told("import timeit", "def scatter", "def spread_and_slide", "def with_zeros")
    rng = np.random.default_rng(0)
    for stride, dilation, k in product((1, 2, 3), (1, 2), (3, 4, 5)):
        x, w = rng.integers(-9, 9, 6), rng.integers(-9, 9, k)
        expected = conv_transpose1d(x[None, None], w[None, None], stride=stride, dilation=dilation)
        for padding, extra in ((0, 0), (1, 0), (2, min(1, stride - 1))):
            options = {"padding": padding, "output_padding": extra}
            options |= {"stride": stride, "dilation": dilation}
            expected = conv_transpose1d(x[None, None], w[None, None], **options)[0, 0]
            for name in ("scatter", "spread_and_slide"):
                assert (names[name](x, w, **options) == expected).all(), (name, options)
        if dilation == 1:
            plain = conv_transpose1d(x[None, None], w[None, None], stride=stride)[0, 0]
            for name in ("with_zeros", "by_phases"):
                assert np.allclose(names[name](x, w, stride), plain)


# --- What the text claims -----------------------------------------------------------------------


def test_a_size_is_multiplied_exactly_under_the_rule():
    for s, k, p, o in product((1, 2, 3, 4), range(1, 8), range(3), range(4)):
        if o < s and k - 2 * p + o > 0:
            m = conv_transpose_output_size(8, k, stride=s, padding=p, output_padding=o)
            assert (m == 8 * s) == (k - 2 * p + o == s)


def test_overlap_is_even_exactly_if_the_stride_divides_the_kernel():
    for s, k in product((1, 2, 3, 4), range(1, 9)):
        if k >= s:
            counts = conv_transpose1d(np.ones((1, 1, 12)), np.ones((1, 1, k)), stride=s)[0, 0]
            inner = counts[k:-k]
            assert (inner.var() == 0) == (k % s == 0)
            assert inner.max() == -(-k // s)  # as many inputs as one output hears


def test_the_quiz_and_the_tasks_are_right(modules):
    from _patches import shrink

    x = np.arange(1.0, 5)
    doubled = conv_transpose1d(x[None, None], np.ones((1, 1, 2)), stride=2)[0, 0]
    assert (doubled == x.repeat(2)).all()
    assert conv_transpose_output_size(7, 6, stride=3, padding=2, output_padding=1) == 21
    pieces = np.random.default_rng(0).normal(size=(5, 1, 16, 16))
    eight = shrink(pieces, 4).reshape(-1, 1, 4, 2, 2).mean(axis=4)
    assert eight[0].size == 8
    assert eight.repeat(4, axis=2).repeat(8, axis=3).shape == pieces.shape
    counts = conv_transpose2d(np.ones((1, 1, 8, 8)), np.ones((1, 1, 4, 4)), stride=3)[0, 0]
    assert set(counts[4:-4, 4:-4].flat) == {1, 2, 4}


def test_the_learned_kernel_sharpens(modules):
    known = {"conv_transpose_weight_grad": conv_transpose_weight_grad}
    names = told("import timeit", "photograph()", "import Adam", **known)
    weight = names["weight"][0, 0]
    assert weight[2:4, 1:5].min() > 0
    assert weight[1:5, 2:4].min() > 0
    ring = np.ones((6, 6), bool)
    ring[1:5, 1:5] = False
    assert weight[ring].mean() < 0
    assert abs(weight.sum() - 4) < 0.2  # flat pictures keep their brightness, on average


def test_a_larger_kernel_pays_and_a_still_larger_one_does_not(modules):
    cell = next(cell for cell in CELLS if "import Adam" in cell)
    truth = told("import timeit", "photograph()", conv_transpose_weight_grad=None)
    found = {}
    for k in (4, 6, 8):
        at, pads = (k - 4) // 2, (k - 2) // 2
        changed = cell.replace("6, 6", f"{k}, {k}").replace("error.size, 6", f"error.size, {k}")
        changed = changed.replace("1:5, 1:5", f"{at}:{at + 4}, {at}:{at + 4}")
        changed = changed.replace("padding=2", f"padding={pads}")
        names = truth | {"conv_transpose_weight_grad": conv_transpose_weight_grad}
        exec(changed, names)
        options = {"stride": 2, "padding": pads}
        large = conv_transpose2d(names["coarse"], names["weight"], **options)
        found[k] = np.square(large - names["truth"])[..., 8:-8, 136:-8].mean()
    assert found[6] < 0.9 * found[4]
    assert found[8] > 0.98 * found[6]


# --- The modules ------------------------------------------------------------------------------


def test_gradients_of_a_stack_are_those_of_its_loss(modules):
    from _decoder import Layer, Stack

    rng = np.random.default_rng(0)
    layers = [
        Layer(1, 3, 4, stride=2, padding=1, slope=0.2),
        Layer(3, 2, 3, padding=1),
        Layer(2, 3, 3, 2, 1, output_padding=1, transposed=True, slope=0.5),
        Layer(3, 1, 3, padding=1, transposed=True),
    ]
    stack = Stack(layers)
    stack.parameters = [rng.normal(size=p.shape) for p in stack.parameters]
    x, grad = rng.normal(size=(2, 1, 8, 8)), rng.normal(size=(2, 1, 8, 8))
    assert stack(x).shape == grad.shape
    start = stack.parameters
    for parameter, found in enumerate(stack.backward(grad)):
        step = rng.normal(size=found.shape) * 1e-6
        loss = []
        for sign in (-1, 1):
            moved = start[parameter] + sign * step
            stack.parameters = [*start[:parameter], moved, *start[parameter + 1 :]]
            loss.append((stack(x) * grad).sum())
        assert (loss[1] - loss[0]) / 2 == pytest.approx((found * step).sum(), rel=1e-4)


@pytest.mark.parametrize("kernel", [3, 4, 5])
def test_the_generator_has_the_shapes_of_the_paper(modules, kernel):
    from _decoder import generator

    stack = generator([100, 16, 8, 4, 2, 3], kernel)
    pictures = stack(np.ones((2, 100, 1, 1), np.float32))
    sizes = [seen.shape[1:] for seen in stack.seen]
    assert sizes == [(100, 1, 1), (16, 4, 4), (8, 8, 8), (4, 16, 16), (2, 32, 32), (3, 64, 64)]
    assert pictures.dtype == np.float32
    assert stack.size == 100 * 16 * 16 + (16 * 8 + 8 * 4 + 4 * 2 + 2 * 3) * kernel**2 + 33


def test_pieces_are_the_whole_picture_and_disjoint(modules):
    from _patches import HEIGHT, WIDTH, pieces, psnr

    numbers = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    learned, held_out = pieces(numbers)
    assert len(learned) == 3 * len(held_out)
    together = np.concatenate([learned.ravel(), held_out.ravel()])
    assert (np.sort(together) == numbers.ravel()).all()
    assert psnr(np.full(3, 0.1), np.zeros(3)) == pytest.approx(20)


def test_enlarge_interpolates(modules):
    from _patches import enlarge

    rng = np.random.default_rng(0)
    small = rng.normal(size=(5, 7))
    for factor in (2, 4):
        rows, columns = ((np.arange(n * factor) + 0.5) / factor - 0.5 for n in small.shape)
        across = np.array([np.interp(columns, np.arange(7), line) for line in small])
        both = np.array([np.interp(rows, np.arange(5), line) for line in across.T]).T
        assert np.allclose(enlarge(small[None, None], factor)[0, 0], both)


def test_a_missing_photograph_is_replaced_and_said(modules, monkeypatch):
    import _patches

    def missing(file):
        raise FileNotFoundError(file)

    real, source = _patches.photograph()
    monkeypatch.setattr("matplotlib.cbook.get_sample_data", missing)
    made_up, said = _patches.photograph()
    assert "sample data" in source
    assert "drawn" in said
    for picture in (real, made_up):
        assert picture.shape == (_patches.HEIGHT, _patches.WIDTH)
        assert picture.dtype == np.float32
        assert 0 <= picture.min() < 0.2
        assert 0.8 < picture.max() <= 1


# --- The built page ---------------------------------------------------------------------------


@pytest.mark.browser
def test_what_the_chapter_says_of_its_results_is_true(book):
    page = (book / "book" / "transposed.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", page).replace("&gt;", ">")

    def number(pattern):
        found = re.search(pattern, text)
        assert found, pattern
        return float(found[1].replace(",", ""))

    assert number(r"kernel of 3 makes (\d+) of 8") == 17
    assert text.count("all equal: True") == 3
    assert number(r"kernel 4: overlaps \[4\.\], variance ([\d.]+)") == 0
    assert number(r"kernel 3: overlaps \[1\. 2\. 4\.\], variance ([\d.]+)") > 1
    uneven, even, resized = (
        number(rf"{way} *: ([\d.]+)")
        for way in ("transposed, kernel 3", "transposed, kernel 4", "resized, then kernel 3")
    )
    assert uneven > 1.5 * even > 0 == resized
    assert "the same numbers: True" in text
    assert number(r"were ([\d,]+) times as fast as the loops") > 20
    assert number(r"and ([\d.]+) times as fast as the same") > 1
    products = [(100, 1024, 1), (1024, 512, 4), (512, 256, 8), (256, 128, 16), (128, 3, 32)]
    macs = sum(a * b * 16 * n * n for a, b, n in products)
    assert number(r"weights and ([\d,]+) multiplications") == macs
    three, five, four = (number(rf"kernel {k}: strongest over weakest ([\d.]+)") for k in (3, 5, 4))
    assert three > five > 1.6 > four
    mean, repeated, between, drawn = (
        number(rf"{name}: ([\d.]+) dB")
        for name in ("mean of all pieces", "means, repeated", "means, interpolated", "decoder")
    )
    assert mean < repeated < between < drawn - 0.2
    assert number(r"photograph, is ([\d.]+) dB better") == pytest.approx(drawn - between, abs=0.011)
    between, learned = (number(rf"\n{name}: ([\d.]+) dB") for name in ("interpolated", "learned"))
    assert learned > between + 0.5
    assert number(r"learned kernel is ([\d.]+) dB") == pytest.approx(learned - between, abs=0.011)
