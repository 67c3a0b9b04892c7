"""Stacks of convolutions and transposed convolutions: what pictures are made of, and from.

Their weights learn by the library's gradients; float32 throughout.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from _network import Adam
from numpy.typing import NDArray

from convlib import (
    conv,
    conv_bias_grad,
    conv_input_grad,
    conv_transpose,
    conv_transpose_input_grad,
    conv_transpose_weight_grad,
    conv_weight_grad,
)

Array = NDArray[Any]


class Layer(NamedTuple):
    """One layer over pictures; `slope` multiplies what is below zero, and 1 leaves it alone."""

    c_in: int
    c_out: int
    kernel: int
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    transposed: bool = False
    slope: float = 1

    @property
    def options(self) -> dict[str, int]:
        """How the kernel moves."""
        moves = {"stride": self.stride, "padding": self.padding}
        return moves | {"output_padding": self.output_padding} if self.transposed else moves


class Stack:
    """Layers, one after the other.

    Parameters
    ----------
    layers : sequence of Layer
    seed : int
        The first weights are drawn with it so that numbers keep their size from layer to layer
        (K. He and others, 2015, arXiv:1502.01852).

    Attributes
    ----------
    parameters : list of array
        Weight and bias of the first layer, of the second, and so on.
    seen : list of array
        What each layer read when the stack was last called, and at last the result.
    """

    def __init__(self, layers: Sequence[Layer], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.layers = layers
        self.parameters: list[Array] = []
        for c_in, c_out, kernel, stride, *_, transposed, slope in layers:
            shape = (c_in, c_out) if transposed else (c_out, c_in)
            # An output of a transposed layer has only this part of the kernel over it, on average.
            meets = c_in * kernel**2 / (stride**2 if transposed else 1)
            spread = np.sqrt(2 / (1 + slope**2) / meets)
            weight = rng.normal(0, spread, (*shape, kernel, kernel))
            self.parameters += [weight.astype(np.float32), np.zeros(c_out, np.float32)]
        self._adam = Adam(self.parameters)

    @property
    def size(self) -> int:
        """How many numbers the stack learns."""
        return sum(p.size for p in self.parameters)

    def __call__(self, x: Array) -> Array:
        """Run `x` (N, C, height, width) through all layers."""
        self.seen = [x]
        for at, layer in enumerate(self.layers):
            run = conv_transpose if layer.transposed else conv
            y = run(self.seen[-1], *self.parameters[2 * at : 2 * at + 2], **layer.options)
            self.seen.append(np.where(y > 0, y, layer.slope * y))
        return self.seen[-1]

    def backward(self, grad: Array) -> list[Array]:
        """Carry the gradient by the result of the last call back to every parameter."""
        found: list[Array] = []
        for at in reversed(range(len(self.layers))):
            layer, x, weight = self.layers[at], self.seen[at], self.parameters[2 * at]
            grad = np.where(self.seen[at + 1] > 0, grad, layer.slope * grad)
            weight_grad = conv_transpose_weight_grad if layer.transposed else conv_weight_grad
            by_weight = weight_grad(x, grad, layer.kernel, **layer.options)
            found = [by_weight, conv_bias_grad(grad), *found]
            if at and layer.transposed:
                grad = conv_transpose_input_grad(grad, weight, **layer.options)
            elif at:  # nothing before the first layer learns
                grad = conv_input_grad(grad, weight, x.shape[2:], **layer.options)
        return found

    def learn(self, grad: Array, rate: float) -> None:
        """Change all parameters in place against the gradient by the result of the last call."""
        self._adam.step(self.backward(grad), rate)


def generator(channels: Sequence[int], kernel: int = 4, seed: int = 0) -> Stack:
    """Return an untrained stack that makes noise (N, channels[0], 1, 1) into pictures.

    The first layer makes 4 x 4, each other one doubles that; channels and shapes as in
    A. Radford, L. Metz, S. Chintala, 2015, arXiv:1511.06434, without its normalisation.

    Parameters
    ----------
    channels : sequence of int
        Of the noise and of each layer's result.
    kernel : int
        From 3, of all layers but the first.
    seed : int
    """
    first = Layer(*channels[:2], 4, transposed=True, slope=0)
    padding, odd = divmod(kernel - 1, 2)  # so that stride 2 doubles the size
    doubles = {"stride": 2, "padding": padding, "output_padding": 1 - odd, "transposed": True}
    pairs = pairwise(channels[1:])
    layers = [first, *(Layer(*pair, kernel, slope=0, **doubles) for pair in pairs)]
    layers[-1] = layers[-1]._replace(slope=1)
    return Stack(layers, seed)
