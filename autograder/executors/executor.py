"""What every executor offers, and the one thing that all of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from autograder.job import Job, run
from autograder.sandbox import BoxError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from autograder.sandbox import Boxes

__all__ = ["Executor", "answer"]


class Executor(Protocol):
    """Runs jobs somewhere, several at a time.

    Parameters
    ----------
    box : str
        Which walls there are, see `autograder.sandbox.Boxes`.
    jobs : int
        How many run at a time.
    """

    @property
    def box(self) -> str: ...  # noqa: D102
    @property
    def jobs(self) -> int: ...  # noqa: D102

    def submit(self, job: bytes) -> Future[bytes]:
        """Return the bundle's bytes, or the error that kept it from being made, to come.

        Parameters
        ----------
        job : bytes
            As `Job.to_bytes` makes them.
        """
        ...


def answer(job: bytes, boxes: Boxes) -> bytes:
    """Run a job in a fresh box, and in a second one if the first breaks.

    Raises
    ------
    BoxError
        If both break: a machine may have a bad moment, but hardly two.
    """
    asked = Job.from_bytes(job)
    try:
        return run(asked, boxes).to_bytes()
    except BoxError:
        return run(asked, boxes).to_bytes()
