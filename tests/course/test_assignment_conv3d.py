"""The assignment `conv3d`: what is its own, beside what holds for every assignment."""

import re
from pathlib import Path

import numpy as np
import pytest
from assignment import definition, run, subject
from test_assignments import rows

from autograder.quality import overlap
from autograder.rules import readable
from convlib import conv3d

ONE = subject("conv3d")
LAYERS = ["conv3d", "conv3d_options", "conv3d_fast"]
FILMS = [([0, 1], 13, 28, 40), ([1, 0], 14, 34, 29), ([2, 1], 13, 26, 34), ([0, 2], 15, 26, 50)]
SCANS = [((22, 34, 38), 1.0, 1.6), ((24, 30, 42), 2.0, 2.5)]


def written(task, *styles):
    """Return one function as it is written in some styles."""
    return [run(ONE.filled(ONE.styles[style]))[task] for style in styles]


def test_the_asteroid_can_be_found_by_several_methods():
    kernels = written("find_moving", "loops", "matrix")
    (shifts,) = written("find_moving", "windows")
    for seed in range(40):
        step, *size = FILMS[seed % 4]
        clip, start = ONE.cases.sky(seed, step, *size)
        for find in (ONE.cases.find_moving, shifts, *kernels[: 2 * (seed < 4)]):
            np.testing.assert_array_equal(find(clip, step), start, f"seed {seed}")


def smoothed(scan, kernel):
    """Return a scan averaged over blocks of a size."""
    weight = np.full((1, 1, *kernel), 1 / np.prod(kernel))
    return conv3d(scan[None, None], weight, padding=[k // 2 for k in kernel])[0, 0]


def test_the_overlap_asked_for_takes_a_kernel_with_depth():
    finders = [ONE.cases.segment, *written("segment", "windows", "matrix")]
    for seed in range(8):
        size, gel, insert = SCANS[seed % 2]
        scan, mask = ONE.cases.phantom(seed, size, gel, insert)
        assert min(overlap(find(scan, gel, insert), mask) for find in finders) >= 0.7
        flat = [smoothed(scan, (1, k, k)) > (gel + insert) / 2 for k in (1, 3, 5, 7, 9)]
        assert max(overlap(found, mask) for found in flat) < 0.7


def test_an_overlap_of_little_more_than_half_earns_half():
    code = """
def segment(scan, gel, insert):
    weight = np.full((1, 1, 1, 7, 7), 1 / 49)
    return conv3d_fast(scan[None, None], weight, padding=(0, 3, 3))[0, 0] > (gel + insert) / 2
"""
    result = ONE.judged("segment", ONE.filled(ONE.styles["windows"] | {"segment": code}))
    assert 0 < result.score <= result.points / 2
    assert "at least 0.70 is asked" in result.sentence


def test_the_count_is_that_of_the_products():
    for case in ONE.drawn("count_macs", [0]):
        size, kernel, c_in, c_out = case.args
        if max(size) > 100:  # too many to be made one by one
            continue
        options = dict(case.kwargs)
        room = np.add(size, 2 * np.array(options.pop("padding", [0, 0, 0])))
        one_each = conv3d(np.ones((1, c_in, *room)), np.ones((c_out, c_in, *kernel)), **options)
        assert ONE.cases.count_macs(*case.args, **case.kwargs) == one_each.sum(), case.label


def test_a_library_call_costs_half():
    code = """
import numpy as np

def correlate3d(x, w):
    y = np.zeros([n - k + 1 for n, k in zip(x.shape, w.shape)], np.result_type(x, w))
    for i, j, t, u in np.ndindex(*y.shape[:2], *w.shape[:2]):
        y[i, j] += np.correlate(x[i + t, j + u], w[t, u], "valid")
    return y
"""
    result = ONE.judged("correlate3d", [code])
    assert result.score == result.points / 2


def test_a_loop_over_voxels_breaks_the_rule():
    source = readable(ONE.filled(ONE.styles["loops"]))
    (rule,) = [rule for rule in ONE.assignment.task("conv3d_fast").rules if "loop" in rule.name]
    assert rule.find(source, "conv3d")
    assert not rule.find(source, "conv3d_fast")


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_and_options_differ_within_a_case(name):
    for case in ONE.drawn(name):
        (n, c_in, *size), (c_out, _, *kernel) = (arg.shape for arg in case.args[:2])
        if case.impulses or case.calls > 2 or n == 0 or max(size) == 1:
            continue
        assert len({n, c_in, c_out}) == len(set(size)) == len(set(kernel)) == 3, case.label
        assert size == kernel or not {n, c_in, c_out, *kernel} & set(size), case.label
        assert all(len(set(option)) == 3 for option in case.kwargs.values()), case.label


@pytest.mark.parametrize("name", ["correlate3d", *LAYERS])
def test_cases_cover_what_is_forgotten(name):
    cases = ONE.drawn(name, [0])
    kinds = {tuple(arg.dtype.char for arg in case.args[:2]) for case in cases}
    assert {("d", "d"), ("l", "l"), ("l", "d"), ("f", "f")} <= kinds
    assert any(case.calls == 2 for case in cases)
    assert any(case.args[0].size == 1 for case in cases)
    if name in LAYERS:
        assert any(len(case.args[0]) == 0 for case in cases)
        assert {len(case.args) for case in cases} == {2, 3}
    if name in LAYERS[1:]:
        assert any(set(case.kwargs) == {"stride", "padding", "dilation"} for case in cases)


def test_a_stride_is_larger_than_the_kernel():
    found = [case for case in ONE.drawn("conv3d_options", [0]) if "stride" in case.kwargs]
    assert any((np.array(one.kwargs["stride"]) > one.args[1].shape[2:]).all() for one in found)


@pytest.mark.parametrize(
    ("header", "names", "asked"),
    [
        ("| | volume | kernel | stride", "size kernel stride padding dilation", "SHAPES"),
        ("| | volume | kernel | C_in", "size kernel c_in c_out stride padding", "WORK"),
    ],
)
def test_the_text_asks_for_what_is_judged(header, names, asked):
    plain = {"stride": [1, 1, 1], "padding": [0, 0, 0], "dilation": [1, 1, 1]}
    for row, judged in zip(rows(ONE.text, header), getattr(ONE.cases, asked), strict=True):
        numbers = [list(map(int, re.findall(r"\d+", cell))) for cell in row[1:]]
        told = {n: one if len(one) > 1 else one[0]
                for n, one in zip(names.split(), numbers, strict=True)}  # fmt: skip
        assert plain | told == plain | judged


@pytest.mark.parametrize("name", ["sky", "phantom"])
def test_the_text_shows_the_data_that_is_judged(name):
    source = Path(ONE.cases.__file__).read_text(encoding="utf-8")
    assert ONE.shown(name) == definition(source, name)


def test_the_text_starts_from_the_visible_data():
    names = run(s for s in ONE.solution() if re.match("import|film = |def sky|def phantom", s))
    np.testing.assert_array_equal(names["film"], ONE.cases.FILM)
    np.testing.assert_array_equal(names["change"], ONE.cases.CHANGE)
    seed = int(re.search(r"night, start = sky\((\d+), \(1, 2\)\)", ONE.text)[1])
    night, start = names["sky"](seed, (1, 2))
    for mistake in ONE.assignment.mistakes:
        if mistake.name == "the answer for the notebook's film":
            np.testing.assert_array_equal(mistake.function(night, [1, 2]), start)
    (seen,) = ONE.assignment.task("find_moving").visible
    np.testing.assert_equal(seen.args, (night, [1, 2]))
    (scanned,) = ONE.assignment.task("segment").visible
    np.testing.assert_equal(names["phantom"](2026), (scanned.args[0], scanned.quality.truth))


def test_the_text_counts_the_large_case_right():
    (large,) = [case for case in ONE.drawn("conv3d_fast", [0]) if case.calls > 2]
    size = " by ".join(map(str, large.args[0].shape[2:]))
    assert f"{large.calls} calls on volumes of {size} voxels" in ONE.text
    assert f"{large.seconds} seconds" in ONE.text
