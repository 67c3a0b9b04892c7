"""Gradients are exact: against the definition, against each other, and in training."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from convlib import (
    conv,
    conv_bias_grad,
    conv_input_grad,
    conv_transpose,
    conv_transpose_input_grad,
    conv_transpose_weight_grad,
    conv_weight_grad,
    definition,
)

drawn = given(data=st.data())
repeatable = settings(deadline=None, derandomize=True, max_examples=100)
EXACT = ("int16", "int64", "float64", "complex64")


def dot(a, b):
    """Return the sum of products, wide enough for every dtype drawn."""
    assert a.shape == b.shape
    return np.sum(a.astype(complex) * b)


def transposed(data, p):
    """Draw an allowed output padding: options, and a gradient of the shape of the result."""
    options = p.options | {"output_padding": data.draw(st.sampled_from(p.output_paddings))}
    shape = definition.conv_transpose(p.u, p.weight, **options).shape
    return options, np.random.default_rng(len(shape)).integers(-4, 5, shape).astype(p.u.dtype)


@repeatable
@drawn
def test_each_gradient_of_conv_is_an_adjoint(data, some_problem):
    p = data.draw(some_problem(dtypes=EXACT))
    size, kernel = p.x.shape[2:], p.weight.shape[2:]
    whole = dot(p.u, conv(p.x, p.weight, **p.options))
    assert dot(conv_input_grad(p.u, p.weight, size, **p.options), p.x) == whole
    assert dot(conv_weight_grad(p.x, p.u, kernel, **p.options), p.weight) == whole
    added = np.zeros_like(p.u) + p.bias.reshape(-1, *[1] * len(size))
    assert dot(conv_bias_grad(p.u), p.bias) == dot(p.u, added)


@repeatable
@drawn
def test_each_gradient_of_conv_transpose_is_an_adjoint(data, some_problem):
    p = data.draw(some_problem(dtypes=EXACT))
    options, grad = transposed(data, p)
    whole = dot(grad, conv_transpose(p.u, p.weight, **options))
    assert dot(conv_transpose_input_grad(grad, p.weight, **options), p.u) == whole
    ours = conv_transpose_weight_grad(p.u, grad, p.weight.shape[2:], **options)
    assert dot(ours, p.weight) == whole


@repeatable
@drawn
def test_input_gradients_are_those_of_the_definition(data, some_problem):
    p = data.draw(some_problem(dtypes=EXACT))
    expected = definition.conv_transpose(
        p.u, p.weight, **p.options | {"output_padding": p.remainder}
    )
    ours = conv_input_grad(p.u, p.weight, p.x.shape[2:], **p.options)
    assert_array_equal(ours, expected, strict=True)

    options, grad = transposed(data, p)
    expected = definition.conv(grad, p.weight, **p.options)
    seen = tuple(slice(n) for n in p.u.shape[2:])  # more stops fit into a large output padding
    ours = conv_transpose_input_grad(grad, p.weight, **options)
    assert_array_equal(ours, expected[..., *seen], strict=True)


@repeatable
@drawn
def test_an_element_of_the_weight_gradient_is_what_its_unit_kernel_gives(data, some_problem):
    p = data.draw(some_problem(dtypes=EXACT))
    kernel = p.weight.shape[2:]
    at = tuple(data.draw(st.integers(0, n - 1)) for n in p.weight.shape)
    unit = np.zeros(p.weight.shape, p.weight.dtype)
    unit[at] = 1
    ours = conv_weight_grad(p.x, p.u, kernel, **p.options)
    assert ours.shape == p.weight.shape
    assert ours.dtype == np.result_type(p.x, p.u)
    assert ours[at] == dot(p.u, definition.conv(p.x, unit, **p.options))

    options, grad = transposed(data, p)
    ours = conv_transpose_weight_grad(p.u, grad, kernel, **options)
    assert ours.shape == p.weight.shape
    assert ours[at] == dot(grad, definition.conv_transpose(p.u, unit, **options))


def signal(*values):
    return np.asarray(values)[None, None]


@pytest.mark.parametrize(
    ("options", "grad", "by_weight", "by_x"),
    [
        ({}, [1, 10, 0], [21, 42, 54], [1, 12, 23, 30, 0]),
        ({"stride": 2}, [1, 10], [41, 52, 74], [1, 2, 13, 20, 30]),
        ({"padding": 1, "stride": 2}, [1, 0, 10], [50, 71, 2], [2, 3, 0, 10, 20]),
        ({"dilation": 2}, [10], [10, 40, 70], [10, 0, 20, 0, 30]),
        ({"padding": "causal"}, [0, 0, 1, 0, 10], [41, 52, 74], [1, 2, 13, 20, 30]),
    ],
)
def test_one_axis(xp, options, grad, by_weight, by_x):
    x, weight, grad = (xp.asarray(signal(*a)) for a in ([1, 2, 4, 5, 7], [1, 2, 3], grad))
    ours = conv_weight_grad(x, grad, 3, **options)
    assert_array_equal(xp.to_numpy(ours), signal(*by_weight), strict=True)
    ours = conv_input_grad(grad, weight, 5, **options)
    assert_array_equal(xp.to_numpy(ours), signal(*by_x), strict=True)


def test_sizes_that_the_stride_leaves_out_get_no_gradient(xp):
    grad, weight = xp.asarray(signal(1, 10)), xp.asarray(signal(1, 2))
    for size in (5, 6, 7):
        ours = conv_input_grad(grad, weight, size, stride=3)
        expected = [1, 2, 0, 10, 20, 0, 0][:size]
        assert_array_equal(xp.to_numpy(ours), signal(*expected), strict=True)


def test_output_padding_may_reach_the_next_stop(xp):
    x, weight = xp.asarray(signal(1, 2)), xp.asarray(signal(1, 10))
    options = {"dilation": 3, "output_padding": 2}
    grad = xp.asarray(signal(1, 2, 3, 4, 5, 6, 7))
    assert xp.to_numpy(conv_transpose(x, weight, **options)).shape == (1, 1, 7)
    ours = conv_transpose_input_grad(grad, weight, **options)
    assert_array_equal(xp.to_numpy(ours), signal(41, 52))
    ours = conv_transpose_weight_grad(x, grad, 2, **options)
    assert_array_equal(xp.to_numpy(ours), signal(1 + 2 * 2, 4 + 2 * 5))


def test_an_empty_batch_teaches_nothing(xp):
    x, grad = xp.asarray(np.ones((0, 4, 5, 6))), xp.asarray(np.ones((0, 6, 3, 4)))
    weight = xp.asarray(np.ones((6, 2, 3, 3)))
    ours = conv_input_grad(grad, weight, (5, 6), groups=2)
    assert_array_equal(xp.to_numpy(ours), np.ones((0, 4, 5, 6)), strict=True)
    ours = conv_weight_grad(x, grad, 3, groups=2)
    assert_array_equal(xp.to_numpy(ours), np.zeros((6, 2, 3, 3)), strict=True)
    ours = conv_transpose_weight_grad(grad, x, 3, groups=2)
    assert_array_equal(xp.to_numpy(ours), np.zeros((6, 2, 3, 3)), strict=True)
    assert_array_equal(xp.to_numpy(conv_bias_grad(grad)), np.zeros(6), strict=True)


def test_halves_are_summed_in_something_wider():
    ones = np.ones((5000, 1, 1, 1), np.float16)  # a sum in halves stops at 2048
    assert_array_equal(conv_bias_grad(ones), np.asarray([5000], np.float16), strict=True)
    ours = conv_weight_grad(ones, ones, 1)
    assert_array_equal(ours, np.full((1, 1, 1, 1), 5000, np.float16), strict=True)


def test_gradient_descent_finds_the_kernel():
    rng = np.random.default_rng(0)
    x, kernel, offset = rng.normal(size=(8, 2, 20)), rng.normal(size=(4, 1, 3)), rng.normal(size=4)
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    target = conv(x, kernel, offset, **options)
    weight, bias, losses = np.zeros_like(kernel), np.zeros_like(offset), []
    for _ in range(150):
        error = conv(x, weight, bias, **options) - target
        losses.append(np.mean(error**2))
        grad = error / error[:, 0].size
        weight -= 0.5 * conv_weight_grad(x, grad, 3, **options)
        bias -= 0.5 * conv_bias_grad(grad)
    assert losses == sorted(losses, reverse=True)
    assert_allclose(weight, kernel, atol=1e-9)
    assert_allclose(bias, offset, atol=1e-9)


def test_gradient_descent_finds_the_transposed_kernel_through_a_layer_below():
    """Two layers: the second one's input gradient trains the first."""
    rng = np.random.default_rng(1)
    x, kernel = rng.normal(size=(8, 2, 6, 6)), rng.normal(size=(2, 3, 3, 2))
    options = {"stride": (2, 1), "padding": 1, "output_padding": (1, 0)}
    mix = np.asarray([[1.0, 0.3], [-0.2, 1.0]])[..., None, None]
    target = conv_transpose(conv(x, mix), kernel, **options)
    weight, first, losses = kernel + 0.1, mix + 0.1, []
    for _ in range(400):
        between = conv(x, first)
        error = conv_transpose(between, weight, **options) - target
        losses.append(np.mean(error**2))
        grad = error / error[:, 0].size
        below = conv_transpose_input_grad(grad, weight, **options)
        weight = weight - 0.1 * conv_transpose_weight_grad(between, grad, (3, 2), **options)
        first = first - 0.1 * conv_weight_grad(x, below, 1)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-9 * losses[0]
