"""A race between the student's function and a naive one, turn by turn, timed from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.answers import Failure, Timed

from .box import BoxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.answers import Answer
    from autograder.spec import Case


__all__ = ["Turn", "not_ours", "race"]

NEAR = 1e-3  # relative to the largest number: rounds are compared to tell work from pretence
PRETENCE = Failure(
    "refused", "with the same numbers in another order, the answer was no longer the right one"
)


@dataclass(frozen=True)
class Turn:
    """An answer, and what it took: seconds by the clock and of the processor, most bytes."""

    answer: Answer
    seconds: float
    busy: float
    peak: int


def race(case: Case, turn: Callable[[Case, str], Turn]) -> Timed:
    """Let both functions answer round after round.

    Only the first round has the case's own inputs.  The others have the same numbers in other
    orders, which nobody can foresee, and each answer is compared with the naive one: who keeps an
    answer to give it again, or works in the first round only or ahead, wins nothing.

    Parameters
    ----------
    case : Case
        With a race.
    turn : callable (Case, {"student", "naive"}) -> Turn
        Puts the case to one of the two processes.

    Raises
    ------
    BoxError
        If the naive version fails: never the student's fault.
    """
    assert case.race is not None
    rounds: list[tuple[Turn, Turn]] = []
    rng = np.random.default_rng()
    for number in range(case.race.rounds):
        shuffled = _shuffled(case, rng) if number else case
        student = turn(shuffled, "student")
        if isinstance(student.answer, Failure):
            return _timed(student.answer, rounds)
        naive = turn(shuffled, "naive")
        if isinstance(naive.answer, Failure):
            return _timed(not_ours(naive.answer), rounds)
        rounds.append((student, naive))
        if not _near(student.answer, naive.answer):
            return _timed(PRETENCE if number else student.answer, rounds)
    return _timed(rounds[0][0].answer, rounds)


def _timed(answer: Answer, rounds: list[tuple[Turn, Turn]]) -> Timed:
    students, naives = ([pair[i] for pair in rounds] for i in (0, 1))
    return Timed(
        answer,
        seconds=tuple(turn.seconds for turn in students),
        naive_seconds=tuple(turn.seconds for turn in naives),
        busy=tuple(turn.busy for turn in students),
        naive_busy=tuple(turn.busy for turn in naives),
        peak=max((turn.peak for turn in students), default=0),
        naive_peak=max((turn.peak for turn in naives), default=0),
    )


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
