"""Whatever is handed in is refused in words, or becomes the release with the student's text."""

import json
from copy import deepcopy

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from manual_release import RELEASE, submission
from nbformat.v4 import new_code_cell

from autograder.intake import Refusal, clean, read_notebook
from autograder.intake.definitions import defined
from autograder.intake.slots import slots, squeezed


def repeatable(examples):
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "\0", "code", "def double(x):", "x" * 300, 10**400]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "cells cell_type source input metadata nbgrader grade_id id attachments "
                "worksheets kernelspec language_info language name nbformat".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def solved():
    """Give a right submission as plain JSON."""
    made = submission()
    made.cells.insert(1, new_code_cell("helper = 1", id="mine"))
    return json.loads(nbformat.writes(made))


@pytest.fixture(scope="module")
def take_in(tmp_path_factory):
    """Give `take_in(data)`: what the bytes of a file become, None if they are refused."""
    path = tmp_path_factory.mktemp("fuzz") / "tiny.ipynb"

    def take_in(data):
        path.write_bytes(data)
        try:
            cleaned, notes = clean(read_notebook(path), RELEASE)
        except Refusal as refusal:
            cleaned, notes = None, [str(refusal)]
        assert "".join(notes).isprintable()
        return cleaned

    return take_in


def demand_release(cleaned):
    """Fail unless all is there that nbgrader needs, once, as RELEASE, in order."""
    kept = [cell for cell in cleaned.cells if cell.metadata]
    given = [cell for cell in RELEASE.cells if cell.metadata]
    assert [cell.metadata for cell in kept] == [cell.metadata for cell in given]
    assert [cell.cell_type for cell in kept] == [cell.cell_type for cell in given]
    for cell, slot in zip(kept, slots(RELEASE), strict=True):
        assert not slot.locked or cell.source == slot.cell.source
    assert cleaned.metadata == RELEASE.metadata
    assert not any(cell.get("outputs") for cell in cleaned.cells)
    assert not any("attachments" in cell for cell in cleaned.cells)
    nbformat.validate(cleaned)
    nbformat.writes(cleaned).encode()


def demand_rest(cleaned):
    """Fail unless what was cleaned stays as it is when it is cleaned again."""
    again, _ = clean(cleaned, RELEASE)
    assert again == cleaned


def demand_all(cleaned):
    if cleaned is not None:
        demand_release(cleaned)
        demand_rest(cleaned)


FRAGMENTS = [b"", b'"', b"\\", b"{", b"]", b"\xff", b"\0", b"\\ud800", b'"id": 1, "id": 2, ']


@given(st.data())
@repeatable(200)
def test_any_bytes(take_in, solved, data):
    """Bytes of a real notebook are changed, lost, doubled and cut off."""
    raw = bytearray(json.dumps(solved).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        until = min(len(raw), at + data.draw(st.integers(0, 40)))
        raw[at:until] = data.draw(
            st.sampled_from(
                [b"", b'"', b"\\", b"{", b"]", b"\xff", b"\0", b"\\ud800", raw[at:] * 2]
            )
            | st.binary(max_size=6)
        )
    demand_all(take_in(bytes(raw)))


@given(st.binary(max_size=60))
@repeatable(100)
def test_bytes_that_are_no_notebook(take_in, data):
    assert take_in(data) is None


@given(st.data())
@repeatable(200)
def test_any_json_near_a_notebook(take_in, solved, data):
    """Parts of a real notebook are replaced by anything that JSON can say."""
    made = deepcopy(solved)
    for _ in range(data.draw(st.integers(1, 4))):
        place = made
        for _ in range(data.draw(st.integers(0, 5))):
            keys = list(place) if isinstance(place, dict) else range(len(place))
            inner = [key for key in keys if isinstance(place[key], dict | list) and place[key]]
            if not inner:
                break
            place = place[data.draw(st.sampled_from(inner))]
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if keys:
            place[data.draw(st.sampled_from(keys))] = data.draw(JSON)
    demand_all(take_in(json.dumps(made).encode()))


# What people and editors do to cells: each takes the cells, the place of one, and another number.


def drop(cells, at, _):
    del cells[at]


def double(cells, at, to):
    cells.insert(to % (len(cells) + 1), deepcopy(cells[at]))


def move(cells, at, to):
    cell = cells.pop(at)
    cells.insert(to % (len(cells) + 1), cell)


def retype(cells, at, to):
    cells[at]["cell_type"] = ["code", "markdown", "raw", "sql"][to % 4]


def forget(cells, at, to):
    cells[at]["metadata"] = {}
    cells[at]["id"] = f"x{to}"


def forget_all(cells, at, to):
    for cell in cells:
        cell["metadata"] = {}
        cell.pop("id", None)


def rename(cells, at, to):
    cells[at]["metadata"] = deepcopy(cells[to % len(cells)]["metadata"])


def edit(cells, at, to):
    source = "".join(cells[at]["source"])
    cells[at]["source"] = [source + "\nmore = 1", "", "count = 4", "def double(x):\n    return x"][
        to % 4
    ]


def merge(cells, at, to):
    if at + 1 < len(cells):
        below = cells.pop(at + 1)
        cells[at]["source"] = "\n".join(["".join(cell["source"]) for cell in (cells[at], below)])


def split(cells, at, to):
    lines = "".join(cells[at]["source"]).split("\n")
    below = deepcopy(cells[at])
    cells[at]["source"] = "\n".join(lines[: to % (len(lines) + 1)])
    below["source"] = "\n".join(lines[to % (len(lines) + 1) :])
    cells.insert(at + 1, below)


EDITS = [drop, double, move, retype, forget, forget_all, rename, edit, merge, split]
NUMBER = st.integers(0, 99)
NAMES = {"count", "double", "twice"}


@given(st.lists(st.tuples(st.sampled_from(EDITS), NUMBER, NUMBER), max_size=8))
@repeatable(250)
def test_any_edit(take_in, solved, edits):
    """No text that the student wrote is lost, and all that is the release's is back."""
    cells = deepcopy(solved["cells"])
    for change, at, to in edits:
        if cells:
            change(cells, at % len(cells), to)
    cleaned = take_in(json.dumps({**solved, "cells": cells}).encode())
    if cleaned is None:
        assert not any(defined("".join(cell["source"])) & NAMES for cell in cells)
        return
    demand_all(cleaned)
    kept = {squeezed(cell.source) for cell in cleaned.cells}
    for cell in cells:
        source = "".join(cell["source"])
        tampered = "check" in source and not defined(source)
        assert tampered or not squeezed(source) or squeezed(source) in kept | texts(RELEASE)


def texts(notebook):
    return {squeezed(cell.source) for cell in notebook.cells}
