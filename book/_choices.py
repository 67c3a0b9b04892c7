"""Layers that are described by numbers alone: what they cost and see, one by one or stacked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from IPython.display import Markdown

from convlib import (
    conv_output_size,
    conv_transpose_output_size,
    count_macs,
    count_parameters,
    receptive_field,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True)
class Layer:
    """A convolution on square inputs, with PyTorch's names."""

    c_in: int
    c_out: int
    kernel: int = 3
    stride: int = 1
    padding: int | str = 0
    dilation: int = 1
    groups: int = 1
    output_padding: int = 0
    transposed: bool = False
    axes: int = 2

    def size(self, n: int) -> int:
        """Return how many positions along each axis become of `n`."""
        window = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        if self.transposed:
            extra = {"output_padding": self.output_padding}
            return conv_transpose_output_size(n, self.kernel, **window, **extra)
        return conv_output_size(n, self.kernel, **window)

    @property
    def parameters(self) -> int:
        """How many weights it has, without biases."""
        kernel = (self.kernel,) * self.axes
        return count_parameters(self.c_in, self.c_out, kernel, groups=self.groups)

    def macs(self, n: int) -> int:
        """Return how many multiplications it does on an input of `n` along each axis."""
        if self.transposed:  # every input meets every weight of its channel
            return n**self.axes * self.parameters
        window = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        size = (n,) * self.axes
        return count_macs(size, self.c_in, self.c_out, self.kernel, **window, groups=self.groups)

    @property
    def sees(self) -> int:
        """How many inputs along an axis one output reads, at most."""
        span = receptive_field(self.kernel, dilation=self.dilation)
        return ceil(span / self.stride) if self.transposed else span


plain = Layer(32, 64, padding="same")
TYPES: dict[str, tuple[str, tuple[Layer, ...]]] = {
    "[1D](conv1d.md)": ("sound, text, series, sensors", (replace(plain, axes=1),)),
    "[causal](conv1d.md)": (
        "what must not look ahead",
        (replace(plain, axes=1, padding="causal"),),
    ),
    "[2D](conv2d.md)": ("images, spectrograms", (plain,)),
    "[3D](conv3d.md)": ("video, scans, simulations", (replace(plain, axes=3),)),
    "[strided](conv2d.md)": (
        "a coarser view of more",
        (replace(plain, stride=2, padding=1),),
    ),
    "[dilated](dilated.md)": (
        "a wide view at full resolution",
        (replace(plain, dilation=4, padding=4),),
    ),
    "[transposed](transposed.md)": (
        "decoders, generators: larger outputs",
        (replace(plain, kernel=4, stride=2, padding=1, transposed=True),),
    ),
    "pointwise": ("mixing channels, no neighbours", (replace(plain, kernel=1),)),
    "grouped": ("between the two", (replace(plain, groups=8),)),
    "depthwise": ("each channel by itself", (replace(plain, c_out=32, groups=32),)),
    "[separable](separable.md)": (
        "small and mobile networks",
        (replace(plain, c_out=32, groups=32), replace(plain, kernel=1)),
    ),
}


def types(n: int = 28) -> Markdown:
    """Give the table of types, on inputs of `n` along each axis."""
    head = "type", "take it for", "output", "sees", "weights", "multiplications"
    rows = []
    for name, (task, layers) in TYPES.items():
        size, macs = _through(layers, n)
        axes, weights = layers[0].axes, sum(layer.parameters for layer in layers)
        seen = max(layer.sees for layer in layers)
        across = " x ".join([str(size)] * axes)
        rows.append((name, task, across, seen, f"{weights:,}", f"{macs:,}"))
    return _table(head, rows)


def stack(layers: Sequence[Layer], size: int) -> Markdown:
    """Follow an input through layers: sizes, view and costs after each of them.

    Parameters
    ----------
    layers : sequence of Layer
        The one next to the input first.  What one output sees is said up to the first transposed
        layer.
    size : int
        Of the input along each axis.
    """
    head = "layer", "channels", "size", "sees", "weights", "multiplications"
    rows, n = [], size
    for number, layer in enumerate(layers, 1):
        before, n = n, layer.size(n)
        rows.append(
            (number, layer.c_out, n, view(layers[:number]) or "",
             f"{layer.parameters:,}", f"{layer.macs(before):,}")
        )  # fmt: skip
    weights = sum(layer.parameters for layer in layers)
    rows.append(("all", "", "", "", f"{weights:,}", f"{_through(layers, size)[1]:,}"))
    return _table(head, rows)


def view(layers: Sequence[Layer]) -> int | None:
    """Return how many inputs along an axis one output of a stack sees, if none is transposed."""
    if any(layer.transposed for layer in layers):
        return None
    kernels, strides, dilations = (
        [getattr(layer, name) for layer in layers] for name in ("kernel", "stride", "dilation")
    )
    return receptive_field(kernels, stride=strides, dilation=dilations)


def layers_to_see(places: int, kernel: int = 3, growth: int = 1) -> int:
    """Return how many layers it takes until one output sees so many places.

    Parameters
    ----------
    places : int
    kernel : int
    growth : int
        The dilation of each layer over that of the layer before; that of the first is 1.
    """
    layers: list[Layer] = []
    while (view(layers) or 0) < places:
        layers.append(Layer(1, 1, kernel, dilation=growth ** len(layers)))
    return len(layers)


def compared(ways: Mapping[str, Sequence[Layer]], size: int) -> Markdown:
    """Give a table of stacks side by side.

    Parameters
    ----------
    ways : mapping of names to layers
    size : int
        Of the input along each axis.
    """
    head = "way", "layers", "sees", "output", "weights", "multiplications"
    rows = []
    for name, layers in ways.items():
        out, macs = _through(layers, size)
        weights = sum(layer.parameters for layer in layers)
        rows.append((name, len(layers), view(layers), out, f"{weights:,}", f"{macs:,}"))
    return _table(head, rows)


def _through(layers: Iterable[Layer], n: int) -> tuple[int, int]:
    """Return the size after all layers, and the multiplications of all."""
    macs = 0
    for layer in layers:
        macs += layer.macs(n)
        n = layer.size(n)
    return n, macs


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Markdown:
    lines = [head, ["---"] * len(head), *rows]
    return Markdown("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))
