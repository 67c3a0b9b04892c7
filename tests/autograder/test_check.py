"""What a student runs in the notebook: judged at once, in words, and never for marks."""

import sys

import numpy as np
import pytest

from autograder import check


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
def test_a_task_that_is_none():
    with pytest.raises(ValueError, match="0 assignments have a task 'tripled'"):
        check("tripled", lambda x: x)


def test_outside_a_course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="is in no course"):
        check("double", lambda x: x)


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
