"""The assignment `dilated`: what is its own, beside what holds for every assignment."""

from pathlib import Path

import numpy as np
import pytest
from assignment import COURSE, definition, run, subject
from test_assignments import rows

from autograder.judge import judge, trials
from autograder.rules import readable
from autograder.sandbox import Boxes, Cell, Check, Limits, Session
from autograder.sandbox.command import Tools

ONE = subject("dilated")
CONV = ["dilated1d", "causal_conv1d", "atrous2d"]
HEAD = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
"""

# Right in every number, with all the products of a large kernel.
FILLED_UP = {
    "dilated1d": """
def dilated1d(x, w, *, dilation=1):
    full = np.zeros(dilation * (len(w) - 1) + 1, w.dtype)
    full[::dilation] = w
    x = x if x.dtype == object else np.nan_to_num(x)
    return sliding_window_view(x, len(full)) @ full
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    full = np.zeros((*weight.shape[:2], dilation * (weight.shape[2] - 1) + 1), weight.dtype)
    full[:, :, ::dilation] = weight
    x = np.pad(x, ((0, 0), (0, 0), (full.shape[2] - 1, 0)))
    y = np.einsum("ncik,ock->noi", sliding_window_view(
        x, full.shape[2], axis=2), full)
    return y if bias is None else y + bias[:, None]
""",
    "atrous2d": """
def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    size = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:])]
    full = np.zeros((*weight.shape[:2], *size), weight.dtype)
    full[:, :, :: dilation[0], :: dilation[1]] = weight
    x = np.pad(x, ((0, 0), (0, 0), *((n // 2, n // 2) for n in size)))
    windows = sliding_window_view(x, size, axis=(2, 3))
    y = np.einsum("ncijuv,ocuv->noij", windows, full)
    return y if bias is None else y + bias[:, None, None]
""",
}


@pytest.fixture(scope="module")
def graded():
    """Give `graded(answers)`: sources by task, judged on what comes out of a box."""
    with Boxes(Tools.of(COURSE.box.resolve()), Limits()) as boxes:

        def graded(answers):
            with boxes.box() as box:
                session = Session(box, [Cell(HEAD), *map(Cell, answers.values())])
                session.show()
                return {name: judged(session, name, 1 + len(answers)) for name in answers}

        yield graded


def judged(session, name, after):
    task = ONE.assignment.task(name)
    drawn = trials(task, np.random.default_rng(0))
    cases = [trial.case for trial in drawn]
    answers = session.ask(Check(name, (name,), after), "function", cases)
    return judge(task, list(zip(drawn, answers, strict=True)), ONE.assignment.mistakes)


# Multiplications


@pytest.mark.parametrize("style", ONE.styles)
def test_right_answers_of_any_style_multiply_no_more_than_they_have_to(graded, style):
    for result in graded({name: ONE.styles[style][name] for name in CONV}).values():
        assert result.score == result.points, result


def test_a_kernel_filled_up_with_zeros_is_told_by_its_multiplications(graded):
    for result, most in zip(graded(FILLED_UP).values(), (2, 6, 6), strict=True):
        assert 0.5 * result.points < result.score < result.points
        seen, hidden = (row.detail for row in result.rows if row.label == "multiplications counted")
        assert f"{most} are enough: is the kernel filled up with zeros?" in seen
        assert "the values are right, but one of them takes" in hidden


def test_one_that_also_multiplies_what_is_no_number_is_told_its_name():
    source = FILLED_UP["dilated1d"].replace("np.nan_to_num(x)", "x")
    result = ONE.judged("dilated1d", [HEAD, source])
    assert result.mistake == "kernel filled up with zeros"


def test_an_fft_is_told_that_it_reads_what_it_should_not(graded):
    source = """
def dilated1d(x, w, *, dilation=1):
    full = np.zeros(dilation * (len(w) - 1) + 1)
    full[::dilation] = w
    y = np.fft.irfft(np.fft.rfft(x) * np.conj(np.fft.rfft(full, len(x))), len(x))
    y = y[: len(x) - len(full) + 1]
    return np.rint(y).astype(int) if x.dtype == w.dtype == int else y
"""
    (result,) = graded({"dilated1d": source}).values()
    told = {row.label: row.detail for row in result.rows if row.verdict != "pass"}
    assert "an input that no output needs got into the result" in told["NaN in the gaps"]


# Rules


def test_a_loop_over_samples_breaks_the_rule():
    source = """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    for t in range(x.shape[2]):
        pass
"""
    (rule,) = [rule for rule in ONE.assignment.task("causal_conv1d").rules if "loop" in rule.name]
    assert rule.find(readable([source]), "causal_conv1d")


def test_a_library_call_costs_half():
    source = """
def dilated1d(x, w, *, dilation=1):
    y = np.zeros(len(x) - dilation * (len(w) - 1), np.result_type(x, w))
    for phase in range(min(dilation, len(y))):
        y[phase::dilation] = np.correlate(x[phase::dilation], w, "valid")
    return y
"""
    result = ONE.judged("dilated1d", [HEAD, source])
    assert result.score == result.points / 2


# Cases


@pytest.mark.parametrize("name", CONV)
def test_cases_cover_what_is_forgotten(name):
    cases = [case for case in ONE.drawn(name, [0]) if not case.counted]
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls == 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    assert any(np.isnan(case.args[0]).any() for case in cases)
    dilations = {str(case.kwargs.get("dilation", 1)) for case in ONE.drawn(name)}
    assert len(dilations) >= 3
    if name != "dilated1d":
        assert any(len(case.args[0]) == 0 for case in cases)
        assert {len(case.args) for case in cases} == {2, 3}


def test_sizes_of_pictures_differ():
    for case in ONE.drawn("atrous2d", range(10)):
        if "twice" in case.label or "whole" in case.label:
            (n, c_in, *size), (c_out, _, *kernel) = (arg.shape for arg in case.args[:2])
            assert len({n, c_in, c_out, *size, *kernel}) == 7, case.label
            assert len(set(case.kwargs["dilation"])) == 2


def test_the_wall_can_be_found_by_several_methods():
    finders = [run(ONE.filled(ONE.styles["windows"]))["find_delay"], ONE.cases.find_delay]
    sizes = [(4, 900, 100, 300), (5, 800, 80, 200), (3, 1000, 150, 350), (6, 700, 131, 136)]
    for seed in range(60):
        n, size, *range_ = sizes[seed % 4]
        heard, delays = ONE.cases.echoed.__globals__["recordings"](seed, n, size, *range_)
        for find in finders:
            np.testing.assert_array_equal(find(heard, *range_), delays, f"seed {seed}")


# The text


def test_the_text_asks_for_the_fields_that_are_judged():
    table = rows(ONE.text, "| | kernel | dilation | stride |")
    asked = [
        [
            list(layer)
            for layer in zip(*(map(int, cell.split(",")) for cell in row[1:]), strict=True)
        ]
        for row in table[:-1]
    ]
    assert asked == list(ONE.cases.STACKS[:-1])
    assert ONE.cases.STACKS[-1] == [[2, 2**i, 1] for i in range(10)]  # "1, 2, 4 and so on to 512"


def test_the_text_shows_the_data_that_is_judged():
    names = run(source for source in ONE.solution() if "signal = " in source or "numpy" in source)
    np.testing.assert_array_equal(names["signal"], ONE.cases.SIGNAL)
    np.testing.assert_array_equal(names["kernel"], ONE.cases.KERNEL)
    echo = Path(ONE.cases.__file__).with_name("_echo.py").read_text(encoding="utf-8")
    assert ONE.shown("recordings") == definition(echo, "recordings")


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in ONE.drawn("causal_conv1d", [0]) if case.calls > 2]
    assert f"{large.calls} calls on signals of {large.args[0].shape[2]} samples" in ONE.text
    assert f"{large.seconds} seconds" in ONE.text
