"""Matplotlib's backend in a page: `plt.show()` puts the figures under the cell."""

from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas
from page import display

__all__ = ["FigureCanvas", "show"]


def show(*_: object, **__: object) -> None:
    """Show the open figures, and close them."""
    for number in plt.get_fignums():
        display(plt.figure(number))
    plt.close("all")
