"""Small arrays drawn as tables, their numbers in the cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from _plots import COLOURS, TEXT, WIDTH, canvas, svg
from IPython.display import HTML
from numpy.typing import NDArray

Array = NDArray[Any]


def tables(alt: str, *items: tuple[str, str, Array], beside: bool = False) -> HTML:
    """Draw whole numbers in cells: filled where they are not zero.

    Parameters
    ----------
    alt : str
    *items : (title, role, values)
        The title tells the role's colour, "input" or another; `values` is (rows, columns).
    beside : bool
        Beside each other, rather than below.
    """
    rows, columns = zip(*(values.shape for _, _, values in items), strict=True)
    titles = 0.3 * (1 if beside else len(items))
    if beside:
        cell, grid = WIDTH / (sum(columns) + len(items)), (1, len(items))
        height, share = max(rows) * cell + titles, {"width_ratios": columns}
    else:
        cell, grid = WIDTH / (max(columns) + 1), (len(items), 1)
        height, share = sum(rows) * cell + titles, {"height_ratios": rows}
    with canvas(alt, height) as figure:
        axes = np.ravel(figure.subplots(*grid, **share))
        for ax, (title, role, values) in zip(axes, items, strict=True):
            _table(ax, values, COLOURS[role], min(27 * cell, 13))
            ax.set_title(title, loc="left", color=COLOURS[role], fontsize=10)
    return HTML(svg(figure, alt))


def _table(ax: Any, values: Array, colour: str, points: float) -> None:
    from matplotlib.patches import Rectangle

    for (row, column), value in np.ndenumerate(values):
        look = {"facecolor": colour, "alpha": 0.25} if value else {"fill": False, "alpha": 0.4}
        ax.add_patch(Rectangle((column, row), 0.94, 0.94, edgecolor=COLOURS["muted"], **look))
        ink = TEXT if value else COLOURS["muted"]
        middle = {"ha": "center", "va": "center", "fontsize": points}
        ax.text(column + 0.47, row + 0.47, f"{value:g}", color=ink, **middle)
    ax.set(xlim=(0, values.shape[1]), ylim=(values.shape[0], 0), aspect="equal")
    ax.axis("off")
