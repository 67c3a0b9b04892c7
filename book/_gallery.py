"""One small picture of each type of convolution, for the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from _plots import COLOURS, canvas, svg
from IPython.display import HTML

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cells = set[tuple[int, ...]]


def gallery() -> HTML:
    """Draw one small picture of each type of convolution."""
    figures = (
        f"<figure>{_drawing(alt, grids)}"
        f'<figcaption><a href="{chapter}.html">{name}</a><br>{alt}</figcaption></figure>'
        for name, chapter, alt, grids in TYPES
    )
    return HTML(f'<div class="gallery">{"".join(figures)}</div>')


def _window(corner: Sequence[int], kernel: Sequence[int], dilation: int = 1) -> Cells:
    """Return the cells that a kernel touches, its first tap on `corner`."""
    return {tuple(np.add(corner, np.multiply(dilation, tap))) for tap in np.ndindex(*kernel)}


# Each grid: rows and columns, where its lower left corner lies, its role, and the lit cells.
TYPES = (
    (
        "1D",
        "conv1d",
        "Three neighbouring inputs of a signal make one output.",
        [
            ((1, 9), (0, 2.4), "input", _window((0, 3), (1, 3))),
            ((1, 7), (1, 0), "output", {(0, 3)}),
        ],
    ),
    (
        "Causal",
        "conv1d",
        "The output stands at its last input: it never sees a later one.",
        [
            ((1, 9), (0, 2.4), "input", _window((0, 3), (1, 3))),
            ((1, 9), (0, 0), "output", {(0, 5)}),
        ],
    ),
    (
        "2D",
        "conv2d",
        "A patch of an image makes one output pixel.",
        [
            ((5, 5), (0, 0), "input", _window((1, 1), (3, 3))),
            ((3, 3), (7, 1), "output", {(1, 1)}),
        ],
    ),
    (
        "3D",
        "conv3d",
        "A block of a volume, here two of its three slices, makes one output.",
        [
            ((4, 4), (1.5 * i, 0.9 * i), "input", _window((1, 1), (2, 2)) if i < 2 else ())
            for i in (2, 1, 0)
        ]
        + [
            ((3, 3), (9 + 1.5 * i, 0.5 + 0.9 * i), "output", {(1, 1)} if i == 0 else ())
            for i in (1, 0)
        ],
    ),
    (
        "Dilated",
        "dilated",
        "The taps stand apart, so few weights see far.",
        [
            ((7, 7), (0, 0), "input", _window((1, 1), (3, 3), 2)),
            ((3, 3), (9, 2), "output", {(1, 1)}),
        ],
    ),
    (
        "Transposed",
        "transposed",
        "One input spreads over a patch of the larger output.",
        [
            ((3, 3), (0, 2), "input", {(1, 1)}),
            ((7, 7), (5, 0), "output", _window((2, 2), (3, 3))),
        ],
    ),
    (
        "Grouped",
        "separable",
        "The channels are cut into groups, and each output reads one group alone.",
        [
            ((4, 4), (left + 1.2 * i, 0.8 * i), "input", _window((1, 1), (2, 2)) if lit else ())
            for left, lit in ((0, True), (7.5, False))
            for i in (1, 0)
        ]
        + [
            ((3, 3), (16 + 1.2 * i, 0.5 + 0.8 * i), "output", {(1, 1)} if i == 0 else ())
            for i in (1, 0)
        ],
    ),
    (
        "Depthwise separable",
        "separable",
        "Each channel has its own kernel; a pointwise step then mixes the channels.",
        [((4, 4), (1.2 * i, 0.8 * i), "input", _window((1, 1), (2, 2))) for i in (2, 1, 0)]
        + [((3, 3), (8 + 1.2 * i, 0.5 + 0.8 * i), "output", {(1, 1)}) for i in (2, 1, 0)]
        + [((3, 3), (15, 1), "output", {(1, 1)})],
    ),
)


def _drawing(alt: str, grids: Iterable[Any]) -> str:
    from matplotlib.patches import Polygon

    with canvas(alt, 1.5, 2.6) as figure:
        ax = figure.subplots()
        for (rows, columns), (left, bottom), role, lit in grids:
            for r, c in np.ndindex(rows, columns):
                x, y = left + c, bottom + rows - 1 - r
                corners = [(x, y), (x + 0.9, y), (x + 0.9, y + 0.9), (x, y + 0.9)]
                shade = COLOURS[role] if (r, c) in lit else "#fefefe"
                ax.add_patch(Polygon(corners, facecolor=shade, edgecolor=COLOURS[role]))
        ax.set_aspect("equal")
        ax.autoscale_view()
        ax.axis("off")
    return svg(figure, alt)
