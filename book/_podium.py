"""Draw who was how fast in a race, and how that changes with a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from _plots import COLOURS, canvas, svg
from IPython.display import HTML

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

ROLES = {"loops": "muted", "taps": "muted", "gemm": "input", "winograd": "input"}
ROLES |= {"band": "kernel", "fft": "output"}


def podium(results: Mapping[str, Mapping[str, float]]) -> HTML:
    """Draw how many times as fast as "taps" each one is, in a panel for each race.

    Parameters
    ----------
    results : mapping of titles to what `_race.race` returned
    """
    ratios = {
        title: {name: best["taps"] / time for name, time in best.items()}
        for title, best in results.items()
    }
    told = (
        f"{title}: {', '.join(f'{name} {_short(ratio)}' for name, ratio in found.items())}"
        for title, found in ratios.items()
    )
    alt = f"Times as fast as the loop over kernel elements. {'. '.join(told)}."
    tall = [len(found) for found in ratios.values()]
    with canvas(alt, 0.27 * sum(tall) + 0.5 * len(tall) + 0.4) as figure:
        panels = figure.subplots(len(tall), sharex=True, gridspec_kw={"height_ratios": tall})
        for ax, (title, found) in zip(panels, ratios.items(), strict=True):
            _bars(ax, title, found)
        panels[-1].set_xlabel("times as fast as the loop over kernel elements")
    return HTML(svg(figure, alt))


def sweep(alt: str, label: str, sizes: Sequence[int], results: Sequence[dict[str, float]]) -> HTML:
    """Draw the time of each function over a size, on logarithmic axes.

    Parameters
    ----------
    alt : str
    label : str
        What the size is.
    sizes : sequence of int
    results : sequence of what `_race.race` returned, one for each size
    """
    with canvas(alt, 3.4) as figure:
        ax = figure.subplots()
        for name in results[0]:
            times = [1e3 * best[name] for best in results]
            colour = COLOURS[ROLES[name]]
            ax.plot(sizes, times, color=colour, marker="o", markersize=3)
            end = sizes[-1], times[-1]
            ax.annotate(name, end, (6, 0), textcoords="offset points", va="center", color=colour)
        ax.set(xscale="log", yscale="log", xlabel=label, ylabel="milliseconds")
        ax.set_xticks(sizes, [f"{n}" for n in sizes])
        ax.minorticks_off()
    return HTML(svg(figure, alt))


def _bars(ax: Axes, title: str, found: Mapping[str, float]) -> None:
    colours = [COLOURS[ROLES[name]] for name in found]
    ax.barh(list(found), list(found.values()), color=colours)
    ax.axvline(1, color=COLOURS["muted"], linewidth=1, linestyle=":")
    for row, ratio in enumerate(found.values()):
        ax.text(ratio, row, f" {_short(ratio)}", va="center", fontsize=9)
    ax.set_xscale("log")
    ax.set_title(title, loc="left", fontsize=11)
    ax.invert_yaxis()
    ax.tick_params(axis="y", length=0)


def _short(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
