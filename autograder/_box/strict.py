"""Arrays of a pretended GPU: NumPy's numbers behind what NumPy's and CuPy's arrays have in common.

Real ones need a card.  These refuse, by name and on any machine, what CuPy's refuse, and what
CuPy's do in silence at the price of a copy to the host.  They are no wall: who looks for the
numbers inside finds them, and gains nothing by it but this.
"""

from __future__ import annotations

from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from .refusals import (
    HiddenCopyError,
    MixedArraysError,
    NumPyFunctionError,
    TooManyBytesError,
    TooManyCopiesError,
    WrongPlaceError,
    foreign,
    mixed,
    numpys,
    refuse_copy,
)
from .strict_names import CONSTANTS, FUNCTIONS, METHODS, ONE_SIDED, OPERATORS, PLAIN

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PretendedGPU", "StrictArray", "on_pretended_gpu"]

Array = np.ndarray[Any, Any]
# What NumPy takes as it is, and never calls.
NUMBERS = {bool, int, float, complex, str, type, type(None), type(...), slice, range} | {
    np.dtype(code).type for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"] + "?"
}


class PretendedGPU:
    """A namespace as NumPy and CuPy are, whose arrays are strict; it counts what is copied.

    Parameters
    ----------
    copies, nbytes : int, optional
        At most so many copies to the host, of at most so many bytes in all.

    Examples
    --------
    >>> gpu = PretendedGPU()
    >>> x = gpu.asarray(np.arange(3.0))
    >>> x + gpu.ones(3)
    <float64 array of shape (3,) on the pretended GPU>
    >>> gpu.sqrt(x).get()[1], gpu.to_host, gpu.to_device
    (np.float64(1.0), 24, 24)
    """

    def __init__(self, copies: int | None = None, nbytes: int | None = None) -> None:
        self.copies, self.to_host, self.to_device = 0, 0, 0
        self._most = copies, nbytes
        windows = _Part(self, np.lib.stride_tricks, "sliding_window_view as_strided")
        self.lib = SimpleNamespace(stride_tricks=windows)
        self.fft = _Part(self, np.fft, "fft ifft rfft irfft fft2 ifft2 rfft2 irfft2")
        self.linalg = _Part(self, np.linalg, "norm")

    def __repr__(self) -> str:
        return "<the namespace of a pretended GPU>"

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return self._function(getattr(np, name))
        if name in CONSTANTS:
            return getattr(np, name)
        msg = f"xp.{name} is not among what NumPy and CuPy share here"
        raise AttributeError(msg)

    def asarray(self, values: Any, dtype: Any = None) -> StrictArray:
        """Return numbers of the host, or an array of the GPU, as an array of the GPU."""
        return self._upload(np.asarray, values, dtype)

    def array(self, values: Any, dtype: Any = None) -> StrictArray:
        """Return a copy of numbers of the host, or of the GPU, as an array of the GPU."""
        return self._upload(np.array, values, dtype)

    def hand(self, array: Array) -> StrictArray:
        """Return an array as if it had always been on the GPU."""
        return StrictArray(array, self)

    def _upload(self, make: Callable[..., Array], values: Any, dtype: Any) -> StrictArray:
        if isinstance(values, StrictArray):
            return StrictArray(make(_inside(values, "xp.asarray", self), dtype=dtype), self)
        array = make(values, dtype=dtype)
        self.to_device += array.nbytes
        return StrictArray(array, self)

    def _download(self, array: Array) -> Array:
        """Count a copy to the host, and make it."""
        self.copies, self.to_host = self.copies + 1, self.to_host + array.nbytes
        copies, nbytes = self._most
        if copies is not None and self.copies > copies:
            allowed = f"{copies} {'is' if copies == 1 else 'are'}" if copies else "none is"
            msg = f"copy number {self.copies} to the host; {allowed} allowed: stay on the GPU"
            raise TooManyCopiesError(msg)
        if nbytes is not None and self.to_host > nbytes:
            msg = f"{self.to_host} bytes copied to the host; {nbytes} are enough"
            raise TooManyBytesError(msg)
        return array.copy()

    def _function(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def on_gpu(*args: Any, **kwargs: Any) -> Any:
            where = f"xp.{function.__name__}"
            given = [_inside(arg, where, self) for arg in args]
            named = {k: _inside(arg, where, self) for k, arg in kwargs.items()}
            result = function(*given, **named)
            return result if function.__name__ in PLAIN else _outside(result, self)

        return on_gpu


class _Part:
    """A part of a namespace, such as ``xp.fft``, and its functions by name."""

    def __init__(self, gpu: PretendedGPU, part: Any, names: str) -> None:
        self._says = part.__name__.removeprefix("numpy")
        for name in names.split():
            setattr(self, name, gpu._function(getattr(part, name)))

    def __getattr__(self, name: str) -> NoReturn:
        msg = f"xp{self._says}.{name} is not among what NumPy and CuPy share here"
        raise AttributeError(msg)


class StrictArray:
    """An array of a pretended GPU."""

    __slots__ = ("_array", "_gpu")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, array: Array, gpu: PretendedGPU) -> None:
        self._array, self._gpu = array, gpu

    def __repr__(self) -> str:
        return f"<{self.dtype} array of shape {self.shape} on the pretended GPU>"

    def __array_namespace__(self, *, api_version: str | None = None) -> PretendedGPU:
        return self._gpu

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            msg = f".{name} is not among what arrays of NumPy and CuPy share here"
            raise AttributeError(msg)
        found = getattr(self._array, name)
        if callable(found):
            return self._gpu._function(found)
        return self._gpu.hand(found) if isinstance(found, np.ndarray) else found

    def __len__(self) -> int:
        return len(self._array)

    def get(self) -> Array:
        """Return a copy on the host, as CuPy's arrays do."""
        return self._gpu._download(self._array)

    def item(self) -> Any:
        """Return the one number, copied to the host."""
        return self._gpu._download(self._array).item()

    def tolist(self) -> Any:
        """Return all numbers as lists, copied to the host."""
        return self._gpu._download(self._array).tolist()

    def __getitem__(self, key: Any) -> StrictArray:
        found: StrictArray = _outside(self._array[_inside(key, "x[...]", self._gpu)], self._gpu)
        return found

    def __setitem__(self, key: Any, value: Any) -> None:
        self._array[_inside(key, "x[...]", self._gpu)] = _inside(value, "x[...] = ...", self._gpu)

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        refuse_copy("np.asarray, np.array or writing into a NumPy array copies")

    def __float__(self) -> float:
        refuse_copy("float() copies")

    def __int__(self) -> int:
        refuse_copy("int() copies")

    def __index__(self) -> int:  # noqa: PLE0305
        refuse_copy("An index or a range() copies")

    def __bool__(self) -> bool:  # noqa: PLE0304
        refuse_copy("`if`, `while`, `and`, `or`, `not` copy")

    def __iter__(self) -> Any:
        msg = (
            "this loop takes an array of the GPU apart, one element after another: work on whole"
            " arrays, or loop over range(len(x))"
        )
        raise HiddenCopyError(msg)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_: Any) -> Any:
        if any(isinstance(one, np.ndarray) for one in inputs):
            raise MixedArraysError(mixed(f"np.{ufunc.__name__} or its operator"))
        numbers = any(isinstance(one, np.generic) for one in inputs)
        if numbers and method == "__call__" and ufunc.__name__ in OPERATORS.values():
            return self._gpu._function(ufunc)(*inputs)  # a NumPy number and an operator
        raise NumPyFunctionError(numpys(ufunc.__name__))

    def __array_function__(self, function: Any, *_: Any) -> NoReturn:
        place = function.__module__.removeprefix("numpy").lstrip(".")
        raise NumPyFunctionError(numpys(".".join(filter(None, [place, function.__name__]))))


def on_pretended_gpu(function: Any, copies: int, nbytes: int) -> Callable[..., Any]:
    """Return a function of NumPy's arrays that calls another one with those of a pretended GPU.

    Parameters
    ----------
    function : callable
        A student's.
    copies, nbytes : int
        See `PretendedGPU`.  If no copy is allowed, the result must be on the GPU, else on the
        host.

    Examples
    --------
    >>> on_pretended_gpu(lambda x: 2 * x, 0, 0)(np.arange(3))
    array([0, 2, 4])
    """

    def called(*args: Any, **kwargs: Any) -> Any:
        gpu = PretendedGPU(copies, nbytes)
        given = [gpu.hand(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
        result = function(*given, **kwargs)
        stayed = isinstance(result, StrictArray)
        if copies and stayed:
            msg = "the result is still on the GPU: copy it to the host, once, at the end"
            raise WrongPlaceError(msg)
        if not copies and not stayed and result is not None:
            msg = f"{type(result).__name__} came back: the result belongs where x is, on the GPU"
            raise WrongPlaceError(msg)
        return result._array if stayed else result

    return called


def _inside(value: Any, where: str, gpu: PretendedGPU) -> Any:
    """Return what NumPy is given for an argument; no array of the host may be among it.

    Nor may anything else that NumPy would hand an array to, or call for each of its numbers.
    """
    if isinstance(value, StrictArray):
        if value._gpu is not gpu:
            raise MixedArraysError(foreign(where))
        return value._array
    if isinstance(value, np.ndarray):
        raise MixedArraysError(mixed(where))
    if isinstance(value, list | tuple):
        kind = list if isinstance(value, list) else tuple
        return kind(_inside(one, where, gpu) for one in value)
    if isinstance(value, FunctionType):  # of apply_along_axis
        return lambda *args: _inside(value(*_outside(args, gpu)), where, gpu)
    if type(value) not in NUMBERS and not isinstance(value, np.dtype):
        msg = f"{where} was handed {type(value).__name__}: no array of the GPU, and no number"
        raise TypeError(msg)
    return value


def _outside(result: Any, gpu: PretendedGPU) -> Any:
    """Return what NumPy has made as what CuPy would: even one number is an array."""
    if isinstance(result, list | tuple):
        return tuple(_outside(one, gpu) for one in result)
    return StrictArray(np.asarray(result), gpu)


def _operator(name: str, mark: str) -> None:
    ufunc = getattr(np, mark)

    def forward(self: StrictArray, *other: Any) -> Any:
        return self._gpu._function(ufunc)(self, *other)

    def reflected(self: StrictArray, other: Any) -> Any:
        return self._gpu._function(ufunc)(other, self)

    def in_place(self: StrictArray, other: Any) -> StrictArray:
        self._gpu._function(ufunc)(self, other, out=self)
        return self

    setattr(StrictArray, f"__{name}__", forward)
    if name not in ONE_SIDED:
        setattr(StrictArray, f"__r{name}__", reflected)
        setattr(StrictArray, f"__i{name}__", in_place)


for _name, _ufunc in OPERATORS.items():
    _operator(_name, _ufunc)
