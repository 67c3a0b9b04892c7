"""Mistakes beside the two large gradients: of the bias, the identity, in learning."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake
from convlib import conv1d, conv_weight_grad

from .._bank import only_first_sample
from ._adjoint import divided


def rest_of(grad):
    """Return the axes of positions."""
    return tuple(range(2, grad.ndim))


def bias_of(grad):
    """Return the gradient of the bias."""
    return grad.sum(axis=(0, *rest_of(grad)))


def descended(
    x,
    y,
    kernel_size,
    *,
    rate,
    steps,
    start=0.0,
    step=lambda weight, gradient, rate, _: weight - rate * gradient,
    error=lambda made, wanted: made - wanted,
    turns=lambda steps: steps,
    finish=lambda weight, *_: weight,
):
    """Learn a kernel by gradient descent; a mistake replaces what follows `steps`."""
    weight = np.full((y.shape[1], x.shape[1], kernel_size), start)
    gradient = weight
    for turn in range(turns(steps)):
        gradient = conv_weight_grad(x, error(conv1d(x, weight), y), kernel_size)
        weight = step(weight, gradient, rate, turn)
    return finish(weight, gradient, conv1d(x, weight) - y)


def learning(**change):
    """Return `descended` with a change."""
    return lambda x, y, kernel_size, **given: descended(x, y, kernel_size, **given, **change)


def by_sound(x, y, kernel_size, *, rate, steps):
    """Learn from one sound after the other."""
    weight = np.zeros((y.shape[1], x.shape[1], kernel_size))
    for turn in range(steps * len(x)):
        one = slice(turn % len(x), turn % len(x) + 1)
        error = conv1d(x[one], weight) - y[one]
        weight = weight - rate * conv_weight_grad(x[one], error, kernel_size)
    return weight


def pair(first, then):
    """Return what `then` makes of the products on both sides of the adjoint identity."""
    return lambda x, y, grad, back: then(first(y, grad), first(x, back))


def total(a, b):
    """Return the sum of products."""
    return (a * b).sum()


# fmt: off
BIAS = tuple(Mistake(name, hint, ("bias_grad",), answer) for name, hint, answer in (
    ("mean for the gradient of the bias", "The bias reaches every output of its channel with the "
     "factor 1: add up, and do not divide.",
     lambda grad: divided(bias_of(grad), grad[:, 0].size)),
    ("mean over the batch, for the bias", "You divide by the size of the batch. If the loss is a "
     "mean, that is in grad already.",
     lambda grad: divided(bias_of(grad), len(grad))),
    ("mean over the positions", "You divide by the number of positions. What they ask is added up.",
     lambda grad: divided(bias_of(grad), np.prod(grad.shape[2:]))),
    ("one number for all channels", "Each output channel has a bias of its own: keep that axis.",
     lambda grad: grad.sum()),
    ("not summed over the batch", "One bias serves all samples of the batch: add up over them too.",
     lambda grad: grad.sum(axis=rest_of(grad))),
    ("not summed over the positions", "One bias serves all positions: add up over them too.",
     lambda grad: grad.sum(axis=0)),
    ("columns not summed", "Images have two axes of positions: add up over both.",
     lambda grad: grad.sum(axis=(0, 2))),
    ("rows not summed", "axis=(0, -1) leaves the rows of images. Add up over every axis but the "
     "channels'.",
     lambda grad: grad.sum(axis=(0, -1))),
    ("channels summed, samples kept", "The channels are axis 1: that is the one to keep, and you "
     "add up over it.",
     lambda grad: grad.sum(axis=tuple(range(1, grad.ndim)))),
    ("channels summed, positions kept", "axis=(0, 1) adds up over the channels, and each has a "
     "bias of its own: add up over every axis but that one.",
     lambda grad: grad.sum(axis=(0, 1))),
    ("summed over the channels", "axis=1 is the channels: that is the one axis to keep.",
     lambda grad: grad.sum(axis=1)),
    ("batch and channels mixed for the bias", "grad.reshape(C_out, -1) does not look where the "
     "channels are: they are axis 1, and the batch comes before them.",
     lambda grad: grad.reshape(grad.shape[1], -1).sum(axis=1)),
    ("channels taken for the last axis", "grad.reshape(-1, C_out) takes the last axis for the "
     "channels: they are axis 1.",
     lambda grad: grad.reshape(-1, grad.shape[1]).sum(axis=0)),
    ("only the first sample counts for the bias", "Every sample of the batch asks something of "
     "the bias: is your return indented too far, inside the loop over the batch?",
     lambda grad: bias_of(only_first_sample(grad)) if len(grad) else None),
    ("sample 0 alone counts for the bias", "You read grad[0] alone. One bias serves all samples of "
     "the batch: add up over them.",
     lambda grad: bias_of(grad[0][None])),
    ("only the last sample counts for the bias", "Each sample of the batch replaces the one "
     "before: start from zeros and add with +=.",
     lambda grad: bias_of(grad[-1:])),
    ("number of outputs", "You count the outputs, which is right if all of them ask 1. Add up "
     "what they ask.",
     lambda grad: bias_of(np.ones_like(grad))),
    ("axes of length 1 kept", "The result has one axis, (C_out,): without keepdims.",
     lambda grad: grad.sum(axis=(0, *rest_of(grad)), keepdims=True)),
    ("sign of the bias turned", "The gradient says which way the loss grows; the minus comes in "
     "when somebody goes downhill.",
     lambda grad: -bias_of(grad)),
    ("gradient of the bias always float64", "np.zeros without a dtype makes float64. Integers "
     "should stay integers: dtype=grad.dtype.",
     lambda grad: bias_of(grad).astype(float)),
))

GAP = tuple(Mistake(name, hint, ("adjoint_gap",), answer) for name, hint, answer in (
    ("right side minus left side", "The left side, outputs times what they ask, comes first.",
     pair(total, lambda left, right: right - left)),
    ("sides added", "The gap is the difference of the two sides.",
     pair(total, lambda left, right: left + right)),
    ("gap without its sign", "Asked is left minus right, which may be negative; abs is for whoever "
     "judges it.",
     pair(total, lambda left, right: abs(left - right))),
    ("gap cut to an integer", "With fractions the sides differ by fractions: int drops what is "
     "behind the point.",
     pair(total, lambda left, right: int(left - right))),
    ("gap squared", "Asked is the plain difference of the two sides.",
     pair(total, lambda left, right: (left - right) ** 2)),
    ("gap relative to the left side", "Asked is the plain difference, not divided by anything.",
     pair(total, lambda left, right: (left - right) / left if left else 0.0)),
    ("gap relative to the larger side", "Asked is the plain difference with its sign, not divided "
     "by anything.",
     pair(total, lambda left, right: abs(left - right) / max(abs(left), abs(right), 1e-12))),
    ("left side only", "The other side is missing: subtract the sum of x * back.",
     pair(total, lambda left, right: left)),
    ("right side only", "The other side is missing: it is the sum of y * grad.",
     pair(total, lambda left, right: right)),
    ("sides compared, not subtracted", "Asked is a number: how far the sides are apart. Comparing "
     "with == would fail for right code too, because of rounding.",
     pair(total, lambda left, right: left == right)),
    ("means instead of sums", "The arrays have different sizes, so their means do not agree. Add "
     "up.",
     lambda x, y, grad, back: (y * grad).mean() - (x * back).mean() if len(x) else np.nan),
    ("cotangent of ones in the identity", "You add up y and back alone. Without the factors grad "
     "and x this is no adjoint identity.",
     lambda x, y, grad, back: y.sum() - back.sum()),
    ("products of sums", "The sum of products is not the product of sums: multiply element by "
     "element first.",
     lambda x, y, grad, back: y.sum() * grad.sum() - x.sum() * back.sum()),
    ("only the first sample of each side", "The sums go over the whole batch.",
     lambda x, y, grad, back: total(y[:1], grad[:1]) - total(x[:1], back[:1])),
    ("a gap for each sample of the batch", "The sums go over the whole batch, and give one number.",
     lambda x, y, grad, back: np.asarray([
         total(y[n], grad[n]) - total(x[n], back[n]) for n in range(len(x))])),
    ("sums along the last axis alone", "Add up over all axes: sum() without an axis.",
     lambda x, y, grad, back: ((y * grad).sum(axis=-1).sum() - (x * back).sum(axis=-1)).sum()),
))

LEARNED = tuple(Mistake(name, hint, ("learn_kernel",), answer) for name, hint, answer in (
    ("uphill", "You add the gradient, so the loss grows. Subtract it.",
     learning(step=lambda weight, gradient, rate, _: weight + rate * gradient)),
    ("rate left out", "Each step is rate times the gradient.",
     learning(step=lambda weight, gradient, *_: weight - gradient)),
    ("gradient doubled", "The loss is half the sum of squares, so its gradient by y is the error "
     "itself, without a 2.",
     learning(error=lambda made, wanted: 2 * (made - wanted))),
    ("gradient of the mean", "You divide the error by its number of elements. The loss is half "
     "the sum of squares.",
     learning(error=lambda made, wanted: (made - wanted) / made.size)),
    ("gradient of the mean of squares", "The loss is half the sum of squares, not their mean: its "
     "gradient by y is the error itself, without a 2 and undivided.",
     learning(error=lambda made, wanted: 2 * (made - wanted) / made.size)),
    ("divided by the number of sounds", "You divide by the size of the batch. The loss is half the "
     "sum of squares, over all sounds.",
     learning(error=lambda made, wanted: (made - wanted) / len(made))),
    ("a step for each sound", "You move after each sound. A step is made of the errors of the "
     "whole batch.",
     by_sound),
    ("one step only", "Only one step is made: is your return indented too far, inside the loop?",
     learning(turns=lambda steps: min(1, steps))),
    ("one step too few", "range(steps) makes steps turns; yours makes one less.",
     learning(turns=lambda steps: steps - 1)),
    ("one step too many", "range(steps) makes steps turns; yours makes one more.",
     learning(turns=lambda steps: steps + 1)),
    ("start from ones", "The weight starts from zeros.",
     learning(start=1.0)),
    ("weight replaced by its step", "Each step starts from the weight so far: subtract from it.",
     learning(step=lambda weight, gradient, rate, _: -rate * gradient)),
    ("gradient returned", "You return the last gradient; asked is the weight.",
     learning(finish=lambda _, gradient, __: gradient)),
    ("error returned", "You return the error; asked is the weight.",
     learning(finish=lambda _, __, error: error)),
    ("error not renewed", "The error of the first step is used for all: run forward again in each "
     "step, with the new weight.",
     learning(error=lambda made, wanted: -wanted)),
    ("absolute error", "The sign of the error says which way to go: do not take it away.",
     learning(error=lambda made, wanted: abs(made - wanted))),
    ("sign of the error alone", "How far the weight moves depends on how large the error is: use "
     "the error itself.",
     learning(error=lambda made, wanted: np.sign(made - wanted))),
    ("learned kernel flipped", "The kernel comes out back to front: neither conv1d nor "
     "weight_grad turns anything round.",
     learning(finish=lambda weight, *_: weight[..., ::-1])),
    ("learned kernel with its axes swapped", "The weight is (C_out, C_in, kernel_size): the "
     "channels of y come first.",
     learning(finish=lambda weight, *_: weight.swapaxes(0, 1))),
    ("rate that falls", "The rate is the same in each step.",
     learning(step=lambda weight, gradient, rate, turn: weight - rate / (turn + 1) * gradient)),
))
# fmt: on

OTHERS = BIAS + GAP + LEARNED
