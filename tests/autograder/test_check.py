"""What a student runs in the notebook: judged at once, in words, and never for marks."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from autograder import check
from autograder.spec import Case
from autograder.visible import pack
from autograder.wrong_call import WrongCallError, demand_objects


@pytest.fixture
def in_course(tiny, monkeypatch):
    """Stand where the student's notebook lies."""
    monkeypatch.chdir(tiny.release("tiny").parent)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def cells(monkeypatch):
    """Give `cells(*sources)`: cells that the student's notebook has run."""

    def cells(*sources):
        monkeypatch.setattr(sys.modules["__main__"], "In", ["", *sources], raising=False)

    return cells


@pytest.mark.usefixtures("in_course")
def test_a_right_answer():
    checked = check("double", lambda x: 2 * x)
    assert checked.result.right
    assert "✓ right  one, two, three" in repr(checked)
    assert "✓ right" in checked._repr_html_()
    assert "/4" not in repr(checked)  # a check promises no marks


@pytest.mark.usefixtures("in_course")
def test_a_wrong_answer_is_named():
    checked = check("double", lambda x: x * x)
    assert not checked.result.right
    assert checked.result.mistake == "squared"
    assert "Two times x is not x times x." in repr(checked)


@pytest.mark.usefixtures("in_course")
def test_only_visible_cases_are_tried():
    labels = [row.label for row in check("double", lambda x: 2 * x).result.rows]
    assert labels == ["one, two, three"]
    assert "hidden" not in repr(check("double", lambda x: 2 * x))


@pytest.mark.usefixtures("in_course")
def test_a_value_without_visible_cases_says_when_it_is_judged():
    assert "it is judged when you hand in" in repr(check("count", 3))
    assert repr(check("count", 3)) == repr(check("count", 4))


@pytest.mark.usefixtures("in_course")
def test_an_answer_that_raises_is_no_traceback_of_ours():
    def double(x):
        return x + undefined_name  # noqa: F821

    assert "NameError: name 'undefined_name' is not defined" in repr(check("double", double))


@pytest.mark.usefixtures("in_course")
def test_a_case_is_the_same_at_every_check():
    def double(x):
        x *= 2
        return x

    assert check("double", double).result.right  # as given: only a hidden case calls it twice
    assert check("double", double).result.right
    assert check("double", lambda x: 2 * x).result.right


@pytest.mark.usefixtures("in_course")
def test_rules_are_told_as_soon_as_the_cells_were_run(cells):
    loop = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"
    cells("import numpy as np", loop)
    names = {"np": np}
    exec(loop, names)
    checked = check("double", names["double"])
    assert not checked.result.right
    assert "for v in x.ravel()" in repr(checked)


@pytest.mark.usefixtures("in_course")
@pytest.mark.parametrize(
    ("call", "said"),
    [
        ((), 'the task\'s name in quotes, then your answer: check("task", answer)'),
        ((abs,), 'the task\'s name, in quotes: check("abs", abs); you gave the function abs'),
        ((abs, "double"), 'in quotes: check("abs", ...); you gave the function abs'),
        ((3,), 'in quotes: check("answer", answer); you gave 3'),
        ((np.ones(3), abs), "you gave an array of shape (3,)"),
        (("doubble", abs), "there is no task 'doubble'; did you mean 'double'?"),
        (("Double", abs), "there is no task 'Double'; did you mean 'double'?"),
        (("tripled", abs), "there is no task 'tripled'; there are 'count', 'double'"),
        (("double",), 'after the task\'s name comes your function: check("double", function)'),
        (("count",), 'after the task\'s name comes your value: check("count", value)'),
        (("double", abs, abs), "task 'double' takes 1 answer after its name; you gave 2"),
        (("double", np.ones(2)), 'without calling it: check("double", function), with no paren'),
        (("double", [abs]), 'without a list around it: check("double", function)'),
        (("double", None), "the function's name; you gave None"),
        (("double", "double"), 'without quotes: check("double", function); you gave the text'),
        (("count", len), 'give the value itself, not a function: check("count", value); you gave'),
    ],
)
def test_a_wrong_call_explains_itself(call, said):
    with pytest.raises(WrongCallError) as error:
        check(*call)
    assert said in str(error.value)
    lines = error.value._render_traceback_()  # and no traceback
    assert " ".join(line.strip() for line in lines) == str(error.value)
    assert max(map(len, lines)) <= 83


@pytest.mark.usefixtures("in_course")
def test_an_answer_with_a_name_is_told_to_have_none():
    with pytest.raises(
        WrongCallError, match=r'check\("task", answer\), not check\(\.\.\., f=answer'
    ):
        check("double", f=abs)


def test_answers_in_a_list_are_told_to_stand_alone(tiny):
    task = tiny.assignment("tiny").task("count")
    with pytest.raises(WrongCallError, match="you gave 1; give them one by one, without a list"):
        demand_objects(task, [[1, 2]], 2)
    with pytest.raises(WrongCallError, match=r"you gave 1$"):
        demand_objects(replace(task, visible=(Case("b", (), target=1),)), [[1, 2, 3]], 2)


def test_outside_a_course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    with pytest.raises(WrongCallError, match=r"lies in no course's folder .* \*\.visible\. Move"):
        check("double", lambda x: x)


def test_two_assignments_with_one_task(tmp_path, monkeypatch, tiny):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    for name in ("one", "two"):
        part = pack(replace(tiny.assignment("tiny"), id=name))
        (tmp_path / f"{name}.visible").write_bytes(part)
    with pytest.raises(WrongCallError, match="several assignments have a task 'double': one, two"):
        check("double", lambda x: x)


@pytest.mark.usefixtures("in_course")
def test_it_is_read_in_a_notebook_as_one_line(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shown = []
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.append(lines))
    done = shell.run_cell("from autograder import check\ncheck('doubles', abs)", silent=True)
    assert not done.success
    assert shown == [["there is no task 'doubles'; did you mean 'double'?"]]


@pytest.mark.usefixtures("in_course")
def test_it_never_grades(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(RuntimeError, match=r"cannot grade: use `course grade`"):
        check("double", lambda x: 2 * x)


@pytest.mark.usefixtures("in_course")
def test_nbgraders_validate_button_sees_what_is_wrong(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert check("double", lambda x: 2 * x).result.right
    with pytest.raises(AssertionError, match="Two times x is not x times x"):
        check("double", lambda x: x * x)
