"""What holds for every assignment: what is right gets full marks, each mistake its name."""

import re

import jupytext
import numpy as np
import pytest
from assignment import COURSE, run, subject

from autograder.answers import answer_of
from autograder.judge import trials

SUBJECTS = [subject(name) for name in COURSE.assignment_ids()]
DRAWS = range(1, 3)
SHORT = 15  # lines of a cell
NAMED = 12  # mistakes in each function to write
HINT = 200  # characters


def of_each(*found):
    """Run a test for each of an assignment's tasks, styles, ...: the names of its properties."""
    each = [
        pytest.param(one, *names, id="-".join([one.id, *map(str, names)]))
        for one in SUBJECTS
        for names in _product(one, found)
    ]
    return pytest.mark.parametrize(("one", *(name.rstrip("s") for name in found)), each)


def _product(one, found):
    if not found:
        return [()]
    rest = _product(one, found[1:])
    return [(name, *more) for name in getattr(one, found[0]) for more in rest]


# What is right


@of_each("styles", "tasks")
def test_right_in_any_style_is_full_marks_and_no_accusation(one, style, task):
    result = one.judged(task, one.filled(one.styles[style]))
    assert (result.score, result.mistake) == (result.points, None), result
    assert not [row for row in result.rows if row.label.startswith("rule")]


@of_each()
def test_there_are_five_styles_beside_the_solution(one):
    written = {"\n".join(style.values()) for style in one.styles.values()}
    assert len(written) >= 5


@of_each("tasks")
@pytest.mark.parametrize("seed", DRAWS)
def test_right_is_right_whatever_is_drawn(one, task, seed):
    for answers in list(one.styles.values())[:3]:
        assert one.judged(task, one.filled(answers), seed).full


@of_each()
def test_the_text_solves_itself(one, monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    monkeypatch.chdir(COURSE.root)
    sources = one.solution()
    names = run(sources)
    pyplot.close("all")
    for task in one.tasks:
        result = one.judged(task, sources, names=names)
        assert result.score == result.points, result


@of_each("tasks")
def test_the_reference_is_never_wrong(one, task):
    for case in one.drawn(task, range(2)):
        answer = answer_of(one.assignment.task(task).reference, case)
        assert isinstance(answer, np.ndarray), (case.label, answer)


# What is wrong


@of_each("tasks")
def test_each_mistake_loses_marks_and_is_told_its_name(one, task):
    for mistake, result in one.accused(task, 0):
        assert result.score < result.points, mistake.name
        assert result.mistake == mistake.name
        assert mistake.hint in result.sentence


@of_each("tasks")
@pytest.mark.parametrize("seed", DRAWS)
def test_each_mistake_is_wrong_and_named_whatever_is_drawn(one, task, seed):
    for mistake, named in one.named(task, seed):
        assert named == mistake


@of_each()
def test_the_bank_is_sound(one):
    bank = one.assignment.mistakes
    assert len({mistake.name for mistake in bank}) == len(bank)
    for mistake in bank:
        assert set(mistake.tasks) <= set(one.tasks)
        assert len(mistake.hint) < HINT
        assert mistake.hint[-1] in ".?"
    assert {task for mistake in bank for task in mistake.tasks} == set(one.tasks)


@of_each("functions")
def test_a_dozen_mistakes_are_named(one, function):
    assert sum(function in mistake.tasks for mistake in one.assignment.mistakes) >= NAMED


@of_each("functions")
def test_nothing_done_earns_nothing(one, function):
    names = one.checked(function)
    sources = [f"def {name}(*a, **k):\n    raise NotImplementedError()" for name in names]
    result = one.judged(function, sources)
    assert result.score == 0
    assert "NotImplementedError" in result.sentence


# The recipe


@of_each("tasks")
def test_labels_are_distinct_and_visible_cases_fixed(one, task):
    found = one.assignment.task(task)
    assert found.visible
    assert found.visible_share <= 0.2
    drawn = trials(found, np.random.default_rng(0))
    hidden = [trial.case.label for trial in drawn if not trial.visible]
    assert len(hidden) == len(set(hidden))
    again = COURSE.assignment(one.id).task(task).visible
    for mine, other in zip(found.visible, again, strict=True):
        np.testing.assert_equal((mine.args, mine.kwargs), (other.args, other.kwargs))


# The text says what the cases do


def rows(text, header):
    """Return the rows of the table under a header, as lists of cells."""
    table = text.split(header, 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@of_each()
def test_the_card_says_points_and_minutes(one):
    table = rows(one.text, "| task | what | minutes | points |")
    sections = re.findall(r"^## Task (\d+): (.*)$", one.text, re.MULTILINE)
    assert [tuple(row[:2]) for row in table] == sections
    assert [float(row[3]) for row in table] == one.points
    assert f"about {sum(int(row[2]) for row in table)} minutes" in one.text
    assert f"tasks, {sum(one.points)} points" in one.text
    titles = [title for _, title in sections]
    assert [title for title in titles if not title.startswith("Explain")] == [
        task.title for task in one.assignment.tasks
    ]


@of_each()
def test_a_person_marks_an_explanation_by_a_rubric(one):
    asked = re.findall(r'^\+\+\+ \{"explain": .*\n(?:.*\n)*?\+\+\+$', one.text, re.MULTILINE)
    assert asked
    for cell in asked:
        assert "**Rubric**: " in cell
        assert cell.count("**An answer with ") >= 2


@of_each()
def test_the_card_says_the_rules(one):
    for task in one.assignment.tasks:
        for rule in task.rules:
            assert f'The rule "{rule.name}"' in one.text


@of_each()
def test_cells_are_short_and_hints_unfold(one):
    for cell in jupytext.reads(one.text, fmt="md:myst").cells:
        assert cell.cell_type == "markdown" or len(cell.source.splitlines()) <= SHORT, cell.source
    for task in one.text.split("\n## Task ")[1:]:
        assert "<details>" in task, task.splitlines()[0]
    details = one.text.count("<details>")
    assert details == one.text.count("</details>") == one.text.count("<summary>Hint: ")
    assert "$" not in one.text
