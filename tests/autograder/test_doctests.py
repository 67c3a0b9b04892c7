"""Every example in the grader runs, and everything it offers is documented."""

import doctest
import inspect
from importlib import import_module
from pkgutil import walk_packages

import pytest

import autograder

MODULES = [
    module.name
    for module in walk_packages(autograder.__path__, "autograder.")
    if not module.name.endswith("__main__")
]


@pytest.mark.filterwarnings("ignore")  # nbgrader's own, while it is imported
@pytest.mark.parametrize("name", ["autograder", *MODULES])
def test_examples(name):
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, _ = doctest.testmod(import_module(name), optionflags=flags, verbose=False)
    assert failed == 0, "see the captured output"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODULES)
def test_all_names_exist_and_say_what_they_are(name):
    module = import_module(name)
    assert module.__doc__
    for public in getattr(module, "__all__", ()):
        thing = getattr(module, public)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), public
