"""Mistakes in what is predicted, by hand or by trying."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from ._suspects import who


def outputs(change=lambda options: options, formula=None):
    """Return which outputs a sample reaches, with changed options or by another formula."""

    def answer(*, size, kernel, sample, **options):
        o = change({"stride": 1, "padding": 0, "dilation": 1} | options)
        s, p, d = o["stride"], o["padding"], o["dilation"]
        out = range((size + 2 * p - d * (kernel - 1) - 1) // s + 1)
        if formula:
            return formula(out, kernel, sample, s, p, d)
        return [i for i in out if any(i * s + k * d == sample + p for k in range(kernel))]

    return answer


def hand(input_, weight=None, bias=None):
    """Return predictions by functions of (x, w, grad, stride); the others are as they should be."""

    def answer(x, w, grad, *, of, stride=1):
        windows = np.asarray([x[i * stride : i * stride + len(w)] for i in range(len(grad))])
        if of == "bias":
            return (bias or np.sum)(grad)
        if of == "weight":
            return grad @ windows if weight is None else weight(windows, grad)
        back = np.zeros(len(x), int)
        for i, asked in enumerate(grad):
            input_(back[i * stride : i * stride + len(w)], w, asked)
        return back

    return answer


def lay(back, w, asked):
    """Lay down one copy, as it should be."""
    back += asked * w


def lay_flipped(back, w, asked):
    """Lay the kernel down from its end."""
    back += asked * w[::-1]


def lay_over(back, w, asked):
    """Let each copy replace what was there."""
    back[:] = asked * w


def lay_plain(back, w, _):
    """Forget what the outputs ask."""
    back += w


# fmt: off
REACHED = tuple(Mistake(name, hint, ("reached",), answer) for name, hint, answer in (
    ("padding left out", "With padding p, sample j is the padded sample j + p: more stops of the "
     "kernel lie before it.",
     outputs(lambda o: o | {"padding": 0})),
    ("stride left out", "With stride s the kernel stops only at every s-th sample.",
     outputs(lambda o: o | {"stride": 1})),
    ("dilation left out", "With dilation d the kernel has gaps, and a sample in a gap reaches "
     "nothing.",
     outputs(lambda o: o | {"dilation": 1})),
    ("gaps of the kernel counted", "A sample under a gap of the kernel does not count: only its "
     "elements multiply.",
     outputs(formula=lambda out, k, j, s, p, d: [
         i for i in out if i * s <= j + p <= i * s + d * (k - 1)])),
    ("outputs that do not exist", "The kernel has to fit into the padded signal: some of your "
     "outputs would begin before its start or after the last stop.",
     outputs(formula=lambda out, k, j, s, p, d: sorted(
         (j + p - t * d) // s for t in range(k) if (j + p - t * d) % s == 0))),
    ("outputs counted from one", "Outputs are counted from 0, as everywhere in NumPy.",
     outputs(formula=lambda out, k, j, s, p, d: [
         i + 1 for i in out if any(i * s + t * d == j + p for t in range(k))])),
    ("samples that an output reads", "You say which samples the output of that number reads. "
     "Asked is the other way: which outputs read the sample.",
     outputs(formula=lambda out, k, j, s, p, d: [j * s + t * d - p for t in range(k)])),
    ("samples instead of outputs", "You say where the kernel begins, in samples. Output i begins "
     "at sample i * stride - padding.",
     outputs(formula=lambda out, k, j, s, p, d: [
         i * s - p for i in out if any(i * s + t * d == j + p for t in range(k))])),
    ("elements instead of outputs", "You name the elements of the kernel that the sample meets, "
     "not the outputs that it reaches.",
     outputs(formula=lambda out, k, j, s, p, d: [
         t for t in range(k) if (j + p - t * d) % s == 0 and (j + p - t * d) // s in out])),
    ("outputs in falling order", "They are the right ones, from the last to the first. Asked is "
     "increasing order.",
     outputs(formula=lambda out, k, j, s, p, d: [
         i for i in out[::-1] if any(i * s + t * d == j + p for t in range(k))])),
))

HAND = tuple(Mistake(name, hint, ("gradients_by_hand",), answer) for name, hint, answer in (
    ("copies laid down backwards", "Each output saw the kernel as it is, its first element on the "
     "left: lay it down the same way.",
     hand(lay_flipped)),
    ("later copies replace earlier ones", "Where copies overlap, what they say is added.",
     hand(lay_over)),
    ("what is asked left out", "The copies are as strong as their outputs ask, and so are the "
     "samples that the kernel met: multiply by what is asked.",
     hand(lay_plain, lambda windows, _: windows.sum(axis=0), len)),
    ("gradient of the kernel backwards", "The first number is for the first element: it met 2, 5 "
     "and 1.",
     hand(lay, lambda windows, grad: (grad @ windows)[::-1])),
    ("what is asked in reverse", "The first output asks the first number.",
     hand(lay, lambda windows, grad: grad[::-1] @ windows)),
    ("everything backwards", "You turn the kernel round, for its own gradient and for that of the "
     "signal. On the way forward its first element met the first sample.",
     hand(lay_flipped, lambda windows, grad: (grad @ windows)[::-1])),
    ("stride left out by hand", "With stride 2 the second output saw the kernel two samples "
     "further on: its copy begins there.",
     lambda x, w, grad, *, of, stride=1: hand(lay)(x, w, grad, of=of)),
    ("number of outputs for the bias", "You count the outputs. Add up what they ask.",
     hand(lay, bias=len)),
    ("mean for the bias", "The bias reaches every output, and what they ask is added up, not "
     "averaged.",
     hand(lay, bias=np.mean)),
    ("outputs in place of the gradient", "You ran forward again: these are the products of the "
     "kernel with what it sees. For the kernel, the samples meet what is asked.",
     hand(lay, lambda windows, grad: windows @ np.asarray([3, -1, 2]))),
))

SUSPECTS = tuple(Mistake(name, hint, ("suspects",), answer) for name, hint, answer in (
    ("suspects counted from zero", "The suspects are numbered from 1 to 5, as in their names.",
     lambda *, question: who(question=question) - 1),
    ("the right one everywhere", "The right one passes every test. Questions (b) to (e) ask for a "
     "wrong one that passes a careless test.",
     lambda *, question: who(question="right")),
))

# fmt: on

PREDICTED = REACHED + HAND + SUSPECTS
