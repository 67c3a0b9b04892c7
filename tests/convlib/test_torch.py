"""PyTorch agrees: a table of its results always, PyTorch itself where it is installed."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import convlib

with np.load(Path(__file__).with_name("torch_table.npz")) as table:
    INDEX, VALUES = json.loads(str(table["index"])), table["values"]


def entries():
    """Yield name, options, and the arrays of each line of the table.

    They are x, weight, bias, y, then a gradient by y and those by x, weight and bias.
    """
    start = 0
    for line in INDEX:
        arrays = []
        for shape in line["shapes"]:
            stop = start + int(np.prod(shape))
            arrays.append(VALUES[start:stop].reshape(shape))
            start = stop
        label = f"{line['name']}-{json.dumps(line['options'])}"
        yield pytest.param(line["name"], line["options"], arrays, id=label)
    assert start == len(VALUES)


@pytest.mark.parametrize(("name", "options", "arrays"), list(entries()))
def test_the_table(name, options, arrays):
    x, weight, bias, y, *_ = (array.astype(float) for array in arrays)
    assert_array_equal(getattr(convlib, name)(x, weight, bias, **options), y, strict=True)
    assert_array_equal(getattr(convlib, name[:-2])(x, weight, bias, **options), y, strict=True)


@pytest.mark.parametrize(("name", "options", "arrays"), list(entries()))
def test_the_gradients_of_the_table(name, options, arrays):
    x, weight, _, _, grad, by_x, by_weight, by_bias = (array.astype(float) for array in arrays)
    kernel = weight.shape[2:]
    if "transpose" in name:
        ours = convlib.conv_transpose_input_grad(grad, weight, **options)
        assert_array_equal(ours, by_x, strict=True)
        ours = convlib.conv_transpose_weight_grad(x, grad, kernel, **options)
        assert_array_equal(ours, by_weight, strict=True)
    else:
        ours = convlib.conv_input_grad(grad, weight, x.shape[2:], **options)
        assert_array_equal(ours, by_x, strict=True)
        ours = convlib.conv_weight_grad(x, grad, kernel, **options)
        assert_array_equal(ours, by_weight, strict=True)
    assert_array_equal(convlib.conv_bias_grad(grad), by_bias, strict=True)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed; the table stands in")


REAL = ("int64", "float32", "float64")


def by_torch(torch, name, arrays, ndim, options):
    operation = getattr(torch.nn.functional, f"{name}{ndim}d")
    return operation(*(torch.tensor(a, dtype=torch.float64) for a in arrays), **options).numpy()


repeatable = settings(deadline=None, derandomize=True, max_examples=300)


@repeatable
@given(data=st.data())
def test_conv_is_that_of_torch(data, some_problem, torch):
    p = data.draw(some_problem(dtypes=REAL))
    ndim = p.x.ndim - 2
    ours = convlib.conv(p.x, p.weight, p.bias, **p.options)
    # PyTorch pads both sides alike, so the uneven zeros come with the input.
    padded = np.pad(p.x, [(0, 0), (0, 0), *p.options["padding"]])
    theirs = by_torch(torch, "conv", (padded, p.weight, p.bias), ndim, p.options | {"padding": 0})
    assert_array_equal(ours, theirs)


@repeatable
@given(data=st.data())
def test_conv_transpose_is_that_of_torch(data, some_problem, torch):
    p = data.draw(some_problem(dtypes=REAL))
    ndim = p.u.ndim - 2
    options = p.options | {"output_padding": data.draw(st.sampled_from(p.output_paddings))}
    options["padding"] = tuple(min(pair) for pair in options["padding"])
    ours = convlib.conv_transpose(p.u, p.weight, **options)
    assert_array_equal(ours, by_torch(torch, "conv_transpose", (p.u, p.weight), ndim, options))


def grads_by_torch(torch, name, arrays, cotangent, options):
    leaves = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in arrays]
    y = getattr(torch.nn.functional, f"{name}{cotangent.ndim - 2}d")(*leaves, **options)
    y.backward(torch.tensor(cotangent, dtype=torch.float64))
    return [leaf.grad.numpy() for leaf in leaves]


@repeatable
@given(data=st.data())
def test_the_gradients_of_conv_are_those_of_torch(data, some_problem, torch):
    p = data.draw(some_problem(dtypes=REAL))
    size, kernel, unpadded = p.x.shape[2:], p.weight.shape[2:], p.options | {"padding": 0}
    padded = np.pad(p.x, [(0, 0), (0, 0), *p.options["padding"]])
    arrays = (padded, p.weight, p.bias)
    by_padded, *theirs = grads_by_torch(torch, "conv", arrays, p.u, unpadded)
    inner = (slice(lo, lo + n) for n, (lo, _) in zip(size, p.options["padding"], strict=True))
    ours = convlib.conv_input_grad(p.u, p.weight, size, **p.options)
    assert_array_equal(ours, by_padded[..., *inner])
    ours = convlib.conv_weight_grad(p.x, p.u, kernel, **p.options)
    assert_array_equal(ours, theirs[0])
    assert_array_equal(convlib.conv_bias_grad(p.u), theirs[1])


@repeatable
@given(data=st.data())
def test_the_gradients_of_conv_transpose_are_those_of_torch(data, some_problem, torch):
    p = data.draw(some_problem(dtypes=REAL))
    options = p.options | {"output_padding": data.draw(st.sampled_from(p.output_paddings))}
    options["padding"] = tuple(min(pair) for pair in options["padding"])
    y = convlib.conv_transpose(p.u, p.weight, **options)
    grad = np.random.default_rng(y.size).integers(-4, 5, y.shape)
    theirs = grads_by_torch(torch, "conv_transpose", (p.u, p.weight), grad, options)
    ours = convlib.conv_transpose_input_grad(grad, p.weight, **options)
    assert_array_equal(ours, theirs[0])
    ours = convlib.conv_transpose_weight_grad(p.u, grad, p.weight.shape[2:], **options)
    assert_array_equal(ours, theirs[1])


@repeatable
@given(data=st.data())
def test_output_padding_is_allowed_where_torch_allows_it(data, some_problem, torch):
    p = data.draw(some_problem(largest_stride=2, dtypes=REAL))
    assume(len(p.u))
    extra = data.draw(st.integers(0, 3))
    options = p.options | {"output_padding": extra, "padding": 0}
    try:
        theirs = by_torch(torch, "conv_transpose", (p.u, p.weight), p.u.ndim - 2, options)
    except RuntimeError:
        theirs = None
    if theirs is None:
        with pytest.raises(ValueError, match="output_padding"):
            convlib.conv_transpose(p.u, p.weight, **options)
    else:
        assert_array_equal(convlib.conv_transpose(p.u, p.weight, **options), theirs)
