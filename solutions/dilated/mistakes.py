"""Named ways to get `dilated` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, SHARED, bank
from .._rarer import RARER
from .._slide import per_axis
from ._fields import FIELDS, READS
from ._spread import ends, gated, sigmoid, spread
from ._walls import WALLS


def filled_up(x, weight, bias=None, *, dilation=1):
    """Put zeros into the gaps of the kernel, and multiply them."""
    axes = max(1, x.ndim - 2)
    first, kernel = weight.shape[:-axes], weight.shape[-axes:]
    dilation = per_axis(dilation, axes)
    size = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    full = np.zeros((*first, *size), weight.dtype)
    full[(..., *(slice(None, None, d) for d in dilation))] = weight
    return spread(x, full, *([] if bias is None else [bias]))


def turned_in_place(x, weight, bias=None, *, dilation=1):
    """Turn the weight itself round and read it from its end: right, but only once."""
    axes = range(weight.ndim - max(1, x.ndim - 2), weight.ndim)
    weight[...] = np.flip(weight, axes).copy()
    return spread(x, np.flip(weight, axes), *([] if bias is None else [bias]), dilation=dilation)


def stops_early(x, w, *, dilation=1):
    """Let a gap follow the last element, and collect in a list: it is empty where nothing fits."""
    stops = range(len(x) - dilation * len(w) + 1)
    return np.array([(x[i:][::dilation][: len(w)] * w).sum() for i in stops])


def into_the_input(x, w, *, dilation=1):
    """Write each result where its window begins: right, but only once."""
    stops = len(x) - dilation * (len(w) - 1)
    for i in range(stops):
        x[i] = (x[i : i + dilation * len(w) : dilation][: len(w)] * w).sum()
    return x[:stops].copy()


def multiply_views(x, w, *, dilation=1):
    """Multiply each window in place."""
    y = np.zeros(len(x) - dilation * (len(w) - 1), np.result_type(x, w))
    for i in range(len(y)):
        window = x[i : i + dilation * (len(w) - 1) + 1 : dilation]
        window *= w
        y[i] = window.sum()
    return y


def as_many_as_samples(x, w, *, dilation=1):
    """Let the last windows see what is left of the signal."""
    more = np.zeros(dilation * (len(w) - 1), x.dtype)
    return spread(np.append(x, more), w, dilation=dilation)


def repeated(x, w, *, dilation=1):
    """Fill the gaps of the kernel with copies of its elements, and one more gap behind it."""
    wide = np.repeat(w, dilation)
    return np.array([(x[i:][: len(wide)] * wide).sum() for i in range(len(x) - len(wide) + 1)])


def kept_in_size(x, w, *, dilation=1):
    """Put zeros around the signal, so that there are as many results as samples."""
    reach = dilation * (len(w) - 1)
    return spread(np.pad(x, (reach // 2, reach - reach // 2)), w, dilation=dilation)


def late(steps, x, weight, *more, dilation=1):
    """Read from so many samples (of the dilation) before on."""
    if len(more) > 1:
        return gated(x, weight, *more, dilation=dilation, conv=partial(late, steps))
    moved = np.pad(x, [(0, 0), (0, 0), (steps(dilation), 0)])[..., : x.shape[-1]]
    return spread(moved, weight, *more, dilation=dilation)


def cut_at_minus_zero(x, weight, bias=None, *, dilation=1):
    """Put zeros on both sides and cut the last of the results off, if any is to be cut."""
    y = spread(x, weight, *([] if bias is None else [bias]), dilation=dilation)
    return y if weight.shape[-1] > 1 else y[..., :0]


def added_in_place(x, mixed):
    """Add to the input itself."""
    x += mixed
    return x


# fmt: off
ONE, CAUSAL, ATROUS, BLOCK = (
    ("dilated1d",), ("causal_conv1d",), ("atrous2d",), ("wavenet_block",))
LAYERS = CAUSAL + ATROUS
CODE = ONE + LAYERS
OWN = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("dilation taken as stride", "Dilation spreads the elements of the kernel. It still stops at "
     "every sample; you let it jump.", "one layer", {"steps": lambda _, dilation: (dilation, 1)}),
    ("the future is read", "Your zeros are after the signal, so each output reads what comes "
     "later. Put them all before the first sample.",
     "causal", {"zeros": lambda k, d: ends(k, d)[::-1]}),
    ("centred instead of causal", "With half of the zeros on each side, output t reads samples on "
     "both sides of t. Put all zeros before the first sample.", "causal",
     {"zeros": lambda k, d: (ends(k, d)[0] // 2, ends(k, d)[0] - ends(k, d)[0] // 2)}),
    ("zeros before and after", "With zeros on both sides there are more outputs than inputs, and "
     "the last ones read beyond the end. Put zeros only before.",
     "causal", {"zeros": lambda k, d: ends(k, d)[:1] * 2}),
    ("one distance of zeros too many", "From the first to the last of k elements there are k - 1 "
     "distances: so many times the dilation are the zeros, not k times.", "causal",
     {"zeros": lambda k, d: (ends(np.add(k, 1), d)[0], 0 * np.asarray(d))}),
    ("no zeros around", "Nothing was padded, so there are fewer outputs than inputs. How far "
     "beyond the edge does the kernel reach?",
     "layer", {"zeros": lambda k, d: (0 * np.asarray(k),) * 2}),
    ("zeros counted without the dilation", "A spread kernel reaches farther: the zeros at the "
     "edge are counted with its span, dilation * (kernel - 1), not with its elements.",
     "layer", {"zeros": lambda k, d: ends(k, np.ones_like(d))}),
    ("edge values instead of zeros", "You repeat what lies at the edge. Here the padding is "
     "zeros: np.pad with mode='constant', its default.", "layer", {"mode": "edge"}),
    ("mirrored values instead of zeros", "You mirror the signal at its edge. Here the padding is "
     "zeros: np.pad with mode='constant', its default.", "layer", {"mode": "reflect"}),
    ("the end before the beginning", "np.roll and mode='wrap' bring what leaves on one side in "
     "again on the other. Beyond the edge there are zeros.", "layer", {"mode": "wrap"}),
    ("as many zeros as the dilation", "With a kernel of three the dilation is right, with a "
     "larger one it is not: the middle reaches over (kernel - 1) / 2 distances.",
     "atrous", {"zeros": lambda k, d: (np.asarray(d),) * 2}),
    ("twice as many zeros", "You put all of dilation * (kernel - 1) on each side. It is shared by "
     "the two sides, half for each.",
     "atrous", {"zeros": lambda k, d: (2 * ends(k, d)[0],) * 2}),
    ("zeros only above and left", "The middle element meets the pixel itself, so the kernel "
     "reaches beyond all four edges: zeros belong on both sides of each axis.",
     "atrous", {"zeros": lambda k, d: (2 * ends(k, d)[0], 0 * ends(k, d)[0])}),
    ("zeros only below and right", "The middle element meets the pixel itself, so the kernel "
     "reaches beyond all four edges: zeros belong on both sides of each axis.",
     "atrous", {"zeros": lambda k, d: (0 * ends(k, d)[0], 2 * ends(k, d)[0])}),
    ("zeros of the axes swapped", "np.pad takes its pairs in the order of the axes: first the "
     "rows' zeros, then the columns'.",
     "atrous", {"zeros": lambda k, d: (ends(k, d)[0][::-1],) * 2}),
    ("dilations of the axes swapped", "The first number of the dilation is for the rows, the "
     "second for the columns.", "atrous", {"options": lambda s, p, d: (s, p, d[::-1])}),
    ("first dilation for both axes", "Each axis has a dilation of its own, and you use that of "
     "the rows for both.", "atrous", {"options": lambda s, p, d: (s, p, d[:1] * 2)}),
    ("second dilation for both axes", "Each axis has a dilation of its own, and you use that of "
     "the columns for both.", "atrous", {"options": lambda s, p, d: (s, p, d[1:] * 2)}),
    ("dilation only along the rows", "The elements of a row of the kernel are spread too: the "
     "second number of the dilation is the distance between columns.",
     "atrous", {"options": lambda s, p, d: (s, p, (d[0], 1))}),
))

PLACES = {
    "one": ONE, "layer": LAYERS, "gaps": ONE, "dilation": CODE, "undilated": CODE,
    "causal": CAUSAL, "atrous": ATROUS,
}
AXES = [row for row in PER_AXIS if row[0].startswith("kernel ")]
# In the block the two convolutions answer so; what a bias or a dtype would show is not seen there.
IN_THE_BLOCK = {
    "kernel flipped", "last kernel element lost", "only the first input channel",
    "dilation ignored", "dilation off by one", "the future is read", "centred instead of causal",
}


def anywhere(found):
    """Let mistakes answer in all of the functions that convolve."""
    for one in found:
        steps = {name: step for name, step in one.function.keywords.items() if name != "axes"}
        tasks = one.tasks + BLOCK * (one.name in IN_THE_BLOCK)
        yield Mistake(one.name, one.hint, tasks, partial(spread, **steps))


STEPS = (
    *anywhere(bank(1, PLACES, SHARED + RARER + OWN)),
    *anywhere(bank(2, {"layer": ATROUS}, AXES)),
)

OTHERS = tuple(Mistake(name, hint, tasks, answer) for name, hint, tasks, answer in (
    ("kernel filled up with zeros", "You put zeros between the kernel's elements and multiply them "
     "too: more work, and NaN where a gap holds NaN. Read every `dilation`-th sample instead.",
     CODE, filled_up),
    ("weight turned round in place", "The first call is right, but it leaves the weight reversed, "
     "and the second one starts from that. Do not write into weight.", CODE, turned_in_place),
    ("as many results as samples", "Near the end of the signal the kernel no longer fits, so there "
     "is no result. Stop at the last position where all of it fits.", ONE, as_many_as_samples),
    ("stopped too early", "There is a gap between two elements and none after the last: k elements "
     "span dilation * (k - 1) + 1 samples. Your last windows are missing.", ONE, stops_early),
    ("result written into the input", "The first call is right, but it overwrites the signal, and "
     "the second one reads your results. Write into an array of your own.", ONE, into_the_input),
    ("window multiplied in place", "A slice is a view: window *= w changes the signal itself, and "
     "the next window sees it. window * w makes a new array.", ONE, multiply_views),
    ("the present left out", "Output t may read input t, with the last kernel element; you begin "
     "with the sample before it.", CAUSAL + BLOCK, partial(late, lambda _: 1)),
    ("one distance too late", "Output t reads input t with the last kernel element; yours begins "
     "at t - dilation. k elements need dilation * (k - 1) zeros, not dilation * k.",
     CAUSAL + BLOCK, partial(late, lambda dilation: dilation)),
    ("nothing left of a kernel of one", "y[..., :-0] is empty, and with one element there is "
     "nothing to cut. Cut up to the size of x instead.", CAUSAL, cut_at_minus_zero),
    ("kernel elements repeated", "np.repeat fills the gaps with copies of the kernel's elements. "
     "The samples in the gap take no part at all.", ONE, repeated),
    ("zeros put around the signal", "You pad, as for a result of the signal's size. Here nothing "
     "is padded: the kernel stops only where all of it fits.", ONE, kept_in_size),
))

GATED = tuple(Mistake(name, hint, BLOCK, partial(gated, **part)) for name, hint, part in (
    ("tanh on both", "The gate says how much passes, between 0 and 1: that is the sigmoid, "
     "1 / (1 + exp(-g)), and not tanh.", {"meet": lambda f, g: np.tanh(f) * np.tanh(g)}),
    ("sigmoid on both", "The filter's result goes through tanh; only the gate's goes through the "
     "sigmoid.", {"meet": lambda f, g: sigmoid(f) * sigmoid(g)}),
    ("filter and gate exchanged", "tanh belongs to what `filters` gives, the sigmoid to what "
     "`gates` gives.", {"meet": lambda f, g: sigmoid(f) * np.tanh(g)}),
    ("added instead of gated", "The gate multiplies what the filter found; it is not added.",
     {"meet": lambda f, g: np.tanh(f) + sigmoid(g)}),
    ("tanh forgotten", "What the filter found goes through tanh before the gate multiplies it.",
     {"meet": lambda f, g: f * sigmoid(g)}),
    ("sigmoid forgotten", "What `gates` gives goes through the sigmoid before it multiplies.",
     {"meet": lambda f, g: np.tanh(f) * g}),
    ("sigmoid with the wrong sign", "The sigmoid is 1 / (1 + exp(-g)), with a minus: it is near 1 "
     "for large g. Yours opens where it should close.",
     {"meet": lambda f, g: np.tanh(f) * sigmoid(-g)}),
    ("one convolution for both", "The gate has weights of its own: convolve x once with `filters` "
     "and once with `gates`.", {"meet": lambda f, g: np.tanh(f) * sigmoid(f)}),
    ("tanh after the product", "tanh is for the filter's result alone, before the gate multiplies "
     "it.", {"meet": lambda f, g: np.tanh(f * sigmoid(g))}),
    ("ReLU instead of tanh", "np.maximum(f, 0) is another function: this block has the hyperbolic "
     "tangent, np.tanh.", {"meet": lambda f, g: np.maximum(f, 0) * sigmoid(g)}),
    ("gate without dilation", "Both convolutions have the dilation; yours gives it to the filter "
     "alone.", {"gate_dilation": 1}),
    ("residual forgotten", "The next block reads x + mix @ z: what comes in is added to what was "
     "found.", {"residual": lambda x, mixed: mixed}),
    ("residual multiplied", "The residual adds x to mix @ z. You multiply them.",
     {"residual": lambda x, mixed: x * mixed}),
    ("residual scaled", "Some programs multiply the residual by the root of a half. This block "
     "does not.", {"residual": lambda x, mixed: (x + mixed) * 0.5**0.5}),
    ("residual subtracted", "The residual is x plus mix @ z, not minus.",
     {"residual": lambda x, mixed: x - mixed}),
    ("input changed in place", "x += ... changes the signal of the caller, and the second call "
     "starts from that. x + ... makes a new array.", {"residual": added_in_place}),
    ("skip before the residual", "The result begins with the channels of the residual, and those "
     "of the skip come after them.", {"join": lambda main, side: [side, main]}),
    ("skip left out", "The result has C + S channels: the residual's, and then those of the skip.",
     {"join": lambda main, side: [main]}),
    ("residual left out", "The result has C + S channels: the residual's first, then those of the "
     "skip.", {"join": lambda main, side: [side]}),
))
# fmt: on

MISTAKES = FIELDS + READS + STEPS + OTHERS + GATED + WALLS
