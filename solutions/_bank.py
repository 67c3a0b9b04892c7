"""Named ways to get a convolution wrong that do not depend on how many axes it has."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from ._slide import both_sides, over_channels, own_group, padded, slide

# fmt: off


def cut_each(products, x):
    """Add up in an array of the input's dtype."""
    y = np.zeros_like(products[:, :, 0, :, 0], dtype=x.dtype)
    for channel, tap in np.ndindex(products.shape[2], products.shape[4]):
        y = (y + products[:, :, channel, :, tap]).astype(x.dtype)
    return y


def only_first_sample(y, *_):
    """Leave the loop over the batch after its first turn, or never enter it."""
    return np.concatenate([y[:1], 0 * y[1:]]) if len(y) else None


def one_sample(y, *_):
    """Take the batch as a single sample, x[0] and y[0]."""
    kept = np.zeros_like(y)
    kept[0] = y[0]
    return kept


def only_first_position(y, *_):
    """Leave the loops over the positions after their first turn."""
    kept = np.zeros_like(y)
    first = (slice(None), slice(None), *[0] * (y.ndim - 2))
    kept[first] = y[first]
    return kept


def thinned(x, padding, dilation):
    """Leave out samples in place of spreading the kernel."""
    return both_sides(x, padding, dilation)[(..., *(slice(None, None, d) for d in dilation))]


def as_long_as_before(x, padding, _):
    """Pad, and then see no more of it than there was."""
    return both_sides(x, padding, _)[(..., *(slice(n) for n in x.shape[2:]))]


def first_channel(filters, channels, groups):
    """Let each filter read the first of its channels again and again."""
    return own_group(filters, channels, groups)[:, :1].repeat(channels, axis=1)


def without_last(weight):
    """Let the last element along each axis not count."""
    kept = weight.copy()
    for axis in range(2, weight.ndim):
        np.moveaxis(kept, axis, 0)[-1] = 0
    return kept


def turned(weight):
    """Let the first spatial axis be the last, and so on."""
    return weight.transpose(0, 1, *range(2, weight.ndim)[::-1])


# Where each can happen: in a prediction by hand (of gaps: with a dilation), in a function of one
# signal and one kernel, of layers, and from the step on in which an option comes in.
SHARED = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("kernel flipped", "You read the kernel from its last element to its first, as a convolution "
     "in mathematics does. Here, as in deep learning, its first element meets the first value.",
     "hand one layer", {"read": lambda weight: np.flip(weight, range(2, weight.ndim))}),
    ("weight axes swapped", "The weight is (C_out, C_in, kernel): its first axis numbers the "
     "filters, its second the channels they read. Unpack weight.shape in this order.",
     "layer", {"read": lambda weight: weight.swapaxes(0, 1)}),
    ("last position lost", "The kernel also fits where it ends on the last value. There are "
     "size - span + 1 positions; look for a missing + 1.",
     "hand one layer", {"count": lambda room, k, s, d: (room - d * (k - 1) - 1) // s}),
    ("only the last product counts", "Every product replaces the one before it. Start from zero "
     "and add with +=.",
     "one layer", {"total": lambda products, _: products[:, :, -1, :, -1]}),
    ("every element on the same sample", "All elements of the kernel meet the value where it "
     "begins. Element k meets another one, further on: the index of x has to move with k.",
     "one layer", {"reach": lambda tap, _: 0 * tap}),
    ("last kernel element lost", "The loop over the kernel ends one element too early: range(k) "
     "goes through all k of them, from 0 to k - 1.",
     "hand one layer", {"read": without_last}),
    ("mean instead of sum", "Each output is the sum of its products; do not divide by their "
     "number.",
     "one layer", {"total": lambda products, _: products.mean(axis=(2, 4))}),
    ("only the first position", "All results but the first are zero: is your return indented too "
     "far, inside the loop over the positions?",
     "one", {"finish": only_first_position}),
    ("results cut to integers", "np.zeros_like(x) makes an array of integers when x holds "
     "integers, and that keeps no fractions. Create the result with dtype=np.result_type(x, w).",
     "one layer", {"finish": lambda y, x, _: y.astype(x.dtype)}),
    ("every product cut to an integer", "You add fractions into an array of integers, which drops "
     "what is behind the point each time. Create the result with dtype=np.result_type(x, w).",
     "one layer", {"total": cut_each, "finish": lambda y, x, _: y.astype(x.dtype)}),
    ("always the same dtype", "np.zeros without a dtype always makes float64. Ask for "
     "dtype=np.result_type(x, w): integers stay integers, float32 stays float32.",
     "one layer", {"finish": lambda y, *_: y.astype(float)}),
    ("only the first input channel", "Each filter reads all input channels: add up the products "
     "of x[n, c] with weight[o, c] for every c.",
     "layer", {"total": lambda products, _: products[:, :, :1].sum(axis=(2, 4))}),
    ("only the last input channel", "The sum starts again with each input channel: add to the "
     "result with += instead of replacing it.",
     "layer", {"total": lambda products, _: products[:, :, -1:].sum(axis=(2, 4))}),
    ("every kernel on the first channel", "All kernels of a filter read input channel 0. "
     "weight[o, c] belongs to x[n, c].",
     "layer", {"which": first_channel}),
    ("the first kernel on every channel", "A filter has a kernel for each input channel, and you "
     "use the first for all: weight[o, c] belongs to x[n, c].",
     "layer", {"read": lambda weight: weight[:, :1].repeat(weight.shape[1], axis=1)}),
    ("input channels not summed", "The channels belong inside the sum: a filter gives one output "
     "channel, however many it reads, so the result has no axis for the input channels.",
     "layer", {"total": lambda products, _: products.sum(axis=4),
               "shift": lambda y, bias, _: y + over_channels(bias, y[:, :, 0])[:, None]}),
    ("only the first sample of the batch", "All samples but the first are zero: is your return "
     "indented too far, inside the loop over the batch?",
     "layer", {"finish": only_first_sample}),
    ("the batch taken for one sample", "Only sample 0 gets a result. A batch holds N samples: go "
     "through all of them, and let N = 0 give an empty result.",
     "layer", {"finish": one_sample}),
    ("the first sample for all", "All samples give what the first one gives: x[0] is read where "
     "x[n] should be.",
     "layer", {"finish": lambda y, *_: y[:1].repeat(len(y), axis=0)}),
    ("empty batch without its shape", "np.array of an empty list has shape (0,). Create the result "
     "with its full shape (N, C_out, ...) first; then N = 0 needs no care.",
     "layer", {"finish": lambda y, *_: y if len(y) else np.zeros(0)}),
    ("bias lost", "The bias never reaches the result. Add bias[o] to all of output channel o.",
     "layer", {"shift": lambda y, *_: y}),
    ("bias taken for true or false", "`if bias:` asks for one truth value, and an array has many. "
     "Whether there is a bias at all is another question: is it None?",
     "layer", {"shift": lambda y, bias, _: y + over_channels(bias, y) if bias else y}),
    ("the first bias for all channels", "You add the bias of filter 0 everywhere: output channel "
     "o gets bias[o].",
     "layer", {"shift": lambda y, bias, _: y + bias[0]}),
    ("bias added once per input channel", "Your bias is inside the loop over the input channels. "
     "Add it once to each output, after the sum.",
     "layer", {"shift": lambda y, bias, taken: y + taken.shape[1] * over_channels(bias, y)}),
    ("bias added with every product", "Your bias is inside the innermost loop, so it is added as "
     "often as there are products. Add it once to each output, after the sum.",
     "layer", {"shift": lambda y, bias, taken: y + taken[0].size * over_channels(bias, y)}),
    ("bias along the positions", "y + bias lines the bias up with the last axis, which is one of "
     "positions. It belongs to the channels: give it an axis of 1 for each that comes after them.",
     "layer", {"shift": lambda y, bias, _: y + bias}),
    ("stride ignored", "The kernel stops at every position. With stride s, output i begins at "
     "place i * s, and there are fewer outputs.",
     "hand stride", {"steps": lambda _, dilation: (1, dilation)}),
    ("stride only in the size", "The result has the right size, but the kernel still moves by one. "
     "Output i begins at place i * stride.",
     "hand stride", {"start": lambda stop, _: stop}),
    ("stride counted as samples skipped", "Stride is the distance from one stop to the next: 1 "
     "stops everywhere, and with 2 one position is skipped.",
     "hand stride", {"steps": lambda stride, dilation: (stride + (stride > 1), dilation)}),
    ("padding ignored", "Nothing was padded. Put `padding` zeros before the first value and as "
     "many after the last.",
     "hand stride", {"pad": lambda x, *_: x}),
    ("padding only at the start", "There are zeros before the first value and none after the "
     "last. Padding p puts p on both sides.",
     "hand stride", {"pad": lambda x, p, _: padded(x, p, np.zeros_like(p))}),
    ("padding only at the end", "There are zeros after the last value and none before the first. "
     "Padding p puts p on both sides.",
     "hand stride", {"pad": lambda x, p, _: padded(x, np.zeros_like(p), p)}),
    ("all zeros at the end", "There are as many zeros as there should be, but all of them after "
     "the last value. Put `padding` of them before the first.",
     "hand stride", {"pad": lambda x, p, _: padded(x, np.zeros_like(p), 2 * np.asarray(p))}),
    ("padding missing from the size", "You pad, but count the outputs of the signal without its "
     "zeros: it is now size + 2 * padding long.",
     "hand stride", {"pad": as_long_as_before}),
    ("padded with the edge values", "You repeat what lies at the edge. Here the padding is zeros: "
     "np.pad with mode='constant', its default.",
     "hand stride", {"pad": lambda x, p, _: padded(x, p, p, mode="edge")}),
    ("padding on every axis", "np.pad(x, padding) also pads the batch and the channels. Give a "
     "pair for each axis: (0, 0) for these two.",
     "stride", {"pad": lambda x, p, _: np.pad(x, p)}),
    ("ordinary kernel spread out", "Dilation 1 is the ordinary kernel, without gaps. Your elements "
     "are dilation + 1 apart; they should be dilation apart.",
     "undilated", {"steps": lambda stride, dilation: (stride, dilation + 1)}),
    ("dilation ignored", "Your kernel has no gaps. With dilation d, element k meets the value "
     "k * d after the first.",
     "gaps dilation", {"steps": lambda stride, _: (stride, 1)}),
    ("dilation off by one", "You leave out d values between two elements. Dilation is the "
     "distance from one to the next, so d - 1 are left out, and 1 is the ordinary kernel.",
     "gaps dilation", {"steps": lambda stride, dilation: (stride, dilation + (dilation > 1))}),
    ("dilation missing from the size", "A dilated kernel covers dilation * (kernel - 1) + 1 "
     "places, so it fits less often. You count as if it covered only `kernel` places.",
     "dilation", {"count": lambda room, k, s, _: (room - k) // s + 1}),
    ("dilation only in the size", "The result has the right size, but the kernel has no gaps. "
     "Element k meets the value k * dilation after the first.",
     "dilation", {"reach": lambda tap, _: tap}),
    ("gap counted after the last element", "There is a gap between two elements and none after "
     "the last: k elements span dilation * (k - 1) + 1 places.",
     "dilation", {"count": lambda room, k, s, d: (room - d * k) // s + 1}),
    ("positions skipped by the dilation", "You take every d-th value first, or stop at every d-th "
     "only: the others are never looked at. Dilation spreads the kernel and nothing else.",
     "gaps dilation", {"pad": thinned, "steps": lambda stride, _: (stride, 1)}),
    ("stride and dilation swapped", "The stride moves the whole kernel, the dilation spreads its "
     "elements: output i and element k meet at place i * stride + k * dilation.",
     "spread", {"steps": lambda stride, dilation: (dilation, stride)}),
))

# More that go wrong as soon as there is more than one axis.
PER_AXIS = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("kernel transposed", "Your kernel's axes are in another order than the input's: its first "
     "axis goes with the input's first, its last with the last.",
     "hand one layer", {"read": turned}),
    ("kernel flipped along its last axis", "Along the last axis you read the kernel from its end. "
     "Element 0 of every axis meets the first value under the kernel.",
     "hand one layer", {"read": lambda weight: weight[..., ::-1]}),
    ("kernel flipped along its first axis", "Along the first axis you read the kernel from its "
     "end. Element 0 of every axis meets the first value under the kernel.",
     "hand one layer", {"read": lambda weight: weight[:, :, ::-1]}),
    ("stride of the axes swapped", "The first number of a stride is for the first axis after the "
     "channels, the last for the last, in the order of x.shape.",
     "hand stride", {"options": lambda s, p, d: (s[::-1], p, d)}),
    ("padding of the axes swapped", "The first number of a padding is for the first axis after "
     "the channels, the last for the last, in the order of x.shape.",
     "hand stride", {"options": lambda s, p, d: (s, p[::-1], d)}),
    ("first stride for every axis", "Each axis has a stride of its own, and you use the first one "
     "for all.",
     "stride", {"options": lambda s, p, d: (s[:1] * len(s), p, d)}),
    ("first padding for every axis", "Each axis has a padding of its own, and you use the first "
     "one for all.",
     "stride", {"options": lambda s, p, d: (s, p[:1] * len(p), d)}),
    ("stride only along the first axis", "Only the first axis takes steps of the stride; the "
     "others have strides too.",
     "stride", {"options": lambda s, p, d: (s[:1] + (1,) * (len(s) - 1), p, d)}),
    ("padding only along the first axis", "Only the first axis is padded; the others have "
     "paddings too.",
     "stride", {"options": lambda s, p, d: (s, p[:1] + (0,) * (len(p) - 1), d)}),
    ("padding taken as before and after", "A padding (a, b) means a on both sides of the first "
     "axis and b on both sides of the second. You put a before and b after.",
     "stride", {"pad": lambda x, p, _: padded(x, p[:1] * len(p), p[-1:] * len(p))}),
))
# fmt: on


def bank(axes, tasks, rows=SHARED, of=slide):
    """Return rows of a table as mistakes in the tasks of one assignment.

    Parameters
    ----------
    axes : int
        How many are spatial.
    tasks : mapping
        For each place that a row names ("layer", "stride"), the tasks that have it; what an
        assignment does not have is left out.
    rows : sequence of (name, hint, places, step)
        `SHARED`, `PER_AXIS`, or an assignment's own.
    of : callable
        Takes `axes` and the steps; the operation that goes wrong.
    """
    found = (
        (name, hint, tuple(task for place in where for task in tasks.get(place, ())), step)
        for name, hint, where, step in rows
    )
    return tuple(
        Mistake(name, hint, tuple(dict.fromkeys(places)), partial(of, axes=axes, **step))
        for name, hint, places, step in found
        if places
    )
