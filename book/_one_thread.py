"""Keep everything on one thread for a while.

Small networks learn as fast that way, and on a busy machine much faster: threads of BLAS that
wait for each other spin meanwhile.  And a clock that counts one thread's work then sees all of it.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from convlib import get_num_threads, set_num_threads


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the library and BLAS on one thread each, within the context."""
    before = get_num_threads()
    set_num_threads(1)
    try:
        with _blas_on_one_thread():
            yield
    finally:
        set_num_threads(before)


def _blas_on_one_thread() -> AbstractContextManager[Any]:
    if sys.platform == "emscripten":  # it has one thread and no BLAS
        return nullcontext()
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")
