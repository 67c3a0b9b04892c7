"""A class that hands in `conv1d`: right, wrong, unfinished, broken and dishonest.

``python tests/course/sample_class.py OUT`` writes the submissions as ``nbgrader collect`` lays
them out.  `CLASS` says what each of them should get.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from styles.conv1d import LOOPS, MATRIX, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "exercises" / "conv1d" / "conv1d.ipynb"

CHEAT = {
    "correlate": """
def correlate(x, w):
    return np.zeros(len(x) - len(w) + 1)
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    return np.zeros((len(x), len(weight), 1))
""",
    "conv1d_fast": "conv1d_fast = conv1d",
    "find_ping": """
def find_ping(heard, code):
    return np.zeros(len(heard), dtype=int)
""",
}

TASKS = (
    "sizes", "by_hand", "correlate",
    "conv1d", "conv1d_stride", "conv1d_dilation", "conv1d_fast", "find_ping",
)  # fmt: skip
CODE = TASKS[2:]
STEPS = TASKS[3:6]


@dataclass(frozen=True)
class Student:
    """One submission and what it should get.

    `cells`: sources by task, the released cell if missing; `edit`: what happens to the notebook
    after that.  `marks`: "full", "part" or "zero" by task, full if missing; a number is exact.
    `says`: what the words about a task must mention; `notes`: what the notes must;
    `never`: what may appear nowhere.  `tame`: safe to run without a box.
    """

    id: str
    what: str
    cells: Mapping[str, str]
    marks: Mapping[str, str | float] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""
    never: tuple[str, ...] = ()
    edit: Callable[[dict], object] = lambda notebook: None
    tame: bool = True
    ungraded: bool = False


def every(tasks, value):
    """Return the same value for each task."""
    return dict.fromkeys(tasks, value)


def but(cells, old, new, *tasks):
    """Return `cells` with `old` replaced by `new` in some tasks."""
    for task in tasks:
        assert old in cells[task], (task, old)
    return {**cells, **{task: cells[task].replace(old, new) for task in tasks}}


def first(cells, task, line):
    """Return `cells` with a line before the source of one task."""
    return {**cells, task: f"{line}\n{cells[task].strip()}"}


def find(notebook, name):
    """Return the place of the cell that was released under an id."""
    return next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == name)


def damage(notebook):
    """Lose a check cell, all tags and metadata, as some editors do."""
    del notebook["cells"][find(notebook, "conv1d")]
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def forge(notebook):
    """Rewrite a check, raise its points and add the output of full marks."""
    cell = notebook["cells"][find(notebook, "correlate")]
    cell["source"] = "2.0"
    cell["metadata"]["nbgrader"]["points"] = 100
    cell["metadata"]["tags"] = ["skip-execution"]
    data = {"text/plain": "2.0"}
    output = {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": {}}
    cell["outputs"] = [output]


GAP = """
    if dilation > 1:
        dilation = dilation + 1"""
HEAD = "*, stride=1, padding=0, dilation=1):"
SNOOP = """
import glob, os
from pathlib import Path

def look(path):
    try:
        return Path(path).read_text()
    except OSError as error:
        return repr(error)

paths = ["/etc/passwd", "/etc/shadow", "/proc/1/environ", "../../gradebook.db"]
paths += glob.glob("../**/*.py", recursive=True) + glob.glob("/opt/**/cases.py", recursive=True)
print(dict(os.environ), {path: look(path) for path in paths})
"""
PATCH = """
import builtins
builtins.all = builtins.any = lambda *values: True
np.allclose = np.array_equal = np.isclose = lambda *a, **k: np.True_
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
"""
FAKE = """
def check(name, *objects):
    print("All cases are right.")
    return 100.0
import autograder
autograder.check = check
"""
HOG = """
def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    hog = []
    while True:
        hog.append(np.zeros(1 << 25))
"""
OWN_CLASS = """
class Right:
    def __array__(self, *a, **k):
        return np.array(["right"])
    def __eq__(self, other):
        return True

def correlate(x, w):
    return Right()
"""
WARN = """
import sys, warnings
warnings.warn("this function is old")
print("and this goes to stderr", file=sys.stderr)
"""
IN_PLACE = """
def correlate(x, w):
    for i in range(len(x) - len(w) + 1):
        x[i] = (x[i : i + len(w)] * w).sum()
    return x[: len(x) - len(w) + 1]
"""

CLASS = (
    Student("ada", "right, in loops", LOOPS),
    Student("bo", "right, in windows", WINDOWS),
    Student("cleo", "right, in matrix products", MATRIX),
    Student(
        "dan",
        "kernel flipped everywhere",
        but(
            but(LOOPS, "w[k]", "w[len(w) - 1 - k]", "correlate"),
            "weight[o, c, k]", "weight[o, c, -1 - k]", "conv1d", "conv1d_fast",
        ),
        every(CODE[:-1], "part") | {"find_ping": "zero"},
        every(CODE[:-1], "kernel flipped") | {"find_ping": "code read backwards"},
    ),
    Student(
        "eve",
        "dilation off by one",
        but(LOOPS, HEAD, HEAD + GAP, "conv1d", "conv1d_fast"),
        every(("conv1d_dilation", "conv1d_fast"), "part"),
        every(("conv1d_dilation", "conv1d_fast"), "dilation off by one"),
    ),
    Student(
        "finn",
        "padding on one side",
        but(WINDOWS, "(padding, padding)", "(padding, 0)", "conv1d"),
        every(("conv1d_stride", "conv1d_dilation", "conv1d_fast"), "part"),
        every(("conv1d_stride", "conv1d_dilation"), "padding only at the start"),
    ),
    Student(
        "gus",
        "integer truncation",
        but(
            but(LOOPS, "np.result_type(x, weight)", "x.dtype", "conv1d"),
            "np.result_type(x, w)", "x.dtype", "correlate",
        ),
        every(("correlate", *STEPS), "part"),
        every(("correlate", *STEPS), "every product cut to an integer"),
    ),
    Student(
        "hana", "overwrites her input", LOOPS | {"correlate": IN_PLACE},
        {"correlate": "part"}, {"correlate": "result written into the input"},
    ),
    Student(
        "ivo",
        "half finished",
        {task: LOOPS[task] for task in ("by_hand", "correlate", "conv1d")}
        | {"sizes": "size_a, size_b, size_c = 8, 3, 10\nsize_d = size_e = size_f = None"},
        {"sizes": "part", "conv1d_fast": "zero", "find_ping": "zero"},
        {"conv1d_fast": "NotImplementedError", "find_ping": "NotImplementedError"},
    ),
    Student("jo", "not attempted", {}, every(TASKS, "zero"), {"correlate": "NotImplementedError"}),
    Student(
        "kim", "a syntax error", but(LOOPS, "is not None:", "is not None", "conv1d"),
        every(STEPS, "zero"), every(STEPS, "SyntaxError"), tame=False,
    ),
    Student(
        "leo", "loops for ever in conv1d",
        but(LOOPS, HEAD, HEAD + "\n    while True: pass", "conv1d"),
        every(STEPS, "zero"), every(STEPS, "no answer within"), tame=False,
    ),
    Student(
        "mia", "takes all memory in conv1d_fast", LOOPS | {"conv1d_fast": HOG},
        {"conv1d_fast": "zero", "find_ping": "zero"}, {"conv1d_fast": "MemoryError"}, tame=False,
    ),
    Student("nils", "exit() in a cell", first(LOOPS, "conv1d", "exit()"), tame=False),
    Student(
        "olga", "wrong, patches numpy's comparisons", first(CHEAT, "correlate", PATCH),
        every(TASKS, "zero"), tame=False,
    ),
    Student(
        "otto", "os._exit in a cell", first(LOOPS, "conv1d", "import os; os._exit(0)"),
        notes="definitions still count", tame=False,
    ),
    Student(
        "pia", "wrong, replaces check and forges outputs", first(CHEAT, "correlate", FAKE),
        every(TASKS, "zero"), edit=forge, tame=False,
    ),
    Student(
        "quin", "wrong, looks for the answers", first(CHEAT, "correlate", SNOOP),
        every(TASKS, "zero"), never=("root:x:0", "ASSIGNMENT", "SECRET"), tame=False,
    ),
    Student("rosa", "right, warns on stderr", first(WINDOWS, "correlate", WARN), tame=False),
    Student("sven", "right, damaged by an editor", MATRIX, notes="conv1d", edit=damage, tame=False),
    Student(
        "tara", "calls np.correlate",
        LOOPS | {"correlate": "def correlate(x, w):\n    return np.correlate(x, w, 'valid')"},
        {"correlate": 1.0}, {"correlate": "no library convolution"},
    ),
    Student(
        "uma", "loops over the samples",
        LOOPS | {"conv1d_fast": MATRIX["conv1d_fast"]},
        {"conv1d_fast": "part"}, {"conv1d_fast": "no Python loop over samples"}, tame=False,
    ),
    Student(
        "vera", "a cell that never ends", first(LOOPS, "find_ping", "while True: pass"),
        notes="definitions still count", tame=False,
    ),
    Student(
        "wim", "answers with a class of his own", LOOPS | {"correlate": OWN_CLASS},
        {"correlate": "zero"}, {"correlate": "not numbers"},
    ),
    Student(
        "xenia", "hands in something else", {}, edit=dict.clear, tame=False, ungraded=True,
    ),
)  # fmt: skip


def submission(release: dict, student: Student) -> dict:
    """Return a student's notebook."""
    notebook = json.loads(json.dumps(release))
    for task, source in student.cells.items():
        notebook["cells"][find(notebook, f"{task}-solution")]["source"] = source.strip()
    student.edit(notebook)
    return notebook


def copy_of_course(folder: Path) -> Path:
    """Copy what grading needs of the course into `folder`, where it leaves this one alone."""
    for name in ("exercises", "requirements", "solutions"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / ".box").symlink_to(ROOT / ".box")
    return folder


def write_class(folder: Path, release: Path = RELEASE) -> None:
    """Write ``folder/<student>/conv1d/conv1d.ipynb`` and its time stamp, for all of `CLASS`."""
    released = json.loads(release.read_text(encoding="utf-8"))
    for minute, student in enumerate(CLASS):
        home = folder / student.id / "conv1d"
        home.mkdir(parents=True)
        notebook = json.dumps(submission(released, student), indent=1)
        (home / "conv1d.ipynb").write_text(notebook, encoding="utf-8")
        (home / "timestamp.txt").write_text(f"2026-11-20 12:{minute:02}:00.000000 UTC")


if __name__ == "__main__":
    write_class(Path(sys.argv[1]))
