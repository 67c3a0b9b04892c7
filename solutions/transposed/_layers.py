"""Inputs of transposed convolutions of layers, none of which hides a mistake in another."""

from __future__ import annotations

import numpy as np

from .._draw import arrays

KERNELS, STRIDES = {1: (3, 4, 5, 6), 2: (2, 3, 4)}, {1: (2, 3, 4, 5), 2: (2, 3, 4)}
CHANNELS, SIZES = range(2, 7), {1: range(6, 12), 2: range(3, 9)}


def layer(rng, label, options="", *, axes=1, bias=True, x=float, weight=None, **case):
    """Return a case whose sizes are all different, and so are the options on each axis.

    Parameters
    ----------
    options : str
        Those that are set beside each other ("padding output_padding"); both need a stride, which
        is then set too.  An option is a number for one axis, else a tuple.
    x, weight : dtype
        Of the input and of the parameters; of one for both if `weight` is None.
    **case
        More of `Case`.
    """
    kernel, given = _kernel_and_options(rng, options, axes)
    free = [channels for channels in CHANNELS if channels not in kernel]
    n, c_in, c_out = (int(one) for one in rng.permutation(free)[:3])
    free = [size for size in SIZES[axes] if size not in (n, c_in, c_out, *kernel)]
    size = [int(one) for one in rng.permutation(free)[:axes]]
    shapes = [(n, c_in, *size), (c_in, c_out, *kernel), (c_out,)]
    said = {name: tuple(value) if axes > 1 else value[0] for name, value in given.items()}
    return arrays(rng, label, shapes[: 2 + bias], said, (x, weight or x), **case)


def _kernel_and_options(rng, options, axes):
    """Draw until no two numbers of an axis are alike, and none is the same on both axes."""
    while True:
        kernel = [int(one) for one in rng.permutation(KERNELS[axes])[:axes]]
        stride = [int(one) for one in rng.permutation(STRIDES[axes])[:axes]]
        padding = [int(rng.integers(1, k)) for k in kernel]
        extra = [int(rng.integers(1, s)) for s in stride]
        given = {"stride": stride, "padding": padding, "output_padding": extra}
        given = {name: value for name, value in given.items() if options and _asked(name, options)}
        alike = [[k, *values] for k, *values in zip(kernel, *given.values(), strict=True)]
        apart = all(len({*value}) == axes for value in given.values())
        if apart and all(len({*one}) == len(one) for one in alike):
            return kernel, given


def _asked(name, options):
    return name == "stride" or name in options.split()


def cases(rng, axes):
    """Return hidden cases of layers: each option, all of them, dtypes and edges."""
    all_of_them, mixed = "padding output_padding", {"x": int, "weight": float}
    return [
        layer(rng, "stride 1, no bias", axes=axes, bias=False, calls=2),
        layer(rng, "stride", "stride", axes=axes, calls=2),
        layer(rng, "stride and padding, no bias", "padding", axes=axes, bias=False),
        layer(rng, "stride and output padding", "output_padding", axes=axes),
        layer(rng, "everything at once", all_of_them, axes=axes, calls=2),
        _gaps(rng, axes),
        layer(rng, "whole numbers", all_of_them, axes=axes, x=int),
        layer(rng, "whole numbers in x, fractions in weight", "padding", axes=axes, **mixed),
        layer(rng, "fractions in x, whole numbers in weight", "padding", axes=axes, weight=int),
        layer(rng, "float32", all_of_them, axes=axes, x=np.float32),
        *_edges(rng, axes),
    ]


def _gaps(rng, axes):
    stride = 5 if axes == 1 else (4, 5)
    shapes = [(2, 3, *[6, 5][:axes]), (3, 4, *[3, 2][:axes]), (4,)]
    return arrays(rng, "a stride beyond the kernel", shapes, {"stride": stride})


def _edges(rng, axes):
    one, size, kernel = [1] * axes, [6, 5][:axes], [4, 3][:axes]
    options = {"stride": 3 if axes == 1 else (3, 2)}
    return [
        arrays(rng, "one sample, channel, filter and element", [(1, 1, *one), (1, 1, *one), (1,)]),
        arrays(rng, "as many channels out as in", [(2, 5, *size), (5, 5, *kernel), (5,)], options),
        arrays(rng, "an empty batch", [(0, 3, *size), (3, 2, *kernel), (2,)], options, weight=0.5),
    ]
