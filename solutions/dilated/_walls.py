"""Named ways to get the delay of an echo wrong."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from ._echo import find_delay, loudness, recordings


def tried(heard, shortest, longest, loud=loudness):
    """Return a table: how loud each recording is, (dilation, recording)."""
    return np.asarray([loud(heard, dilation) for dilation in range(shortest, longest + 1)])


def means(heard, dilation):
    """Return the mean of each recording through the kernel -1, 1: no loudness."""
    return (heard[:, dilation:] - heard[:, :-dilation]).mean(axis=1)


def total(heard, dilation):
    """Return a loudness that is less where there are fewer samples."""
    return loudness(heard, dilation) * (heard.shape[1] - dilation)


def added(heard, shortest, longest):
    """Look for the quietest result of the kernel 1, 1."""

    def loud(heard, dilation):
        return ((heard[:, dilation:] + heard[:, :-dilation]) ** 2).mean(axis=1)

    return tried(heard, shortest, longest, loud).argmin(axis=0) + shortest


# fmt: off
WALLS = tuple(Mistake(name, hint, ("find_delay",), answer) for name, hint, answer in (
    ("loudest instead of quietest", "The kernel -1, 1 takes the echo away where its dilation is "
     "the delay: look for the quietest result.",
     lambda h, a, b: tried(h, a, b).argmax(axis=0) + a),
    ("place in the list instead of the delay", "argmin gives a place in your list, and at place 0 "
     "stands the dilation `shortest`.", lambda h, a, b: tried(h, a, b).argmin(axis=0)),
    ("one sample too many", "Your delays are one too large: at which dilation does your list "
     "begin?", lambda h, a, b: find_delay(h, a, b) + 1),
    ("one sample too few", "Your delays are one too small: at which dilation does your list "
     "begin?", lambda h, a, b: find_delay(h, a, b) - 1),
    ("one delay for all recordings", "argmin() without an axis looks at all recordings at once. "
     "Ask for the place in each: axis=0 if each row is a dilation.",
     lambda h, a, b: tried(h, a, b).argmin() + a),
    ("the delay of the first recording", "Each microphone has a delay of its own, and you give "
     "all of them that of the first.",
     lambda h, a, b: np.full(len(h), find_delay(h[:1], a, b)[0])),
    ("not squared", "Loud samples go up and down and cancel each other in a mean. Square them "
     "first.", lambda h, a, b: tried(h, a, b, means).argmin(axis=0) + a),
    ("squared after the mean", "Loud samples go up and down and cancel each other in a mean. "
     "Square the samples, and take the mean of that.",
     lambda h, a, b: (tried(h, a, b, means) ** 2).argmin(axis=0) + a),
    ("sum instead of mean", "The larger the dilation, the fewer samples have a partner, and a sum "
     "of few is small without any echo. Take the mean.",
     lambda h, a, b: tried(h, a, b, total).argmin(axis=0) + a),
    ("the range of the example", "100 and 300 are the limits in the notebook alone. Search from "
     "`shortest` to `longest`.", lambda h, a, b: find_delay(h, 100, 300)),
    ("the delays of the example", "You return what the notebook knows of its own recordings. "
     "Find the delays in the recordings that you are given.",
     lambda h, a, b: recordings(2026)[1]),
    ("the loudness, not the dilation", "min gives how loud the quietest result is; argmin gives "
     "where it is.", lambda h, a, b: tried(h, a, b).min(axis=0)),
    ("longest delay left out", "range(a, b) ends before b, and the longest delay is possible "
     "too: range(shortest, longest + 1).", lambda h, a, b: find_delay(h, a, b - 1)),
    ("shortest delay left out", "The shortest delay is possible too: your list begins one too "
     "late.", lambda h, a, b: find_delay(h, a + 1, b)),
    ("searched from dilation 1", "Neighbouring samples of a noise are alike, so a dilation of 1 "
     "is quiet without any echo. Begin at `shortest`.",
     lambda h, a, b: find_delay(h, 1, b)),
    ("added instead of subtracted", "The kernel 1, 1 adds the echo to the sound, which is loudest "
     "at the delay. Use -1, 1 and look for the quietest, or 1, 1 and the loudest.",
     added),
    ("half of the delay", "Asked is the delay, in samples. That the sound goes to the wall and "
     "back is of no interest here.", lambda h, a, b: find_delay(h, a, b) // 2),
    ("counted from the end", "The delay is the dilation itself, not how many samples are left of "
     "the recording.", lambda h, a, b: h.shape[1] - find_delay(h, a, b)),
    ("delays in a column", "The result has one axis, (n,): take the channels' axis away before "
     "you look for the place.", lambda h, a, b: find_delay(h, a, b)[:, None]),
))
