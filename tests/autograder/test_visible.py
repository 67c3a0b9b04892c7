"""The visible part of an assignment as a file: what is in it, and that it judges the same."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder import check
from autograder.answers import answer_of
from autograder.course import Course
from autograder.judge import judge, trials
from autograder.rules import made, no_call
from autograder.spec import Assignment, Case, Mistake, Rule, Task
from autograder.visible import pack, unpack

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = Course(ROOT).assignment_ids()


def double(x):
    return 2 * x


def squared(x):
    x *= x
    return x


def refuse(x):
    if x[0] > 3:
        raise TypeError("not like this: ever")
    return 3 * x


X = np.asarray([3.0, 5.0])
TASK = Task(
    "double",
    "Twice",
    2,
    double,
    [Case("numbers", (X,)), Case("other numbers, twice", (X + 1,), calls=2)],
    lambda _: [Case("hidden", (X + 2,))],
    rules=[no_call("tile", cost=0.25)],
)
MISTAKES = (
    Mistake("squared", "Two times.", ("double",), squared),
    Mistake("refused", "Answer.", ("double",), refuse),
)
ASSIGNMENT = Assignment("tiny", "Tiny", (TASK,), MISTAKES)


def judged(assignment, task, function):
    task = assignment.task(task)
    uncounted = [trial for trial in trials(task, None) if not trial.case.counted]  # by a box alone
    answered = [(trial, answer_of(function, trial.case)) for trial in uncounted]
    return judge(task, answered, assignment.mistakes)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_solution_and_mistake_is_judged_as_by_the_assignment_itself(name):
    assignment = Course(ROOT).assignment(name)
    visible = unpack(pack(assignment))
    for task in assignment.tasks:
        bank = [mistake for mistake in assignment.mistakes if task.name in mistake.tasks]
        for function in (task.reference, *(mistake.function for mistake in bank)):
            expected = judged(assignment, task.name, function)
            assert judged(visible, task.name, function) == expected
        assert judged(visible, task.name, task.reference).right


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_same_assignment_gives_the_same_bytes(name):
    file = pack(Course(ROOT).assignment(name))
    assert pack(Course(ROOT).assignment(name)) == file
    assert pack(unpack(file)) == file


def test_it_holds_the_visible_inputs_and_no_hidden_one():
    visible = unpack(pack(ASSIGNMENT)).task("double")
    assert [case.label for case in visible.visible] == ["numbers", "other numbers, twice"]
    assert visible.hidden(np.random.default_rng(0)) == ()
    with pytest.raises(KeyError):
        visible.reference(X + 2)


def test_it_holds_no_code():
    with zipfile.ZipFile(io.BytesIO(pack(ASSIGNMENT))) as archive:
        assert {Path(name).suffix for name in archive.namelist()} == {".npy", ".json"}
        said = archive.read("said.json").decode()
    assert "lambda" not in said
    assert "def " not in said


def test_mistakes_that_raise_or_change_their_input_are_named():
    visible = unpack(pack(ASSIGNMENT))
    assert judged(visible, "double", squared).mistake == "squared"
    assert judged(visible, "double", refuse).mistake == "refused"
    assert judged(visible, "double", lambda x: 4 * x).mistake is None


def test_rules_are_kept():
    (rule,) = unpack(pack(ASSIGNMENT)).task("double").rules
    assert (rule.name, rule.cost) == ("no tile", 0.25)
    assert rule.find("def f(x): return np.tile(x, 2)", "f")
    with pytest.raises(ValueError, match="no rule 'no_fun'"):
        made("no_fun", [], cost=1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"reference": refuse},
            "double, other numbers, twice: the reference itself fails: TypeError",
        ),
        ({"visible": [TASK.visible[0]] * 2}, "double: two visible cases have the same input"),
        ({"rules": [Rule("mine", lambda *_: [], 0.5)]}, "'mine' has no recipe"),
    ],
)
def test_what_cannot_be_packed_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        pack(replace(ASSIGNMENT, tasks=(replace(TASK, **change),)))


def test_check_uses_the_file_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    (tmp_path / "tiny.visible").write_bytes(pack(ASSIGNMENT))
    assert check("double", double).result.right
    assert check("double", squared).result.mistake == "squared"
    with pytest.raises(ValueError, match="there is no task 'triple'; there are 'double'"):
        check("triple", double)
