"""Named ways to get `conv1d` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake


def both_sides(x, padding, _=1):
    """Put the zeros where they belong."""
    return np.pad(x, [(0, 0), (0, 0), (padding, padding)])


def slide(
    x,
    weight,
    bias=None,
    *,
    stride=1,
    padding=0,
    dilation=1,
    read=lambda weight: weight,
    pad=both_sides,
    steps=lambda stride, dilation: (stride, dilation),
    count=lambda room, k, s, d: (room - d * (k - 1) - 1) // s + 1,
    start=lambda stop, stride: stop * stride,
    total=lambda products, _: products.sum(axis=(2, 4)),
    shift=lambda y, bias, _: y + bias[:, None],
    finish=lambda y, *_: y,
):
    """Convolve; each keyword after `dilation` is a step that a mistake replaces."""
    if x.ndim == 1:
        x, weight, finish = x[None, None], weight[None, None], partial(_first, finish)
    padded, taken = pad(x, padding, dilation), read(weight)
    channels, kernel = taken.shape[1:]
    stride, dilation = steps(stride, dilation)
    out = count(padded.shape[-1], kernel, stride, dilation)
    stops = np.arange(np.empty(out).size)  # fails where a student's np.zeros would: out < 0
    under = start(stops, stride)[:, None] + dilation * np.arange(kernel)
    windows = padded[:, np.arange(channels)][..., under]
    y = total(windows[:, None] * taken[:, :, None], x)
    return finish(y if bias is None else shift(y, bias, taken), x, weight)


def _first(finish, *result):
    return finish(*result)[0, 0]


def cut_each(products, x):
    """Add up in an array of the signal's dtype."""
    y = np.zeros_like(products[:, :, 0, :, 0], dtype=x.dtype)
    for channel, tap in np.ndindex(products.shape[2], products.shape[4]):
        y = (y + products[:, :, channel, :, tap]).astype(x.dtype)
    return y


def only_first_sample(y, *_):
    """Leave the loop over the batch after its first turn, or never enter it."""
    return np.concatenate([y[:1], 0 * y[1:]]) if len(y) else None


def into_the_input(x, w):
    """Write each result where its window begins: right, but only once."""
    stops = len(x) - len(w) + 1
    for i in range(stops):
        x[i] = (x[i : i + len(w)] * w).sum()
    return x[:stops].copy()


def multiply_views(x, weight, bias=None):
    """Multiply each window in place."""
    if x.ndim == 1:
        return multiply_views(x[None, None], weight[None, None])[0, 0]
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    stops = x.shape[-1] - weight.shape[-1] + 1
    y = np.zeros((len(x), len(weight), stops), np.result_type(x, weight))
    for n, o, i in np.ndindex(*y.shape):
        window = x[n, :, i : i + weight.shape[-1]]
        window *= weight[o]
        y[n, o, i] = window.sum() + bias[o]
    return y


def past_the_end(x, w):
    """Let the last windows see what is left of the signal."""
    return slide(np.append(x, np.zeros(len(w) - 1, x.dtype)), w)


def in_words(formula):
    """Return a formula of n, k, s, p, d as a function of the task's words."""

    def answer(*, size, kernel, stride=1, padding=0, dilation=1):
        return formula(size, kernel, stride, padding, dilation)

    return answer


def matches(heard, code, kernel=None):
    """Return how well `kernel` (default: the code less its mean) fits at each start."""
    windows = np.lib.stride_tricks.sliding_window_view(heard, len(code), axis=-1)
    return windows @ (code - code.mean() if kernel is None else kernel)


# fmt: off
HAND, ONE, LAYER = ("by_hand",), ("correlate",), ("conv1d",)
DILATION = ("conv1d_dilation", "conv1d_fast")
STRIDE = ("conv1d_stride", *DILATION)

SIZES = tuple(Mistake(name, hint, ("sizes",), in_words(formula)) for name, hint, formula in (
    ("first position forgotten", "The division counts the steps from the first position to the "
     "last; the position where the kernel starts comes on top: + 1.",
     lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s),
    ("padding counted once", "Padding p puts p zeros on each of the two sides, so the signal "
     "grows by 2 * p.",
     lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1),
    ("padding left out", "The kernel slides over the padded signal: its size is "
     "size + 2 * padding.",
     lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1),
    ("stride left out", "With stride s the kernel stops only at every s-th position: divide by s.",
     lambda n, k, s, p, d: n + 2 * p - d * (k - 1)),
    ("rounded up", "A last step that does not fit entirely is not made: round down, // in Python.",
     lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1),
    ("dilation left out", "A dilated kernel covers more samples than it has elements. Draw one "
     "and count from its first element to its last.",
     lambda n, k, s, p, d: (n + 2 * p - k) // s + 1),
    ("span taken as dilation times kernel", "There is a gap between two elements and none after "
     "the last: k elements have k - 1 distances of d, so they span d * (k - 1) + 1.",
     lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1),
    ("dilation counted as samples skipped", "Dilation is the distance from one element to the "
     "next: 1 is the ordinary kernel, and with 2 one sample is skipped.",
     lambda n, k, s, p, d: (n + 2 * p - (d + (d > 1)) * (k - 1) - 1) // s + 1),
))

STEPS = tuple(Mistake(name, hint, tasks, partial(slide, **step)) for name, hint, tasks, step in (
    ("kernel flipped", "You read the kernel from its last element to its first, as a convolution "
     "in mathematics does. Here, as in deep learning, w[0] meets the leftmost sample.",
     HAND + ONE + LAYER + STRIDE, {"read": lambda weight: weight[..., ::-1]}),
    ("weight axes swapped", "The weight is (C_out, C_in, kernel): its first axis numbers the "
     "filters, its second the channels they read. Unpack weight.shape in this order.",
     LAYER + STRIDE, {"read": lambda weight: weight.swapaxes(0, 1)}),
    ("last position lost", "The kernel also fits where it ends on the last sample. There are "
     "size - span + 1 positions; look for a missing + 1.",
     HAND + ONE + LAYER + STRIDE,
     {"count": lambda room, k, s, d: (room - d * (k - 1) - 1) // s}),
    ("only the last product counts", "Every product replaces the one before it. Start from zero "
     "and add with +=.",
     ONE + LAYER + STRIDE, {"total": lambda products, _: products[:, :, -1, :, -1]}),
    ("mean instead of sum", "Each output is the sum of its products; do not divide by their "
     "number.",
     ONE + LAYER + STRIDE, {"total": lambda products, _: products.mean(axis=(2, 4))}),
    ("only the first position", "All results but the first are zero: is your return indented too "
     "far, inside the loop over the positions?",
     ONE, {"finish": lambda y, *_: np.append(y[..., :1], 0 * y[..., 1:], axis=-1)}),
    ("results cut to integers", "np.zeros_like(x) makes an array of integers when x holds "
     "integers, and that keeps no fractions. Create the result with dtype=np.result_type(x, w).",
     ONE + LAYER + STRIDE, {"finish": lambda y, x, _: y.astype(x.dtype)}),
    ("every product cut to an integer", "You add fractions into an array of integers, which drops "
     "what is behind the point each time. Create the result with dtype=np.result_type(x, w).",
     ONE + LAYER + STRIDE, {"total": cut_each, "finish": lambda y, x, _: y.astype(x.dtype)}),
    ("result always float64", "np.zeros without a dtype makes float64, whatever came in. Ask for "
     "dtype=np.result_type(x, w): integers stay integers, float32 stays float32.",
     ONE + LAYER + STRIDE, {"finish": lambda y, *_: y.astype(float)}),
    ("only the first input channel", "Each filter reads all input channels: add up the products "
     "of x[n, c] with weight[o, c] for every c.",
     LAYER + STRIDE, {"total": lambda products, _: products[:, :, :1].sum(axis=(2, 4))}),
    ("only the last input channel", "The sum starts again with each input channel: add to the "
     "result with += instead of replacing it.",
     LAYER + STRIDE, {"total": lambda products, _: products[:, :, -1:].sum(axis=(2, 4))}),
    ("input channels not summed", "The channels belong inside the sum: a filter gives one output, "
     "however many channels it reads, so the result has three axes.",
     LAYER + STRIDE, {"total": lambda products, _: products.sum(axis=4),
                      "shift": lambda y, bias, _: y + bias[:, None, None]}),
    ("only the first sample of the batch", "All samples but the first are zero: is your return "
     "indented too far, inside the loop over the batch?",
     LAYER + STRIDE, {"finish": only_first_sample}),
    ("empty batch without its shape", "np.array of an empty list has shape (0,). Create the result "
     "with its full shape (N, C_out, out) first; then N = 0 needs no care.",
     LAYER + STRIDE, {"finish": lambda y, *_: y if len(y) else np.zeros(0)}),
    ("bias lost", "The bias never reaches the result. Add bias[o] to all of output channel o.",
     LAYER + STRIDE, {"shift": lambda y, *_: y}),
    ("bias added once per input channel", "Your bias is inside the loop over the input channels. "
     "Add it once to each output, after the sum.",
     LAYER + STRIDE, {"shift": lambda y, bias, taken: y + taken.shape[1] * bias[:, None]}),
    ("bias added with every product", "Your bias is inside the innermost loop, so it is added as "
     "often as there are products. Add it once to each output, after the sum.",
     LAYER + STRIDE, {"shift": lambda y, bias, taken: y + taken[0].size * bias[:, None]}),
    ("bias along the signal", "y + bias lines the bias up with the last axis, the positions. It "
     "belongs to the channels: bias[:, None] has shape (C_out, 1).",
     LAYER + STRIDE, {"shift": lambda y, bias, _: y + bias}),
    ("stride ignored", "The kernel stops at every position. With stride s, output i begins at "
     "sample i * s, and there are fewer outputs.",
     HAND + STRIDE, {"steps": lambda _, dilation: (1, dilation)}),
    ("stride only in the size", "The result has the right size, but the kernel still moves by one. "
     "Output i begins at sample i * stride.",
     HAND + STRIDE, {"start": lambda stop, _: stop}),
    ("stride counted as samples skipped", "Stride is the distance from one stop to the next: 1 "
     "stops everywhere, and with 2 one position is skipped.",
     HAND + STRIDE, {"steps": lambda stride, dilation: (stride + (stride > 1), dilation)}),
    ("padding ignored", "The signal was not padded. Put `padding` zeros before it and as many "
     "after it.",
     HAND + STRIDE, {"pad": lambda x, *_: x}),
    ("padding only before the signal", "There are zeros before the signal and none after it. "
     "Padding p puts p on both sides.",
     HAND + STRIDE, {"pad": lambda x, p, _: np.pad(x, [(0, 0), (0, 0), (p, 0)])}),
    ("padding only after the signal", "There are zeros after the signal and none before it. "
     "Padding p puts p on both sides.",
     HAND + STRIDE, {"pad": lambda x, p, _: np.pad(x, [(0, 0), (0, 0), (0, p)])}),
    ("padded with the edge values", "You repeat the first and the last sample. Here the padding "
     "is zeros: np.pad with mode='constant', its default.",
     HAND + STRIDE, {"pad": lambda x, p, _: np.pad(x, [(0, 0), (0, 0), (p, p)], mode="edge")}),
    ("padding on every axis", "np.pad(x, padding) also pads the batch and the channels. Give a "
     "pair for each axis: ((0, 0), (0, 0), (padding, padding)).",
     STRIDE, {"pad": lambda x, p, _: np.pad(x, p)}),
    ("ordinary kernel spread out", "Dilation 1 is the ordinary kernel, without gaps. Your elements "
     "are dilation + 1 apart; they should be dilation apart.",
     ("conv1d", "conv1d_stride"), {"steps": lambda stride, dilation: (stride, dilation + 1)}),
    ("dilation ignored", "Your kernel has no gaps. With dilation d, element k meets the sample "
     "k * d after the first.",
     HAND + DILATION, {"steps": lambda stride, _: (stride, 1)}),
    ("dilation off by one", "You leave out d samples between two elements. Dilation is the "
     "distance from one to the next, so d - 1 are left out, and 1 is the ordinary kernel.",
     HAND + DILATION, {"steps": lambda stride, dilation: (stride, dilation + (dilation > 1))}),
    ("dilation missing from the size", "A dilated kernel covers dilation * (kernel - 1) + 1 "
     "samples, so it fits less often. You count as if it covered only `kernel` samples.",
     DILATION, {"count": lambda room, k, s, _: (room - k) // s + 1}),
    ("dilation applied to the input", "You take every d-th sample first, so most positions are "
     "never looked at. Dilation spreads the kernel; it still stops wherever the stride says.",
     HAND + DILATION, {"pad": lambda x, p, d: both_sides(x, p)[..., ::d],
                       "steps": lambda stride, _: (stride, 1)}),
    ("stride and dilation swapped", "The stride moves the whole kernel, the dilation spreads its "
     "elements: output i and element k meet at sample i * stride + k * dilation.",
     HAND + STRIDE, {"steps": lambda stride, dilation: (dilation, stride)}),
))

OTHERS = (
    Mistake("as many results as samples", "Near the end of the signal the kernel no longer fits, "
            "so there is no result. Stop at the last position where all of it fits.",
            ONE, past_the_end),
    Mistake("result written into the input", "The first call is right, but it overwrites the "
            "signal, and the second one reads your results. Write into an array of your own.",
            ONE, into_the_input),
    Mistake("window multiplied in place", "A slice is a view: window *= w changes the signal "
            "itself, and the next window sees it. window * w makes a new array.",
            ONE + LAYER, multiply_views),
)

PINGS = tuple(Mistake(name, hint, ("find_ping",), place) for name, hint, place in (
    ("drift mistaken for the ping", "A code of zeros and ones also adds up the slow drift, and "
     "that wins. Subtract the code's mean: a kernel that sums to zero does not see a constant.",
     lambda heard, code: matches(heard, code, code).argmax(axis=-1)),
    ("code read backwards", "The code has to meet the recording in its own order; a convolution "
     "that flips the kernel looks for the ping played backwards.",
     lambda heard, code: matches(heard, code[::-1]).argmax(axis=-1)),
    ("minimum instead of maximum", "Where the recording looks like the code, the sum of products "
     "is largest: look for the maximum.",
     lambda heard, code: matches(heard, code).argmin(axis=-1)),
    ("loudest sample", "The loudest sample is where the drift is high. Slide the code over the "
     "recording first, then look for the maximum of the result.",
     lambda heard, _: heard.argmax(axis=-1)),
    ("middle of the ping", "You give the middle of the ping. With padding, output i is about a "
     "window that begins earlier than i: subtract what you padded, or do not pad.",
     lambda heard, code: matches(heard, code).argmax(axis=-1) + len(code) // 2),
    ("end of the ping", "You give the last sample of the ping; its first is len(code) - 1 earlier.",
     lambda heard, code: matches(heard, code).argmax(axis=-1) + len(code) - 1),
    ("one position for all recordings", "argmax() without an axis looks at all recordings at once. "
     "Ask for the position in each: argmax(axis=-1).",
     lambda heard, code: matches(heard, code).argmax()),
))
# fmt: on

MISTAKES = SIZES + STEPS + OTHERS + PINGS
