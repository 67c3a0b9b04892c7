"""What fits together: the shapes and options of a whole convolution, checked on integers alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

from .remembered import remembered
from .window import at_least_one, output_size, transpose_output_size, window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .window import Ints, Padding, PerAxis

__all__ = [
    "ConvShape",
    "check_axes",
    "check_bias",
    "check_depthwise",
    "check_pointwise",
    "checked_groups",
    "conv_shape",
    "conv_transpose_shape",
]


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
    key: int = field(init=False, repr=False, compare=False)  # the hash, which takes a while

    def __post_init__(self) -> None:
        numbers = (self.batch, self.groups, self.c_in, self.c_out, self.size, self.out)
        moves = (self.kernel, self.stride, self.pads, self.dilation)
        object.__setattr__(self, "key", hash(numbers + moves))

    def __hash__(self) -> int:
        return self.key

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

    def reach(self, axis: int, count: int) -> int:
        """How many positions of `room` so many neighbouring positions of `out` see on an axis."""
        return (count - 1) * self.stride[axis] + (self.kernel[axis] - 1) * self.dilation[axis] + 1

    def seen_by(self, tap: Iterable[int]) -> tuple[slice, ...]:
        """Positions in `room` that kernel element `tap` meets, one for each position of `out`."""
        return tuple(
            slice(t * d, t * d + (n - 1) * s + 1, s)
            for t, d, s, n in zip(tap, self.dilation, self.stride, self.out, strict=True)
        )


@remembered
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
    check_axes(axes, x=x_shape, weight=weight_shape)
    groups = checked_groups(weight_shape, groups)
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
    check_bias(bias_shape, filters)
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


@remembered
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
    check_axes(axes, x=x_shape, weight=weight_shape)
    groups = checked_groups(weight_shape, groups)
    batch, channels, *out = x_shape
    filters, c_in, *kernel = weight_shape
    if channels != filters:
        msg = (
            f"x must have weight.shape[0] = {filters} channels, got {channels} (x "
            f"{tuple(x_shape)}, weight {tuple(weight_shape)}); a transposed convolution takes "
            "the weight of the convolution that it transposes"
        )
        raise ValueError(msg)
    check_bias(bias_shape, groups * c_in)
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


def check_axes(axes: int | None, **shapes: Ints) -> None:
    """Check that the arrays named have the same spatial axes, `axes` or as many as the first."""
    first = next(iter(shapes.values()))
    spatial = max(len(first) - 2, 1) if axes is None else axes
    for name, shape in shapes.items():
        if missing := spatial + 2 - len(shape):
            others = "two of channels" if name.endswith("weight") else "batch, channels"
            nones = ", ".join(["None"] * missing)
            fix = f"; {name}[{nones}] adds what is missing in front" if nones else ""
            msg = (
                f"{name} must have {spatial + 2} axes ({others}, {spatial} spatial), "
                f"got {len(shape)}: shape {tuple(shape)}{fix}"
            )
            raise ValueError(msg)
        if name.endswith("weight") and 0 in shape:
            msg = f"{name} must have at least one element on each axis, got shape {tuple(shape)}"
            raise ValueError(msg)


def checked_groups(weight_shape: Ints, groups: Any) -> int:
    """Return `groups` as an int, into which the weight can be cut."""
    parts = at_least_one(groups, "groups")
    if weight_shape[0] % parts:
        msg = f"weight.shape[0] must be a multiple of groups, got {weight_shape[0]} and {parts}"
        raise ValueError(msg)
    return parts


def check_bias(bias_shape: Ints | None, channels: int) -> None:
    """Check that there is one bias for each of so many output channels."""
    if bias_shape not in {None, (channels,)}:
        msg = (
            f"bias must have shape {(channels,)}, one element per output channel, "
            f"got {tuple(bias_shape)}"
        )
        raise ValueError(msg)


def check_depthwise(x_shape: Ints, weight_shape: Ints, name: str = "weight") -> None:
    """Check that the weight has the same number of one-channel kernels for each channel of x."""
    check_axes(None, **{"x": x_shape, name: weight_shape})
    channels, (filters, each, *kernel) = x_shape[1], weight_shape
    if each != 1:
        msg = (
            f"{name}.shape[1] must be 1, as a depthwise kernel reads one channel, "
            f"got {each}: shape {tuple(weight_shape)}"
        )
        raise ValueError(msg)
    if channels < 1 or filters % channels:
        such = f", such as {(channels, 1, *kernel)}" if channels else ""
        msg = (
            f"{name}.shape[0] must be a multiple of the channels of x, the same number of kernels "
            f"for each{such}; got {filters} kernels and {channels} channels"
        )
        raise ValueError(msg)


def check_pointwise(channels: int, spatial: int, weight_shape: Ints, name: str = "weight") -> None:
    """Check that the weight is a matrix that mixes so many channels."""
    if len(weight_shape) not in {2, spatial + 2} or any(k != 1 for k in weight_shape[2:]):
        ones = ", 1" * spatial
        msg = (
            f"{name} must have the shape (C_out, C_in) or (C_out, C_in{ones}), as a pointwise "
            f"kernel has one element, got {tuple(weight_shape)}"
        )
        raise ValueError(msg)
    if weight_shape[1] != channels or 0 in weight_shape:
        msg = (
            f"{name} must have the shape (C_out, C_in) with at least one channel each, and C_in "
            f"that of its input, here {channels}; got {tuple(weight_shape)}"
        )
        raise ValueError(msg)
