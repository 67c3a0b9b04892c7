"""Races, counted and overwritten inputs: what is measured is measured outside student code."""

import numpy as np
import pytest

from autograder.answers import CHANGED, Failure, Timed
from autograder.sandbox import BoxError
from autograder.spec import Case, Race

NAIVE = """
import numpy as np
def naive(x):
    total, sums = 0.0, np.empty_like(x)
    for index, value in enumerate(x):
        total += value
        sums[index] = total
    return sums
"""
X = np.random.default_rng(3).normal(size=200_000)
FAST = "import numpy as np\ndef f(x): return np.cumsum(x)"


def raced(visits, source, naive=NAIVE, rounds=3, seconds=5.0, x=X, at_least=2.0):
    case = Case("race", (x,), seconds=seconds, race=Race(naive, at_least, rounds))
    (outcome,) = visits.ask(source, cases=[case]).answers
    assert isinstance(outcome, Timed)
    return outcome


def test_both_are_timed_round_by_round(box):
    outcome = raced(box, FAST)
    np.testing.assert_allclose(outcome.answer, np.cumsum(X))
    assert len(outcome.seconds) == len(outcome.naive_seconds) == 3
    assert len(outcome.busy) == len(outcome.naive_busy) == 3
    assert 0 < min(outcome.busy) <= max(outcome.busy) < max(outcome.naive_busy)
    assert min(outcome.seconds) > 0
    assert np.median(outcome.naive_seconds) > np.median(outcome.seconds)


def test_the_peak_of_memory_is_the_kernels(box):
    hungry = (
        "import numpy as np\ndef f(x):\n    y = np.ones(40 << 20 >> 3)\n    return np.cumsum(x)"
    )
    replayed = "import numpy as np\ny = np.ones(200 << 20 >> 3); del y\n" + FAST
    frugal = raced(box, replayed)  # what it took before the race is not counted
    assert frugal.peak < 10 << 20
    assert frugal.naive_peak < 10 << 20
    outcome = raced(box, hungry)
    assert 40 << 20 <= outcome.peak < 60 << 20


@pytest.mark.parametrize(
    "source",
    [
        # an answer kept, in memory and in a file
        "kept = []\n{fast}\nslow = f\ndef f(x):\n    kept.append(kept[0] if kept else slow(x))\n"
        "    return kept[0]",
        "import os\n{fast}\nslow = f\ndef f(x):\n    if not os.path.exists('/tmp/kept.npy'):\n"
        "        np.save('/tmp/kept.npy', slow(x))\n    return np.load('/tmp/kept.npy')",
        # right in the first round only
        "calls = []\n{fast}\nslow = f\ndef f(x):\n    calls.append(1)\n"
        "    return slow(x) if len(calls) == 1 else 0 * x",
    ],
)
def test_a_kept_answer_wins_no_race(box, source):
    outcome = raced(box, source.replace("{fast}", FAST))
    assert isinstance(outcome.answer, Failure)
    assert "in another order" in outcome.answer.text


def test_answers_that_are_no_numbers_are_compared_too(box):
    source = "import numpy as np\ndef f(x):\n    with np.errstate(all='ignore'): return 1 / x"
    x = np.array([1, 0, -1, np.inf, np.nan])
    assert len(raced(box, source, naive=source, x=x, at_least=1e-9).seconds) == 3


def test_a_clock_of_ones_own_changes_nothing(box):
    liar = "import time\ntime.monotonic = time.perf_counter = time.time = lambda: 0.0\n"
    slow = NAIVE.replace("def naive", "def f").replace("return", "time.sleep(0.2)\n    return")
    assert min(raced(box, liar + "import time" + slow).seconds) >= 0.2


def test_who_sleeps_or_lets_others_work_is_slow_by_the_clock(box):
    sleepy = FAST.replace("return", "time.sleep(0.3); return").replace("import", "import time,")
    outcome = raced(box, sleepy)
    assert max(outcome.busy) < 0.1
    assert outcome.factor < 1


def test_a_wrong_answer_is_the_answer(box):
    outcome = raced(box, "def f(x): return 2 * x")
    np.testing.assert_array_equal(outcome.answer, 2 * X)
    assert len(outcome.seconds) == 1  # there is nothing to race for


@pytest.mark.parametrize(
    ("body", "kind"),
    [("while True: pass", "timeout"), ("import os; os._exit(0)", "died"), ("1 / 0", "raised")],
)
def test_who_does_not_arrive(box, body, kind):
    outcome = raced(box, f"def f(x):\n    {body}", seconds=1)
    assert outcome.answer.kind == kind
    assert outcome.seconds == ()


def test_a_naive_version_that_fails_is_nobodys_zero(box):
    with pytest.raises(BoxError, match="the naive version of a race fails: ZeroDivisionError"):
        raced(box, FAST, naive="def naive(x): 1 / 0")
    with pytest.raises(BoxError, match="the naive version of a race fails"):
        raced(box, FAST, naive="no python")


def test_the_naive_version_never_meets_student_code(box):
    patched = "import numpy as np\nnp.empty_like = lambda x: 1 / 0\n"
    assert len(raced(box, patched + FAST).naive_seconds) == 3


def test_counted_inputs_count(box):
    case = Case("counted", (np.arange(1, 6), np.array([1, 2, 3])), counted=9)
    source = (
        "import numpy as np\ndef f(x, k): return np.array([x[i : i + 3] @ k for i in range(3)])"
    )
    values, counts = box.ask(source, cases=[case]).answers[0]
    assert values.tolist() == [14, 20, 26]
    assert counts.tolist() == [3, 3, 3]


@pytest.mark.parametrize("x", [np.arange(3), np.arange(3.0), np.array([True, False, True])])
def test_a_view_of_an_overwritten_input_is_wrong(box, x):
    case = Case("own", (x,), overwrite=True)
    view, copy, locked = (
        box.ask(f"def f(x):\n    {body}", cases=[case]).answers[0]
        for body in ("return x[:]", "return x.copy()", "x.flags.writeable = False; return x")
    )
    assert (view != x).all()
    assert (locked != x).all()
    np.testing.assert_array_equal(copy, x)


def test_a_function_that_writes_into_its_input_is_told_so_in_the_same_words(box):
    case = Case("cut", (np.arange(-1.0, 2),), overwrite=True, calls=2)
    (told,) = box.ask("def f(x):\n    x[x < 0] = 0\n    return x + 1", cases=[case]).answers
    assert told == Failure("raised", CHANGED)


# Cells that nobody looks at


@pytest.mark.parametrize("line", ["", "%matplotlib inline\n"])
def test_what_is_not_looked_at_is_not_made(box, line):
    cell = f"""
import matplotlib.pyplot as plt
{line}from matplotlib.figure import Figure
drawn = []
draw = Figure.draw
Figure.draw = lambda *a, **k: drawn.append(1) or draw(*a, **k)
fig, ax = plt.subplots()
ax.plot([1, 2])
plt.show()
fig
"""
    visit = box.ask(cell, "1 / 0", "def f(x): return len(drawn), len(plt.get_fignums())")
    assert [answer.tolist() for answer in visit.answers] == [[0, 0], [0, 0]]
    assert any("image/png" in output.get("data", {}) for output in visit.outputs[0])
    assert visit.outputs[1][0]["ename"] == "ZeroDivisionError"


def test_the_last_result_is_known_also_where_it_is_not_shown(box):
    visit = box.ask("5", "kept = _", "def f(x): return kept")
    assert [int(answer) for answer in visit.answers] == [5, 5]


ASK = """
def ask(counted, *asked):
    return counted._ask(list(asked))
"""


@pytest.mark.parametrize(
    "body",
    [
        "ask(x[0], 'multiply', 1.0, 0.0)",  # an index that is no integer
        "ask(x[0], 'multiply', 0, 10**9)",
        "ask(x[0], 'enter', '5')",
        "ask(x[0], ['add'])",
        "h = ask(x[0], 'enter', 0)\nwhile True: h = ask(x[0], 'multiply', h, h)",  # counts double
        "h = ask(x[0], 'enter', 3)\nwhile True: h = ask(x[0], 'multiply', h, h)",  # values do
    ],
)
def test_what_is_asked_of_the_counter_harms_nobody(box, body):
    body = body.replace("\n", "\n    ")
    source = f"{ASK}def f(x, *_):\n    if x.size == 5: return x\n    {body}\n    return x"
    cases = [Case("", (np.arange(size),), counted=9, seconds=20) for size in (3, 5)]
    hostile, honest = box.ask(source, cases=cases).answers
    assert hostile.kind == "died"
    assert honest[0].tolist() == [0, 1, 2, 3, 4]
