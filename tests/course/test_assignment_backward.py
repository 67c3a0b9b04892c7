"""The assignment `backward`: what is its own, beside what holds for every assignment."""

import sys
from pathlib import Path

import numpy as np
import pytest
from assignment import definition, run, subject
from test_assignments import rows

from autograder.verdicts import Verdict
from convlib import conv

ONE = subject("backward")
WEIGHT = [name for name in ONE.tasks if name.startswith("weight_grad")]
INPUT = [name for name in ONE.tasks if name.startswith("input_grad")]
OPTIONS = ("stride", "padding", "dilation")
SUSPECTS = sys.modules[ONE.cases.who.__module__]
ROOMS = sys.modules[ONE.cases.learn_kernel.__module__]


def convolution(case, task):
    """Return (N, C_in, C_out, input size, kernel size) of the convolution behind a case."""
    first, second, size = case.args
    size = tuple(np.atleast_1d(size))
    if task in WEIGHT:
        return len(first), first.shape[1], second.shape[1], first.shape[2:], size
    return len(first), second.shape[1], first.shape[1], size, second.shape[2:]


def inner(one, other):
    return (one * other).sum()


@pytest.mark.parametrize("name", WEIGHT + INPUT)
def test_the_reference_is_adjoint_to_the_forward_pass(name):
    rng = np.random.default_rng(5)
    task = ONE.assignment.task(name)
    for case in ONE.drawn(name, [0]):
        n, c_in, c_out, size, kernel = convolution(case, name)
        x, weight = rng.normal(size=(n, c_in, *size)), rng.normal(size=(c_out, c_in, *kernel))
        back = task.reference(*case.args, **case.kwargs)
        if name in WEIGHT:
            y = conv(case.args[0], weight, **case.kwargs)
            sides = inner(y, case.args[1]), inner(weight, back)
        else:
            y = conv(x, case.args[1], **case.kwargs)
            sides = inner(y, case.args[0]), inner(x, back)
        np.testing.assert_allclose(*sides, rtol=1e-4 if case.args[0].dtype == "f" else 1e-9)


@pytest.mark.parametrize("name", WEIGHT + INPUT)
def test_sizes_differ_within_a_case(name):
    for case in ONE.drawn(name, range(5)):
        n, c_in, c_out, size, kernel = convolution(case, name)
        if n < 2 or case.impulses:  # the empty batch, what is worked out by hand
            continue
        assert len({n, c_in, c_out}) == 3, case.label
        assert len(set(size)) == len(size)
        assert len(set(kernel)) == len(kernel)
        for option in case.kwargs.values():
            assert np.ndim(option) == 0 or option[0] != option[1], case.label


@pytest.mark.parametrize("name", ["weight_grad2d", "input_grad2d"])
def test_pairs_are_tuples_as_the_text_says(name):
    for case in ONE.drawn(name, [0]):
        assert all(isinstance(pair, tuple) for pair in (case.args[2], *case.kwargs.values()))


@pytest.mark.parametrize("name", WEIGHT + INPUT)
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("d", "l"), ("f", "f")} <= kinds
    assert any(case.calls >= 2 for case in cases)
    shapes = [convolution(case, name) for case in cases]
    assert any(n == 0 for n, *_ in shapes)
    assert any(np.prod(size) == 1 for *_, size, _ in shapes)
    assert any(size == kernel and len(set(size)) == len(size) for *_, size, kernel in shapes[2:])
    if name not in ("weight_grad", "input_grad"):
        assert any(set(case.kwargs) == set(OPTIONS) for case in cases)
        assert any(left_over(case, name) for case in cases)
    for case in cases:
        assert all(np.all(arg != 0) for arg in case.args[:2]) or case.impulses


def left_over(case, task):
    """Return how many padded samples lie behind the last stop, on all axes."""
    *_, size, kernel = convolution(case, task)
    options = zip(
        *(np.broadcast_to(case.kwargs.get(name, name != "padding"), len(size)) for name in OPTIONS),
        strict=True,
    )
    return sum(
        (n + 2 * p - d * (k - 1) - 1) % s
        for n, k, (s, p, d) in zip(size, kernel, options, strict=True)
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_gap_is_nothing_or_plain_to_see(seed):
    gaps = {
        case.label: ONE.cases.adjoint_gap(*case.args) for case in ONE.drawn("adjoint_gap", [seed])
    }
    for label, gap in gaps.items():
        if "right" in label or "empty" in label:
            assert gap == 0, label
        else:
            assert abs(gap) > 10, label
    assert len(gaps) == 9


def test_each_wrong_suspect_hides_in_one_careless_test():
    found = [ONE.cases.who(question=question) for question in ONE.cases.QUESTIONS]
    assert sorted(found) == [1, 2, 3, 4, 5]
    names = run(ONE.solution()[:1] + [one for one in ONE.solution() if "right = 4" in one])
    assert found == [names[name] for name in ONE.checked("suspects")]


def test_the_suspects_of_the_text_are_those_that_are_judged():
    for number in range(1, 6):
        assert ONE.shown(f"suspect_{number}") == definition(
            Path(SUSPECTS.__file__).read_text(encoding="utf-8"), f"suspect_{number}"
        )


@pytest.mark.parametrize("seed", range(20))
def test_the_true_kernels_come_out(seed):
    hidden = ONE.assignment.task("learn_kernel").hidden(np.random.default_rng(seed))
    (long,) = [case for case in hidden if case.quality]
    learned = ONE.cases.learn_kernel(*long.args, **long.kwargs)
    np.testing.assert_allclose(learned, long.quality.truth, atol=1e-5)


def test_other_steps_to_the_true_kernels_earn_their_part():
    source = """
import numpy as np
def learn_kernel(x, y, kernel_size, *, rate, steps):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=2)
    seen = windows.swapaxes(1, 2).reshape(-1, x.shape[1] * kernel_size)
    weight = np.linalg.lstsq(seen, y.swapaxes(1, 2).reshape(len(seen), -1))[0]
    return weight.T.reshape(-1, x.shape[1], kernel_size)
"""
    result = ONE.judged("learn_kernel", [source])
    wrong = [row.label for row in result.rows if row.verdict is Verdict.FAIL]
    assert 0 < result.score < result.points
    assert [label.split()[1].strip(",") for label in wrong] == ["steps", "step", "steps", "steps"]


def test_a_library_call_costs_half():
    source = """
import numpy as np
def weight_grad(x, grad, kernel_size):
    back = np.zeros((grad.shape[1], x.shape[1], kernel_size), np.result_type(x, grad))
    for n, o, c in np.ndindex(len(x), *back.shape[:2]):
        back[o, c] += np.correlate(x[n, c], grad[n, o], "valid")
    return back
"""
    result = ONE.judged("weight_grad", [source])
    assert result.score == result.points / 2
    assert "rule: no library convolution" in [row.label for row in result.rows]


def test_a_loop_over_positions_breaks_the_rule():
    source = """
import numpy as np
def input_grad2d(grad, weight, input_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (p, q), (s, t), (d, e), (kh, kw) = padding, stride, dilation, weight.shape[2:]
    room = np.zeros((len(grad), weight.shape[1], input_size[0] + 2 * p, input_size[1] + 2 * q),
                    np.result_type(grad, weight))
    for i in range(grad.shape[2]):
        for j in range(grad.shape[3]):
            seen = room[:, :, i * s:, j * t:][:, :, : d * (kh - 1) + 1 : d, : e * (kw - 1) + 1 : e]
            seen += np.tensordot(grad[:, :, i, j], weight, 1)
    return room[:, :, p : p + input_size[0], q : q + input_size[1]]
"""
    result = ONE.judged("input_grad2d", [source])
    assert result.score == result.points / 2
    assert "rule: no Python loop over samples" in [row.label for row in result.rows]


def test_the_text_asks_for_what_is_judged():
    names = ("size", "kernel", "sample", "stride", "padding", "dilation")
    table = rows(ONE.text, "| | size | kernel | sample")
    asked = [dict(zip(names, map(int, row[1:]), strict=True)) for row in table]
    assert asked == [{"stride": 1, "padding": 0, "dilation": 1} | one for one in ONE.cases.REACHED]


def test_the_text_shows_the_data_that_is_judged():
    names = run(
        one for one in ONE.solution() if "import numpy" in one or one.startswith("signal =")
    )
    for name, judged in {"signal": "SIGNAL", "kernel": "KERNEL", "asked": "ASKED"}.items():
        np.testing.assert_array_equal(names[name], getattr(ONE.cases, judged))
    longer = ", ".join(map(str, ONE.cases.LONGER))
    assert f"six samples, {longer}, the stride is 2, and the two outputs ask 1 and 10" in ONE.text
    assert list(ONE.cases.ASKED_OF_TWO) == [1, 10]
    source = Path(ROOMS.__file__).read_text(encoding="utf-8")
    assert ONE.shown("recordings") == definition(source, "recordings")
