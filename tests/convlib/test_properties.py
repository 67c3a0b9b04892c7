"""What must hold for every convolution, on random ones that hypothesis draws."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from convlib import conv, conv_transpose, definition

drawn = given(data=st.data())
repeatable = settings(deadline=None, derandomize=True, max_examples=60)
longer = settings(repeatable, max_examples=120)


@longer
@drawn
def test_conv_is_its_definition(data, some_problem):
    p = data.draw(some_problem())
    expected = definition.conv(p.x, p.weight, **p.options)
    assert_array_equal(conv(p.x, p.weight, **p.options), expected, strict=True)

    expected = expected + p.bias.reshape(-1, *(1,) * (p.x.ndim - 2))
    assert_array_equal(conv(p.x, p.weight, p.bias, **p.options), expected, strict=True)


@longer
@drawn
def test_conv_transpose_is_its_definition(data, some_problem):
    p = data.draw(some_problem())
    options = p.options | {"output_padding": data.draw(st.sampled_from(p.output_paddings))}
    expected = definition.conv_transpose(p.u, p.weight, **options)
    assert_array_equal(conv_transpose(p.u, p.weight, **options), expected, strict=True)


@repeatable
@drawn
def test_conv_transpose_is_the_adjoint_of_conv(data, some_problem):
    p = data.draw(some_problem())
    y = conv(p.x, p.weight, **p.options)
    back = conv_transpose(p.u, p.weight, output_padding=p.remainder, **p.options)
    assert back.shape == p.x.shape
    assert y.shape == p.u.shape
    assert np.sum(y.astype(complex) * p.u) == np.sum(p.x.astype(complex) * back)


@repeatable
@drawn
def test_linear_in_the_input_and_in_the_weight(data, some_problem):
    p = data.draw(some_problem())
    x, weight = p.x[..., ::-1], p.weight[::-1]
    y = conv(p.x, p.weight, **p.options)
    other_x, other_weight = conv(x, p.weight, **p.options), conv(p.x, weight, **p.options)
    assert_array_equal(conv(p.x - x, p.weight, **p.options), y - other_x)
    assert_array_equal(conv(p.x, p.weight - weight, **p.options), y - other_weight)


@repeatable
@drawn
def test_a_shift_by_the_stride_shifts_the_result_by_one(data, some_problem):
    p = data.draw(some_problem())
    unpadded = p.options | {"padding": 0}
    axis = data.draw(st.integers(2, p.x.ndim - 1))
    step = p.options["stride"][axis - 2]
    room = [(0, 0), (0, 0), *p.options["padding"]]
    room[axis] = (room[axis][0] + step, room[axis][1])  # so that one stop is lost, not the only one
    x = np.pad(p.x, room)
    shifted = x[(slice(None),) * axis + (slice(step, None),)]
    y = conv(x, p.weight, **unpadded)
    later = y[(slice(None),) * axis + (slice(1, None),)]
    assert_array_equal(conv(shifted, p.weight, **unpadded), later)


@repeatable
@drawn
def test_groups_are_convolutions_side_by_side(data, some_problem):
    p = data.draw(some_problem())
    groups, alone = p.options["groups"], p.options | {"groups": 1}
    weights = np.split(p.weight, groups)

    pieces = zip(np.split(p.x, groups, axis=1), weights, strict=True)
    joined = np.concatenate([conv(x, w, **alone) for x, w in pieces], axis=1)
    assert_array_equal(conv(p.x, p.weight, **p.options), joined)

    alone["output_padding"] = p.remainder
    pieces = zip(np.split(p.u, groups, axis=1), weights, strict=True)
    joined = np.concatenate([conv_transpose(u, w, **alone) for u, w in pieces], axis=1)
    assert_array_equal(
        conv_transpose(p.u, p.weight, output_padding=p.remainder, **p.options), joined
    )


def with_zeros_between(array, steps):
    """Return `array` with ``step - 1`` zeros after each element but the last of each axis."""
    size = [(n - 1) * step + 1 for n, step in zip(array.shape[2:], steps, strict=True)]
    stuffed = np.zeros((*array.shape[:2], *size), array.dtype)
    stuffed[(..., *(slice(None, None, step) for step in steps))] = array
    return stuffed


@repeatable
@drawn
def test_dilation_is_a_kernel_with_zeros_between_its_elements(data, some_problem):
    p = data.draw(some_problem())
    wide = with_zeros_between(p.weight, p.options["dilation"])
    ordinary = p.options | {"dilation": 1}
    assert_array_equal(conv(p.x, p.weight, **p.options), conv(p.x, wide, **ordinary))


@repeatable
@drawn
def test_stride_leaves_results_out(data, some_problem):
    p = data.draw(some_problem())
    everywhere = conv(p.x, p.weight, **p.options | {"stride": 1})
    kept = everywhere[(..., *(slice(None, None, s) for s in p.options["stride"]))]
    assert_array_equal(conv(p.x, p.weight, **p.options), kept)


@repeatable
@drawn
def test_transposed_is_a_convolution_of_the_stuffed_input_with_the_flipped_kernel(
    data, some_problem
):
    p = data.draw(some_problem())
    groups, kernel = p.options["groups"], p.weight.shape[2:]
    weight = np.flip(p.weight, tuple(range(2, p.weight.ndim)))
    weight = np.concatenate([np.swapaxes(w, 0, 1) for w in np.split(weight, groups)])
    stuffed = with_zeros_between(p.u, p.options["stride"])
    whole = [(d * (k - 1),) * 2 for k, d in zip(kernel, p.options["dilation"], strict=True)]
    everything = conv(stuffed, weight, padding=whole, dilation=p.options["dilation"], groups=groups)
    uncut = p.options | {"padding": 0}
    assert_array_equal(conv_transpose(p.u, p.weight, **uncut), everything)


@repeatable
@drawn
def test_same_keeps_the_size_and_causal_never_sees_what_comes_later(data, some_problem):
    p = data.draw(some_problem(largest_stride=1))
    same = conv(p.x, p.weight, **p.options | {"padding": "same"})
    assert same.shape[2:] == p.x.shape[2:]

    axis = data.draw(st.integers(2, p.x.ndim - 1))
    now = data.draw(st.integers(0, p.x.shape[axis] - 1))
    until = (slice(None),) * axis + (slice(now + 1),)
    future = p.x.copy()
    future[(slice(None),) * axis + (slice(now + 1, None),)] += 1
    causal = p.options | {"padding": "causal"}
    before, after = conv(p.x, p.weight, **causal), conv(future, p.weight, **causal)
    assert before.shape[2:] == p.x.shape[2:]
    assert_array_equal(before[until], after[until])
