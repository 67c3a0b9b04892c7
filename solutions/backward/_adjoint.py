"""Both gradients of a convolution of any rank, in steps of which a mistake replaces one."""

from __future__ import annotations

from math import prod

import numpy as np

from .._slide import padded, per_axis


def places(room, out, kernel, moves, outside):
    """Return where outputs and kernel elements meet in a flat room: integers (outputs, elements).

    Raises
    ------
    outside
        If a place lies outside: an IndexError in a loop over places, a ValueError where a slice
        is too short.
    """
    flat = np.zeros((1, 1), int)
    for size, stops, taps, s, d in zip(room, out, kernel, *moves, strict=True):
        under = s * np.arange(stops)[:, None] + d * np.arange(taps)
        if under.max(initial=0) >= size:
            msg = f"index {under.max()} is out of bounds for axis with size {size}"
            raise outside(msg)
        flat = flat[:, None, :, None] * size + under[None, :, None, :]
        flat = flat.reshape(flat.shape[0] * stops, flat.shape[2] * taps)
    return flat


def divided(total, count):
    """Return a mean: what NumPy makes of nothing is NaN."""
    return total / count if count else total * np.nan


def gather(
    x,
    grad,
    kernel_size,
    *,
    stride=1,
    padding=0,
    dilation=1,
    options=lambda *per_option: per_option,
    pad=lambda x, p: padded(x, p, p),
    steps=lambda stride, dilation: (stride, dilation),
    elements=lambda kernel, *_: kernel,
    ask=lambda grad: grad,
    total=lambda asked, met: np.einsum("nop,ncpt->oct", asked, met),
    finish=lambda back, *_: back,
    outside=IndexError,
):
    """Return the gradient of the weight; a mistake replaces what follows `dilation`.

    Parameters
    ----------
    options : callable (stride, padding, dilation) -> the same
        What becomes of the options, each a tuple with a number for each axis.
    pad : callable (x, padding) -> array
        Puts zeros around the input.
    steps : callable (stride, dilation) -> the same
        Of all axes.
    elements : callable (kernel, room, out, stride, dilation) -> kernel
        How many elements there are on each axis.
    ask : callable (grad) -> grad
        How what the outputs ask is read.
    total : callable (asked, met) -> array (C_out, C_in, elements)
        Adds up products of (N, C_out, outputs) with (N, C_in, outputs, elements).
    finish : callable (back, x, grad) -> answer
        What happens last.
    outside : type of an exception
        As in `places`.
    """
    axes = x.ndim - 2
    stride, padding, dilation = options(*(per_axis(o, axes) for o in (stride, padding, dilation)))
    room, out = pad(x, padding), grad.shape[2:]
    moves = steps(stride, dilation)
    kernel = elements(per_axis(kernel_size, axes), room.shape[2:], out, *moves)
    where = places(room.shape[2:], out, kernel, moves, outside)
    met = room.reshape(*room.shape[:2], prod(room.shape[2:]))[:, :, where]
    back = total(ask(grad).reshape(*grad.shape[:2], prod(out)), met)
    return finish(back.reshape(*back.shape[:-1], *kernel), x, grad)


def add(back, where, parts):
    """Add what comes back to each sample; no two outputs meet a sample with the same element."""
    for t in range(where.shape[1]):
        back[..., where[:, t]] += parts[..., t]


def cut(back, padding, size, _):
    """Cut the padding off."""
    inside = (slice(p, p + n) for p, n in zip(padding, size, strict=True))
    return back[(..., *inside)]


def scatter(
    grad,
    weight,
    input_size,
    *,
    stride=1,
    padding=0,
    dilation=1,
    options=lambda *per_option: per_option,
    read=lambda weight: weight,
    ask=lambda grad: grad,
    steps=lambda stride, dilation: (stride, dilation),
    total=lambda asked, taken: np.einsum("nop,oct->ncpt", asked, taken),
    put=add,
    crop=cut,
    finish=lambda back, *_: back,
    outside=IndexError,
):
    """Return the gradient of the input; a mistake replaces what follows `dilation`.

    Parameters
    ----------
    options, ask, steps, outside
        As in `gather`.
    read : callable (weight) -> weight
        How the kernels are read.
    total : callable (asked, taken) -> array (N, C_in, outputs, elements)
        Multiplies (N, C_out, outputs) with (C_out, C_in, elements).
    put : callable (back, where, parts)
        Adds these products, where they belong, to zeros.
    crop : callable (back, padding, size, covered) -> array
        Cuts the padding off; `covered` is how much of each axis the outputs see.
    finish : callable (back, grad, weight) -> answer
        What happens last.
    """
    axes = grad.ndim - 2
    stride, padding, dilation = options(*(per_axis(o, axes) for o in (stride, padding, dilation)))
    size, out, taken = per_axis(input_size, axes), grad.shape[2:], read(weight)
    kernel, moves = taken.shape[2:], steps(stride, dilation)
    room = [n + 2 * p for n, p in zip(size, padding, strict=True)]
    where = places(room, out, kernel, moves, outside)
    asked = ask(grad).reshape(*grad.shape[:2], prod(out))
    parts = total(asked, taken.reshape(*taken.shape[:2], prod(kernel)))
    back = np.zeros((*parts.shape[:-2], prod(room)), parts.dtype)
    put(back, where, parts)
    each = zip(out, kernel, *moves, strict=True)
    covered = [s * (stops - 1) + d * (k - 1) + 1 for stops, k, s, d in each]
    return finish(crop(back.reshape(*back.shape[:-1], *room), padding, size, covered), grad, weight)
