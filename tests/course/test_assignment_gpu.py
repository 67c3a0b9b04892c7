"""The assignment `gpu`: what is its own, beside what holds for every assignment."""

from pathlib import Path

import numpy as np
import pytest
from assignment import definition, run, subject
from test_assignments import rows

from autograder.compare import difference, longest_sum

ONE = subject("gpu")
CODE = ONE.functions
RIGHT = ONE.styles["taps"]

# What students do with arrays of a GPU, and what they are told.

ARRIVAL = """
def first_arrival(heard, code):
    match = conv1d(standardise(heard)[:, None], (code - code.mean())[None, None])[:, 0]
    loud = match >= 0.6 * match.max(axis=-1, keepdims=True)
"""
SINS = {
    "np for xp": (
        "pad_ends",
        "def pad_ends(x, p): return np.pad(x, [(0, 0), (0, 0), (p, p)])",
        "A NumPy function for an array of the GPU",
    ),
    "zeros of NumPy's": (
        "pad_ends",
        """
def pad_ends(x, p):
    zeros = np.zeros((*x.shape[:2], p), x.dtype)
    return namespace(x).concatenate([zeros, x, zeros], axis=2)
""",
        "NumPy's arrays beside the GPU's",
    ),
    "into an array of NumPy's": (
        "pad_ends",
        """
def pad_ends(x, p):
    y = np.zeros((*x.shape[:2], x.shape[2] + 2 * p), x.dtype)
    y[:, :, p : p + x.shape[2]] = x
    return y
""",
        "A copy that nobody sees",
    ),
    "if": (
        "standardise",
        """
def standardise(x):
    std = x.std(axis=1, keepdims=True)
    if (std == 0).any():
        std = std + (std == 0)
    return (x - x.mean(axis=1, keepdims=True)) / std
""",
        "A copy that nobody sees",
    ),
    "host and back": (
        "standardise",
        """
def standardise(x):
    y = to_host(x)
    std = y.std(axis=1, keepdims=True)
    return namespace(x).asarray((y - y.mean(axis=1, keepdims=True)) / (std + (std == 0)))
""",
        "Fetched to the host",
    ),
    "one number on purpose": (
        "clean",
        """
def clean(x, kernel, rounds):
    xp, x = namespace(x), x.copy()
    for _ in range(rounds):
        x = conv1d(x[:, None], kernel[None, None], padding=len(kernel) // 2)[:, 0]
        for n in range(len(x)):
            peak = abs(x[n]).max().item()
            x[n] = xp.where(abs(x[n]) < peak / 4, 0, x[n]) / peak
    return x
""",
        "Fetched to the host",
    ),
    "float in the loop": (
        "clean",
        """
def clean(x, kernel, rounds):
    xp = namespace(x)
    for _ in range(rounds):
        x = conv1d(x[:, None], kernel[None, None], padding=len(kernel) // 2)[:, 0]
        peak = xp.asarray([[float(abs(x[n]).max())] for n in range(len(x))], dtype=x.dtype)
        x = x * (abs(x) >= peak / 4) / peak
    return x
""",
        "A copy that nobody sees",
    ),
    "NumPy at the end": (
        "first_arrival",
        ARRIVAL + "    return to_host(loud).argmax(axis=-1)",
        "More than the answer copied",
    ),
    "one by one": (
        "first_arrival",
        ARRIVAL
        + "    return [to_host(row.argmax()) for row in (loud[n] for n in range(len(loud)))]",
        "One copy for each recording",
    ),
    "left there": (
        "first_arrival",
        ARRIVAL + "    return loud.argmax(axis=-1)",
        "Answer left on the GPU",
    ),
}


def judged(task, code):
    """Judge an answer to one task, beside right answers to the others."""
    return ONE.judged(task, ONE.filled(RIGHT | {task: code}))


@pytest.mark.parametrize("sin", SINS)
def test_who_leaves_the_gpu_is_told_how_and_keeps_the_marks_for_numpy(sin):
    task, code, told = SINS[sin]
    result = judged(task, code)
    assert 0 < result.score < result.points / 2
    assert result.sentence.startswith(f"{told}. "), result
    for row in result.rows:
        assert (row.verdict.name == "PASS") == row.label.startswith("NumPy"), row
    wrong = [row.detail for row in result.rows if row.verdict.name != "PASS"]
    assert any("GPU" in detail or "host" in detail for detail in wrong)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("no library convolution", "namespace(x).convolve(x[0, 0], weight[0, 0])"),
        ("no Python loop over samples", "[x[:, :, i] for i in range(x.shape[-1])]"),
    ],
)
def test_a_library_call_or_a_loop_over_samples_costs_half(rule, line):
    code = RIGHT["conv1d"].replace("C_out, C_in", f"{line}\n    C_out, C_in")
    (found,) = [each for each in ONE.assignment.task("conv1d").rules if each.name == rule]
    assert found.find(code, "conv1d")
    assert not found.find(RIGHT["conv1d"], "conv1d")
    assert found.cost == 0.5


# The cases


@pytest.mark.parametrize("name", CODE)
def test_cases_are_on_the_host_and_on_a_gpu_and_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    assert all((case.strict is None) == case.label.startswith("NumPy") for case in cases)
    assert {bool(case.strict) for case in cases} == {True, False}
    visible = ONE.assignment.task(name).visible
    assert {bool(case.strict) for case in visible} == {True, False}
    if name != "first_arrival":
        assert {case.args[0].dtype.char for case in cases} >= {"d", "f"}
        assert any(case.calls == 2 and case.strict for case in cases)
        assert len({case.args[0].shape for case in cases}) > len(cases) / 2


@pytest.mark.parametrize("name", CODE)
def test_hidden_cases_are_drawn_afresh(name):
    task = ONE.assignment.task(name)
    one, other = (task.hidden(np.random.default_rng(seed)) for seed in (0, 1))
    for mine, yours in zip(one, other, strict=True):
        assert mine.args[0].size == 0 or not np.array_equal(mine.args[0], yours.args[0])


def test_the_first_arrival_can_be_found_by_several_methods():
    finders = [run(ONE.filled(ONE.styles[style]))["first_arrival"] for style in ("taps", "matrix")]
    sizes = [(3, 400, 80), (4, 500, 60), (5, 700, 64), (6, 800, 70)]
    for seed in range(100):
        heard, code, starts = ONE.cases.recordings(seed, *sizes[seed % 4])
        for find in (ONE.cases.first_arrival, *finders):
            np.testing.assert_array_equal(find(heard, code), starts, f"seed {seed}")


def test_the_disturbed_recordings_need_each_of_the_four_steps():
    wrong = "mean of the code|upside-down code|another threshold|one maximum".split("|")
    banked = [m for m in ONE.assignment.mistakes if m.name.startswith(tuple(wrong))]
    assert len(banked) == len(wrong)
    for seed in range(30):
        args = ONE.cases.disturbed(np.random.default_rng(seed)).args
        right = ONE.cases.first_arrival(*args)
        assert not [m.name for m in banked if np.array_equal(m.function(*args), right)], seed


# The text


def test_the_text_asks_for_the_lines_that_are_judged():
    assert [row[1].strip("`") for row in rows(ONE.text, "| | line |")] == list(ONE.cases.LINES)


def test_the_text_shows_the_recordings_that_are_judged():
    source = Path(ONE.cases.__file__).read_text(encoding="utf-8")
    assert ONE.shown("recordings") == definition(source, "recordings")
    heard, code, _ = ONE.cases.recordings(2026)
    np.testing.assert_equal(ONE.assignment.task("first_arrival").visible[0].args, (heard, code))


# A real card


@pytest.fixture(scope="module")
def cupy():
    """Give CuPy where there is a card, or skip and say what is missing."""
    library = pytest.importorskip("cupy", reason="CuPy is not installed here")
    if not library.cuda.is_available():
        pytest.skip("CuPy finds no GPU here")
    return library


@pytest.mark.gpu
@pytest.mark.parametrize("style", ONE.styles)
def test_what_is_right_on_the_pretended_gpu_is_right_on_a_real_one(cupy, style):
    functions = run(ONE.filled(ONE.styles[style]))
    for name in CODE:
        task = ONE.assignment.task(name)
        for case in ONE.drawn(name, [0]):
            args = [cupy.asarray(a) if isinstance(a, np.ndarray) else a for a in case.args]
            answer = functions[name](*args, **case.kwargs)
            assert isinstance(answer, cupy.ndarray) == (name != "first_arrival")
            expected = np.asarray(task.reference(*case.args, **case.kwargs))
            found = difference(cupy.asnumpy(answer), expected, task.dtype, longest_sum(case))
            assert found is None, (style, name, case.label, found)


@pytest.mark.parametrize(
    "door",
    ["x._array", "x.__reduce__()", "__import__('pickle').dumps(x)", "getattr(x, '_arr' + 'ay')"],
)
def test_who_reaches_behind_the_pretended_gpu_is_looked_at(door):
    (function,) = [name for name in CODE if name == "pad_ends"]
    source = RIGHT[function].replace("):\n", f"):\n    behind = {door}\n", 1)
    result = ONE.judged(function, ONE.filled({**RIGHT, function: source}))
    assert result.needs_manual_grade, result
    assert "arrays as they are given" in result.sentence
