"""Whether a right answer was fast enough, and needed little enough memory."""

from __future__ import annotations

import copy
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from .answers import Failure, Timed, answer_of
from .verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from .answers import Outcome
    from .spec import Case, Race

__all__ = ["finish", "run"]

MIB = 1 << 20
SMALL = 16 * MIB  # buffers that Python and NumPy take anyway


def finish(race: Race, outcome: Outcome) -> tuple[Verdict, str]:
    """Judge what a right answer took.

    Examples
    --------
    >>> import numpy as np
    >>> from autograder.spec import Race
    >>> timed = Timed(np.ones(1), (0.1, 0.9), (1.2, 9.0), busy=(0.1, 0.1), naive_busy=(1.2, 1.2))
    >>> finish(Race("def f(x): ...", at_least=5), timed)[1]
    '12 times as fast as the loop; at least 5 was asked'
    """
    if not isinstance(outcome, Timed) or not outcome.busy:
        return Verdict.ERROR, "nobody took the time of this case"
    said = f"{outcome.factor:.2g} times as fast as the loop; at least {race.at_least:g} was asked"
    if outcome.factor < race.at_least:
        return Verdict.FAIL, f"only {said}"
    if race.memory is not None and outcome.peak > max(SMALL, race.memory * outcome.naive_peak):
        return Verdict.FAIL, _too_much(outcome, race.memory)
    return Verdict.PASS, said


def run(function: Callable[..., Any], case: Case) -> Outcome:
    """Time a function in this very process: for one's own check, which gives no marks.

    Parameters
    ----------
    function : callable
        To be called with the case's arguments.
    case : Case
        With a race; its memory is not measured here.
    """
    assert case.race is not None
    answer = answer_of(function, case)
    if isinstance(answer, Failure):
        return answer
    naive = _function(case.race.naive)
    rounds = [(_took(function, case), _took(naive, case)) for _ in range(case.race.rounds)]
    (seconds, busy), (naive_seconds, naive_busy) = (
        zip(*turns, strict=True) for turns in zip(*rounds, strict=True)
    )
    return Timed(answer, seconds, naive_seconds, busy, naive_busy)


def _function(source: str) -> Callable[..., Any]:
    """Return the last function that a trusted source defines."""
    names: dict[str, Any] = {}
    exec(source, names)
    found: Callable[..., Any] = [thing for thing in names.values() if callable(thing)][-1]
    return found


def _took(function: Callable[..., Any], case: Case) -> tuple[float, float]:
    """Return the seconds that a call takes, by the clock and of the processor."""
    args, kwargs = copy.deepcopy((case.args, dict(case.kwargs)))
    start, worked = perf_counter(), process_time()
    function(*args, **kwargs)
    return perf_counter() - start, process_time() - worked


def _too_much(timed: Timed, memory: float) -> str:
    own, naive = (max(1, round(peak / MIB)) for peak in (timed.peak, timed.naive_peak))
    return f"it holds {own} MiB, the loop {naive}: at most {memory:g} times as much is allowed"
