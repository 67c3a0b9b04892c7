"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import autograder

MODULES = [
    module.name
    for module in pkgutil.walk_packages(autograder.__path__, "autograder.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = map(importlib.import_module, MODULES)
    assert sum(bool(test.examples) for m in modules for test in finder.find(m)) >= 15
