"""What array libraries do differently, and the few operations their standard lacks."""

from __future__ import annotations

from typing import Any

from array_api_compat import array_namespace, device

__all__ = ["Array", "add_bias", "array_namespace", "pad_spatial", "zeros_like"]

Array = Any  # of NumPy, CuPy, or any library that follows the array API standard


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
