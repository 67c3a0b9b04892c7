"""What every executor offers, and the one thing that all of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from autograder.job import Job, run

if TYPE_CHECKING:
    from concurrent.futures import Future

    from autograder.sandbox import Boxes

__all__ = ["Executor", "ExecutorError", "JobError", "answer"]


class ExecutorError(RuntimeError):
    """Nothing can be run here, or no longer: what was stored is not lost."""


class JobError(RuntimeError):
    """The job cannot be run here, however often it is tried; others can."""


class Executor(Protocol):
    """Runs jobs somewhere, several at a time.

    Parameters
    ----------
    box : str
        Which walls there are, see `autograder.sandbox.Boxes`.
    jobs : int
        How many run at a time.
    says : str
        What holds student code in, and where, in one line.
    """

    @property
    def box(self) -> str: ...  # noqa: D102
    @property
    def jobs(self) -> int: ...  # noqa: D102
    @property
    def says(self) -> str: ...  # noqa: D102

    def submit(self, job: bytes) -> Future[bytes]:
        """Return a future of the bundle's bytes.

        It raises `BoxError` if a box failed, which another try may cure, `JobError` if none can,
        and `ExecutorError` if no job can be run any more.

        Parameters
        ----------
        job : bytes
            As `Job.to_bytes` makes them.
        """
        ...


def answer(job: bytes, boxes: Boxes) -> bytes:
    """Run a job in a fresh box.

    Raises
    ------
    BoxError
        If the box itself fails.
    """
    return run(Job.from_bytes(job), boxes).to_bytes()
