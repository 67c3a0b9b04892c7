"""An answer counts also where it stands in another cell than the one for it."""

from copy import deepcopy

import pytest
from manual_release import (
    ANSWERS,
    COUNT,
    DOUBLE,
    RELEASE,
    TWICE,
    WORDS,
    at,
    cell_of,
    cleaned,
    copy_of,
    lose_all,
    sources,
    submission,
)
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook


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
def test_an_answer_counts_wherever_it_stands(answer):
    solved = submission()
    made, _ = cleaned(answer(RELEASE, solved))
    assert run(made) == RIGHT


def test_where_the_answer_was_found_is_said():
    solved = submission()
    assert cleaned(answer_above(RELEASE, solved))[1] == [
        "the answers to count-solution, double-solution and twice-solution stand in earlier "
        "cells, so the cells themselves are left empty"
    ]
    assert cleaned(answer_below(RELEASE, solved))[1] == [
        "the answers to count-solution, double-solution and twice-solution stood behind their "
        "checks and were put before them"
    ]
    assert cleaned(answer_between(RELEASE, solved))[1] == []


def test_code_in_an_explanation_is_no_answer():
    made = deepcopy(RELEASE)
    made.cells.insert(0, new_markdown_cell(f"It should be\n\n```python\n{DOUBLE}\n```"))
    assert cleaned(made)[1] == []
    del made.cells[at(made, "double-solution")]
    assert cleaned(made)[1] == ["cell double-solution was missing and is back as it was released"]


def test_an_emptied_answer_is_empty():
    solved = submission()
    cell_of(solved, "double-solution").source = " \n"
    made, notes = cleaned(solved)
    assert notes == ["cell double-solution is empty"]
    assert cell_of(made, "double-solution").source.strip() == ""


def test_an_own_notebook_with_the_answers_in_it_is_taken():
    made, _ = cleaned(new_notebook(cells=[new_code_cell(f"{COUNT}\n{DOUBLE}\n{TWICE}")]))
    assert run(made) == RIGHT


def words_below(solved, place):
    solved.cells.insert(place + 1, new_markdown_cell(WORDS))


def words_above(solved, place):
    solved.cells.insert(place, new_markdown_cell(WORDS))


def words_in_a_comment(solved, place):
    solved.cells.insert(place + 1, new_code_cell(f"# {WORDS}"))


def words_in_a_program(solved, place):
    solved.cells.insert(place + 1, new_code_cell(WORDS))


def words_at_the_end(solved, place):
    del solved.cells[place + 1 :]
    solved.cells += [new_code_cell("1 + 1"), new_markdown_cell(WORDS)]


@pytest.mark.parametrize(
    "answer",
    [words_below, words_above, words_in_a_comment, words_in_a_program, words_at_the_end],
)
def test_words_beside_their_cell_are_put_into_it(answer):
    solved = submission()
    place = at(solved, "why")
    solved.cells[place].source = cell_of(RELEASE, "why").source
    answer(solved, place)
    made, notes = cleaned(solved)
    assert cell_of(made, "why").source == WORDS
    assert "the answer to why stood in another cell and was put into its own" in notes
    assert sum(cell.source == WORDS for cell in made.cells if cell.cell_type == "markdown") == 1


def test_words_in_the_question_are_an_answer():
    solved = submission()
    cell_of(solved, "why").source = " "
    cell_of(solved, "why-asked").source = f"Why?\n\n{WORDS}"
    assert WORDS in cell_of(cleaned(solved)[0], "why").source


def test_neither_code_nor_the_answer_to_a_task_is_an_answer_in_words():
    solved = submission()
    cell_of(solved, "why").source = cell_of(RELEASE, "why").source
    solved.cells.insert(at(solved, "why"), new_code_cell("%matplotlib inline"))
    solved.cells.insert(at(solved, "why") + 1, new_code_cell("# a pattern\nprint('\\d')"))
    solved.cells.insert(at(solved, "drawing") + 1, new_markdown_cell("x---x"))
    made, notes = cleaned(solved)
    assert notes == []
    assert cell_of(made, "why").source == "YOUR ANSWER HERE"


@pytest.mark.parametrize("source", ["count = 3 # as 2 + 1 = 3", "count = len([*'abc'] * (1 == 1))"])
def test_an_answer_without_a_name_is_found_whatever_stands_behind_it(source):
    solved = submission()
    cell_of(solved, "count-solution").source = source
    solved.cells.insert(2, new_code_cell("2 + 1"))
    lose_all(solved)
    assert run(cleaned(solved)[0]) == RIGHT


def test_an_answer_under_a_magic_that_keeps_it_is_named():
    solved = submission()
    cell_of(solved, "count-solution").source = f"%%time\n{COUNT}"
    cell_of(solved, "double-solution").source = f"%%timeit\n{DOUBLE}"
    assert cleaned(solved)[1] == [
        "cell double-solution begins with a magic like %%timeit, so what it defines is gone when "
        "it has run"
    ]
