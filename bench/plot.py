"""Print what was measured as a table, and draw it: every case's ratio to PyTorch.

usage: python bench/plot.py [picture, such as ratios.svg]

Reads bench/results; bench/cpu.py and bench/gpu.py write what is there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cpu import LONG, RESULTS, geometric_mean, ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {"cpu": "NumPy", "gpu": "CuPy"}
TITLES = {"forward": "forward", "input_grad": "gradient by input", "weight_grad": "by weight"}
MARKS = {"cpu": ("o", "#0072b2"), "gpu": ("s", "#009e73")}

Ratios = dict[tuple[str, str], float]


def ratios(found: dict, which: str = "median") -> Ratios:
    """Return PyTorch's time over ours, by operation and case."""
    return {
        (row["operation"], f"{row['group']}: {row['case']}"): ratio(row, which)
        for row in found["rows"]
    }


def mean(values: Ratios, operation: str) -> float:
    """Return the geometric mean over an operation's cases, but the long filters."""
    counted = ((done, not case.startswith(LONG)) for done, case in values)
    kept = zip(values.values(), counted, strict=True)
    return geometric_mean([value for value, what in kept if what == (operation, True)])


def print_table(results: dict[str, dict]) -> None:
    """Print a line for each case, and the means."""
    for name, library in NAMES.items():
        found = results.get(name, {"machine": {"not": "measured"}})
        about = ", ".join(f"{key} {value}" for key, value in found["machine"].items())
        print(f"{library}: {about}")
    by_median = {name: ratios(found) for name, found in results.items()}
    cases = list(dict.fromkeys(key for values in by_median.values() for key in values))
    print(f"\n{'':58}" + "".join(f"{NAMES[name]:>18}" for name in results))
    for key in cases:
        cells = (by_median[name].get(key) for name in results)
        shown = ("" if ratio is None else f"{ratio:.2f}" for ratio in cells)
        print(f"{key[0]:12}{key[1]:46}" + "".join(f"{cell:>18}" for cell in shown))
    for which in ("median", "best"):
        for operation in dict.fromkeys(operation for operation, _ in cases):
            means = (mean(ratios(found, which), operation) for found in results.values())
            label = f"geometric mean of {which} times"
            print(f"{operation:12}{label:46}" + "".join(f"{value:18.2f}" for value in means))


def draw(results: dict[str, dict], picture: Path) -> None:
    """Draw a column for each operation and a row for each case."""
    from matplotlib.figure import Figure

    values = {name: ratios(found) for name, found in results.items()}
    cases = list(dict.fromkeys(case for each in values.values() for _, case in each))
    figure = Figure(figsize=(11, 0.2 * len(cases) + 1.5), layout="constrained")
    columns = figure.subplots(1, len(TITLES), sharey=True, sharex=True)
    for axes, (operation, title) in zip(columns, TITLES.items(), strict=True):
        draw_column(axes, operation, values, cases)
        axes.set_title(title)
    columns[0].invert_yaxis()
    columns[0].legend(loc="upper left", bbox_to_anchor=(-1.0, 1.04), frameon=False)
    figure.supxlabel("PyTorch's time over ours: right of the line we are faster")
    figure.savefig(picture)


def draw_column(axes: Axes, operation: str, values: dict[str, Ratios], cases: list[str]) -> None:
    """Draw one operation's ratios on a logarithmic scale."""
    for name, each in values.items():
        rows = [row for row, case in enumerate(cases) if (operation, case) in each]
        found = [each[operation, cases[row]] for row in rows]
        mark, colour = MARKS[name]
        axes.plot(found, rows, mark, color=colour, markersize=4, label=NAMES[name])
    axes.set_xscale("log")
    axes.axvline(1, color="grey", linewidth=1)
    axes.grid(axis="y", linewidth=0.3)
    axes.set_yticks(range(len(cases)), cases, fontsize=7)


def main() -> None:
    """Read what there is; say so if there is nothing."""
    paths = {name: RESULTS / f"{name}.json" for name in NAMES}
    results = {name: json.loads(path.read_text()) for name, path in paths.items() if path.exists()}
    if not results:
        sys.exit(f"nothing was measured yet: {RESULTS} is empty")
    print_table(results)
    if len(sys.argv) > 1:
        draw(results, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
