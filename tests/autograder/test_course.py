"""A course's folder: what its assignments share."""

import os
import shutil

import pytest

from autograder.course import Course


@pytest.fixture
def sharing(tiny, tmp_path):
    """Give `sharing(name, points)`: a course whose assignment takes its points from beside it."""

    def sharing(name, points):
        root = tmp_path / name
        shutil.copytree(tiny.root, root, symlinks=True)
        (root / "solutions" / "_shared.py").write_text(f"POINTS = {points}\n")
        cases = root / "solutions" / "tiny" / "cases.py"
        source = cases.read_text().replace(
            '"Count numbers",\n            1', '"Count numbers", POINTS'
        )
        cases.write_text(f"from .._shared import POINTS\n{source}")
        return Course(root)

    return sharing


def test_assignments_share_what_lies_beside_them(sharing):
    one, other = sharing("one", 7), sharing("other", 9)
    assert [c.assignment("tiny").task("count").points for c in (one, other)] == [7, 9]
    assert one.assignment_ids() == ["tiny"]


def test_a_file_that_does_not_say_what_it_must_is_named(sharing):
    course = sharing("one", 1)
    path = course.root / "solutions" / "tiny" / "mistakes.py"
    path.write_text("")
    with pytest.raises(ValueError, match=r"mistakes\.py must define MISTAKES"):
        course.assignment("tiny")


def test_an_edit_of_the_same_length_in_the_same_second_is_seen(sharing):
    course = sharing("one", 1)
    path = course.root / "solutions" / "tiny" / "cases.py"
    source, points = path.read_text(), []
    for marks in "47":
        title = '"Double an array",\n            '
        path.write_text(source.replace(f"{title}4", title + marks))
        os.utime(path, (1_000_000_000, 1_000_000_000))
        points.append(course.assignment("tiny").task("double").points)
    assert points == [4, 7]
