"""Transposed convolutions small enough to check with a pencil, on every array library."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from convlib import conv, conv_transpose, conv_transpose1d, conv_transpose2d, conv_transpose3d


def signal(*values):
    return np.asarray(values)[None, None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1, 20 + 3, 300 + 60 - 1, 900 - 20, -300]),
        ({"stride": 2}, [1, 20, 300 + 3, 60, 900 - 1, -20, -300]),
        ({"stride": 2, "padding": 1}, [20, 303, 60, 899, -20]),
        ({"stride": 2, "padding": [(0, 2)]}, [1, 20, 303, 60, 899]),
        ({"stride": 2, "output_padding": 1}, [1, 20, 303, 60, 899, -20, -300, 0]),
        ({"stride": 2, "padding": 1, "output_padding": 1}, [20, 303, 60, 899, -20, -300]),
        ({"padding": "valid"}, [1, 23, 359, 880, -300]),
        ({"padding": "same"}, [23, 359, 880]),
        ({"padding": "causal"}, [359, 880, -300]),
        ({"stride": 4}, [1, 20, 300, 0, 3, 60, 900, 0, -1, -20, -300]),
        ({"dilation": 2}, [1, 3, 20 - 1, 60, 300 - 20, 900, -300]),
        ({"dilation": 2, "output_padding": (1,)}, [1, 3, 19, 60, 280, 900, -300, 0]),
    ],
)
def test_one_axis(xp, options, expected):
    x, weight = xp.asarray(signal(1, 3, -1)), xp.asarray(signal(1, 20, 300))
    for transpose in (conv_transpose, conv_transpose1d):
        y = transpose(x, weight, **options)
        assert_array_equal(xp.to_numpy(y), signal(*expected), strict=True)


def test_it_is_not_the_inverse(xp):
    x, weight = xp.asarray(signal(1, 0, 0, 0)), xp.asarray(signal(1, 1))
    back = conv_transpose(conv(x, weight), weight)
    assert_array_equal(xp.to_numpy(back), signal(1, 1, 0, 0))


def test_two_axes_overlap(xp):
    x, weight = xp.asarray([[[[1, 2]]]]), xp.asarray([[[[1, 10], [100, 1000]]]])
    expected = [[[[1, 10 + 2, 20], [100, 1000 + 200, 2000]]]]
    assert_array_equal(xp.to_numpy(conv_transpose2d(x, weight)), expected)
    wider = conv_transpose2d(x, weight, stride=(1, 2), output_padding=(0, 1))
    assert_array_equal(xp.to_numpy(wider), [[[[1, 10, 2, 20, 0], [100, 1000, 200, 2000, 0]]]])


def test_three_axes_repeat_a_voxel(xp):
    y = conv_transpose3d(xp.asarray([[[[[7]]]]]), xp.asarray(np.ones((1, 1, 2, 3, 2), int)))
    assert_array_equal(xp.to_numpy(y), np.full((1, 1, 2, 3, 2), 7))


def test_channels_follow_the_weight_of_the_convolution(xp):
    # Input channel 0 goes to the outputs times (1, 10, 100), input channel 1 times (2, 0, 5).
    weight = xp.asarray([[[1], [10], [100]], [[2], [0], [5]]])
    y = conv_transpose(xp.asarray([[[1], [3]]]), weight, xp.asarray([1000, 2000, 3000]))
    assert_array_equal(xp.to_numpy(y), [[[1007], [2010], [3115]]])


def test_groups_do_not_see_each_other(xp):
    weight = xp.asarray([[[1, 1]], [[2, 0]], [[1, 1]], [[0, 3]]])
    y = conv_transpose(xp.asarray([[[1], [2], [10], [20]]]), weight, groups=2)
    assert_array_equal(xp.to_numpy(y), [[[1 + 4, 1], [10, 10 + 60]]])


def test_checkerboard_where_the_stride_does_not_divide_the_kernel(xp):
    flat = xp.asarray(signal(1, 1, 1, 1))
    uneven = conv_transpose(flat, xp.asarray(signal(1, 1, 1)), stride=2, padding=2)
    even = conv_transpose(flat, xp.asarray(signal(1, 1, 1, 1)), stride=2, padding=2)
    assert_array_equal(xp.to_numpy(uneven), signal(2, 1, 2, 1, 2))
    assert_array_equal(xp.to_numpy(even), signal(2, 2, 2, 2, 2, 2))


def test_an_empty_batch_stays_empty(xp):
    weight = xp.asarray(np.ones((2, 3, 4, 4)))
    y = conv_transpose2d(xp.asarray(np.ones((0, 2, 5, 5))), weight, stride=2, padding=1)
    assert_array_equal(xp.to_numpy(y), np.ones((0, 3, 10, 10)), strict=True)
