"""Named ways to get `capstone` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from . import cases
from ._pieces import PIECES, named, wide
from .cases import COUNTED, sgd_step


def otherwise(what, count):
    """Return the answers to the first task with one thing counted in another way."""

    def answer(*notes, **given):
        return count(**given) if given.get("what") == what else cases.predicted(*notes, **given)

    return answer


def only(kind, function):
    """Return somebody's answer who chose this task."""

    def answer(x):
        if cases.kind_of(x) != kind:
            msg = f"I chose to {kind}"
            raise NotImplementedError(msg)
        return function(x)

    return answer


def filled(value, x):
    """Return one answer for everything."""
    return np.full_like(cases.solved(x), value)


def shrunk_first(w, gradient, rate, decay=0.0):
    """Shrink what the step has left, by the decay alone."""
    return (w - rate * gradient) * (1 - decay)


def in_place(w, gradient, rate, decay=0.0):
    """Change the weights that were given."""
    w -= rate * (gradient + decay * w)
    return w


def shrunk_by_rate(w, gradient, rate, decay=0.0):
    """Shrink what the step has left, by decay and rate."""
    return (w - rate * gradient) * (1 - rate * decay)


def decay_in_place(w, gradient, rate, decay=0.0):
    """Add the decay to the gradient that was given."""
    gradient += decay * w
    return w - rate * gradient


def gradient_in_place(w, gradient, rate, decay=0.0):
    """Change the gradient that was given."""
    gradient += decay * w
    gradient *= rate
    return w - gradient


# fmt: off
SIZES = named("sizes", (
    ("biases forgotten", "Each filter has a bias too, one number on top of its kernels.",
     otherwise("parameters", lambda kernel, channels, filters, **_:
               filters * channels * kernel[0] * kernel[1])),
    ("one bias for all filters", "Each filter has a bias of its own, so there are as many as "
     "filters.", otherwise("parameters", lambda kernel, channels, filters, **_:
                           filters * channels * kernel[0] * kernel[1] + 1)),
    ("one kernel for all channels", "A filter has a kernel for each input channel.",
     otherwise("parameters", lambda kernel, filters, **_:
               filters * kernel[0] * kernel[1] + filters)),
    ("input channels kept", "The number of output channels is the number of filters.",
     otherwise("shape", lambda size, channels, **_: (32, channels, *size))),
    ("no padding counted", "These convolutions pad so much that the size stays as it is.",
     otherwise("shape", lambda size, kernel, filters, **_:
               (32, filters, *(n - k + 1 for n, k in zip(size, kernel, strict=True))))),
    ("positions kept after the average", "The average takes all positions of a channel together: "
     "one number is left of each channel.",
     otherwise("shape after the average", lambda size, filters, **_: (32, filters, *size))),
    ("one position counted", "Count the products at all positions: the filters stop at each.",
     otherwise("multiplications", lambda channels, filters, kernel, **_:
               COUNTED["multiplications"](channels, filters, kernel, [1]))),
    ("one filter counted", "Each of the filters multiplies at each position.",
     otherwise("multiplications", lambda channels, kernel, size, **_:
               COUNTED["multiplications"](channels, 1, kernel, size))),
    ("one input channel counted", "A filter has a kernel for each input channel, and each of them "
     "multiplies.", otherwise("multiplications", lambda filters, kernel, size, **_:
                              COUNTED["multiplications"](1, filters, kernel, size))),
    ("additions counted too", "Asked are the multiplications alone, without the sums.",
     otherwise("multiplications", lambda **given: 2 * COUNTED["multiplications"](
         *(given[name] for name in ("channels", "filters", "kernel", "size"))))),
    ("places inside the image alone", "These convolutions pad: a filter stops at every pixel.",
     otherwise("multiplications", lambda channels, filters, kernel, size, **_: COUNTED[
         "multiplications"](channels, filters, kernel, np.subtract(size, kernel) + 1))),
    ("axes of the average dropped", "The average keeps axes of 1 for the positions.",
     otherwise("shape after the average", lambda filters, **_: (32, filters))),
    ("percent in place of a share", "A share lies between 0 and 1.",
     lambda *notes, **given: cases.predicted(*notes, **given) * (100 if notes else 1)),
))

STEP = named("sgd_step", (
    ("uphill", "The gradient points to where the loss grows. Subtract it.",
     lambda w, g, rate, decay=0.0: w + rate * (g + decay * w)),
    ("rate ignored", "The rate says how long the step is: multiply with it.",
     lambda w, g, rate, decay=0.0: w - (g + decay * w)),
    ("divided by the rate", "A small rate makes a small step: multiply with it.",
     lambda w, g, rate, decay=0.0: w - (g + decay * w) / rate),
    ("decay ignored", "Add decay * w to the gradient.",
     lambda w, g, rate, decay=0.0: w - rate * g),
    ("decay pushes away from zero", "Decay draws the weights towards zero: it is added to the "
     "gradient, and the sum is subtracted.",
     lambda w, g, rate, decay=0.0: w - rate * (g - decay * w)),
    ("decay without the rate", "The rate multiplies both, the gradient and the decay.",
     lambda w, g, rate, decay=0.0: w - rate * g - decay * w),
    ("decay after the step", "Decay belongs to the gradient: it sees the weights before the step, "
     "and is multiplied with the rate.", shrunk_first),
    ("decay of the stepped weights", "Decay belongs to the gradient: it sees the weights before "
     "the step, not those after it.", shrunk_by_rate),
    ("decay of the gradient", "It is the weights that decay: decay * w is added to the gradient.",
     lambda w, g, rate, decay=0.0: w - rate * (g + decay * g)),
    ("decay by the sign", "Decay is in proportion to the weight itself: decay * w.",
     lambda w, g, rate, decay=0.0: w - rate * (g + w.dtype.type(decay) * np.sign(w))),
    ("decay added as a number", "decay alone is the same for all weights. Add decay * w.",
     lambda w, g, rate, decay=0.0: w - rate * (g + decay)),
    ("step without the weights", "That is the step alone. Return the weights after it.",
     lambda w, g, rate, decay=0.0: -rate * (g + decay * w)),
    ("nothing learnt", "The weights come back as they were: return the new ones.",
     lambda w, g, rate, decay=0.0: w.copy()),
    ("weights changed in place", "w -= ... changes the array that was given, so the second call "
     "steps again. Return a new array.", in_place),
    ("gradient changed in place", "You change the gradient that was given, so the second call sees "
     "another one. Work on a new array.", gradient_in_place),
    ("decay added into the gradient", "gradient += ... changes the array that was given. "
     "gradient + decay * w makes a new one.", decay_in_place),
    ("only the direction", "The step is in proportion to the gradient: its size counts, not only "
     "its sign.", lambda w, g, rate, decay=0.0: w - w.dtype.type(rate) * np.sign(g + decay * w)),
    ("gradient of length one", "Here the gradient is taken as it is, not brought to length 1.",
     lambda w, g, rate, decay=0.0: w - rate * (g + decay * w) / np.linalg.norm(g + decay * w)),
    ("averaged once more", "The loss is a mean already, and so is its gradient: do not divide "
     "again.", lambda w, g, rate, decay=0.0: w - rate * (g + decay * w) / len(w)),
    ("one step for all weights", "Each weight has its own gradient. Do not take the mean of them.",
     lambda w, g, rate, decay=0.0: w - rate * (g + decay * w).mean(keepdims=True)),
    ("weights in double precision", "float32 should stay float32: which array of yours is float64?",
     wide(sgd_step)),
))

LEARN = named("learn", (
    ("first class for everything", "Every answer is the first class. Is the network trained, are "
     "its weights no nan (with a smaller rate), and is argmax taken over the classes?",
     partial(filled, 0)),
    ("second class for everything", "Every answer is the second class. Does the loss fall while "
     "you train? If not, look at the sign and the size of the step.", partial(filled, 1)),
    ("input handed back", "predict gives back its input. Send it through the network first.",
     only("draw", lambda x: x[:, 0])),
    ("brightness alone", "You compare each pixel with 0. Inside and outside are equally bright: "
     "only the direction of the stripes differs.", only("segment", lambda x: (x[:, 0] > 0) * 1)),
    ("picture turned to ink where it is bright", "You compare each pixel with 0. A network sees "
     "the pixels around it, and can say how sure it is.",
     only("draw", lambda x: (x[:, 0] > 0).astype(x.dtype))),
    ("last note for everything", "Every answer is the last note. Does the loss fall while you "
     "train, and is argmax taken over the classes?", only("hear", partial(filled, 4))),
    ("place of the loudest sample", "argmax looks for the loudest sample of the recording. It "
     "belongs over the classes, in what the network gives.",
     only("hear", lambda x: x[:, 0, 0].argmax(axis=1))),
    ("darkness alone", "You compare each pixel with 0. Inside and outside are equally dark: only "
     "the direction of the stripes differs.", only("segment", lambda x: (x[:, 0] < 0) * 1)),
    ("contrast alone", "You look at how far each pixel is from 0. The stripes are as strong inside "
     "as outside: their direction tells, and that takes several pixels.",
     only("segment", lambda x: (abs(x[:, 0]) > 0.5) * 1)),
    ("nan everywhere", "All answers are nan: the weights have grown without end. Make the rate "
     "smaller.", only("draw", partial(filled, np.nan))),
    ("undecided everywhere", "Every pixel gets 0.5: both classes score alike. Are the layers those "
     "that were trained, and does the loss fall?", only("draw", partial(filled, 0.5))),
    ("input cut to 0 and 1", "You give back the input, cut to what a probability may be. Send it "
     "through the network first.", only("draw", lambda x: x[:, 0].clip(0, 1))),
    ("input through a sigmoid", "You make a probability of the input itself. It is the scores of "
     "the network that belong in there.", only("draw", lambda x: 1 / (1 + np.exp(-x[:, 0])))),
))

MISTAKES = SIZES + PIECES + STEP + LEARN
