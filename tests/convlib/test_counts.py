"""What a layer costs, against published counts and against a convolution that counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib import conv, count_macs, count_parameters


def test_known_layers():
    assert count_parameters(3, 64, (11, 11), bias=True) == 23_296  # AlexNet's first in PyTorch
    assert count_parameters(3, 64, (7, 7)) == 9_408  # ResNet's first
    assert count_parameters(512, 512, (3, 3), bias=True) == 2_359_808  # VGG's last
    assert count_macs(224, 3, 64, 7, stride=2, padding=3) == 112 * 3 * 64 * 7
    assert count_macs((224, 224), 3, 64, 7, stride=2, padding=3) == 118_013_952  # ResNet's first


def test_the_depthwise_separable_layer():
    assert count_parameters(32, 64, (3, 3)) == 18_432
    depthwise, pointwise = count_parameters(32, 32, (3, 3), groups=32), count_parameters(32, 64, 1)
    assert (depthwise, pointwise) == (288, 2_048)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(data=st.data())
def test_they_count_what_conv_uses(data, some_problem):
    p = data.draw(some_problem())
    groups, kernel, size = p.options["groups"], p.weight.shape[2:], p.x.shape[2:]
    c_in, c_out = p.x.shape[1], p.weight.shape[0]
    assert count_parameters(c_in, c_out, kernel, groups=groups) == p.weight.size
    biased = count_parameters(c_in, c_out, kernel, groups=groups, bias=True)
    assert biased == p.weight.size + p.bias.size
    # With nothing but ones, unpadded, each output is the number of its products.
    room = [n + sum(pads) for n, pads in zip(size, p.options["padding"], strict=True)]
    ones = np.ones((1, c_in, *room)), np.ones(p.weight.shape)
    counted = conv(*ones, **p.options | {"padding": 0}).sum()
    assert count_macs(size, c_in, c_out, kernel, **p.options) == counted


def test_any_kind_of_integer_gives_an_int():
    eight = np.uint8(200)
    assert type(count_parameters(eight, eight, eight, bias=True)) is int
    assert count_parameters(eight, eight, eight, bias=True) == 200**3 + 200


@pytest.mark.parametrize(
    ("call", "error", "rule"),
    [
        (lambda: count_parameters(0, 4, 3), ValueError, "^c_in must be an int >= 1, got 0$"),
        (lambda: count_parameters(4, 4.0, 3), ValueError, "^c_out must be an int >= 1, got 4.0$"),
        (lambda: count_parameters(4, 4, 3, groups=0), ValueError, "^groups must be an int >= 1"),
        (lambda: count_parameters(3, 4, 3, groups=2), ValueError, "^c_in must be a mult.* 3 and 2"),
        (lambda: count_parameters(4, 3, 3, groups=2), ValueError, "^c_out must be a multiple of"),
        (lambda: count_parameters(4, 4, ()), ValueError, "^kernel_size must have at least one"),
        (lambda: count_parameters(4, 4, (3, 0)), ValueError, "^kernel_size must be an int >= 1"),
        (lambda: count_parameters(4, 4, 3, bias=4), TypeError, "^bias must be True or False.*4$"),
        (lambda: count_macs(4, 1, 1, 5), ValueError, "does not fit on spatial axis 0"),
        (lambda: count_macs((), 1, 1, 5), ValueError, "^size must have at least one"),
        (lambda: count_macs(4, True, 1, 3), ValueError, "^c_in must be an int >= 1, got True$"),
    ],
)
def test_refusals(call, error, rule):
    with pytest.raises(error, match=rule):
        call()
