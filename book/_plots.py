"""Pictures for the chapters: inline SVG in the page's own colours, light or dark.

Every picture carries its text alternative, the argument `alt` of each function here.
Matplotlib is imported with the first picture: a page that runs in a browser need not wait for it.
"""

from __future__ import annotations

import html
import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from IPython.display import HTML, Audio
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure

Array = NDArray[Any]

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
    titles = [row for row in rows if row[0]]
    with canvas(alt, 0.5 + 1.25 * len(titles)) as figure:
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
            _date(ax)
        ax.margins(x=0)
    return HTML(svg(figure, alt))


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
    with canvas(alt, 3.2) as figure:
        ax = figure.subplots()
        extent = (x[0], x[-1], y[0] - 0.5, y[-1] + 0.5)
        ax.imshow(values, aspect="auto", origin="lower", extent=extent, cmap="cividis")
        ax.step(x, truth, where="mid", color="white", linewidth=2, linestyle=":")
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
    return HTML(svg(figure, alt))


def images(alt: str, *items: tuple[str, str, Array], columns: int = 4, **options: Any) -> HTML:
    """Draw pictures beside each other, each at its own brightness unless `options` say another.

    Parameters
    ----------
    alt : str
    *items : (title, role, values)
        The title tells the role's colour, "input" or another; `values` is (H, W), or (H, W, 3)
        with colours from 0 to 1.
    columns : int
        How many to a row, at most.
    **options
        To Matplotlib's ``imshow``, such as ``cmap="cividis", vmin=0, vmax=1``; grey otherwise.
    """
    columns = min(columns, len(items))
    rows = -(-len(items) // columns)
    tall = max(len(values) / values.shape[1] for _, _, values in items)
    with canvas(alt, rows * (WIDTH / columns * tall + 0.35)) as figure:
        for ax in np.ravel(figure.subplots(rows, columns)):
            ax.axis("off")
        for ax, (title, role, values) in zip(figure.axes, items, strict=False):
            ax.imshow(values, **{"cmap": "gray", "interpolation": "nearest", **options})
            ax.set_title(title, loc="left", color=COLOURS[role], fontsize=10)
    return HTML(svg(figure, alt))


def listen(label: str, samples: Array, rate: int) -> HTML:
    """Give a player for a sound; `label` names it for those who do not see it."""
    source = Audio(samples, rate=rate).src_attr()
    return HTML(f'<audio controls aria-label="{html.escape(label)}" src="{source}"></audio>')


@contextmanager
def canvas(alt: str, height: float, width: float = WIDTH) -> Iterator[Figure]:
    """Give an empty figure, in inches, in the book's style; `svg` turns it into the page's."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({**STYLE, "svg.hashsalt": alt}):
        yield Figure((width, height), layout="constrained")


def svg(figure: Figure, alt: str) -> str:
    """Return the figure as SVG whose colours follow the page's theme."""
    from matplotlib import rc_context

    figure.patch.set_alpha(0)
    for ax in figure.axes:
        ax.patch.set_alpha(0)
    text = io.StringIO()
    with rc_context({**STYLE, "svg.hashsalt": alt}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    drawn = text.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    for role, colour in COLOURS.items():
        drawn = drawn.replace(colour, f"var(--conv-{role}, {colour})")
    drawn = drawn.replace(TEXT, "currentColor").replace("#fefefe", "var(--conv-paper, #fefefe)")
    return drawn.replace("<svg", f'<svg class="plot" role="img" aria-label="{html.escape(alt)}"', 1)


def _date(ax: Any) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    ticks = AutoDateLocator(minticks=3, maxticks=6)  # few, for a phone
    ax.xaxis.set_major_locator(ticks)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(ticks, show_offset=False))
