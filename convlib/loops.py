"""The inner loops of `convlib.compiled`, of which Numba makes machine code at their first use.

The elements that one instruction after the other adds up have to be few and known to the compiler:
they come in runs, and a tuple tells it how long a run is.
Sums may be reordered, which is what lets the processor add several positions at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem

from .compiled import VECTOR

if TYPE_CHECKING:
    from ._backend import Array

__all__ = ["correlate", "lay", "multiply"]

Ends = tuple[int, int]

CHUNK = 1024  # sums at a time: those of four filters stay in the fastest cache
compiled = numba.njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"}
)


@compiled
def lay(  # noqa: PLR0917  # compiled functions take no keywords
    rows: Array, planes: Array, homes: Array, before: int, phases: int, apart: int
) -> None:
    """Copy `rows` (planes, rows, width) into `planes` (planes, length), zeros elsewhere.

    Row r begins at homes[r]; position p of it, counted from the zeros `before` it, goes to
    ``p // phases`` of its phase ``p % phases``, and phases are `apart`.
    """
    planes[:] = 0
    for phase in range(phases):
        first = (phase - before) % phases
        shift = phase * apart + (first + before) // phases
        for number in range(len(planes)):
            for r in range(len(homes)):
                row, home = rows[number, r], planes[number, homes[r] + shift :]
                if phases == 1:
                    _copy(row, home, row.size)
                else:
                    _copy_every(row, home, first, phases)


@compiled
def _copy(source: Array, target: Array, count: int) -> None:
    for j in range(np.uintp(count)):
        target[j] = source[j]


@compiled
def _copy_every(source: Array, target: Array, first: int, step: int) -> None:
    for j in range(np.uintp((source.size - first + step - 1) // step)):
        target[j] = source[np.uintp(first) + j * np.uintp(step)]


@compiled
def correlate(  # noqa: PLR0917
    planes: Array,
    first: int,
    bank: Array,
    shifts: Array,
    run: tuple[np.uintp, ...],
    found: Array,
    homes: Array,
    pitch: int,
    units: Ends,
    places: Ends,
) -> None:
    """Write a range of places of `found`, for a range of units: some filters of a group and image.

    planes (images*groups from `first` on, channels, length); bank (groups, units, channels, runs,
    filters, run); shifts (runs, run), from a place of a plane to what a kernel element reads; run,
    any tuple of that length; found (images*groups, filters, rows, width), where `homes` tells the
    row of each line of a plane, or -1.
    """
    groups, each, channels, runs, filters, _ = bank.shape
    room = np.empty(filters * CHUNK, planes.dtype)
    for unit in range(*units):
        image, part = unit // each, unit % each
        weights, targets = bank[image % groups, part], found[image, part * filters :]
        for start in range(places[0], places[1], CHUNK):
            size = min(CHUNK, places[1] - start)
            whole = (size + VECTOR - 1) // VECTOR * VECTOR  # what is beyond is not used
            sums = room[: filters * whole].reshape(filters, whole)
            sums[:] = 0
            for k in range(runs):
                taps = run
                for tap in range(len(run)):
                    taps = tuple_setitem(taps, tap, shifts[k, tap])
                for channel in range(channels):
                    source, given = planes[image - first, channel, start:], weights[channel, k]
                    if filters == 1:
                        _add_one(sums[0], source, given[0], taps)
                    else:
                        _add_four(sums, source, given, taps)
            for number in range(min(filters, len(targets))):
                _copy_lines(sums[number, :size], targets[number], homes, pitch, start)


@compiled
def _copy_lines(sums: Array, target: Array, homes: Array, pitch: int, start: int) -> None:
    for line in range(start // pitch, (start + sums.size - 1) // pitch + 1):
        begin = start - line * pitch  # place of the first sum in this line
        if homes[line] >= 0 and begin < target.shape[1]:
            row, given = target[homes[line], max(begin, 0) :], sums[max(-begin, 0) :]
            _copy(given, row, min(given.size, row.size))


@compiled
def _add_one(sums: Array, source: Array, weights: Array, taps: tuple[np.uintp, ...]) -> None:
    for j in range(np.uintp(sums.size)):
        total = sums[j]
        for tap in range(len(taps)):
            total += weights[tap] * source[j + taps[tap]]
        sums[j] = total


@compiled
def _add_four(sums: Array, source: Array, weights: Array, taps: tuple[np.uintp, ...]) -> None:
    first, second, third, fourth = sums[0], sums[1], sums[2], sums[3]
    w, x, y, z = weights[0], weights[1], weights[2], weights[3]
    for j in range(np.uintp(first.size)):
        a, b, c, d = first[j], second[j], third[j], fourth[j]
        for tap in range(len(taps)):
            value = source[j + taps[tap]]
            a += w[tap] * value
            b += x[tap] * value
            c += y[tap] * value
            d += z[tap] * value
        first[j], second[j], third[j], fourth[j] = a, b, c, d


@compiled
def multiply(  # noqa: PLR0917
    planes: Array, given: Array, shifts: Array, found: Array, units: Ends, places: int
) -> None:
    """Write the products of `given` with what kernel elements read, summed over the images.

    planes (images, groups, channels, length); given (images, groups, filters, at least
    `places`); found (groups, filters, channels, elements), of which a unit is one of the first
    three.
    """
    _, filters, channels, elements = found.shape
    for unit in range(*units):
        rest, channel = unit // channels, unit % channels
        group, number = rest // filters, rest % filters
        found[group, number, channel] = 0
        for image in range(len(planes)):
            source = planes[image, group, channel]
            row = given[image, group, number, :places]
            for k in range(0, elements - 1, 2):
                a, b = _two_dots(row, source[shifts[k] :], source[shifts[k + 1] :])
                found[group, number, channel, k] += a
                found[group, number, channel, k + 1] += b
            if elements % 2:
                last = source[shifts[elements - 1] :]
                found[group, number, channel, elements - 1] += _two_dots(row, last, last)[0]


@compiled
def _two_dots(given: Array, first: Array, second: Array) -> tuple[float, float]:
    a = b = given.dtype.type(0)
    for j in range(np.uintp(given.size)):
        a += given[j] * first[j]
        b += given[j] * second[j]
    return a, b
