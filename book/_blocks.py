"""Small networks of full, grouped or depthwise separable layers, which learn in the page."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from _network import Adam
from _one_thread import one_thread
from numpy.typing import NDArray

from convlib import conv, conv_bias_grad, conv_input_grad, conv_weight_grad, count_parameters

Array = NDArray[Any]


class Layer(NamedTuple):
    """One 2D convolution with a bias; max(0, y) follows if it `bends`."""

    c_in: int
    c_out: int
    kernel: int = 3
    groups: int = 1
    bends: bool = True

    @property
    def size(self) -> int:
        """How many numbers it learns."""
        kernel = (self.kernel, self.kernel)
        return count_parameters(self.c_in, self.c_out, kernel, groups=self.groups, bias=True)


def stack(channels: Sequence[int], classes: int, groups: int | str = 1) -> list[Layer]:
    """Describe a network that names a picture.

    Parameters
    ----------
    channels : sequence of int
        Of the picture and of each layer of 3 by 3 kernels.
        The first of these layers is a full one, as in MobileNet.
    classes : int
        A last layer of 1 by 1 kernels gives each its score.
    groups : int or "separable"
        Of the layers after the first; "separable" is a depthwise layer, then a pointwise one.
    """
    first, *rest = pairwise(channels)
    layers = [Layer(*first)]
    for c_in, c_out in rest:
        if groups == "separable":
            layers += [Layer(c_in, c_in, groups=c_in, bends=False), Layer(c_in, c_out, kernel=1)]
        else:
            layers.append(Layer(c_in, c_out, groups=int(groups)))
    return [*layers, Layer(channels[-1], classes, kernel=1, bends=False)]


class Classifier:
    """A stack of layers whose scores, over all positions, are the odds of the classes.

    The first weights are drawn with `seed` (K. He and others, 2015, arXiv:1502.01852).
    """

    def __init__(self, layers: Sequence[Layer], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.layers, self.parameters = layers, []
        for layer in layers:
            shape = (layer.c_out, layer.c_in // layer.groups, layer.kernel, layer.kernel)
            spread = np.sqrt((2 if layer.bends else 1) / np.prod(shape[1:]))
            weight = rng.normal(0, spread, shape).astype(np.float32)
            self.parameters += [weight, np.zeros(layer.c_out, np.float32)]
        self._adam = Adam(self.parameters)

    def __call__(self, x: Array) -> Array:
        """Return the scores of the classes at each position, (N, classes, *size)."""
        self.seen = [x]
        for i, layer in enumerate(self.layers):
            weight, bias = self.parameters[2 * i : 2 * i + 2]
            y = conv(self.seen[-1], weight, bias, groups=layer.groups)
            self.seen.append(np.maximum(y, 0) if layer.bends else y)
        return self.seen[-1]

    def named(self, x: Array) -> Array:
        """Return the likeliest class of each picture."""
        return self._odds(x).sum(axis=(2, 3)).argmax(axis=1)

    def _odds(self, x: Array) -> Array:
        scores = self(x)
        return np.exp(scores - scores.max(axis=(1, 2, 3), keepdims=True))  # never too large

    def learn(self, x: Array, answers: Array, rate: float) -> None:
        """Take one step against the gradient of the mean surprise at the answers."""
        odds = self._odds(x)
        right = np.zeros_like(odds)
        right[np.arange(len(x)), answers] = odds[np.arange(len(x)), answers]
        grad = odds / odds.sum(axis=(1, 2, 3), keepdims=True)
        grad -= right / right.sum(axis=(1, 2, 3), keepdims=True)
        self._adam.step(self._backward(grad / len(x)), rate)

    def _backward(self, grad: Array) -> list[Array]:
        found: list[Array] = []
        for i in reversed(range(len(self.layers))):
            layer, x = self.layers[i], self.seen[i]
            if layer.bends:
                grad = grad * (self.seen[i + 1] > 0)
            kernel, options = (layer.kernel, layer.kernel), {"groups": layer.groups}
            found = [conv_weight_grad(x, grad, kernel, **options), conv_bias_grad(grad), *found]
            if i:
                grad = conv_input_grad(grad, self.parameters[2 * i], x.shape[2:], **options)
        return found


def trained(
    layers: Sequence[Layer], data: tuple[Array, Array], seed: int, steps: int = 200, batch: int = 32
) -> Classifier:
    """Train a network on random batches of pictures and answers, in ever smaller steps."""
    x, answers = data
    network, rng = Classifier(layers, seed), np.random.default_rng(seed)
    with one_thread():
        for step in range(steps):
            some = rng.integers(0, len(x), batch)
            network.learn(x[some], answers[some], rate=0.015 * (1 - step / steps) + 1e-4)
    return network
