"""A call that cannot be right ends in words of our own, whatever is wrong with it."""

import inspect
import traceback
from pathlib import Path

import array_api_strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convlib

LIBRARY = Path(convlib.__file__).parent
ARRAYS = {"x", "weight", "bias", "grad", "depthwise_weight", "pointwise_weight"}
COMPUTE = [name for name in convlib.__all__ if not name.endswith("num_threads")]
HAS_AXES = ("1d", "2d", "3d")

numbers = st.one_of(
    st.integers(-2, 4),
    st.sampled_from(
        [True, 0.5, 2.0, float("nan"), None, "1", "same", "", b"1", 1j, {}, {1}, object()],
    ),
    st.sampled_from([np.int64(1), np.bool_(True), np.float64(1), np.ones(2, int)]),
)
values = st.recursive(numbers, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=6)
dtypes = st.sampled_from(["?", "O", "U1", "S1", "M8[s]", "m8[s]", "V2", "T", ">f8", "i4,f4"])
shapes = st.lists(st.integers(0, 4), max_size=6).map(tuple)
SPOILED = [
    lambda a: None,
    lambda a: a.tolist(),
    lambda a: a[0] if len(a) else a.ravel(),
    lambda a: a[None],
    lambda a: np.swapaxes(a, 0, -1),
    lambda a: np.concatenate([a, a[:1]]),
    lambda a: a[:, :0] if a.ndim > 1 else a[:0],
    lambda a: np.concatenate([a, a[:, :1]], axis=1) if a.ndim > 1 else a[:-1],
    lambda a: a[..., :0],
    lambda a: np.concatenate([a, a[..., :1]], axis=-1),
    lambda a: a.astype(object),
    lambda a: a.astype(str),
    np.ma.masked_array,
    lambda a: array_api_strict.asarray(a.astype(np.float64)),
    lambda a: a.ravel().view(np.matrix) if a.size else np.matrix([[1]]),
]


def outcome(name, call):
    """Call; return the result, or None after a ValueError or TypeError of our own."""
    try:
        return getattr(convlib, name)(**call)
    except (ValueError, TypeError) as error:
        refusal = error
    raised_in = traceback.extract_tb(refusal.__traceback__)[-1].filename
    assert Path(raised_in).parent == LIBRARY, f"left to {raised_in}: {refusal}"
    assert len(str(refusal)) > 20, "says nothing"
    return None


def spoil(data, name, parameter, call):
    """Return the call with one argument replaced by something that is probably wrong."""
    if parameter not in ARRAYS or name == "count_parameters":
        return call | {parameter: data.draw(values)}
    good = call.get(parameter)
    ways = [
        st.builds(np.zeros, shapes),
        st.builds(np.zeros, st.just((1, 1, 2)), dtypes),
        st.sampled_from([[[[1.0]]], 1.0, "x", np.float64(1), object()]),
    ]
    ways += [] if good is None else [st.sampled_from(SPOILED).map(lambda change: change(good))]
    return call | {parameter: data.draw(st.one_of(ways))}


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("name", COMPUTE)
@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_one_bad_argument(name, data, some_problem, valid_call, plain_call):
    if name.endswith(HAS_AXES):
        call = plain_call(name)
    else:
        call = valid_call(name, data.draw(some_problem(dtypes=("float64", "int16"))))
    assert outcome(name, call) is not None, "the call was good before"
    parameters = [*inspect.signature(getattr(convlib, name)).parameters]
    outcome(name, spoil(data, name, data.draw(st.sampled_from(parameters)), call))


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("name", COMPUTE)
@settings(deadline=None, derandomize=True, max_examples=20)
@given(data=st.data())
def test_several_bad_arguments(name, data, plain_call):
    call = plain_call(name)
    parameters = [*inspect.signature(getattr(convlib, name)).parameters]
    for parameter in data.draw(st.sets(st.sampled_from(parameters), min_size=1)):
        call = spoil(data, name, parameter, call)
    outcome(name, call)


def ones(*shape):
    return np.ones(shape)


NAMED = [
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3, 3), 9), {}, r"5 instead of 7 positions on spat"),
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3, 3), 9), {}, r"input_size 7 to 7 there would"),
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3, 3), 9), {"stride": 2}, r"input_size 11 to 12 "),
    (
        "conv_input_grad",
        (ones(2, 5, 5), ones(4, 3, 3), 7),
        {},
        r"got \(2, 5, 5\): 5 instead of 4 c",
    ),
    (
        "conv_input_grad",
        (ones(2, 4, 5), ones(4, 3, 3), (2, 3, 7)),
        {},
        r"^input_size must be the sp",
    ),
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3, 3), 2), {}, r"does not fit on spatial axis 0"),
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3, 3), -1), {}, r"^input_size must be an int >= 0"),
    (
        "conv_input_grad",
        (ones(4, 5), ones(4, 3, 3), 7),
        {},
        r"^grad must have 3 .* grad\[None\] ad",
    ),
    ("conv_input_grad", (ones(2, 4, 5), ones(4, 3), 7), {}, r"^weight must have 3 axes"),
    (
        "conv_input_grad",
        (ones(2, 4, 5), ones(4, 3, 3), 7),
        {"groups": 3},
        r"^weight.shape\[0\] must",
    ),
    (
        "conv_input_grad",
        (ones(2, 4, 5), ones(4, 3, 0), 7),
        {},
        r"^weight must have at least one ele",
    ),
    (
        "conv_weight_grad",
        (ones(2, 3, 9), ones(2, 4, 5), 3),
        {},
        r"\(2, 4, 7\), got .* 5 instead of ",
    ),
    (
        "conv_weight_grad",
        (ones(1, 3, 7), ones(2, 4, 5), 3),
        {},
        r"2 instead of 1 examples; give th",
    ),
    (
        "conv_weight_grad",
        (ones(2, 3, 7), ones(2, 4, 5), 3),
        {"groups": 2},
        r"^x must have a multiple",
    ),
    (
        "conv_weight_grad",
        (ones(2, 4, 7), ones(2, 3, 5), 3),
        {"groups": 2},
        r"^grad must have a multi",
    ),
    ("conv_weight_grad", (ones(2, 0, 7), ones(2, 4, 5), 3), {}, r"^x must have .* got 0 channels"),
    (
        "conv_weight_grad",
        (ones(2, 3, 7), ones(2, 4, 5), (4, 3, 3)),
        {},
        r"^kernel_size must be the s",
    ),
    (
        "conv_weight_grad",
        (ones(2, 3, 7), ones(2, 4, 5), 0),
        {},
        r"^kernel_size must be an int >= 1",
    ),
    ("conv_weight_grad", (ones(2, 3, 7), ones(2, 4, 5, 5), 3), {}, r"^grad must have 3 axes"),
    (
        "conv_weight_grad",
        (ones(2, 3, 7), ones(2, 4, 5), 3),
        {"groups": True},
        r"^groups must be an i",
    ),
    ("conv_bias_grad", (ones(4),), {}, r"^grad must have 3 axes .* got 1"),
    (
        "conv_transpose_input_grad",
        (ones(2, 4, 8), ones(3, 4, 3)),
        {"stride": 2},
        r"output_padding 1",
    ),
    ("conv_transpose_input_grad", (ones(2, 4, 0), ones(3, 4, 3)), {}, r"0 instead of 3 positions"),
    ("conv_transpose_input_grad", (ones(2, 5, 5), ones(3, 4, 3)), {}, r"5 instead of 4 channels"),
    (
        "conv_transpose_input_grad",
        (ones(2, 4, 7), ones(3, 4, 3)),
        {"output_padding": 1},
        r"^output_p",
    ),
    ("conv_transpose_weight_grad", (ones(2, 3, 3), ones(2, 4, 8), 3), {"stride": 2}, r"ng 1 there"),
    (
        "conv_transpose_weight_grad",
        (ones(2, 3, 3), ones(2, 4, 12), 3),
        {},
        r"12 .* of 5 .*give the",
    ),
]


@pytest.mark.parametrize(("name", "args", "options", "rule"), NAMED)
def test_named(name, args, options, rule):
    with pytest.raises(ValueError, match=rule):
        getattr(convlib, name)(*args, **options)


def test_dtypes_that_a_library_does_not_promote():
    integers = array_api_strict.ones((1, 1, 3), dtype=array_api_strict.int64)
    floats = array_api_strict.ones((1, 1, 3))
    rule = "none in common, got x of .*int64, weight of .*float64; convert one of them$"
    with pytest.raises(TypeError, match=rule):
        convlib.conv(integers, floats)
    with pytest.raises(TypeError, match=rule):
        convlib.conv_transpose(integers, floats)
    with pytest.raises(TypeError, match=r"grad of .*int64"):
        convlib.conv_input_grad(integers, floats, 5)


@pytest.mark.parametrize(
    ("name", "arrays", "rule"),
    [
        ("conv_bias_grad", (None,), "^grad must be an array, got NoneType; numpy.asarray makes"),
        ("conv_weight_grad", (ones(1, 1, 3), [[[1]]], 3), "^grad must be an array, got list"),
        ("conv_input_grad", (ones(1, 1, 1), None, 3), "^weight must be an array, got NoneType"),
        (
            "depthwise_separable_conv",
            (ones(1, 1, 3), ones(1, 1, 3), ones(1, 1).astype(str)),
            "^pointwise_weight must hold numbers, got dtype <U",
        ),
        (
            "depthwise_separable_conv",
            (ones(1, 1, 3), array_api_strict.ones((1, 1, 3)), ones(1, 1)),
            "one library, got x of numpy, depthwise_weight of array_api_strict, pointwise",
        ),
    ],
)
def test_what_is_not_an_array_is_named(name, arrays, rule):
    with pytest.raises(TypeError, match=rule):
        getattr(convlib, name)(*arrays)
