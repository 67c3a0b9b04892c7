"""What people and editors do to cells is undone and said, and no answer is lost by it."""

import sys

import pytest
from manual_release import (
    ANSWERS,
    COUNT,
    DOUBLE,
    RELEASE,
    STUB,
    WORDS,
    answers,
    at,
    cell_of,
    cleaned,
    copy_of,
    forge,
    lose_all,
    lose_ids,
    lose_metadata,
    pass_through_colab,
    pass_through_deepnote,
    repoint,
    retype,
    reverse,
    sources,
    submission,
    tag,
)
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.intake import Refusal, clean
from autograder.intake.reading import given


def test_a_release_and_an_honest_submission_pass_unchanged():
    solved = submission()
    assert cleaned(RELEASE)[1] == []
    solved.cells.insert(3, new_code_cell("print('mine')"))
    made, notes = cleaned(solved)
    assert notes == []
    assert sources(made) == sources(solved)
    assert made.metadata == RELEASE.metadata


# Names that were lost


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
def test_damage_costs_no_answer_and_gains_nothing(damage):
    solved = submission()
    damage(solved)
    made, _ = cleaned(solved)
    assert answers(made) == ANSWERS
    for cell in made.cells:
        assert set(cell.metadata) <= {"nbgrader"}
        assert not cell.get("outputs")


def test_lost_names_are_said():
    solved = submission()
    lose_all(solved)
    _, (note,) = cleaned(solved)
    assert note == (
        "cells title, imports, count-solution, count, double-solution and 6 more had lost their "
        "names and were recognised by their text or their place"
    )


def test_an_unfinished_notebook_without_names():
    solved = submission()
    for name in ("double-solution", "why"):
        cell_of(solved, name).source = cell_of(RELEASE, name).source
    lose_all(solved)
    solved.cells.insert(2, new_code_cell("print('scratch')"))
    made, _ = cleaned(solved)
    assert answers(made) == ANSWERS | {
        name: cell_of(RELEASE, name).source for name in ("double-solution", "why")
    }


def test_a_broken_answer_without_a_name_is_still_the_answer():
    solved = submission()
    broken = "def double(x:\n    return 2 * x"
    cell_of(solved, "double-solution").source = broken
    lose_all(solved)
    made, _ = cleaned(solved)
    assert cell_of(made, "double-solution").source == broken


# Cells that are lost, there twice, or changed


def test_what_was_deleted_is_back():
    solved = submission()
    gone = ("count-solution", "double", "why-asked")
    solved.cells = [cell for cell in solved.cells if cell.id not in gone]
    made, notes = cleaned(solved)
    assert notes == [
        "cells count-solution, double and why-asked were missing and are back as they were released"
    ]
    assert cell_of(made, "count-solution").source == STUB
    made.cells.pop(at(made, "why"))
    assert cleaned(made)[1] == ["cell why was missing and is back as it was released"]


def test_the_order_is_the_releases():
    solved = submission()
    solved.cells.insert(0, solved.cells.pop(at(solved, "double-solution")))
    solved.cells.append(solved.cells.pop(at(solved, "imports")))
    made, notes = cleaned(solved)
    assert answers(made) == ANSWERS
    assert notes == [
        "cells title, count-solution, count and imports stood in other places and are back in "
        "their own"
    ]


def test_another_kind_is_undone():
    solved = submission()
    retype(solved)
    made, notes = cleaned(solved)
    assert [cell.cell_type for cell in made.cells[:-1]] == [
        *["markdown", *["code"] * 7, *["markdown"] * 3]
    ]
    assert "had become cells of another kind and are what they were again" in notes[0]


def test_what_is_rewritten_to_run_is_said_and_kept_as_it_is():
    solved = submission()
    newer = 'def double(x):\n    print(f"{"two"} times")\n    return 2 * x'
    module = "%%writefile mine.py\ndef two(): return 2"
    solved.cells[at(solved, "double-solution")].source = newer
    solved.cells[1:1] = [new_code_cell(module), new_code_cell("from mine import two")]
    made, notes = cleaned(solved)
    assert {newer, module} <= set(sources(made))
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    said = f"cell double-solution (an f-string) needs a newer Python than the grader's {here}, so"
    assert any(note.startswith(said) for note in notes) == (sys.version_info < (3, 12))
    mine = "mine.py is a file that the notebook writes: its text was run in the notebook itself"
    assert mine in notes


def test_code_that_became_text_has_no_fence_any_more():
    solved = submission()
    place = at(solved, "double-solution")
    fenced = f"\n```python\n{DOUBLE}\n```\n"
    solved.cells[place] = new_markdown_cell(fenced, metadata=solved.cells[place].metadata)
    made, _ = cleaned(solved)
    assert answers(made) == ANSWERS
    solved.cells[place].source = f"I think:{fenced}"
    assert cleaned(solved)[0].cells[place].source == f"I think:{fenced}"


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_copies_the_answered_one_counts(order):
    solved = submission()
    place = at(solved, "double-solution")
    stub = copy_of(solved.cells[place], cell_of(RELEASE, "double-solution").source)
    solved.cells[place : place + 1] = [stub, solved.cells[place]][::order]
    made, notes = cleaned(solved)
    assert sources(made) == [*map(str, sources(solved)[:place]), *sources(made)[place:]]
    assert cell_of(made, "double-solution").source == DOUBLE
    assert stub.source not in sources(made)
    assert notes == [
        "cell double-solution is there more than once: the last answer before its check counts"
    ]


def test_of_two_answers_the_last_before_the_check_counts_as_in_a_run():
    solved = submission()
    place = at(solved, "count-solution")
    first, last = "count = 1", "count = 99"
    solved.cells.insert(place, copy_of(solved.cells[place], first))
    solved.cells.append(copy_of(solved.cells[place + 1], last))
    made, _ = cleaned(solved)
    assert cell_of(made, "count-solution").source == COUNT
    kept = [source for source in sources(made) if source.startswith("count")]
    assert kept == [first, COUNT, last]


def test_a_copied_check_that_was_made_an_own_cell_stays():
    solved = submission()
    place = at(solved, "double")
    solved.cells.insert(place, copy_of(solved.cells[place], "helper = 1"))
    made, notes = cleaned(solved)
    assert "helper = 1" in sources(made)
    assert notes == ["cell double is there more than once: the released one counts"]


def test_locked_cells_are_the_releases_and_what_was_written_there_is_kept():
    solved = submission()
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


def test_white_space_is_no_change():
    solved = submission()
    for cell in solved.cells:
        cell.source = f"\n{cell.source}\r\n\n"
    assert cleaned(solved)[1] == []


# Conflicts


CONFLICT = "<<<<<<< HEAD\ncount = 3\n=======\ncount = 4\n>>>>>>> branch"


def test_conflict_markers_in_a_cell_are_named_with_it():
    solved = submission()
    cell_of(solved, "count-solution").source = CONFLICT
    solved.cells.insert(0, new_code_cell(CONFLICT))
    _, notes = cleaned(solved)
    assert notes == [
        "cells number 1 and count-solution hold merge conflict markers (<<<<<<<): resolve them"
    ]


def test_conflict_markers_in_a_string_are_no_conflict():
    solved = submission()
    solved.cells.insert(0, new_code_cell(f'text = """\n{CONFLICT}\n"""'))
    assert cleaned(solved)[1] == []


# Words that people grade


def test_what_was_written_into_a_task_stands_below_it():
    solved = submission()
    drawn = "Draw it.\n\n    x---x"
    cell_of(solved, "drawing").source = drawn
    made, notes = cleaned(solved)
    assert sources(made)[at(made, "drawing") :][:2] == ["Draw it.", drawn]
    assert "what you wrote into the locked cell drawing is kept" in notes[1]


def test_words_keep_the_students_text():
    solved = submission()
    lose_all(solved)
    made, _ = cleaned(solved)
    assert cell_of(made, "why").source == WORDS
    assert cell_of(made, "why").metadata.nbgrader.points == 2


def test_words_in_several_cells_stay_together():
    solved = submission()
    place = at(solved, "why")
    solved.cells.insert(place + 1, new_markdown_cell("And further:"))
    lose_all(solved)
    made, _ = cleaned(solved)
    assert sources(made)[at(made, "why") :][:2] == [WORDS, "And further:"]


# What is nothing of ours


@pytest.mark.parametrize("cells", [[], [new_code_cell("x = 1")], [new_raw_cell("no")]])
def test_another_notebook_is_refused(cells):
    with pytest.raises(Refusal, match="nothing in the notebook belongs to this assignment"):
        clean(new_notebook(cells=cells), RELEASE)


def test_a_notebook_that_was_read_by_others_is_cleaned_too():
    with pytest.raises(Refusal, match="the notebook is not a notebook that Jupyter can open"):
        clean({"cells": 5}, RELEASE)
    assert given(new_notebook()).cells == ()


def test_ids_never_clash():
    solved = submission()
    solved.cells[1:1] = [new_code_cell("a", id="extra-3"), new_code_cell("b", id="count-1")]
    made, _ = cleaned(solved)
    ids = [cell.id for cell in made.cells]
    assert len(set(ids)) == len(ids)
