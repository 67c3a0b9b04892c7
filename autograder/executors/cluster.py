"""Jobs in boxes on many machines, through dask.distributed."""

from __future__ import annotations

import logging
import time
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker

from .executor import ExecutorError, JobError
from .likeness import marks, unlike
from .worker import WALLS, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor as Futures

    from distributed import Security

    from autograder.course import Course
    from autograder.sandbox import Limits

__all__ = ["cluster"]

SECONDS = 10  # for an answer of the scheduler
RESTART = 60.0  # for workers that have died to be started again
PATIENCE = 5.0  # with a job, before scheduler and workers are looked at


@dataclass(frozen=True)
class _Cluster:
    """An `Executor` of threads, each of which waits for a worker.

    As many jobs are with dask as its workers can do, and one more for each: the death of a worker
    then touches few, and a long queue costs no memory there.
    """

    address: str
    client: Client
    dask: Futures
    wanted: list[str]
    box: str
    jobs: int
    threads: ThreadPoolExecutor
    alone: Lock = field(default_factory=Lock)

    @property
    def says(self) -> str:
        return f"{self.box} or stronger on each worker of {self.address}, {self.jobs} at a time"

    def submit(self, job: bytes) -> Future[bytes]:
        return self.threads.submit(self._answer, job)

    def _answer(self, job: bytes) -> bytes:
        """Run a job; what was there when workers died is tried again, one job at a time."""
        try:
            return self._ask(job)
        except KilledWorker:
            with self.alone:
                return self._suspect(job)

    def _suspect(self, job: bytes) -> bytes:
        try:
            return self._ask(job)
        except KilledWorker as error:
            msg = "each worker that ran this notebook died of it"
            raise JobError(msg) from error

    def _ask(self, job: bytes) -> bytes:
        """Wait for a worker's answer; dask forgets it as soon as it is here."""
        if self.client.status != "running":
            raise self._gone()
        future = self.dask.submit(work, job)
        while not wait([future], PATIENCE).done:
            self._look()
        try:
            return future.result()
        except CancelledError as error:
            raise self._gone() from error

    def _look(self) -> None:
        """Raise if there is nobody left to wait for; who has died may be back in a moment."""
        until = time.monotonic() + RESTART
        while True:
            if self.client.status != "running":
                raise self._gone()
            try:
                _fit(self.client, self.wanted)
            except (ExecutorError, OSError):  # the scheduler may be going just now
                if time.monotonic() > until:
                    raise
                time.sleep(1)
            else:
                return

    def _gone(self) -> ExecutorError:
        return ExecutorError(
            f"the scheduler at {self.address} is gone; what was graded is stored: "
            "start the scheduler and `course grade` again, which continues"
        )


@contextmanager
def cluster(
    address: str, course: Course, limits: Limits, *, security: Security
) -> Iterator[_Cluster]:
    """Run jobs in boxes on the workers of a scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tls://host:port``.
    course : Course
        Workers must have the same grader and the same packages for student code.
    limits : Limits
        What one submission may use.
    security : Security
        See `security`.

    Yields
    ------
    Executor
        At the end, what has not been done is cancelled.

    Raises
    ------
    ExecutorError
        If no scheduler answers, or no worker is fit.
    """
    wanted = marks(course, limits)
    with _connected(address, security) as client:
        workers, unfit = _fit(client, wanted)
        for line in unfit:
            logging.getLogger(__name__).warning(line)
        jobs = sum(worker["nthreads"] for worker in workers)
        dask = client.get_executor(pure=False, resources=dict.fromkeys(wanted, 1))
        with ThreadPoolExecutor(jobs + len(workers), "job") as threads:
            try:
                yield _Cluster(address, client, dask, wanted, _weakest(workers), jobs, threads)
            finally:
                threads.shutdown(wait=False, cancel_futures=True)
                client.close()  # ends the waiting of those that run


def _connected(address: str, security: Security) -> Client:
    try:
        return Client(address, security=security, timeout=SECONDS, set_as_default=False)
    except OSError as error:
        msg = f"no scheduler answers at {address}: {error}"
        raise ExecutorError(msg) from error


def _fit(client: Client, wanted: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the workers that are fit, and of each other one why it is not.

    Raises
    ------
    ExecutorError
        If none is fit.
    """
    workers = client.scheduler_info(n_workers=-1).get("workers", {})
    lacks = {name: unlike(wanted, worker["resources"]) for name, worker in workers.items()}
    unfit = [f"{name} gets no work: {why}" for name, why in lacks.items() if why]
    if len(unfit) == len(workers):
        msg = f"the cluster has no worker that is fit: {'; '.join(unfit) or 'it has none at all'}"
        raise ExecutorError(msg)
    return [workers[name] for name, why in lacks.items() if not why], unfit


def _weakest(workers: list[dict[str, Any]]) -> str:
    """Return the kind of box that all of the workers have or surpass."""
    marks = {mark for worker in workers for mark in worker["resources"]}
    return next(kind.name for kind in reversed(WALLS) if f"box {kind.name}" in marks)
