"""Plain loops, made machine code: for kernels that read few channels, where NumPy has no product.

This is the definition, in an order that suits a processor.
Inputs are laid out first as planes with the zeros around them, the phases of a stride apart, so
that a kernel element is nothing but a shift, and stride and dilation cost nothing any more.
About a thousand sums, for four filters at once, then stay in the fastest cache while one kernel
element after the other adds its share, several positions in one instruction.
A plane's rows follow each other in this, zeros between them included: what they sum up to is lost.
Numba makes machine code of the loops at their first use, which takes seconds, and keeps it.
"""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from importlib.util import find_spec
from itertools import accumulate
from math import ceil, prod
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .gemm import cuts
from .phases import adjoint_by_phases
from .threads import each, get_num_threads

if TYPE_CHECKING:
    from ._backend import Array
    from .shapes import ConvShape

__all__ = ["VECTOR", "adjoint", "available", "forward", "weight_grad"]

FILTERS = 4  # that share what is read
RUNS = {1: 9, FILTERS: 5}  # kernel elements at most that are added one instruction after the other
VECTOR = 16  # positions at most that one instruction works on: planes are read so far beyond
BLOCK = 1 << 16  # elements of planes at a time
TASK = 2_000_000  # multiplications that are worth a task
PARTS = 4  # tasks for each thread, at most


@cache
def available() -> bool:
    """Return whether Numba is installed."""
    return find_spec("numba") is not None


def forward(x: Array, weight: Array, s: ConvShape) -> Array:
    """Add up every kernel element's share, a stretch of a plane at a time."""
    from . import loops

    plan, rows = _plan(s), _rows(x, s)
    bank = _bank(weight, s, plan)
    y: Array = np.empty((s.batch, s.groups * s.c_out, *s.out), x.dtype)
    found = y.reshape(len(rows), s.c_out, prod(s.out[:-1]), s.out[-1])
    units, places, parts = bank.shape[1], plan.places(s), _parts(s)
    run = (np.uintp(0),) * plan.shifts.shape[1]

    def fill(planes: Array, first: int, images: slice, some: slice) -> None:
        ends = (images.start * units, images.stop * units), (some.start, some.stop)
        loops.correlate(planes, first, bank, plan.shifts, run, found, plan.homes, plan.pitch, *ends)

    def fill_images(images: slice) -> None:  # whose planes go through the cache once
        fill(plan.laid(rows[images], s), images.start, images, slice(0, places))

    if len(rows) >= parts:
        largest = max(BLOCK // (s.c_in * plan.length), 1)
        each(fill_images, cuts(len(rows), min(ceil(len(rows) / parts), largest)))
    else:  # too few for all threads: share the planes, and cut what is written
        planes, images = plan.laid(rows, s), slice(0, len(rows))
        each(lambda some: fill(planes, 0, images, some), cuts(places, ceil(places / parts)))
    return y


def adjoint(y: Array, weight: Array, s: ConvShape) -> Array:
    """Convolve the phases of the stride, each with the elements that meet it."""
    return adjoint_by_phases(forward, y, weight, s)


def weight_grad(x: Array, y: Array, s: ConvShape) -> Array:
    """Multiply `y`, laid out like the planes, with what each kernel element read."""
    from . import loops

    plan = _plan(s)
    planes = plan.laid(_rows(x, s), s).reshape(s.batch, s.groups, s.c_in, plan.length)
    given = np.zeros((s.batch, s.groups, s.c_out, len(plan.homes), plan.pitch), x.dtype)
    rows = y.reshape(*given.shape[:3], prod(s.out[:-1]), s.out[-1])
    given[..., plan.homes >= 0, : s.out[-1]] = rows
    given = given.reshape(*given.shape[:3], len(plan.homes) * plan.pitch)
    found: Array = np.empty((s.groups, s.c_out, s.c_in, prod(s.kernel)), x.dtype)
    shifts = plan.shifts.ravel()

    def fill(units: slice) -> None:
        loops.multiply(planes, given, shifts, found, (units.start, units.stop), plan.places(s))

    units = prod(found.shape[:3])
    each(fill, cuts(units, ceil(units / _parts(s))))
    return found.reshape(s.groups * s.c_out, s.c_in, *s.kernel)


class _Plan(NamedTuple):
    """How planes are laid out, line after line."""

    shifts: Array  # (runs, run): from an output to what each kernel element reads
    begins: Array  # where each row of the input begins
    homes: Array  # which row of the output each line becomes, or -1
    pitch: int  # the length of a line
    apart: int  # from one phase of the last axis to the next
    length: int  # of a plane, all phases together

    def places(self, s: ConvShape) -> int:
        """Return how many places a plane has from its first output to its last."""
        return (len(self.homes) - 1) * self.pitch + s.out[-1]

    def laid(self, rows: Array, s: ConvShape) -> Array:
        """Return the planes of some images' rows: (images, channels, length)."""
        from . import loops

        flat = rows.reshape(rows.shape[0] * rows.shape[1], *rows.shape[2:])
        planes = np.empty((len(flat), self.length), rows.dtype)
        loops.lay(flat, planes, self.begins, s.pads[-1][0], s.stride[-1], self.apart)
        return planes.reshape(*rows.shape[:2], self.length)


@lru_cache(16)
def _plan(s: ConvShape) -> _Plan:
    """Return how the planes of a convolution are laid out."""
    sides = [ceil(n / move) for n, move in zip(s.room, s.stride, strict=True)]
    apart = list(accumulate(s.stride[:0:-1], mul, initial=prod(sides)))[::-1]  # phases, each axis
    begins, shifts = [], []
    for axis, (move, phase) in enumerate(zip(s.stride, apart, strict=True)):
        at = np.arange(s.room[axis])
        at = at // move * prod(sides[axis + 1 :]) + at % move * phase
        begins.append(at[s.inner[axis]])
        shifts.append(at[: s.kernel[axis] * s.dilation[axis] : s.dilation[axis]])
    return _Plan(
        shifts=_runs(_all_sums(shifts), RUNS[_filters(s)]),
        begins=_all_sums(begins[:-1]),
        homes=_homes(sides[:-1], s.out[:-1]),
        pitch=sides[-1],
        apart=apart[-1],
        length=apart[0] * s.stride[0] + VECTOR,
    )


def _rows(x: Array, s: ConvShape) -> Array:
    """Return `x` as (images*groups, channels, rows, width)."""
    return np.ascontiguousarray(x).reshape(
        s.batch * s.groups, s.c_in, prod(s.size[:-1]), s.size[-1]
    )


def _all_sums(axes: list[Array]) -> Array:
    """Return the sums of one number of each axis, the last axis fastest."""
    return reduce(np.add.outer, axes, np.zeros((), np.intp)).ravel()


def _homes(sides: list[int], out: tuple[int, ...]) -> Array:
    """Return which row of the output each line is, up to the last that is one."""
    homes = np.full(sides, -1)
    homes[tuple(map(slice, out))] = np.arange(prod(out)).reshape(out)
    homes = homes.ravel()
    return homes[: int(homes.argmax()) + 1]


def _runs(shifts: Array, longest: int) -> Array:
    """Cut the shifts into equal runs; what the last one lacks, it reads from the start again."""
    lengths = range(1, min(longest, len(shifts)) + 1)
    run = min(lengths, key=lambda run: ceil(len(shifts) / run) * (run + 2))  # 2: load and store
    runs = ceil(len(shifts) / run)
    return np.resize(shifts, runs * run).astype(np.uintp).reshape(runs, run)


def _filters(s: ConvShape) -> int:
    """Return how many filters go together."""
    return 1 if s.c_out == 1 else FILTERS


def _bank(weight: Array, s: ConvShape, plan: _Plan) -> Array:
    """Return the weights as (groups, units, channels, runs, filters, run), zeros where none is."""
    filters = _filters(s)
    units, (runs, run) = ceil(s.c_out / filters), plan.shifts.shape
    bank = np.zeros((s.groups, units * filters, s.c_in, runs * run), weight.dtype)
    bank[:, : s.c_out, :, : prod(s.kernel)] = weight.reshape(s.groups, s.c_out, s.c_in, -1)
    bank = bank.reshape(s.groups, units, filters, s.c_in, runs, run)
    return np.ascontiguousarray(np.moveaxis(bank, 2, 4))


def _parts(s: ConvShape) -> int:
    """Return into how many tasks to cut the work: handing one over has to pay."""
    threads = get_num_threads()
    macs = s.batch * s.groups * s.c_out * s.positions * s.c_in * prod(s.kernel)
    return max(1, min(threads * PARTS, macs // TASK)) if threads > 1 else 1
