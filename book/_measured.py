"""What was measured of the library's speed: the figures of bench/results, for the chapters."""

import html
import json
from pathlib import Path
from typing import Any

from IPython.display import HTML

RESULTS = Path(__file__).parents[1] / "bench" / "results"


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
    return {case: t["torch"]["median"] / t["convlib"]["median"] for case, t in times.items()}


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
    head = '<tr><th scope="col">case</th><th scope="col">PyTorch\'s time over ours</th></tr>'
    table = f"<table><caption>{html.escape(said)}</caption>"
    return HTML(f"{table}<thead>{head}</thead><tbody>{lines}</tbody></table>")


def _short(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2f}"


def _found() -> dict[str, Any]:
    return json.loads((RESULTS / "cpu.json").read_text(encoding="utf-8"))
