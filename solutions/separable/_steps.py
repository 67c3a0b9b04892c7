"""All layers of the assignment as one function, of which a mistake replaces a step."""

from __future__ import annotations

import numpy as np

from .._slide import slide

SECOND = {"total", "shift", "finish"}  # of two layers in a row, what happens in the second


def layers(step):
    """Return a function that takes what any of the tasks does, with steps of `slide` replaced.

    "between" in `step` changes what lies between the two layers of a separable one.
    """

    def answer(x, weight, *more, **options):
        if x.ndim == 3:
            return _by_hand(x, weight, step, **options)
        if weight.ndim == 2:
            return slide(x, weight[:, :, None, None], *more, axes=2, **step)
        if more and more[0].ndim == 2:
            return _separable(x, weight, *more, step=step, **options)
        if weight.shape[1] == 1:
            options["groups"] = x.shape[1]
        return slide(x, weight, *more, axes=2, **options, **step)

    return answer


def _separable(x, weight, matrix, bias=None, *, step, **options):
    first = {name: one for name, one in step.items() if name not in SECOND | {"between"}}
    second = {name: step[name] for name in SECOND & set(step)}
    if "total" in second:
        second["total"] = lambda products, _: step["total"](products, x)
    if "finish" in second:
        second["finish"] = lambda y, *_: step["finish"](y, x, matrix)
    between = slide(x, weight, axes=2, groups=x.shape[1], **options, **first)
    between = step.get("between", lambda z, *_: z)(between, x, options)
    return slide(between, matrix[:, :, None, None], bias, axes=2, **second)


def _by_hand(x, weight, step, mix=None):
    between = slide(x[None], weight[:, None], axes=2, groups=len(x), **step)
    if mix is None:
        return between[0]
    return slide(between, np.asarray(mix)[:, :, None, None], axes=2)[0]


# Which channels a filter reads: (filters, channels of each, groups) -> (filters, channels).


def dealt_out(filters, channels, groups):
    """Deal the filters out to the groups in turn."""
    return np.arange(filters)[:, None] % groups * channels + np.arange(channels)


def always_first(filters, channels, _):
    """Let all filters read the first channels."""
    return np.zeros((filters, 1), int) + np.arange(channels)


def every_channel(filters, channels, groups):
    """Let all filters read everything."""
    return np.zeros((filters, 1), int) + np.arange(channels * groups)


def spread(filters, channels, groups):
    """Let a group have every third channel, if there are three."""
    own = np.arange(filters) // (filters // groups)
    return own[:, None] + groups * np.arange(channels)


def by_channels(filters, channels, groups):
    """Divide by the number of parts, in place of the number of filters in each."""
    own = np.arange(filters) // groups
    if own.max() >= groups and channels > 1:
        msg = "operands could not be broadcast together: no channels are left for the last filters"
        raise ValueError(msg)
    return own[:, None] * channels + np.arange(channels)


def one_each(filters, channels, _):
    """Let each filter read the channel of its own number."""
    return np.arange(filters)[:, None] + np.arange(channels)


def backwards(filters, channels, groups):
    """Let the first filters read the last group."""
    own = np.arange(filters) // (filters // groups)
    return (groups - 1 - own)[:, None] * channels + np.arange(channels)


def begun_by_filters(filters, channels, groups):
    """Let a group's channels begin where its filters do."""
    own = np.arange(filters) // (filters // groups)
    return own[:, None] * (filters // groups) + np.arange(channels)


# What becomes of the result: (y, x, weight) -> y. A part is a channel's, or a group's.


def parts(y, x, weight):
    """Return the result as (N, parts, filters of each, rows, columns)."""
    count = x.shape[1] // weight.shape[1]
    return y.reshape(len(y), count, y.shape[1] // count, *y.shape[2:])


def by_filter(y, *given):
    """Give first the first result of each part, then the second ones."""
    return parts(y, *given).swapaxes(1, 2).reshape(y.shape)


def first_part(y, *given):
    """Leave the loop over the parts after its first turn."""
    kept = parts(y, *given).copy()
    kept[:, 1:] = 0
    return kept.reshape(y.shape)


def only_one_each(y, x, _):
    """Leave the loop over the filters after as many as there are channels."""
    kept = y.copy()
    kept[:, x.shape[1] :] = 0
    return kept


def in_turn(products, x):
    """Give the filters that each part has in turn part by part."""
    y = products.sum(axis=(2, 4))
    count = x.shape[1] // products.shape[2]
    split = y.reshape(len(y), y.shape[1] // count, count, y.shape[-1])
    return split.swapaxes(1, 2).reshape(y.shape)


def by_filter_before_the_bias(products, x):
    """Give first the first result of each part, then the second ones, and add the bias then."""
    y = products.sum(axis=(2, 4))
    count = x.shape[1] // products.shape[2]
    split = y.reshape(len(y), count, y.shape[1] // count, y.shape[-1])
    return split.swapaxes(1, 2).reshape(y.shape)


def every_third(filters, channels, groups):
    """Let a group have every third channel and every third filter, if there are three."""
    return np.arange(filters)[:, None] % groups + groups * np.arange(channels)


def nothing_to_divide(y, *_):
    """Let reshape work out an axis, which it cannot if there are no samples."""
    return y.reshape(len(y), -1, *y.shape[2:])


def mix_by_columns(x, weight, *, mix=None):
    """Read the columns of a square mix as its rows."""
    square = mix is not None and len(mix) == len(mix[0])
    return layers({})(x, weight, mix=np.transpose(mix) if square else mix)


def mixed_batch(x, weight, bias=None):
    """Lay the pixels of all samples side by side, without looking where the batch's axis is."""
    y = weight @ x.reshape(x.shape[1], -1)
    y = y.reshape(len(x), len(weight), *x.shape[2:])
    return y if bias is None else y + bias[:, None, None]


def pixels_cut(x, weight, bias=None):
    """Cut the numbers into lots of as many as there are channels, wherever these are."""
    y = (x.reshape(-1, x.shape[1]) @ weight.T).reshape(len(x), len(weight), *x.shape[2:])
    return y if bias is None else y + bias[:, None, None]


def filters_first(x, weight, bias=None):
    """Leave the axes as tensordot gives them, and the batch second."""
    y = np.tensordot(weight, x, (1, 1))
    return y if bias is None else y + bias[:, None, None]


def in_place(x, weight, bias=None):
    """Multiply each window of a channel in place."""
    kh, kw = weight.shape[2:]
    out = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, c, i, j in np.ndindex(*y.shape):
        window = x[n, c, i : i + kh, j : j + kw]
        window *= weight[c, 0]
        y[n, c, i, j] = window.sum()
    return y if bias is None else y + bias[:, None, None]


def stopped_again(between, _, options):
    """Take the stride in the second layer as well."""
    down, right = options.get("stride", (1, 1))
    return between[:, :, ::down, ::right]


def padded_again(between, _, options):
    """Pad before the second layer as well."""
    return np.pad(between, [(0, 0), (0, 0), *((p, p) for p in options.get("padding", (0, 0)))])
