"""Honest accidents: what goes wrong in good faith costs what it breaks, and nothing else."""

from .. import Notebook, cell, double


def honest(name, tries, cells=None, deserved=5.0, **more):
    """Return a notebook whose other cells are right."""
    return Notebook(name, tries, cells or {}, deserved=deserved, honest=True, **more)


def reversed_cells(notebook):
    """Save the cells as they were run: imports last."""
    notebook["cells"].reverse()


def colab(notebook):
    """Lose all metadata, and get the cells that a site for notebooks adds."""
    for each in notebook["cells"]:
        each["metadata"] = {"id": "xYz", "colab": {"base_uri": "https://localhost:8080/"}}
        each.pop("id", None)
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    notebook["nbformat_minor"] = 0


def edited_check(notebook):
    """Try something in the cell of a check."""
    for each in notebook["cells"]:
        if each["id"] == "double":
            each["source"] = 'check("double", double)\nprint(double(3))'


def retyped(notebook):
    """Turn a solution into text by a slip of the keyboard, and the text into code."""
    for each in notebook["cells"]:
        each["cell_type"] = "code"
        each.setdefault("outputs", [])
        each.setdefault("execution_count", None)


def as_lists(notebook):
    """Save sources as lists of lines, with windows' line ends."""
    for each in notebook["cells"]:
        text = "".join(each["source"]).replace("\n", "\r\n")
        each["source"] = text.splitlines(keepends=True)


def executed(notebook):
    """Save with outputs and counts, some of them strange."""
    for each in notebook["cells"]:
        if each["cell_type"] == "code":
            each["execution_count"] = 99
            each["outputs"] = [
                {"output_type": "stream", "name": "stderr", "text": ["Traceback\n"]},
                {
                    "output_type": "error",
                    "ename": "KeyboardInterrupt",
                    "evalue": "",
                    "traceback": [],
                },
            ]


NOTEBOOKS = (
    honest("honest-plain", "is right"),
    honest(
        "honest-warnings",
        "warns on stderr",
        before=(
            cell("""
            import logging, sys, warnings
            warnings.warn("old function")
            print("to stderr", file=sys.stderr)
            logging.warning("logged")
            """),
        ),
        after=("np.zeros(1) / 0",),
    ),
    honest("honest-warning-in-call", "warns when it is called", double("np.log(-1.0)", "2 * x")),
    honest(
        "honest-endless-cell",
        "has an endless loop in a cell of its own",
        before=("k = 0\nwhile k < 10:\n    pass",),
        says="definitions still count",
    ),
    honest(
        "honest-endless-below",
        "tries its function below in a loop that never ends",
        {"double": "def double(x):\n    return 2 * x\n\nwhile double(1) == 2:\n    pass"},
        says="definitions still count",
    ),
    honest(
        "honest-endless-when-empty",
        "loops for ever in one case",
        double("while x.ndim == 2:\n    pass", "2 * x"),
        deserved=4.2,
        says="no answer within",
    ),
    honest(
        "honest-syntax-error",
        "has a syntax error in one task",
        {"double": "def double(x)\n    return 2 * x"},
        deserved=1,
        says="syntaxerror",
    ),
    honest(
        "honest-indentation",
        "mixes tabs and spaces in one task",
        {"double": "def double(x):\n\ty = 2\n        return y * x"},
        deserved=1,
        says="taberror",
    ),
    honest("honest-prints", "prints in its function", double("print('x is', x, x.shape)", "2 * x")),
    honest(
        "honest-prints-much",
        "left prints in a loop",
        double("for _ in range(2000):\n    print('here', _)", "2 * x"),
    ),
    honest("honest-input", "asks for input in a cell", before=("n = int(input('how many? '))",)),
    honest(
        "honest-input-in-call",
        "asks for input in its function",
        double("n = int(input('factor: '))", "n * x"),
        deserved=1,
        says="cannot ask for input",
    ),
    honest(
        "honest-plots",
        "plots in loops, with show and without",
        before=(
            cell("""
            import matplotlib.pyplot as plt
            for number in range(3):
                plt.plot([number, 1])
                plt.show()
            """),
        ),
        cells=double("import matplotlib.pyplot as plt\nplt.plot(x.ravel())\nplt.show()", "2 * x"),
    ),
    honest(
        "honest-installs",
        "installs packages in its first cell",
        before=("%pip install numpy", "!pip install scipy --quiet", "!ls", "%conda install x"),
    ),
    honest(
        "honest-paths",
        "reads a file by the path that it has at home",
        before=("data = np.load('D:/Desktop/data.npy')", "open('/home/' + 'me/notes.txt')"),
    ),
    honest(
        "honest-downloads",
        "downloads a data set",
        before=(
            "from urllib.request import urlopen\ndata = urlopen('https://example.org/data.csv').read()",
        ),
    ),
    honest(
        "honest-colab-imports",
        "imports what only Colab has",
        before=(
            "from google.colab import drive\ndrive.mount('/content/drive')",
            "import torch, cupy",
        ),
    ),
    honest("honest-colab", "comes back from Colab without metadata", edit=colab),
    honest(
        "honest-exit", "ends with exit()", after=("exit()", "quit()", "import sys; sys.exit(0)")
    ),
    honest(
        "honest-exit-in-front",
        "leaves by sys.exit in the first cell",
        before=("import sys; sys.exit()",),
    ),
    honest(
        "honest-exit-hard",
        "leaves by os._exit behind its functions",
        {"double": "def double(x):\n    return 2 * x\nimport os\nos._exit(1)"},
        says="definitions still count",
    ),
    honest(
        "honest-in-place",
        "changes its input",
        {"double": "def double(x):\n    x *= 2\n    return x"},
        # Right wherever it is called once; `x *= 2` on integers stays integers.
        deserved=4.2,
    ),
    honest(
        "honest-slow",
        "is slow but right",
        double("import time\ntime.sleep(0.1)", "2 * x"),
    ),
    honest(
        "honest-loops",
        "loops over the samples",
        {"double": "def double(x):\n    return np.array([2 * v for v in x.flat]).reshape(x.shape)"},
        deserved=3,
        says="this loop runs once per sample",
    ),
    honest(
        "honest-order", "saves its cells in the order in which it ran them", edit=reversed_cells
    ),
    honest(
        "honest-defined-later",
        "uses a helper that is defined in a later cell",
        {"double": "def double(x):\n    return helper(x)"},
        # At the time of the check the helper was not there; the text says "run from top to bottom".
        after=("def helper(x):\n    return 2 * x",),
        deserved=1,
        says="nameerror",
    ),
    honest(
        "honest-defined-earlier",
        "uses a helper of an earlier cell",
        {"double": "def double(x):\n    return helper(x)"},
        before=("def helper(x):\n    return 2 * x",),
    ),
    honest("honest-edited-check", "edits the cell of a check", edit=edited_check),
    honest("honest-retyped", "makes code of all its cells", edit=retyped),
    honest("honest-line-ends", "is saved as lists of lines by another editor", edit=as_lists),
    honest("honest-executed", "is saved with old outputs and errors", edit=executed),
    honest(
        "honest-half",
        "did one task and left the other",
        {"double": "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"},
        deserved=1,
        says="notimplementederror",
    ),
    honest(
        "honest-none",
        "prints the result and returns nothing",
        {"double": "def double(x):\n    print(2 * x)"},
        deserved=1,
        says="none",
    ),
    honest(
        "honest-list",
        "returns a list",
        {"double": "def double(x):\n    return (2 * x).tolist()"},
    ),
    honest(
        "honest-overwritten",
        "gives a name of the course another meaning",
        before=("check = 'done'\nlist = [1]\nsum = max = 3",),
    ),
    honest(
        "honest-recursion",
        "recurses, deeply but rightly",
        {
            "double": cell("""
            import sys
            sys.setrecursionlimit(5000)
            def down(n):
                return 0 if n == 0 else 1 + down(n - 1)
            def double(x):
                return 2 * x * (down(1500) // 1500)
            """)
        },
    ),
    honest(
        "honest-threads",
        "computes in threads",
        {
            "double": cell("""
            from concurrent.futures import ThreadPoolExecutor
            def double(x):
                with ThreadPoolExecutor(4) as pool:
                    return np.stack(list(pool.map(lambda part: 2 * part, x)))
            """)
        },
    ),
    honest(
        "honest-fails-in-one-case",
        "forgot arrays of two axes",
        double("if x.ndim > 1:\n    raise ValueError('one axis, please')", "2 * x"),
        deserved=4.2,
        says="one axis, please",
    ),
    honest(
        "honest-random",
        "draws numbers without a seed elsewhere",
        before=("import random\nnoise = np.random.normal(size=9)\nprint(random.random())",),
    ),
    honest(
        "honest-unicode",
        "names things in its own language",
        {"double": "def doublé(größe):\n    return 2 * größe\ndouble = doublé"},
        before=("# ПРИВЕТ 你好 🎉 \u00a0\nπ = 3.14",),
    ),
)
