"""The generator of pictures: a stack of transposed convolutions."""

from collections.abc import Sequence
from itertools import pairwise

from _network import Layer, Stack


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
