"""Named ways to get `conv1d` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .._bank import bank
from .._slide import slide
from .cases import KERNEL, SIGNAL, recordings


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
    return slide(np.append(x, np.zeros(len(w) - 1, x.dtype)), w, axes=1)


def centred(x, w):
    """Let zeros stand around the signal, so that there is a result for each sample."""
    before = (len(w) - 1) // 2
    return slide(np.pad(x, (before, len(w) - 1 - before)), w, axes=1)


def three_elements(x, w):
    """Write out the sum for the kernel of task 2."""
    stops = range(len(x) - len(w) + 1)
    sums = [w[0] * x[i] + w[1] * x[i + 1] + w[2] * x[i + 2] for i in stops]
    return np.array(sums, np.result_type(x, w))


def in_words(formula):
    """Return a formula of n, k, s, p, d as a function of the task's words."""

    def answer(*, size, kernel, stride=1, padding=0, dilation=1):
        return formula(size, kernel, stride, padding, dilation)

    return answer


def matches(heard, code, kernel=None):
    """Return how well `kernel` (default: the code less its mean) fits at each start."""
    windows = np.lib.stride_tricks.sliding_window_view(heard, len(code), axis=-1)
    return windows @ (code - code.mean() if kernel is None else kernel)


def smallest_difference(heard, code):
    """Look where the recording is nearest to the code itself."""
    windows = np.lib.stride_tricks.sliding_window_view(heard, len(code), axis=-1)
    return ((windows - code) ** 2).sum(axis=-1).argmin(axis=-1)


def over_the_ends(heard, code):
    """Let the code stand out of the recording by half of its length."""
    half = len(code) // 2
    return matches(np.pad(heard, [(0, 0), (half, half)]), code).argmax(axis=-1)


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

STEPS = bank(1, {
    "hand": HAND, "gaps": HAND, "one": ONE, "layer": LAYER + STRIDE, "stride": STRIDE,
    "undilated": ("conv1d", "conv1d_stride"), "dilation": DILATION, "spread": HAND + STRIDE,
})

OTHERS = (
    Mistake("as many results as samples", "Near the end of the signal the kernel no longer fits, "
            "so there is no result. Stop at the last position where all of it fits.",
            ONE, past_the_end),
    Mistake("kernel centred on each sample", "The kernel begins at sample i, it is not centred "
            "there: nothing lies outside of the signal, and the result is shorter.",
            ONE, centred),
    Mistake("always three kernel elements", "w[0], w[1] and w[2] are the kernel of task 2. Others "
            "are longer or shorter: go through all len(w) elements.",
            ONE, three_elements),
    Mistake("the notebook's signal in place of x", "Whatever you are given, you answer for signal "
            "and kernel of task 2. Inside the function they are called x and w.",
            ONE, lambda *_: slide(SIGNAL, KERNEL, axes=1)),
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
    ("ends of the recording padded", "Where the kernel hangs over an end, what is left of it does "
     "not sum to zero, so the drift wins there. Slide without padding.",
     over_the_ends),
    ("end of the ping", "You give the last sample of the ping; its first is len(code) - 1 earlier.",
     lambda heard, code: matches(heard, code).argmax(axis=-1) + len(code) - 1),
    ("one position for all recordings", "argmax() without an axis looks at all recordings at once. "
     "Ask for the position in each: argmax(axis=-1).",
     lambda heard, code: matches(heard, code).argmax()),
    ("samples counted from one", "The first sample has the index 0, as everywhere in NumPy: your "
     "places are one too large.",
     lambda heard, code: matches(heard, code).argmax(axis=-1) + 1),
    ("counted from the end", "You say how far the ping is from the end of the recording; asked is "
     "how many samples come before it.",
     lambda heard, code: heard.shape[-1] - matches(heard, code).argmax(axis=-1)),
    ("the largest value, not its place", "max gives the value of the best match; argmax gives "
     "where it is.",
     lambda heard, code: matches(heard, code).max(axis=-1)),
    ("places in a column", "The result has one axis, (n,): take the filters' axis away before "
     "argmax, or after it.",
     lambda heard, code: matches(heard, code).argmax(axis=-1)[:, None]),
    ("recordings compared with each other", "argmax(axis=0) says for each sample which recording "
     "is the loudest. Each recording has a place of its own: axis=-1.",
     lambda heard, code: matches(heard, code).argmax(axis=0)),
    ("the notebook's starts for all", "`starts` belongs to the recordings that the notebook draws. "
     "Others begin elsewhere: find them from heard and code.",
     lambda *_: recordings(2026)[2]),
    ("smallest difference", "The recording differs least from the code where the drift has not "
     "begun. Take the mean away from the code and from each window, or multiply.",
     smallest_difference),
))
# fmt: on

MISTAKES = SIZES + STEPS + OTHERS + PINGS
