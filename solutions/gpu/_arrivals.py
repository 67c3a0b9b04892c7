"""Named ways to miss the first arrival."""

from __future__ import annotations

from functools import partial

from convlib import conv1d

from .cases import standardise


def matched(heard, code, *, before=standardise, kernel=lambda code: code - code.mean()):
    """Return how well the code fits at each place."""
    return conv1d(before(heard)[:, None], kernel(code)[None, None])[:, 0]


def loud(match, least=0.6):
    """Return where the match is over the threshold."""
    return match >= least * match.max(axis=-1, keepdims=True)


def placed(heard, code, *, of):
    """Return a place made of the match and of the code's length."""
    return of(matched(heard, code), len(code))


def one_threshold(heard, code):
    """Compare all recordings, as they are, with the loudest."""
    match = matched(heard, code, before=lambda heard: heard)
    return (match >= 0.6 * match.max()).argmax(axis=-1)


# fmt: off
ARRIVED = (
    *((name, hint, partial(placed, of=of)) for name, hint, of in (
        ("best match in place of the first", "The wall's echo is the louder one. Ask for the first "
         "place that is over the threshold, not for the highest.",
         lambda match, _: match.argmax(axis=-1)),
        ("worst match", "A code that is there gives a large positive result: look for these.",
         lambda match, _: match.argmin(axis=-1)),
        ("first quiet place", "You look for the first place below the threshold.",
         lambda match, _: (~loud(match)).argmax(axis=-1)),
        ("loud places counted", "sum gives how many places are over the threshold; argmax gives "
         "the first.",
         lambda match, _: loud(match).sum(axis=-1)),
        ("counted from one", "The first sample has the index 0: your places are one too large.",
         lambda match, _: loud(match).argmax(axis=-1) + 1),
        ("end of the code", "You give its last sample; its first is len(code) - 1 earlier.",
         lambda match, k: loud(match).argmax(axis=-1) + k - 1),
        ("middle of the code", "You give the middle of the code. Do you pad? Then subtract that.",
         lambda match, k: loud(match).argmax(axis=-1) + k // 2),
        ("counted from the end", "Asked is how many samples come before the code.",
         lambda match, k: match.shape[-1] + k - 1 - loud(match).argmax(axis=-1)),
        ("one place for all recordings", "argmax() without an axis looks at all recordings at "
         "once: axis=-1.",
         lambda match, _: loud(match).argmax()),
        ("recordings compared with each other", "argmax(axis=0) goes down the recordings. Each "
         "has a place of its own: axis=-1.",
         lambda match, _: loud(match).argmax(axis=0)),
        ("places in a column", "The result has one axis, (n,): leave keepdims out, and take the "
         "channels' axis away.",
         lambda match, _: loud(match).argmax(axis=-1)[:, None]),
        ("the best match, not a place", "max gives how good the match is; argmax gives where.",
         lambda match, _: match.max(axis=-1)),
        ("delay of the echo", "You give how much later the echo is. Asked is where the first "
         "sound begins.",
         lambda match, _: match.argmax(axis=-1) - loud(match).argmax(axis=-1)),
    )),
    ("mean of the code left in", "Take the mean away from the code: else a hum looks like it.",
     lambda heard, code: loud(matched(heard, code, kernel=lambda c: c)).argmax(axis=-1)),
    ("upside-down code taken", "Large negative results are of a code upside down. Compare the "
     "results themselves, not their abs.",
     lambda heard, code: loud(abs(matched(heard, code))).argmax(axis=-1)),
    ("another threshold", "You take a fainter code for the first. The threshold is 0.6 times the "
     "row's largest result.",
     lambda heard, code: loud(matched(heard, code), 0.5).argmax(axis=-1)),
    ("one maximum for all rows", "max() without an axis looks at all recordings. Each has its own: "
     "axis=-1, keepdims=True.",
     lambda heard, code: (
         (match := matched(heard, code)) >= 0.6 * match.max()).argmax(axis=-1)),
    ("code read backwards", "The code has to meet the recording in its own order: do you flip it?",
     lambda heard, code: loud(matched(heard, code[::-1])).argmax(axis=-1)),
    ("samples in place of matches", "The loudest samples say nothing: convolve with the code, then "
     "threshold the result.",
     lambda heard, _: loud(standardise(heard)).argmax(axis=-1)),
    ("one threshold for loud and quiet recordings", "A quiet recording never gets over the "
     "threshold of the loudest. Standardise, and take each row's own maximum.",
     one_threshold),
)
# fmt: on
