"""An assignment's text becomes the notebook that nbgrader makes a release of."""

import nbformat
import pytest

from autograder.author import read_check, source_notebook
from autograder.spec import Assignment, Case, Task

HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


def code(source):
    return f"```{{code-cell}} ipython3\n{source}\n```\n"


def solution(source):
    return code(f"### BEGIN SOLUTION\n{source}\n### END SOLUTION")


def assignment(*names):
    tasks = [Task(name, name, 2.5, len, (), lambda _: [Case("")]) for name in names]
    return Assignment("any", "Any", tasks)


def made(*parts, tasks=("f",)):
    return source_notebook("\n".join([HEAD, *parts]), assignment(*tasks))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check("f", f)', ("f", ("f",))),
        ("check('sizes', a, b[0], c.d)", ("sizes", ("a", "b[0]", "c.d"))),
        ("check('f')", ("f", ())),
        ("  check('f', f)", None),  # no statement of Python
        ("check(f, f)", None),
        ("check(1, f)", None),
        ("check()", None),
        ("x = check('f', f)", None),
        ("check('f', f)\nprint(1)", None),
        ("other.check('f', f)", None),
        ("check('f', f", None),
        ("", None),
        ("\x00", None),
        ("(" * 1000, None),
        ("# check('f', f)", None),
    ],
)
def test_what_is_a_check(source, found):
    assert read_check(source) == found


def test_each_cell_is_told_by_what_it_holds():
    notebook = made(
        "# Title\n",
        code("import numpy as np"),
        solution("a = 1"),
        code('check("one", a)'),
        solution("b = 1"),
        "between\n",
        solution("c = 1"),
        code('check("two", b, c)'),
        code(":tags: [scratch]\n\n# try here"),
        tasks=("one", "two"),
    )
    assert [cell.id for cell in notebook.cells] == [
        "given-0", "given-1", "one-solution", "one",
        "two-solution", "given-5", "two-solution-2", "two", "scratch-8",
    ]  # fmt: skip
    said = {cell.id: cell.metadata.get("nbgrader") for cell in notebook.cells}
    assert said["scratch-8"] is None
    assert said["one"] == {
        "grade_id": "one", "schema_version": 3, "grade": True, "locked": True, "solution": False,
        "task": False, "points": 2.5, "cell_type": "code",
    }  # fmt: skip
    assert (said["given-1"]["locked"], said["given-1"]["grade"]) == (True, False)
    for name in ("one-solution", "two-solution", "two-solution-2"):
        assert (said[name]["solution"], said[name]["locked"], said[name]["grade"]) == (
            True,
            False,
            False,
        )
    nbformat.validate(notebook)


def test_the_same_text_gives_the_same_notebook():
    parts = code("x = 1"), solution("a = 1"), code('check("f", a)')
    assert nbformat.writes(made(*parts)) == nbformat.writes(made(*parts))


@pytest.mark.parametrize(
    ("parts", "tasks"),
    [
        ([code('check("f", f)')], ("f", "g")),
        ([code('check("g", f)'), code('check("f", f)')], ("f", "g")),
        ([code('check("f", f)'), code('check("f", f)')], ("f",)),
        ([code('check("h", f)')], ("f",)),
        ([], ("f",)),
    ],
)
def test_checks_and_tasks_must_be_the_same(parts, tasks):
    with pytest.raises(
        ValueError, match=r"any: the checks are \[.*\], the tasks \[.*\]; make them"
    ):
        made(*parts, tasks=tasks)


def test_a_solution_without_a_check_is_refused():
    with pytest.raises(ValueError, match=r"no check follows the solution in cell 1: '### BEGIN"):
        made(code('check("f", f)'), solution("late = 1"))


def test_a_cell_to_explain_in_is_marked_by_hand():
    asked = 'Why?\n\n+++ {"explain": "why", "points": 2}\n\n*Your answer.*\n\n+++\n'
    cells = made(solution("f = len"), code('check("f", f)'), asked).cells
    (cell,) = [cell for cell in cells if cell.id == "why"]
    said = cell.metadata.nbgrader
    assert (cell.cell_type, said.cell_type, said.points) == ("markdown", "markdown", 2)
    assert (said.grade, said.solution, said.locked) == (True, True, False)
    assert list(cell.metadata) == ["nbgrader"]
    assert cells[-2].metadata.nbgrader.locked  # the question
