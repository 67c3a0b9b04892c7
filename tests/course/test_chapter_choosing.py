"""The chapter on choosing: its numbers, its sheet of formulas and names, and the printed page."""

import importlib
import inspect
import re
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import pytest

import convlib
from convlib import conv, conv_output_size, conv_transpose, conv_transpose_output_size

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "book" / "choosing.md").read_text(encoding="utf-8")
SHEET = TEXT.partition("container} sheet")[2]


@pytest.fixture(scope="module")
def choices():
    """Give the chapter's module, book/_choices.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "book")
        yield importlib.import_module("_choices")


def layers(choices):
    """Return layers of every kind, small enough to try."""
    plain = [
        choices.Layer(4, 4, kernel=k, stride=s, padding=p, dilation=d, groups=g)
        for k, s, p, d, g in product((1, 3), (1, 2), (0, 1), (1, 2), (1, 4))
    ]
    back = [
        choices.Layer(4, 2, kernel=k, stride=s, padding=p, transposed=True, axes=a)
        for k, s, p, a in product((2, 3, 4), (1, 2), (0, 1), (1, 2))
    ]
    return plain + back


def run(layer, x):
    back = layer.transposed
    shape = (layer.c_in, layer.c_out) if back else (layer.c_out, layer.c_in // layer.groups)
    options = {n: getattr(layer, n) for n in ("stride", "padding", "dilation", "groups")}
    if back:
        options["output_padding"] = layer.output_padding
    weight = np.ones((*shape, *[layer.kernel] * layer.axes), int)
    return (conv_transpose if back else conv)(x, weight, **options), weight


def test_sizes_views_and_weights_are_those_of_real_layers(choices):
    for layer in layers(choices):
        x = np.ones((1, layer.c_in, *[9] * layer.axes), int)
        y, weight = run(layer, x)
        assert y.shape[2:] == (layer.size(9),) * layer.axes
        assert layer.parameters == weight.size
        span = layer.dilation * (layer.kernel - 1) + 1
        reached = [
            np.flatnonzero(run(layer, one)[0].sum((0, 1, *range(3, y.ndim)))) for one in impulses(x)
        ]
        read = np.bincount(np.concatenate(reached), minlength=layer.size(9)).max()
        seen = read if layer.transposed else layer.dilation * (read - 1) + 1
        assert layer.sees == seen <= span


def impulses(x):
    """Yield `x` with ones at one position of the first axis, one after the other."""
    for place in range(x.shape[2]):
        one = np.zeros_like(x)
        one[:, :, place] = 1
        yield one


def test_multiplications_are_counted_one_by_one(choices):
    for layer in layers(choices):
        if not layer.padding:  # each output is then a sum over as many products
            x = np.ones((1, layer.c_in, *[9] * layer.axes), int)
            assert layer.macs(9) == run(layer, x)[0].sum()


def test_the_table_has_a_row_for_each_type_and_links_to_pages(choices):
    table = choices.types(28).data
    assert table.count("\n") == len(choices.TYPES) + 1
    assert "| 18,432 | 14,450,688 |" in table
    assert "[separable](separable.md) | small and mobile networks | 28 x 28 | 3 | 2,336 |" in table
    for page in re.findall(r"\((\w+\.md)\)", table + TEXT):
        assert page in {"conv1d.md", "conv2d.md", "conv3d.md", "dilated.md", "transposed.md",
                        "separable.md", "speed.md"}  # fmt: skip


def test_a_stack_sums_up_its_layers(choices):
    first, second = choices.Layer(3, 8, stride=2, padding=1), choices.Layer(8, 5, kernel=5)
    lines = choices.stack([first, second], 32).data.splitlines()
    assert lines[2:4] == [
        "| 1 | 8 | 16 | 3 | 216 | 55,296 |",
        f"| 2 | 5 | 12 | 11 | 1,000 | {1000 * 12 * 12:,} |",
    ]
    assert lines[4] == f"| all |  |  |  | 1,216 | {55296 + 144000:,} |"
    assert choices.view([first, choices.Layer(1, 1, transposed=True)]) is None


def test_the_four_ways_see_the_same(choices):
    cell = re.search(r"^def row.*?^compared", TEXT, re.MULTILINE | re.DOTALL)[0]
    told = {"Layer": choices.Layer}
    exec(cell.removesuffix("compared"), told)
    assert {choices.view(way) for way in told["ways"].values()} == {31}
    assert len(told["ways"]) == 4
    costs = {name: sum(layer.parameters for layer in way) for name, way in told["ways"].items()}
    assert costs["dilation doubled"] == costs["stride 2 each"] < costs["one large kernel"]


def test_the_answer_fulfils_its_task(choices):
    cell = re.search(r"^answer = .*?(?=^glue)", TEXT, re.MULTILINE | re.DOTALL)[0]
    told = {"Layer": choices.Layer}
    exec(cell, told)
    n = 96
    for before, layer in zip([None, *told["answer"]], told["answer"], strict=False):
        assert before is None or layer.c_in == before.c_out
        n = layer.size(n)
    assert (n, told["answer"][-1].c_out) == (12, 64)
    assert choices.view(told["answer"]) >= 45
    assert sum(layer.parameters for layer in told["answer"]) < 5000
    said = TEXT.rpartition("One answer")[2]
    assert re.findall(r"`Layer(\(.*?\))`", said) == re.findall(r"Layer(\(.*?\))", cell)


# --- The sheet --------------------------------------------------------------------------------


def test_the_formulas_of_the_sheet_hold():
    sizes = product(range(5, 9), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2))
    for n, k, s, p, d in sizes:
        if n + 2 * p < d * (k - 1) + 1:
            continue
        m = conv_output_size(n, k, stride=s, padding=p, dilation=d)
        assert m == (n + 2 * p - d * (k - 1) - 1) // s + 1
        if s == 1 and 2 * p == d * (k - 1):
            assert m == n
        rest = (n + 2 * p - d * (k - 1) - 1) % s  # the output padding of the gradient by input
        window = {"stride": s, "padding": p, "dilation": d}
        assert conv_transpose_output_size(m, k, **window, output_padding=rest) == n
        assert n == (m - 1) * s - 2 * p + d * (k - 1) + rest + 1
        times_s = d * (k - 1) + 1 - s == 2 * p - rest
        assert times_s == (n == m * s)


def test_the_closed_forms_and_the_gradient_by_weight_hold():
    for count, k in product(range(1, 6), (2, 3, 5)):
        doubled = convlib.receptive_field(k, dilation=[2**n for n in range(count)])
        assert convlib.receptive_field([k] * count) == 1 + count * (k - 1)
        assert doubled == 1 + (2**count - 1) * (k - 1)
    separable = convlib.count_parameters(32, 32, (3, 3), groups=32) + 32 * 64
    assert separable / convlib.count_parameters(32, 64, (3, 3)) == pytest.approx(1 / 64 + 1 / 9)
    rng = np.random.default_rng(0)
    x, g = rng.integers(-9, 9, (1, 1, 14)), rng.integers(-9, 9, (1, 1, 4))
    by_hand = conv(x, g, stride=2, dilation=3)[..., :3]  # stride and dilation have changed places
    assert np.array_equal(by_hand, convlib.conv_weight_grad(x, g, 3, stride=3, dilation=2))


def rows_of_names():
    """Return the rows of the table of names, as lists of cells."""
    lines = SHEET.partition("| name of | convlib")[2].splitlines()[2:]
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if "|" in line
    ]


def test_the_names_of_this_library_are_right():
    found = {row[0]: row[1] for row in rows_of_names()}
    parameters = inspect.signature(convlib.conv2d).parameters
    for name in ("stride", "padding", "dilation", "groups"):
        assert f"`{name}`" in found[name]
        assert name in parameters
    for name in ("transposed", "depthwise", "separable"):
        assert found[name].strip("`") in convlib.__all__


def test_the_names_of_pytorch_are_right():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    functional = torch.nn.functional
    x, weight = torch.ones(1, 4, 7, 8), torch.ones(6, 2, 3, 3)
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    y = functional.conv2d(input=x, weight=weight, **options)
    assert y.shape[2:] == conv_output_size((7, 8), 3, stride=2, padding=1, dilation=2)
    assert functional.conv_transpose2d(x, torch.ones(4, 3, 3, 3)).shape == (1, 3, 9, 10)


def test_the_names_of_jax_are_right():
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    x, weight = np.ones((1, 2, 5, 6), np.float32), np.random.default_rng(0).random((2, 3, 4, 4))
    found = jax.lax.conv_transpose(
        x,
        weight.astype(np.float32),
        strides=(2, 2),
        padding=[(1, 1)] * 2,
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
        transpose_kernel=True,
        use_consistent_padding=True,
    )
    assert np.allclose(found, conv_transpose(x, weight, stride=2, padding=1), atol=1e-4)


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_sheet_prints_on_one_page(site, open_page):
    page = open_page(f"{site}/book/choosing.html#cheat-sheet")
    page.wait_for_selector("#cheat-sheet mjx-container")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    assert page.locator("#cheat-sheet table").count() == 3
    assert not page.locator("#all-types-side-by-side").is_visible()
    assert page.problems == []


@pytest.mark.browser
def test_printed_with_its_chapter_the_sheet_begins_a_page(site, open_page):
    page = open_page(f"{site}/book/choosing.html")
    page.emulate_media(media="print")
    sheet = page.locator("#cheat-sheet")
    assert sheet.evaluate("e => getComputedStyle(e).breakBefore") == "page"
    assert page.locator("#all-types-side-by-side").is_visible()
    height = sheet.evaluate("e => e.getBoundingClientRect().height")
    assert height < prod((297 - 2 * 18, 96 / 25.4))  # of an A4 page between its margins, in pixels
