"""What fits together: every check of the library, on integers alone, no arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from operator import index
from typing import Any, Literal, NamedTuple

__all__ = [
    "ConvShape",
    "Ints",
    "Padding",
    "PerAxis",
    "Window",
    "conv_shape",
    "conv_transpose_shape",
    "ints",
    "output_size",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvShape:
    """A checked convolution from `size` to `out`: all the numbers an algorithm needs.

    Its adjoint, the transposed convolution, is the same object read from `out` to `size`.
    """

    batch: int
    groups: int
    c_in: int  # channels per group on the side of `size`
    c_out: int  # channels per group on the side of `out`
    size: Ints
    out: Ints
    kernel: Ints
    stride: Ints
    pads: tuple[tuple[int, int], ...]
    dilation: Ints

    @property
    def positions(self) -> int:
        """How many positions `out` has."""
        return prod(self.out)

    @property
    def room(self) -> Ints:
        """The padded `size`."""
        return tuple(n + lo + hi for n, (lo, hi) in zip(self.size, self.pads, strict=True))

    @property
    def inner(self) -> tuple[slice, ...]:
        """Where `size` lies in `room`."""
        return tuple(slice(lo, lo + n) for n, (lo, _) in zip(self.size, self.pads, strict=True))

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
    groups = _checked_groups(weight_shape, groups)
    batch, channels, *size = x_shape
    filters, c_in, *kernel = weight_shape
    if channels != groups * c_in:
        fits = channels // c_in
        fixed = fits > 0 and channels == fits * c_in and filters % fits == 0
        fix = f"; groups={fits} would fit" if fixed else ""
        msg = (
            f"x must have groups * weight.shape[1] = {groups * c_in} channels, got {channels} "
            f"(groups {groups}, x {tuple(x_shape)}, weight {tuple(weight_shape)}){fix}"
        )
        raise ValueError(msg)
    _check_bias(bias_shape, filters)
    moves = window(kernel, stride, padding, dilation)
    return ConvShape(
        batch=batch,
        groups=groups,
        c_in=c_in,
        c_out=filters // groups,
        size=tuple(size),
        out=output_size(size, moves),
        **moves._asdict(),
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
    groups = _checked_groups(weight_shape, groups)
    batch, channels, *out = x_shape
    filters, c_in, *kernel = weight_shape
    if channels != filters:
        msg = (
            f"x must have weight.shape[0] = {filters} channels, got {channels} (x "
            f"{tuple(x_shape)}, weight {tuple(weight_shape)}); a transposed convolution takes "
            "the weight of the convolution that it transposes"
        )
        raise ValueError(msg)
    _check_bias(bias_shape, groups * c_in)
    moves = window(kernel, stride, padding, dilation)
    return ConvShape(
        batch=batch,
        groups=groups,
        c_in=c_in,
        c_out=filters // groups,
        size=transpose_output_size(out, moves, output_padding),
        out=tuple(out),
        **moves._asdict(),
    )


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


def _is_int(value: Any, least: int) -> bool:
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


def _check_axes(x_shape: Ints, weight_shape: Ints, axes: int | None) -> None:
    spatial = max(len(x_shape) - 2, 1) if axes is None else axes
    for name, first, shape in (
        ("x", "batch, channels", x_shape),
        ("weight", "two of channels", weight_shape),
    ):
        if missing := spatial + 2 - len(shape):
            nones = ", ".join(["None"] * missing)
            fix = f"; {name}[{nones}] adds what is missing in front" if nones else ""
            msg = (
                f"{name} must have {spatial + 2} axes ({first}, {spatial} spatial), "
                f"got {len(shape)}: shape {tuple(shape)}{fix}"
            )
            raise ValueError(msg)
    if 0 in weight_shape:
        msg = f"weight must have at least one element on each axis, got shape {tuple(weight_shape)}"
        raise ValueError(msg)


def _checked_groups(weight_shape: Ints, groups: Any) -> int:
    if not _is_int(groups, 1):
        msg = f"groups must be an int >= 1, got {groups!r}"
        raise ValueError(msg)
    if weight_shape[0] % groups:
        msg = f"weight.shape[0] must be a multiple of groups, got {weight_shape[0]} and {groups}"
        raise ValueError(msg)
    return index(groups)


def _check_bias(bias_shape: Ints | None, channels: int) -> None:
    if bias_shape not in {None, (channels,)}:
        msg = (
            f"bias must have shape {(channels,)}, one element per output channel, "
            f"got {tuple(bias_shape)}"
        )
        raise ValueError(msg)
