"""How the kernels in ``conv.cu`` are compiled, fed and launched.

CuPy compiles at first use and keeps the result on disk.  The tables are made once for each geometry
and stay on the device; a launch copies nothing between host and device and waits for nothing.
Sums over many positions are cut into parts for as many blocks as keep the device busy, and the
parts are added in a second step, so that results are the same at every run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ._backend import pad_spatial

if TYPE_CHECKING:
    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["compiler_options", "launched", "sums_of"]

# What conv.cu calls the numbers of each dtype; integers wrap around alike, signed or not.
INTEGERS = {f"{kind}int{8 * n}": f"uint{8 * n}" for kind in ("", "u") for n in (1, 2, 4, 8)}
FLOATS = ("float16", "float32", "float64", "complex64", "complex128")
NUMBERS = INTEGERS | {name: name for name in FLOATS}
WIDER = {"float16": "float32", "uint8": "uint32", "uint16": "uint32"}  # to add up in

# Threads down and across a tile of the implicit product, and rows of each thread.
TILES = {"tall": (16, 16, 8), "usual": (8, 16, 8), "small": (8, 8, 8), "flat": (8, 16, 4)}
CHUNK = 16  # kernel elements of which a thread adds up the gradient
BUSY = 512  # threads that keep a multiprocessor busy
PART = 64  # products that a thread adds up at least, where a sum is cut into parts
BITS = 30  # of a table's masks: as many rows can a kernel have, on all axes with padding
KEPT = 2**20  # positions; larger tables are made anew, which is little beside such a convolution


def launched(way: str, a: Array, x: Array, s: ConvShape) -> Array:
    """Return what a kernel makes of `x` and of `a`, the weight or the gradient by the output."""
    import cupy

    if sum(_rows(s)) > BITS:
        x = pad_spatial(x, s.room, s.inner)
        s = replace(s, size=s.room, pads=((0, 0),) * len(s.out))
    number, device = NUMBERS[x.dtype.name], cupy.cuda.runtime.getDevice()
    plan = _planned(way, s, number, device)
    cut = plan.shape[0] > 1
    out = cupy.empty(plan.shape, "float32" if cut and number == "float16" else x.dtype)
    kernel = _compiled(plan.kernel, plan.threads, number, NUMBERS[out.dtype.name])
    given = cupy.ascontiguousarray(a), cupy.ascontiguousarray(x)
    tables = (_tables if s.positions > KEPT else _kept_tables)(plan.geometry, device)
    kernel((plan.blocks,), (plan.threads,), (*given, out, *tables, *plan.numbers))
    return out.sum(0, dtype=out.dtype).astype(x.dtype, copy=False) if cut else out


def sums_of(number: str) -> str:
    """Return the numbers in which numbers are added up."""
    return WIDER.get(number, number)


def compiler_options(kernel: str, threads: int, number: str, result: str) -> tuple[str, ...]:
    """Return the options with which ``conv.cu`` becomes one kernel."""
    given = {"KERNEL": kernel, "THREADS": threads, "SCALAR": number, "RESULT": result}
    return tuple(f"-D{key}={value}" for key, value in (given | {"SUM": sums_of(number)}).items())


@cache
def _compiled(kernel: str, threads: int, number: str, result: str) -> Any:
    import cupy

    source = files(__package__).joinpath("conv.cu").read_text(encoding="utf-8")
    return cupy.RawKernel(source, "convolve", compiler_options(kernel, threads, number, result))


@dataclass(frozen=True)
class _Plan:
    """A launch: the kernel with its template arguments, its grid, and the numbers it is given."""

    kernel: str
    threads: int
    blocks: int
    shape: tuple[int, int]  # parts of the sums, and outputs
    numbers: tuple[np.int32, ...]
    geometry: ConvShape  # all that the tables depend on


@lru_cache(maxsize=1024)
def _planned(way: str, s: ConvShape, number: str, device: int) -> _Plan:
    """Cut the work into blocks, and the sums into parts if there would be too few blocks."""
    import cupy

    busy = BUSY * cupy.cuda.Device(device).attributes["MultiProcessorCount"]
    elements, stops = s.c_in * prod(s.kernel), s.batch * s.positions
    outputs, depth = s.batch * s.groups * s.c_out * s.positions, elements
    if way.endswith("grad"):
        outputs, depth = s.groups * s.c_out * elements, stops
    kernel, threads, blocks, least = _grid(way, s, number, busy)
    parts = max(1, min(depth // least, busy // (threads * blocks)))
    part = ceil(depth / parts / 8) * 8
    parts = ceil(depth / part)
    plane = s.c_in * prod(s.size)
    numbers = (s.c_out, elements, s.positions, stops, s.groups, plane, part)
    return _Plan(
        kernel=kernel,
        threads=threads,
        blocks=blocks * parts,
        shape=(parts, outputs),
        numbers=tuple(map(np.int32, numbers)),
        geometry=replace(s, batch=1, groups=1, c_out=1),
    )


def _grid(way: str, s: ConvShape, number: str, busy: int) -> tuple[str, int, int, int]:
    """Return kernel, threads of a block, blocks, and the least depth of a part of the sums."""
    elements, stops = s.c_in * prod(s.kernel), s.batch * s.positions
    if way == "few":
        threads = 256 if stops >= 4096 else 64
        return f"few<{s.c_out}>", threads, s.groups * ceil(stops / (4 * threads)), elements
    if way == "few_grad":
        chunks = ceil(elements / CHUNK)
        blocks = s.groups * s.c_out * chunks
        return f"few_grad<{ceil(elements / chunks)}>", 128, blocks, 128 * PART
    grad = way == "gemm_grad"
    columns = 32 // np.dtype(sums_of(number)).itemsize  # of a thread: two vectors of 16 bytes
    (down, across, rows), blocks = _tile(s, elements if grad else stops, columns, busy)
    return f"gemm<{down},{across},{rows},{str(grad).lower()}>", down * across, blocks, PART


def _tile(s: ConvShape, width: int, columns: int, busy: int) -> tuple[tuple[int, int, int], int]:
    """Return the largest tile that suits the filters and keeps the device busy, and its blocks."""
    suited = "flat" if s.c_out <= 32 else "usual" if (s.c_out - 1) % 128 < 64 else "tall"
    for name in (suited, "flat" if suited == "flat" else "small"):
        down, across, rows = TILES[name]
        blocks = s.groups * ceil(s.c_out / (down * rows)) * ceil(width / (across * columns))
        if blocks * down * across >= busy:
            break
    return TILES[name], blocks


def _rows(s: ConvShape) -> list[int]:
    """Return how many rows of the kernel can fall outside, for each axis: all, or none."""
    return [k if any(pads) else 0 for k, pads in zip(s.kernel, s.pads, strict=True)]


def _tables(s: ConvShape, device: int) -> tuple[Array, Array]:
    """Return the places of the kernel's elements and of the positions, on the current device.

    A place is an address and a mask, as ``conv.cu`` explains; along each axis both just add up.
    """
    pitches = [prod(s.size[axis + 1 :]) for axis in range(len(s.size))]
    elements = [_places(np.arange(s.c_in) * prod(s.size), 1)]
    positions = [_places(np.zeros(1), 2)]
    bit = 2
    per_axis = zip(s.size, s.out, s.kernel, s.stride, s.pads, s.dilation, _rows(s), strict=True)
    for pitch, (size, out, kernel, stride, (lo, _), dilation, rows) in zip(
        pitches, per_axis, strict=True
    ):
        steps, starts = np.arange(kernel) * dilation, np.arange(out) * stride - lo
        bits, read = 1 << np.arange(bit, bit + rows), starts[:, None] + steps[:rows]
        elements.append(_places(steps * pitch, bits if rows else 0))
        positions.append(_places(starts * pitch, ((read < 0) | (read >= size)) @ bits))
        bit += rows
    return _summed(elements), _summed(positions)


@lru_cache(maxsize=256)
def _kept_tables(s: ConvShape, device: int) -> tuple[Array, Array]:
    import cupy

    tables = _tables(s, device)
    cupy.cuda.get_current_stream().synchronize()  # other streams may use them next
    return tables


def _places(addresses: np.ndarray, masks: Any) -> np.ndarray:
    """Return addresses and masks side by side, as the 32 bits that they are."""
    return np.stack(np.broadcast_arrays(addresses, masks), -1).astype(np.int64).astype(np.int32)


def _summed(per_axis: list[np.ndarray]) -> Array:
    """Return every sum of one place of each axis, the last axis fastest."""
    import cupy

    places = cupy.zeros((1, 2), np.int32)
    for axis in per_axis:
        places = (places[:, None] + cupy.asarray(axis)).reshape(-1, 2)
    return places
