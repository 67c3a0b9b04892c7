"""Jobs in boxes on this machine."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.sandbox import Boxes

from .executor import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.sandbox import Limits
    from autograder.sandbox.command import Tools

__all__ = ["local"]


@dataclass(frozen=True)
class _Local:
    """An `Executor` of threads, each of which waits for a box."""

    boxes: Boxes
    jobs: int
    threads: ThreadPoolExecutor

    @property
    def box(self) -> str:
        return self.boxes.kind

    @property
    def says(self) -> str:
        return self.boxes.says

    def submit(self, job: bytes) -> Future[bytes]:
        return self.threads.submit(answer, job, self.boxes)


@contextmanager
def local(
    tools: Tools, limits: Limits, *, jobs: int | None = None, unsafe: bool = False
) -> Iterator[_Local]:
    """Run jobs in boxes on this machine.

    Parameters
    ----------
    tools : Tools
        What boxes are made of.
    limits : Limits
        What one submission may use.
    jobs : int, optional
        Boxes at a time; the number of processors by default.
    unsafe : bool
        Go without walls: for one's own code only.

    Yields
    ------
    Executor
        At the end, what has not begun is cancelled and what runs is ended with its box.
    """
    jobs = jobs or os.cpu_count() or 1
    with ThreadPoolExecutor(jobs, "box") as threads, Boxes(tools, limits, unsafe=unsafe) as boxes:
        try:
            yield _Local(boxes, jobs, threads)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
