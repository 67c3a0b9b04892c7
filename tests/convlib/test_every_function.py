"""What holds for every public function: libraries, dtypes, memory layouts, empty batches."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import convlib

INTEGERS_ALONE = {
    "choose_method",
    "conv_output_size",
    "conv_transpose_output_size",
    "count_macs",
    "count_parameters",
    "get_num_threads",
    "receptive_field",
    "set_num_threads",
}
NAMES = sorted(set(convlib.__all__) - INTEGERS_ALONE)
every = pytest.mark.parametrize("name", NAMES)


def compute(name, call, change=lambda array: array):
    """Call the function with its arrays changed."""
    given = {k: change(v) if isinstance(v, np.ndarray) else v for k, v in call.items()}
    return getattr(convlib, name)(**given)


@every
def test_every_library_gives_the_same(xp, name, plain_call):
    call = plain_call(name)
    ours = xp.to_numpy(compute(name, call, xp.asarray))
    assert_array_equal(ours, compute(name, call), strict=True)


@every
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", "float32", "complex64"])
def test_every_dtype_stays(xp, name, dtype, plain_call):
    # In integers that wrap around, as in wider ones, sums do not depend on the order.
    if not hasattr(xp.module, dtype):  # the standard has no halves
        with pytest.raises(TypeError):
            xp.asarray([1], dtype)
        return
    wider = "int64" if "int" in dtype else "complex128"
    call = plain_call(name, dtype="int64")
    call = {k: v.astype(dtype) if isinstance(v, np.ndarray) else v for k, v in call.items()}
    ours = xp.to_numpy(compute(name, call, xp.asarray))
    expected = compute(name, call, lambda a: a.astype(wider))
    assert ours.dtype == dtype
    assert_array_equal(ours, expected.astype(dtype) if "int" in dtype else expected)


def in_columns(array):
    return np.asfortranarray(array)


def backwards(array):
    """Return a view with negative strides on every axis."""
    return np.flip(np.flip(array).copy())


def with_gaps(array):
    wide = np.empty(tuple(2 * n for n in array.shape), array.dtype)
    view = wide[(slice(None, None, 2),) * array.ndim]
    view[...] = array
    return view


def sealed(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def other_byte_order(array):
    return array.astype(array.dtype.newbyteorder())


@every
@pytest.mark.parametrize(
    "layout", [in_columns, backwards, with_gaps, sealed, other_byte_order], ids=lambda f: f.__name__
)
def test_every_layout_gives_the_same(name, layout, plain_call):
    call = plain_call(name)
    assert_array_equal(compute(name, call, layout), compute(name, call), strict=True)


@every
def test_inputs_are_neither_written_nor_returned(name, plain_call):
    call = plain_call(name)
    before = {k: v.copy() for k, v in call.items() if isinstance(v, np.ndarray)}
    result = compute(name, call)
    result += 1
    for key, array in before.items():
        assert_array_equal(call[key], array, err_msg=key)


@every
def test_an_empty_batch_gives_no_examples_or_zeros(xp, name, plain_call):
    call = plain_call(name, batch=0)
    result = xp.to_numpy(compute(name, call, xp.asarray))
    like = compute(name, plain_call(name))
    if name.endswith(("weight_grad", "bias_grad")):
        assert_array_equal(result, np.zeros_like(like), strict=True)
    else:
        assert_array_equal(result, like[:0], strict=True)
