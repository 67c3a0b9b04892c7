"""Which algorithm computes a convolution: the one that a simple rule expects to be fastest.

Every algorithm is a module with the same three functions, and all give the same numbers, but for
the order in which they add: see `TOLERANCE`.
"""

from __future__ import annotations

from functools import lru_cache
from math import log2, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from array_api_compat import is_cupy_array

from . import band, compiled, cuda, fft, gemm, taps
from .shapes import conv_shape
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
COMPILED_TYPES = "efd"  # half precision is added up in float32
COMPILED_FLOPS = 100_000  # at least: less is not worth the compiler's first seconds
METHODS: dict[str, ModuleType] = {
    "taps": taps,
    "gemm": gemm,
    "band": band,
    "fft": fft,
    "compiled": compiled,
}


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
    - ``"direct"`` makes one pass over the outputs for each kernel element and channel;
    - ``"fft"`` transforms inputs, kernels and outputs, and is left out for integers;
    - ``"compiled"`` runs the definition as machine code, where Numba is installed (the extra
      ``fast``), and is left out for integers and for less than 100,000 operations;
    - ``"taps"``, one matrix product for each kernel element, serves any array library.

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
    >>> choose_method((8, 64, 56, 56), (64, 1, 3, 3), padding=1, groups=64, dtype=int)
    'direct'
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
    return _fastest(s, _dtype(dtype), compiled.available())


def forward(x: Array, weight: Array, s: ConvShape, method: str = "auto") -> Array:
    """Convolve `x` with `weight`, as `convlib.taps.forward` does."""
    return _run("forward", x, weight, s, method)


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Apply the adjoint to `y`, as `convlib.taps.adjoint` does."""
    return _run("adjoint", y, weight, s, "auto")


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Return the gradient by the weight, as `convlib.taps.weight_grad` does."""
    return _run("weight_grad", x, y, s, "auto")


def _name_for(x: Array, s: ConvShape, method: str) -> str:
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
    if method == "fft" and x.dtype.kind != "f":
        msg = f"method 'fft' rounds and needs real floating numbers, got dtype {x.dtype}"
        raise ValueError(msg)
    if method == "compiled" and x.dtype.char not in COMPILED_TYPES:
        msg = f"method 'compiled' needs float16, float32 or float64, got dtype {x.dtype}"
        raise ValueError(msg)
    if method == "compiled" and not compiled.available():
        msg = "method 'compiled' needs Numba: pip install 'convolution-course[fast]'"
        raise ValueError(msg)
    return _fastest(s, x.dtype, compiled.available()) if method == "auto" else method


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
    algorithm = getattr(_methods_for(a)[_name_for(a, s, method)], operation)
    if isinstance(a, np.ndarray) and a.dtype == np.float16:  # add up in more digits than are kept
        return algorithm(a.astype(np.float32), b.astype(np.float32), s).astype(np.float16)
    return algorithm(a, b, s)


@lru_cache(256)
def _fastest(s: ConvShape, dtype: np.dtype[Any], numba: bool) -> str:
    costs = _costs(s)
    if dtype.kind != "f":
        del costs["fft"]
    if not numba or dtype.char not in COMPILED_TYPES or _flops(s) < COMPILED_FLOPS:
        del costs["compiled"]
    return min(costs, key=costs.__getitem__)


def _flops(s: ConvShape) -> int:
    """Return how many multiplications and additions the definition takes."""
    return 2 * s.batch * s.groups * s.c_out * s.positions * s.c_in * prod(s.kernel)


def _costs(s: ConvShape) -> dict[str, float]:
    """Return the seconds that each algorithm takes on one processor, roughly."""
    read, written = (s.batch * s.groups * n for n in (s.c_in * prod(s.size), s.c_out * s.positions))
    taps = s.c_in * prod(s.kernel)
    gathered = written * taps / s.c_out
    flops = _flops(s)
    room, skipped = prod(s.room), prod(s.stride)
    wasted = room / (s.positions * skipped)  # zeros around, and rows that run on into the next
    ring = prod(fft.ring(s.room))
    planes = s.groups * (s.batch * s.c_in + s.c_out * s.c_in + s.batch * s.c_out)
    products = s.batch * s.groups * s.c_in * s.c_out
    return {
        "gemm": 25e-6 + gathered * 0.4e-9 + flops / 150e9,
        "direct": 60e-6 + skipped * (gathered / s.kernel[-1] * 0.1e-9 + flops / 9e9),
        "fft": 80e-6 + ring * (planes * log2(ring + 1) * 0.35e-9 + products * 2e-9),
        "compiled": 15e-6
        + read * 0.4e-9
        + written * 0.4e-9
        + wasted * flops / (45e9 if s.c_out == 1 else 60e9 * s.c_out / (-s.c_out // 4 * -4)),
    }
