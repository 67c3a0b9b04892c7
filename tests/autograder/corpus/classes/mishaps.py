"""Honest mishaps: names that are lost, cells that are merged or pasted, what was left behind."""

import json
import sys

from .. import cell, double
from .accidents import colab, honest

NEWER = "needs a newer python than the grader's" if sys.version_info < (3, 12) else ""
LOOP = cell("""
import numpy as np

def double(x):
    return np.array([2 * v for v in x.flat]).reshape(x.shape)
""")


def merged(notebook):
    """Merge all cells with code into one."""
    code = [each for each in notebook["cells"] if each["cell_type"] == "code"]
    notebook["cells"] = [{**code[0], "source": "\n\n".join("".join(c["source"]) for c in code)}]


def in_the_check(notebook):
    """Write the answer into the cell of its check, and leave the cell for it empty."""
    by_id = {each["id"]: each for each in notebook["cells"]}
    answer, check = by_id["double-solution"], by_id["double"]
    check["source"] = answer["source"] + "\n\n" + "".join(check["source"])
    answer["source"] = ""


def twice(notebook):
    """Paste the whole notebook below itself."""
    notebook["cells"] += [dict(each) for each in notebook["cells"]]


def future(notebook):
    """Save in a format that does not exist yet, with marks of files and zeros in it."""
    notebook["nbformat"] = 5
    for each in notebook["cells"]:
        each["source"] = "\ufeff" + "".join(each["source"]) + "\0"


def ancient(notebook):
    """Save in format 2: worksheets, inputs, no names."""
    cells = [{**each, "input": each["source"], "metadata": {}} for each in notebook["cells"]]
    for each in cells:
        each.pop("id")
        if each["cell_type"] == "code":
            each.pop("source")
    notebook.clear()
    notebook.update(json.loads(json.dumps({"nbformat": 2, "worksheets": [{"cells": cells}]})))


NOTEBOOKS = (
    honest(
        "honest-comments",
        "comes back from Colab with sums in comments",
        {"count": "count = 3  # since 1 + 1 + 1 = 3"},
        before=("1 + 1",),
        edit=colab,
    ),
    honest("honest-merged", "merges all its cells into one", edit=merged),
    honest("honest-in-the-check", "writes into the cell of a check", edit=in_the_check),
    honest("honest-twice", "is pasted below itself", edit=twice),
    honest(
        "honest-capital",
        "spells a name with a capital",
        {"double": "def Double(x):\n    return 2 * x"},
        deserved=1,
        says="but double is: a name must be spelled",
    ),
    honest(
        "honest-timeit",
        "times the cell of its function, which keeps it from the notebook",
        {"double": "%%timeit\ndef double(x):\n    return 2 * x"},
        deserved=1,
        says="begins with a magic like %%timeit",
    ),
    honest(
        "honest-time",
        "times the cell of its function, once",
        {"double": "%%time\ndef double(x):\n    return 2 * x"},
    ),
    honest(
        "honest-breakpoint",
        "left breakpoints in its function",
        double("breakpoint()\nimport pdb; pdb.set_trace()", "2 * x"),
    ),
    honest(
        "honest-tqdm",
        "imports in its cell what is not there and nothing needs",
        {"double": "from tqdm import tqdm\n\ndef double(x):\n    return 2 * x"},
        says="modulenotfounderror",
    ),
    honest(
        "honest-tqdm-needed",
        "needs what is not there",
        {
            "double": "from tqdm import tqdm\n\ndef double(x):\n    return 2 * x[tqdm(range(len(x)))]"
        },
        deserved=1,
        says="'tqdm' is not defined.*a module that the grader has not",
    ),
    honest(
        "honest-called-like-its-result",
        "calls a result like the function",
        {"double": "def double(x):\n    return 2 * x\n\ndouble = double(np.ones(3))"},
        deserved=1,
        says="has its name got another meaning",
    ),
    honest(
        "honest-strict",
        "makes errors of warnings and imports all of NumPy",
        before=("import warnings\nwarnings.simplefilter('error')\nfrom numpy import *",),
    ),
    honest(
        "honest-left-raise",
        "left the line of the stub behind its function",
        {
            "double": "def double(x):\n    return 2 * x\n# YOUR CODE HERE\nraise NotImplementedError()"
        },
    ),
    honest(
        "honest-newer-text",
        "nests quotes as Python 3.12 allows it",
        {
            "double": cell("""
            def double(x):
                by = {"two": 2}
                print(f"{by["two"]} times {"\\n".join(map(str, x.shape))}")
                return by["two"] * x
            """)
        },
        says=NEWER,
    ),
    honest(
        "honest-newer-types",
        "names types as Python 3.12 allows it",
        {"double": "type Array = np.ndarray\n\ndef double[T: Array](x: T) -> T:\n    return 2 * x"},
        says=NEWER,
    ),
    honest(
        "honest-own-module",
        "writes its function into a module and imports it",
        {"double": "import helpers as h\n\ndef double(x):\n    return h.double(x)"},
        before=("%%writefile helpers.py\ndef double(x):\n    return 2 * x",),
        says="helpers.py is a file that the notebook writes",
    ),
    honest(
        "honest-own-module-with-a-loop",
        "writes a loop over the samples into a module and imports it",
        {"double": "from helpers import double"},
        before=(f"%%writefile helpers.py\n{LOOP}",),
        deserved=3,
        says="this loop runs once per sample",
    ),
    honest(
        "honest-endless-cells",
        "has an endless loop in each of ten cells",
        before=("while True:\n    pass",) * 10,
        says="less time than usual after other cells were stopped",
    ),
    honest(
        "honest-stubborn-cells",
        "has a loop in each of six cells that takes every exception",
        before=("while True:\n    try:\n        input()\n    except BaseException:\n        pass",)
        * 6,
        says="definitions still count",
    ),
    honest(
        "honest-own-computer",
        "wants modules, files, programs and magics of its own computer, above its function",
        {
            "double": cell("""
            %load_ext nb_black
            !pip install -q seaborn
            import seaborn as sns
            sns.set_theme()
            signal = np.loadtxt("data/signal.csv")
            shown = signal[:100]

            @sns.cached
            def smooth(x):
                return x

            def double(x):
                return 2 * x
            """)
        },
    ),
    honest(
        "honest-own-file-needed",
        "reads a file of its own computer in its function",
        double("factor = np.load('factor.npy')", "factor * x"),
        deserved=1,
        says="the grader takes the notebook alone",
    ),
    honest(
        "honest-fenced",
        "pastes an answer with the fences of markdown",
        {"double": "```python\ndef double(x):\n    return 2 * x\n```"},
        deserved=1,
        says="``` is of markdown",
    ),
    honest(
        "honest-other-alphabet",
        "spells a name with a letter of another alphabet",
        {"double": "def d\u043euble(x):\n    return 2 * x"},
        deserved=1,
        says="is a cyrillic small letter o",
    ),
    honest(
        "honest-typographic",
        "pastes quotes from a text processor",
        {"double": "def double(x):\n    print(\u201cx\u201d)\n    return 2 * x"},
        deserved=1,
        says="its cell stopped with syntaxerror.*type it anew",
    ),
    honest(
        "honest-own-name",
        "calls its function otherwise",
        {"double": "def my_solution(x):\n    return 2 * x"},
        deserved=1,
        says="above its check there is only my_solution",
    ),
    honest(
        "honest-yield",
        "yields the values one by one",
        {"double": "def double(x):\n    for value in x:\n        yield 2 * value"},
        deserved=1,
        says="collect them in an array",
    ),
    honest(
        "honest-future", "is saved in a format of the future", edit=future, says="its format is 5"
    ),
    honest("honest-ancient", "is saved in a format of long ago", edit=ancient),
)
