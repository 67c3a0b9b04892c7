"""What fits together: every check of the library, on integers alone, no arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from operator import index
from typing import Any, Literal

__all__ = [
    "ConvShape",
    "Padding",
    "PerAxis",
    "conv_shape",
    "conv_transpose_shape",
    "ints",
    "output_size",
    "pad_widths",
    "transpose_output_size",
]

Ints = tuple[int, ...]
PerAxis = int | Sequence[int]
Padding = int | Sequence[int | tuple[int, int]] | Literal["valid", "same", "causal"]
Pads = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ConvShape:
    """A checked convolution from `size` to `out`: all the sizes an algorithm needs.

    Its adjoint, the transposed convolution, is the same object read from `out` to `size`.
    """

    batch: int
    groups: int
    c_in: int  # channels per group on the side of `size`
    c_out: int  # channels per group on the side of `out`
    size: Ints
    kernel: Ints
    stride: Ints
    dilation: Ints
    pads: Pads
    out: Ints

    @property
    def room(self) -> Ints:
        """The padded `size`, with the positions that only an output padding adds."""
        return tuple(n + lo + hi for n, (lo, hi) in zip(self.size, self.pads, strict=True))

    @property
    def inner(self) -> tuple[slice, ...]:
        """Where `size` lies in `room`."""
        return tuple(slice(lo, lo + n) for n, (lo, _) in zip(self.size, self.pads, strict=True))

    @property
    def positions(self) -> int:
        """How many positions `out` has."""
        return prod(self.out)

    def seen_by(self, tap: Iterable[int]) -> tuple[slice, ...]:
        """Positions in `room` that kernel element `tap` meets, one for each position of `out`."""
        return tuple(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, d, s, n in zip(tap, self.dilation, self.stride, self.out, strict=True)
        )


def conv_shape(
    x_shape: Ints,
    weight_shape: Ints,
    bias_shape: Ints | None = None,
    *,
    axes: int | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> ConvShape:
    """Check the arguments of `conv`, on `axes` spatial axes if given, and work out its sizes."""
    _check_axes(x_shape, weight_shape, axes)
    batch, channels, *size = x_shape
    filters, c_in, *kernel = weight_shape
    (groups,) = ints(groups, 1, "groups")
    if channels != groups * c_in:
        msg = (
            f"x has {channels} channels, but weight {tuple(weight_shape)} reads {c_in} in each "
            f"of groups={groups}: x.shape[1] must be groups * weight.shape[1] = {groups * c_in}"
        )
        raise ValueError(msg)
    _check_groups(filters, groups, "output")
    _check_bias(bias_shape, filters)
    steps, gaps = ints(stride, len(size), "stride"), ints(dilation, len(size), "dilation")
    pads = pad_widths(padding, kernel, steps, gaps)
    out = output_size(size, kernel, steps, pads, gaps)
    return ConvShape(
        batch, groups, c_in, filters // groups, tuple(size), tuple(kernel), steps, gaps, pads, out
    )


def conv_transpose_shape(
    x_shape: Ints,
    weight_shape: Ints,
    bias_shape: Ints | None = None,
    *,
    axes: int | None = None,
    stride: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> ConvShape:
    """Check the arguments of `conv_transpose`; return the convolution whose adjoint it is."""
    _check_axes(x_shape, weight_shape, axes)
    batch, channels, *out = x_shape
    filters, c_in, *kernel = weight_shape
    (groups,) = ints(groups, 1, "groups")
    if channels != filters:
        msg = (
            f"x has {channels} channels, but weight {tuple(weight_shape)} reads {filters}: "
            "a transposed convolution needs x.shape[1] == weight.shape[0]"
        )
        raise ValueError(msg)
    _check_groups(channels, groups, "input")
    _check_bias(bias_shape, groups * c_in)
    steps, gaps = ints(stride, len(out), "stride"), ints(dilation, len(out), "dilation")
    extra = ints(output_padding, len(out), "output_padding", least=0)
    pads = pad_widths(padding, kernel, steps, gaps)
    size = transpose_output_size(out, kernel, steps, pads, gaps, output_padding=extra)
    return ConvShape(
        batch, groups, c_in, filters // groups, size, tuple(kernel), steps, gaps, pads, tuple(out)
    )


def output_size(
    size: Sequence[int], kernel: Sequence[int], stride: Ints, pads: Pads, dilation: Ints
) -> Ints:
    """Return how often the kernel fits on each axis."""
    out = []
    for axis, (n, k, s, (lo, hi), d) in enumerate(
        zip(size, kernel, stride, pads, dilation, strict=True)
    ):
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


def transpose_output_size(
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Ints,
    pads: Pads,
    dilation: Ints,
    *,
    output_padding: Ints,
) -> Ints:
    """Return the size on each axis from which `output_size` gives `size` back."""
    out = []
    for axis, (n, k, s, (lo, hi), d, extra) in enumerate(
        zip(size, kernel, stride, pads, dilation, output_padding, strict=True)
    ):
        if extra >= max(s, d):
            msg = (
                f"output_padding must be below stride or dilation, got {extra} on spatial axis "
                f"{axis} (stride {s}, dilation {d}); the largest that fits is {max(s, d) - 1}"
            )
            raise ValueError(msg)
        span = d * (k - 1) + 1
        room = (n - 1) * s + span + extra
        if n < 1 or room <= lo + hi:
            msg = (
                f"nothing is left on spatial axis {axis}: {n} positions, stride {s}, and a kernel "
                f"that spans {span} (kernel {k}, dilation {d}) fill {room if n else 0}, of which "
                f"padding takes {lo + hi}; take less padding or a longer input"
            )
            raise ValueError(msg)
        out.append(room - lo - hi)
    return tuple(out)


def ints(value: Any, count: int, name: str, *, least: int = 1, each: str = "spatial axis") -> Ints:
    """Return `count` integers, all at least `least`; one integer stands for each of them."""
    try:
        items = (
            tuple(map(_index, value)) if isinstance(value, Sequence) else (_index(value),) * count
        )
    except TypeError:
        items = ()
    if len(items) != count or any(item < least for item in items):
        several = "" if count == 1 else f" or {count} of them, one per {each}"
        msg = f"{name} must be an int >= {least}{several}, got {value!r}"
        raise ValueError(msg)
    return items


def pad_widths(padding: Any, kernel: Sequence[int], stride: Ints, dilation: Ints) -> Pads:
    """Return the zeros ``(before, after)`` each axis."""
    if not isinstance(padding, str):
        return _explicit_pads(padding, len(kernel))
    if padding not in ("valid", "same", "causal"):
        msg = f"padding must be ints, 'valid', 'same' or 'causal', got {padding!r}"
        raise ValueError(msg)
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if any(s != 1 for s in stride):
        msg = f"padding={padding!r} needs stride 1 on every axis, got {stride}; give it in numbers"
        raise ValueError(msg)
    around = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    if padding == "causal":
        return tuple((n, 0) for n in around)
    return tuple((n // 2, n - n // 2) for n in around)


def _explicit_pads(padding: Any, count: int) -> Pads:
    items = padding if isinstance(padding, Sequence) else (padding,) * count
    try:
        pads = tuple(ints(item, 2, "padding", least=0) for item in items)
    except ValueError:
        pads = ()
    if len(pads) != count:
        msg = (
            f"padding must be an int >= 0, or for each of the {count} spatial axes an int >= 0 or "
            f"a pair (before, after) of them, or 'valid', 'same' or 'causal', got {padding!r}"
        )
        raise ValueError(msg)
    return tuple((lo, hi) for lo, hi in pads)


def _index(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    return index(value)


def _check_axes(x_shape: Ints, weight_shape: Ints, axes: int | None) -> None:
    needed = "3 or more" if axes is None else str(axes + 2)
    right = len(x_shape) >= 3 if axes is None else len(x_shape) == axes + 2
    if not right or len(weight_shape) != len(x_shape):
        msg = (
            f"x and weight must both have {needed} axes (x: batch, channel, then space; weight: "
            f"two of channels, then space), got shapes {tuple(x_shape)} and {tuple(weight_shape)}; "
            "x[None] adds a missing axis in front"
        )
        raise ValueError(msg)
    if 0 in weight_shape:
        msg = f"weight must have an element on every axis, got shape {tuple(weight_shape)}"
        raise ValueError(msg)


def _check_groups(channels: int, groups: int, side: str) -> None:
    if channels % groups:
        msg = (
            f"the {side} channels must divide evenly among the groups, "
            f"got weight.shape[0] = {channels} and groups={groups}"
        )
        raise ValueError(msg)


def _check_bias(bias_shape: Ints | None, channels: int) -> None:
    if bias_shape is not None and tuple(bias_shape) != (channels,):
        msg = (
            f"bias must have one element per output channel, "
            f"so shape {(channels,)}, got {tuple(bias_shape)}"
        )
        raise ValueError(msg)
