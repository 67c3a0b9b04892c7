"""A release is the same bytes for everybody, and holds nothing that helps to cheat."""

import json
import re
import shutil

import nbformat
import numpy as np
import pytest

from autograder.course import Course
from autograder.release import release


def test_the_same_text_gives_the_same_bytes(tiny, tiny_copy, quiet, tmp_path):
    first = tiny.release("tiny").read_bytes()
    with quiet():
        assert release(tiny_copy, "tiny").read_bytes() == first  # again, over the old one
    fresh = Course(tmp_path / "another place")
    shutil.copytree(tiny_copy.root / "solutions", fresh.root / "solutions")
    shutil.copy(tiny_copy.root / "nbgrader_config.py", fresh.root)
    with quiet():
        assert release(fresh, "tiny").read_bytes() == first


def test_nothing_of_the_solution_is_in_a_release(tiny):
    folder = tiny.release("tiny").parent
    assert [path.name for path in folder.iterdir()] == ["tiny.ipynb"]
    text = (folder / "tiny.ipynb").read_text()
    notebook = nbformat.reads(text, as_version=4)
    for word in (
        "SOLUTION",
        "2 * x",
        "count = 3",
        "cases",
        "mistake",
        "hidden",
        "hint",
        "expected",
    ):
        assert word not in text, word
    assignment = tiny.assignment("tiny")
    said = [text for mistake in assignment.mistakes for text in (mistake.name, mistake.hint)]
    for task in assignment.tasks:
        said += [case.label for case in (*task.visible, *task.hidden(np.random.default_rng(0)))]
    assert len(said) > 8
    assert not [words for words in said if words in text]
    assert "raise NotImplementedError()" in text
    assert not [cell for cell in notebook.cells if cell.get("outputs")]


def test_what_students_need_is_there(tiny):
    notebook = nbformat.read(tiny.release("tiny"), as_version=4)
    sources = [cell.source for cell in notebook.cells]
    assert 'check("count", count)' in sources
    assert 'check("double", double)' in sources
    assert 'def double(x):\n    """Return x times two."""\n    # YOUR CODE HERE' in sources[6]
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    locked = {cell.id for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("locked")}
    assert {"count", "double"} < locked
    assert not locked & {"count-solution", "double-solution"}


def test_no_path_and_no_time_is_in_a_release(tiny):
    text = tiny.release("tiny").read_text()
    assert str(tiny.root.parent) not in text
    said = json.loads(text)
    assert all(
        set(cell["metadata"]) <= {"nbgrader", "deletable", "editable"} for cell in said["cells"]
    )
    assert not re.search(r"20\d\d-\d\d-\d\d", text)


def test_what_cannot_be_released_is_said_in_one_line(tiny_copy, quiet):
    text = tiny_copy.source("tiny")
    broken = text.read_text().replace("### END SOLUTION", "", 1)
    text.write_text(broken)
    with (
        quiet(),
        pytest.raises(ValueError, match=r"^nbgrader cannot make a release of tiny: .+$") as caught,
    ):
        release(tiny_copy, "tiny")
    assert "RuntimeError: no end solution statement found" in str(caught.value)


def test_an_unknown_assignment(tiny_copy):
    (tiny_copy.root / "solutions" / "other").mkdir()
    (tiny_copy.root / "solutions" / "other" / "other.md").write_text("# x")
    with pytest.raises(ValueError, match=r"there is no assignment 'other'; there are \['tiny'\]"):
        release(tiny_copy, "other")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cases.py", "ASSIGNMENT = 5", "must define ASSIGNMENT, an Assignment with id 'tiny'"),
        ("cases.py", "", "must define ASSIGNMENT"),
        ("mistakes.py", "", "must define MISTAKES"),
    ],
)
def test_files_that_do_not_say_what_they_must(tiny_copy, name, text, said):
    tiny_copy.source("tiny").with_name(name).write_text(text)
    with pytest.raises(ValueError, match=said):
        tiny_copy.assignment("tiny")


def test_a_course_is_found_from_any_folder_in_it(tiny, tmp_path):
    assert Course.find(tiny.release("tiny").parent).root == tiny.root.resolve()
    with pytest.raises(FileNotFoundError, match=r"is in no course: go to the folder that holds"):
        Course.find(tmp_path)
