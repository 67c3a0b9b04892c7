"""What people and editors do to cells is undone and said, and no answer is lost by it."""

import json
from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ComputeChecksums,
    DeduplicateIds,
    OverwriteCells,
    SaveAutoGrades,
    SaveCells,
)

from autograder.intake import Refusal, clean
from autograder.intake.reading import given

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


@pytest.fixture(scope="session")
def release():
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


ANSWERS = {
    "count-solution": COUNT,
    "double-solution": DOUBLE,
    "twice-solution": TWICE,
    "why": WORDS,
}


@pytest.fixture
def solved(release):
    """Give a submission in which everything is answered."""
    made = deepcopy(release)
    for cell in made.cells:
        cell.source = ANSWERS.get(cell.id, cell.source)
    return made


def at(notebook, name):
    (place,) = [place for place, cell in enumerate(notebook.cells) if cell.id == name]
    return place


def cell_of(notebook, name):
    return notebook.cells[at(notebook, name)]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def answers(notebook):
    return {name: cell_of(notebook, name).source for name in ANSWERS}


def demand_rest(cleaned, release):
    nbformat.validate(cleaned)
    assert clean(cleaned, release)[0] == cleaned


@pytest.fixture
def cleaned(release):
    """Give `cleaned(notebook)`: the notebook as it is graded, and what was repaired."""

    def cleaned(notebook):
        made, notes = clean(notebook, release)
        demand_rest(made, release)
        slots = [cell for cell in made.cells if cell.metadata]
        assert [cell.metadata for cell in slots] == [c.metadata for c in release.cells[:-1]]
        return made, notes

    return cleaned


def test_a_release_and_an_honest_submission_pass_unchanged(release, solved, cleaned):
    assert cleaned(release)[1] == []
    solved.cells.insert(3, new_code_cell("print('mine')"))
    made, notes = cleaned(solved)
    assert notes == []
    assert sources(made) == sources(solved)
    assert made.metadata == release.metadata


# Names that were lost


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


@pytest.mark.parametrize(
    "damage",
    [
        lose_metadata,
        lose_ids,
        lose_all,
        pass_through_colab,
        pass_through_deepnote,
        reverse,
        retype,
        tag,
        repoint,
        forge,
    ],
)
def test_damage_costs_no_answer_and_gains_nothing(solved, cleaned, damage):
    damage(solved)
    made, _ = cleaned(solved)
    assert answers(made) == ANSWERS
    for cell in made.cells:
        assert set(cell.metadata) <= {"nbgrader"}
        assert not cell.get("outputs")


def test_lost_names_are_said(solved, cleaned):
    lose_all(solved)
    _, (note,) = cleaned(solved)
    assert note == (
        "cells title, imports, count-solution, count, double-solution and 6 more had lost their "
        "names and were recognised by their text or their place"
    )


def test_an_unfinished_notebook_without_names(release, solved, cleaned):
    for name in ("double-solution", "why"):
        cell_of(solved, name).source = cell_of(release, name).source
    lose_all(solved)
    solved.cells.insert(2, new_code_cell("print('scratch')"))
    made, _ = cleaned(solved)
    assert answers(made) == ANSWERS | {
        name: cell_of(release, name).source for name in ("double-solution", "why")
    }


def test_a_broken_answer_without_a_name_is_still_the_answer(solved, cleaned):
    broken = "def double(x:\n    return 2 * x"
    cell_of(solved, "double-solution").source = broken
    lose_all(solved)
    made, _ = cleaned(solved)
    assert cell_of(made, "double-solution").source == broken


# Cells that are lost, there twice, or changed


def test_what_was_deleted_is_back(release, solved, cleaned):
    gone = ("count-solution", "double", "why-asked")
    solved.cells = [cell for cell in solved.cells if cell.id not in gone]
    made, notes = cleaned(solved)
    assert notes == [
        "cells count-solution, double and why-asked were missing and are back as they were released"
    ]
    assert cell_of(made, "count-solution").source == STUB
    made.cells.pop(at(made, "why"))
    assert cleaned(made)[1] == ["cell why was missing and is back as it was released"]


def test_the_order_is_the_releases(release, solved, cleaned):
    solved.cells.insert(0, solved.cells.pop(at(solved, "double-solution")))
    solved.cells.append(solved.cells.pop(at(solved, "imports")))
    made, notes = cleaned(solved)
    assert answers(made) == ANSWERS
    assert notes == [
        "cells title, count-solution, count and imports stood in other places and are back in "
        "their own"
    ]


def test_another_kind_is_undone(solved, cleaned):
    retype(solved)
    made, notes = cleaned(solved)
    assert [cell.cell_type for cell in made.cells[:-1]] == [
        *["markdown", *["code"] * 7, *["markdown"] * 3]
    ]
    assert "had become cells of another kind and are what they were again" in notes[0]


def copy_of(cell, source):
    copy = deepcopy(cell)
    copy.update(id=f"{cell.id}-copy", source=source)
    return copy


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_copies_the_answered_one_counts(release, solved, cleaned, order):
    place = at(solved, "double-solution")
    stub = copy_of(solved.cells[place], cell_of(release, "double-solution").source)
    solved.cells[place : place + 1] = [stub, solved.cells[place]][::order]
    made, notes = cleaned(solved)
    assert sources(made) == [*map(str, sources(solved)[:place]), *sources(made)[place:]]
    assert cell_of(made, "double-solution").source == DOUBLE
    assert stub.source not in sources(made)
    assert notes == [
        "cell double-solution is there more than once: the last answer before its check counts"
    ]


def test_of_two_answers_the_last_before_the_check_counts_as_in_a_run(solved, cleaned):
    place = at(solved, "count-solution")
    first, last = "count = 1", "count = 99"
    solved.cells.insert(place, copy_of(solved.cells[place], first))
    solved.cells.append(copy_of(solved.cells[place + 1], last))
    made, _ = cleaned(solved)
    assert cell_of(made, "count-solution").source == COUNT
    kept = [source for source in sources(made) if source.startswith("count")]
    assert kept == [first, COUNT, last]


def test_a_copied_check_that_was_made_an_own_cell_stays(solved, cleaned):
    place = at(solved, "double")
    solved.cells.insert(place, copy_of(solved.cells[place], "helper = 1"))
    made, notes = cleaned(solved)
    assert "helper = 1" in sources(made)
    assert notes == ["cell double is there more than once: the released one counts"]


def test_locked_cells_are_the_releases_and_what_was_written_there_is_kept(solved, cleaned):
    cell_of(solved, "imports").source += "\nimport math"
    cell_of(solved, "count").source = "5.0"
    made, notes = cleaned(solved)
    assert cell_of(made, "imports").source == "import numpy as np"
    assert made.cells[at(made, "imports") + 1].source == "import numpy as np\nimport math"
    assert cell_of(made, "count").source == 'check("count", count)'
    assert "5.0" not in sources(made)
    assert notes == [
        "cells imports and count are locked and were changed: they are back as they were released",
        "what you wrote into the locked cell imports is kept in a cell of its own behind it",
    ]


def test_white_space_is_no_change(solved, cleaned):
    for cell in solved.cells:
        cell.source = f"\n{cell.source}\r\n\n"
    assert cleaned(solved)[1] == []


# Answers in other cells


def run(notebook):
    """Run the cells one after the other and return what each check was given."""
    asked = {}
    names = {"check": asked.setdefault}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            try:
                exec(cell.source, names)
            except (NotImplementedError, NameError):
                continue
    return {name: value(4) if callable(value) else value for name, value in asked.items()}


RIGHT = {"count": 3, "double": 8, "twice": 4}


def answer_above(release, solved):
    """Write it all into one cell and leave the stubs as they are."""
    made = deepcopy(release)
    made.cells.insert(2, new_code_cell("\n\n".join([COUNT, DOUBLE, TWICE])))
    return made


def answer_below(release, solved):
    """Write each answer behind its check."""
    made = deepcopy(release)
    for name in ("count", "double", "twice"):
        made.cells.insert(at(made, name) + 1, new_code_cell(ANSWERS[f"{name}-solution"]))
    return made


def answer_between(release, solved):
    made = deepcopy(release)
    for name in ("count", "double", "twice"):
        made.cells.insert(at(made, name), new_code_cell(ANSWERS[f"{name}-solution"]))
    return made


def delete_and_answer_elsewhere(release, solved):
    solved.cells = [cell for cell in solved.cells if not cell.id.endswith("-solution")]
    solved.cells[1:1] = [new_code_cell(source) for source in (TWICE, DOUBLE, COUNT)]
    return solved


def empty_and_answer_elsewhere(release, solved):
    made = answer_above(release, solved)
    for cell in made.cells:
        if cell.id.endswith("-solution"):
            cell.source = ""
    return made


def merge(release, solved):
    """Merge two answers and the check between them into one cell."""
    place = at(solved, "double-solution")
    solved.cells[place].source = "\n".join(sources(solved)[place : place + 3])
    del solved.cells[place + 1 : place + 3]
    return solved


def merge_into_a_locked_cell(release, solved):
    place = at(solved, "imports")
    solved.cells[place].source = "\n".join(sources(solved)[place : place + 2])
    del solved.cells[place + 1]
    return solved


def answer_in_the_check(release, solved):
    place = at(solved, "double")
    solved.cells[place].source = f"{DOUBLE}\n{solved.cells[place].source}"
    solved.cells[place - 1].source = cell_of(release, "double-solution").source
    return solved


def split(release, solved):
    place = at(solved, "double-solution")
    solved.cells[place].source = "factor = 2"
    solved.cells.insert(
        place + 1, copy_of(solved.cells[place], "def double(x):\n    return factor * x")
    )
    return solved


def split_and_lose_names(release, solved):
    split(release, solved)
    lose_all(solved)
    return solved


@pytest.mark.parametrize(
    "answer",
    [
        answer_above,
        answer_below,
        answer_between,
        delete_and_answer_elsewhere,
        empty_and_answer_elsewhere,
        merge,
        merge_into_a_locked_cell,
        answer_in_the_check,
        split,
        split_and_lose_names,
    ],
)
def test_an_answer_counts_wherever_it_stands(release, solved, cleaned, answer):
    made, _ = cleaned(answer(release, solved))
    assert run(made) == RIGHT


def test_where_the_answer_was_found_is_said(release, solved, cleaned):
    assert cleaned(answer_above(release, solved))[1] == [
        "the answers to count-solution, double-solution and twice-solution stand in earlier "
        "cells, so the cells themselves are left empty"
    ]
    assert cleaned(answer_below(release, solved))[1] == [
        "the answers to count-solution, double-solution and twice-solution stood behind their "
        "checks and were put before them"
    ]
    assert cleaned(answer_between(release, solved))[1] == []


def test_code_in_an_explanation_is_no_answer(release, cleaned):
    made = deepcopy(release)
    made.cells.insert(0, new_markdown_cell(f"It should be\n\n```python\n{DOUBLE}\n```"))
    assert cleaned(made)[1] == []
    del made.cells[at(made, "double-solution")]
    assert cleaned(made)[1] == ["cell double-solution was missing and is back as it was released"]


def test_an_emptied_answer_is_empty(solved, cleaned):
    cell_of(solved, "double-solution").source = " \n"
    made, notes = cleaned(solved)
    assert notes == ["cell double-solution is empty"]
    assert cell_of(made, "double-solution").source.strip() == ""


# Conflicts


CONFLICT = "<<<<<<< HEAD\ncount = 3\n=======\ncount = 4\n>>>>>>> branch"


def test_conflict_markers_in_a_cell_are_named_with_it(solved, cleaned):
    cell_of(solved, "count-solution").source = CONFLICT
    solved.cells.insert(0, new_code_cell(CONFLICT))
    _, notes = cleaned(solved)
    assert notes == [
        "cells number 1 and count-solution hold merge conflict markers (<<<<<<<): resolve them"
    ]


def test_conflict_markers_in_a_string_are_no_conflict(solved, cleaned):
    solved.cells.insert(0, new_code_cell(f'text = """\n{CONFLICT}\n"""'))
    assert cleaned(solved)[1] == []


# Words that people grade


def test_what_was_written_into_a_task_stands_below_it(solved, cleaned):
    drawn = "Draw it.\n\n    x---x"
    cell_of(solved, "drawing").source = drawn
    made, notes = cleaned(solved)
    assert sources(made)[at(made, "drawing") :][:2] == ["Draw it.", drawn]
    assert "what you wrote into the locked cell drawing is kept" in notes[1]


def test_words_keep_the_students_text(solved, cleaned):
    lose_all(solved)
    made, _ = cleaned(solved)
    assert cell_of(made, "why").source == WORDS
    assert cell_of(made, "why").metadata.nbgrader.points == 2


def test_words_in_several_cells_stay_together(solved, cleaned):
    place = at(solved, "why")
    solved.cells.insert(place + 1, new_markdown_cell("And further:"))
    lose_all(solved)
    made, _ = cleaned(solved)
    assert sources(made)[at(made, "why") :][:2] == [WORDS, "And further:"]


# What is nothing of ours


@pytest.mark.parametrize("cells", [[], [new_code_cell("x = 1")], [new_raw_cell("no")]])
def test_another_notebook_is_refused(release, cells):
    with pytest.raises(Refusal, match="nothing in the notebook belongs to this assignment"):
        clean(new_notebook(cells=cells), release)


def test_an_own_notebook_with_the_answers_in_it_is_taken(cleaned):
    made, _ = cleaned(new_notebook(cells=[new_code_cell(f"{COUNT}\n{DOUBLE}\n{TWICE}")]))
    assert run(made) == RIGHT


def test_a_notebook_that_was_read_by_others_is_cleaned_too(release):
    with pytest.raises(Refusal, match="the notebook is not a notebook that Jupyter can open"):
        clean({"cells": []}, release)
    assert given(new_notebook()).cells == ()


def test_ids_never_clash(release, solved, cleaned):
    solved.cells[1:1] = [new_code_cell("a", id="extra-3"), new_code_cell("b", id="count-1")]
    made, _ = cleaned(solved)
    ids = [cell.id for cell in made.cells]
    assert len(set(ids)) == len(ids)


# nbgrader


@pytest.fixture(scope="module")
def book(release, tmp_path_factory, quiet):
    """Give the address of a gradebook that knows the release, and the release it made."""
    url = f"sqlite:///{tmp_path_factory.mktemp('book')}/gradebook.db"
    with quiet():
        with Gradebook(url) as gradebook:
            gradebook.add_assignment("test")
            gradebook.add_student("ada")
        made, resources = deepcopy(release), resources_of(url)
        for step in (ComputeChecksums(), SaveCells()):
            made, resources = step.preprocess(made, resources)
        with Gradebook(url) as gradebook:
            gradebook.add_submission("test", "ada")
    return url, made


def resources_of(url):
    said = {"notebook": "test", "assignment": "test", "student": "ada", "db_url": url}
    return {"nbgrader": said, "unique_key": "test"}


@pytest.mark.parametrize(
    "damage", [lambda _: None, lose_all, reverse, retype, repoint, forge, pass_through_colab]
)
def test_what_was_cleaned_goes_through_nbgrader(book, solved, quiet, damage):
    """It raises where ids are there twice or metadata is broken, and misses deleted cells."""
    url, released = book
    damage(solved)
    made, _ = clean(solved, released)
    wanted = deepcopy(made)
    with quiet():
        for step in (DeduplicateIds(), OverwriteCells(), CheckCellMetadata(), SaveAutoGrades()):
            made, _ = step.preprocess(made, resources_of(url))
        with Gradebook(url) as gradebook:
            graded = gradebook.find_submission_notebook("test", "test", "ada").grades
            assert {grade.name for grade in graded} >= {"count", "double", "twice", "why"}
    assert json.loads(nbformat.writes(made)) == json.loads(nbformat.writes(wanted))
