"""A release with all that nbgrader has, and what people and editors do to its cells."""

from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from autograder.intake import clean

BODY = "# YOUR CODE HERE\n    raise NotImplementedError()"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
COUNT = "count = 3"
DOUBLE = "def double(x):\n    return 2 * x"
TWICE = "def twice(x):\n    return x"
WORDS = "Because **every** sample is counted."


def named(cell, name, **said):
    """Give a cell the metadata by which nbgrader knows it."""
    blank = {"grade": False, "locked": False, "solution": False, "task": False}
    known = {"grade_id": name, "schema_version": 3, "cell_type": cell.cell_type, **blank, **said}
    cell.id, cell.metadata.nbgrader = name, nbformat.from_dict(known)
    return cell


def code(source, name, **said):
    return named(new_code_cell(source), name, **said)


def words(source, name, **said):
    return named(new_markdown_cell(source), name, **said)


def _release():
    """Give a release with all that nbgrader has: values, functions, words, a task, a scratch."""
    cells = [
        words("# A test", "title", locked=True),
        code("import numpy as np", "imports", locked=True),
        code(STUB, "count-solution", solution=True),
        code('check("count", count)', "count", grade=True, locked=True, points=1),
        code(f"def double(x):\n    {BODY}", "double-solution", solution=True),
        code('check("double", double)', "double", grade=True, locked=True, points=4),
        code(f"def twice(x):\n    {BODY}", "twice-solution", solution=True),
        code('check("twice", twice)', "twice", grade=True, locked=True, points=4),
        words("Why?", "why-asked", locked=True),
        words("YOUR ANSWER HERE", "why", solution=True, grade=True, points=2),
        words("Draw it.", "drawing", task=True, locked=True, points=3),
        new_code_cell("# try things here", id="scratch"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


RELEASE = _release()
ANSWERS = {
    "count-solution": COUNT,
    "double-solution": DOUBLE,
    "twice-solution": TWICE,
    "why": WORDS,
}


def submission():
    """Return a submission in which everything is answered."""
    made = deepcopy(RELEASE)
    for cell in made.cells:
        cell.source = ANSWERS.get(cell.id, cell.source)
    return made


def cleaned(notebook):
    """Return the notebook as it is graded and what was repaired; to clean it again is idle."""
    made, notes = clean(notebook, RELEASE)
    nbformat.validate(made)
    assert clean(made, RELEASE)[0] == made
    slots = [cell for cell in made.cells if cell.metadata]
    assert [cell.metadata for cell in slots] == [cell.metadata for cell in RELEASE.cells[:-1]]
    return made, notes


def at(notebook, name):
    (place,) = [place for place, cell in enumerate(notebook.cells) if cell.id == name]
    return place


def cell_of(notebook, name):
    return notebook.cells[at(notebook, name)]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def answers(notebook):
    return {name: cell_of(notebook, name).source for name in ANSWERS}


def copy_of(cell, source):
    copy = deepcopy(cell)
    copy.update(id=f"{cell.id}-copy", source=source)
    return copy


# What editors do


def lose_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = {}


def lose_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.id = f"x{number}"


def lose_all(notebook):
    lose_metadata(notebook)
    lose_ids(notebook)


def pass_through_colab(notebook):
    """Keep no id, and write an own one into the metadata."""
    lose_all(notebook)
    notebook.nbformat_minor = 0
    notebook.metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for number, cell in enumerate(notebook.cells):
        del cell["id"]
        cell.metadata = {"id": f"aBcD{number}", "outputId": "0"}


def pass_through_deepnote(notebook):
    lose_all(notebook)
    for cell in notebook.cells:
        cell.metadata = {"cell_id": "00001-1", "deepnote_cell_type": cell.cell_type, "tags": []}


def reverse(notebook):
    notebook.cells.reverse()


def retype(notebook):
    for place, cell in enumerate(notebook.cells):
        new = new_raw_cell if cell.cell_type == "code" else new_code_cell
        notebook.cells[place] = new(cell.source, id=cell.id, metadata=cell.metadata)


def tag(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]
        cell.metadata["slideshow"] = {"slide_type": "skip"}
    notebook.metadata = {"widgets": {"x": {}}, "execution": {"timeout": 1}}
    notebook.metadata.kernelspec = {"name": "evil", "language": "bash", "display_name": "evil"}


def repoint(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=100, locked=False, grade=False, solution=True)


def forge(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", {"text/plain": "5"}, execution_count=1)]
    added = code("100.0", "bonus", grade=True, locked=True, points=100)
    notebook.cells.append(added)
