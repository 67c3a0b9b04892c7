"""Cut work into blocks: small enough for a cache, and as many for one thread as for another."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import ceil
from typing import TYPE_CHECKING

from .threads import get_num_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Box", "boxes", "cuts", "overlap"]

Box = tuple[slice, ...]


def boxes(shape: Sequence[int], size: int) -> tuple[Box, ...]:
    """Cut an index space into boxes of about `size` positions, the last axes whole first.

    Where an axis is cut, each thread gets as many of its parts.
    """
    return _boxes(tuple(shape), size, get_num_threads())


@lru_cache(256)
def _boxes(shape: Sequence[int], size: int, threads: int) -> tuple[Box, ...]:
    sides: list[list[slice]] = []
    for n in reversed(shape):
        whole = n <= size
        sides.append(cuts(n, size, 1 if whole else threads))
        size = size // max(n, 1) if whole else 1
    return tuple(product(*reversed(sides)))


def cuts(n: int, size: int, multiple: int = 1) -> list[slice]:
    """Cut `n` positions into equal parts of at most about `size`, some multiple of parts."""
    parts = ceil(n / max(size, 1) / multiple) * multiple
    part = ceil(n / parts) if n else 1
    return [slice(start, min(start + part, n)) for start in range(0, n, part)]


def overlap(start: int, height: int, size: int) -> tuple[slice, slice]:
    """Return which of `size` rows are among `height` rows from `start` on, and where there."""
    first, last = max(start, 0), max(min(start + height, size), start, 0)
    last = max(first, last)
    return slice(first, last), slice(first - start, last - start)
