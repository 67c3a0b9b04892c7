"""The same convolution by other libraries: each peer is a call, or None if it cannot do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cases import Case

Call = Callable[[], object]


def per_axis(case: Case, option: str, default: int) -> tuple[int, ...]:
    """Return an option of a case, one for each axis."""
    return (case.options.get(option, default),) * case.axes


def torch_call(case: Case, operation: str, threads: int) -> Call:
    """Return PyTorch's forward call, or its gradient by input or weight alone."""
    import torch

    torch.set_num_threads(threads)
    x, weight = (torch.from_numpy(array) for array in case.arrays())
    back = "_transpose" if case.transposed else ""
    function = getattr(torch.nn.functional, f"conv{back}{case.axes}d")
    if operation == "forward":
        return lambda: function(x, weight, **case.options)
    grad = torch.ones_like(function(x, weight, **case.options))
    options = [per_axis(case, *o) for o in (("stride", 1), ("padding", 0), ("dilation", 1))]
    more = [case.transposed, (0,) * case.axes, case.options.get("groups", 1)]
    mask = [operation == "input_grad", operation == "weight_grad", False]
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(grad, x, weight, None, *options, *more, mask)


def scipy_call(case: Case) -> Call | None:
    """Return SciPy's correlation by FFT, for one channel, stride 1 and no dilation."""
    from scipy import signal

    x, weight = case.arrays()
    single = case.x[:2] == (1, 1) and case.weight[:2] == (1, 1)
    if not single or set(case.options) - {"padding"}:
        return None
    return lambda: signal.correlate(x[0, 0], weight[0, 0], mode="same", method="fft")


def jax_call(case: Case) -> Call | None:
    """Return JAX's compiled convolution on the CPU."""
    import jax

    if case.transposed or case.dtype != "float32":
        return None
    x, weight = map(jax.numpy.asarray, case.arrays())
    call = jax.jit(
        lambda x, weight: jax.lax.conv_general_dilated(
            x,
            weight,
            per_axis(case, "stride", 1),
            [(p, p) for p in per_axis(case, "padding", 0)],
            rhs_dilation=per_axis(case, "dilation", 1),
            feature_group_count=case.options.get("groups", 1),
        )
    )
    return lambda: call(x, weight).block_until_ready()


def windows(case: Case, x: np.ndarray) -> np.ndarray:
    """Return all windows of the padded input as a view: (N, C, *out, *kernel)."""
    pads, steps, moves = (
        per_axis(case, *o) for o in (("padding", 0), ("dilation", 1), ("stride", 1))
    )
    x = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in pads)])
    spans = [d * (k - 1) + 1 for d, k in zip(steps, case.weight[2:], strict=True)]
    seen = np.lib.stride_tricks.sliding_window_view(x, spans, tuple(range(2, x.ndim)))
    picked = (slice(None, None, step) for step in (*moves, *steps))
    return seen[(slice(None), slice(None), *picked)]


def plain(case: Case) -> bool:
    """Whether a case is a convolution without groups."""
    return not case.transposed and case.options.get("groups", 1) == 1


def im2col_call(case: Case) -> Call | None:
    """Return the textbook's way: all windows as one matrix, then one product (as in CS231n)."""
    x, weight = case.arrays()

    def call() -> np.ndarray:
        columns = np.moveaxis(windows(case, x), 1, 1 + case.axes).reshape(-1, weight[0].size)
        return weight.reshape(len(weight), -1) @ columns.T

    return call if plain(case) else None


def einsum_call(case: Case) -> Call | None:
    """Return `einsum` over a view of all windows, with its own choice of the order."""
    x, weight = case.arrays()
    out, kernel = "xyz"[: case.axes], "ijk"[: case.axes]
    names = f"nc{out}{kernel},fc{kernel}->nf{out}"

    def call() -> np.ndarray:
        return np.einsum(names, windows(case, x), weight, optimize=True)

    return call if plain(case) else None


PEERS = {"scipy": scipy_call, "jax": jax_call, "im2col": im2col_call, "einsum": einsum_call}
