"""Named ways to get the adjoint test, a generator and its checkerboard wrong."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake
from convlib import conv1d, conv_transpose2d


def gap(x, g, back, weight, *, by=None, options=dict, read=lambda weight: weight, **given):
    """Compare inner products: `by` takes the four arrays of them."""
    forward = conv1d(x, read(weight), **options(given))
    return by(forward, g, x, back)


def signed(forward, g, x, back):
    return (forward * g).sum() - (x * back).sum()


def relu(y):
    return np.maximum(y, 0)


def network(
    noise,
    *weights,
    read=lambda weight: weight,
    shape=lambda noise: noise[:, :, None, None],
    bend=relu,
    bends=lambda number, _count: number > 0,
    first=(1, 0),
    others=(2, 1),
    extra=0,
    end=np.tanh,
    kept=lambda weights: weights,
):
    """Run a generator, of which a mistake replaces a step."""
    y = shape(noise)
    for number, weight in enumerate(kept(weights)):
        stride, padding = others if number else first
        y = bend(y) if bends(number, len(weights)) else y
        options = {"stride": stride, "padding": padding, "output_padding": extra * (number > 0)}
        y = conv_transpose2d(y, read(weight), **options)
    return end(y)


def only_first(y):
    return np.concatenate([np.tanh(y[:1]), 0 * y[1:]])


def kinds(y, stride):
    """Return the mean of each kind of places."""
    return np.array(
        [[y[i::stride, j::stride].mean() for j in range(stride)] for i in range(stride)]
    )


def tiles(y, stride):
    """Return the mean of each of stride x stride parts of the picture."""
    height, width = y.shape[0] // stride, y.shape[1] // stride
    return y.reshape(stride, height, stride, width).mean(axis=(1, 3))


def squares(y, stride):
    """Return the mean of each square of stride x stride neighbours."""
    height, width = y.shape[0] // stride, y.shape[1] // stride
    return y.reshape(height, stride, width, stride).mean(axis=(1, 3))


def ratio(means):
    return np.std(means) / np.mean(means)


# fmt: off
CLAIMS = tuple(
    Mistake(name, hint, ("adjoint_gap",), partial(gap, **how)) for name, hint, how in (
    ("sign kept", "The gap says how far apart the two are, so it is never negative: abs.",
     {"by": signed}),
    ("options left out of conv1d", "Hand stride and padding on to conv1d: the two operations are "
     "each other's transpose with the same options.",
     {"by": lambda *four: abs(signed(*four)), "options": lambda _: {}}),
    ("stride left out of conv1d", "The convolution of the test needs the stride that you were "
     "given, or its result has another shape than g.",
     {"by": lambda *four: abs(signed(*four)), "options": lambda o: o | {"stride": 1}}),
    ("padding left out of conv1d", "The convolution of the test needs the padding that you were "
     "given, or its result has another shape than g.",
     {"by": lambda *four: abs(signed(*four)), "options": lambda o: o | {"padding": 0}}),
    ("means instead of sums", "An inner product is a sum over all elements. The two means divide "
     "by different numbers, as the two pairs have different sizes.",
     {"by": lambda f, g, x, b: abs((f * g).mean() - (x * b).mean())}),
    ("sums of the arrays multiplied", "Multiply element by element first and add up then: "
     "(a * b).sum() is not a.sum() * b.sum().",
     {"by": lambda f, g, x, b: abs(f.sum() * g.sum() - x.sum() * b.sum())}),
    ("arrays compared with themselves", "conv1d(x) meets g, and x meets back; you multiply arrays "
     "with themselves.",
     {"by": lambda f, g, x, b: abs((f * f).sum() - (b * b).sum())}),
    ("back compared with x", "back need not be like x: a transposed convolution is no inverse. "
     "Only the two inner products are equal.",
     {"by": lambda _f, _g, x, b: abs(x - b).sum()}),
    ("the convolution compared with g", "conv1d(x) need not be like g: any g will do. Only the "
     "two inner products are equal.",
     {"by": lambda f, g, _x, _b: abs(f - g).sum()}),
    ("only the first sample", "The inner product goes over all axes, the batch too.",
     {"by": lambda f, g, x, b: abs(signed(f[:1], g[:1], x[:1], b[:1]))}),
    ("one gap for each sample", "The answer is one number: add up over the batch, too.",
     {"by": lambda f, g, x, b: abs((f * g).sum(axis=(1, 2)) - (x * b).sum(axis=(1, 2)))}),
    ("gaps of the samples added up", "Add everything up first and take abs once, at the end; the "
     "identity holds for each sample, but asked is one gap.",
     {"by": lambda f, g, x, b: abs((f * g).sum((1, 2)) - (x * b).sum((1, 2))).sum()}),
    ("gap squared", "Asked is the difference itself: take abs, not the square.",
     {"by": lambda *four: signed(*four) ** 2}),
    ("gap divided by the inner product", "Asked is the difference itself, not its part of the "
     "inner product.",
     {"by": lambda f, g, x, b: abs(signed(f, g, x, b)) / abs((f * g).sum())}),
    ("sizes compared, not signs", "abs belongs around the difference. Around each inner product "
     "it hides that they may have different signs.",
     {"by": lambda f, g, x, b: abs(abs((f * g).sum()) - abs((x * b).sum()))}),
    ("small gaps taken for none", "Return the gap itself, however small it is: what is rounding is "
     "for who reads it to say.",
     {"by": lambda *four: abs(signed(*four)) * (abs(signed(*four)) > 1e-3)}),
    ("products without their signs", "An inner product adds up products with their signs. Take abs "
     "once, of the difference.",
     {"by": lambda f, g, x, b: abs(abs(f * g).sum() - abs(x * b).sum())}),
    ("kernel flipped before the convolution", "conv1d and the transposed convolution share the "
     "weight as it is: neither flips it for the other.",
     {"by": lambda *four: abs(signed(*four)), "read": lambda weight: weight[:, :, ::-1]}),
    ("root of the gap", "Asked is the difference itself, without a root.",
     {"by": lambda *four: abs(signed(*four)) ** 0.5}),
    ("yes or no", "Return the gap as a number; whether it is small enough is another question.",
     {"by": lambda *four: np.isclose(signed(*four), 0)}),
    ("sum instead of difference", "The two inner products should be equal, so their difference "
     "is what should vanish.",
     {"by": lambda f, g, x, b: abs((f * g).sum() + (x * b).sum())}),
))

PICTURES = tuple(
    Mistake(name, hint, ("generate",), partial(network, **how)) for name, hint, how in (
    ("no ReLU", "Between two layers negative numbers become 0: np.maximum(y, 0).",
     {"bends": lambda *_: False}),
    ("ReLU before the first layer", "The noise goes into the first layer as it is, its negative "
     "numbers too. ReLU comes between layers only.",
     {"bends": lambda *_: True}),
    ("ReLU after the last layer", "The last layer is followed by tanh alone; ReLU before it "
     "loses everything between -1 and 0.",
     {"end": lambda y: np.tanh(relu(y))}),
    ("no tanh", "After the last layer np.tanh brings the numbers between -1 and 1.",
     {"end": lambda y: y}),
    ("tanh between the layers", "Only the last layer is followed by tanh; between layers it is "
     "np.maximum(y, 0).",
     {"bend": np.tanh}),
    ("clipped instead of tanh", "np.tanh bends smoothly towards -1 and 1; np.clip cuts.",
     {"end": lambda y: np.clip(y, -1, 1)}),
    ("sigmoid instead of tanh", "A sigmoid ends between 0 and 1; np.tanh between -1 and 1.",
     {"end": lambda y: 1 / (1 + np.exp(-y))}),
    ("shifted to 0 and 1", "The result is tanh itself, between -1 and 1; bring it to 0 and 1 only "
     "to show it.",
     {"end": lambda y: (np.tanh(y) + 1) / 2}),
    ("absolute value instead of ReLU", "ReLU makes negative numbers 0; abs makes them positive.",
     {"bend": np.abs}),
    ("leaky ReLU", "Negative numbers become 0, not a part of themselves.",
     {"bend": lambda y: np.where(y > 0, y, 0.2 * y)}),
    ("ReLU the wrong way round", "np.minimum keeps what is below 0; ReLU keeps what is above.",
     {"bend": lambda y: np.minimum(y, 0)}),
    ("padding in the first layer", "The first layer cuts nothing off: one pixel becomes as large "
     "as the kernel. Only the others have padding 1.",
     {"first": (1, 1)}),
    ("no padding", "All layers but the first have padding 1; without it they more than double.",
     {"others": (2, 0)}),
    ("no stride", "All layers but the first have stride 2, or nothing is doubled.",
     {"others": (1, 1)}),
    ("first layer repeated", "All layers but the first have stride 2 and padding 1.",
     {"others": (1, 0)}),
    ("output padding", "There is no output padding: with kernels of 4, stride 2 and padding 1 "
     "double exactly.",
     {"extra": 1}),
    ("the notebook's number of layers", "There may be more layers than the notebook's five: go "
     "through all of the weights.",
     {"kept": lambda weights: weights[:5]}),
    ("last layer left out", "Every weight is one layer, the last one too.",
     {"kept": lambda weights: weights[:-1]}),
    ("only the first layer", "Your return stands inside the loop over the layers: only the first "
     "one is applied.",
     {"kept": lambda weights: weights[:1]}),
    ("kernels flipped", "The weights are used as they are.",
     {"read": lambda weight: weight[:, :, ::-1, ::-1]}),
    ("kernels transposed", "The kernels' axes are (height, width), as in conv_transpose2d.",
     {"read": lambda weight: weight.swapaxes(2, 3)}),
    ("only the first picture", "One picture for each row of the noise.",
     {"end": only_first}),
))

BOARDS = tuple(Mistake(name, hint, ("checkerboard",), place) for name, hint, place in (
    ("pixels compared, not kinds of places", "Take the mean over each kind of places first. The "
     "deviation of all pixels also counts what is no checkerboard.",
     lambda y, stride: ratio(y)),
    ("parts of the picture compared", "Your means are over parts of the picture that lie beside "
     "each other. The places of one kind lie a stride apart: y[i::stride, j::stride].",
     lambda y, stride: ratio(tiles(y, stride))),
    ("means of the squares", "Each of your means is over neighbours, so it has all kinds of places "
     "in it. Those of one kind lie a stride apart: y[i::stride, j::stride].",
     lambda y, stride: ratio(squares(y, stride))),
    ("kinds told apart by row + column", "There are stride * stride kinds: row 0, column 1 and row "
     "1, column 0 are two of them.",
     lambda y, stride: ratio([y[np.indices(y.shape).sum(0) % stride == i].mean()
                              for i in range(stride)])),
    ("not divided by the mean", "Divide by the mean of the means, or a brighter picture has a "
     "stronger checkerboard.",
     lambda y, stride: np.std(kinds(y, stride))),
    ("variance", "Asked is the standard deviation, the root of the variance.",
     lambda y, stride: np.var(kinds(y, stride)) / y.mean()),
    ("squared", "Asked is the standard deviation over the mean, not its square.",
     lambda y, stride: ratio(kinds(y, stride)) ** 2),
    ("divided by one less", "np.std divides by the number of kinds (ddof=0): these are all there "
     "are, not a sample of them.",
     lambda y, stride: np.std(kinds(y, stride), ddof=1) / y.mean()),
    ("only along the rows' axis", "A kind of places is a row's and a column's: stride * stride "
     "kinds. You tell rows apart only.",
     lambda y, stride: ratio(kinds(y, stride).mean(axis=1))),
    ("only along the columns' axis", "A kind of places is a row's and a column's: stride * stride "
     "kinds. You tell columns apart only.",
     lambda y, stride: ratio(kinds(y, stride).mean(axis=0))),
    ("only the diagonal kinds", "i and j go through all pairs; two loops, one inside the other.",
     lambda y, stride: ratio(np.diag(kinds(y, stride)))),
    ("range instead of deviation", "Asked is the standard deviation of the means, not the largest "
     "less the smallest.",
     lambda y, stride: np.ptp(kinds(y, stride)) / y.mean()),
    ("largest over smallest", "Asked is the standard deviation of the means over their mean.",
     lambda y, stride: kinds(y, stride).max() / kinds(y, stride).min()),
    ("largest over smallest, less one", "Asked is the standard deviation of the means over their "
     "mean.",
     lambda y, stride: kinds(y, stride).max() / kinds(y, stride).min() - 1),
    ("sums instead of means", "Sums grow with the picture: divide the deviation of the means by "
     "the mean of the means.",
     lambda y, stride: np.std(kinds(y, stride)) / y.sum()),
    ("one pixel of each kind", "Take the mean over all places of a kind, not the first of them.",
     lambda y, stride: ratio(y[:stride, :stride])),
    ("always a grid of 2 x 2", "The grid has stride x stride kinds of places.",
     lambda y, _: ratio(kinds(y, 2))),
    ("means, not one number", "The answer is one number for the picture.",
     kinds),
    ("in percent", "Asked is the ratio itself, without a factor of 100.",
     lambda y, stride: 100 * ratio(kinds(y, stride))),
    ("deviation within each kind", "Take the mean within each kind and the deviation between the "
     "kinds, not the other way round.",
     lambda y, stride: np.mean([y[i::stride, j::stride].std() for i, j in
                                np.ndindex(stride, stride)]) / y.mean()),
))
# fmt: on
