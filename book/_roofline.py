"""How fast one thread multiplies and copies, and the roof that both put over convolutions.

A roof is the best that was seen: what multiplies and copies takes turns with the convolutions,
and the best of all, each on one thread, is the roof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from _plots import COLOURS, canvas, svg
from _race import race
from IPython.display import HTML

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIDE = 384  # of the matrices
NEAR, FAR = 200_000, 4_000_000  # numbers to copy: about a layer's, and more than lie close by


class Work(NamedTuple):
    """Something to run, its operations, and the bytes that it must read or write at least once."""

    run: Callable[[], Any]
    operations: float
    moved: float

    @property
    def intensity(self) -> float:
        """Operations for each byte."""
        return self.operations / self.moved


class Machine(NamedTuple):
    """What one thread reaches, in operations and bytes a second."""

    arithmetic: float
    near: float
    far: float

    @property
    def ridge(self) -> float:
        """Operations for each byte from which on arithmetic is the limit."""
        return self.arithmetic / self.near

    def roof(self, intensity: float) -> float:
        """Return the most operations a second that the intensity allows."""
        return min(self.arithmetic, intensity * self.near)


def measured(
    layers: Mapping[str, Work], seconds: float = 1
) -> tuple[Machine, dict[str, tuple[float, float]]]:
    """Race layers against a product of two matrices and copies.

    Returns
    -------
    here : Machine
        The best of all that took part.
    reached : dict of names to (operations for each byte, operations a second)
        For the layers.
    """
    everyone = {**layers, "product": _product(), "near": _copy(NEAR), "far": _copy(FAR)}
    best = race({name: work.run for name, work in everyone.items()}, seconds)
    rates = {name: work.operations / best[name] for name, work in everyone.items()}
    moved = {name: work.moved / best[name] for name, work in everyone.items()}
    here = Machine(max(rates.values()), max(moved.values()), moved["far"])
    return here, {name: (work.intensity, rates[name]) for name, work in layers.items()}


def _product() -> Work:
    square, found = np.ones((SIDE, SIDE), np.float32), np.empty((SIDE, SIDE), np.float32)
    return Work(lambda: np.matmul(square, square, out=found), 2 * SIDE**3, 3 * square.nbytes)


def _copy(numbers: int) -> Work:
    source, target = np.ones((2, numbers), np.float32)
    return Work(lambda: np.copyto(target, source), 0, 2 * source.nbytes)


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
