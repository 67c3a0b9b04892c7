"""Whatever a student's process writes is an array of numbers or a reason, never an exception."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import answers
from autograder.answers import Failure, answer_of, as_answer, decode, encode
from autograder.spec import Case

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
NUMBERS = ["?", "i1", "u2", "<i4", ">i8", "u8", "<f2", "f4", ">f8", "g", "c8", ">c16"]


def record(header, data=b"", version=(1, 0)):
    """Return a record with any header, true or not."""
    text = header.encode("latin1")
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + data


def header(descr="'<f8'", shape="(0,)", fortran="False"):
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


def is_refused(answer, *words):
    assert isinstance(answer, Failure), answer
    assert answer.kind == "refused"
    assert all(word in answer.text for word in words), answer.text
    return True


numbers = st.sampled_from(NUMBERS).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
)


@given(numbers, st.booleans())
@repeatable
def test_round_trip(array, fortran):
    array = np.asfortranarray(array) if fortran else array
    back = decode(encode(array))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@given(st.binary(max_size=300))
@repeatable
def test_any_bytes(data):
    is_refused(decode(data))


@given(st.text(max_size=200), st.binary(max_size=40), st.sampled_from([(1, 0), (2, 0)]))
@repeatable
def test_any_header(text, data, version):
    text = text.encode("latin1", "ignore").decode("latin1")
    assert isinstance(decode(record(text, data, version)), Failure | np.ndarray)


@given(
    shape=st.lists(st.integers() | st.booleans(), max_size=5).map(tuple),
    descr=st.sampled_from([repr(dtype) for dtype in [*NUMBERS, "O", "V3", "U2", "M8[s]"]]),
    fortran=st.booleans(),
    data=st.binary(max_size=64),
)
@repeatable
def test_any_shape_and_dtype(shape, descr, fortran, data):
    answer = decode(record(header(descr, shape, fortran), data))
    if isinstance(answer, np.ndarray):
        assert answer.nbytes == len(data)
        assert answer.dtype.kind in "biufc"
        assert answer.shape == shape


@given(numbers, st.data())
@repeatable
def test_a_damaged_record_is_refused_or_still_numbers(array, data):
    good = bytearray(encode(array))
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] = data.draw(st.integers(0, 255))
    answer = decode(bytes(good))
    assert isinstance(answer, Failure) or answer.dtype.kind in "biufc"


def test_pickled_objects_are_never_read():
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([{}], dtype=object), allow_pickle=True)
    assert is_refused(decode(stream.getvalue()), "object")
    with pytest.raises(ValueError, match="Object arrays"):
        encode(np.array([{}], dtype=object))


@pytest.mark.parametrize(
    ("descr", "word"),
    [
        ("[('a', '<f8')]", "numbers"),
        ("[('a', '<f8', (2,)), ('b', 'O')]", "numbers"),
        ("('<f8', (3,))", "numbers"),
        ("'<U5'", "numbers"),
        ("'|S5'", "numbers"),
        ("'<M8[s]'", "numbers"),
        ("'|V8'", "numbers"),
        ("'no such dtype'", "no array"),
        ("{'names': ['a'], 'formats': ['O']}", "no array"),
    ],
)
def test_only_plain_numbers(descr, word):
    assert is_refused(decode(record(header(descr), b"")), word)


@pytest.mark.parametrize("extra", [-8, -1, 1, 8])
def test_the_length_must_be_what_the_header_says(extra):
    data = bytes(24 + extra)
    assert is_refused(decode(record(header(shape="(3,)"), data)), "shorter or longer")


@pytest.mark.parametrize(
    "shape",
    [
        "(-1,)",
        "(-1, -3)",
        "(-0x" + "f" * 3900 + ",)",  # more digits than Python prints
        "(0, 0x" + "f" * 3900 + ")",
        "(0, 9223372036854775808)",
        "(0, 4611686018427387904, 8)",
        "(0, 9223372036854775807)",
        "(9223372036854775807,)",
        "(1152921504606846976, 16)",  # 2**64 bytes: nothing, if sizes wrapped around
        "(" + "1, " * 33 + ")",
        "(" + "0, " * 65 + ")",
        "(1.0,)",
        "'abc'",
        "None",
    ],
)
def test_impossible_shapes(shape):
    assert is_refused(decode(record(header(shape=shape))))


@pytest.mark.parametrize("fortran", [True, False])
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0, 2), ()])
def test_arrays_of_size_zero_and_scalars(shape, fortran):
    size = 0 if 0 in shape else 8
    answer = decode(record(header(shape=shape, fortran=fortran), bytes(size)))
    assert answer.shape == shape


def test_fortran_order():
    array = np.asfortranarray(np.arange(6).reshape(2, 3))
    assert b"'fortran_order': True" in encode(array)
    np.testing.assert_array_equal(decode(encode(array)), array)


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 3000,
        "[" * 3000 + "]" * 3000,
        "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2**99999,)}",
        "__import__('os').abort()",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), 'more': 1}",
        "{'descr': '<f8', 'fortran_order': 3, 'shape': (0,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}\x00",
        "{'descr': '\\d', 'fortran_order': False, 'shape': (0L,)}",  # Python 2's, warned of
    ],
)
def test_bad_headers(bomb):
    assert is_refused(decode(record(bomb, version=(2, 0))))


def test_a_long_header_is_not_even_parsed():
    long = header() + " " * 5000
    assert is_refused(decode(record(long, version=(2, 0))), "no array")
    stream = b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**32 - 1)
    assert is_refused(decode(stream), "no array")


@pytest.mark.parametrize("version", [(0, 0), (3, 0), (1, 1), (255, 255)])
def test_other_versions(version):
    assert is_refused(decode(record(header(), version=version)), "no array")


def test_a_record_that_is_cut_anywhere():
    good = encode(np.arange(4.0))
    assert all(is_refused(decode(good[:length])) for length in range(len(good)))


def test_too_large():
    assert is_refused(decode(bytes(answers.MAX_BYTES + 1)), str(answers.MAX_BYTES))


def test_an_answer_stays_as_it_was_read():
    answer = decode(encode(np.arange(3)))
    with pytest.raises(ValueError, match="read-only"):
        answer[0] = 5


# Trusted functions


@pytest.mark.parametrize("given_array", [np.arange(3), [0, 1, 2]])
def test_a_trusted_function_cannot_change_the_case(given_array):
    def grow(x):
        x[0] += 1
        return x

    case = Case("twice", (given_array,), calls=2)
    assert answer_of(grow, case)[0] == 2  # as in the box: the second call sees the first's changes
    assert answer_of(grow, case)[0] == 2
    assert case.args[0][0] == 0


def test_what_a_trusted_function_raises_is_an_answer():
    assert answer_of(lambda: 1 / 0, Case("")) == Failure(
        "raised", "ZeroDivisionError: division by zero"
    )


@pytest.mark.parametrize(
    ("value", "kind", "word"),
    [
        (None, "refused", "nothing is given"),
        ("3", "refused", "str"),
        ([1, "a"], "refused", "numbers"),
        ([[1, 2], [3]], "raised", "ValueError"),
        ({}, "refused", "dict"),
        ([None, 1.0], "refused", "of type list, not numbers"),
        (Ellipsis, "refused", "ellipsis"),
    ],
)
def test_values_that_are_no_numbers(value, kind, word):
    answer = as_answer(value)
    assert isinstance(answer, Failure)
    assert answer.kind == kind
    assert word in answer.text


@pytest.mark.parametrize("value", [3, 2.5, True, 1j, [1, 2], (1.0, 2), [[1], [2]], range(3), []])
def test_values_that_are(value):
    np.testing.assert_array_equal(as_answer(value), np.asarray(value))
