"""Errors as Python and NumPy raise them today are explained."""

import errno
import os
import socket
from functools import lru_cache
from urllib.error import URLError

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.answers import answer_of
from autograder.glossary import MEANINGS, meaning
from autograder.rows import row
from autograder.spec import Case, Task

WIDE, PAIR, NOTHING = np.ones((2, 3)), (1, 2), None
INCOMPLETE = 0x4000  # the flag with which IPython reads a cell
SHELL = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


def into_integers():
    made = np.zeros(3, int)
    made += 0.5


def into_a_part():
    made = np.zeros(5)
    made[:2] = np.ones(3)


def into_one_place():
    made = np.zeros(3)
    made[0] = np.ones(3)


def truth():
    return 1 if np.ones(2) else 2


def not_permitted():
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))  # as the box's kernel says it


def without_end():
    return without_end()


def too_early(bias=None):
    if bias:
        shown = 3
    return shown


def read_later(*, stride):
    return stride


def cell_magic():
    SHELL.run_cell_magic("nosuch", "", "x = 1")


def no_network():
    raise URLError(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))


def later():
    async def answer():
        return WIDE

    waiting = answer()
    waiting.close()
    return waiting


ERRORS = {
    "array of integers": [into_integers],
    "a whole number": [lambda: np.zeros(6 / 2), lambda: range(np.float64(4) / 2)],
    "one truth value": [truth],
    "not added up": [into_one_place],
    "is None": [lambda: NOTHING[0], lambda: 1 + NOTHING, lambda: WIDE * NOTHING],
    "a list is no array": [
        lambda: WIDE.tolist() * WIDE.tolist(),
        lambda: WIDE.tolist() - 2,
        lambda: WIDE.tolist()[:, 0],
        lambda: WIDE.tolist().shape,
    ],
    "a pair is": [lambda: PAIR + 3, lambda: 3 - PAIR, lambda: [*PAIR] + 2],
    "letter of einsum": [lambda: np.einsum("ij,ik->jk", WIDE, WIDE.T)],
    "tensordot pairs": [lambda: np.tensordot(WIDE, WIDE, 1)],
    "product of matrices": [lambda: WIDE @ WIDE, lambda: WIDE.dot(WIDE)],
    "cut short": [lambda: WIDE * np.ones((2, 2))],
    "into a part": [into_a_part],
    "no function": [lambda: PAIR(0), lambda: WIDE(0)],
    "another meaning": [lambda: PAIR.pad(0), lambda: (3.0).zeros(2)],
    "do without": [lambda: __import__("no_such_module")],
    "made further down": [lambda: eval("conv1d_fast")],
    "-1 cannot": [lambda: np.zeros((0, 4)).reshape(0, -1)],
    "older or newer than yours": [lambda: exec("from math import nosuch")],
    "type it anew": [lambda: exec("x = \u201ca\u201d"), lambda: exec("x =\u00a03")],
    "four for each step": [
        lambda: exec("if 1:\n\tx = 1\n        y = 2"),
        lambda: exec("if 1:\n    x = 1\n  y = 2"),
    ],
    "is not closed": [
        lambda: exec("x = (1"),
        lambda: exec("x = 'a"),
        lambda: compile("x = (", "c", "exec", INCOMPLETE),
    ],
    "do without this line": [lambda: SHELL.run_line_magic("nosuch", ""), cell_magic],
    "the notebook alone": [lambda: np.loadtxt("nosuch.csv"), lambda: np.load("nosuch.npy")],
    "has no network and starts no": [no_network, not_permitted],
    "collect them in an array": [lambda: (x for x in range(3))],
    "write `def`": [later],
    "its elements are no plain numbers": [lambda: np.array([None, {}])],
    "takes other arguments": [
        lambda: into_a_part(3),
        lambda: into_a_part(stride=2),
        lambda: cell_magic(1),
        lambda: np.outer(PAIR),
        read_later,
    ],
    "an older or newer version": [lambda: np.no_such_function(3)],
    "is no key": [lambda: {WIDE: 1}, lambda: lru_cache(abs)(WIDE)],
    "calls itself without end": [without_end],
    "has no value yet": [too_early],
    "below 0": [lambda: np.zeros(3 - 5)],
    "no largest one": [lambda: np.zeros((0, 3)).max()],
    "print the shape": [lambda: WIDE[0, 0, 0]],
    "the last place": [lambda: WIDE[0, 3], lambda: WIDE[:, [0, 5]]],
}


@pytest.mark.parametrize(
    ("said", "wrong"), [(said, one) for said, each in ERRORS.items() for one in each]
)
def test_an_error_is_explained(said, wrong):
    failure = answer_of(wrong, Case("the case"))
    assert said in meaning(failure.text), failure.text
    task = Task("t", "T", 1, lambda: WIDE, (), lambda _: [])
    detail = row(task, Case("the case"), failure, 1, visible=False).detail
    assert detail.startswith(failure.text.rstrip(" ."))
    assert detail.endswith(meaning(failure.text))


def test_each_meaning_is_of_an_error_that_is_raised():
    assert len(ERRORS) == len(MEANINGS)


@pytest.mark.parametrize(
    "error", ["NotImplementedError: ", "ValueError: the kernel is too long", "KeyError: 'w'"]
)
def test_an_error_that_says_it_itself_is_left_alone(error):
    assert meaning(error) == ""
