"""How fast is convlib on CuPy arrays?  Ratios to PyTorch (cuDNN) on the same card; above 1 we win.

usage: python bench/gpu.py --help

Needs an NVIDIA GPU, CuPy and PyTorch with CUDA: neither is in the course's own environment.
The cases are those of bench/cpu.py with batches that fill a card.  cuDNN may try its algorithms and
keep the fastest; TF32, which drops digits, is off for it unless asked for, as it is for us.
Before a case is timed, the two results are compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from math import prod
from statistics import median

from cases import CASES, Case
from cpu import LONG, OPERATIONS, RESULTS, geometric_mean, installed, our_call, ratio
from peers import Call, per_axis
from timing import Timing

FULL = 1 << 25  # elements of an input that fill a card
ROUNDS = 5  # at least
TURN = 0.01  # seconds of each one's turn in a round
FAR = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-10}  # apart, relative to the largest


@dataclass(frozen=True)
class OnDevice(Case):
    """A case whose arrays lie on the GPU."""

    def arrays(self) -> tuple[object, object]:
        """Return input and weight as CuPy arrays."""
        import cupy

        x, weight = super().arrays()
        return cupy.asarray(x), cupy.asarray(weight)


def gpu_cases(dtype: str, largest_batch: int) -> list[OnDevice]:
    """Return the cases with larger batches, each once; `dtype` takes the place of float32."""
    found = {}
    for case in CASES:
        batch = max(case.x[0], min(largest_batch, FULL // prod(case.x[1:])))
        name = case.name.removesuffix(", one").removesuffix(", eight")
        given = {"name": name, "x": (batch, *case.x[1:])}
        if case.dtype == "float32":
            given["dtype"] = dtype
        larger = OnDevice(**vars(case) | given)
        key = larger.x, larger.weight, larger.dtype, str(larger.options)
        found.setdefault(key, larger)
    return list(found.values())


def torch_call(case: OnDevice, operation: str) -> Call:
    """Return cuDNN's forward call, or its gradient by input or weight alone."""
    import torch

    x, weight = (torch.from_dlpack(array) for array in case.arrays())
    names = ("stride", 1), ("padding", 0), ("dilation", 1)
    places = [per_axis(case, *name) for name in names]
    options = [*places, case.transposed, (0,) * case.axes, case.options.get("groups", 1)]
    if operation == "forward":
        return lambda: torch.ops.aten.convolution(x, weight, None, *options)
    grad = torch.ones_like(torch.ops.aten.convolution(x, weight, None, *options))
    mask = [operation == "input_grad", operation == "weight_grad", False]
    found = mask.index(True)
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(grad, x, weight, None, *options, mask)[found]


def interleaved(calls: dict[str, Call], seconds: float) -> dict[str, float]:
    """Return each one's median seconds on the GPU, over rounds in which each has its turn."""
    repeats = {name: max(1, round(TURN / on_gpu(run, 1))) for name, run in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(next(iter(times.values()))) < ROUNDS:
        for name, run in calls.items():
            times[name].append(on_gpu(run, repeats[name]))
    return {name: Timing(median(found), min(found)) for name, found in times.items()}


def on_gpu(run: Call, repeats: int) -> float:
    """Return the seconds between two events on the GPU, for each of the calls between them."""
    import cupy

    start, end = cupy.cuda.Event(), cupy.cuda.Event()
    run()  # to be on its way when the clock starts
    start.record()
    for _ in range(repeats):
        run()
    end.record()
    end.synchronize()
    return cupy.cuda.get_elapsed_time(start, end) / repeats / 1e3


def measured(case: OnDevice, operation: str, seconds: float) -> dict[str, object]:
    """Return a row: the times of both, and how far apart their results are."""
    import cupy

    calls = {"torch": torch_call(case, operation), "convlib": our_call(case, operation)}
    theirs, ours = cupy.from_dlpack(calls["torch"]().detach()), calls["convlib"]()
    wide = theirs.astype("float64")
    apart = float(abs(ours - wide).max() / abs(wide).max())
    row = {"operation": operation, "group": case.group, "case": case.name, "dtype": case.dtype}
    times = {name: time._asdict() for name, time in interleaved(calls, seconds).items()}
    return row | {"batch": case.x[0], "apart": apart, "times": times}


def line(row: dict) -> str:
    """Return a row as text."""
    label = f"{row['group']}: {row['case']}, batch {row['batch']}"
    far = f"  WRONG: {row['apart']:.1e} apart" if row["apart"] > FAR[row["dtype"]] else ""
    return (
        f"{label:55} {row['times']['torch']['median'] * 1e3:9.3f} ms  convlib {ratio(row):.2f}{far}"
    )


def machine(options: argparse.Namespace) -> dict[str, object]:
    """Return what the figures depend on."""
    import cupy
    import torch

    runtime = cupy.cuda.runtime
    return {
        "date": date.today().isoformat(),
        "card": runtime.getDeviceProperties(runtime.getDevice())["name"].decode(),
        "driver": runtime.driverGetVersion(),
        "cudnn": torch.backends.cudnn.version(),
        "tf32": options.tf32,
        "cupy": cupy.__version__,
        **{name: installed(name) for name in ("numpy", "torch")},
    }


def run(options: argparse.Namespace) -> dict[str, object]:
    """Measure what was asked for, and print each line as soon as it is known."""
    rows = []
    for operation in options.operation:
        print(f"\n{operation}: PyTorch's time, and that over convlib's")
        for case in gpu_cases(options.dtype, options.batch):
            if options.only in f"{case.group} {case.name}":
                rows.append(measured(case, operation, options.seconds))
                print(line(rows[-1]), flush=True)
        mine = (row for row in rows if row["operation"] == operation and row["group"] != LONG)
        if ratios := [ratio(row) for row in mine]:
            print(f"geometric mean {geometric_mean(ratios):.2f}, worst {min(ratios):.2f}")
    return {"machine": machine(options), "rows": rows}


def needed() -> None:
    """End with a line that says what is missing."""
    for name in ("cupy", "torch"):
        if find_spec(name) is None:
            sys.exit(f"bench/gpu.py needs {name}, which is not installed here")
    import cupy
    import torch

    if not (cupy.cuda.is_available() and torch.cuda.is_available()):
        sys.exit("bench/gpu.py needs an NVIDIA GPU, and CuPy and PyTorch find none")


def main() -> None:
    """Read the command line, measure, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operation", nargs="+", choices=OPERATIONS, default=OPERATIONS)
    parser.add_argument("--only", default="", help="cases whose group or name holds this")
    parser.add_argument("--dtype", choices=FAR, default="float32", help="in place of float32")
    parser.add_argument("--batch", type=int, default=64, help="at most, where a case has less")
    parser.add_argument("--seconds", type=float, default=1.0, help="of timing for each case")
    parser.add_argument("--tf32", action="store_true", help="let PyTorch drop digits")
    parser.add_argument("--save", action="store_true", help="write bench/results/gpu.json")
    options = parser.parse_args()
    needed()
    import torch

    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = options.tf32
    found = run(options)
    if options.save:
        path = RESULTS / "gpu.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"\nwrote {path}")
    if wrong := [row for row in found["rows"] if row["apart"] > FAR[row["dtype"]]]:
        sys.exit(f"{len(wrong)} results differ by more than rounding")


if __name__ == "__main__":
    main()
