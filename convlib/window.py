"""How a kernel moves over an axis: stride, padding, dilation, and the sizes they make."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, Literal, NamedTuple

__all__ = [
    "Ints",
    "Padding",
    "PerAxis",
    "Window",
    "at_least_one",
    "axes_of",
    "ints",
    "output_size",
    "own_axes",
    "shape_of",
    "transpose_output_size",
    "window",
]

Ints = tuple[int, ...]
PerAxis = int | Sequence[int]
Padding = int | Sequence[int | tuple[int, int]] | Literal["valid", "same", "causal"]


class Window(NamedTuple):
    """How a kernel moves: checked numbers, one per spatial axis."""

    kernel: Ints
    stride: Ints
    pads: tuple[tuple[int, int], ...]  # zeros before and after
    dilation: Ints


def window(kernel: Sequence[int], stride: PerAxis, padding: Padding, dilation: PerAxis) -> Window:
    """Check the options of a convolution with this kernel, and give each axis its own."""
    strides = ints(stride, len(kernel), "stride")
    dilations = ints(dilation, len(kernel), "dilation")
    if not isinstance(padding, str):
        pads = _explicit_pads(padding, len(kernel))
    elif padding in {"same", "causal"} and any(s > 1 for s in strides):
        msg = f"padding {padding!r} needs stride 1 on every axis, got {strides}; give it in ints"
        raise ValueError(msg)
    else:
        around = (d * (k - 1) for k, d in zip(kernel, dilations, strict=True))
        pads = tuple(_named_pads(padding, zeros) for zeros in around)
    return Window(tuple(kernel), strides, pads, dilations)


def output_size(size: Sequence[int], moves: Window) -> Ints:
    """Return at how many positions the kernel fits on each axis."""
    out = []
    for axis, (n, k, s, (lo, hi), d) in enumerate(zip(size, *moves, strict=True)):
        span, room = d * (k - 1) + 1, n + lo + hi
        if span > room:
            msg = (
                f"the kernel does not fit on spatial axis {axis}: it spans {span} "
                f"(kernel {k}, dilation {d}), the padded input {room}; "
                f"pad {span - room} more, or take a smaller kernel or dilation"
            )
            raise ValueError(msg)
        out.append((room - span) // s + 1)
    return tuple(out)


def transpose_output_size(size: Sequence[int], moves: Window, output_padding: PerAxis) -> Ints:
    """Return the size on each axis that the kernels cover, less the padding."""
    out = []
    extras = ints(output_padding, len(size), "output_padding", least=0)
    for axis, (n, extra, k, s, (lo, hi), d) in enumerate(zip(size, extras, *moves, strict=True)):
        if extra >= max(s, d):
            msg = (
                f"output_padding must be below stride or dilation, got {extra} on spatial "
                f"axis {axis} (stride {s}, dilation {d}); at most {max(s, d) - 1} fits"
            )
            raise ValueError(msg)
        span = d * (k - 1) + 1
        room = (n - 1) * s + span + extra if n else 0
        if room <= lo + hi:
            msg = (
                f"nothing is left on spatial axis {axis}: {n} kernels that span {span} "
                f"(kernel {k}, dilation {d}) at stride {s} cover {room} with the output "
                f"padding, and padding cuts {lo + hi} off; pad less or take a longer input"
            )
            raise ValueError(msg)
        out.append(room - lo - hi)
    return tuple(out)


def ints(value: Any, count: int, name: str, *, least: int = 1, each: str = "spatial axis") -> Ints:
    """Return `count` integers of at least `least`; a single one stands for all of them."""
    items = value if isinstance(value, Sequence) else (value,) * count
    if len(items) != count or not all(_is_int(item, least) for item in items):
        per = f"one per {each}, here {count}"
        msg = f"{name} must be an int >= {least}, or a sequence of them ({per}), got {value!r}"
        raise ValueError(msg)
    return tuple(map(index, items))


def at_least_one(value: Any, name: str) -> int:
    """Return the integer that `value` is; ValueError if it is none, or below 1."""
    if not _is_int(value, 1):
        msg = f"{name} must be an int >= 1, got {value!r}"
        raise ValueError(msg)
    return index(value)


def shape_of(value: Any, name: str) -> Ints:
    """Return the shape of an array, given as a sequence of integers."""
    if not isinstance(value, Sequence) or not all(_is_int(item, 0) for item in value):
        msg = f"{name} must be a sequence of ints >= 0, as an array's shape is, got {value!r}"
        raise ValueError(msg)
    return tuple(map(index, value))


def axes_of(size: PerAxis, kernel_size: PerAxis) -> tuple[Ints, Ints]:
    """Return a spatial size, an int for one axis, and a kernel for as many axes."""
    sizes = own_axes(size, "size", least=0)
    return sizes, ints(kernel_size, len(sizes), "kernel_size")


def own_axes(value: PerAxis, name: str, *, least: int = 1) -> Ints:
    """Return integers whose number says how many axes there are; an int is one axis."""
    if isinstance(value, Sequence) and not len(value):
        msg = f"{name} must have at least one spatial axis, got {value!r}"
        raise ValueError(msg)
    return ints(value, len(value) if isinstance(value, Sequence) else 1, name, least=least)


def _is_int(value: Any, least: int) -> bool:
    """Return whether this is an integer of at least `least`; True is none."""
    try:
        return not isinstance(value, bool) and index(value) >= least
    except TypeError:
        return False


def _named_pads(name: str, zeros: int) -> tuple[int, int]:
    match name:
        case "valid":
            return 0, 0
        case "same":
            return zeros // 2, zeros - zeros // 2
        case "causal":
            return zeros, 0
    msg = f"padding must be ints, or 'valid', 'same' or 'causal', got {name!r}"
    raise ValueError(msg)


def _explicit_pads(padding: Any, count: int) -> tuple[tuple[int, int], ...]:
    items = padding if isinstance(padding, Sequence) else (padding,) * count
    pairs = [item if isinstance(item, Sequence) else (item, item) for item in items]
    if [len(pair) for pair in pairs] != [2] * count or not all(
        _is_int(zeros, 0) for pair in pairs for zeros in pair
    ):
        msg = (
            "padding must be an int >= 0, a sequence of ints or pairs (before, after) with one "
            f"per spatial axis, such as {[(1, 0)] * count}, or 'valid', 'same' or 'causal', "
            f"got {padding!r}"
        )
        raise ValueError(msg)
    return tuple((index(lo), index(hi)) for lo, hi in pairs)
