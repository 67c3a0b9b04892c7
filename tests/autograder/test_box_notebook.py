"""Cells run in the box as they would in a notebook, and show what is safe to show again."""

import base64
import re

import numpy as np
import pytest

from autograder.spec import Case

FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2], label='{}'); plt.legend()"


# Outputs


def test_figures_come_back_as_png(box):
    visit = box.show(f"{FIGURE}\nplt.show()", FIGURE, "fig, ax = plt.subplots(); fig")
    for outputs in visit.outputs:
        data = [output.get("data", {}) for output in outputs]
        images = [base64.b64decode(each["image/png"]) for each in data if "image/png" in each]
        assert images
        assert all(image.startswith(b"\x89PNG\r\n\x1a\n") for image in images)


IMPORTING = """
kept = 1
import nosuch.part, numpy as np
from nosuch import (
    one,
)
def f(x):
    return kept * x + 1 / other
other = 2
"""


def test_what_stands_behind_the_import_of_a_missing_module_counts(box):
    visit = box.ask(
        IMPORTING, "import nosuch; lost = 1", "kept = np.size(3)", cases=[Case("", (3,))]
    )
    assert [output["ename"] for output in visit.outputs[0]] == ["ModuleNotFoundError"] * 2
    assert visit.answers[0].tolist() == 3.5


@pytest.mark.parametrize(
    "cell",
    [
        "from math import nosuch",
        "import nosuch\nnosuch.start()\nnosuch.go = 3",
        "import nosuch as n\n\n\n@n.wrapped(\n    n.deep,\n)\ndef g():\n    pass\n\n\nprint(g)",
        "if True:\n    import nosuch",
        "def load(): import nosuch\nload()",
        "data = open('/content/data.csv').read()\nlines = data.split()",
        "n = int(input('how many?'))\nprint(n)",
        "import subprocess\nsubprocess.run(['ls'])",
        "from urllib.request import urlopen\nurlopen('https://example.org')",
        "%nosuch\n%cd /content\n!pip install no\n%pip install no\nfiles = !ls\n%run nosuch.py",
    ],
)  # fmt: skip
def test_a_line_that_wants_what_is_not_here_costs_itself_alone(box, cell):
    made = "def f(x):\n    return -x"
    visit = box.ask(f"{cell}\n{made}", cases=[Case("", (3,))])
    assert visit.answers[0].tolist() == -3
    assert visit.said(0)


@pytest.mark.parametrize(
    "cell",
    [
        "raise ValueError('nosuch')",
        "nosuch.start()",
        "%%time\nimport nosuch",
        "import json.nosuch.more if True else 1",
        "print('a'",
    ],
)
def test_whatever_else_stops_a_cell_stops_it(box, cell):
    visit = box.ask("f = abs", f"{cell}\nf = None", cases=[Case("", (-3,))])
    assert visit.answers[0].tolist() == 3


def test_no_figure_is_drawn_where_nobody_sees_it(box):
    cell = f"import matplotlib\n{FIGURE}\ndef f(x): return matplotlib.get_backend() == 'agg'"
    assert [bool(answer) for answer in box.ask(cell).answers] == [True, True]


HTML, SVG = "'<b onclick=x()>b</b>'", "'<svg onload=x()></svg>'"


@pytest.mark.parametrize(
    "cell",
    [
        f"from IPython.display import HTML\nHTML({HTML})",
        f"from IPython.display import SVG\nSVG({SVG})",
        "from IPython.display import Javascript\nJavascript('alert(1)')",
        "from IPython.display import Markdown, Latex\nMarkdown('<script>')\nLatex('$x$')",
        "from IPython.display import IFrame\nIFrame('http://127.0.0.1', 9, 9)",
        f"class C:\n    def _repr_html_(self): return {HTML}\nC()",
        f"class C:\n    def _repr_mimebundle_(self, **k): return {{'text/html': {HTML}}}\nC()",
        "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}}, raw=True)",
        "display({'image/svg+xml': '<svg/>', 'text/html': 'x', 'image/gif': 'R0lG'}, raw=True)",
        "display({'image/png': '\"><script>alert(1)</script>'}, raw=True)",
        "display({'image/jpeg': 5, 'image/png': ['x']}, raw=True)",
        "%%html\n<script>alert(1)</script>",
        "%%javascript\nalert(1)",
        "%config InlineBackend.figure_format = 'svg'\n" + FIGURE,
    ],
)
def test_nothing_that_a_browser_runs_comes_back(box, cell):
    for output in box.show(cell).outputs[0]:
        assert output["output_type"] in ("display_data", "stream", "error")
        assert set(output.get("data", {})) <= {"text/plain", "image/png", "image/jpeg"}
        assert output.get("metadata", {}) == {}
        assert "image/png" not in output.get("data", {}) or "svg" in cell


def test_results_and_streams_keep_their_order(box):
    cell = "import sys\nprint(1)\nprint(2, file=sys.stderr)\ndisplay(3)\nprint(4)\n5"
    kinds = [
        output.get("text") or output["data"]["text/plain"] for output in box.show(cell).outputs[0]
    ]
    assert "".join(kinds).replace("\n", "") == "12345"


def test_a_result_is_never_taken_for_a_score(box):
    (output,) = box.show("100.0").outputs[0]
    assert output["output_type"] == "display_data"
    assert output["data"] == {"text/plain": "100.0"}


def test_warnings_and_stderr_are_only_text(box):
    cell = "import sys, warnings\nwarnings.warn('careful')\nprint('w', file=sys.stderr)"
    visit = box.ask(cell, "import warnings\ndef f(x):\n    warnings.warn('again')\n    return x")
    assert "UserWarning: careful" in visit.said(0)
    assert {output["name"] for output in visit.outputs[0]} == {"stdout"}
    assert [answer.tolist() for answer in visit.answers] == [[0, 1, 2], [0, 1, 2, 3]]


def test_an_error_is_shown_and_the_next_cell_runs(box):
    visit = box.show("1 / 0", "def broken(:", "print('next')")
    assert visit.outputs[0][0]["ename"] == "ZeroDivisionError"
    assert "SyntaxError" in visit.said(1)
    assert visit.said(2) == "next\n"


@pytest.mark.parametrize("cell", ["clear_output()\nprint(2)", "clear_output(wait=True)\nprint(2)"])
def test_clear_output(box, cell):
    cell = f"from IPython.display import clear_output\nprint(1)\n{cell}"
    assert box.show(cell).said() == "2\n"


# What notebooks do


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%pwd", "/home/student"),
        ("%%time\nprint('timed')", "timed"),
        ("%%capture out\nprint('x')", ""),
        ("%timeit -n1 -r1 1", "per loop"),
        ("breakpoint()\nimport pdb; pdb.set_trace()\nprint('went on')", "went on"),
        ("print(_, __)", ""),
        ("print?\nprint('after')", "after"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", "awaited"),
        ("async def g(): return 'from g'\nprint(await g())", "from g"),
        ("import threading\nthreading.Thread(target=print, args=[1]).start()\nprint(2)", "1"),
        ("import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\nP(1)", "P(x=1)"),
        ("import pickle\nclass Q: pass\npickle.loads(pickle.dumps(Q()))", "__main__.Q"),
        ("open('note.txt', 'w').write('x')\nprint(open('note.txt').read())", "x"),
        ("%%writefile mine.py\nvalue = 3", "Writing"),
        ("import numpy as np\nprint(np.linalg.solve(np.eye(2), np.ones(2)))", "[1. 1.]"),
        ("if __name__ == '__main__': print('main')", "main"),
        ("from autograder import check\nprint(check('double', 1))", "None"),
    ],
)  # fmt: skip
def test_cells_do_what_they_do_in_a_notebook(box, cell, said):
    visit = box.show(cell)
    assert said in visit.said()
    assert visit.notes == []


def test_tasks_live_on_in_the_next_cell(box):
    first = "import asyncio\nasync def later():\n    await asyncio.sleep(0)\n    return 'done'"
    visit = box.show(f"{first}\ntask = asyncio.create_task(later())\nawait asyncio.sleep(0)",
                     "print(await task)")  # fmt: skip
    assert "done" in visit.said(1), visit.said(1)


@pytest.mark.parametrize(
    "leave", ["exit()", "quit()", "exit", "import sys; sys.exit(3)", "raise SystemExit"]
)
def test_leaving_does_not_end_the_notebook(box, leave):
    visit = box.ask(leave, "def f(x): return x")
    assert visit.notes == []
    assert [answer.tolist() for answer in visit.answers] == [[0, 1, 2], [0, 1, 2, 3]]


@pytest.mark.parametrize("ask", ["input()", "input('name? ')", "import builtins; builtins.input()"])
def test_input_is_refused_with_a_sentence(box, ask):
    assert "a graded notebook cannot ask for input" in box.show(ask).said()


@pytest.mark.parametrize(
    "cell", ["%%bash\necho hello", "!echo hello", "%%script sh\necho hello", "files = !ls"]
)
def test_shell_commands_fail_cleanly(box, cell):
    visit = box.show(cell, "print('next')")
    assert "\nhello" not in visit.said(0)
    assert re.search("not permitted|the grader runs no other programs: (echo|ls)", visit.said(0))
    assert visit.said(1) == "next\n"
    assert visit.notes == []


# Calls


def test_a_cell_that_stops_only_when_it_is_run_again_is_marked(box):
    first = "import os\nif os.path.exists('mark'):\n    raise ValueError\nopen('mark', 'w').close()"
    visit = box.ask("x = 1", f"def f(x): return x\n{first}\ndef f(x): return -x", "y = 2")
    assert visit.answers[1].tolist() == [0, 1, 2, 3]
    assert [len(outputs) for outputs in visit.outputs] == [0, 1, 0]
    assert visit.outputs[1][0]["evalue"] == "this cell stopped when it was run for a check"


def test_calls_happen_after_the_cells_before_the_check(box):
    cells = "def f(x): return x", "def f(x): return 2 * x"
    assert box.ask(*cells, after=1).answers[0].tolist() == [0, 1, 2]
    assert box.ask(*cells, after=2).answers[0].tolist() == [0, 2, 4]


def test_expressions_targets_and_values(box):
    cases = [Case("b", target=1), Case("a", target=0)]
    visit = box.ask("a, b = 2, [3, 4]", objects=("a + 1", "b"), cases=cases, kind="value")
    assert [answer.tolist() for answer in visit.answers] == [[3, 4], 3]


@pytest.mark.parametrize("objects", [("missing",), ("1 / 0",), ("a.b.c",)])
def test_an_object_that_was_never_made(box, objects):
    visit = box.ask("a = 1", objects=objects)
    assert [answer.kind for answer in visit.answers] == ["missing", "missing"]


def test_arguments_arrive_as_they_were_given(box):
    cell = """
import numpy as np
def f(x, n, names, pair, *, option, size):
    assert (x.dtype, x.shape, x.flags.writeable) == (np.dtype("f4"), (2, 3), True), x
    assert (n, names, option) == (2, ["a", None], {"k": [1.5]})
    assert (pair, size) == ((4, 3), (1, 2)), "a tuple is no list"
    return np.asfortranarray(x)
"""
    array = np.arange(6, dtype="f4").reshape(2, 3)
    named = {"option": {"k": [1.5]}, "size": (1, 2)}
    visit = box.ask(cell, cases=[Case("", (array, 2, ["a", None], (4, 3)), named)])
    np.testing.assert_array_equal(visit.answers[0], array)
    assert visit.answers[0].dtype == np.dtype("f4")


def test_a_function_that_changes_its_input_gives_itself_away(box):
    case = Case("twice", (np.arange(3.0),), calls=2)
    assert box.ask("def f(x):\n    x += 1\n    return x", cases=[case]).answers[0].tolist() == [
        2,
        3,
        4,
    ]
    assert box.ask("def f(x): return x + 1", cases=[case]).answers[0].tolist() == [1, 2, 3]


def test_an_exception_says_where_it_was_raised(box):
    visit = box.ask("def f(x):\n    y = x[99]\n    return y")
    assert visit.answers[0].kind == "raised"
    assert visit.answers[0].text.startswith("IndexError: index 99 is out of bounds")
    assert visit.answers[0].text.endswith("(line 2, `y = x[99]`)")


def test_cells_are_run_anew_for_each_check_so_that_no_state_is_shared(box):
    cell = "calls = 0\ndef f(x):\n    global calls\n    calls += 1\n    return calls"
    assert [int(a) for a in box.ask(cell).answers] == [1, 2]
    assert [int(a) for a in box.ask(cell).answers] == [1, 2]


REMEMBERS = """
import numpy as np
np.roll = np.copyto = lambda *a, **k: None
seen = []
def f(x, w):
    seen.append((x.tobytes(), w.tobytes(), id(x)))
    numbers, arrays = len({s[0] for s in seen}), len({s[2] for s in seen})
    return np.array([numbers, arrays, x[0, 0], seen[0][0] == seen[-1][0]])
"""


@pytest.mark.parametrize(("calls", "said"), [(2, [1, 1, 0, 1]), (6, [6, 1, 0, 0])])
def test_many_calls_get_other_numbers_and_the_last_ones_the_given(box, calls, said):
    case = Case("", (np.arange(8.0).reshape(2, 4), np.arange(3)), calls=calls)
    (answer,) = box.ask(REMEMBERS, cases=[case]).answers
    assert answer.tolist() == said


def test_arrays_of_any_form_are_moved_and_given_back(box):
    source = "def f(*arrays): return sum(a.sum() for a in arrays) + arrays[1][-1, 0]"
    arrays = np.array(3.0), np.asfortranarray([[1.0, 2], [3, 4]]), np.zeros((0, 2)), np.ones(1)
    (answer,) = box.ask(source, cases=[Case("", arrays, calls=4)]).answers
    assert answer == 17
