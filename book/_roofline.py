"""How fast this machine multiplies and copies, and the roof that both put over a convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from _plots import COLOURS, canvas, svg
from _race import race
from IPython.display import HTML

if TYPE_CHECKING:
    from collections.abc import Mapping

BYTES = 4  # of a float32 number
SIDE = 384  # of the matrices
LARGE = 4_000_000  # numbers to copy: more than a cache holds


class Machine(NamedTuple):
    """What the machine reaches, in operations and bytes a second."""

    arithmetic: float
    memory: float

    @property
    def ridge(self) -> float:
        """Operations for each byte from which on arithmetic is the limit."""
        return self.arithmetic / self.memory

    def roof(self, intensity: float) -> float:
        """Return the most operations a second that the intensity allows."""
        return min(self.arithmetic, intensity * self.memory)


def machine() -> Machine:
    """Measure a product of two matrices, and a copy: the best that NumPy reaches here."""
    square, found = np.ones((SIDE, SIDE), np.float32), np.empty((SIDE, SIDE), np.float32)
    source, target = np.ones((2, LARGE), np.float32)
    best = race(
        {
            "product": lambda: np.matmul(square, square, out=found),
            "copy": lambda: np.copyto(target, source),
        },
        seconds=0.5,
    )
    return Machine(2 * SIDE**3 / best["product"], 2 * source.nbytes / best["copy"])


def roofline(here: Machine, layers: Mapping[str, tuple[float, float]]) -> HTML:
    """Draw the roof, and below it what layers reach.

    Parameters
    ----------
    here : Machine
    layers : mapping of names to (operations for each byte, operations a second)
    """
    told = "; ".join(
        f"{name}: {at:.3g} operations a byte, {rate / 1e9:.2g} billion a second"
        for name, (at, rate) in layers.items()
    )
    alt = f"A roof that rises to {here.ridge:.3g} operations a byte and then is flat. {told}."
    ends = np.array([min(1, here.ridge / 4), here.ridge, max(1000, here.ridge * 4)])
    with canvas(alt, 3.6) as figure:
        ax = figure.subplots()
        ax.plot(ends, [here.roof(at) / 1e9 for at in ends], color=COLOURS["kernel"])
        for name, (at, rate) in layers.items():
            ax.plot([at, at], [rate / 1e9, here.roof(at) / 1e9], color=COLOURS["muted"], ls=":")
            ax.plot(at, rate / 1e9, "o", color=COLOURS["output"])
            ax.annotate(name, (at, rate / 1e9), (0, -14), textcoords="offset points", ha="center")
        ax.set(xscale="log", yscale="log")
        ax.set(xlabel="operations for each byte", ylabel="billion operations a second")
        ax.margins(y=0.25)
    return HTML(svg(figure, alt))
