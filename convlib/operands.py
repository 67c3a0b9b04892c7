"""What callers hand over: arrays of numbers from one library, brought to one dtype."""

from __future__ import annotations

from typing import Any

import numpy as np
from array_api_compat import is_array_api_obj
from numpy.ma import MaskedArray

from ._backend import Array, array_namespace

__all__ = ["promoted"]


def promoted(**given: Array | None) -> tuple[Array, ...]:
    """Return the arrays in their common dtype, None as None; TypeError if they do not go together.

    The keywords are the names under which the caller's user knows the arrays.
    """
    arrays = {name: array for name, array in given.items() if array is not None or name != "bias"}
    if _alike(arrays):
        return tuple(given.values())
    for name, array in arrays.items():
        _check_array(name, array)
    xp = _common_library(arrays)
    dtype = _common_dtype(xp, arrays)
    return tuple(
        xp.astype(array, dtype, copy=False) if name in arrays else None
        for name, array in given.items()
    )


def _alike(arrays: dict[str, Array | None]) -> bool:
    """Return whether these are NumPy's numbers of one dtype: what is checked else takes longer."""
    dtypes = {array.dtype if type(array) is np.ndarray else None for array in arrays.values()}
    only = dtypes.pop()
    return not dtypes and only is not None and only.isnative and only.kind in "iufc"


def _common_dtype(xp: Any, arrays: dict[str, Array]) -> Any:
    try:
        return xp.result_type(*arrays.values())
    except TypeError:  # the standard leaves integers with floats to each library
        dtypes = (f"{name} of {array.dtype}" for name, array in arrays.items())
        msg = f"the dtypes have none in common, got {', '.join(dtypes)}; convert one of them"
        raise TypeError(msg) from None


def _check_array(name: str, array: Array) -> None:
    if not is_array_api_obj(array):
        msg = f"{name} must be an array, got {type(array).__name__}; numpy.asarray makes one"
        raise TypeError(msg)
    if isinstance(array, MaskedArray):
        msg = f"{name} is a masked array, whose mask would be ignored; fill it first: .filled(0)"
        raise TypeError(msg)
    if not _is_numeric(array):
        msg = (
            f"{name} must hold numbers, got dtype {array.dtype}; convert it, as with .astype(float)"
        )
        raise TypeError(msg)


def _common_library(given: dict[str, Array]) -> Any:
    try:
        return array_namespace(*given.values())
    except TypeError:
        homes = (f"{name} of {type(a).__module__.partition('.')[0]}" for name, a in given.items())
        msg = f"the arrays must come from one library, got {', '.join(homes)}; convert one of them"
        raise TypeError(msg) from None


def _is_numeric(array: Array) -> bool:
    try:
        return bool(array_namespace(array).isdtype(array.dtype, "numeric"))
    except TypeError:  # NumPy knows its classic dtypes alone, not variable-width strings
        return False
