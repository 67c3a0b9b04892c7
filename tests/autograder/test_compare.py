"""Right is right in any summation order; wrong is wrong, and said with the first thing wrong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.answers import Failure
from autograder.compare import difference, same_answer

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
ANY_NUMBERS = st.sampled_from(["?", "i1", "u8", "i8", "f2", "f4", "f8", "g", "c8", "c16"])
arrays = ANY_NUMBERS.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
)
policies = st.sampled_from(["kind", "exact", "any"])


def array(values, dtype=float):
    return np.asarray(values, dtype)


@given(arrays, policies)
@repeatable
def test_everything_equals_itself(numbers, policy):
    assert difference(numbers, numbers.copy(), policy) is None


@given(arrays, arrays, policies)
@repeatable
def test_any_two_arrays_can_be_compared(got, expected, policy):
    found = difference(got, expected, policy)
    if found is None:
        assert got.shape == expected.shape
    else:
        assert found.told


def test_shape_comes_first_then_dtype_then_values():
    assert difference(array([1]), array([[1]])).told == "the shape is (1,), it should be (1, 1)"
    wrong = difference(array([1], int), array([2.5]))
    assert wrong.told == "the dtype is int64, it should be one of floats"
    assert wrong.value == ""
    wrong = difference(array([1.0, 5, 7]), array([1.0, 2, 3]))
    assert wrong.told == "2 of 3 values are wrong, first at index (1,)"
    assert wrong.value == "got 5, expected 2"


@pytest.mark.parametrize(
    ("got", "expected", "allowed_by"),
    [
        ("f4", "f8", {"kind", "any"}),
        ("i4", "u8", {"kind", "any"}),
        ("f8", "i8", {"any"}),
        ("i8", "f8", {"any"}),
        ("?", "i8", {"any"}),
        ("c16", "f8", set()),  # a complex answer to a real question says more than was asked
        ("f8", "c16", {"any"}),
        (">f8", "<f8", {"kind", "any"}),
        ("f8", "f8", {"kind", "exact", "any"}),
    ],
)
def test_dtype_policies(got, expected, allowed_by):
    one, other = array([0, 1], got), array([0, 1], expected)
    fitting = {p for p in ("kind", "exact", "any") if difference(one, other, p) is None}
    assert fitting == allowed_by


def test_exact_names_the_dtype_that_is_wanted():
    said = difference(array([1], "f4"), array([1]), "exact").told
    assert said == "the dtype is float32, it should be float64"


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_room_for_another_order_of_summation(dtype):
    rng = np.random.default_rng(0)
    terms = rng.normal(size=(50, 1000)).astype(dtype)
    assert difference(terms.sum(axis=1), np.cumsum(terms, axis=1)[:, -1]) is None


def test_room_for_an_fft():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=400), rng.normal(size=7)
    direct = np.convolve(x, w)
    by_fft = np.fft.irfft(np.fft.rfft(x, 406) * np.fft.rfft(w, 406), 406)
    assert difference(by_fft, direct) is None


def test_long_sums_get_more_room():
    rng = np.random.default_rng(0)
    one, other = (rng.normal(size=1_000_000).astype(np.float32) for _ in range(2))
    exact = array([np.dot(one.astype(float), other)])
    in_turn = array([np.cumsum(one * other)[-1]], np.float32)
    assert difference(in_turn, exact, summed=1_000_000) is None
    off = exact * 1.001
    assert difference(off.astype(np.float32), exact, summed=1_000_000) is not None
    assert difference(off, exact, summed=1_000_000) is not None


def test_there_is_an_end_to_the_room():
    expected = array([1.0, 2.0], np.float16)
    assert difference(array([1.0, 2.2], np.float16), expected, summed=10**9) is not None
    assert difference(array([1.0, 2.05], np.float16), expected, summed=10**9) is None


@pytest.mark.parametrize(
    ("dtype", "reference", "off"),
    [("f8", "f8", 1e-7), ("f4", "f4", 1e-3), ("f4", "f8", 1e-3), ("c16", "c16", 1e-7)],
)
def test_no_room_for_another_formula(dtype, reference, off):
    expected = array([1, 2, 3], reference)
    got = expected.astype(dtype)
    got[1] *= 1 + off
    assert difference(got, expected).told.startswith("1 of 3 values is wrong")


def test_half_precision_is_forgiven_only_where_it_was_asked_for():
    expected = array([1000.0, 1.0])
    coarse = array([1004.0, 1.0], np.float16)  # 0.4 % off
    assert difference(coarse, expected.astype(np.float16)) is None
    assert difference(coarse, expected) is not None
    assert difference(coarse, expected.astype(np.float32)) is not None


def test_integers_are_exact_beyond_what_floats_hold():
    assert difference(array([2**53 + 1], int), array([2**53], int)).told.startswith("1 of 1")
    assert difference(array([2**63], "u8"), array([-(2**63)], int)) is not None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(value):
    assert difference(array([value, 1]), array([value, 1])) is None
    wrong = difference(array([1, value]), array([1, 2.0]))
    assert wrong.told == f"1 of 2 values is wrong, first at index (1,) ({value})"
    assert difference(array([1, 2.0]), array([1, value])) is not None


@pytest.mark.parametrize(
    ("got", "expected", "right"),
    [
        (complex(np.nan, 1), complex(np.nan, 1), True),
        (complex(np.nan, 1), complex(np.nan, 2), False),
        (complex(1, np.nan), complex(np.nan, 1), False),
        (complex(np.inf, 1), complex(np.inf, 2), False),
        (complex(1, -0.0), complex(1, 0.0), True),
        (complex(1, 1e-7), complex(1, 0), False),
    ],
)
def test_complex_numbers_are_right_in_both_parts(got, expected, right):
    assert (difference(array([got], complex), array([expected], complex)) is None) == right


def test_all_nans_and_both_zeros_are_alike():
    quiet, other = np.frombuffer(np.array([0x7FF8 << 48, 0xFFF8_0000_0000_0001], "u8").tobytes())
    assert difference(array([quiet, 0.0]), array([other, -0.0])) is None


def test_floats_are_wrong_where_integers_are_too_large_for_them():
    expected = array([2**53 + 2], int)
    said = difference(expected.astype(float), expected, "any")
    assert said.told == "the dtype is float64, which keeps integers only up to 2**53"
    assert difference(array([2.0]), array([2], int), "any") is None


def test_an_infinite_value_does_not_make_room_for_the_others():
    assert difference(array([np.inf, 1.1]), array([np.inf, 1.0])).told.startswith("1 of 2")


def test_nothing_equals_nothing_of_the_same_shape():
    assert difference(np.zeros((0, 3)), np.zeros((0, 3))) is None
    assert difference(np.zeros((0, 3)), np.zeros((3, 0))) is not None


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (array(1234567, int), array(1234568, int), "got 1234567, expected 1234568"),
        (array(1.0000001), array(1.0), "got 1.0000001, expected 1"),
        (array(True, bool), array(False, bool), "got True, expected False"),
        (array(1 + 2j, complex), array(1 + 3j, complex), "got 1+2j, expected 1+3j"),
        (array(2.5, "g"), array(3.0), "got 2.5, expected 3"),
    ],
)
def test_two_numbers_are_told_apart(got, expected, said):
    wrong = difference(got, expected)
    assert wrong.told == "the value is wrong"
    assert wrong.value == said


def test_failures_agree_if_they_are_of_one_kind_and_error():
    raised = Failure("raised", "ValueError: one")
    assert same_answer(raised, Failure("raised", "ValueError: two"), "kind")
    assert not same_answer(raised, Failure("raised", "TypeError: one"), "kind")
    assert not same_answer(raised, Failure("refused", "ValueError: one"), "kind")
    with pytest.raises(ValueError, match="truth value") as caught:
        bool(array([1.0, 2.0]))
    ambiguous = Failure("raised", f"ValueError: {caught.value}")
    assert same_answer(ambiguous, ambiguous, "kind")
    assert not same_answer(raised, ambiguous, "kind")
    assert not same_answer(raised, array([1.0]), "any")
    assert not same_answer(array([1.0]), raised, "any")
    assert same_answer(array([1.0]), array([1.0]), "exact")
