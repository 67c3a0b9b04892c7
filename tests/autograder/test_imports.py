"""Who may import whom, read off the source: the walls between the parts of the project."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("convlib", "autograder")
BOX_MAY = {"numpy", "IPython", "traitlets", "matplotlib"}


def imported(source, module):
    """Yield the full names of all modules that a module's source imports, at any depth."""
    package = module.split(".")[:-1]
    for node in ast.walk(AtRunTime().visit(ast.parse(source))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts), path.read_text(encoding="utf-8")


def within(name, *packages):
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def standard(name):
    return name.partition(".")[0] in sys.stdlib_module_names


# Each rule says of a module and of what it imports whether that is forbidden.
RULES = {
    "convlib imports nothing of ours": lambda module, name: (
        within(module, "convlib") and within(name, "autograder", "solutions", "book")
    ),
    "the library needs two small libraries beside numpy": lambda module, name: (
        within(module, "convlib")
        and not standard(name)
        and not within(name, "convlib", "numpy", "array_api_compat", "threadpoolctl")
        and not within(name, "cupy", "numba")  # where they are wanted
    ),
    "the engine knows no assignment and no convlib": lambda module, name: (
        within(module, "autograder") and within(name, "convlib", "solutions", "exercises")
    ),
    "the judge knows neither the sandbox nor a report": lambda module, name: (
        within(module, *(f"autograder.{part}" for part in JUDGE))
        and within(name, "autograder.sandbox", "autograder.report", "autograder._box", "nbgrader")
        and not within(name, "autograder._box.strict")  # named mistakes get the same arrays
    ),
    "the specification knows nothing of the engine": lambda module, name: (
        module == "autograder.spec" and within(name, "autograder")
    ),
    "what runs in the box is alone there": lambda module, name: (
        within(module, "autograder._box")
        and not standard(name)
        and not within(name, "autograder._box", *BOX_MAY)
    ),
    "only the frames and strict arrays of the box are spoken outside": lambda module, name: (
        within(name, "autograder._box")
        and not within(module, "autograder._box")
        and not within(name, "autograder._box.frames", "autograder._box.strict")
        and name != "autograder._box"
    ),
    "nobody imports the command line": lambda module, name: (
        not within(module, "autograder.cli") and within(name, "autograder.cli")
    ),
    "only the steps for nbgrader import nbgrader": lambda module, name: (
        within(name, "nbgrader") and module not in NBGRADER
    ),
    "a report runs nothing": lambda module, name: (
        within(module, "autograder.report")
        and within(name, "autograder.sandbox", "autograder._box", "autograder.course")
    ),
}
JUDGE = ("judge answers compare naming sentence verdicts rules quality").split()
NBGRADER = {
    f"autograder.{part}"
    for part in "nb nbgrader_settings gradebook record take_in exports.plugin".split()
}

# A made-up import that breaks each rule: a rule that could not fail would be no rule.
VIOLATIONS = [
    ("convlib imports nothing of ours", "convlib.shapes", "from autograder import spec"),
    ("the library needs two small libraries beside numpy", "convlib.shapes", "import scipy.signal"),
    (
        "the engine knows no assignment and no convlib",
        "autograder.judge",
        "from convlib import conv",
    ),
    (
        "the judge knows neither the sandbox nor a report",
        "autograder.judge",
        "from .sandbox import Box",
    ),
    (
        "the judge knows neither the sandbox nor a report",
        "autograder.rules.makers",
        "from .. import report",
    ),
    (
        "the specification knows nothing of the engine",
        "autograder.spec",
        "from .judge import judge",
    ),
    ("what runs in the box is alone there", "autograder._box.work", "from ..answers import decode"),
    ("what runs in the box is alone there", "autograder._box.work", "import scipy"),
    ("what runs in the box is alone there", "autograder._box.work", "from autograder import spec"),
    (
        "only the frames and strict arrays of the box are spoken outside",
        "autograder.work",
        "from ._box.work import x",
    ),
    ("nobody imports the command line", "autograder.grade", "def f():\n    from .cli import main"),
    ("only the steps for nbgrader import nbgrader", "autograder.judge", "import nbgrader.api"),
    ("a report runs nothing", "autograder.report.pages", "from autograder.sandbox import Box"),
]


def violations(rule, sources):
    return [
        f"{module} imports {name}"
        for module, source in sources
        for name in imported(source, module)
        if RULES[rule](module, name)
    ]


class AtRunTime(ast.NodeTransformer):
    """Leaves out what only a type checker imports."""

    def visit_If(self, node):
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule):
    sources = list(modules())
    assert len(sources) > 40
    assert violations(rule, sources) == []


@pytest.mark.parametrize(("rule", "module", "line"), VIOLATIONS)
def test_each_rule_can_fail(rule, module, line):
    assert violations(rule, [(module, line)])


def test_every_rule_is_tried():
    assert {rule for rule, _, _ in VIOLATIONS} == set(RULES)


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("a.b.c", "from . import d", "a.b.d"),
        ("a.b.c", "from .d import e", "a.b.d"),
        ("a.b.c", "from ..d import e", "a.d.e"),
        ("a.b.c", "import d.e as f", "d.e"),
        ("a.b.c", "def f():\n    if x:\n        from d import e", "d.e"),
    ],
)
def test_imports_are_read_right(module, line, found):
    assert found in set(imported(line, module))


def test_what_only_types_need_is_no_import():
    source = "if TYPE_CHECKING:\n    from .cli import main\nimport os"
    assert list(imported(source, "autograder.x")) == ["os"]
