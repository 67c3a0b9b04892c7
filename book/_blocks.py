"""Small networks of full, grouped or depthwise separable layers, which learn in the page."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from _network import Layer, Stack
from _one_thread import one_thread
from numpy.typing import NDArray

Array = NDArray[Any]


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
    layers = [Layer(*first, 3, slope=0)]
    for c_in, c_out in rest:
        if groups == "separable":
            layers += [Layer(c_in, c_in, 3, groups=c_in), Layer(c_in, c_out, 1, slope=0)]
        else:
            layers.append(Layer(c_in, c_out, 3, slope=0, groups=int(groups)))
    return [*layers, Layer(channels[-1], classes, 1)]


class Classifier(Stack):
    """A stack of layers whose scores, over all positions, are the odds of the classes."""

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
        super().learn(grad / len(x), rate)


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
