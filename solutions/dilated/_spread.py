"""A dilated convolution of one signal, of layers and of a gated block: a mistake replaces steps."""

from __future__ import annotations

import numpy as np

from .._slide import padded, per_axis, slide


def ends(kernel, dilation):
    """Return how many zeros keep the size, before and after: all before them in one dimension."""
    reach = np.asarray(dilation) * (np.asarray(kernel) - 1)
    return (reach // 2, reach // 2) if reach.size > 1 else (reach, 0 * reach)


def spread(x, weight, *more, dilation=1, **steps):
    """Answer as the function does that takes these arrays.

    Parameters
    ----------
    x, weight, *more
        Of `dilated1d`, `causal_conv1d`, `atrous2d` or `wavenet_block`.
    **steps
        Of `kept`, or of `slide`.
    """
    if len(more) > 1:
        return gated(
            x, weight, *more, dilation=dilation, conv=lambda *a, **k: kept(*a, **k, **steps)
        )
    if x.ndim == 1:
        return slide(x, weight, axes=1, dilation=dilation, **steps)
    return kept(x, weight, *more, dilation=dilation, **steps)


def kept(x, weight, bias=None, *, dilation=1, zeros=ends, mode="constant", **steps):
    """Convolve layers and keep their size.

    Parameters
    ----------
    zeros : callable (kernel, dilation) -> (before, after)
        How much is padded, with a number for each axis.
    mode : str
        With what, as in `np.pad`.
    **steps
        Of `slide`; without a `pad`, its `steps` also hold for what is padded.
    """
    axes = x.ndim - 2
    stride, dilation = (1,) * axes, per_axis(dilation, axes)
    if "options" in steps:
        _, _, dilation = steps.pop("options")(stride, (0,) * axes, dilation)
    if "steps" in steps and "pad" not in steps:
        change = steps.pop("steps")
        stride, dilation = zip(*(change(1, d) for d in dilation), strict=True)
    before, after = zeros(weight.shape[2:], dilation)
    x = padded(x, before, after, mode=mode)
    return slide(x, weight, bias, axes=axes, stride=stride, dilation=dilation, **steps)


def sigmoid(g):
    """Return how much passes."""
    return 1 / (1 + np.exp(-g))


def gated(
    x,
    filters,
    gates,
    mix,
    skip,
    *,
    dilation=1,
    conv=kept,
    gate_dilation=None,
    meet=lambda f, g: np.tanh(f) * sigmoid(g),
    residual=lambda x, mixed: x + mixed,
    join=lambda main, side: [main, side],
):
    """Answer as `wavenet_block`.

    Parameters
    ----------
    conv : callable (x, weight, dilation=...) -> array
        The causal convolution.
    gate_dilation : int, optional
        That of the gate, if it is another.
    meet : callable (f, g) -> z
        What becomes of the two results.
    residual : callable (x, mix @ z) -> array
        What the next block reads.
    join : callable (residual, skip) -> sequence
        What is put together.
    """
    f = conv(x, filters, dilation=dilation)
    z = meet(f, conv(x, gates, dilation=gate_dilation or dilation))
    return np.concatenate(join(residual(x, mix @ z), skip @ z), axis=1)
