"""A wrong answer's pattern is said where it is sure, and only there."""

import numpy as np
import pytest

from autograder.patterns import alike
from autograder.spec import Case
from autograder.traits import shared

RNG = np.random.default_rng(3)
CUBE = RNG.normal(size=(2, 3, 6))
LINE = RNG.integers(1, 50, 8)


def but(array, *index, by=5):
    wrong = array.copy()
    wrong[index] += by
    return wrong


@pytest.mark.parametrize(
    ("got", "right", "said"),
    [
        (2 * CUBE, CUBE, "all values are 2 times what they should be"),
        (CUBE / 6, CUBE, "all values are 1/6 of what they should be"),
        (-LINE, LINE, "all values have the wrong sign"),
        (0 * CUBE, CUBE, "all values are zero"),
        (CUBE + 1.5, CUBE, "all values are too large by 1.5"),
        (LINE - 2, LINE, "all values are too small by 2"),
        (
            CUBE + np.arange(3)[:, None],
            CUBE,
            "the values are off by one constant for each index of axis 1: a bias?",
        ),
        (CUBE + np.arange(6), CUBE, "the values are off by one constant for each index of axis 2"),
        (LINE[::-1], LINE, "the values are in reverse order"),
        (CUBE[:, ::-1], CUBE, "the values are in reverse order along axis 1"),
        (
            CUBE[:, :, :3].swapaxes(1, 2),
            CUBE[:, :, :3],
            "the axes are in another order: .transpose(0, 2, 1) would put them right",
        ),
        (
            CUBE.transpose(2, 0, 1),
            CUBE,
            "the axes are in another order: .transpose(1, 2, 0) would put them right",
        ),
        (np.roll(LINE, 1), LINE, "the values come 1 too late"),
        (np.roll(CUBE, -2, 2), CUBE, "the values come 2 too early along axis 2"),
        (but(LINE, -1), LINE, "all is right but the last"),
        (but(CUBE, ..., [0, 1, 5]), CUBE, "all is right but the first 2 and the last along axis 2"),
        (but(CUBE, 0, 1), CUBE, "all is right but index 1 along axis 1"),
        (LINE[:-1], LINE, "the last value is missing, all others are right"),
        (LINE[2:], LINE, "the first 2 values are missing, all others are right"),
        (
            np.append(CUBE, CUBE[..., :2], axis=-1),
            CUBE,
            "the last 2 values along axis 2 are too many, all others are right",
        ),
        (CUBE[:, None], CUBE, "the values are right, but for axes of length 1"),
        (LINE.astype(np.float32) * 3, LINE, "all values are 3 times what they should be"),
        (CUBE.clip(0), CUBE, "all values below 0 came out as 0"),
        (
            (30 * (LINE - 20)).clip(0, 255),
            30 * (LINE - 20),
            "all values below 0 came out as 0 and all above 255 came out as 255",
        ),
        (abs(CUBE), CUBE, "all values have lost their sign"),
        (np.trunc(9 * CUBE), 9 * CUBE, "all values have lost what is behind the point"),
        (np.rint(9 * CUBE), 9 * CUBE, "all values are rounded to whole numbers"),
        (
            CUBE.cumsum(axis=-1),
            CUBE,
            "each value has all those along the last axis added to it: is a sum not set back to"
            " zero?",
        ),
        (
            LINE.reshape(2, 4).cumsum().reshape(2, 4),
            LINE.reshape(2, 4),
            "each value has all those before it added to it: is a sum not set back to zero?",
        ),
        (
            CUBE * np.multiply.outer([1, 0], [1, 0, 0])[..., None],
            CUBE,
            "all wrong values are zero: does a loop, or a function, end too early?",
        ),
        (CUBE[:, :1].repeat(3, 1), CUBE, "all values along axis 1 are what the first should be"),
        (CUBE[..., -1:].repeat(6, 2), CUBE, "all values along axis 2 are what the last should be"),
        (
            CUBE.swapaxes(0, 1).reshape(2, 3, 6),
            CUBE,
            "reshape has mixed the axes up: .reshape(3, 2, 6).transpose(1, 0, 2) would put them"
            " right",
        ),
        (LINE[[2, 0, 1, 3, 7, 6, 4, 5]], LINE, "all values are right, but not in their places"),
        (
            CUBE.reshape(6, 6),
            CUBE,
            "the values are right and in order: .reshape(2, 3, 6) would put them right",
        ),
        (
            np.pad(CUBE, 2),
            CUBE,
            "all right values are in it, from index (2, 2, 2) on; the others are too many",
        ),
        (CUBE[:, 1:, 1:3], CUBE, "it is a part of the right result, from index (0, 1, 1) on"),
        (CUBE, CUBE.sum(axis=1), "its sum over axis 1 would be right"),
        (CUBE, CUBE.sum(axis=(0, 2)), "its sum over axes (0, 2) would be right"),
    ],
)
def test_patterns_that_are_sure(got, right, said):
    assert alike(got, right) == said


@pytest.mark.parametrize(
    ("got", "right"),
    [
        (RNG.normal(size=(2, 3, 6)), CUBE),
        (CUBE**2, CUBE),
        (np.where(np.arange(6) < 4, CUBE**2, CUBE), CUBE),  # more wrong than right
        (but(CUBE, 0, 0, 0), CUBE[:, :2]),
        (np.full(4, 2.0), np.ones(4)),  # twice, or one more?
        (np.asarray([1, 2]), np.asarray([2, 4])),
        (np.zeros((0, 3)), np.ones((2, 3))),
        (np.full(8, np.nan), LINE),
        (LINE * 1j, LINE),
        (LINE > 3, LINE),
        (np.asarray(3.0), np.asarray(4.0)),
        (CUBE.ravel(), CUBE[:1]),
        (CUBE[:, ::-1, 1:3], CUBE),
        (CUBE, CUBE.mean(axis=1)),
        (np.asarray([0, 7, 0, 9]), np.asarray([2**50, 5, 2**50, 6])),
        (but(LINE << 40, [1, 4], by=1), LINE << 40),
    ],
)
def test_nothing_is_said_of_what_is_not_sure(got, right):
    assert alike(got, right) is None


def case(*shape, dtype=float, calls=1, **kwargs):
    return Case("", (np.zeros(shape or (2, 3), dtype),), kwargs, calls=calls)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ([case(padding=2)], [case(), case(stride=2)], "with padding"),
        ([case(dtype=np.float32), case(dtype=np.float32)], [case(), case()], "in float32"),
        ([case(calls=2)], [case(), case()], "that are called twice with the same arrays"),
        ([case(0, 3)], [case(), case()], "without any sample"),
        (
            [case(padding=1, stride=2)],
            [case(), case(dilation=2)],
            "with padding and with stride",
        ),
    ],
)
def test_what_wrong_cases_share(wrong, right, said):
    found = shared([*wrong, *right], [True] * len(wrong) + [False] * len(right))
    assert found == f"All cases {said} are wrong, and all others are right."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ([case(padding=2)], [case()]),  # one right case shows no rule
        ([case(padding=2)], [case(), case(padding=1)]),
        ([case(padding=2), case()], [case(), case()]),
        ([case(padding=2)], [case(0, 3), case(1, 1)]),  # in these, most mistakes do not show
        ([], [case(), case()]),
    ],
)
def test_nothing_shared_is_said(wrong, right):
    assert shared([*wrong, *right], [True] * len(wrong) + [False] * len(right)) is None
