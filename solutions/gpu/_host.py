"""References and mistakes that are about numbers alone: they are asked with NumPy's arrays."""

from __future__ import annotations

from functools import partial


def on_host(function):
    """Return a function that gets NumPy's arrays, wherever a case's arrays are."""
    asked = partial(function)
    asked.on_host = True
    return asked
