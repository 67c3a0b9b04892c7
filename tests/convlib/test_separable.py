"""Depthwise and pointwise convolutions are `conv` with certain weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from convlib import conv, definition, depthwise_conv, depthwise_separable_conv, pointwise_conv

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@repeatable
@given(data=st.data())
def test_they_are_their_definitions(data, some_problem):
    p = data.draw(some_problem(dtypes=("int64", "float64")))
    groups = p.options["groups"]
    x, depthwise = p.x[:, :groups], p.weight[:, :1]
    mix = p.weight.reshape(len(p.weight), -1).T
    options = {name: p.options[name] for name in ("stride", "padding", "dilation")}

    between = definition.conv(x, depthwise, **p.options)
    assert_array_equal(depthwise_conv(x, depthwise, **options), between, strict=True)
    expected = np.einsum("nc...,oc->no...", between, mix)
    for weight in (mix, mix.reshape(*mix.shape, *[1] * (p.x.ndim - 2))):
        assert_array_equal(pointwise_conv(between, weight), expected)
        ours = depthwise_separable_conv(x, depthwise, weight, **options)
        assert_array_equal(ours, expected)


def test_separable_is_one_convolution_whose_kernels_are_products():
    rng = np.random.default_rng(0)
    x, depthwise = rng.integers(-9, 9, (2, 3, 7, 6)), rng.integers(-9, 9, (3, 1, 3, 2))
    mix, bias = rng.integers(-9, 9, (5, 3)), rng.integers(-9, 9, 5)
    kernels = mix[..., None, None] * depthwise[:, 0]
    options = {"stride": (2, 1), "padding": 1, "dilation": (1, 2)}
    expected = conv(x, kernels, bias, **options)
    ours = depthwise_separable_conv(x, depthwise, mix, bias, **options)
    assert_array_equal(ours, expected, strict=True)


def test_small_numbers(xp):
    x = xp.asarray([[[1, 2, 3], [10, 20, 30]]])
    depthwise = xp.asarray([[[1, 1]], [[0, 1]], [[-1, 1]], [[1, 0]]])
    y = depthwise_conv(x, depthwise, xp.asarray([100, 0, 0, 1000]))
    assert_array_equal(xp.to_numpy(y), [[[103, 105], [2, 3], [10, 10], [1010, 1020]]])
    y = pointwise_conv(x, xp.asarray([[1, 1], [2, 0], [0, -1]]), xp.asarray([0, 5, 0]))
    assert_array_equal(xp.to_numpy(y), [[[11, 22, 33], [7, 9, 11], [-10, -20, -30]]])
    mix = xp.asarray([[1, 0, 1, 0]])
    y = depthwise_separable_conv(x, depthwise, mix, xp.asarray([7]), stride=2)
    assert_array_equal(xp.to_numpy(y), [[[3 + 10 + 7]]])


def ones(*shape):
    return np.ones(shape)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (
            lambda: depthwise_conv(ones(1, 3, 5), ones(4, 1, 3)),
            r"^weight.shape\[0\] must be a multiple of .* such as \(3, 1, 3\); got 4 kernels and 3",
        ),
        (
            lambda: depthwise_conv(ones(1, 3, 5), ones(3, 3, 3)),
            r"^weight.shape\[1\] must be 1, .* got 3: shape \(3, 3, 3\)$",
        ),
        (lambda: depthwise_conv(ones(1, 0, 5), ones(3, 1, 3)), "got 3 kernels and 0 channels$"),
        (
            lambda: depthwise_conv(ones(1, 2, 5), ones(2, 1, 3), ones(1)),
            r"^bias must have shape \(2,\)",
        ),
        (
            lambda: pointwise_conv(ones(1, 3, 5, 5), ones(2, 3, 1)),
            r"^weight must have the shape .* or \(C_out, C_in, 1, 1\), .* got \(2, 3, 1\)$",
        ),
        (
            lambda: pointwise_conv(ones(1, 3, 5), ones(2, 3, 3)),
            r"as a pointwise kernel has one element, got \(2, 3, 3\)$",
        ),
        (
            lambda: pointwise_conv(ones(1, 3, 5), ones(3, 2)),
            r"C_in that of its input, here 3; got \(3, 2\)$",
        ),
        (lambda: pointwise_conv(ones(3, 5), ones(3, 2)), "^x must have 3 axes"),
        (
            lambda: depthwise_separable_conv(ones(1, 2, 5), ones(2, 2, 3), ones(4, 2)),
            r"^depthwise_weight.shape\[1\] must be 1",
        ),
        (
            lambda: depthwise_separable_conv(ones(1, 2, 5), ones(4, 1, 3), ones(4, 2)),
            r"^pointwise_weight must .* here 4; got \(4, 2\)$",
        ),
        (
            lambda: depthwise_separable_conv(ones(1, 2, 5), ones(4, 1, 3), ones(3, 4), ones(4)),
            r"^bias must have shape \(3,\)",
        ),
    ],
)
def test_refusals(call, rule):
    with pytest.raises(ValueError, match=rule):
        call()
