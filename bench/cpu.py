"""How fast is convlib on NumPy arrays?  Ratios to PyTorch in the same run; above 1 we are faster.

usage: python bench/cpu.py --help

Needs PyTorch, which is not in the course's own environment, so make one for this.
Leave the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from math import exp, log
from pathlib import Path

from cases import CASES, Case
from peers import Call, torch_call
from timing import Timing, interleaved, peak_memory

import convlib

RESULTS = Path(__file__).parent / "results"
OPERATIONS = ("forward", "input_grad", "weight_grad")
LONG = "long filter"  # left out of the means: there PyTorch's direct sum loses by hundreds


def our_call(case: Case, operation: str) -> Call:
    """Return convlib's call for a case."""
    x, weight = case.arrays()
    back = "_transpose" if case.transposed else ""
    forward = getattr(convlib, f"conv{back}")
    if operation == "forward":
        return lambda: forward(x, weight, **case.options)
    grad = forward(x, weight, **case.options)
    grad[...] = 1
    gradient = getattr(convlib, f"conv{back}_{operation}")
    if operation == "weight_grad":
        return lambda: gradient(x, grad, weight.shape[2:], **case.options)
    size = () if case.transposed else (x.shape[2:],)
    return lambda: gradient(grad, weight, *size, **case.options)


def measured(case: Case, operation: str, options: argparse.Namespace) -> dict[str, Timing]:
    """Return the times of PyTorch and of convlib."""
    ours, theirs = our_call(case, operation), torch_call(case, operation, options.threads)
    return interleaved({"torch": theirs, "convlib": ours}, options.seconds)


def memory(case: Case) -> dict[str, int]:
    """Return the peak of each library's first forward call, each in a process of its own."""
    code = "import cpu; cpu.print_memory({!r}, {!r})"
    return {
        name: int(
            subprocess.run(
                [sys.executable, "-c", code.format(case.name, name)],
                cwd=Path(__file__).parent,
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for name in ("torch", "convlib")
    }


def print_memory(case_name: str, library: str) -> None:
    """Print the peak of one call, after a tiny one that loads what is loaded once."""
    case = next(case for case in CASES if case.name == case_name)
    small = Case(case.group, "", (1, 1, *[4] * case.axes), (1, 1, *[1] * case.axes))
    for each in (small, case):
        run = torch_call(each, "forward", 2) if library == "torch" else our_call(each, "forward")
        peak = peak_memory(run)
    print(peak)


def geometric_mean(ratios: list[float]) -> float:
    """Return the n-th root of the product."""
    return exp(sum(map(log, ratios)) / len(ratios))


def installed(name: str) -> str:
    """Return the version of a distribution, or that there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def machine(threads: int) -> dict[str, str | int]:
    """Return what the figures depend on."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line for line in info.splitlines() if line.startswith("model name")), "unknown")
    return {
        "date": date.today().isoformat(),
        "processor": model.partition(":")[2].strip(),
        "threads": threads,
        "python": platform.python_version(),
        **{name: installed(name) for name in ("numpy", "torch", "scipy", "jax")},
    }


def run(options: argparse.Namespace) -> dict[str, object]:
    """Measure what was asked for, and print each line as soon as it is known."""
    rows = []
    for operation in options.operation:
        print(f"\n{operation}: PyTorch's time over each one's")
        for case in CASES:
            if options.only not in f"{case.group} {case.name}":
                continue
            times = measured(case, operation, options)
            row = {"operation": operation, "group": case.group, "case": case.name}
            row["times"] = {name: time._asdict() for name, time in times.items()}
            if options.memory and operation == "forward":
                row["memory"] = memory(case)
            rows.append(row)
            print(line(row), flush=True)
        print_means([r for r in rows if r["operation"] == operation and r["group"] != LONG])
    return {"machine": machine(options.threads), "rows": rows}


def print_means(rows: list[dict]) -> None:
    """Print the geometric mean of our ratios and the worst, by medians and by the best times."""
    for which in ("median", "best") if rows else ():
        ratios = [ratio(row, which=which) for row in rows]
        print(f"{which}: geometric mean {geometric_mean(ratios):.2f}, worst {min(ratios):.2f}")


def ratio(row: dict, which: str = "median") -> float:
    """Return PyTorch's time over ours."""
    return row["times"]["torch"][which] / row["times"]["convlib"][which]


def line(row: dict) -> str:
    """Return a row as text."""
    used = row.get("memory")
    need = f"  memory {used['convlib'] >> 10} of {used['torch'] >> 10} KB" if used else ""
    ours = f"convlib {ratio(row):.2f} ({ratio(row, which='best'):.2f})"
    label = f"{row['group']}: {row['case']}"
    return f"{label:45} {row['times']['torch']['median'] * 1e3:9.3f} ms  {ours}{need}"


def save(found: dict[str, object], name: str) -> None:
    """Write what was measured to bench/results."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {path}")


def main() -> None:
    """Read the command line, measure, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operation", nargs="+", choices=OPERATIONS, default=OPERATIONS)
    parser.add_argument("--only", default="", help="cases whose group or name holds this")
    parser.add_argument("--seconds", type=float, default=1.0, help="of timing for each case")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", action="store_true", help="measure peak memory too")
    parser.add_argument("--save", action="store_true", help="write to bench/results")
    options = parser.parse_args()
    convlib.set_num_threads(options.threads)
    found = run(options)
    if options.save:
        save(found, "cpu")


if __name__ == "__main__":
    main()
