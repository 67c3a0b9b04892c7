"""Pictures for the chapters: inline SVG in the page's own colours, light or dark.

Every picture carries its text alternative, the argument `alt` of each function here.
"""

import html
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from IPython.display import HTML, Audio
from matplotlib import rc_context
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

Array = NDArray[Any]
Cells = set[tuple[int, ...]]

WIDTH = 6.2  # inches: wide enough to read at the width of a phone
TEXT = "#010101"  # becomes the colour of the page's text
COLOURS = {"input": "#1f6fb0", "kernel": "#b45309", "output": "#157347", "muted": "#7a7f87"}
STYLE = {
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": TEXT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 11,
    "lines.linewidth": 1.2,
    "svg.fonttype": "none",  # text stays text: the page sets its font, a reader can find it
    "text.color": TEXT,
    "xtick.color": COLOURS["muted"],
    "xtick.labelcolor": TEXT,
    "ytick.color": COLOURS["muted"],
    "ytick.labelcolor": TEXT,
}


def panels(alt: str, *rows: Any, x: Array | None = None, truth: Sequence[float] = ()) -> HTML:
    """Draw signals below each other over one axis.

    Parameters
    ----------
    alt : str
    *rows : tuple
        ``(title, role, values)``: the title tells the role's colour, "input" or another.
        A fourth element is a threshold, drawn dashed; a second curve in the same panel is
        another row without a title.
    x : array, optional
        Positions of the values; their indices unless given.
    truth : sequence of float
        Where the right answers lie: dotted lines through all panels.
    """
    with rc_context({**STYLE, "svg.hashsalt": alt}):
        titles = [row for row in rows if row[0]]
        figure = Figure((WIDTH, 0.5 + 1.25 * len(titles)), layout="constrained")
        axes = iter(np.ravel(figure.subplots(len(titles), sharex=True)))
        for title, role, values, *threshold in rows:
            if title:
                ax = next(axes)
                ax.set_title(title, loc="left", color=COLOURS[role], fontsize=11)
                for position in truth:
                    ax.axvline(position, color=COLOURS["muted"], linewidth=1, linestyle=":")
            places = np.arange(len(values)) if x is None else x
            ax.plot(places, values, color=COLOURS[role])
            for level in threshold:
                ax.axhline(level, color=COLOURS["kernel"], linestyle="--")
        if np.issubdtype(np.asarray(places).dtype, np.datetime64):
            ticks = AutoDateLocator(minticks=3, maxticks=6)  # few, for a phone
            ax.xaxis.set_major_locator(ticks)
            ax.xaxis.set_major_formatter(ConciseDateFormatter(ticks, show_offset=False))
        ax.margins(x=0)
        return HTML(_svg(figure, alt))


def heat(
    alt: str, values: Array, *, x: Array, y: Array, truth: Array, labels: tuple[str, str]
) -> HTML:
    """Draw a table of values as colours, and the right answer for each column as a line.

    Parameters
    ----------
    alt : str
    values : array (len(y), len(x))
    x, y, truth : array
        `truth` is on the axis of `y`, one for each `x`.
    labels : (str, str)
    """
    with rc_context({**STYLE, "svg.hashsalt": alt}):
        figure = Figure((WIDTH, 3.2), layout="constrained")
        ax = figure.subplots()
        extent = (x[0], x[-1], y[0] - 0.5, y[-1] + 0.5)
        ax.imshow(values, aspect="auto", origin="lower", extent=extent, cmap="cividis")
        ax.step(x, truth, where="mid", color="white", linewidth=2, linestyle=":")
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
        return HTML(_svg(figure, alt))


def listen(label: str, samples: Array, rate: int) -> HTML:
    """Give a player for a sound; `label` names it for those who do not see it."""
    source = Audio(samples, rate=rate).src_attr()
    return HTML(f'<audio controls aria-label="{html.escape(label)}" src="{source}"></audio>')


def gallery() -> HTML:
    """Draw one small picture of each type of convolution."""
    figures = (
        f"<figure>{_drawing(alt, grids)}"
        f"<figcaption><strong>{name}</strong><br>{alt}</figcaption></figure>"
        for name, alt, grids in TYPES
    )
    return HTML(f'<div class="gallery">{"".join(figures)}</div>')


def _window(corner: Sequence[int], kernel: Sequence[int], dilation: int = 1) -> Cells:
    """Return the cells that a kernel touches, its first tap on `corner`."""
    return {tuple(np.add(corner, np.multiply(dilation, tap))) for tap in np.ndindex(*kernel)}


# Each grid: rows and columns, where its lower left corner lies, its role, and the lit cells.
TYPES = (
    (
        "1D",
        "Three neighbouring inputs of a signal make one output.",
        [
            ((1, 9), (0, 2.4), "input", _window((0, 3), (1, 3))),
            ((1, 7), (1, 0), "output", {(0, 3)}),
        ],
    ),
    (
        "2D",
        "A patch of an image makes one output pixel.",
        [
            ((5, 5), (0, 0), "input", _window((1, 1), (3, 3))),
            ((3, 3), (7, 1), "output", {(1, 1)}),
        ],
    ),
    (
        "3D",
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
        "The taps stand apart, so few weights see far.",
        [
            ((7, 7), (0, 0), "input", _window((1, 1), (3, 3), 2)),
            ((3, 3), (9, 2), "output", {(1, 1)}),
        ],
    ),
    (
        "Transposed",
        "One input spreads over a patch of the larger output.",
        [
            ((3, 3), (0, 2), "input", {(1, 1)}),
            ((7, 7), (5, 0), "output", _window((2, 2), (3, 3))),
        ],
    ),
    (
        "Depthwise separable",
        "Each channel has its own kernel; a pointwise step then mixes the channels.",
        [((4, 4), (1.2 * i, 0.8 * i), "input", _window((1, 1), (2, 2))) for i in (2, 1, 0)]
        + [((3, 3), (8 + 1.2 * i, 0.5 + 0.8 * i), "output", {(1, 1)}) for i in (2, 1, 0)]
        + [((3, 3), (15, 1), "output", {(1, 1)})],
    ),
)


def _drawing(alt: str, grids: Iterable[Any]) -> str:
    with rc_context({**STYLE, "svg.hashsalt": alt}):
        figure = Figure((2.6, 1.5), layout="constrained")
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
        return _svg(figure, alt)


def _svg(figure: Figure, alt: str) -> str:
    """Return the figure as SVG whose colours follow the page's theme."""
    figure.patch.set_alpha(0)
    for ax in figure.axes:
        ax.patch.set_alpha(0)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    drawn = text.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    for role, colour in COLOURS.items():
        drawn = drawn.replace(colour, f"var(--conv-{role}, {colour})")
    drawn = drawn.replace(TEXT, "currentColor").replace("#fefefe", "var(--conv-paper, #fefefe)")
    return drawn.replace("<svg", f'<svg class="plot" role="img" aria-label="{html.escape(alt)}"', 1)
