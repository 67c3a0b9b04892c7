"""The names of the course, each with its letter and its meaning: one table for all pages.

The tests compare it with the library's signatures, so that page and library cannot part.
"""

from __future__ import annotations

from typing import NamedTuple

from IPython.display import Markdown


class Name(NamedTuple):
    """What one thing is called: in code, in formulas, and in words."""

    code: str
    letter: str
    meaning: str


ARRAYS = (
    Name("x", r"\Input{x}", "the input: `(N, C_in, *size)`"),
    Name("weight", r"\Kernel{w}", "the kernels: `(C_out, C_in / groups, *kernel)`"),
    Name("bias", "b", "one number added to each output channel: `(C_out,)`"),
    Name("y", r"\Output{y}", "the output: `(N, C_out, *out)`"),
    Name("grad", r"\Output{g}", "what the loss asks of each output: the shape of the output"),
    Name("depthwise_weight", "", "the kernels of the depthwise step: `(C_in * m, 1, *kernel)`"),
    Name("pointwise_weight", "", "the mixing step: `(C_out, C_in * m)`"),
)
SIZES = (
    Name("N", "N", "examples in a batch"),
    Name("c_in", r"C_\text{in}", "input channels"),
    Name("c_out", r"C_\text{out}", "output channels, which is how many kernels there are"),
    Name("size", "n", "positions along a spatial axis of the input"),
    Name("kernel_size", "k", "weights along a spatial axis of the kernel"),
    Name("out", "m", "positions along a spatial axis of the output"),
    Name("input_size", "n", "in gradients: the spatial size that the input had"),
    Name("x_shape", "", "the whole shape of the input, `N` and channels too"),
    Name("weight_shape", "", "the whole shape of the kernels"),
)
OPTIONS = (
    Name("stride", "s", "how far the kernel moves from one output to the next"),
    Name(
        "padding",
        "p",
        "zeros put around the input: a number, one per axis, `(before, after)` per axis, "
        '`"valid"`, `"same"` or `"causal"`',
    ),
    Name("dilation", "d", "how far the weights stand apart; 1 is the ordinary kernel"),
    Name("groups", "g", "how many groups of channels do not see each other; 1 is all see all"),
    Name("output_padding", "o", "transposed only: positions added at the end of the output"),
    Name("method", "", "the algorithm; the numbers are the same but for rounding"),
    Name("dtype", "", "the kind of number that a choice of algorithm is asked for"),
    Name("count", "", "how many threads may compute at once"),
)
INDICES = (
    Name("i", "i", "a position of the output"),
    Name("j", "j", "a position of the input"),
    Name("t", "t", "an element of the kernel, a *tap*"),
    Name("c", "c", "a channel"),
)


def table(*names: Name) -> Markdown:
    """Give the names as a table for the page."""
    rows = (f"| `{n.code}` | {f'${n.letter}$' if n.letter else ''} | {n.meaning} |" for n in names)
    return Markdown("\n".join(["| in code | in formulas | what it is |", "|---|---|---|", *rows]))
