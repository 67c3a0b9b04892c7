"""Every mistake is refused with the rule, the numbers, the axis, and what to do."""

import numpy as np
import pytest

from convlib import conv, conv1d, conv2d, conv3d, conv_transpose, conv_transpose2d


def ones(*shape):
    return np.ones(shape)


def refused(rule):
    return pytest.raises(ValueError, match=rule)


def test_the_kernel_must_fit():
    rule = (
        r"^the kernel does not fit on spatial axis 0: it spans 5 \(kernel 3, dilation 2\), "
        r"the padded input 4; pad 1 more, or take a smaller kernel or dilation$"
    )
    with refused(rule):
        conv(ones(1, 1, 4), ones(1, 1, 3), dilation=2)
    with refused("spatial axis 2: it spans 3 .kernel 3, dilation 1., the padded input 2"):
        conv3d(ones(1, 1, 9, 9, 1), ones(1, 1, 3, 3, 3), padding=[0, 0, (0, 1)])


def test_something_must_be_left_of_a_transposed_convolution():
    rule = (
        r"^nothing is left on spatial axis 1: 3 kernels that span 2 \(kernel 2, dilation 1\) at "
        r"stride 1 cover 4 with the output padding, and padding cuts 4 off; pad less"
    )
    with refused(rule):
        conv_transpose(ones(1, 1, 9, 3), ones(1, 1, 2, 2), padding=2)
    with refused("nothing is left on spatial axis 0: 0 kernels that span 3"):
        conv_transpose(ones(1, 1, 0), ones(1, 1, 3))


@pytest.mark.parametrize(
    ("operation", "x", "weight", "rule"),
    [
        (
            conv,
            (5,),
            (1, 1, 3),
            r"^x must have 3 axes .* got 1: shape \(5,\); x\[None, None\] adds",
        ),
        (conv, (2, 5), (2, 5), r"^x must have 3 axes .* got 2: shape \(2, 5\); x\[None\] adds"),
        (conv, (), (1, 1, 3), r"^x must have 3 axes .* got 0: shape \(\)"),
        (conv, (1, 2, 5, 5), (1, 2, 3), r"^weight must have 4 axes .*2 spatial.* got 3"),
        (conv, (1, 2, 5), (1, 2, 3, 3), r"^weight must have 3 axes .*1 spatial.* got 4: shape"),
        (conv1d, (1, 2, 5, 5), (1, 2, 3, 3), r"^x must have 3 axes .*1 spatial.*, got 4"),
        (conv2d, (1, 2, 5), (1, 2, 3), r"^x must have 4 axes .*2 spatial.*, got 3"),
        (conv3d, (1, 2, 5, 5), (1, 2, 3, 3), r"^x must have 5 axes .*3 spatial.*, got 4"),
        (conv_transpose2d, (2, 5, 5), (2, 1, 3, 3), r"^x must have 4 axes .*; x\[None\] adds"),
        (conv, (1, 2, 5), (1, 2, 0), r"^weight must have at least one element .* \(1, 2, 0\)"),
        (conv_transpose, (1, 0, 5), (0, 2, 3), r"^weight must have at least one element"),
    ],
)
def test_axes(operation, x, weight, rule):
    with refused(rule):
        operation(ones(*x), ones(*weight))


@pytest.mark.parametrize(
    ("operation", "x", "weight", "groups", "rule"),
    [
        (conv, 3, (4, 2), 1, r"^x must have groups \* weight.shape\[1\] = 2 channels, got 3 "),
        (conv, 8, (8, 1), 1, r"= 1 channels, got 8 .*; groups=8 would fit$"),
        (conv, 8, (6, 2), 1, r"= 2 channels, got 8 \(groups 1, x \(1, 8, 5\), weight .*\)$"),
        (conv, 0, (4, 2), 1, r"= 2 channels, got 0 \(groups 1, x \(1, 0, 5\), weight .*\)$"),
        (conv, 4, (3, 2), 2, r"^weight.shape\[0\] must be a multiple of groups, got 3 and 2$"),
        (conv_transpose, 4, (3, 2), 2, r"^weight.shape\[0\] must be a multiple of groups"),
        (conv_transpose, 3, (4, 2), 1, r"^x must have weight.shape\[0\] = 4 channels, got 3 "),
        (conv, 4, (4, 4), 0, "^groups must be an int >= 1, got 0$"),
        (conv, 4, (4, 4), 1.0, "^groups must be an int >= 1, got 1.0$"),
        (conv, 4, (4, 4), True, "^groups must be an int >= 1, got True$"),
        (conv_transpose, 4, (4, 4), (1,), r"^groups must be an int >= 1, got \(1,\)$"),
    ],
)
def test_channels_and_groups(operation, x, weight, groups, rule):
    with refused(rule):
        operation(ones(1, x, 5), ones(*weight, 3), groups=groups)


def test_bias():
    with refused(r"^bias must have shape \(4,\), one element per output channel, got \(2,\)$"):
        conv(ones(1, 2, 5), ones(4, 2, 3), ones(2))
    with refused(r"^bias must have shape \(4,\), .* got \(2,\)$"):
        conv_transpose(ones(1, 2, 5), ones(2, 2, 3), ones(2), groups=2)
    with refused(r"^bias must have shape \(4,\), .* got \(1,\)$"):
        conv(ones(1, 2, 5), ones(4, 2, 3), ones(1))
    with refused(r"^bias must have shape \(4,\), .* got \(1, 4, 1\)$"):
        conv(ones(1, 2, 5), ones(4, 2, 3), ones(1, 4, 1))


@pytest.mark.parametrize("name", ["stride", "dilation"])
@pytest.mark.parametrize(
    "value", [0, -1, 1.5, 2.0, True, None, "2", (1, 0), (1, 1, 1), (1, True), [], np.float64(1)]
)
def test_stride_and_dilation(name, value):
    rule = rf"^{name} must be an int >= 1, or a sequence .*one per spatial axis, here 2.*, got "
    with refused(rule):
        conv(ones(1, 1, 9, 9), ones(1, 1, 3, 3), **{name: value})
    with refused(rule):
        conv_transpose(ones(1, 1, 9, 9), ones(1, 1, 3, 3), **{name: value})


@pytest.mark.parametrize(
    "value", [-1, 1.5, True, None, (1,), [(1, 2, 3), 0], [(0, -1), 0], [(0, 1.0), 0], ["ab", 0], {}]
)
def test_padding(value):
    rule = r"^padding must be an int >= 0, a sequence .*such as \[\(1, 0\), \(1, 0\)\].*, got "
    with refused(rule):
        conv(ones(1, 1, 9, 9), ones(1, 1, 3, 3), padding=value)


def test_a_pair_on_one_axis_needs_its_own_brackets():
    with refused(r"such as \[\(1, 0\)\], .* got \(1, 2\)$"):
        conv1d(ones(1, 1, 9), ones(1, 1, 3), padding=(1, 2))


@pytest.mark.parametrize("name", ["same", "causal"])
def test_named_padding_needs_stride_1(name):
    rule = rf"^padding '{name}' needs stride 1 on every axis, got \(1, 2\); give it in ints$"
    with refused(rule):
        conv(ones(1, 1, 9, 9), ones(1, 1, 3, 3), padding=name, stride=(1, 2))
    with refused("^padding must be ints, or 'valid', 'same' or 'causal', got 'full'$"):
        conv(ones(1, 1, 9), ones(1, 1, 3), padding="full")


def test_output_padding():
    rule = (
        r"^output_padding must be below stride or dilation, got 3 on spatial axis 1 "
        r"\(stride 2, dilation 3\); at most 2 fits$"
    )
    with refused(rule):
        conv_transpose(
            ones(1, 1, 3, 3), ones(1, 1, 2, 2), stride=2, dilation=(1, 3), output_padding=(1, 3)
        )
    with refused(r"^output_padding must be an int >= 0, or a sequence .* got -1$"):
        conv_transpose(ones(1, 1, 3), ones(1, 1, 2), output_padding=-1)


def test_numpy_integers_are_ints_and_do_not_overflow():
    y = conv(
        ones(1, 256, 9),
        ones(2, 128, 3),
        stride=np.int64(2),
        padding=[(np.uint8(200), np.uint8(200))],
        dilation=(np.int8(100),),
        groups=np.uint8(2),
    )
    assert y.shape == (1, 2, 105)


@pytest.mark.parametrize("stride", [True, 1.0, (1.0,), (True,), np.float64(1)])
def test_what_equals_a_good_option_is_not_taken_for_it(stride):
    x = np.ones((1, 1, 9))
    for good in (1, (1,)):
        conv(x, x[..., :3], stride=good)
    with pytest.raises(ValueError, match="stride must be an int >= 1"):
        conv(x, x[..., :3], stride=stride)
