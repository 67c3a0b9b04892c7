"""Rules that code itself must keep, read off its source and never by running it."""

from .makers import (
    broken,
    made,
    must_use,
    no_call,
    no_library_convolution,
    no_loop_over_samples,
)
from .source import readable

__all__ = [
    "broken",
    "made",
    "must_use",
    "no_call",
    "no_library_convolution",
    "no_loop_over_samples",
    "readable",
]
