"""How many processors a convolution of NumPy arrays uses.

The number is that of ``set_num_threads``, else of the environment variable ``OMP_NUM_THREADS``,
else of the processors that this process may use.
NumPy lets go of Python's lock while it copies and multiplies, so threads work side by side;
while they do, BLAS is held to one thread each, so that the two never fight for processors.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from functools import cache, partial
from math import prod
from threading import Lock, Thread, local
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .window import at_least_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ._backend import Array

__all__ = [
    "blas_on_one_thread",
    "each",
    "get_num_threads",
    "scratch",
    "set_num_threads",
    "summed",
    "unchanged",
]

Task = TypeVar("Task")
_chosen: int | None = None
_own = local()
_idle: list[_Helper] = []


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
    """Do the work of every task; the caller and its helpers draw them from one pile.

    Within a task, other tasks are done one after the other: the processors are busy.
    """
    alone = len(tasks) <= 1 or getattr(_own, "busy", False)
    threads = 1 if alone else min(get_num_threads(), len(tasks))
    if threads <= 1:
        for task in tasks:
            work(task)
        return
    pile = iter(tasks)

    def draw() -> None:
        _own.busy = True
        try:
            for task in pile:
                work(task)
        finally:
            _own.busy = False

    with blas_on_one_thread():
        helpers = [_idle.pop() if _idle else _Helper() for _ in range(threads - 1)]
        for helper in helpers:
            helper.start(partial(copy_context().run, draw))  # with the caller's numpy.errstate
        try:
            draw()
        finally:
            errors = [helper.wait() for helper in helpers]  # of all, before any is raised
        for error in filter(None, errors):
            raise error


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


def unchanged(name: str, layout: object) -> bool:
    """Return whether this thread's scratch array of that name was last used for that layout too.

    Then zeros that lie between what is written are still there.
    """
    key = f"{name} layout"
    same = getattr(_own, key, None) == layout
    setattr(_own, key, layout)
    return same


class _Helper:
    """A thread that waits for work, behind locks: they hand over faster than an executor does."""

    def __init__(self) -> None:
        self._given, self._done = Lock(), Lock()
        self._given.acquire()
        self._done.acquire()
        self._error: BaseException | None = None
        Thread(target=self._serve, name="convlib", daemon=True).start()

    def start(self, work: Callable[[], None]) -> None:
        self._work = work
        self._given.release()

    def wait(self) -> BaseException | None:
        """Wait until the work is done, and return what it raised."""
        self._done.acquire()
        error, self._error = self._error, None
        _idle.append(self)
        return error

    def _serve(self) -> None:
        while True:
            self._given.acquire()
            try:
                self._work()
            except BaseException as error:  # it is raised where the work is waited for
                self._error = error
            del self._work
            self._done.release()


class _Blas:
    """BLAS libraries of this process, on one thread as long as anybody needs it."""

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController

        found = ThreadpoolController().lib_controllers
        self.libraries = [library for library in found if library.user_api == "blas"]
        self.lock = Lock()
        self.users = 0
        self.before: list[int] = []

    @contextmanager
    def on_one_thread(self) -> Iterator[None]:
        with self.lock:
            self.users += 1
            if self.users == 1:
                self.before = [library.num_threads for library in self.libraries]
                self._set([1] * len(self.before))
        try:
            yield
        finally:
            with self.lock:
                self.users -= 1
                if self.users == 0:
                    self._set(self.before)

    def _set(self, counts: list[int]) -> None:
        for library, count in zip(self.libraries, counts, strict=True):
            library.set_num_threads(count)


_blas = cache(_Blas)


def blas_on_one_thread() -> AbstractContextManager[None]:
    """Return a context in which BLAS leaves other processors alone, if we use several."""
    return _blas().on_one_thread() if get_num_threads() > 1 else nullcontext()


def _given() -> int | None:
    said = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(said) if said.isdecimal() and int(said) else None


def _processors() -> int:
    if sys.platform == "emscripten":  # a web page gives Python one thread
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):  # a child inherits the helpers without their threads
    os.register_at_fork(after_in_child=_idle.clear)
