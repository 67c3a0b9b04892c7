"""The assignment `conv1d`: what is right gets full marks, each mistake its name."""

import ast
import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import jupytext
import numpy as np
import pytest

from autograder.answers import answer_of, as_answer
from autograder.author import source_notebook
from autograder.course import Course
from autograder.judge import judge, trials
from autograder.rules import readable

HERE = Path(__file__).parent
COURSE = Course(HERE.parents[1])
ASSIGNMENT = COURSE.assignment("conv1d")
TEXT = COURSE.source("conv1d").read_text(encoding="utf-8")
CASES = SimpleNamespace(**runpy.run_path(str(COURSE.source("conv1d").with_name("cases.py"))))
SAMPLE = SimpleNamespace(**runpy.run_path(str(HERE / "sample_class.py")))

NAMES = [task.name for task in ASSIGNMENT.tasks]
CODE = [task.name for task in ASSIGNMENT.tasks if task.kind == "function"]
CONV = [name for name in CODE if name.startswith("conv1d")]
SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 16))]

FFT = {
    "correlate": """
def correlate(x, w):
    n = len(x)
    y = np.fft.irfft(np.fft.rfft(x) * np.conj(np.fft.rfft(w, n)), n)[: n - len(w) + 1]
    dtype = np.result_type(x, w)
    return y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    dtype = np.result_type(x, weight)
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
    spread = np.zeros((*weight.shape[:2], dilation * (weight.shape[2] - 1) + 1), weight.dtype)
    spread[:, :, ::dilation] = weight
    size, span = x.shape[2], spread.shape[2]
    seen = np.einsum("ncf,ocf->nof", np.fft.rfft(x, size), np.conj(np.fft.rfft(spread, size)))
    y = np.fft.irfft(seen, size)[:, :, : size - span + 1 : stride]
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y if bias is None else y + bias[:, None]
""",
    "conv1d_fast": """
def conv1d_fast(*args, **options):
    return conv1d(*args, **options)
""",
}
RECURSION = {
    "correlate": """
def correlate(x, w):
    if len(x) < len(w):
        return np.empty(0, np.result_type(x, w))
    return np.concatenate([[(x[: len(w)] * w).sum()], correlate(x[1:], w)])
""",
    "conv1d": """
def add_taps(x, weight, options):
    if weight.shape[2] == 0:
        return 0
    (stride, dilation, out), rest = options, weight[:, :, 1:]
    here = np.tensordot(weight[:, :, 0], x[:, :, : stride * (out - 1) + 1 : stride], (1, 1))
    return here.swapaxes(0, 1) + add_taps(x[:, :, dilation:], rest, options)

def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    zeros = np.zeros((*x.shape[:2], padding), x.dtype)
    x = np.concatenate([zeros, x, zeros], axis=2)
    out = (x.shape[2] - dilation * (weight.shape[2] - 1) - 1) // stride + 1
    y = add_taps(x, weight, (stride, dilation, out))
    return y if bias is None else y + bias[None, :, None]
""",
    "conv1d_fast": "conv1d_fast = conv1d",
}
COMPREHENSIONS = {
    "correlate": """
def correlate(x, w):
    places = range(len(x) - len(w) + 1)
    return np.array([sum(a * b for a, b in zip(w, x[i:])) for i in places])
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding,) * 2))
    bias = [0] * len(weight) if bias is None else bias
    span = dilation * (weight.shape[-1] - 1) + 1
    starts = range(0, x.shape[-1] - span + 1, stride)
    y = [
        [[np.vdot(f, s[:, i : i + span : dilation]) + b for i in starts]
         for f, b in zip(weight, bias)]
        for s in x
    ]
    return np.array(y, np.result_type(x, weight)).reshape(len(x), len(weight), len(starts))
""",
    "conv1d_fast": """
def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    C_out, C_in, kernel = weight.shape
    out = (x.shape[2] + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    y = np.zeros((len(x), C_out, out), np.result_type(x, weight))
    if bias is not None:
        y += bias.reshape(C_out, 1)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = 0
    for tap in np.moveaxis(weight, 2, 0):
        y += np.einsum("oc,nci->noi", tap, padded[..., k : k + stride * (out - 1) + 1 : stride])
        k = k + dilation
    return y
""",
}
STYLES = {
    "loops": SAMPLE.LOOPS,
    "windows": SAMPLE.WINDOWS,
    "matrix": SAMPLE.MATRIX,
    "fft": SAMPLE.LOOPS | FFT,
    "recursion": SAMPLE.LOOPS | RECURSION,
    "comprehensions": SAMPLE.MATRIX | {"find_ping": SAMPLE.LOOPS["find_ping"]} | COMPREHENSIONS,
}


def given_cells(cells):
    """Return the sources of a student's code cells, those of the first cell included."""
    return ["import numpy as np", *cells.values()]


def run(sources):
    """Return what the cells define."""
    names = {}
    for source in sources:
        exec(source, names)
    return names


def solution_cells():
    """Return the sources of the text's own code cells, without the checks."""
    notebook = source_notebook(TEXT, ASSIGNMENT)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.source for cell in code if cell.id not in NAMES]


def checked(name):
    """Return the names of the objects that the text hands to a check."""
    (found,) = re.findall(rf'^check\("{name}", (.*)\)$', TEXT, re.MULTILINE)
    return found.split(", ")


def result_of(name, sources, seed=0, names=None):
    """Judge the objects that `sources` define as the grader does."""
    task, names = ASSIGNMENT.task(name), names or run(sources)
    objects = [names.get(each) for each in checked(name)]

    def answer(case):
        thing = objects[case.target]
        return as_answer(thing) if task.kind == "value" else answer_of(thing, case)

    answered = [(trial, answer(trial.case)) for trial in trials(task, np.random.default_rng(seed))]
    source = readable(sources)
    broken = [(rule, found) for rule in task.rules for found in rule.find(source, checked(name)[0])]
    return judge(task, answered, ASSIGNMENT.mistakes, broken)


def accused(mistake, name, seed, *, large=True):
    """Judge what a mistake answers; without the large case that no mistake differs in."""
    task = ASSIGNMENT.task(name)
    answered = [
        (trial, answer_of(mistake.function, trial.case))
        for trial in trials(task, np.random.default_rng(seed))
        if large or trial.case.calls <= 2
    ]
    return judge(task, answered, ASSIGNMENT.mistakes)


def all_cases(name, seeds=range(20)):
    """Return the visible cases and many draws of the hidden ones."""
    task = ASSIGNMENT.task(name)
    return [trial.case for s in seeds for trial in trials(task, np.random.default_rng(s))]


# What is right


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_right_in_any_style_is_full_marks_and_no_accusation(style, name):
    result = result_of(name, given_cells(STYLES[style]))
    assert (result.score, result.mistake) == (result.points, None), result
    assert not [row for row in result.rows if row.label.startswith("rule")]


@pytest.mark.parametrize("style", ["loops", "windows", "matrix"])
@pytest.mark.parametrize("seed", range(1, 4))
def test_right_is_right_whatever_is_drawn(style, seed):
    sources = given_cells(STYLES[style])
    names = run(sources)
    for name in set(NAMES) - {"conv1d_fast"}:  # its cases are those of conv1d_dilation, and a clock
        assert result_of(name, sources, seed, names).full, name


def test_the_text_solves_itself(monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    monkeypatch.chdir(COURSE.root)
    sources = solution_cells()
    names = run(sources)
    pyplot.close("all")
    for name in NAMES:
        result = result_of(name, sources, names=names)
        assert result.score == result.points, result


def test_the_reference_is_never_wrong():
    for name in NAMES:
        for case in all_cases(name, range(2)):
            answer = answer_of(ASSIGNMENT.task(name).reference, case)
            assert isinstance(answer, np.ndarray), (name, case.label, answer)


def test_the_ping_can_be_found_by_several_methods():
    others = [run(given_cells(STYLES[style]))["find_ping"] for style in ("windows", "matrix")]
    sizes = [(3, 400, 50), (4, 500, 36), (5, 600, 40), (6, 800, 45)]
    for seed in range(400):
        heard, code, starts = CASES.recordings(seed, *sizes[seed % 4])
        for find in (CASES.find_ping, *others):
            np.testing.assert_array_equal(find(heard, code), starts, f"seed {seed}")


# What is wrong


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_each_mistake_loses_marks_and_is_told_its_name(name, seed):
    for mistake in ASSIGNMENT.mistakes:
        if name in mistake.tasks:
            result = accused(mistake, name, seed, large=False)
            assert result.score < result.points, mistake.name
            assert result.mistake == mistake.name
            assert mistake.hint in result.sentence


def test_the_large_case_does_not_hide_a_name():
    (mistake,) = [each for each in ASSIGNMENT.mistakes if each.name == "kernel flipped"]
    assert accused(mistake, "conv1d_fast", 1).mistake == mistake.name


def test_the_bank_is_sound():
    names = [mistake.name for mistake in ASSIGNMENT.mistakes]
    assert len(names) == len(set(names))
    for mistake in ASSIGNMENT.mistakes:
        assert set(mistake.tasks) <= set(NAMES)
        assert len(mistake.hint) < 200
        assert mistake.hint[-1] in ".?"
    assert {task for mistake in ASSIGNMENT.mistakes for task in mistake.tasks} == set(NAMES)


@pytest.mark.parametrize("name", CODE)
def test_nothing_done_earns_nothing(name):
    result = result_of(name, [f"def {checked(name)[0]}(*a, **k):\n    raise NotImplementedError()"])
    assert result.score == 0
    assert "NotImplementedError" in result.sentence


@pytest.mark.parametrize(
    "call", ["np.correlate(x, w, 'valid')", "np.convolve(x, w[::-1], 'valid')"]
)
def test_a_library_call_costs_half(call):
    result = result_of("correlate", given_cells({"": f"def correlate(x, w): return {call}"}))
    assert result.score == result.points / 2
    assert "no convolve, correlate" in [row.label.removeprefix("rule: ") for row in result.rows]


def test_a_loop_over_samples_breaks_the_rule():
    source = readable(given_cells(SAMPLE.LOOPS))
    (rule,) = [rule for rule in ASSIGNMENT.task("conv1d_fast").rules if "loop" in rule.name]
    assert rule.find(source, "conv1d")
    assert not rule.find(source, "conv1d_fast")


# The recipe


def test_points():
    assert sum(task.points for task in ASSIGNMENT.tasks) == 20
    for task in ASSIGNMENT.tasks:
        assert task.visible
        assert task.visible_share <= 0.2


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_distinct_and_visible_cases_fixed(name):
    drawn = trials(ASSIGNMENT.task(name), np.random.default_rng(0))
    hidden = [trial.case.label for trial in drawn if not trial.visible]
    assert len(hidden) == len(set(hidden))
    again = COURSE.assignment("conv1d").task(name).visible
    for one, other in zip(ASSIGNMENT.task(name).visible, again, strict=True):
        np.testing.assert_equal((one.args, one.kwargs), (other.args, other.kwargs))


@pytest.mark.parametrize("name", CODE)
def test_hidden_cases_are_drawn_afresh(name):
    task = ASSIGNMENT.task(name)
    one, other = (task.hidden(np.random.default_rng(seed)) for seed in (0, 1))
    for mine, yours in zip(one, other, strict=True):
        same = [np.array_equal(a, b) for a, b in zip(mine.args, yours.args, strict=True)]
        empty = [a.size == 0 for a in mine.args]
        assert same == empty


@pytest.mark.parametrize("name", CONV)
def test_sizes_differ_within_a_case(name):
    for case in all_cases(name):
        (n, c_in, size), (c_out, _, kernel) = (arg.shape for arg in case.args[:2])
        if 0 in (n, size - 1):  # the empty batch, the single element
            continue
        as_long = kernel == size
        assert len({n, c_in, c_out, kernel, size}) == 5 - as_long, case.label
        assert len({kernel, *case.kwargs.values()}) == 1 + len(case.kwargs), case.label
        assert min(case.kwargs.values(), default=2) >= 2


@pytest.mark.parametrize("name", ["correlate", *CONV])
def test_numbers_are_not_zero_and_kernels_not_symmetric(name):
    for case in all_cases(name):
        if case.label == "the signal and kernel of task 2":
            continue
        x, weight, *bias = case.args
        assert all(np.all(arg != 0) for arg in (x, weight, *bias))
        short = weight.shape[-1] == 1
        assert short or not np.array_equal(weight, weight[..., ::-1]), case.label


@pytest.mark.parametrize("name", ["correlate", *CONV])
def test_cases_cover_what_is_forgotten(name):
    cases = all_cases(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls >= 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    if name in CONV:
        assert any(len(case.args[0]) == 0 for case in cases)
        assert {len(case.args) for case in cases} == {2, 3}


def test_cases_cover_each_option():
    stride, dilation = all_cases("conv1d_stride", [0]), all_cases("conv1d_dilation", [0])
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


# The text says what the cases do


def rows(header):
    """Return the rows of the table under a header, as lists of cells."""
    table = TEXT.split(header, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_card_says_points_and_minutes():
    table = rows("| task | what | minutes | points |")
    assert [(row[1], float(row[3])) for row in table] == [
        (task.title, task.points) for task in ASSIGNMENT.tasks
    ]
    assert f"about {sum(int(row[2]) for row in table)} minutes" in TEXT
    assert f"eight tasks, {sum(task.points for task in ASSIGNMENT.tasks)} points" in TEXT
    titles = re.findall(r"^## Task (\d): (.*)$", TEXT, re.MULTILINE)
    assert [title for _, title in titles] == [task.title for task in ASSIGNMENT.tasks]


def test_the_card_says_the_rules():
    for task in ASSIGNMENT.tasks:
        for rule in task.rules:
            assert f'The rule "{rule.name}"' in TEXT
            assert rule.cost == 0.5


def test_the_text_asks_for_the_sizes_that_are_judged():
    names = ("size", "kernel", "stride", "padding", "dilation")
    asked = [dict(zip(names, map(int, row[1:]), strict=True)) for row in rows("| | size | kernel")]
    assert asked == [{"stride": 1, "padding": 0, "dilation": 1} | size for size in CASES.SIZES]


def test_the_text_shows_the_data_that_is_judged():
    names = run(source for source in solution_cells() if "signal = " in source or "numpy" in source)
    np.testing.assert_array_equal(names["signal"], CASES.SIGNAL)
    np.testing.assert_array_equal(names["kernel"], CASES.KERNEL)
    shown, judged = (
        ast.unparse(definition(source, "recordings"))
        for source in ("\n".join(solution_cells()), Path(CASES.__file__).read_text())
    )
    assert shown == judged
    heard, code, _ = CASES.recordings(2026)
    np.testing.assert_equal(ASSIGNMENT.task("find_ping").visible[0].args, (heard, code))


def definition(source, name):
    """Return the definition of a function."""
    (found,) = [node for node in ast.parse(source).body if getattr(node, "name", "") == name]
    return found


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in all_cases("conv1d_fast", [0]) if case.calls > 2]
    assert f"{large.calls} calls on signals of {large.args[0].shape[2]} samples" in TEXT
    assert f"{large.seconds} seconds" in TEXT


def test_cells_are_short_and_hints_unfold():
    notebook = jupytext.reads(TEXT, fmt="md:myst")
    for cell in notebook.cells:
        assert cell.cell_type == "markdown" or len(cell.source.splitlines()) <= 15, cell.source
    for task in TEXT.split("\n## Task ")[1:]:
        assert "<details>" in task, task.splitlines()[0]
    assert TEXT.count("<details>") == TEXT.count("</details>") == TEXT.count("<summary>Hint: ")
    assert "$" not in TEXT
