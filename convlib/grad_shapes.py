"""What a gradient must fit: the convolution it belongs to, worked out from its arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .remembered import remembered
from .shapes import ConvShape, check_axes, checked_groups, conv_shape, conv_transpose_shape
from .window import Ints, PerAxis, at_least_one, ints, window

__all__ = [
    "conv_input_grad_shape",
    "conv_transpose_input_grad_shape",
    "conv_transpose_weight_grad_shape",
    "conv_weight_grad_shape",
]


@remembered
def conv_input_grad_shape(
    grad_shape: Ints, weight_shape: Ints, input_size: PerAxis, *, groups: int, **options: Any
) -> ConvShape:
    """Check the arguments of `conv_input_grad`; return the convolution."""
    check_axes(None, grad=grad_shape, weight=weight_shape)
    groups = checked_groups(weight_shape, groups)
    size = _spatial(input_size, len(grad_shape) - 2, "input_size", "x", least=0)
    x_shape = (grad_shape[0], groups * weight_shape[1], *size)
    s = conv_shape(x_shape, weight_shape, groups=groups, **options)

    def fix(axis: int) -> str:
        least = _covered(s, axis, grad_shape[axis + 2])
        most = least + s.stride[axis] - 1
        return f"input_size {max(least, 0)} to {most} there would give that" if most >= 0 else ""

    _check_grad(grad_shape, (s.batch, weight_shape[0], *s.out), fix)
    return s


@remembered
def conv_weight_grad_shape(
    x_shape: Ints, grad_shape: Ints, kernel_size: PerAxis, *, groups: int, **options: Any
) -> ConvShape:
    """Check the arguments of `conv_weight_grad`; return the convolution."""
    check_axes(None, x=x_shape, grad=grad_shape)
    kernel = _spatial(kernel_size, len(x_shape) - 2, "kernel_size", "weight")
    groups = _groups_of(groups, x=x_shape[1], grad=grad_shape[1])
    weight_shape = (grad_shape[1], x_shape[1] // groups, *kernel)
    s = conv_shape(x_shape, weight_shape, groups=groups, **options)
    _check_grad(grad_shape, (s.batch, grad_shape[1], *s.out))
    return s


@remembered
def conv_transpose_input_grad_shape(
    grad_shape: Ints, weight_shape: Ints, *, output_padding: PerAxis, groups: int, **options: Any
) -> ConvShape:
    """Check the arguments of `conv_transpose_input_grad`; return the convolution transposed."""
    check_axes(None, grad=grad_shape, weight=weight_shape)
    groups = checked_groups(weight_shape, groups)
    moves = window(weight_shape[2:], **options)
    extras = ints(output_padding, len(grad_shape) - 2, "output_padding", least=0)
    size = []  # the smallest inputs whose results are not smaller than `grad`
    for n, extra, k, s, pads, d in zip(grad_shape[2:], extras, *moves, strict=True):
        beyond = max(n, 1) + sum(pads) - extra - d * (k - 1) - 1
        size.append(max(0, -(-beyond // s)) + 1)
    x_shape = (grad_shape[0], weight_shape[0], *size)
    shape = conv_transpose_shape(
        x_shape, weight_shape, output_padding=output_padding, groups=groups, **options
    )

    def fix(axis: int) -> str:
        extra = (grad_shape[axis + 2] - _covered(shape, axis, 1)) % shape.stride[axis]
        smallest = _covered(shape, axis, 1) + extra
        return _fitting(extra) if 0 < smallest <= grad_shape[axis + 2] else ""

    _check_grad(grad_shape, (shape.batch, groups * weight_shape[1], *shape.size), fix)
    return shape


@remembered
def conv_transpose_weight_grad_shape(
    x_shape: Ints,
    grad_shape: Ints,
    kernel_size: PerAxis,
    *,
    groups: int,
    **options: Any,
) -> ConvShape:
    """Check the arguments of `conv_transpose_weight_grad`; return the convolution transposed."""
    check_axes(None, x=x_shape, grad=grad_shape)
    kernel = _spatial(kernel_size, len(x_shape) - 2, "kernel_size", "weight")
    groups = _groups_of(groups, x=x_shape[1], grad=grad_shape[1])
    weight_shape = (x_shape[1], grad_shape[1] // groups, *kernel)
    s = conv_transpose_shape(x_shape, weight_shape, groups=groups, **options)

    def fix(axis: int) -> str:
        extra = grad_shape[axis + 2] - _covered(s, axis, s.out[axis])
        return _fitting(extra) if 0 <= extra < max(s.stride[axis], s.dilation[axis]) else ""

    _check_grad(grad_shape, (s.batch, grad_shape[1], *s.size), fix)
    return s


def _check_grad(
    grad_shape: Ints, expected: Ints, fix: Callable[[int], str] = lambda _axis: ""
) -> None:
    names = ("examples", "channels")
    for i, (got, fits) in enumerate(zip(grad_shape, expected, strict=True)):
        if got != fits:
            where = names[i] if i < 2 else f"positions on spatial axis {i - 2}"
            hint = (i >= 2 and fix(i - 2)) or "give the options of the call whose gradient it is"
            msg = (
                f"grad must have the shape of the result, {expected}, got {tuple(grad_shape)}: "
                f"{got} instead of {fits} {where}; {hint}"
            )
            raise ValueError(msg)


def _covered(s: ConvShape, axis: int, stops: int) -> int:
    """Positions on the side of `size` that so many stops of the kernel cover, less the padding."""
    span = s.dilation[axis] * (s.kernel[axis] - 1) + 1
    return (stops - 1) * s.stride[axis] + span - sum(s.pads[axis])


def _fitting(output_padding: int) -> str:
    return f"output_padding {output_padding} there would fit"


def _spatial(value: Any, count: int, name: str, array: str, *, least: int = 1) -> Ints:
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == count + 2:
        msg = f"{name} must be the spatial size alone, {array}.shape[2:], got {value!r}"
        raise ValueError(msg)
    return ints(value, count, name, least=least)


def _groups_of(groups: Any, **channels: int) -> int:
    parts = at_least_one(groups, "groups")
    for name, count in channels.items():
        if count < 1 or count % parts:
            msg = (
                f"{name} must have a multiple of groups channels, at least one for each, "
                f"got {count} channels and groups {parts}"
            )
            raise ValueError(msg)
    return parts
