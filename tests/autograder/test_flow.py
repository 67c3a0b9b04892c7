"""What lists, objects and other functions hold for a function is found, and nothing else."""

from pathlib import Path

import pytest

from autograder.author import source_notebook
from autograder.course import Course
from autograder.rules import no_library_convolution, objects, readable
from tests.autograder.snippets import each

COURSE = Course(Path(__file__).parents[2])
LIBRARY = no_library_convolution(cost=0.5)
HEAD = """
import numpy as np
import matplotlib.pyplot as plt
x, w = np.array([1.0, 2, 3, 4]), np.array([1.0, 2])
"""


def found(source):
    """Return the lines that break the rule."""
    return [finding.code for finding in LIBRARY.find(readable([HEAD, source]), "correlate")]


@each("filled")
def test_what_is_filled_in_elsewhere_is_found(source):
    assert found(source)


@each("handed")
def test_a_method_that_is_handed_a_module_is_none_of_the_notebooks_own(source):
    assert found(source)


@each("files")
def test_a_file_cannot_pass_for_a_module(source):
    assert found(source)


@each("names")
def test_more_ways_to_a_function_without_its_name_are_found(source):
    assert found(source)


@each("turned")
def test_who_turns_cells_into_other_code_is_found(source):
    assert found(source)


@each("honest")
def test_own_methods_and_comparisons_with_the_library_are_left_alone(source):
    assert found(source) == []


HIDDEN = "ops = [np.convolve]\ndef correlate(x, w): return ops[0](x, w)"


def test_each_part_of_an_expression_is_followed_once(monkeypatch):
    monkeypatch.setattr(objects, "MOST", 10_000)
    assert found(f"{HIDDEN}\ndef other(a): return a{'()' * 90}")


@pytest.mark.parametrize("name", COURSE.assignment_ids())
def test_whole_assignments_are_followed(name):
    notebook = source_notebook(COURSE.source(name).read_text(), COURSE.assignment(name))
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert any("ops" in line for line in found("\n".join([readable(cells), HIDDEN])))


def test_what_takes_too_long_to_follow_is_read_by_its_names_alone(monkeypatch):
    monkeypatch.setattr(objects, "MOST", 1000)
    calls = "\n".join(f"many.append(lambda x: many[{i}](x, many[{i}]))" for i in range(100))
    source = f"many = []\n{calls}\ndef correlate(x, w): return many[0](x)\nother = np.convolve"
    assert found(source) == []
    assert found(f"{source}\ncorrelate = other") == ["other = np.convolve"]
