"""Who may import whom: the walls between the parts, read off every module's source."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOX_LIBRARIES = {"numpy", "IPython", "traitlets", "matplotlib"}
PARTS = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path
    for folder in ("convlib", "autograder", "solutions")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def imported(module, source):
    """Yield the full name of everything that the source of `module` imports."""
    package = module.removesuffix(".__init__").split(".")
    if not module.endswith(".__init__"):
        package = package[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = package[: len(package) - node.level + 1] if node.level else []
            home = ".".join([*home, *([node.module] if node.module else [])])
            yield from (f"{home}.{alias.name}" for alias in node.names)


def is_in(name, *places):
    return any(name == place or name.startswith(place + ".") for place in places)


def broken_rules(module, source):
    """Yield what `module` imports and may not."""
    for name in imported(module, source):
        ours = is_in(name, "convlib", "autograder", "solutions", "book", "tests")
        if is_in(module, "convlib"):
            allowed = is_in(name, "convlib") or not ours
        elif is_in(module, "solutions"):
            allowed = is_in(name, "convlib", "autograder.spec", "autograder.rules") or not ours
        elif is_in(module, "autograder._box"):
            library = name.split(".")[0]
            allowed = is_in(name, "autograder._box") or (
                not ours and (library in BOX_LIBRARIES or library in sys.stdlib_module_names)
            )
        else:
            allowed = not is_in(name, "convlib", "solutions", "book", "tests", "autograder.cli")
            if module == "autograder.spec":
                allowed = not ours
            elif module == "autograder.judge":
                allowed &= not is_in(name, "autograder.sandbox", "autograder.report")
        if not allowed:
            yield name


@pytest.mark.parametrize("module", PARTS)
def test_a_module_keeps_to_its_side(module):
    assert not list(broken_rules(module, PARTS[module].read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("convlib.convolution", "from autograder import spec"),
        ("autograder.judge", "from .sandbox import Box"),
        ("autograder.judge", "from . import report"),
        ("autograder.examine", "import convlib"),
        ("autograder.spec", "from .answers import Failure"),
        ("autograder._box.work", "import scipy"),
        ("autograder._box.work", "from ..answers import decode"),
        ("autograder.grade", "from .cli import main"),
        ("solutions.conv1d.cases", "from autograder.judge import trials"),
    ],
)
def test_each_rule_can_be_broken(module, source):
    assert list(broken_rules(module, source))


def test_every_part_was_read():
    assert {"convlib.taps", "autograder.judge", "autograder._box.work"} <= set(PARTS)
    assert any(name.startswith("solutions.") for name in PARTS)
