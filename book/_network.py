"""Stacks of convolutions that learn in the page: NumPy and the library's gradients.

Layers may be transposed, strided, dilated, causal or grouped, on any number of spatial axes;
float32 throughout.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

import numpy as np
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
    """One layer with a bias; `slope` multiplies what is below zero, and 1 leaves it alone.

    A `kernel` that is one number is square, over pictures.
    """

    c_in: int
    c_out: int
    kernel: int | tuple[int, ...]
    stride: int = 1
    padding: int | str = 0
    output_padding: int = 0
    transposed: bool = False
    slope: float = 1
    dilation: int = 1
    groups: int = 1

    @property
    def options(self) -> dict[str, Any]:
        """How the kernel moves, and what it meets."""
        names = ["stride", "padding", "dilation", "groups"]
        return {n: getattr(self, n) for n in [*names, *["output_padding"] * self.transposed]}

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the weight."""
        kernel = (self.kernel, self.kernel) if isinstance(self.kernel, int) else self.kernel
        ends = (self.c_in, self.c_out) if self.transposed else (self.c_out, self.c_in)
        return (ends[0], ends[1] // self.groups, *kernel)

    @property
    def size(self) -> int:
        """How many numbers it learns."""
        return prod(self.shape) + self.c_out

    @property
    def spread(self) -> float:
        """Of the first weights, so that numbers keep their size from layer to layer."""
        # An output of a transposed layer has only a part of the kernel over it, on average.
        apart = self.stride ** (len(self.shape) - 2) if self.transposed else 1
        meets = self.c_in // self.groups * prod(self.shape[2:]) / apart
        return np.sqrt(2 / (1 + self.slope**2) / meets)


class Stack:
    """Layers, one after the other.

    Parameters
    ----------
    layers : sequence of Layer
    seed : int
        The first weights are drawn with it (K. He and others, 2015, arXiv:1502.01852).

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
        for layer in layers:
            weight = rng.normal(0, self._spread(layer), layer.shape)
            self.parameters += [weight.astype(np.float32), np.zeros(layer.c_out, np.float32)]
        self._adam = Adam(self.parameters)

    def _spread(self, layer: Layer) -> float:
        return layer.spread

    @property
    def size(self) -> int:
        """How many numbers the stack learns."""
        return sum(layer.size for layer in self.layers)

    def __call__(self, x: Array) -> Array:
        """Run `x` (N, C, *size) through all layers."""
        self.seen = [x]
        for at, layer in enumerate(self.layers):
            run = conv_transpose if layer.transposed else conv
            y = run(self.seen[-1], *self.parameters[2 * at : 2 * at + 2], **layer.options)
            self.seen.append(y if layer.slope == 1 else np.maximum(y, layer.slope * y))
        return self.seen[-1]

    def backward(self, grad: Array) -> list[Array]:
        """Carry the gradient by the result of the last call back to every parameter."""
        found: list[Array] = []
        for at in reversed(range(len(self.layers))):
            layer, x, weight = self.layers[at], self.seen[at], self.parameters[2 * at]
            if layer.slope != 1:
                grad = np.where(self.seen[at + 1] > 0, grad, layer.slope * grad)
            weight_grad = conv_transpose_weight_grad if layer.transposed else conv_weight_grad
            by_weight = weight_grad(x, grad, layer.shape[2:], **layer.options)
            found = [by_weight, conv_bias_grad(grad), *found]
            if at and layer.transposed:
                grad = conv_transpose_input_grad(grad, weight, **layer.options)
            elif at:  # nothing before the first layer learns
                grad = conv_input_grad(grad, weight, x.shape[2:], **layer.options)
        return found

    def learn(self, grad: Array, rate: float) -> None:
        """Change all parameters in place against the gradient by the result of the last call."""
        self._adam.step(self.backward(grad), rate)


class Network(Stack):
    """Convolutions of stride 1 that keep the size, with max(0, y) after each but the last.

    Parameters
    ----------
    channels : sequence of int
        Of the input and of each layer: one more than there are layers.
    kernel : tuple of int
        Spatial size of each kernel; its length is the number of spatial axes.
    dilation : sequence of int
        One rate for each layer.
    padding : str
        "same", or "causal" for signals whose future must not be seen.
    seed : int
        As of `Stack`.
    """

    def __init__(
        self,
        channels: Sequence[int],
        *,
        kernel: tuple[int, ...],
        dilation: Sequence[int],
        padding: str = "same",
        seed: int = 0,
    ) -> None:
        layers = [
            Layer(*ends, kernel, padding=padding, slope=0, dilation=rate)
            for ends, rate in zip(pairwise(channels), dilation, strict=True)
        ]
        super().__init__([*layers[:-1], layers[-1]._replace(slope=1)], seed)

    def _spread(self, layer: Layer) -> float:
        return layer._replace(slope=0).spread  # the last layer begins as wide as the others


class Adam:
    """Steps of about `rate` against the gradient (D. Kingma and others, 2014, arXiv:1412.6980)."""

    def __init__(self, parameters: list[Array], memory: tuple[float, float] = (0.9, 0.99)) -> None:
        self.parameters, self.memory, self.steps = parameters, memory, 0
        self.mean = [np.zeros_like(p) for p in parameters]
        self.square = [np.zeros_like(p) for p in parameters]

    def step(self, grads: list[Array], rate: float) -> None:
        """Move each parameter by its mean gradient over the root of its mean square."""
        self.steps += 1
        a, b = self.memory
        for i, grad in enumerate(grads):
            self.mean[i] += (1 - a) * (grad - self.mean[i])
            self.square[i] += (1 - b) * (grad * grad - self.square[i])
            mean = self.mean[i] / (1 - a**self.steps)
            root = np.sqrt(self.square[i] / (1 - b**self.steps))
            self.parameters[i] -= rate * mean / (root + 1e-8)


def softmax(scores: Array) -> Array:
    """Turn the scores of the classes, on axis 1, into probabilities."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
