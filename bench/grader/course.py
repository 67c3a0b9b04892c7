"""One assignment of six code cells and a figure, as our course, nbgrader and Otter want it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
ID = "smooth"
IMPORTS = "import numpy as np\nimport matplotlib.pyplot as plt"
SMOOTH = """def smooth(x, w):
    out = np.zeros(len(x) - len(w) + 1)
    for i in range(len(out)):
        out[i] = (x[i : i + len(w)] * w).sum()
    return out"""
FIGURE = """t = np.linspace(0, 6, 200)
noisy = np.sin(t) + 0.1 * np.cos(40 * t)
plt.plot(t, noisy)
plt.plot(t[4:], smooth(noisy, np.full(5, 0.2)))
plt.title("before and after")
plt.show()"""
ENERGY = """def energy(x):
    return (x**2).sum()"""
CASES = """
import numpy as np
from autograder.spec import Assignment, Case, Task

def pair(rng):
    return Case("a signal and a kernel", (rng.normal(size=rng.integers(9, 20)), rng.normal(size=4)))

def signal(rng):
    return Case("a signal", (rng.normal(size=rng.integers(9, 20)),))

SHOWN = np.random.default_rng(0)
ASSIGNMENT = Assignment("smooth", "Smooth", (
    Task("smooth", "Smooth", 4, lambda x, w: np.correlate(x, w, "valid"), (pair(SHOWN),),
         lambda rng: [pair(rng) for _ in range(3)]),
    Task("energy", "Energy", 4, lambda x: (x**2).sum(), (signal(SHOWN),),
         lambda rng: [signal(rng) for _ in range(3)]),
))
"""
MISTAKES = """
from autograder.spec import Mistake

MISTAKES = (
    Mistake("flipped", "Do not flip it.", ("smooth",), lambda x, w: np.convolve(x, w, "valid")),
    Mistake("not squared", "Square it.", ("energy",), lambda x: x.sum()),
)
""".replace("\nfrom", "\nimport numpy as np\n\nfrom", 1)
TESTS = {
    "smooth": """rng = np.random.default_rng({seed})
for _ in range(4):
    x, w = rng.normal(size=rng.integers(9, 20)), rng.normal(size=4)
    assert np.allclose(smooth(x, w), np.correlate(x, w, "valid"))""",
    "energy": """rng = np.random.default_rng({seed})
for _ in range(4):
    x = rng.normal(size=rng.integers(9, 20))
    assert np.isclose(energy(x), (x**2).sum())""",
}


def ours(folder: Path, count: int) -> Path:
    """Make a course of our own and `count` submissions to it; return where these lie."""
    source = folder / "solutions" / ID
    source.mkdir(parents=True)
    for name in ("nbgrader_config.py", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / ".box").symlink_to(ROOT / ".box")
    (source / f"{ID}.md").write_text(_text(), encoding="utf-8")
    (source / "cases.py").write_text(CASES, encoding="utf-8")
    (source / "mistakes.py").write_text(MISTAKES, encoding="utf-8")
    subprocess.run(["course", "release", ID], cwd=folder, check=True, capture_output=True)
    release = json.loads((folder / f"exercises/{ID}/{ID}.ipynb").read_text(encoding="utf-8"))
    for cell in release["cells"]:
        if cell["id"].endswith("-solution"):
            cell["source"] = {"smooth": SMOOTH, "energy": ENERGY}[cell["id"].partition("-")[0]]
    return _hand_in(folder / "handed-in", release, count)


def nbgraders(folder: Path, count: int) -> None:
    """Make the same for nbgrader as it comes: test cells with asserts, in the notebook."""
    cells = [
        _cell("imports", IMPORTS),
        _cell("smooth-solution", _hidden(SMOOTH), solution=True),
        _cell("smooth", TESTS["smooth"].format(seed=1), grade=True, points=4),
        _cell("figure", FIGURE),
        _cell("energy-solution", _hidden(ENERGY), solution=True),
        _cell("energy", TESTS["energy"].format(seed=2), grade=True, points=4),
    ]
    source = folder / "source" / ID
    source.mkdir(parents=True)
    (source / f"{ID}.ipynb").write_text(json.dumps(_notebook(cells)), encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "b"\n'
    )
    made = ["nbgrader", "generate_assignment", ID, "--create"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    release = json.loads((folder / f"release/{ID}/{ID}.ipynb").read_text(encoding="utf-8"))
    for cell in release["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            name = cell["metadata"]["nbgrader"]["grade_id"].partition("-")[0]
            cell["source"] = {"smooth": SMOOTH, "energy": ENERGY}[name]
    _hand_in(folder / "submitted", release, count)


def otters(folder: Path, otter: Path) -> None:
    """Make the same for Otter: a notebook without tests, and an archive with them."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for number, (name, source) in enumerate(TESTS.items()):
        lines = source.format(seed=number).splitlines()
        code = (
            "\n".join(f"{'...' if line.startswith(' ') else '>>>'} {line}" for line in lines) + "\n"
        )
        case = {"code": code, "hidden": True, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": name, "points": 4, "suites": [suite]}
        (tests / f"{name}.py").write_text(
            f"OK_FORMAT = True\n\ntest = {test!r}\n", encoding="utf-8"
        )
    cells = [_cell(name, source) for name, source in (
        ("imports", IMPORTS), ("smooth", SMOOTH), ("figure", FIGURE), ("energy", ENERGY),
    )]  # fmt: skip
    (folder / f"{ID}.ipynb").write_text(json.dumps(_notebook(cells)), encoding="utf-8")
    made = [otter, "generate", "-t", "tests", "-o", "autograder.zip"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)


def _text() -> str:
    head = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n"
    head += "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n"
    head += "---\n\n# Smooth\n"
    imports = f"{IMPORTS}\n\nfrom autograder import check"
    cells = (
        imports, _hidden(SMOOTH), 'check("smooth", smooth)',
        FIGURE, _hidden(ENERGY), 'check("energy", energy)',
    )  # fmt: skip
    return head + "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)


def _hidden(function: str) -> str:
    first, _, body = function.partition("\n")
    return f"{first}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def _cell(name: str, source: str, **nbgrader: object) -> dict:
    plain = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False}
    said = {**plain, **nbgrader, "grade_id": name}
    if said["grade"]:
        said |= {"locked": True, "cell_type": "code"}
    metadata = {"nbgrader": said} if nbgrader else {}
    return {"cell_type": "code", "id": name, "metadata": metadata, "source": source,
            "outputs": [], "execution_count": None}  # fmt: skip


def _notebook(cells: list[dict]) -> dict:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _hand_in(folder: Path, notebook: dict, count: int) -> Path:
    for number in range(count):
        home = folder / f"student{number:04}" / ID
        home.mkdir(parents=True)
        told = json.loads(json.dumps(notebook))
        told["cells"][-1]["source"] += f"\n# {number}"  # a file of its own for each
        (home / f"{ID}.ipynb").write_text(json.dumps(told), encoding="utf-8")
    return folder
