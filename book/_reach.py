"""Pictures of what a stack of layers sees: its paths, its reach, and what it leaves unread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from _plots import COLOURS, canvas, svg
from IPython.display import HTML
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[Any]


def curves(
    alt: str, *lines: tuple[str, str, Array], x: Array, labels: tuple[str, str], scale: str
) -> HTML:
    """Draw curves in one panel, each named at its end.

    Parameters
    ----------
    alt : str
    *lines : (name, role, values)
        The role gives the colour: "input" or another.
    x : array
        What all values stand over.
    labels : (str, str)
        Of the axes.
    scale : str
        Of the upright axis, "linear" or "log".
    """
    with canvas(alt, 3.0) as figure:
        ax = figure.subplots()
        for name, role, values in lines:
            ax.plot(x, values, color=COLOURS[role], marker="o", markersize=4)
            place = {"xytext": (8, 0), "textcoords": "offset points", "va": "center"}
            ax.annotate(name, (x[-1], values[-1]), color=COLOURS[role], **place)
        ax.set_yscale(scale)
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
        ax.margins(x=0.02)
    return HTML(svg(figure, alt))


def maps(alt: str, *items: tuple[str, Array]) -> HTML:
    """Draw tables of counts beside each other; a place that counts 0 stays empty.

    Parameters
    ----------
    alt : str
    *items : (title, counts)
        The title is drawn with the number of empty places.
    """
    with canvas(alt, 2.3) as figure:
        for ax, (title, counts) in zip(figure.subplots(1, len(items)), items, strict=True):
            # Not the darkest colours: on a dark page they would look empty, too.
            shades = {"cmap": "cividis", "vmin": -counts.max() / 2, "interpolation": "nearest"}
            ax.imshow(np.ma.masked_equal(counts, 0), **shades)
            ax.set_title(f"{title}\n{(counts == 0).sum()} unread", loc="left", fontsize=10)
            ax.set_xticks([])
            ax.set_yticks([])
            ax.spines[["right", "top"]].set_visible(True)
    return HTML(svg(figure, alt))


def trees(alt: str, *stacks: tuple[str, Sequence[int]], size: int = 16) -> HTML:
    """Draw causal stacks of kernels of two: the paths on which inputs reach the last output.

    Parameters
    ----------
    alt : str
    *stacks : (title, rates)
        One rate for each layer, the one next to the input first.
    size : int
        How many positions to draw.
    """
    with canvas(alt, 1.9 * len(stacks)) as figure:
        for ax, (title, rates) in zip(figure.subplots(len(stacks), 1), stacks, strict=True):
            y, x = np.mgrid[: len(rates) + 1, :size]
            ax.plot(x.ravel(), y.ravel(), "o", color=COLOURS["muted"], markersize=3)
            reached = {size - 1}
            for layer in range(len(rates), 0, -1):
                reached = _lower(ax, reached, layer, rates[layer - 1])
            ax.plot(sorted(reached), [0] * len(reached), "o", color=COLOURS["input"])
            ax.plot([size - 1], [len(rates)], "o", color=COLOURS["output"])
            ax.set_title(title, loc="left", fontsize=11)
            ax.axis("off")
    return HTML(svg(figure, alt))


def _lower(ax: Any, places: set[int], layer: int, rate: int) -> set[int]:
    below = set()
    for place in places:
        for read in (place - rate, place):
            ax.plot([place, read], [layer, layer - 1], color=COLOURS["kernel"])
            below.add(read)
    return below
