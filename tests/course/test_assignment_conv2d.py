"""The assignment `conv2d`: what is its own, beside what holds for every assignment."""

from pathlib import Path

import numpy as np
import pytest
from assignment import definition, run, subject
from test_assignments import rows

from autograder.rules import readable

ONE = subject("conv2d")
LAYERS = ["conv2d", "conv2d_stride", "conv2d_fast"]


def test_the_label_can_be_found_by_several_methods():
    names = run(ONE.filled(ONE.styles["loops"] | {"conv2d": "from convlib import conv2d"}))
    others = names["find_label"], run(ONE.filled(ONE.styles["windows"]))["find_label"]
    sizes = [(60, 90), (50, 80), (64, 72), (90, 60), (61, 97)]
    for seed in range(200):
        picture, box = ONE.cases.parcel(seed, *sizes[seed % 5])
        for find in (ONE.cases.find_label, *others):
            np.testing.assert_array_equal(find(picture), box, f"seed {seed}")


@pytest.mark.parametrize("task", ["im2col", "conv2d_fast"])
def test_a_loop_over_pixels_breaks_the_rule(task):
    source = readable(ONE.filled(ONE.styles["loops"]))
    (rule,) = [rule for rule in ONE.assignment.task(task).rules if "loop" in rule.name]
    assert rule.find(source, "conv2d")
    assert not rule.find(source, task)


def test_a_library_call_costs_half():
    source = """
import numpy as np

def correlate2d(x, w):
    stops = len(x) - len(w) + 1
    rows = [[np.correlate(x[i + u], w[u], "valid") for u in range(len(w))] for i in range(stops)]
    return np.array(rows).sum(axis=1)
"""
    result = ONE.judged("correlate2d", [source])
    assert result.score == result.points / 2
    assert "rule: no library convolution" in {row.label for row in result.rows}


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_and_options_differ_within_a_case(name):
    for case in ONE.drawn(name):
        if case.impulses or case.calls > 2:
            continue
        (n, c_in, *size), (c_out, _, *kernel) = (arg.shape for arg in case.args[:2])
        if n == 0 or max(size) == 1:  # the empty batch, the single element
            continue
        whole = size == kernel
        assert len({n, c_in, c_out, *kernel, *size}) == 7 - 2 * whole, case.label
        assert all(len(set(option)) == 2 for option in case.kwargs.values()), case.label


@pytest.mark.parametrize("name", ["correlate2d", *LAYERS])
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls == 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    shapes = [(case.args[0].shape[-2:], case.args[1].shape[-2:]) for case in cases]
    whole = any(size == kernel != (1, 1) for size, kernel in shapes)
    assert whole == (name in ("correlate2d", "conv2d"))


def test_the_text_asks_for_the_sizes_that_are_judged():
    table = rows(ONE.text, "| | image | kernel")
    asked = [
        dict(
            zip(
                ("size", "kernel", "stride", "padding"),
                ([int(one) for one in cell.replace(" by ", ",").strip("()").split(",")]
                 for cell in row[1:]),
                strict=True,
            )
        )
        for row in table
    ]  # fmt: skip
    plain = {"stride": [1, 1], "padding": [0, 0]}
    assert asked == [plain | size for size in ONE.cases.SIZES]


def test_the_text_shows_the_data_that_is_judged():
    names = run(source for source in ONE.solution() if "image = " in source or "numpy" in source)
    np.testing.assert_array_equal(names["image"], ONE.cases.IMAGE)
    np.testing.assert_array_equal(names["kernel"], ONE.cases.KERNEL)
    source = Path(ONE.cases.__file__).read_text(encoding="utf-8")
    assert ONE.shown("parcel") == definition(source, "parcel")


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in ONE.drawn("conv2d_fast", [0]) if case.calls > 2]
    height, width = large.args[0].shape[2:]
    assert f"{large.calls} calls on images of {height} by {width} pixels" in ONE.text
    assert f"{large.seconds} seconds" in ONE.text
