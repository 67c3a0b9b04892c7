"""Named ways to get a receptive field wrong, or what a layer reads."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .cases import read


def walk(layers, see=lambda apart, k, d, s: apart * d * (k - 1), jump=None, first=1):
    """Go through layers as `receptive_field` does."""
    sees, apart = first, 1
    for kernel, dilation, stride in layers:
        sees += see(apart, kernel, dilation, stride)
        apart = jump(apart, dilation, stride) if jump else apart * stride
    return sees


def spans(layers):
    """Return the span of each layer."""
    return [d * (k - 1) + 1 for k, d, _ in layers]


def scaled(layers):
    """Let each layer's stride stretch all that is seen so far."""
    sees = 1
    for kernel, dilation, stride in layers:
        sees = sees * stride + dilation * (kernel - 1)
    return sees


def emptied(layers):
    """Take the layers out of the list."""
    taken = []
    while layers:
        taken.append(layers.pop(0))
    return walk(taken)


def without(layers, *, output, padding=0, dilation=lambda d: d, only=slice(None), at=None):
    """Answer as `read` with something changed or left out."""
    changed = [[kernel, dilation(d)] for kernel, d in layers[only]]
    output = at if at is not None and output is not None else output
    return read(changed, output=output, padding=padding)


def every_between(layers, *, output, padding=0):
    """Read what lies in the gaps too."""
    found = read(layers, output=output, padding=padding)
    return found if output is None else np.arange(found[0], found[-1] + 1)


def from_one(layers, *, output, padding=0):
    """Count inputs from 1."""
    return read(layers, output=output, padding=padding) + (output is not None)


def later(layers, *, output, padding=0):
    """Let the causal layer read what comes after."""
    return read(layers, output=output)


def centred(layers, *, output, padding=0):
    """Let the causal layer read on both sides."""
    if padding == 0:
        return read(layers, output=output)
    ((kernel, dilation),) = layers
    return read(layers, output=output, padding=padding) + dilation * (kernel // 2)


def flipped(layers, *, output, padding=0):
    """Read the kernel from its end."""
    turned = [[kernel if output is not None else kernel[::-1], d] for kernel, d in layers]
    return read(turned, output=output, padding=padding)


def nothing_is_an_error(layers):
    """Look at the first layer, whether there is one or not."""
    layers[0]
    return walk(layers)


# fmt: off
BOTH, ASKED = ("fields", "receptive_field"), ("receptive_field",)

FIELDS = tuple(Mistake(name, hint, tasks, answer) for name, hint, tasks, answer in (
    ("dilation left out of the field", "The elements of a dilated kernel are `dilation` apart, so "
     "a layer adds dilation * (kernel - 1) steps and not kernel - 1.", BOTH,
     lambda layers: walk(layers, lambda a, k, d, s: a * (k - 1))),
    ("strides left out of the field", "After a layer with a stride, neighbours lie that many "
     "inputs apart, and all steps of the later layers are so much longer.", BOTH,
     lambda layers: walk(layers, jump=lambda *_: 1)),
    ("gap after the last element", "Between k elements there are k - 1 distances: a layer adds "
     "dilation * (kernel - 1), not dilation * kernel.", BOTH,
     lambda layers: walk(layers, lambda a, k, d, s: a * d * k)),
    ("the output itself forgotten", "Without any layer one input is seen. Start from 1 and let "
     "each layer add to it.", BOTH, lambda layers: walk(layers, first=0)),
    ("stride used one layer too early", "A layer's stride sets its own results apart. Its own "
     "kernel does not feel that, only the layers after it do.", BOTH,
     lambda layers: walk(layers, lambda a, k, d, s: a * s * d * (k - 1))),
    ("stride and dilation exchanged", "A layer is [kernel, dilation, stride] in this order. The "
     "dilation spreads its kernel, the stride sets its results apart.", BOTH,
     lambda layers: walk([[k, s, d] for k, d, s in layers])),
    ("strides added up", "Two layers of stride 3 set neighbours 9 inputs apart: multiply the "
     "strides.", BOTH, lambda layers: walk(layers, jump=lambda a, d, s: a + s - 1)),
    ("stride added to the distance", "A stride of 1 leaves neighbours where they are, and one of 3 "
     "sets them three times as far apart: multiply.", BOTH,
     lambda layers: walk(layers, jump=lambda a, d, s: a + s)),
    ("only the last stride counts", "You replace the distance between neighbours by the stride of "
     "the last layer. Multiply it by the stride: it has to keep what came before.", BOTH,
     lambda layers: walk(layers, jump=lambda a, d, s: s)),
    ("dilations multiplied up", "Dilation spreads the kernel of its own layer. It does not set "
     "results apart, so the later layers know nothing of it.", BOTH,
     lambda layers: walk(layers, jump=lambda a, d, s: a * d * s)),
    ("layers in reverse order", "The first layer in the list is the one next to the input: its "
     "stride spreads all others, theirs does not spread it.", BOTH,
     lambda layers: walk(layers[::-1])),
    ("largest span instead of the sum", "A stack sees farther than any of its layers: each adds "
     "its steps to those of the layers before.", BOTH,
     lambda layers: max([1, *spans(layers)])),
    ("spans added up", "Each layer counts the place where it starts once more. Only the steps add "
     "up: start from 1 and add span - 1 for each layer.", BOTH,
     lambda layers: walk(layers, lambda a, k, d, s: a * (d * (k - 1) + 1), first=0)),
    ("spans multiplied", "Each layer adds steps to what the stack sees; it does not multiply it.",
     BOTH, lambda layers: int(np.prod(spans(layers), dtype=int))),
    ("dilation taken as samples skipped", "Dilation is the distance from one element to the "
     "next, and 1 is the ordinary kernel; you take it for the number of samples between them.",
     BOTH, lambda layers: walk(layers, lambda a, k, d, s: a * (d + 1) * (k - 1))),
    ("one side only", "You count how far the stack sees to one side. The field goes from the "
     "first to the last input.", BOTH, lambda layers: 1 + (walk(layers) - 1) // 2),
    ("field multiplied by the stride", "A stride does not make the field itself longer, only the "
     "steps of the layers that come after it.", BOTH, scaled),
    ("no layer is an error", "An empty list is allowed: an output of no layer sees one input. Do "
     "not look at layers[0] before you know that there is one.", ASKED, nothing_is_an_error),
    ("the list is emptied", "The first call is right, but it takes the layers out of the list, "
     "and the second one finds none. Go through it with a for loop.", ASKED, emptied),
    ("a float instead of a whole number", "np.prod and np.sum of an empty list give the float "
     "0.0 or 1.0, and then the field is one. Ask for dtype=int, or carry an int along.", ASKED,
     lambda layers: float(walk(layers))),
))

READS = tuple(Mistake(name, hint, ("reads",), answer) for name, hint, answer in (
    ("read without gaps", "The elements are `dilation` apart: with dilation 4, three elements meet "
     "inputs 0, 4 and 8 at their first stop.",
     lambda *a, **k: without(*a, **k, dilation=lambda d: 1)),
    ("gaps one too wide", "Dilation is the distance from one element to the next, not the number "
     "of samples skipped: with dilation 2, one sample is skipped.",
     lambda *a, **k: without(*a, **k, dilation=lambda d: d + (d > 1))),
    ("gaps read as well", "What lies between two elements of a dilated kernel is not read.",
     every_between),
    ("first output instead of the one asked for", "Each output begins one input later than the "
     "one before: add the output's number to the places.",
     lambda *a, **k: without(*a, **k, at=0)),
    ("counted from 1", "The first input and the first output have the number 0, as everywhere in "
     "NumPy.", from_one),
    ("only the first layer", "The output reads results of the first layer, and each of them reads "
     "inputs of its own: collect them all.", lambda *a, **k: without(*a, **k, only=slice(1))),
    ("only the last layer", "What the last layer reads are results of the first layer. Which "
     "inputs do these read?", lambda *a, **k: without(*a, **k, only=slice(-1, None))),
    ("causal layer reads ahead", "A causal layer looks back: output 9 reads input 9 and earlier "
     "ones.", later),
    ("causal layer reads on both sides", "A causal layer has its last element, not its middle one, "
     "at the input with the output's number.", centred),
    ("values of the flipped kernel", "The kernel is not flipped: its first element meets the "
     "first of the samples that it reads.", flipped),
))
