"""Convolutions small enough to check with a pencil, on every array library."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from convlib import conv, conv1d, conv2d, conv3d


def signal(*values):
    return np.asarray(values)[None, None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [1 * 1 + 2 * 2 + 3 * 4, 2 + 2 * 4 + 3 * 5, 4 + 2 * 5 + 3 * 7]),
        ({"stride": 2}, [17, 35]),
        ({"padding": 1}, [2 * 1 + 3 * 2, 17, 25, 35, 5 + 2 * 7]),
        ({"padding": [(2, 0)]}, [3, 8, 17, 25, 35]),
        ({"padding": "valid"}, [17, 25, 35]),
        ({"padding": "same"}, [8, 17, 25, 35, 19]),
        ({"padding": "causal"}, [3, 8, 17, 25, 35]),
        ({"dilation": 2}, [1 * 1 + 2 * 4 + 3 * 7]),
        ({"dilation": 2, "padding": "same"}, [2 + 12, 4 + 15, 30, 2 + 10, 4 + 14]),
        ({"dilation": 2, "padding": "causal"}, [3, 6, 2 + 12, 4 + 15, 30]),
        ({"stride": 3, "padding": (2,)}, [3, 25, 7]),
    ],
)
def test_one_axis(xp, options, expected):
    x, weight = xp.asarray(signal(1, 2, 4, 5, 7)), xp.asarray(signal(1, 2, 3))
    assert_array_equal(xp.to_numpy(conv(x, weight, **options)), signal(*expected), strict=True)
    assert_array_equal(xp.to_numpy(conv1d(x, weight, **options)), signal(*expected), strict=True)


def test_the_kernel_is_not_flipped(xp):
    impulse, weight = xp.asarray(signal(0, 0, 1, 0, 0)), xp.asarray(signal(1, 2, 3))
    assert_array_equal(xp.to_numpy(conv(impulse, weight)), signal(3, 2, 1))


def test_same_puts_the_odd_zero_after(xp):
    x, weight = xp.asarray(signal(1, 2, 4)), xp.asarray(signal(1, 10))
    assert_array_equal(xp.to_numpy(conv(x, weight, padding="same")), signal(21, 42, 4))


def test_two_axes_sobel_finds_the_edge(xp):
    image = xp.asarray([[[[0, 0, 9, 9]] * 3]])
    sobel = xp.asarray([[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    assert_array_equal(xp.to_numpy(conv2d(image, sobel)), [[[[36, 36]]]])
    rows = conv2d(image, sobel, padding=(1, 0), stride=(2, 1))
    assert_array_equal(xp.to_numpy(rows), [[[[27, 27], [27, 27]]]])


def test_two_axes_have_their_own_stride_padding_and_dilation(xp):
    image = xp.asarray(np.arange(12).reshape(1, 1, 3, 4))
    weight = xp.asarray([[[[1, 10], [100, 1000]]]])
    # Kernel elements 2 rows and 1 column apart; columns start 1 left of the image, 2 apart.
    y = conv2d(image, weight, stride=(1, 2), padding=[(0, 0), (1, 0)], dilation=(2, 1))
    left = 10 * 0 + 1000 * 8
    right = 1 * 1 + 10 * 2 + 100 * 9 + 1000 * 10
    assert_array_equal(xp.to_numpy(y), [[[[left, right]]]])


def test_three_axes_sum_a_cube(xp):
    volume = xp.asarray(np.arange(27).reshape(1, 1, 3, 3, 3))
    y = conv3d(volume, xp.asarray(np.ones((1, 1, 2, 2, 2), int)))
    first = 0 + 1 + 3 + 4 + 9 + 10 + 12 + 13
    steps = 8 * (np.arange(2) + 3 * np.arange(2)[:, None] + 9 * np.arange(2)[:, None, None])
    assert_array_equal(xp.to_numpy(y), (first + steps)[None, None])


def test_four_axes(xp):
    x = xp.asarray(np.arange(16).reshape(1, 1, 2, 2, 2, 2))
    y = conv(x, xp.asarray(np.ones((1, 1, 2, 2, 2, 2), int)))
    assert_array_equal(xp.to_numpy(y), np.full((1, 1, 1, 1, 1, 1), sum(range(16))))


def test_channels_are_summed_and_each_output_has_its_bias(xp):
    x = xp.asarray([[[1, 2, 3], [10, 20, 30]]])
    weight = xp.asarray([[[1, 1], [1, 0]], [[0, 1], [0, -1]]])
    y = conv1d(x, weight, xp.asarray([100, 1000]))
    expected = [[[1 + 2 + 10 + 100, 2 + 3 + 20 + 100], [2 - 20 + 1000, 3 - 30 + 1000]]]
    assert_array_equal(xp.to_numpy(y), expected)


def test_groups_do_not_see_each_other(xp):
    x = xp.asarray([[[1, 2], [10, 20]]])
    weight = xp.asarray([[[1, 1]], [[2, 0]], [[1, 1]], [[0, 3]]])
    assert_array_equal(xp.to_numpy(conv(x, weight, groups=2)), [[[3], [2], [30], [60]]])


def test_the_examples_of_a_batch_do_not_see_each_other(xp):
    x = xp.asarray([[[1, 2, 4]], [[10, 20, 40]]])
    y = conv(x, xp.asarray(signal(1, -1)))
    assert_array_equal(xp.to_numpy(y), [[[-1, -2]], [[-10, -20]]])


def test_an_empty_batch_stays_empty(xp):
    y = conv2d(xp.asarray(np.ones((0, 2, 5, 5))), xp.asarray(np.ones((3, 2, 3, 3))), padding=1)
    assert_array_equal(xp.to_numpy(y), np.ones((0, 3, 5, 5)), strict=True)


def test_an_axis_of_padding_alone_gives_the_bias(xp):
    x, weight = xp.asarray(np.ones((1, 1, 0))), xp.asarray(np.ones((1, 1, 2)))
    assert_array_equal(xp.to_numpy(conv1d(x, weight, xp.asarray([5.0]), padding=1)), signal(5.0))
