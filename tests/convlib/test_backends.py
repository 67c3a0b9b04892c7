"""What goes in comes out: the library, the dtype, and inputs as they were."""

import array_api_strict
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from convlib import conv, conv_transpose

both = pytest.mark.parametrize("operation", [conv, conv_transpose])


@both
@pytest.mark.parametrize(
    ("x", "weight", "bias", "result"),
    [
        ("float32", "float32", "float32", "float32"),
        ("float32", "float64", None, "float64"),
        ("float32", "float32", "float64", "float64"),
        ("int16", "int8", None, "int16"),
        ("uint8", "int8", None, "int16"),
        ("int8", "int8", "int32", "int32"),
        ("uint16", "uint16", None, "uint16"),
        ("float32", "complex64", None, "complex64"),
    ],
)
def test_the_dtype_is_the_promoted_one(xp, operation, x, weight, bias, result):
    arrays = [xp.asarray(np.full((1, 1, 3), 3), x), xp.asarray(np.full((1, 1, 3), 2), weight)]
    arrays += [] if bias is None else [xp.asarray([0], bias)]
    y = xp.to_numpy(operation(*arrays, padding="same"))
    assert_array_equal(y, np.asarray([[[12, 18, 12]]], result), strict=True)


def test_promotion_comes_before_the_sum(xp):
    large = xp.asarray([[[100, 100]]], "int8")
    ones, bias = xp.asarray([[[1, 1]]], "int8"), xp.asarray([0], "int16")
    assert_array_equal(xp.to_numpy(conv(large, ones)), [[[200 - 256]]])
    assert_array_equal(xp.to_numpy(conv(large, ones, bias)), [[[200]]])


@both
def test_inputs_are_neither_written_nor_shared(xp, operation):
    before = np.asarray([[[1.0, 2.0, 3.0]]]), np.asarray([[[1.0]]]), np.asarray([4.0])
    inputs = [xp.asarray(values) for values in before]
    y = operation(*inputs)
    y += y
    for array, values in zip(inputs, before, strict=True):
        assert_array_equal(xp.to_numpy(array), values)


@both
@pytest.mark.parametrize("order", ["F", "reversed", "every second"])
def test_any_memory_layout(operation, order):
    rng = np.random.default_rng(0)

    def laid_out(array):
        if order == "F":
            return np.asfortranarray(array)
        if order == "reversed":
            return np.flip(np.flip(array).copy())
        wide = np.empty(tuple(2 * n for n in array.shape), array.dtype)
        view = wide[(slice(None, None, 2),) * array.ndim]
        view[...] = array
        return view

    x, weight = rng.integers(-9, 9, (2, 2, 5, 6)), rng.integers(-9, 9, (2, 2, 3, 2))
    plain = operation(x, weight, stride=2, padding=1)
    strange = laid_out(x), laid_out(weight)
    assert not any(array.flags.c_contiguous for array in strange)
    assert_array_equal(operation(*strange, stride=2, padding=1), plain)


@both
def test_mixed_libraries_are_refused(operation):
    ours, theirs = np.ones((1, 1, 3)), array_api_strict.ones((1, 1, 3))
    rule = "must come from one library, got x of numpy, weight of array_api_strict"
    with pytest.raises(TypeError, match=rule):
        operation(ours, theirs)
    with pytest.raises(TypeError, match="bias of array_api_strict"):
        operation(ours, ours, array_api_strict.ones(1))


@both
@pytest.mark.parametrize(
    ("not_numbers", "rule"),
    [
        ([[[1.0, 2.0]]], "x must be an array, got list"),
        (None, "x must be an array, got NoneType"),
        (3.0, "x must be an array, got float"),
        (np.asarray([[["1", "2"]]]), "x must hold numbers, got dtype <U1"),
        (np.asarray([[[1, 2]]], object), "x must hold numbers, got dtype object"),
        (np.asarray([[[True, False]]]), "x must hold numbers, got dtype bool"),
        (np.asarray([[[1, 2]]], "M8[s]"), "x must hold numbers, got dtype datetime64"),
        (np.ma.masked_less([[[1, 2]]], 2), r"x is a masked array.*\.filled\(0\)"),
    ],
)
def test_only_arrays_of_numbers_are_taken(operation, not_numbers, rule):
    numbers = np.ones((1, 1, 1))
    with pytest.raises(TypeError, match=rule):
        operation(not_numbers, numbers)
    with pytest.raises(TypeError, match=rule.replace("x ", "weight ")):
        operation(numbers, not_numbers)
    if not_numbers is not None:
        with pytest.raises(TypeError, match=rule.replace("x ", "bias ")):
            operation(numbers, numbers, not_numbers)
