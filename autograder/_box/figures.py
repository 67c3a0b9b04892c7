"""Figures as pictures, cut to what there is of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

if TYPE_CHECKING:
    from IPython.core.formatters import DisplayFormatter
    from matplotlib.transforms import Bbox

__all__ = ["show_as_drawn"]


def show_as_drawn(formatter: DisplayFormatter) -> None:
    """Have figures drawn by `png`: IPython would lay each out twice to see where it ends."""
    formatter.formatters["image/png"].for_type(Figure, png)


def png(figure: Figure) -> bytes | None:
    """Return a picture of all that is in a figure, also of what reaches over its edge.

    It is that of ``bbox_inches="tight"``, to a pixel.
    """
    if not figure.axes and not figure.lines:
        return None
    made = figure.canvas
    canvas = made if isinstance(made, FigureCanvasAgg) else FigureCanvasAgg(figure)
    canvas.draw()
    inches = figure.get_tightbbox(canvas.get_renderer()).padded(rcParams["savefig.pad_inches"])
    cut = _cut(np.asarray(canvas.buffer_rgba()), inches, figure.dpi)
    picture = io.BytesIO()
    if cut is None:
        canvas.print_figure(picture, dpi=figure.dpi, bbox_inches=inches, format="png")
    else:
        imsave(picture, cut, format="png")
    return picture.getvalue()


def _cut(pixels: np.ndarray, inches: Bbox, dpi: float) -> np.ndarray | None:
    """Return the part of a picture in a box; None if it has not all of it."""
    height, width, _ = pixels.shape
    left, bottom, right, top = (np.asarray(inches.extents) * dpi).round().astype(int)
    if min(left, bottom) < 0 or right > width or top > height:
        return None
    return pixels[height - top : height - bottom, left:right]
