"""Inputs that assignments try: numbers and sizes of which none hides a mistake in another."""

from __future__ import annotations

from functools import partial
from itertools import count
from string import ascii_lowercase

import numpy as np

from autograder.spec import Case

SMALLEST = 2  # of channels, samples and kernels: with one of them, much goes unnoticed
OPTIONS = ("stride", "padding", "dilation")
# Per number of axes: values of the options, and how many stops there are on an axis.
VALUES = {1: (2, 3, 4, 5), 2: (2, 3, 4), 3: (1, 2, 3)}
STOPS = {1: (16, 20), 2: (3, 7), 3: (2, 4)}  # at least the first, fewer than the second


def numbers(rng, shape, dtype=float):
    """Return random numbers of both signs, none so near zero that it could hide a mistake."""
    whole = np.dtype(dtype).kind == "i"
    size = rng.integers(1, 10, shape) if whole else rng.uniform(0.5, 2.5, shape)
    size[..., :1] += 10 * whole  # unlike all others: no kernel of integers is symmetric
    return (size * rng.choice([-1, 1], shape)).astype(dtype)


def arrays(rng, label, shapes, options=None, dtypes=(float, float), **case):
    """Return a case of these shapes: x, weight and perhaps bias."""
    x, *parameters = shapes
    args = numbers(rng, x, dtypes[0]), *(numbers(rng, shape, dtypes[1]) for shape in parameters)
    return Case(label, args, options or {}, **case)


def layer(
    rng, label, options="", *, axes=1, bias=True, groups=1, rest=0, x=float, weight=None, **case
):
    """Return a case whose sizes are all different, and so are the options on each axis.

    Parameters
    ----------
    options : str
        Those that are set ("stride padding"); "groups" sets `groups`.
    axes : int
        How many the signals have: 1 to 3.  An option is a number for one axis, else a tuple.
    groups : int
        In so many groups the channels are split.
    rest : int
        Samples left over after the last stop, on each axis.
    x, weight : dtype
        Of the input and of the parameters; of one for both if `weight` is None.
    **case
        More of `Case`.
    """
    n, c_in, c_out, *kernel = _channels_and_kernel(rng, axes)
    if not bias:  # fewer filters than channels: a weight with its axes swapped still runs
        c_out, c_in = sorted((c_out, c_in))
    given = _options(rng, options.split(), kernel)
    size = _size(rng, kernel, given, rest, {n, c_in * groups, c_out * groups, *kernel})
    shapes = (n, c_in * groups, *size), (c_out * groups, c_in, *kernel), (c_out * groups,)
    said = {name: tuple(value) if axes > 1 else value[0] for name, value in given.items()}
    said |= {"groups": groups} if "groups" in options.split() else {}
    return arrays(rng, label, shapes if bias else shapes[:2], said, (x, weight or x), **case)


def _channels_and_kernel(rng, axes):
    if axes < 3:
        return map(int, rng.permutation(np.arange(3 + axes) + SMALLEST))
    # Six sizes that all differ would take a loop too long: of volumes, channels may be as many
    # as the kernel is deep, high or wide.
    return map(int, (*rng.permutation((2, 3, 4)), *rng.permutation((2, 3, 4))))


def _options(rng, names, kernel):
    """Draw options: on each axis another value for each, and for each another on each axis."""
    axes = len(kernel)
    free = [value for value in VALUES[axes] if value not in kernel]
    values = rng.permutation(free if len(free) >= len(OPTIONS) else VALUES[axes])
    per_axis = [[int(values[(i + axis) % 3]) for axis in range(axes)] for i in range(3)]
    return dict(zip((name for name in names if name in OPTIONS), per_axis, strict=False))


def _size(rng, kernel, given, rest, taken):
    """Draw a size for each axis, unlike the others and unlike those taken."""
    size = []
    for axis, taps in enumerate(kernel):
        defaults = zip(OPTIONS, (1, 0, 1), strict=True)
        stride, padding, dilation = (given.get(name, [one] * 3)[axis] for name, one in defaults)
        span = dilation * (taps - 1) + 1
        least = int(rng.integers(*STOPS[len(kernel)]))
        sizes = (stride * (stops - 1) + span + rest - 2 * padding for stops in count(least))
        size.append(next(one for one in sizes if one >= taps and one not in {*taken, *size}))
    return size


def dtypes_and_edges(rng, options="", axes=1):
    """Return what a hurried solution forgets."""
    draw = partial(layer, rng, options=options, axes=axes)
    one, size, kernel = [1] * axes, [11, 9, 7][:axes], [4, 3, 2][:axes]
    return [
        draw("whole numbers, no bias", x=int, bias=False),  # zeros for it may be fractions
        draw("whole numbers in x, fractions in weight", x=int, weight=float),
        draw("fractions in x, whole numbers in weight", x=float, weight=int),
        draw("float32", x=np.float32),
        arrays(rng, "one sample, channel, filter and element", [(1, 1, *one), (1, 1, *one), (1,)]),
        arrays(rng, "an empty batch", [(0, 3, *size), (2, 3, *kernel), (2,)], weight=0.5),
    ]


def shown(make, *cases, **always):
    """Return visible cases, the same for everybody: positional arguments, then the named ones."""
    rng = np.random.default_rng(1)
    return tuple(make(rng, *positional, **named, **always) for *positional, named in cases)


def asked(target, given):
    """Return the case of one predicted number, the one that a table's row asks for."""
    said = ", ".join(f"{name} {value}" for name, value in given.items())
    return Case(f"({ascii_lowercase[target]}) {said}", kwargs=given, target=target)


def bare(layer_of):
    """Return a convolution of layers as one of a single signal and a single kernel."""

    def single(x, w, **options):
        return layer_of(x[None, None], w[None, None], **options)[0, 0]

    return single
