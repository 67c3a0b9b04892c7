"""How many processors a convolution of NumPy arrays uses.

The number is that of ``set_num_threads``, else of the environment variable ``OMP_NUM_THREADS``,
else of the processors that this process may use.
NumPy lets go of Python's lock while it copies and multiplies, so threads work side by side;
while they do, BLAS is held to one thread each, so that the two never fight for processors.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from math import prod
from threading import Lock, local
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .window import at_least_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._backend import Array

__all__ = ["each", "get_num_threads", "scratch", "set_num_threads", "summed"]

Task = TypeVar("Task")
_chosen: int | None = None
_own = local()


def get_num_threads() -> int:
    """Return how many threads a convolution of NumPy arrays uses at most.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> get_num_threads() >= 1
    True
    """
    return _chosen or _given() or _processors()


def set_num_threads(count: int) -> None:
    """Let convolutions of NumPy arrays use up to `count` threads from now on.

    Parameters
    ----------
    count : int
        1 leaves all threading to BLAS.

    Raises
    ------
    ValueError
        If `count` is no integer of at least 1.

    Examples
    --------
    >>> before = get_num_threads()
    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(before)
    """
    global _chosen  # noqa: PLW0603  # one setting for the process, as in every library with threads
    _chosen = at_least_one(count, "the number of threads")


def each(work: Callable[[Task], Any], tasks: Sequence[Task]) -> None:
    """Do the work of every task; the caller and its helpers draw them from one pile."""
    threads = min(get_num_threads(), len(tasks))
    pile = iter(tasks)

    def draw() -> None:
        for task in pile:
            work(task)

    if threads <= 1:
        return draw()
    with _blas().on_one_thread():
        helpers = [_pool(get_num_threads()).submit(draw) for _ in range(threads - 1)]
        draw()
        for helper in helpers:
            helper.result()
    return None


def summed(
    add: Callable[[Task, Array], Any],
    tasks: Sequence[Task],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
) -> Array:
    """Return what all tasks add to zeros; each thread adds to zeros of its own."""
    hands = min(get_num_threads(), len(tasks))
    sums = np.zeros((hands, *shape), dtype)

    def work(hand: int) -> None:
        for task in tasks[hand::hands]:
            add(task, sums[hand])

    each(work, range(hands))
    return sums.sum(0, dtype=dtype)


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return an array of this thread's own, with anything in it, good until the next of its name.

    Fresh memory costs more than what most blocks are used for, so it is kept.
    """
    size = prod(shape) * dtype.itemsize
    kept = getattr(_own, name, None)
    if kept is None or kept.nbytes < size:
        kept = np.empty(size, np.uint8)
        setattr(_own, name, kept)
    return kept[:size].view(dtype).reshape(shape)


class _Blas:
    """BLAS libraries of this process, on one thread as long as anybody needs it."""

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController

        self.controller = ThreadpoolController()
        self.lock = Lock()
        self.users = 0
        self.limit: Any = None

    @contextmanager
    def on_one_thread(self) -> Iterator[None]:
        with self.lock:
            self.users += 1
            if self.users == 1:
                self.limit = self.controller.limit(limits=1, user_api="blas")
        try:
            yield
        finally:
            with self.lock:
                self.users -= 1
                if self.users == 0:
                    self.limit.restore_original_limits()


_blas = cache(_Blas)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "convlib")


def _given() -> int | None:
    said = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(said) if said.isdecimal() and int(said) else None


def _processors() -> int:
    if sys.platform == "emscripten":  # a web page gives Python one thread
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):  # a child inherits the pool without its threads
    os.register_at_fork(after_in_child=_pool.cache_clear)
