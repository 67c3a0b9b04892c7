"""Every example in the library runs, and every public function has one."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import convlib

MODULES = ["convlib", *(f"convlib.{module.name}" for module in iter_modules(convlib.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testmod(import_module(name), optionflags=flags, verbose=False)
    assert failed == 0, "see the captured output"


@pytest.mark.parametrize("name", convlib.__all__)
def test_every_public_function_has_an_example(name):
    (found,) = doctest.DocTestFinder(recurse=False).find(getattr(convlib, name))
    assert found.examples
