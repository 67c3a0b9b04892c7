"""What was measured of the library's speed: the figures of bench/results, for the chapters."""

import html
import json
from pathlib import Path
from statistics import geometric_mean
from typing import Any

from IPython.display import HTML

RESULTS = Path(__file__).parents[1] / "bench" / "results"
PEERS = {
    "scipy": "SciPy {scipy}, by FFT, one channel",
    "jax": "JAX {jax}, compiled",
    "im2col": "the whole table of windows, then one product",
    "einsum": "einsum over a view of all windows",
}


def ratios(*groups: str, operation: str = "forward") -> dict[str, float]:
    """Return PyTorch's time over convlib's, for each case of some groups.

    Parameters
    ----------
    *groups : str
        As in bench/cases.py, such as "1d".
    operation : str
        "forward", "input_grad" or "weight_grad".
    """
    rows = (row for row in _found()["rows"] if row["operation"] == operation)
    times = {row["case"]: row["times"] for row in rows if row["group"] in groups}
    return {case: _ahead(t, "torch") for case, t in times.items()}


def speeds(*groups: str) -> HTML:
    """Return a table of these ratios, with its circumstances below."""
    about = _found()["machine"]
    said = (
        f"Measured on {about['date']}: {about['processor']}, {about['threads']} threads each, "
        f"NumPy {about['numpy']}, PyTorch {about['torch']}."
    )
    lines = "".join(
        f'<tr><th scope="row">{html.escape(case)}</th><td>{_short(ratio)}</td></tr>'
        for case, ratio in ratios(*groups).items()
    )
    return _table(said, ("case", "PyTorch's time over ours"), lines)


def others() -> HTML:
    """Return a table of what else there is for NumPy arrays: each one's time over ours."""
    found = _found("others")
    about, lines = found["machine"], ""
    for peer, rows in found["peers"].items():
        ratios = [_ahead(row["times"], peer) for row in rows]
        mean, faster = geometric_mean(ratios), sum(ratio > 1 for ratio in ratios)
        lines += (
            f'<tr><th scope="row">{html.escape(PEERS[peer].format(**about))}</th>'
            f"<td>{_short(mean)}</td><td>{faster} of {len(ratios)}</td></tr>"
        )
    said = (
        f"Measured on {about['date']}: {about['processor']}, {about['threads']} threads each, "
        f"NumPy {about['numpy']}."
    )
    return _table(said, ("other", "its time over ours, on average", "cases where we lead"), lines)


def on_gpu(*groups: str) -> HTML:
    """Return a table of cuDNN's time over ours on CuPy arrays, or that none was measured."""
    if not (RESULTS / "gpu.json").exists():
        said = "Not measured: the library's kernels have not been timed on a graphics card yet."
        return HTML(f"<p>{said}</p>")
    found = _found("gpu")
    about = found["machine"]
    said = f"Measured on {about['date']}: {about['card']}, CuPy {about['cupy']}."
    lines = "".join(
        f'<tr><th scope="row">{html.escape(row["case"])}, batch {row["batch"]}</th>'
        f"<td>{_short(_ahead(row['times'], 'torch'))}</td></tr>"
        for row in found["rows"]
        if row["operation"] == "forward" and row["group"] in groups
    )
    return _table(said, ("case", "cuDNN's time over ours"), lines)


def _table(said: str, heads: tuple[str, ...], lines: str) -> HTML:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    table = f"<table><caption>{html.escape(said)}</caption>"
    return HTML(f"{table}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>")


def _ahead(times: dict[str, Any], peer: str) -> float:
    return times[peer]["median"] / times["convlib"]["median"]


def _short(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2f}"


def _found(name: str = "cpu") -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
