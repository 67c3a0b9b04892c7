"""A small network of convolutions that learns in the page: NumPy and the library's gradients.

Its layers may stand apart, be causal, and have one spatial axis or several; float32 throughout.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlib import conv, conv_bias_grad, conv_input_grad, conv_weight_grad

Array = NDArray[Any]


class Network:
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
        The first weights are drawn with it (K. He and others, 2015, arXiv:1502.01852).

    Attributes
    ----------
    parameters : list of array
        Weight and bias of the first layer, of the second, and so on.
    seen : list of array
        What each layer read when the network was last called, and at last the result.
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
        rng = np.random.default_rng(seed)
        self.kernel = kernel
        self.options = [{"padding": padding, "dilation": rate} for rate in dilation]
        self.parameters: list[Array] = []
        for c_in, c_out in pairwise(channels):
            spread = np.sqrt(2 / (c_in * np.prod(kernel)))
            weight = rng.normal(0, spread, (c_out, c_in, *kernel))
            self.parameters += [weight.astype(np.float32), np.zeros(c_out, np.float32)]
        self._adam = Adam(self.parameters)

    @property
    def size(self) -> int:
        """How many numbers the network learns."""
        return sum(p.size for p in self.parameters)

    def __call__(self, x: Array) -> Array:
        """Run `x` (N, C_in, *size) through all layers: (N, C_out, *size)."""
        self.seen = [x]
        last = len(self.options) - 1
        for layer, options in enumerate(self.options):
            weight, bias = self.parameters[2 * layer : 2 * layer + 2]
            y = conv(self.seen[-1], weight, bias, **options)
            self.seen.append(y if layer == last else np.maximum(y, 0))
        return self.seen[-1]

    def backward(self, grad: Array) -> list[Array]:
        """Carry the gradient by the result of the last call back to every parameter."""
        found: list[Array] = []
        for layer in reversed(range(len(self.options))):
            x, options = self.seen[layer], self.options[layer]
            weight_grad = conv_weight_grad(x, grad, self.kernel, **options)
            found = [weight_grad, conv_bias_grad(grad), *found]
            if layer:  # nothing before the first layer learns
                grad = conv_input_grad(grad, self.parameters[2 * layer], x.shape[2:], **options)
                grad = grad * (x > 0)
        return found

    def learn(self, grad: Array, rate: float) -> None:
        """Change all parameters in place against the gradient by the result of the last call."""
        self._adam.step(self.backward(grad), rate)


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
