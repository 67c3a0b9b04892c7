"""A class that hands in all assignments: the same for a seed, right or wrong as it says."""

import ast
import sys

import nbformat
import numpy as np
import pytest
import sample_course
from assignment import COURSE
from slips import SLIPS, slipped

from autograder.intake import Refusal, clean, read_notebook

SOURCES = [
    source
    for styles in sample_course.STYLES.values()
    for style in styles.values()
    for source in style.values()
]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submitted")
    return folder, sample_course.write_course(folder, 6, 3)


def test_all_assignments_have_styles():
    assert set(sample_course.STYLES) == set(COURSE.assignment_ids())


def test_each_slip_changes_some_source_and_leaves_python():
    made = set()
    for source in SOURCES:
        for name, changed in slipped(source).items():
            ast.parse(changed)
            made.add(name)
    assert made == set(SLIPS)


def test_a_slip_is_a_wrong_answer():
    source = sample_course.STYLES["conv1d"]["loops"]["correlate"]
    right, wrong = ({"np": np}, {"np": np})
    exec(source, right)
    exec(slipped(source)["single kernel flipped"], wrong)
    x, w = np.arange(5), np.array([1, 0, 2])
    assert right["correlate"](x, w).tolist() == [4, 7, 10]
    assert wrong["correlate"](x, w).tolist() == [2, 5, 8]


def test_a_class_is_the_same_for_a_seed(handed_in, tmp_path):
    folder, _ = handed_in
    sample_course.write_course(tmp_path, 6, 3)
    for path in folder.rglob("*.ipynb"):
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_what_is_handed_in_can_be_taken_in_unless_the_file_is_broken(handed_in):
    folder, works = handed_in
    assert {len(done.cells) > 0 for done in works.values()} == {True, False}
    for (student, assignment), done in works.items():
        path = folder / student / assignment / f"{assignment}.ipynb"
        released = nbformat.read(COURSE.release(assignment), as_version=4)
        if done.file:
            with pytest.raises(Refusal):
                clean(read_notebook(path), released)
            continue
        notebook, notes = clean(read_notebook(path), released)
        sources = [cell.source for cell in notebook.cells]
        assert not notes
        for source in done.cells.values():
            assert source.strip() in sources


@pytest.mark.slow
def test_the_class_is_graded_and_the_time_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["sample_course", str(tmp_path / "out"), "--students", "1"])
    assert sample_course.main() in {0, 1}
    said = capsys.readouterr().out
    assert "graded in" in said
    assert "tasks with a slip were told the name of the mistake" in said
    for assignment in sample_course.STYLES:
        assert (tmp_path / "out/course/grading/report" / f"{assignment}.html").exists()
