"""The picture that a shared link shows: the page's title over a kernel on its way."""

from __future__ import annotations

import hashlib
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from sphinx.application import Sphinx

WIDTH, HEIGHT = 1200, 630  # pixels, as those who show cards recommend
FOLDER = "_static/cards"
INPUT, KERNEL, OUTPUT, PAPER = "#1f6fb0", "#b45309", "#157347", "#fdfcf9"
LOOK = 1  # raise it when the drawing changes
_drawn: set[str] = set()


def alt(title: str) -> str:
    """Return what the picture shows, in words."""
    return f"{title}: a kernel of three weights over a row of inputs, and its outputs."


def draw(site: Path, pagename: str, title: str, book: str) -> str:
    """Draw the card of a page unless it is there, and return its place in the site."""
    key = hashlib.sha256(f"{LOOK}{title}{book}".encode()).hexdigest()[:8]
    place = f"{FOLDER}/{pagename.replace('/', '-')}-{key}.png"
    _drawn.add(place)
    if not (site / place).exists():
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        _picture(title, book, site / place)
    return place


def forget_old(app: Sphinx, error: Exception | None) -> None:
    """Remove the cards of pages and titles that are no more."""
    if error is None and _drawn:
        for path in (Path(app.outdir) / FOLDER).glob("*.png"):
            if f"{FOLDER}/{path.name}" not in _drawn:
                path.unlink()


def _picture(title: str, book: str, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure((WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    ax.axis("off")
    lines = textwrap.wrap(title, 24)[:2]
    ax.text(80, 150, "\n".join(lines), fontsize=52, fontweight="bold", va="top", color="#14181e")
    if title != book:
        ax.text(80, 80, book, fontsize=22, va="center", color="#57606a")
    _row(ax, 380, range(10), INPUT, lit={3, 4, 5})
    _row(ax, 450, range(3, 6), KERNEL, lit={3, 4, 5})
    _row(ax, 520, range(1, 9), OUTPUT, lit={4})
    figure.savefig(path)


def _row(ax: Axes, top: int, cells: range, colour: str, *, lit: set[int]) -> None:
    from matplotlib.patches import FancyBboxPatch

    for cell in cells:
        look: dict[str, Any] = {"edgecolor": colour, "linewidth": 3}
        look["facecolor"] = colour if cell in lit else PAPER
        corner = (84 + 70 * cell, top)
        ax.add_patch(FancyBboxPatch(corner, 50, 50, boxstyle="round,pad=0,rounding_size=8", **look))
