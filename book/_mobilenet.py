"""The layers of MobileNet (A. Howard and others, 2017, arXiv:1704.04861, table 1)."""

from typing import NamedTuple

from convlib import conv_output_size, count_macs, count_parameters

# Channels out and stride of each depthwise separable pair, after a full layer of 32 channels.
PAIRS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *[(512, 1)] * 5,
    *((1024, 2), (1024, 1)),
)


class Layer(NamedTuple):
    """One layer of square kernels; its padding is half the kernel."""

    kind: str
    c_in: int
    c_out: int
    kernel: int = 1
    stride: int = 1
    groups: int = 1


class Cost(NamedTuple):
    """What layers cost, biases left out."""

    parameters: int
    multiplications: int


def layers(*, separable: bool = True) -> list[Layer]:
    """Return all layers before the classes; False puts one full layer in the place of each pair.

    Notes
    -----
    The table gives the last pair stride 2, and its input and output both 7 pixels; with padding
    this takes stride 1, and so it is here.
    """
    found, channels = [Layer("full 3x3", 3, 32, 3, 2)], 32
    for c_out, stride in PAIRS:
        if separable:
            found.append(Layer("depthwise 3x3", channels, channels, 3, stride, channels))
            found.append(Layer("pointwise 1x1", channels, c_out))
        else:
            found.append(Layer("full 3x3", channels, c_out, 3, stride))
        channels = c_out
    return found


def costs(size: int = 224, classes: int = 1000, *, separable: bool = True) -> dict[str, Cost]:
    """Return what each kind of layer costs, for one colour picture of `size` by `size`."""
    found: dict[str, Cost] = {}
    for layer in layers(separable=separable):
        kernel, groups = layer.kernel, layer.groups
        options = {"stride": layer.stride, "padding": kernel // 2}
        channels = layer.c_in, layer.c_out
        parameters = count_parameters(*channels, (kernel, kernel), groups=groups)
        macs = count_macs((size, size), *channels, kernel, groups=groups, **options)
        before = found.get(layer.kind, Cost(0, 0))
        found[layer.kind] = Cost(before.parameters + parameters, before.multiplications + macs)
        size = conv_output_size(size, kernel, **options)
    weights = layer.c_out * classes  # on the mean over all positions
    return found | {"classes": Cost(weights, weights)}
