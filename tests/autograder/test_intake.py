"""Whatever is handed in becomes a clean notebook, or a reason that its author understands."""

import json
import os
import socket
import time
from contextlib import suppress

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import intake
from autograder.intake import Refusal, clean, read_notebook, read_submission, read_text, submissions

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
MINIMAL = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture
def released(tiny):
    return nbformat.read(tiny.release("tiny"), as_version=4)


@pytest.fixture
def file(tmp_path):
    """Give `file(content)`: a notebook file that holds bytes, text or JSON."""

    def file(content):
        path = tmp_path / "tiny.ipynb"
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(content)
        return path

    return file


def cell_of(notebook, name):
    (found,) = [cell for cell in notebook.cells if cell.id == name]
    return found


def structure(notebook):
    return [(cell.id, cell.cell_type, cell.metadata.get("nbgrader")) for cell in notebook.cells]


# Reading


def refused(path):
    with pytest.raises(Refusal) as caught:
        read_notebook(path)
    return str(caught.value)


def test_a_link_is_refused(tmp_path, file):
    other = file(MINIMAL).rename(tmp_path / "other.ipynb")
    (tmp_path / "tiny.ipynb").symlink_to(other)
    assert "is a link or cannot be read" in refused(tmp_path / "tiny.ipynb")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    assert "is a link" in refused(tmp_path / "loop.ipynb")


def test_what_is_no_plain_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "fifo.ipynb")  # to open it would wait for a writer
    (tmp_path / "folder.ipynb").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.ipynb"))
        assert "cannot be read" in refused(tmp_path / "s.ipynb")
    assert "is no plain file" in refused(tmp_path / "fifo.ipynb")
    assert "is no plain file" in refused(tmp_path / "folder.ipynb")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_is_refused(tmp_path):
    try:
        os.mknod(tmp_path / "zero.ipynb", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this root may not make a device")
    assert "zero.ipynb is" in refused(tmp_path / "zero.ipynb")


def test_nothing_is_there(tmp_path):
    assert (
        refused(tmp_path / "tiny.ipynb")
        == "there is no tiny.ipynb in the folder that was handed in"
    )


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "tiny.ipynb"
    with path.open("wb") as stream:
        stream.truncate(intake.MAX_BYTES + 1)
    assert refused(path) == "tiny.ipynb is no plain file of at most 20 MB"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{oops",
        "[]",
        "null",
        "3",
        "{}",
        b"\xff\xfe\x00",
        "\ufeff{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 10_000,
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}},
        {**MINIMAL, "cells": 5},
        {**MINIMAL, "cells": [5]},
        {**MINIMAL, "cells": [{"cell_type": "code"}]},
        {**MINIMAL, "cells": [{"cell_type": "code", "source": "x", "metadata": 5}]},
        {**MINIMAL, "cells": [{"cell_type": "code", "source": "", "metadata": {"nbgrader": 5}}]},
        {**MINIMAL, "nbformat": "four"},
        {**MINIMAL, "nbformat": 99},
        {"worksheets": 5, "nbformat": 3, "nbformat_minor": 0, "metadata": {}},
    ],
)
def test_what_is_no_notebook_is_refused(file, content, recwarn):
    assert "is not a notebook that Jupyter can open" in refused(file(content))


@pytest.mark.filterwarnings("ignore")
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["cell_type", "source", "metadata", "id"]), inner),
    max_leaves=12,
))  # fmt: skip
@repeatable
def test_any_cell_is_read_or_refused(tmp_path_factory, cell):
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_text(json.dumps({**MINIMAL, "cells": [cell]}))
    try:
        notebook = read_notebook(path)
    except Refusal:
        return
    assert all(isinstance(each.source, str) for each in notebook.cells)


def test_merge_conflicts_are_called_by_their_name(file, notebook):
    text = nbformat.writes(notebook())
    merged = text.replace(
        '"count = 3"', '\n<<<<<<< HEAD\n"count = 3"\n=======\n"count = 4"\n>>>>>>> b\n'
    )
    assert merged != text
    assert "merge conflict markers (<<<<<<<)" in refused(file(merged))
    assert read_notebook(file(nbformat.writes(notebook(count="count = '<<<<<<< >>>>>>> '"))))


@pytest.mark.parametrize("cells", [501, 1])
def test_too_many_or_too_long_cells(file, cells):
    source = "x" * (intake.MAX_SOURCE + 1) if cells == 1 else "x"
    many = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)] * 1)
    many.cells = [nbformat.v4.new_code_cell(source) for _ in range(cells)]
    assert "has over 500 cells, or a cell over 200000 characters" in refused(
        file(nbformat.writes(many))
    )


@pytest.mark.parametrize(
    "slow",
    [
        [{"cell_type": "code", "source": "", "metadata": {}, "outputs": [{"x": "x"}] * 200_000}],
        [{"cell_type": "code", "source": ["x"] * 1_000_000, "metadata": {}, "outputs": []}],
        [{}] * 200_000,
    ],
)
def test_no_notebook_is_slow_to_take_in(file, slow):
    """Jupyter's own validation takes minutes over each of these."""
    path = file({**MINIMAL, "cells": slow})
    began = time.process_time()
    with suppress(Refusal):
        read_notebook(path)
    assert time.process_time() - began < 10


def test_older_formats_are_read(file, released):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python",
                     "metadata": {}, "collapsed": False},
                ],
            }
        ],
    }  # fmt: skip
    assert read_notebook(file(old)).cells[0].source == "x = 1"


def test_nothing_but_type_source_and_name_is_kept_of_a_cell(file, notebook):
    made = notebook(extra=["print(1)"])
    made.cells[1].metadata = {
        "tags": ["skip-execution"],
        "nbgrader": {"grade_id": "mine", "points": 9},
    }
    made.cells[1].outputs = [nbformat.v4.new_output("stream", text="forged")]
    made.cells.append(nbformat.v4.new_markdown_cell("![x](attachment:x.png)"))
    made.cells[-1].attachments = {"x.png": {"image/png": "aGVsbG8="}}
    made.cells.append(nbformat.v4.new_raw_cell("raw"))
    read = read_notebook(file(nbformat.writes(made)))
    assert read.cells[1].metadata == {"nbgrader": {"grade_id": "mine"}}
    assert read.cells[1].outputs == []
    assert "attachments" not in read.cells[-2]
    assert {cell.cell_type for cell in read.cells} == {"code", "markdown"}


def test_small_texts(tmp_path):
    path = tmp_path / "timestamp.txt"
    path.write_bytes(b"2026-11-22 12:00")
    assert read_text(path) == "2026-11-22 12:00"
    path.write_bytes(b"\xff\xff")
    with pytest.raises(Refusal, match=r"timestamp\.txt is no text"):
        read_text(path)


# Folders


@pytest.fixture
def handed_in(tmp_path):
    def handed_in(student, assignment="tiny", content=MINIMAL):
        path = tmp_path / "in" / student / assignment / f"{assignment}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_text(json.dumps(content))
        return tmp_path / "in"

    return handed_in


def test_submissions_are_found_in_order(handed_in):
    for student in ("cy", "ada", "bo"):
        folder = handed_in(student)
    handed_in("bo", "other")
    handed_in("empty", content=None)
    handed_in(".hidden")
    handed_in("ada", ".ipynb_checkpoints")
    (folder / "notes.txt").write_text("no folder")
    (folder / "ada" / "notes.txt").write_text("no folder")
    found = [(s.student, s.assignment) for s in submissions(folder)]
    assert found == [
        ("ada", "tiny"),
        ("bo", "other"),
        ("bo", "tiny"),
        ("cy", "tiny"),
        ("empty", "tiny"),
    ]
    assert [s.student for s in submissions(folder, "other")] == ["bo"]
    assert list(submissions(folder, "*")) == []


@pytest.mark.parametrize(
    "student", ["a*", "?", "[x]", "a\nb", "a\x1b[2Jb", "J\udcfcrgen", "x" * 240, "\u202ebo"]
)
def test_a_name_that_is_none_for_a_student_is_refused(handed_in, student):
    (found,) = submissions(handed_in(student))
    assert found.student.isprintable()
    assert len(found.student) <= 200
    found.student.encode()
    with pytest.raises(Refusal, match="no student can be called"):
        read_submission(found)


@pytest.mark.parametrize(
    "student",
    ["ada", 'O\'Neil, "Jr"', "=cmd()", "a b", "ä", "a+b", "-x", "%s", "{x}", "$HOME", "~"],
)
def test_other_names_are_taken(handed_in, student):
    (found,) = submissions(handed_in(student))
    assert found.student == student
    assert read_submission(found).cells == []


def test_a_folder_that_links_to_work_of_others_is_refused(handed_in):
    folder = handed_in("ada")
    (folder / "bo").symlink_to(folder / "ada")
    (folder / "cy").mkdir()
    (folder / "cy" / "tiny").symlink_to(folder / "ada" / "tiny")
    _, bo, cy = submissions(folder)
    for found in (bo, cy):
        with pytest.raises(Refusal, match="is a link: hand in the folder itself"):
            read_submission(found)


# Cleaning


def test_an_honest_notebook_passes_unchanged(released, notebook):
    made = notebook(extra=["print('mine')"])
    cleaned, notes = clean(made, released)
    assert notes == []
    assert [cell.source for cell in cleaned.cells] == [cell.source for cell in made.cells]
    assert cleaned.metadata == released.metadata
    assert nbformat.validate(cleaned) is None


def drop(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id != "double"]


def reorder(notebook):
    notebook.cells.reverse()


def retype(notebook):
    for cell in list(notebook.cells):
        if cell.id in ("count", "double", "double-solution"):
            markdown = nbformat.v4.new_markdown_cell(
                cell.source, id=cell.id, metadata=cell.metadata
            )
            notebook.cells[notebook.cells.index(cell)] = markdown


def skip(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def repoint(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=100, locked=False, grade=False, solution=True)


def rewrite(notebook):
    for cell in notebook.cells:
        if cell.id in ("count", "double"):
            cell.source = "5.0"
            cell.outputs = [
                nbformat.v4.new_output("execute_result", {"text/plain": "5.0"}, execution_count=1)
            ]


def lose_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = nbformat.NotebookNode()
    notebook.metadata = nbformat.NotebookNode()


def lose_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.id = f"x{number}"


def add_graded(notebook):
    said = {"grade": True, "grade_id": "bonus", "points": 100, "locked": True, "solution": False}
    cell = nbformat.v4.new_code_cell("100.0", metadata={"nbgrader": {**said, "schema_version": 3}})
    notebook.cells.append(cell)


def change_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "evil", "display_name": "evil", "language": "bash"}
    notebook.metadata.widgets = {"x": {}}


@pytest.mark.parametrize(
    "damage",
    [
        drop,
        reorder,
        retype,
        skip,
        repoint,
        rewrite,
        lose_metadata,
        lose_ids,
        add_graded,
        change_kernel,
    ],
)
def test_every_damage_is_undone(released, notebook, file, damage):
    made = notebook()
    damage(made)
    cleaned, _ = clean(read_notebook(file(nbformat.writes(made))), released)
    known = [cell for cell in structure(cleaned) if cell[2]]
    assert known == [cell for cell in structure(released) if cell[2]]
    for name in ("count", "double"):
        assert cell_of(cleaned, name).source == cell_of(released, name).source
        assert cell_of(cleaned, name).outputs == []
    assert cell_of(cleaned, "double-solution").source.startswith("def double(x):\n    return 2 * x")
    assert not [cell for cell in cleaned.cells if "tags" in cell.metadata]
    assert cleaned.metadata == released.metadata
    nbformat.validate(cleaned)


def test_what_was_lost_is_said(released, notebook):
    made = notebook()
    made.cells = [cell for cell in made.cells if cell.id not in ("double", "count-solution")]
    _, notes = clean(made, released)
    assert notes == [
        "cell count-solution was missing and is back as it was released",
        "cell double was missing and is back as it was released",
    ]


def test_of_a_cell_that_is_there_twice_the_first_counts(released, notebook):
    made = notebook()
    again = nbformat.v4.new_code_cell("count = 99")
    again.metadata = cell_of(made, "count-solution").metadata
    made.cells.append(again)
    cleaned, notes = clean(made, released)
    assert cell_of(cleaned, "count-solution").source == "count = 3"
    assert notes == ["cell count-solution is there twice: the first one counts"]
    assert cleaned.cells[-1].source == "count = 99"
    assert cleaned.cells[-1].metadata == {}


def test_extra_cells_stay_where_they_were(released, notebook):
    made = notebook(extra=["first"])
    place = made.cells.index(cell_of(made, "double"))
    made.cells.insert(place, nbformat.v4.new_markdown_cell("why"))
    made.cells.insert(0, nbformat.v4.new_code_cell("very first"))
    cleaned, _ = clean(made, released)
    assert [cell.source for cell in cleaned.cells] == [cell.source for cell in made.cells]
    assert len({cell.id for cell in cleaned.cells}) == len(cleaned.cells)
    again, _ = clean(cleaned, released)
    assert again == cleaned


def test_a_students_id_cannot_clash_with_one_of_ours(released, notebook):
    made = notebook(extra=["a", "b"])
    made.cells[1].id = "extra-2"
    made.cells[2].id = "count"
    cleaned, _ = clean(made, released)
    ids = [cell.id for cell in cleaned.cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(cleaned)
