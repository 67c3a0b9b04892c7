"""The assignment `conv1d`: what is its own, beside what holds for every assignment."""

from pathlib import Path

import numpy as np
import pytest
from assignment import definition, run, subject
from test_assignments import rows

from autograder.rules import readable

ONE = subject("conv1d")
CODE = ONE.functions
CONV = [name for name in CODE if name.startswith("conv1d")]


def test_the_ping_can_be_found_by_several_methods():
    others = [run(ONE.filled(ONE.styles[style]))["find_ping"] for style in ("windows", "matrix")]
    sizes = [(3, 400, 50), (4, 500, 36), (5, 600, 40), (6, 800, 45)]
    for seed in range(400):
        heard, code, starts = ONE.cases.recordings(seed, *sizes[seed % 4])
        for find in (ONE.cases.find_ping, *others):
            np.testing.assert_array_equal(find(heard, code), starts, f"seed {seed}")


@pytest.mark.parametrize(
    "call", ["np.correlate(x, w, 'valid')", "np.convolve(x, w[::-1], 'valid')"]
)
def test_a_library_call_costs_half(call):
    result = ONE.judged("correlate", ["import numpy as np", f"def correlate(x, w): return {call}"])
    assert result.score == result.points / 2
    assert "no library convolution" in [row.label.removeprefix("rule: ") for row in result.rows]


def test_a_loop_over_samples_breaks_the_rule():
    source = readable(ONE.filled(ONE.styles["loops"]))
    (rule,) = [rule for rule in ONE.assignment.task("conv1d_fast").rules if "loop" in rule.name]
    assert rule.find(source, "conv1d")
    assert not rule.find(source, "conv1d_fast")


@pytest.mark.parametrize("name", CODE)
def test_hidden_cases_are_drawn_afresh(name):
    task = ONE.assignment.task(name)
    one, other = (task.hidden(np.random.default_rng(seed)) for seed in (0, 1))
    for mine, yours in zip(one, other, strict=True):
        same = [np.array_equal(a, b) for a, b in zip(mine.args, yours.args, strict=True)]
        empty = [a.size == 0 for a in mine.args]
        assert same == empty


@pytest.mark.parametrize("name", CONV)
def test_sizes_differ_within_a_case(name):
    for case in ONE.drawn(name):
        (n, c_in, size), (c_out, _, kernel) = (arg.shape for arg in case.args[:2])
        if 0 in (n, size - 1):  # the empty batch, the single element
            continue
        as_long = kernel == size
        assert len({n, c_in, c_out, kernel, size}) == 5 - as_long, case.label
        assert len({kernel, *case.kwargs.values()}) == 1 + len(case.kwargs), case.label
        assert min(case.kwargs.values(), default=2) >= 2


@pytest.mark.parametrize("name", ["correlate", *CONV])
def test_numbers_are_not_zero_and_kernels_not_symmetric(name):
    for case in ONE.drawn(name):
        if case.impulses or case.label == "the signal and kernel of task 2":
            continue
        x, weight, *bias = case.args
        assert all(np.all(arg != 0) for arg in (x, weight, *bias))
        short = weight.shape[-1] == 1
        assert short or not np.array_equal(weight, weight[..., ::-1]), case.label


@pytest.mark.parametrize("name", ["correlate", *CONV])
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls >= 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    if name in CONV:
        assert any(len(case.args[0]) == 0 for case in cases)
        assert {len(case.args) for case in cases} == {2, 3}


def test_cases_cover_each_option():
    stride, dilation = ONE.drawn("conv1d_stride", [0]), ONE.drawn("conv1d_dilation", [0])
    assert any(set(case.kwargs) == {"stride", "padding"} for case in stride)
    assert any(case.kwargs.get("stride", 0) > case.args[1].shape[2] for case in stride)
    assert any(set(case.kwargs) == {"stride", "padding", "dilation"} for case in dilation)
    for cases in (stride, dilation):
        rests = {left_over(case) for case in cases if "stride" in case.kwargs}
        assert {0, 1} <= rests


def left_over(case):
    """Return how many padded samples lie behind the last stop."""
    padding, dilation = case.kwargs.get("padding", 0), case.kwargs.get("dilation", 1)
    room = case.args[0].shape[2] + 2 * padding
    return (room - dilation * (case.args[1].shape[2] - 1) - 1) % case.kwargs["stride"]


def test_the_text_asks_for_the_sizes_that_are_judged():
    names = ("size", "kernel", "stride", "padding", "dilation")
    table = rows(ONE.text, "| | size | kernel")
    asked = [dict(zip(names, map(int, row[1:]), strict=True)) for row in table]
    assert asked == [{"stride": 1, "padding": 0, "dilation": 1} | size for size in ONE.cases.SIZES]


def test_the_text_shows_the_data_that_is_judged():
    names = run(source for source in ONE.solution() if "signal = " in source or "numpy" in source)
    np.testing.assert_array_equal(names["signal"], ONE.cases.SIGNAL)
    np.testing.assert_array_equal(names["kernel"], ONE.cases.KERNEL)
    source = Path(ONE.cases.__file__).read_text(encoding="utf-8")
    assert ONE.shown("recordings") == definition(source, "recordings")
    heard, code, _ = ONE.cases.recordings(2026)
    np.testing.assert_equal(ONE.assignment.task("find_ping").visible[0].args, (heard, code))


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in ONE.drawn("conv1d_fast", [0]) if case.calls > 2]
    assert f"{large.calls} calls on signals of {large.args[0].shape[2]} samples" in ONE.text
    assert f"{large.seconds} seconds" in ONE.text
