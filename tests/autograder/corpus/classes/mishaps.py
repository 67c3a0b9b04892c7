"""Honest mishaps: names that are lost, cells that are merged or pasted, what was left behind."""

from .. import double
from .accidents import colab, honest


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
)
