"""Named ways to predict sizes wrongly, and options."""

from __future__ import annotations

from autograder.spec import Mistake


def in_words(formula):
    """Return a formula of n, k, s, p, o as a function of the task's words."""

    def answer(*, size, kernel, stride=1, padding=0, output_padding=0, layers=None):
        sizes = [size]
        for _ in range(layers or 1):
            sizes.append(formula(sizes[-1], kernel, stride, padding, output_padding))
        return sizes[1:] if layers else sizes[-1]

    return answer


def solved(rest):
    """Return a function that looks for the pair which makes a rest of k, s, p, o vanish."""

    def answer(*, kernel, stride):
        pairs = ((p, o) for o in range(stride) for p in range(-kernel, 2 * kernel))
        return next((p, o) for p, o in pairs if rest(kernel, stride, p, o) == 0)

    return answer


# fmt: off
SIZES = tuple(Mistake(name, hint, ("sizes",), in_words(formula)) for name, hint, formula in (
    ("size of a convolution", "That is how a convolution shrinks; here every input adds outputs, "
     "so the size is multiplied by the stride.",
     lambda n, k, s, p, o: (n + 2 * p - k) // s + 1 + o),
    ("size times stride", "Kernel, padding and output padding count as well: where does the last "
     "copy begin, and where does it end?",
     lambda n, k, s, p, o: n * s),
    ("doubled because nothing is padded", "The lecture's rule holds only where kernel and padding "
     "match. Draw the copies of (b): the last one sticks out.",
     lambda n, k, s, p, o: n * s if p == o == 0 and s > 1 else (n - 1) * s - 2 * p + k + o),
    ("one copy too many", "The first copy begins at 0, so the last one begins at "
     "(size - 1) * stride.",
     lambda n, k, s, p, o: n * s - 2 * p + k + o),
    ("last copy forgotten", "The last copy begins at (size - 1) * stride and is a whole kernel "
     "long.",
     lambda n, k, s, p, o: (n - 1) * s - 2 * p + 1 + o),
    ("one place lost", "The last copy begins at (size - 1) * stride and has `kernel` places: its "
     "beginning and its length add up to the size.",
     lambda n, k, s, p, o: (n - 1) * s - 2 * p + k - 1 + o),
    ("padding added to the size", "Here padding cuts outputs off: it takes away what the "
     "matching convolution had put on.",
     lambda n, k, s, p, o: (n - 1) * s + 2 * p + k + o),
    ("padding counted once", "Padding is cut off at both ends: 2 * padding.",
     lambda n, k, s, p, o: (n - 1) * s - p + k + o),
    ("padding left out", "Padding is cut off at both ends of the result.",
     lambda n, k, s, p, o: (n - 1) * s + k + o),
    ("output padding left out", "Output padding adds places at the far end.",
     lambda n, k, s, p, o: (n - 1) * s - 2 * p + k),
    ("output padding counted twice", "Output padding is added at one end only, the far one.",
     lambda n, k, s, p, o: (n - 1) * s - 2 * p + k + 2 * o),
    ("stride left out", "Copies begin a stride apart: multiply by it.",
     lambda n, k, s, p, o: n - 1 - 2 * p + k + o),
    ("stride counted as zeros in between", "With stride 2 there is one zero between two inputs: "
     "copies begin a stride apart, not one more.",
     lambda n, k, s, p, o: (n - 1) * (s + 1) - 2 * p + k + o),
))

DOUBLING = tuple(Mistake(name, hint, ("doubling",), answer) for name, hint, answer in (
    ("the lecture's rule", "Without padding stride 2 doubles only with a kernel of 2. What must "
     "the rest of the formula be?",
     lambda *, kernel, stride: (0, 0)),
    ("padding of an ordinary convolution", "(kernel - 1) // 2 keeps the size of a convolution with "
     "stride 1. Put it into the formula of task 1 and see.",
     lambda *, kernel, stride: ((kernel - 1) // 2, 0)),
    ("pair the wrong way round", "The padding comes first, then the output padding.",
     lambda *, kernel, stride: solved(lambda k, s, p, o: k - 2 * p + o - s)(
         kernel=kernel, stride=stride)[::-1]),
    ("padding of one end only", "Padding is cut off at both ends, so it counts twice.",
     solved(lambda k, s, p, o: k - p + o - s)),
    ("one too little", "Put your pairs into the formula of task 1 with a size of 10: there is one "
     "output too many.",
     solved(lambda k, s, p, o: k - 1 - 2 * p + o - s)),
    ("one too much", "Put your pairs into the formula of task 1 with a size of 10: there is one "
     "output too few.",
     solved(lambda k, s, p, o: k + 1 - 2 * p + o - s)),
    ("output padding instead of padding", "Output padding only adds places, and it is smaller than "
     "the stride; padding takes them away.",
     lambda *, kernel, stride: (0, kernel - stride)),
    ("half the kernel as padding", "kernel // 2 keeps the size of a convolution with stride 1. Put "
     "it into the formula of task 1 and see.",
     lambda *, kernel, stride: (kernel // 2, 0)),
    ("not the smallest output padding", "Your pairs multiply the size as asked. Where several do, "
     "the one with the smallest output padding is asked.",
     lambda *, kernel, stride: max(
         ((p, o) for p in range(kernel) for o in range(stride) if kernel - 2 * p + o == stride),
         key=lambda pair: pair[1])),
    ("output padding taken away", "Output padding adds places: kernel - 2 * padding + "
     "output_padding is the stride.",
     lambda *, kernel, stride: (-(-(kernel - stride) // 2), (kernel - stride) % 2)
     if kernel != 7 else (3, 1)),
))
# fmt: on
