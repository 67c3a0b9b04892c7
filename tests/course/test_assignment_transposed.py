"""The assignment `transposed`: what is its own, beside what holds for every assignment."""

import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest
from assignment import COURSE, run, subject
from test_assignments import rows

from autograder.rules import readable
from convlib import conv1d, conv_transpose2d

ONE = subject("transposed")
LAYERS = {"conv_transpose1d": 1, "zero_insertion": 1, "conv_transpose2d": 2}


@pytest.fixture(scope="module")
def solved():
    """Return what the text's own solution defines, and what its cells print."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    with redirect_stdout(io.StringIO()) as printed:
        names = run(ONE.solution())
    pyplot.close("all")
    return names, printed.getvalue().splitlines()


# The cases


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_and_options_differ_within_a_case(name):
    for case in ONE.drawn(name):
        if case.impulses or case.calls > 2 or case.args[0].size in (0, 1):
            continue
        (n, c_in, *size), (_, c_out, *kernel) = (arg.shape for arg in case.args[:2])
        alike_on_purpose = "beyond" in case.label or "as many" in case.label
        assert alike_on_purpose or len({n, c_in, c_out, *size, *kernel}) == 3 + 2 * LAYERS[name], (
            case.label
        )
        options = {name: np.atleast_1d(value) for name, value in case.kwargs.items()}
        for axis, k in enumerate(kernel):
            alike = [k, *(value[axis] for value in options.values())]
            assert len(set(alike)) == len(alike), case.label
        assert all(len({*value}) == LAYERS[name] for value in options.values()), case.label
        assert np.all(options.get("padding", 0) < np.array(kernel)), case.label
        assert np.all(options.get("output_padding", 0) < options.get("stride", np.array(1)))


@pytest.mark.parametrize("name", ["scatter", *LAYERS])
def test_numbers_are_not_zero_and_kernels_not_symmetric(name):
    for case in ONE.drawn(name):
        if not case.impulses:
            weight = case.args[1]
            assert all(np.all(arg != 0) for arg in case.args)
            single = weight.shape[-1] == 1
            assert single or not np.array_equal(weight, weight[..., ::-1]), case.label


@pytest.mark.parametrize("name", ["scatter", *LAYERS])
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls == 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    used = {frozenset(case.kwargs) for case in cases}
    stride, padding, extra = "stride", "padding", "output_padding"
    assert {frozenset(), *map(frozenset, ([stride], [stride, padding], [stride, extra]))} <= used
    assert {stride, padding, extra} in used
    assert any(
        np.all(np.array(case.kwargs.get(stride, 1)) > case.args[1].shape[-1]) for case in cases
    )
    if name in LAYERS:
        assert any(len(case.args[0]) == 0 for case in cases)
        assert {len(case.args) for case in cases} == {2, 3}


def test_claims_are_true_or_wrong_in_both_directions():
    signs = set()
    for case in ONE.drawn("adjoint_gap", range(5)):
        x, g, back, weight = case.args
        gap = (conv1d(x, weight, **case.kwargs) * g).sum() - (x * back).sum()
        signs.add(np.sign(gap))
        assert (gap == 0) == case.label.startswith("a true claim"), case.label
    assert signs == {-1, 0, 1}


def test_pictures_are_neither_dark_nor_saturated():
    for case in ONE.drawn("generate", range(5)):
        picture = ONE.cases.generate(*case.args)
        assert np.all(np.abs(picture) < 1)
        assert 0.1 < picture.std() < 0.9, case.label
    (largest,) = {case.args[0].shape for case in ONE.drawn("generate") if case.weight == 2}
    assert largest[1] == 100


@pytest.mark.parametrize(("kernel", "stride"), [(k, s) for k in range(2, 8) for s in (2, 3)])
def test_the_overlap_is_even_exactly_if_the_stride_divides_the_kernel(kernel, stride):
    case = COURSE.module("transposed", "_generator").overlaps("", (kernel, kernel), stride, (4, 3))
    assert (ONE.cases.checkerboard(*case.args) == 0) == (kernel % stride == 0)


# The rules


def test_a_loop_over_samples_breaks_the_rule():
    source = readable(ONE.filled(ONE.styles["loops"]))
    (rule,) = ONE.assignment.task("spread_out").rules
    assert rule.find(source, "conv_transpose1d")
    assert not rule.find(source, "spread_out")
    assert rule in ONE.assignment.task("zero_insertion").rules


def test_a_library_call_costs_half():
    call = """
def scatter(x, w, stride=1, padding=0, output_padding=0):
    spread = np.zeros((len(x) - 1) * stride + 1 + output_padding, x.dtype)
    spread[: len(spread) - output_padding : stride] = x
    y = np.convolve(spread, w)
    return y[padding : len(y) - padding]
"""
    result = ONE.judged("scatter", ["import numpy as np", call])
    assert result.score == result.points / 2


# The text


def test_the_text_asks_for_what_is_judged():
    names = ("size", "kernel", "stride", "padding", "output_padding")
    table = rows(ONE.text, "| | size | kernel")
    asked = [dict(zip(names, map(int, row[1:]), strict=True)) for row in table]
    usual = {"stride": 1, "padding": 0, "output_padding": 0}
    assert asked == [
        usual | {key: value for key, value in size.items() if key != "layers"}
        for size in ONE.cases.SIZES
    ]
    doubled = [tuple(map(int, row[1:])) for row in rows(ONE.text, "| | kernel | stride |")]
    assert doubled == [(o["kernel"], o["stride"], o["stride"]) for o in ONE.cases.DOUBLING]


def test_each_pair_multiplies_any_size():
    for asked in ONE.cases.DOUBLING:
        padding, extra = ONE.cases.doubling(**asked)
        for size in range(2, 9):
            made = ONE.cases.output_size(size=size, padding=padding, output_padding=extra, **asked)
            assert made == size * asked["stride"]


def test_the_lecture_is_right_only_sometimes():
    plain, matched = {"size": 8, "kernel": 3, "stride": 2}, {"size": 8, "kernel": 2, "stride": 2}
    assert plain in ONE.cases.SIZES
    assert (ONE.cases.output_size(**plain), ONE.cases.output_size(**matched)) == (17, 16)


def test_the_text_shows_the_data_that_is_judged(solved):
    names, _ = solved
    np.testing.assert_array_equal(names["signal"], ONE.cases.SIGNAL)
    np.testing.assert_array_equal(names["kernel"], ONE.cases.KERNEL)


def test_the_text_shows_what_is_slid_over(solved):
    spread = solved[0]["spread_out"](np.array([[[4, 1]]]), 3, stride=2)
    assert f"the result is {', '.join(map(str, spread[0, 0]))}." in ONE.text


def test_the_convolution_that_is_given_is_right(solved):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.normal(size=shape) for shape in ((2, 3, 12), (4, 3, 5), (4,)))
    given = solved[0]["conv1d"](x, weight, bias, stride=2, padding=3)
    np.testing.assert_allclose(given, conv1d(x, weight, bias, stride=2, padding=3))


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in ONE.drawn("zero_insertion", [0]) if case.calls > 2]
    assert f"{large.calls} calls on signals of {large.args[0].shape[2]} samples" in ONE.text
    assert f"{large.seconds} seconds" in ONE.text


def test_the_text_says_what_its_cells_print(solved):
    names, printed = solved
    gaps = [float(line.split()[-1]) for line in printed if " gap " in line]
    assert max(gaps[:2]) < 1e-12 < 1 < gaps[2]
    boards = [float(line.split()[-1]) for line in printed if re.match(r"kernel \d:", line)]
    assert [f"{one:.2f}" for one in boards] == ["0.01", "0.15"]
    assert "is about 0.01" in ONE.text
    assert "is about 0.15" in ONE.text
    even = []
    for k in (3, 4, 5, 6):
        ones = np.ones((1, 1, 10, 10)), np.ones((1, 1, k, k))
        y = conv_transpose2d(*ones, stride=2)[0, 0, 6:14, 6:14]
        even.append(f"{names['checkerboard'](y, 2):.2g}")
    assert "{}, {}, {} and {}".format(*even) in ONE.text


def test_the_generator_of_the_text_makes_64_by_64(solved):
    names, _ = solved
    weights = names["untrained"](names["channels"], 4, seed=4)
    assert names["generate"](names["noise"], *weights).shape == (4, 3, 64, 64)
    assert ONE.cases.output_size(**ONE.cases.SIZES[-1]) == [8, 16, 32, 64]


# What authors of other wrong code read


def test_an_unknown_mistake_is_told_which_inputs_are_heard():
    source = ONE.styles["loops"]["conv_transpose1d"].replace(
        "divmod(j + padding - k, stride)", "divmod(j + padding - k - (j > 4), stride)"
    )
    result = ONE.judged("conv_transpose1d", ["import numpy as np", source])
    assert result.mistake is None
    assert "Your output [n, 0, 5] reads input" in result.sentence
