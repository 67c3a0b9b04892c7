"""The assignment `separable`: what is its own, beside what holds for every assignment."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from assignment import definition, load, run, subject
from numpy.lib import format as npy
from test_assignments import rows

from autograder._box.counted import Ledger, handed_over, handles
from autograder.answers import answer_of, decode, encode
from autograder.judge import judge, trials
from autograder.rules import readable

ONE = subject("separable")
PHOTOS = Path(ONE.cases.__file__).with_name("_photo.py")
LAYERS = ["depthwise", "depthwise_options", "pointwise", "grouped", "separable"]
COUNTED = ["depthwise", "grouped", "separable"]
DIRECT = ["loops", "windows", "matrix", "recursion", "comprehensions"]


# What is counted


def counts_of(name, function, seed=0):
    """Judge a function in the cases that count its multiplications, as a box calls it there."""

    def counting(*args, **kwargs):
        ledger = Ledger()
        hidden = io.BytesIO(ledger.hide(b"".join(map(encode, args)), len(args)))
        given = [handed_over(npy.read_array(hidden), ledger.calculate) for _ in args]
        names = handles(function(*given, **kwargs), ledger.calculate)
        return decode(ledger.show(encode(names)))

    task = ONE.assignment.task(name)
    found = [trial for trial in trials(task, np.random.default_rng(seed)) if trial.case.counted]
    assert found
    return judge(task, [(trial, answer_of(counting, trial.case)) for trial in found])


@pytest.mark.parametrize("style", DIRECT)
@pytest.mark.parametrize("name", COUNTED)
def test_direct_styles_multiply_no_more_than_they_may(style, name):
    names = run(ONE.filled(ONE.styles[style]))
    assert counts_of(name, names[name]).right


def test_the_text_multiplies_no_more_than_it_says():
    cells = [cell for cell in ONE.solution() if cell.startswith(("import", "def "))]
    names = run(cells)
    for name in COUNTED:
        assert counts_of(name, names[name]).right


def filled_up(x, weight, bias=None, *, groups=None, **options):
    """Fill the kernels up with zeros for the channels that they do not read."""
    groups = groups or x.shape[1]
    (filters, channels, *kernel), whole = weight.shape, x.shape[1]
    full = np.zeros((filters, whole, *kernel), object)
    for o in range(filters):
        first = o // (filters // groups) * channels
        full[o, first : first + channels] = weight[o]
    return run(ONE.filled(ONE.styles["windows"]))["grouped"](x, full, bias, **options)


@pytest.mark.parametrize("name", ["depthwise", "grouped"])
def test_kernels_filled_up_with_zeros_multiply_too_much(name):
    said = counts_of(name, filled_up).sentence
    assert "the values are right, but one of them takes" in said


def test_a_full_layer_in_place_of_two_steps_multiplies_too_much():
    grouped = run(ONE.filled(ONE.styles["windows"]))["grouped"]

    def joined(x, depthwise_weight, pointwise_weight, bias=None, **options):
        weight = pointwise_weight[:, :, None, None] * depthwise_weight[:, 0]
        several = len(depthwise_weight) // x.shape[1]
        return grouped(np.repeat(x, several, axis=1), weight, bias, **options)

    task = ONE.judged("separable", [], names={"separable": joined})
    assert task.full  # but for the count, which only a box takes
    assert "multiplications; 21 are enough" in counts_of("separable", joined).sentence


# Rules


@pytest.mark.parametrize("name", ["pointwise", "separable"])
def test_a_loop_over_pixels_breaks_the_rule(name):
    source = readable(ONE.filled(ONE.styles["loops"]))
    (rule,) = [rule for rule in ONE.assignment.task(name).rules if "loop" in rule.name]
    assert rule.find(source, "depthwise")
    assert rule.find(source, "grouped")
    assert not rule.find(source, name)


def test_a_step_with_loops_breaks_the_rule_for_who_calls_it():
    filled = ONE.styles["loops"] | {"separable": ONE.styles["windows"]["separable"]}
    result = ONE.judged("separable", ONE.filled(filled))
    assert result.score == result.points / 2


def test_a_library_call_costs_half():
    call = """
def pointwise(x, weight, bias=None):
    y = np.zeros((len(x), len(weight), *x.shape[2:]), np.result_type(x, weight))
    for n, o, c in np.ndindex(len(x), *weight.shape):
        part = np.convolve(x[n, c].ravel(), weight[o, c : c + 1])
        y[n, o] += part.reshape(x.shape[2:])
    return y if bias is None else y + bias[:, None, None]
"""
    result = ONE.judged("pointwise", ["import numpy as np", call])
    assert result.score == result.points / 2


# The recipe


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_differ_within_a_case(name):
    for case in ONE.drawn(name, range(2)):
        x, weight, *rest = case.args
        fixed = case.impulses or case.counted or "large as" in case.label or "extreme" in case.label
        if fixed or 0 in x.shape or x[0, 0].size == 1 or case.label == "a stride beyond the kernel":
            continue
        filters = rest[0].shape[0] if name == "separable" else len(weight)
        sizes = [*x.shape, *weight.shape[2:], *({filters} - {x.shape[1]})]
        assert len(set(sizes)) == len(sizes), (case.label, sizes)
        assert all(len(set(case.kwargs[o])) == 2 for o in {"stride", "padding"} & set(case.kwargs))


@pytest.mark.parametrize("name", LAYERS)
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("d", "l"), ("f", "f")} <= kinds
    assert any(case.calls == 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    assert any(len(case.args[0]) == 0 for case in cases)
    least = 2 + (name == "separable")
    assert {len(case.args) for case in cases} == {least, least + 1}
    many = [case for case in cases if len(case.args[0]) and case.args[0].size > 1]
    assert all(min(case.args[0].shape[:2]) >= 2 for case in many)


def test_cases_cover_the_dial_from_full_to_depthwise():
    asked = {
        (case.kwargs["groups"], case.args[0].shape[1])
        for case in ONE.drawn("grouped", [0])
        if "groups" in case.kwargs
    }
    assert {1, 2, 3} <= {groups for groups, _ in asked}
    assert any(groups == channels for groups, channels in asked)


# The photo


def test_the_repaired_photo_is_the_scene():
    repairs = [run(ONE.filled(ONE.styles[style]))["repair"] for style in DIRECT[:3]]
    photo = load(PHOTOS).photo
    sizes = [((60, 80), 3), ((25, 35), 3), ((20, 30), 4), ((23, 16), 5)]
    for seed in range(12):
        size, sensors = sizes[seed % 4]
        scene, *given = photo(seed, *size, sensors=sensors)
        for repair in (ONE.cases.repair, *repairs):
            np.testing.assert_allclose(repair(*given), scene[:, 3:-3, 3:-3], atol=1e-12)


# The text says what the cases do


def test_the_text_asks_for_the_counts_that_are_judged():
    table = rows(ONE.text, "| | layer | channels in")
    assert [row[1] for row in table] == [what for what, _, _ in ONE.cases.ROWS]
    for (_, _, *said), (_, layers, pixels) in zip(table, ONE.cases.ROWS, strict=True):
        if all(said):
            c_in, c_out, kernel, groups = said
            assert layers == [(int(c_in), int(c_out), two(kernel), int(groups))]
        if pixels:
            assert f"{pixels[0]} by {pixels[1]} pixels" in ONE.text


def two(said):
    """Return the numbers of "5 by 3"."""
    return tuple(map(int, said.split(" by ")))


def test_the_text_has_the_lectures_numbers():
    full, *_, both = (ONE.cases.predicted(layers=layers, pixels=None) for _, layers, _ in
                      ONE.cases.ROWS[:4])  # fmt: skip
    assert (full, both) == (18432, 2336)
    assert f"{full:,} weights for the full layer and {both:,} for the separable one" in ONE.text
    assert "leaves the biases out" in ONE.text


def test_the_text_shows_the_data_that_is_judged():
    names = run(source for source in ONE.solution() if "image = " in source or "numpy" in source)
    np.testing.assert_array_equal(names["image"], ONE.cases.IMAGE)
    np.testing.assert_array_equal(names["kernels"], ONE.cases.KERNELS)
    np.testing.assert_array_equal(names["mix"], ONE.cases.MIX)
    assert ONE.shown("photo") == definition(PHOTOS.read_text(encoding="utf-8"), "photo")
    np.testing.assert_equal(
        ONE.assignment.task("repair").visible[0].args, load(PHOTOS).photo(2026)[1:]
    )


def test_no_visible_case_gives_a_prediction_away():
    counts = {
        ONE.assignment.task(name).reference(*case.args, **case.kwargs)
        for name in ("count_parameters", "count_macs")
        for case in ONE.assignment.task(name).visible
    }
    predicted = {
        ONE.cases.predicted(layers=one, pixels=pixels) for _, one, pixels in ONE.cases.ROWS
    }
    assert not counts & predicted
    assert re.search(r"^check\(\"counts\"", ONE.text, re.MULTILINE)
