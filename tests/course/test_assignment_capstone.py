"""The assignment `capstone`: what is its own, beside what holds for every assignment."""

import inspect

import numpy as np
import pytest
from assignment import COURSE, run, subject
from test_assignments import rows

from autograder.quality import accuracy, explained, overlap
from autograder.rules import broken, readable

ONE = subject("capstone")
DATA, KNOWN = (COURSE.module("capstone", name) for name in ("_data", "_known"))
MEASURES = {"hear": accuracy, "segment": overlap, "draw": explained}


def learnt(choice):
    """Return the cells of a notebook in which `train` and `predict` need no training."""
    source = f"CHOICE = {choice!r}\ndef train(rng): return rng\ndef predict(x, layers): return x"
    return ONE.filled({"learn": source})


def unseen(kind, n=400, seed=5):
    return ONE.cases.KINDS[kind][0](np.random.default_rng(seed), n)


@pytest.mark.parametrize("name", ["notes", "shapes", "blots"])
def test_the_notebook_prints_the_data_that_are_graded(name):
    assert inspect.getsource(getattr(DATA, name)) in ONE.text
    assert f"PITCHES = {', '.join(map(str, DATA.PITCHES))} " in ONE.text


def test_the_notebook_says_what_is_asked():
    table = rows(ONE.text, "| task | measure | baseline | asked for |")
    for (name, measure, _, asked), (kind, given) in zip(
        table, ONE.cases.KINDS.items(), strict=True
    ):
        assert name == kind
        assert asked == "{:.2f}, {:.2f} and {:.2f}".format(*given[5])
        assert set(measure.split(":")[0].split()) & set(given[3].split())


def baselines(kind):
    x, truth = unseen(kind)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(x[:, 0], [(0, 0), (1, 1), (1, 1)]), (3, 3), (1, 2)
    )
    simple = {
        "hear": [np.full_like(truth, note) for note in range(5)],
        "segment": [truth * 0 + 1, x[:, 0] > 0],
        "draw": [np.clip(around.mean((3, 4)) + 0.5, 0, 1), x[:, 0] + 0.5],
    }
    return [MEASURES[kind](answer, truth) for answer in simple[kind]]


@pytest.mark.parametrize("kind", MEASURES)
def test_no_baseline_reaches_what_is_asked_and_knowledge_does(kind):
    asked = ONE.cases.KINDS[kind][5]
    said = {row[0]: float(row[2].split(",")[0]) for row in rows(ONE.text, "| task | measure |")}
    assert max(baselines(kind)) < asked[0] - 0.03
    assert max(baselines(kind)) == pytest.approx(said[kind], abs=0.04)
    for seed in range(4):
        x, truth = unseen(kind, 60, seed)
        assert MEASURES[kind](getattr(KNOWN, kind)(x), truth) > asked[2]


@pytest.mark.parametrize("style", ["short", "where", "epochs"])
def test_training_does_the_same_each_time_and_clears_what_is_asked(style):
    names = run(ONE.filled(ONE.styles[style]))
    kind = names["CHOICE"]
    one, other = (names["train"](np.random.default_rng(2026)) for _ in range(2))
    np.testing.assert_equal(one, other)
    x, truth = unseen(kind)
    reached = MEASURES[kind](names["predict"](x, one), truth)
    assert reached > ONE.cases.KINDS[kind][5][2] + 0.03


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("sing", 'CHOICE is \'sing\': set it to "hear", "segment" or "draw"'),
        (["draw"], "CHOICE is ['draw']: set it to"),
        (None, "CHOICE is None: set it to"),
    ],
)
def test_a_choice_that_is_none_is_explained(choice, told):
    result = ONE.judged("learn", learnt(choice))
    assert (result.score, result.mistake) == (0, None)
    assert told in result.sentence


@pytest.mark.parametrize(
    ("choice", "told"),
    [("hear", "be (60,)"), ("segment", "be (60, 16, 16)"), ("draw", "be (60, 12, 12)")],
)
def test_only_the_chosen_task_is_judged(choice, told):
    result = ONE.judged("learn", learnt(choice))
    assert len(result.rows) == 4
    assert sum(row.points for row in result.rows) == pytest.approx(6)
    assert {"hear": "notes", "segment": "images", "draw": "drawings"}[choice] in (
        result.rows[0].label
    )
    assert result.score == 0
    assert f"it should {told}" in result.sentence


def test_a_person_looks_where_no_network_answers():
    known = """
CHOICE = "hear"
def train(rng):
    return np.exp(2j * np.pi * np.outer(PITCHES, np.arange(128) / 2000))
def predict(x, waves):
    return np.argmax(abs(np.einsum("nt,pt->np", x[:, 0, 0], waves)), axis=1)
"""
    styles = ONE.styles | {"knows the pitches": {"learn": known}}
    task, names = ONE.assignment.task("learn"), ONE.checked("learn")
    looked_at = {
        style: [rule.name for rule, _ in broken(task, readable(ONE.filled(cells)), names)]
        for style, cells in styles.items()
    }
    both = [rule.name for rule in task.rules]
    assert looked_at == {style: [] for style in ONE.styles} | {"knows the pitches": both}


def test_a_poor_network_earns_a_part():
    sources = ONE.filled(ONE.styles["short"])
    few = [source.replace("range(60)", "range(6)") for source in sources]
    assert few != sources
    result = ONE.judged("learn", few)
    assert 0 < result.score < 6
    assert "overlap with the truth 0." in result.sentence


def test_gradients_are_those_of_the_functions():
    rng = np.random.default_rng(3)
    x, d = rng.normal(size=(2, 2, 3, 4, 5))
    labels = rng.integers(0, 3, (2, 4, 5))
    small = 1e-6 * rng.normal(size=x.shape)

    def loss(scores):
        likely = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return -np.log(np.take_along_axis(likely, labels[:, None], 1)).mean()

    def relu(x):
        return np.maximum(x, 0)

    each = d[:, :, :1, :1]
    cases = ONE.cases
    for function, gradient in (
        (loss, cases.loss_gradient(x, labels)),
        (lambda x: (d * relu(x)).sum(), cases.relu_backward(d, x)),
        (lambda x: (each * cases.average(x)).sum(), cases.average_backward(each, x)),
    ):
        change = function(x + small) - function(x - small)
        assert change == pytest.approx(2 * (gradient * small).sum(), rel=1e-5)


def test_predicted_numbers_are_those_of_the_networks_own_functions():
    names = run(ONE.solution()[:1] + ONE.filled({}))
    rng = np.random.default_rng(0)
    for what, channels, filters, kernel, size in ONE.cases.TABLE:
        layer = names["conv"](rng, channels, filters, kernel)
        y = names["conv2d"](np.ones((32, channels, *size)), *layer)
        counted = {
            "parameters": sum(array.size for array in layer),
            "shape": y.shape,
            "shape after the average": ONE.cases.average(y).shape,
            "multiplications": y[0].size * layer[0][0].size,
        }
        assert ONE.cases.COUNTED[what](channels, filters, kernel, size) == counted[what]


@pytest.mark.parametrize("name", ONE.functions)
def test_hidden_cases_are_drawn_afresh(name):
    task = ONE.assignment.task(name)
    one, other = (task.hidden(np.random.default_rng(seed)) for seed in (0, 1))
    for mine, yours in zip(one, other, strict=True):
        assert mine.args[0].size == 0 or not np.array_equal(mine.args[0], yours.args[0])
