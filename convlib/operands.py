"""What callers hand over: arrays of numbers from one library, brought to one dtype."""

from __future__ import annotations

from typing import Any

from ._backend import Array, _check_array, _common_library

__all__ = ["promoted"]


def promoted(**given: Array | None) -> tuple[Array, ...]:
    """Return the arrays in their common dtype, None as None; TypeError if they do not go together.

    The keywords are the names under which the caller's user knows the arrays.
    """
    arrays = {name: array for name, array in given.items() if array is not None or name != "bias"}
    for name, array in arrays.items():
        _check_array(name, array)
    xp = _common_library(arrays)
    dtype = _common_dtype(xp, arrays)
    return tuple(
        xp.astype(array, dtype, copy=False) if name in arrays else None
        for name, array in given.items()
    )


def _common_dtype(xp: Any, arrays: dict[str, Array]) -> Any:
    try:
        return xp.result_type(*arrays.values())
    except TypeError:  # the standard leaves integers with floats to each library
        dtypes = (f"{name} of {array.dtype}" for name, array in arrays.items())
        msg = f"the dtypes have none in common, got {', '.join(dtypes)}; convert one of them"
        raise TypeError(msg) from None
