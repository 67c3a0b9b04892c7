"""Named ways to get the pieces of a network wrong: gradients and the average."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from .cases import (
    average,
    average_backward,
    loss_gradient,
    onehot,
    relu_backward,
    softmax,
)  # fmt: skip


def named(task, rows):
    """Return rows of name, hint and function as the mistakes of a task."""
    return tuple(Mistake(name, hint, (task,), function) for name, hint, function in rows)


def first_only(function):
    """Return a function that knows the first sample alone."""

    def answer(*args, **options):
        y = np.array(function(*args, **options))
        y[1:] = 0
        return y

    return answer


def wide(function):
    """Return a function that answers in float64."""
    return lambda *args, **options: np.asarray(function(*args, **options), float)


def gradient_cut(d, x):
    """Change the gradient that was given."""
    d[x <= 0] = 0
    return d


def shifted_in_place(scores, labels):
    """Change the scores that were given."""
    scores -= scores.max(axis=1, keepdims=True)
    return loss_gradient(scores, labels)


def corner(d, x):
    """Give everything to the first position."""
    y = np.zeros(x.shape, d.dtype)
    y[:, :, :1, :1] = d
    return y


def largest(d, x):
    """Give everything to the largest element, as max pooling does."""
    return d * (x == x.max(axis=(2, 3), keepdims=True))


def unstable(scores, labels, largest=0):
    """Take the exponential of the scores themselves, or less one number for all labels."""
    with np.errstate(all="ignore"):
        likely = np.exp(scores - largest)
        likely /= likely.sum(axis=1, keepdims=True)
        return (likely - onehot(labels, scores)) / labels.size


def over(scores, labels, axis):
    """Let probabilities add up along other axes."""
    likely = np.exp(scores - scores.max(axis=axis, keepdims=True))
    likely /= likely.sum(axis=axis, keepdims=True)
    return (likely - onehot(labels, scores)) / labels.size


def loss(scores, labels):
    """Return the loss itself."""
    true = np.maximum((softmax(scores) * onehot(labels, scores)).sum(axis=1), 1e-30)
    return -np.log(true).mean()


def by_probability(scores, labels):
    """Stop at the derivative by the probability."""
    likely = np.maximum(softmax(scores), scores.dtype.type(1e-30))
    return np.where(onehot(labels, scores), -1 / likely, 0 * likely) / labels.size


def guessed(scores, labels):
    """Take the class with the highest score for the true one."""
    return (softmax(scores) - onehot(scores.argmax(axis=1), scores)) / labels.size


# fmt: off
RELU = named("relu_backward", (
    ("gradient passed on everywhere", "Where the input was below zero, relu gave 0 whatever the "
     "input was: nothing goes back there.", lambda d, x: d.copy()),
    ("mask without the gradient", "The mask says where the gradient passes. Multiply the gradient "
     "that comes in with it.", lambda d, x: (x > 0).astype(d.dtype)),
    ("sign of the gradient asked", "Not the gradient's sign decides, but that of what relu was "
     "given, x.", lambda d, x: d * (d > 0)),
    ("both signs asked", "A negative gradient passes too. Only the sign of x decides.",
     lambda d, x: d * ((x > 0) & (d > 0))),
    ("wrong half kept", "The gradient passes where the input was above zero; you let it pass "
     "where it was below.", lambda d, x: d * (x < 0)),
    ("gradient passed at zero", "At 0 we agreed that the gradient stops: x > 0, not x >= 0.",
     lambda d, x: d * (x >= 0)),
    ("slope of the absolute value", "Below zero the slope of relu is 0, not -1.",
     lambda d, x: (d * np.sign(x)).astype(d.dtype)),
    ("multiplied with relu(x)", "The gradient is multiplied with the slope of relu, which is 1 or "
     "0, not with its value.", lambda d, x: d * np.maximum(x, 0)),
    ("multiplied with x", "The gradient is multiplied with the slope of relu, which is 1 or 0, "
     "not with the input.", lambda d, x: d * x),
    ("relu of the gradient's product", "The slope is 1 or 0. You let the product of d and x "
     "decide.",
     lambda d, x: d * (d * x > 0)),
    ("product cut at zero", "Cut d where x is not above zero; you cut the product of both, and x "
     "stays in it.", lambda d, x: np.maximum(d * x, 0)),
    ("arguments mixed up", "d comes first: it is passed on, and x decides where.",
     lambda d, x: x * (d > 0)),
    ("incoming gradient changed in place", "d[...] = 0 or d *= ... changes the array that was "
     "given. Return a new one.", gradient_cut),
    ("bend at one", "The bend of relu is at 0; you compare with 1.", lambda d, x: d * (x > 1)),
    ("nothing passed above one", "Above zero the slope is 1, however large the input is.",
     lambda d, x: d * ((x > 0) & (x < 1))),
    ("leak below zero", "Below zero nothing passes: this is the plain relu, without a leak.",
     lambda d, x: (np.where(x > 0, d, 0.01 * d)).astype(d.dtype)),
    ("slope of the sigmoid", "This is the slope of the sigmoid. That of relu is 1 above zero and "
     "0 below.", lambda d, x: (d / (2 + np.exp(x) + np.exp(-x))).astype(d.dtype)),
    ("sign turned", "Above zero the gradient passes as it is, with its own sign.",
     lambda d, x: -d * (x > 0)),
    ("forward instead of backward", "That is relu itself. The gradient d never gets into your "
     "result.", lambda d, x: np.maximum(x, 0)),
    ("dtype lost on the way back", "The result has the dtype of d. A comparison times d keeps it; "
     "np.zeros and 0.0 in np.where may not.", wide(relu_backward)),
    ("cut to whole numbers", "Something in your code makes whole numbers of the gradient: look at "
     "the dtype of the array that you fill.", lambda d, x: (d * (x > 0)).astype(int)),
    ("only the first sample goes back", "All samples but the first are zero: is your return "
     "indented too far?", first_only(relu_backward)),
))

AVERAGE = named("average", (
    ("sum instead of mean", "You add up; the average also divides by the number of positions.",
     lambda x: x.sum(axis=(2, 3), keepdims=True)),
    ("axes of the positions dropped", "Keep axes of 1 for the positions: keepdims=True.",
     lambda x: x.mean(axis=(2, 3))),
    ("averaged over the batch too", "Each sample has averages of its own: only axes 2 and 3 are "
     "taken together.", lambda x: x.mean(axis=(0, 2, 3), keepdims=True)
     if len(x) else np.zeros((1, x.shape[1], 1, 1))),
    ("averaged over the channels too", "Each channel has an average of its own: only axes 2 and 3 "
     "are taken together.", lambda x: x.mean(axis=(1, 2, 3), keepdims=True)),
    ("averaged over the channels", "Axis 1 is the channels. The positions are axes 2 and 3.",
     lambda x: x.mean(axis=1, keepdims=True)),
    ("averaged over channels and rows", "The channels are axis 1 here, so the positions are axes 2 "
     "and 3.", lambda x: x.mean(axis=(1, 2), keepdims=True)),
    ("averaged along the columns only", "There are two axes of positions, 2 and 3. One of them is "
     "still there.", lambda x: x.mean(axis=3, keepdims=True)),
    ("averaged along the rows only", "There are two axes of positions, 2 and 3. One of them is "
     "still there.", lambda x: x.mean(axis=2, keepdims=True)),
    ("largest instead of mean", "That is max pooling: it keeps the largest value. Take the mean.",
     lambda x: x.max(axis=(2, 3), keepdims=True)),
    ("median instead of mean", "The median has another gradient than the mean. Take the mean.",
     lambda x: np.median(x, axis=(2, 3), keepdims=True).astype(average(x).dtype)),
    ("divided by the rows squared", "Images need not be square: divide by rows times columns.",
     lambda x: x.sum(axis=(2, 3), keepdims=True) / x.shape[2] ** 2),
    ("divided by the columns squared", "Images need not be square: divide by rows times columns.",
     lambda x: x.sum(axis=(2, 3), keepdims=True) / x.shape[3] ** 2),
    ("divided by all elements", "Divide by the number of positions of one channel, not by all "
     "elements of the array.", lambda x: x.sum(axis=(2, 3), keepdims=True) / max(x.size, 1)),
    ("divided by positions and channels", "Divide by the number of positions alone; each channel "
     "has an average of its own.",
     lambda x: x.sum(axis=(2, 3), keepdims=True) / (x.shape[1] * x.shape[2] * x.shape[3])),
    ("divided twice", "mean divides already: divide a sum by the number of positions, or take the "
     "mean, not both.",
     lambda x: x.mean(axis=(2, 3), keepdims=True) / x.dtype.type(x.shape[2] * x.shape[3])),
    ("whole-number division", "The mean of whole numbers is a fraction. // or an array of integers "
     "cuts it off.", lambda x: x.sum(axis=(2, 3), keepdims=True) // (x.shape[2] * x.shape[3])),
    ("average kept whole", "The mean of whole numbers is a fraction: the dtype of x has no room "
     "for it.", lambda x: average(x).astype(x.dtype)),
    ("average in double precision", "float32 should stay float32: it takes half the memory. Which "
     "array of yours is float64?", wide(average)),
    ("average of the first sample", "All samples but the first are zero: is your return indented "
     "too far?", first_only(average)),
    ("average at every position", "One number is left of each channel: the result has axes of 1 "
     "for the positions.",
     lambda x: np.broadcast_to(average(x), x.shape)),
    ("first position taken", "x[:, :, :1, :1] is one position. The average looks at all of them.",
     lambda x: x[:, :, :1, :1] / 1),
))

SHARES = named("average_backward", (
    ("not divided by the positions", "The average divides by the number of positions, and so does "
     "its gradient.", lambda d, x: np.broadcast_to(d, x.shape)),
    ("multiplied by the positions", "Each position has only a small part in the average: divide "
     "by their number.", lambda d, x: np.broadcast_to(d * (x.shape[2] * x.shape[3]), x.shape)),
    ("divided by the rows only", "There are rows times columns positions.",
     lambda d, x: np.broadcast_to(d / x.shape[2], x.shape)),
    ("divided by the columns only", "There are rows times columns positions.",
     lambda d, x: np.broadcast_to(d / x.shape[3], x.shape)),
    ("share of a square", "Images need not be square: divide by rows times columns.",
     lambda d, x: np.broadcast_to(d / x.shape[2] ** 2, x.shape)),
    ("divided by the whole batch", "Each sample has an average of its own: divide by the positions "
     "of one channel.", lambda d, x: np.broadcast_to(d / max(x.size, 1), x.shape)),
    ("share of all channels", "Each channel has an average of its own: divide by its "
     "positions alone.", lambda d, x: np.broadcast_to(d / max(x[:1].size, 1), x.shape)),
    ("share of a sample", "The batch has nothing to do with it: divide by the positions of one "
     "channel.", lambda d, x: np.broadcast_to(d / max(x[:, :1].size, 1), x.shape)),
    ("not spread", "The gradient has the shape of x: every position gets its share.",
     lambda d, x: d / (x.shape[2] * x.shape[3])),
    ("all to the first position", "Every position has the same part in the average, so each gets "
     "the same share.", corner),
    ("all to the largest", "That is the gradient of max pooling. In an average every position has "
     "the same part.", largest),
    ("multiplied with the input", "The average is a sum with equal weights: its slope does not "
     "depend on x.", lambda d, x: average_backward(d, x) * x),
    ("scaled by the mean of the input", "The slope of the average is 1 / positions, whatever x is.",
     lambda d, x: np.broadcast_to(d * average(x), x.shape)),
    ("share of a share", "You divide by the number of positions twice. Once is enough.",
     lambda d, x: average_backward(d, x) / d.dtype.type(x.shape[2] * x.shape[3])),
    ("share cut to a whole number", "The share is a fraction. // or an array of integers cuts it "
     "off.", lambda d, x: np.broadcast_to(d // (x.shape[2] * x.shape[3]), x.shape)),
    ("share in double precision", "float32 should stay float32. np.zeros and np.ones make float64 "
     "unless you give a dtype.", wide(average_backward)),
    ("share of the first sample", "All samples but the first are zero: is your return indented too "
     "far?", first_only(average_backward)),
    ("share kept whole", "np.zeros_like(x) holds whole numbers where x does, and shares are "
     "fractions: take the dtype of the average.",
     lambda d, x: average_backward(d, x).astype(d.dtype)),
    ("average taken again", "That is the average of x. The gradient d never gets into your result.",
     lambda d, x: np.broadcast_to(average(x), x.shape)),
))

LOSS = named("loss_gradient", (
    ("truth not subtracted", "You give the probabilities. The gradient is probability less truth: "
     "subtract 1 at the true class.", lambda s, y: softmax(s) / s.dtype.type(y.size)),
    ("sum over the labels", "The loss is the mean over all labels, so the gradient is divided by "
     "their number.", lambda s, y: softmax(s) - onehot(y, s)),
    ("divided by the samples alone", "The mean is over all labels: with a label for each position, "
     "these are more than the samples.", lambda s, y: loss_gradient(s, y) * (y.size // len(y))),
    ("divided by all scores", "The mean is over the labels. There are more scores than labels.",
     lambda s, y: (softmax(s) - onehot(y, s)) / s.size),
    ("probabilities along the last axis", "The classes are axis 1: there the probabilities add up "
     "to 1, also where positions come after it.", partial(over, axis=-1)),
    ("probabilities over the batch", "The classes are axis 1. You let the probabilities of all "
     "samples add up to 1.", partial(over, axis=0)),
    ("one sum for everything", "Each label has probabilities that add up to 1. Say axis=1 and "
     "keepdims=True where you add up.", partial(over, axis=None)),
    ("truth less probability", "The gradient points uphill: probability less truth, not truth less "
     "probability.", lambda s, y: -loss_gradient(s, y)),
    ("exponential too large", "exp(1000) is too large for a float. Subtract the largest score "
     "first: the probabilities stay the same.", unstable),
    ("largest score of all labels subtracted", "Each label has a largest score of its own. Less "
     "the largest of all, exp gives 0 for each class of another label.",
     lambda s, y: unstable(s, y, s.max())),
    ("scores changed in place", "scores -= ... changes the array that was given. scores - ... "
     "makes a new one.", shifted_in_place),
    ("loss itself", "That is the loss, one number. Its gradient has the shape of the scores.",
     loss),
    ("classes counted from one", "The first class has the number 0, as the labels say: you are one "
     "class too low.", lambda s, y: (softmax(s) - onehot((y - 1) % s.shape[1], s)) / y.size),
    ("sigmoid instead of softmax", "The probabilities of the classes must add up to 1: divide each "
     "exponential by their sum.",
     lambda s, y: (0.5 + np.tanh(s / 2) / 2 - onehot(y, s)) / y.size),
    ("softmax forgotten", "Make probabilities of the scores first, then subtract the truth.",
     lambda s, y: (s - onehot(y, s)) / y.size),
    ("only the true class has a gradient", "The scores of the other classes count too: higher ones "
     "make the true class less likely.", lambda s, y: loss_gradient(s, y) * onehot(y, s)),
    ("the true class left out", "At the true class the gradient is probability less 1.",
     lambda s, y: loss_gradient(s, y) * ~onehot(y, s)),
    ("derivative by the probability", "-1 / p is the derivative by the probability. Go on through "
     "the softmax to the scores; much cancels.", by_probability),
    ("gradient of the squared error", "With the squared error comes another factor. For this loss "
     "it cancels: probability less truth is all.",
     lambda s, y: loss_gradient(s, y) * softmax(s) * (1 - softmax(s))),
    ("likeliest class taken for the true one", "labels says which class is the true one, not the "
     "highest score.", guessed),
    ("gradient in double precision", "float32 should stay float32. np.eye and np.zeros make "
     "float64 unless you give a dtype.", wide(loss_gradient)),
))

PIECES = RELU + AVERAGE + SHARES + LOSS
