"""How good an answer is, where none is exactly right: measured against the truth.

A measure takes an answer and the truth, arrays of one shape, and returns a number, the greater
the better.  Answers come from students: a measure gets any finite numbers, huge ones among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .verdicts import Verdict

if TYPE_CHECKING:
    from .spec import Quality

__all__ = ["MEASURES", "accuracy", "explained", "finish", "overlap"]

Array = np.ndarray[Any, Any]
LONG = 1e4


def overlap(answer: Array, truth: Array) -> float:
    """Return the intersection over the union of what is not zero (the Jaccard index).

    Where both are not zero, they must also agree: a mask of 255 is none of 1.

    Examples
    --------
    >>> overlap(np.asarray([0, 1, 1, 1]), np.asarray([1, 1, 1, 0]))
    0.5
    """
    one, other = answer != 0, truth != 0
    union = (one | other).sum()
    return float((one & other & (answer == truth)).sum() / union) if union else 1.0


def accuracy(answer: Array, truth: Array) -> float:
    """Return the share of values that are the true ones.

    Examples
    --------
    >>> accuracy(np.asarray([3, 1, 2, 2]), np.asarray([3, 1, 2, 0]))
    0.75
    """
    return float((answer == truth).mean()) if truth.size else 1.0


def explained(answer: Array, truth: Array) -> float:
    """Return the share of the variance that is explained (the coefficient of determination).

    1 is all, 0 is what the mean of the truth would reach, and worse is below 0.

    Examples
    --------
    >>> explained(np.asarray([1.0, 2.0, 4.0]), np.asarray([1.0, 2.0, 3.0]))
    0.5
    """
    error = ((answer.astype(float) - truth) ** 2).sum()
    if not error:
        return 1.0
    return float(1 - error / ((truth - truth.mean()) ** 2).sum())


MEASURES = {measure.__name__: measure for measure in (overlap, accuracy, explained)}


def finish(quality: Quality, answer: Array, truth: Array) -> tuple[Verdict, str]:
    """Judge how good an answer of the right shape and dtype is.

    Examples
    --------
    >>> from autograder.spec import Quality
    >>> asked = Quality("overlap with the truth", overlap, at_least=0.8)
    >>> finish(asked, np.asarray([0, 1, 1, 1]), np.asarray([1, 1, 1, 0]))[1]
    'overlap with the truth 0.50; at least 0.80 is asked'
    """
    odd = int((~np.isfinite(answer)).sum())
    if odd:
        return Verdict.FAIL, f"{odd} of {answer.size} values are not finite"
    value = _measured(quality, answer, truth)
    if np.isnan(value):
        if np.isnan(_measured(quality, truth, truth)):
            return Verdict.ERROR, f"the {quality.name} of the truth itself cannot be measured"
        return Verdict.FAIL, f"the {quality.name} cannot be measured: are the numbers too large?"
    verdict = Verdict.PASS if value >= quality.at_least else Verdict.FAIL
    said = np.floor(100 * value) / 100  # 0.799 must not look like 0.80
    shown = f"{said:.2f}" if abs(said) < LONG else f"{said:.0e}"
    return verdict, f"{quality.name} {shown}; at least {quality.at_least:.2f} is asked"


def _measured(quality: Quality, answer: Array, truth: Array) -> float:
    """Return the measure; NaN if it fails, since no answer may stop the grading of a class."""
    try:
        return float(quality.measure(answer, truth))
    except Exception:
        return float("nan")
