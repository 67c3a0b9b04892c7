"""Points, partial credit, the cost of rules, and the sentence that says it all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.answers import NOTHING, Failure, Timed, answer_of
from autograder.judge import judge, trials
from autograder.probes import impulses
from autograder.race import MIB
from autograder.race import run as raced
from autograder.spec import Assignment, Case, Finding, Mistake, Race, Rule, Task
from autograder.verdicts import Verdict

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
RULE = Rule("no loop", lambda *_: (), 0.5)
CHEAP = Rule("no print", lambda *_: (), 0.1)
FOUND = Finding(3, "for i in x:", "this loop runs once per sample")
NOT_YET = Failure("raised", "NotImplementedError: ")
DIED = Failure("died", "the Python process was killed")


def double(x):
    return 2 * x


def task(points=4, visible=1, hidden=3, **options):
    def cases(label, count):
        return [Case(f"{label} {i}", (np.arange(i + 1.0),)) for i in range(count)]

    given = {"reference": double, **options}
    return Task(
        name="double",
        title="Double",
        points=points,
        visible=cases("shown", visible),
        hidden=lambda _: cases("drawn", hidden),
        **given,
    )


def judged(task, answer=lambda case: 2 * case.args[0], mistakes=(), broken=(), rng=0):
    drawn = trials(task, np.random.default_rng(rng))
    return judge(task, [(trial, answer(trial.case)) for trial in drawn], mistakes, broken)


def only(*labels):
    """Return answers that are right for these cases alone."""
    return lambda case: 2 * case.args[0] if case.label in labels else np.full(99, 0.0)


# Points


def test_everything_right():
    result = judged(task())
    assert (result.score, result.points, result.right, result.full) == (4, 4, True, True)
    assert result.sentence == "All 4 cases are right."
    assert result.mistake is None
    assert all(row.detail == "" for row in result.rows)


def test_nothing_right():
    result = judged(task(), only())
    assert (result.score, result.right, result.full) == (0, False, False)
    assert result.sentence.startswith(
        "No case is right. First problem, shown 0: the shape is (99,)"
    )


@pytest.mark.parametrize(
    ("right", "score"),
    [
        (["shown 0"], 0.8),  # all that the visible cases are worth
        (["drawn 0"], 1.07),
        (["drawn 0", "drawn 1"], 2.13),
        (["drawn 0", "drawn 1", "drawn 2"], 3.2),
        (["shown 0", "drawn 0"], 1.87),
    ],
)
def test_partial_credit_by_case(right, score):
    result = judged(task(), only(*right))
    assert result.score == score
    are = "is" if len(right) == 1 else "are"
    assert result.sentence.startswith(f"{len(right)} of 4 cases {are} right. First problem, ")


def test_whoever_knows_the_visible_cases_alone_gets_their_share():
    for share in (0.0, 0.1, 0.2):
        assert judged(task(visible_share=share), only("shown 0")).score == round(4 * share, 2)


def test_without_visible_cases_the_hidden_ones_carry_all():
    assert judged(task(visible=0)).score == 4


def test_weights():
    cases = [Case("light", (np.ones(1),)), Case("heavy", (np.ones(2),), weight=3)]
    heavy = Task("double", "Double", 4, double, (), lambda _: cases)
    result = judged(heavy, only("heavy"))
    assert result.score == 3


def test_one_of_several_objects_is_enough_where_students_choose():
    def cases(count):
        return [
            Case(f"{count} {t}{i}", (np.ones(3),), target=t) for i in range(count) for t in (0, 1)
        ]

    chosen = Task("t", "T", 4, double, cases(1), lambda _: cases(2), choice=True)
    mistake = Mistake("tripled", "Not three.", ("t",), lambda x: 3 * x)

    def result(*answers):
        return judged(chosen, lambda case: answers[case.target], mistakes=[mistake])

    right, wrong = 2 * np.ones(3), 3 * np.ones(3)
    for answers in ((right, NOT_YET), (NOT_YET, right), (right, wrong), (right, right)):
        assert (result(*answers).score, len(result(*answers).rows)) == (4, 3)
    assert (result(NOT_YET, wrong).score, result(NOT_YET, wrong).mistake) == (0, "tripled")
    assert result(NOT_YET, NOT_YET).sentence.startswith("Not attempted")
    assert result(NOT_YET, DIED).sentence == "The Python process was killed."
    assert result(DIED, wrong).mistake == "tripled"
    assert result(Failure("missing", "f was never made"), DIED).sentence.startswith("The Python")


def test_a_task_without_hidden_cases_is_refused():
    with pytest.raises(ValueError, match=r"task 'double' has no hidden case: give it at least one"):
        trials(task(hidden=0), np.random.default_rng(0))


def test_a_students_own_check_has_the_visible_cases_only():
    shown = trials(task(), None)
    assert [trial.visible for trial in shown] == [True]
    result = judge(task(), [(trial, 2 * trial.case.args[0]) for trial in shown])
    assert result.right
    assert result.only_visible
    none = judge(task(visible=0), [])
    assert none.sentence == "This task has no visible case: it is judged when you hand in."


@given(
    points=st.integers(1, 20).map(lambda n: n / 2),
    share=st.floats(0, 1),
    weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=6),
    passes=st.lists(st.booleans(), min_size=12, max_size=12),
    costs=st.lists(st.floats(0, 1), max_size=3),
)
@repeatable
def test_a_score_is_never_outside_its_bounds(points, share, weights, passes, costs):
    cases = [Case(str(i), (np.ones(i + 1),), weight=w) for i, w in enumerate(weights)]
    made = Task("t", "T", points, double, cases, lambda _: cases, visible_share=share)
    drawn = trials(made, np.random.default_rng(0))
    answers = [2 * t.case.args[0] if ok else DIED for t, ok in zip(drawn, passes, strict=False)]
    broken = [(Rule("r", lambda *_: (), cost), FOUND) for cost in costs]
    result = judge(made, list(zip(drawn, answers, strict=True)), (), broken)
    assert 0 <= result.score <= points
    assert round(result.score, 2) == result.score
    if all(passes[: len(drawn)]) and not costs:
        assert result.full


# Rules


def test_a_broken_rule_costs_its_part():
    result = judged(task(), broken=[(RULE, FOUND)])
    assert result.score == 2
    assert not result.right
    assert result.rows[-1].label == "rule: no loop"
    assert result.sentence == (
        "All 4 cases are right, but the rule: no loop is broken: "
        "`for i in x:`: this loop runs once per sample."
    )


def test_the_dearest_of_several_broken_rules_counts():
    assert judged(task(), broken=[(CHEAP, FOUND), (RULE, FOUND), (RULE, FOUND)]).score == 2
    assert judged(task(), only("drawn 0"), broken=[(RULE, FOUND)]).score == 0.53


def test_a_rule_is_not_spoken_of_where_nothing_was_earned():
    result = judged(task(), lambda _: NOT_YET, broken=[(RULE, FOUND)])
    assert result.score == 0
    assert not [row for row in result.rows if row.label.startswith("rule")]
    assert result.sentence == "Not attempted: the cell still raises NotImplementedError."


def test_a_rule_without_a_cost_asks_for_a_person():
    look = Rule("no recursion", lambda *_: (), None)
    result = judged(task(), broken=[(look, FOUND)])
    assert result.score == 4
    assert result.needs_manual_grade
    assert not result.right
    assert result.rows[-1].verdict is Verdict.LOOK
    assert result.sentence == (
        "All 4 cases are right, but somebody will look at the rule: no recursion: "
        "`for i in x:`: this loop runs once per sample."
    )
    both = judged(task(), broken=[(look, FOUND), (RULE, FOUND)])
    assert (both.score, both.needs_manual_grade) == (2, True)
    assert not judged(task(), only(), broken=[(look, FOUND)]).needs_manual_grade
    assert not judged(task(), broken=[(RULE, FOUND)]).needs_manual_grade


# Races

NAIVE = """
def naive(x):
    return [2 * value for value in x]
"""


def race(busy=(0.1, 0.1, 9.0), seconds=(0.2, 9.0, 9.0), peaks=(0, 0), memory=None, **case):
    """Judge a right answer that took so long and held so many MiB, in turns with a naive one."""
    case = Case("speed", (np.ones(5),), race=Race(NAIVE, 5, memory=memory), **case)
    made = Task("double", "Double", 4, double, (), lambda _: [case])
    peak, naive_peak = (mib * MIB for mib in peaks)
    naive = (1.2, 1.3, 1.2)
    timed = Timed(2 * np.ones(5), seconds, naive, busy, naive, peak, naive_peak)
    return judge(made, [(trial, timed) for trial in trials(made, np.random.default_rng(0))])


def test_the_middle_round_of_a_race_counts():
    (row,) = race().rows
    assert (row.verdict, row.detail) == (
        Verdict.PASS,
        "12 times as fast as the loop; at least 5 was asked",
    )
    assert race(busy=(0.01, 1.0, 1.0)).score == 0  # one lucky round wins nothing


def test_little_work_that_takes_long_wins_nothing():
    assert race(seconds=(1.2, 1.2, 1.2)).score == 0
    assert race(seconds=(9.0, 0.4, 9.0)).full  # the machine was busy with something else


def test_too_slow_is_said_with_both_numbers():
    result = race(busy=(0.6, 0.65, 0.6))
    assert result.score == 0
    assert "only 2 times as fast as the loop; at least 5 was asked" in result.sentence


@pytest.mark.parametrize(
    ("peaks", "said"),
    [
        ((60, 20), ""),
        ((61, 20), "it holds 61 MiB, the loop 20: at most 3 times as much is allowed"),
        ((16, 0), ""),  # what Python itself takes
        ((17, 0), "it holds 17 MiB, the loop 1: at most 3 times as much is allowed"),
    ],
)
def test_memory_is_compared_with_the_naive_version(peaks, said):
    result = race(peaks=peaks, memory=3)
    assert result.full == (not said)
    assert said in result.rows[0].detail
    assert race(peaks=peaks).full  # where nothing is asked of it


def test_a_wrong_answer_wins_no_race():
    case = Case("speed", (np.ones(5),), race=Race(NAIVE, 5))
    made = Task("double", "Double", 4, double, (), lambda _: [case])
    (trial,) = trials(made, np.random.default_rng(0))
    fast = Timed(np.ones(5), (1e-3,), (1.0,), (1e-3,), (1.0,))
    assert "values are wrong" in judge(made, [(trial, fast)]).sentence
    assert (
        "too slow" in judge(made, [(trial, Timed(Failure("timeout", "too slow")))]).sentence.lower()
    )


def test_a_race_that_nobody_timed_is_our_fault():
    case = Case("speed", (np.ones(5),), race=Race(NAIVE, 5))
    made = Task("double", "Double", 4, double, (), lambda _: [case])
    assert judged(made).rows[0].verdict is Verdict.ERROR


@pytest.mark.parametrize("style", [double, lambda x: x + x, lambda x: [2 * v for v in x]])
def test_ones_own_check_takes_the_time_of_both_round_by_round(style):
    case = Case("speed", (np.ones(5),), race=Race(NAIVE, 1e-9, rounds=3))
    made = Task("double", "Double", 4, double, (), lambda _: [case])
    result = judged(made, lambda case: raced(style, case))
    assert result.full
    assert "times as fast as the loop; at least 1e-09 was asked" in result.rows[0].detail
    timed = raced(style, case)
    assert (len(timed.seconds), len(timed.naive_seconds)) == (3, 3)
    assert isinstance(raced(lambda x: x / undefined, case), Failure)  # noqa: F821


# Views of the input


@pytest.mark.parametrize(
    "style", [lambda x: x[::-1].copy(), lambda x: np.array(x[::-1]), lambda x: list(x)[::-1]]
)
def test_a_view_of_the_input_shows_by_its_numbers(style):
    case = Case("turned round", (np.arange(4.0),), overwrite=True)
    made = Task("turn", "Turn", 1, lambda x: x[::-1], (), lambda _: [case])
    view = Mistake("a view of the input", "Copy it.", ("turn",), lambda x: x[::-1])
    assert judged(made, lambda case: answer_of(style, case), [view]).full
    result = judged(made, lambda case: answer_of(lambda x: x[::-1], case), [view])
    assert (result.score, result.mistake) == (0, "a view of the input")


def test_a_function_that_writes_into_its_input_is_told_so():
    def cut(x):
        x[x < 1] = 0
        return x.copy()

    case = Case("cut", (np.arange(-1.0, 2),), overwrite=True, calls=2)
    made = Task("cut", "Cut", 1, lambda x: x * (x >= 1), (), lambda _: [case])
    result = judged(made, lambda case: answer_of(cut, case))
    assert result.score == 0
    assert "writes into an array that it was given" in result.sentence


# Words


def test_values_are_shown_for_visible_cases_only():
    result = judged(task(), lambda case: 3 * case.args[0] + 1)
    shown, *hidden = result.rows
    assert shown.detail.endswith("got 1, expected 0 = 2*0")
    assert all("wrong" in row.detail for row in hidden)
    assert not any("expected" in row.detail for row in hidden)


def test_a_failure_that_all_cases_share_is_said_once():
    result = judged(task(), lambda _: Failure("raised", "KeyError: 'y'"))
    assert result.sentence == "KeyError: 'y'."
    result = judged(task(), lambda case: DIED if case.args[0].size > 1 else 2 * case.args[0])
    assert result.sentence.startswith("2 of 4 cases are right. First problem, drawn 1: the Python")


def test_hidden_cases_show_patterns_and_places_but_no_number():
    result = judged(task(hidden=6), lambda case: 4 * case.args[0])
    assert all(row.detail.endswith("times what they should be") for row in result.rows[3:])
    assert not any("got" in row.detail for row in result.rows if not row.visible)


def test_a_function_that_returns_nothing_is_asked_for_its_return():
    nothing = Failure("refused", NOTHING)
    said = judged(task(), lambda _: nothing).sentence
    assert said == "Your function gives None: is its `return` missing?"
    value = judged(task(kind="value"), lambda _: nothing).sentence
    assert value == "The answer is None: nothing is given yet."


def test_a_wrong_dtype_is_said_without_a_pattern():
    made = task(reference=lambda x: (2 * x).astype(int))
    assert judged(made).rows[0].detail == "the dtype is float64, it should be one of integers"


def test_what_wrong_cases_share_is_said():
    def cases(_):
        return [
            Case("plain", (np.arange(4.0),)),
            Case("wider", (np.arange(5.0),)),
            Case("padded", (np.arange(4.0),), {"padding": 2}),
        ]

    made = Task("pad", "Pad", 3, lambda x, padding=0: np.pad(x, padding), (), cases)
    result = judged(made, lambda case: case.args[0])
    assert result.sentence.startswith(
        "2 of 3 cases are right. All cases with padding are wrong, and all others are right. "
        "First problem, padded: the shape is (4,), it should be (8,)"
    )


def test_a_mistake_is_named_with_its_hint():
    squared = Mistake("squared", "Two times x is not x times x.", ("double",), lambda x: x * x)
    result = judged(task(), lambda case: case.args[0] ** 2, [squared])
    assert result.mistake == "squared"
    assert result.sentence == "Squared. Two times x is not x times x."
    assert judged(task(), mistakes=[squared]).mistake is None


def test_one_case_is_right_in_one_word():
    assert judged(task(visible=0, hidden=1)).sentence == "Right."


# Values


@pytest.mark.parametrize("value", [3, 3.0, [3], [[3]], np.float32(3), (3,)])
def test_a_single_value_may_come_in_any_wrapping(value):
    made = Task(
        "count", "Count", 1, lambda: 3, (), lambda _: [Case("three")], kind="value", dtype="any"
    )
    assert judged(made, lambda _: np.asarray(value)).score == 1
    assert judged(made, lambda _: np.asarray([3, 3])).score == 0


# Whatever comes out of a box


CASES = [
    Case("plain", (np.arange(6.0).reshape(2, 3),)),
    Case("poison", (np.array([[1, np.nan, 2]]),)),
    Case("counted", (np.arange(1, 4),), counted=1),
    Case("speed", (np.ones(3),), race=Race(NAIVE, 5)),
    Case("view", (np.arange(3.0),), overwrite=True),
    impulses("read", (2, 3), (1, 2)),
    impulses("read, no batch", (4,), (2,), batch=False),
]
shapes = st.sampled_from(
    [(), (1,), (3,), (2, 3), (1, 3), (3, 2), (2, 1, 3), (2, 3, 1), (2, 3, 2), (0, 3), (4,), (2, 4)]
)
dtypes = st.sampled_from("? i1 u1 i8 u8 f2 f4 f8 >f8 >i4 g c8 c16 G".split())
anything = st.builds(
    lambda shape, dtype, data: np.resize(
        np.frombuffer(data * 4, np.dtype(dtype), 64 // np.dtype(dtype).itemsize), shape
    ),
    shapes,
    dtypes,
    st.binary(min_size=16, max_size=16) | st.sampled_from([bytes(16), b"\xff" * 16]),
)


def twice(x, w=None, **_):
    return 2 * x


@given(answers=st.lists(anything, min_size=len(CASES), max_size=len(CASES)), wrapped=st.booleans())
@settings(deadline=None, derandomize=True, max_examples=250)
def test_whatever_comes_out_is_judged(answers, wrapped):
    made = Task("t", "T", 7, twice, CASES[:4], lambda _: CASES[4:], dtype="any")
    drawn = trials(made, np.random.default_rng(0))
    timed = [
        Timed(answer, (1.0,), (9.0,), (1.0,), (9.0,)) if wrapped else answer for answer in answers
    ]
    result = judge(made, list(zip(drawn, timed, strict=True)))
    assert 0 <= result.score <= 7
    assert len(result.rows) == len(CASES)
    assert result.sentence


# Our own faults


def test_a_reference_that_fails_is_an_error_of_ours():
    result = judged(task(reference=lambda x: 1 / 0))
    assert {row.verdict for row in result.rows} == {Verdict.ERROR}
    assert "the reference itself fails: ZeroDivisionError" in result.rows[0].detail


def test_a_reference_is_asked_once_even_where_calls_are_many():
    asked = []
    case = Case("many", (np.ones(1),), calls=50)
    made = Task("t", "T", 1, lambda x: asked.append(0) or 2 * x, (), lambda _: [case])
    assert judged(made).score == 1
    assert len(asked) == 1


def test_the_assignment_knows_its_tasks():
    assignment = Assignment("a", "A", (task(),))
    assert assignment.task("double").points == 4
    with pytest.raises(ValueError, match=r"a has no task 'treble'; it has \['double'\]"):
        assignment.task("treble")
