"""What array libraries do differently, and the few operations their standard lacks."""

from __future__ import annotations

from typing import Any

from array_api_compat import array_namespace, device, is_array_api_obj
from numpy.ma import MaskedArray

__all__ = ["Array", "add_bias", "array_namespace", "pad_spatial", "promoted", "zeros_like"]

Array = Any  # of NumPy, CuPy, or any library that follows the array API standard


def promoted(x: Array, weight: Array, bias: Array | None) -> tuple[Array, Array, Array | None]:
    """Return the three in their common dtype; TypeError if they are not arrays of one library."""
    given = {"x": x, "weight": weight} | ({} if bias is None else {"bias": bias})
    for name, array in given.items():
        _check_array(name, array)
    xp = _common_library(given)
    dtype = xp.result_type(*given.values())
    x, weight, *rest = (xp.astype(array, dtype, copy=False) for array in given.values())
    return x, weight, rest[0] if rest else None


def zeros_like(a: Array, shape: tuple[int, ...]) -> Array:
    """Return zeros of `shape` with the dtype of `a`, on its device."""
    return array_namespace(a).zeros(shape, dtype=a.dtype, device=device(a))


def pad_spatial(x: Array, room: tuple[int, ...], inner: tuple[slice, ...]) -> Array:
    """Return zeros that fill `room` on the spatial axes, with `x` laid `inner`."""
    if x.shape[2:] == room:
        return x
    padded = zeros_like(x, (*x.shape[:2], *room))
    padded[(..., *inner)] = x
    return padded


def add_bias(y: Array, bias: Array | None) -> Array:
    """Add `bias` to the channels of `y`, an array that nobody else holds."""
    if bias is not None:
        y += array_namespace(y).reshape(bias, (-1, *(1,) * (y.ndim - 2)))
    return y


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
