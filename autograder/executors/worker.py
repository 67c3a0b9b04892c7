"""A machine that works for a scheduler: its boxes, and the proof that it has them."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from distributed import Nanny, WorkerPlugin, get_worker
from distributed.comm.addressing import get_address_host
from distributed.utils import get_ip

from autograder.sandbox import Boxes, Limits
from autograder.sandbox.command import Tools
from autograder.sandbox.kinds import Cold, Pool

from .executor import answer
from .likeness import marks

if TYPE_CHECKING:
    from distributed import Security, Worker

    from autograder.course import Course

__all__ = ["WALLS", "boxes", "serve", "work"]

WALLS = (Pool, Cold)  # the strongest first


class _Box(WorkerPlugin):
    """Gives a worker its boxes, and says what it is to the scheduler.

    Work is given to workers by their marks, as resources in dask's sense: one that does not
    prove itself here offers none.
    """

    name = "box"
    boxes: Boxes

    def __init__(self, course: Course) -> None:
        self.course, self.stack = course, ExitStack()

    def setup(self, worker: Worker) -> None:
        self.boxes = self.stack.enter_context(boxes(self.course))
        offered = [*marks(self.course, self.boxes.limits), f"box {self.boxes.kind}"]
        for known in (worker.state.total_resources, worker.state.available_resources):
            known.update(dict.fromkeys(offered, worker.state.nthreads))

    def teardown(self, worker: Worker) -> None:
        self.stack.close()


def boxes(course: Course) -> Boxes:
    """Return boxes that are good enough for the work of others: those with namespaces alone."""
    return Boxes(Tools.of(course.box), Limits(), ladder=WALLS)


def work(job: bytes) -> bytes:
    """Run a job where dask has sent it.

    Raises
    ------
    BoxError
        If the box itself fails.
    """
    box = get_worker().plugins[_Box.name]
    assert isinstance(box, _Box)
    return answer(job, box.boxes)


def serve(address: str, course: Course, security: Security, jobs: int | None = None) -> None:
    """Work for a scheduler, until it ends or this process does.

    Parameters
    ----------
    address : str
        Of the scheduler.
    course : Course
        The same as the grader's.
    security : Security
        See `security`.
    jobs : int, optional
        Boxes at a time; the number of processors by default.

    Raises
    ------
    OSError
        If the scheduler does not answer.
    RuntimeError
        If the worker does not start: dask has then said why.
    """
    jobs = jobs or os.cpu_count() or 1
    try:
        asyncio.run(_serve(address, course, security=security, nthreads=jobs))
    except RuntimeError as error:  # dask's, around what happened
        raise error.__cause__ or error from None


async def _serve(address: str, course: Course, **options: Any) -> None:
    """Let a second process work, and start it again when it dies."""
    own = get_ip(get_address_host(address))  # by default dask listens to everybody
    async with Nanny(
        address,
        host=own,
        dashboard_address="127.0.0.1:0",
        memory_limit=0,  # a box has limits of its own: dask shall neither spill nor stop
        plugins=(_Box(course),),
        **options,
    ) as nanny:
        await nanny.finished()
