"""Memory in few large pages: a fork copies an entry for each, and its end takes each back."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .libc import call

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collapse"]

MADV_COLLAPSE = 25
HUGE = 2 << 20  # bytes
OF_NO_FILE = "0"  # inode


def collapse() -> None:
    """Put what this process holds into huge pages, as far as the kernel has them.

    What a child writes to is copied in small pages all the same.  It needs Linux 6.1; an older
    kernel refuses, and all stays as it is.
    """
    for first, last in _writable():
        start, end = first + -first % HUGE, last - last % HUGE
        if start < end:
            with suppress(OSError):
                call("madvise", ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def _writable() -> Iterator[tuple[int, int]]:
    """Find the spans of memory that are this process's own."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _, _, inode, *_ = line.split()
        if rights == "rw-p" and inode == OF_NO_FILE:
            first, last = span.split("-")
            yield int(first, 16), int(last, 16)
