"""A race between the student's function and a naive one, turn by turn, timed from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.answers import Failure, Timed

from .box import BoxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.answers import Answer
    from autograder.spec import Case

    Turn = tuple[Answer, float, int]

__all__ = ["not_ours", "race"]

AT_MOST = 3  # times the rounds, for who is too slow: a busy machine must not decide
NEAR = 1e-3  # relative to the largest number: rounds are compared to tell work from pretence
PRETENCE = Failure(
    "refused", "with the same numbers in another order, the answer was no longer the right one"
)


def race(case: Case, turn: Callable[[Case, str], Turn]) -> Timed:
    """Let both functions answer round after round.

    Only the first round has the case's own inputs.  The others have the same numbers in other
    orders, which nobody can foresee, and each answer is compared with the naive one: who keeps an
    answer to give it again, or works in the first round only or ahead, wins nothing.

    Parameters
    ----------
    case : Case
        With a race.
    turn : callable (Case, {"student", "naive"}) -> (answer, seconds, peak)
        Puts the case to one of the two processes.

    Raises
    ------
    BoxError
        If the naive version fails: never the student's fault.
    """
    assert case.race is not None
    rounds: list[tuple[Turn, Turn]] = []
    rng = np.random.default_rng()
    for number in range(AT_MOST * case.race.rounds):
        if number >= case.race.rounds and _result(rounds).factor >= case.race.at_least:
            break
        shuffled = _shuffled(case, rng) if number else case
        student = turn(shuffled, "student")
        if isinstance(student[0], Failure):
            return _timed(student[0], rounds)
        naive = turn(shuffled, "naive")
        if isinstance(naive[0], Failure):
            return _timed(not_ours(naive[0]), rounds)
        rounds.append((student, naive))
        if not _near(student[0], naive[0]):
            return _timed(PRETENCE if number else student[0], rounds)
    return _result(rounds)


def _result(rounds: list[tuple[Turn, Turn]]) -> Timed:
    """Return what was measured, with the answer to the case's own inputs."""
    (answer, *_), _ = rounds[0]
    return _timed(answer, rounds)


def _timed(answer: Answer, rounds: list[tuple[Turn, Turn]]) -> Timed:
    students, naives = ([pair[i] for pair in rounds] for i in (0, 1))
    seconds, naive_seconds = (tuple(turn[1] for turn in turns) for turns in (students, naives))
    peak, naive_peak = (max((turn[2] for turn in turns), default=0) for turns in (students, naives))
    return Timed(answer, seconds, naive_seconds, peak, naive_peak)


def not_ours(failure: Failure) -> Failure:
    """Return a naive version's failure if it is that of the whole notebook's time.

    Raises
    ------
    BoxError
        If the naive version itself is at fault.
    """
    if failure.kind == "timeout":
        return failure
    msg = f"the naive version of a race fails: {failure.text}"
    raise BoxError(msg)


def _shuffled(case: Case, rng: np.random.Generator) -> Case:
    return replace(case, args=tuple(_reordered(arg, rng) for arg in case.args))


def _reordered(arg: Any, rng: np.random.Generator) -> Any:
    if not isinstance(arg, np.ndarray):
        return arg
    return rng.permutation(arg.ravel()).reshape(arg.shape)


def _near(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if one.shape != other.shape:
        return False
    largest = np.nan_to_num(np.abs(other), posinf=0).max(initial=0)
    return bool(np.allclose(one, other, rtol=NEAR, atol=NEAR * largest, equal_nan=True))
