"""Cells that run where students wrote them and would not run here: a newer Python, own modules."""

import time

import pytest

from autograder.intake import runnable
from autograder.intake.newer import older
from autograder.spec import Case

NAMES = {"d": {"a": 3, "b": [1, 2]}, "n": 5, "names": ["x", "y"]}
# Each gives `said`, whatever Python runs it.
F_STRINGS = {
    'said = f"{d["a"]}"': "3",
    "said = f'{d['a']:>{d['b'][1]}}|'": " 3|",
    'said = f"{"-".join(names)} and {n!r:>3}"': "x-y and   5",
    "said = f'{'\\n'.join(names)}\\t{n}'": "x\ny\t5",
    'said = f"{d["a"]=} {n=:.1f} {n = !s}"': 'd["a"]=3 n=5.0 n = 5',
    'said = f"{n}{{{d["a"]}}}"': "5{3}",
    'said = "{}" f"{d["a"]}" "{n}"': "{}3{n}",
    'said = ("a"  # one\n  f"{d["a"]}"\n  "c")': "a3c",
    "said = f'{n  # a comment\n}'": "5",
    'said = f"{f"{f"{n}"}"}"': "5",
    'said = f"{[x for x in names if x != "y"]} {n == 5}"': "['x'] True",
    'said = rf"\\d{d["a"]}" + f"\\N{BULLET}{d["a"]}"': "\\d3\N{BULLET}3",
    'said = f"{"a" "b"}" .upper()': "AB",
    'said = f"{d["a"], n}"': "(3, 5)",
    'said = f"{(lambda x: x["a"])(d)}" if n else f"{d[""]}"': "3",
    'said = f"{d["a"]}"\n"not a part of it"': "3",
}
OTHERS = {
    "def f[T](x: list[T], y: T | None = None) -> T:\n    return x[0]\nsaid = str(f([3]))": "3",
    "class Box[T: (int, float), *Ts = int](dict):\n    x: T = 4\nsaid = str(Box().x)": "4",
    "type Array[T] = list[T | None]\ndef f(x: Array | None): return x\nsaid = str(f(2))": "2",
    "type = {'X': 1}\nsaid = f'{type['X']}'": "1",
}
LATER = {"try:\n    1 / 0\nexcept ValueError, ZeroDivisionError:\n    said = 'caught'": "caught"}


@pytest.mark.parametrize(("cell", "said"), {**F_STRINGS, **OTHERS, **LATER}.items())
def test_what_a_newer_python_reads_runs_here(cell, said):
    names = dict(NAMES)
    exec(runnable([cell])[0], names)
    assert names["said"] == said


@pytest.mark.parametrize(
    "cell",
    [
        'said = f"{d["a"]"',
        'def f(x)\n    return f"{x["a"]}"',
        'said = f"{d["a"]} {"',
        "said = 'unfinished",
        "type X = ",
        "def f[T(x): pass",
        't"{x}"',
        "",
        "\0",
        "f'" + "{f'" * 3000,
    ],
)
def test_what_no_python_reads_stays_as_it_is(cell):
    assert runnable([cell]) == (cell,)


@pytest.mark.parametrize("cell", ['f"{d[""]}' * 20_000, "def f[" * 30_000, 'f"{' * 60_000])
def test_no_cell_takes_long_to_rewrite(cell):
    began = time.process_time()
    older(cell)
    assert time.process_time() - began < 5


# Modules of a notebook's own

TOOLS = (
    "import numpy as np\n\ndef f(x):\n    return 2 * x\n\nif __name__ == '__main__':\n    f = None"
)


@pytest.mark.parametrize(
    "cells",
    [
        ["%%writefile tools.py\n{}", "from tools import f"],
        ["%%file ./tools.py\n{}", "from tools import *"],
        ["%%writefile -a /content/tools.py\n{}", "from tools import (\n    f as g,\n)\nf = g"],
        ["%%writefile tools.py\n{}", "import tools\nf = tools.f"],
        ["%%writefile tools.py\n{}", "import tools as t  # mine\ndef f(x): return t.f(x)"],
        ["%%writefile tools.py\n{}", "%run tools.py"],
        ["%%writefile tools.py\n{}", "def g(x):\n    from tools import f\n    return f(x)"],
        ["from tools import f", "%%writefile tools.py\n{}"],
    ],
)
def test_a_module_that_a_notebook_writes_is_run_in_its_place(box, cells):
    visit = box.ask(*runnable([cell.format(TOOLS) for cell in cells]), cases=[Case("", (4,))])
    assert visit.answers[0].tolist() == 8
    assert not any(output["output_type"] == "error" for cell in visit.outputs for output in cell)


@pytest.mark.parametrize(
    "cells",
    [
        ["%%writefile numpy.py\nones = None", "import numpy"],
        ["%%writefile tools.py\nf = 1", "import other"],
        ["%%writefile tools.txt\nf = 1", "import tools"],
        ["x = '''\n%%writefile tools.py\n'''", "import tools"],
    ],
)
def test_no_other_file_is_run(cells):
    assert runnable(cells) == tuple(cells)
