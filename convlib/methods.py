"""Which algorithm computes a convolution: the one that a simple rule expects to be fastest.

Every algorithm is a module with the same three functions, and all give the same numbers, but for
the order in which they add: see `TOLERANCE`.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from array_api_compat import is_cupy_array

from . import band, cuda, fft, gemm, taps, winograd
from .phases import aligned, all_phases
from .shapes import conv_shape
from .threads import blas_on_one_thread
from .window import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from ._backend import Array
    from .shapes import ConvShape
    from .window import Padding, PerAxis

__all__ = [
    "METHODS",
    "TOLERANCE",
    "adjoint",
    "choose_method",
    "forward",
    "weight_grad",
]

# How far results may lie apart, relative to the largest: rounding, in kernels of usual size.
TOLERANCE = {"float16": 2e-3, "float32": 5e-6, "float64": 1e-13}
ZEROS = ("band", "fft")  # multiply, or add, where the definition has nothing
ALONE = 1 << 13  # elements that BLAS leaves to one thread
METHODS: dict[str, ModuleType] = {
    "taps": taps,
    "gemm": gemm,
    "band": band,
    "fft": fft,
    "winograd": winograd,
}
ROUNDING = {"fft": ("f", "real floating"), "winograd": ("fc", "floating")}  # what they can take


def choose_method(
    x_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    dtype: Any = "float32",
) -> str:
    """Return the algorithm that ``method="auto"`` takes for NumPy arrays of these shapes.

    Each algorithm's time is estimated from what it does, at rates measured on one processor, and
    the least wins:

    - ``"gemm"`` copies each window once and multiplies it with the filters;
    - ``"band"`` multiplies a few rows at a time with a banded matrix, for few channels, and is left
      out for integers, which NumPy multiplies slowly;
    - ``"fft"`` transforms inputs, kernels and outputs, and is left out for integers;
    - ``"taps"``, one matrix product for each kernel element, serves any array library;
    - ``"winograd"`` shares products between neighbours, for kernels of 3 on each axis that move by
      1, and is ``"gemm"`` for others.  It is never the choice, only a name to ask for: whether it
      pays depends on how fast the processor multiplies matrices, and how fast it adds.

    The second and third multiply with zeros, or add, where the definition has nothing.
    So where the result is not finite, "auto" computes it once more with ``"taps"``, and infinity
    or NaN is only where it belongs; those who name a method get what it makes of them.

    CuPy arrays have ``"cuda"``, which has a rule of its own (`convlib.cuda.way_of`).

    Parameters
    ----------
    x_shape, weight_shape : sequence of int
        The shapes of the arguments of `conv`.
    stride, padding, dilation, groups
        As in `conv`.
    dtype : dtype
        What the arrays hold.

    Returns
    -------
    str
        A name that `conv` takes as its `method`.

    Raises
    ------
    TypeError
        If `dtype` is none.
    ValueError
        If the shapes and options do not fit together.

    Examples
    --------
    >>> choose_method((8, 64, 56, 56), (64, 64, 3, 3), padding=1)
    'gemm'
    >>> choose_method((8, 64, 56, 56), (64, 1, 3, 3), padding=1, groups=64)
    'band'
    >>> choose_method((1, 1, 160_000), (1, 1, 4001))
    'fft'
    """
    s = conv_shape(
        shape_of(x_shape, "x_shape"),
        shape_of(weight_shape, "weight_shape"),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
    )
    return _fastest(s, _dtype(dtype))


def forward(x: Array, weight: Array, s: ConvShape, method: str = "auto") -> Array:
    """Convolve `x` with `weight`, as `convlib.taps.forward` does."""
    return _run("forward", x, weight, s, method)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Apply the adjoint to `y`, as `convlib.taps.adjoint` does."""
    return _run("adjoint", y, weight, s, "auto")


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Return the gradient by the weight, as `convlib.taps.weight_grad` does."""
    return _run("weight_grad", x, y, s, "auto")


def _name_for(operation: str, x: Array, s: ConvShape, method: str) -> str:
    """Return the algorithm's name for arrays like `x`; ValueError if `method` does not fit."""
    fit = _methods_for(x)
    if method not in {"auto", *fit}:
        home = type(x).__module__.partition(".")[0]
        msg = (
            f"method must be 'auto' or one of {', '.join(map(repr, fit))} for arrays of {home}, "
            f"got {method!r}"
        )
        raise ValueError(msg)
    if fit is not METHODS:
        return next(iter(fit)) if method == "auto" else method
    kinds, numbers = ROUNDING.get(method, (x.dtype.kind, ""))
    if x.dtype.kind not in kinds:
        msg = f"method {method!r} rounds and needs {numbers} numbers, got dtype {x.dtype}"
        raise ValueError(msg)
    if method != "auto":
        return method
    return _fastest(s, x.dtype, operation)


def _methods_for(x: Array) -> dict[str, ModuleType]:
    """Return the algorithms for arrays like `x`; but for NumPy's, the first is for all shapes."""
    if isinstance(x, np.ndarray):
        return METHODS
    return {"cuda": cuda, "taps": taps} if is_cupy_array(x) else {"taps": taps}


def _dtype(said: Any) -> np.dtype[Any]:
    try:
        dtype: np.dtype[Any] = np.dtype(said)
    except TypeError:
        msg = f"dtype must name numbers, such as 'float32', got {said!r}"
        raise TypeError(msg) from None
    return dtype


def _run(operation: str, a: Array, b: Array, s: ConvShape, method: str) -> Array:
    name = _name_for(operation, a, s, method)
    algorithm = getattr(_methods_for(a)[name], operation)
    if not isinstance(a, np.ndarray):
        return algorithm(a, b, s)
    dtype = a.dtype
    if dtype == np.float16:  # add up in more digits than are kept
        a, b = a.astype(np.float32), b.astype(np.float32)
    if method == "auto" and dtype.kind in "fc" and (name in ZEROS or operation == "adjoint"):
        found = _contained(operation, algorithm, a, b, s)
    else:
        found = algorithm(a, b, s)
    return found.astype(dtype, copy=False)


def _contained(operation: str, algorithm: Any, a: Array, b: Array, s: ConvShape) -> Array:
    """Compute once more, by elements, what may have multiplied infinity or NaN with its zeros."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = algorithm(a, b, s)
        finite = all(map(_is_finite, (a, b) if a.size + b.size < found.size else (found,)))
    if finite:
        return found
    return getattr(taps, operation)(a, b, s)


def _is_finite(a: Array) -> bool:
    """Return whether the sum of squares is finite: then all of them are."""
    if a.size < ALONE:
        return isfinite(np.vdot(a, a).real)
    with blas_on_one_thread():
        return isfinite(np.vdot(a, a).real)


@lru_cache(1024)
def _fastest(s: ConvShape, dtype: np.dtype[Any], operation: str = "forward") -> str:
    costs = _costs(s, operation)
    if dtype.kind != "f":
        del costs["fft"]
    if dtype.kind not in "fc":  # NumPy multiplies matrices of integers slowly: waste nothing
        del costs["band"]
    return min(costs, key=costs.__getitem__)


def _costs(s: ConvShape, operation: str) -> dict[str, float]:
    """Return the seconds that each algorithm takes on one processor, roughly."""
    here, apart = s, 0.0
    if operation == "adjoint" and aligned(s):
        here = all_phases(s)[2]
        apart = 1e-9 * s.batch * s.groups * s.c_in * prod(s.size) if here.c_out != s.c_in else 0.0
    return {
        "gemm": gemm.seconds(s, operation),
        "band": band.seconds(here) + apart,
        "fft": fft.seconds(here) + apart,
    }
