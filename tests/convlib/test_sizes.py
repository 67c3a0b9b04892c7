"""Sizes announced are the sizes computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlib import (
    conv,
    conv_output_size,
    conv_transpose,
    conv_transpose1d,
    conv_transpose_output_size,
    receptive_field,
)

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@repeatable
@given(data=st.data())
def test_sizes_are_those_of_the_results(data, some_problem):
    p = data.draw(some_problem())
    size, kernel = p.x.shape[2:], p.weight.shape[2:]
    window = {name: p.options[name] for name in ("stride", "padding", "dilation")}
    out = conv_output_size(size, kernel, **window)
    assert out == conv(p.x, p.weight, **p.options).shape[2:]

    window["output_padding"] = data.draw(st.sampled_from(p.output_paddings))
    back = conv_transpose_output_size(out, kernel, **window)
    options = p.options | {"output_padding": window["output_padding"]}
    assert back == conv_transpose(p.u, p.weight, **options).shape[2:]

    window["output_padding"] = p.remainder
    assert conv_transpose_output_size(out, kernel, **window) == size


def test_known_layers():
    assert conv_output_size(224, 11, stride=4, padding=2) == 55  # AlexNet's first
    assert conv_output_size((224, 224), 7, stride=2, padding=3) == (112, 112)  # ResNet's first
    assert conv_output_size((16, 112, 112), 3, padding=1) == (16, 112, 112)  # C3D's first
    assert conv_transpose_output_size(1, 4) == 4  # DCGAN: 1 to 4,
    assert conv_transpose_output_size(4, 4, stride=2, padding=1) == 8  # then doubled
    assert conv_transpose_output_size(28, 2, stride=2) == 56  # U-Net
    assert conv_transpose_output_size(7, 3, stride=2, padding=1, output_padding=1) == 14


def test_an_int_gives_an_int_and_a_tuple_a_tuple():
    assert isinstance(conv_output_size(5, 3), int)
    assert isinstance(conv_output_size(np.int64(5), np.int64(3)), int)
    assert conv_output_size((5,), 3) == (3,)
    assert conv_output_size([5, 6], (3, 1)) == (3, 6)
    assert conv_transpose_output_size((5, 6), 3, output_padding=0, padding=[0, (1, 2)]) == (7, 5)


def test_a_size_of_padding_alone():
    assert conv_output_size(0, 3, padding=2) == 2


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: conv_output_size(4, 5), "does not fit on spatial axis 0: it spans 5"),
        (lambda: conv_output_size(-1, 1), "^size must be an int >= 0"),
        (lambda: conv_output_size(4.0, 1), "^size must be an int >= 0"),
        (lambda: conv_output_size(4, 0), "^kernel_size must be an int >= 1"),
        (lambda: conv_output_size(4, (1, 2)), "^kernel_size .*one per spatial axis, here 1"),
        (lambda: conv_transpose_output_size(0, 3), "^nothing is left on spatial axis 0"),
        (lambda: receptive_field([3, 3], stride=[1, 2, 2]), "^kernel_size .*per layer, here 3"),
        (lambda: receptive_field([3, 0]), r"^kernel_size must be an int >= 1, .*got \[3, 0\]"),
    ],
)
def test_refusals(call, rule):
    with pytest.raises(ValueError, match=rule):
        call()


def test_receptive_fields_of_known_stacks():
    assert receptive_field(7) == 7
    assert receptive_field([3, 3, 3]) == 7  # VGG: three 3s see what one 7 sees
    assert receptive_field([3, 3], stride=2) == 7
    assert receptive_field(2, dilation=[2**layer for layer in range(10)]) == 1024  # WaveNet


layers = st.lists(st.tuples(*[st.integers(1, 3)] * 3), min_size=1, max_size=4)


@repeatable
@given(layers)
def test_the_receptive_field_is_what_an_impulse_spreads_over(layers):
    seen = np.ones((1, 1, 1))
    for kernel, stride, dilation in reversed(layers):
        ones = np.ones((1, 1, kernel))
        seen = conv_transpose1d(seen, ones, stride=stride, dilation=dilation)
    kernels, strides, dilations = zip(*layers, strict=True)
    assert receptive_field(kernels, stride=strides, dilation=dilations) == seen.size
    assert seen[0, 0, 0] == seen[0, 0, -1] == 1
