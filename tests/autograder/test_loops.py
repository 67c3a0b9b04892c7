"""Loops over samples are found wherever their number comes from, and no others."""

from autograder.rules import no_loop_over_samples, readable
from tests.autograder.snippets import each

LOOPS = no_loop_over_samples("x", cost=0.5)
HEAD = "import numpy as np\nfrom numpy.lib.stride_tricks import sliding_window_view"


def found(source):
    """Return what is said of the lines that break the rule."""
    return [finding.why for finding in LOOPS.find(readable([HEAD, source]), "conv1d")]


@each("loops")
def test_what_runs_once_per_sample_is_found(source):
    assert found(source)


@each("no_loops")
def test_what_runs_a_few_times_is_left_alone(source):
    assert found(source) == []


def test_a_recursion_is_called_one():
    source = "def conv1d(x, i=0): return [] if i == x.shape[2] else [i, *conv1d(x, i + 1)]"
    assert found(source) == ["this recursion runs once per sample"]
