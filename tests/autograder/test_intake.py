"""The bytes of a file become the text of a notebook's cells, or a reason that its author reads."""

import json
import os
import socket
import time
import zipfile
from contextlib import suppress
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.intake import Refusal, clean, read_notebook, read_text
from autograder.intake.files import MAX_BYTES
from autograder.intake.reading import MAX_SOURCE

CELL = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
MINIMAL = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}
OPENS = "is not a notebook that Jupyter can open"


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


def refused(path):
    with pytest.raises(Refusal) as caught:
        read_notebook(path)
    return str(caught.value)


def sources(given):
    return [cell.source for cell in given.cells]


# Files


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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_second_name_of_somebody_elses_file_is_refused(tmp_path, file):
    path = file(MINIMAL)
    (tmp_path / "backup.ipynb").hardlink_to(path)
    assert sources(read_notebook(path)) == ["x = 1"]  # all is one owner's
    os.chown(path, 12345, 12345)
    assert "is a second name (hard link) of somebody else's file" in refused(path)


def test_nothing_is_there(tmp_path):
    said = "there is no tiny.ipynb in the folder that was handed in"
    assert refused(tmp_path / "tiny.ipynb") == said


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "tiny.ipynb"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert refused(path) == (
        "tiny.ipynb is larger than 64 MB: clear all outputs in it, save it and hand it in again"
    )


def test_small_texts(tmp_path):
    path = tmp_path / "timestamp.txt"
    path.write_bytes(b"2026-11-22 12:00")
    assert read_text(path) == "2026-11-22 12:00"
    path.write_text("2026-11-22 12:00", encoding="utf-16")  # by the shell of Windows
    assert read_text(path) == "2026-11-22 12:00"
    path.write_bytes(b"\xff\xff")
    with pytest.raises(Refusal, match=r"timestamp\.txt is no text"):
        read_text(path)


# What is no notebook


def archive():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("tiny.ipynb", json.dumps(MINIMAL))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (archive(), "it is a ZIP archive or an office document; unpack it"),
        (b"\x1f\x8b\x08\0\0", "it is a gzip archive; unpack it"),
        (b"tiny.ipynb".ljust(257, b"\0") + b"ustar\0", "it is a tar archive; unpack it"),
        (b"%PDF-1.7\n", "it is a PDF document; hand in the .ipynb file itself"),
        (b"\n<!DOCTYPE html><html>", "it is a web page; hand in the .ipynb file itself"),
        (b"---\ntitle: x\n---\n", "it is a program text; hand in the .ipynb file itself"),
        (b"import numpy as np\n", "it is a program text; hand in the .ipynb file itself"),
        (b"\x89PNG\r\n\x1a\n", "it is a picture"),
        ("\ufeff <html>", "it is a web page"),
        ("<html>".encode("utf-16"), "it is a web page"),
        (
            "https://colab.research.google.com/drive/1a\n",
            "it is a link, which others cannot follow",
        ),
        ("[InternetShortcut]\nURL=https://x.org", "it is a link, which others cannot follow"),
        (b"{\\rtf1\\ansi", "it is a document of a word processor"),
        ("Dear teacher, my notebook", "it is a text; hand in the .ipynb file itself"),
        (b" \n", "it is empty"),
        (b"\0" * 5000, "it is empty"),
        ("{oops", "line 1 is no JSON: Expecting property name enclosed in double quotes"),
        (json.dumps(MINIMAL, indent=1)[:-20], "it breaks off in line 10, before its end"),
        (json.dumps(MINIMAL)[:-45], "it breaks off in line 1, before its end; open it"),
        (json.dumps(MINIMAL) + "\n{}", "in line 2 something follows behind its end; open it"),
        ("[]", "it holds no object of JSON"),
        ("null", "it holds no object of JSON"),
        ("{}", "its format is missing, not 4 or 3"),
        (b"\xff\xfe\x00", "it is empty"),
        ("\ufeff{}", "its format is missing"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("9" * 10_000, "a number of thousands of digits"),
        ("[" + "[]," * 1_100_000 + "0]", "over 1,000,000 lists and objects"),
        ({"nbformat": 4, "nbformat_minor": 5, "metadata": {}}, "it has no list of cells"),
        ({**MINIMAL, "cells": 5}, "it has no list of cells"),
        ({**MINIMAL, "cells": [CELL, 5]}, "its cell 2 is no cell"),
        ({**MINIMAL, "cells": [{**CELL, "cell_type": 5}]}, "its cell 1 is no cell"),
        ({**MINIMAL, "cells": [{"cell_type": "code"}]}, "the text of its cell 1 is no text"),
        ({**MINIMAL, "cells": [{**CELL, "source": ["x", 5]}]}, "the text of its cell 1 is no text"),
        (
            {"nbformat": 99, "pages": []},
            "its format is 99, not 4 or 3; open it in Jupyter, save it",
        ),
        ({"worksheets": 5, "nbformat": 3}, "its worksheets are no list of worksheets"),
        ({"worksheets": [5], "nbformat": 3}, "its worksheets are no list of worksheets"),
    ],
)
def test_what_is_no_notebook_is_called_what_it_is(file, content, said):
    message = refused(file(content))
    assert message.startswith(f"tiny.ipynb {OPENS}: ")
    assert said in message


def test_git_left_a_merge_unfinished_in_the_file(file):
    text = json.dumps(MINIMAL, indent=1)
    merged = text.replace('"x = 1"', '\n<<<<<<< HEAD\n"x = 1"\n=======\n"x = 2"\n>>>>>>> b\n')
    assert "merge conflict markers (<<<<<<<): resolve them" in refused(file(merged))
    quoted = json.dumps({**MINIMAL, "cells": [{**CELL, "source": "\n<<<<<<< \n>>>>>>> \n"}]})
    assert read_notebook(file(quoted)).notes == ()


def test_another_language(file):
    code = {**CELL, "source": "f <- function(x) { 2 * x }"}
    kernel = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    made = {**MINIMAL, "metadata": kernel, "cells": [code]}
    assert refused(file(made)) == "tiny.ipynb is a notebook for R: write it in Python"
    named = {"kernelspec": {"language": "R"}, "language_info": {"name": "python"}}
    assert read_notebook(file({**made, "metadata": named})).notes == ()


def test_python_under_the_name_of_another_language_is_python(file):
    code = {**CELL, "source": "%matplotlib inline\nx = 1"}
    made = {**MINIMAL, "metadata": {"language_info": {"name": "julia"}}, "cells": [code]}
    given = read_notebook(file(made))
    assert sources(given) == ["%matplotlib inline\nx = 1"]
    assert given.notes == ("the notebook was saved for julia and is run by Python",)


# What is read all the same


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_of_json(file, encoding):
    text = json.dumps({**MINIMAL, "cells": [{**CELL, "source": "π = 3"}]}, ensure_ascii=False)
    given = read_notebook(file(text.encode(encoding)))
    assert sources(given) == ["π = 3"]
    assert given.notes == (
        f"the notebook was saved as {encoding}, not utf-8: it is read all the same",
    )


def test_an_encoding_that_json_has_not(file):
    text = json.dumps({**MINIMAL, "cells": [{**CELL, "source": "# für"}]}, ensure_ascii=False)
    given = read_notebook(file(text.encode("latin-1")))
    assert sources(given) == ["# für"]
    assert "saved as cp1252" in given.notes[0]


def test_what_is_said_twice(file):
    text = json.dumps(MINIMAL).replace('"source": "x = 1"', '"source": "x = 0", "source": "x = 1"')
    given = read_notebook(file(text))
    assert sources(given) == ["x = 1"]
    said = "said twice in one place of the notebook: source; the last one counts, as in Jupyter"
    assert given.notes == (said,)


def test_half_a_character_is_replaced_and_what_belongs_to_files_left_out(file):
    texts = ("x = 1", "x = '\ud800 \U0001f600'", "\ufeffx = 1\0")
    given = read_notebook(file({**MINIMAL, "cells": [{**CELL, "source": one} for one in texts]}))
    assert sources(given) == ["x = 1", "x = '? \U0001f600'", "x = 1"]
    assert given.notes == ("broken characters were replaced or left out in cell 2 and 3",)


@pytest.mark.parametrize(
    "harmless",
    [
        {"metadata": 5},
        {"metadata": {"nbgrader": 5}},
        {"metadata": {"nbgrader": {"grade_id": ["count"]}}},
        {"id": 5},
        {"outputs": float("nan")},
        {"outputs": {"a": 10**4000}},
        {"execution_count": "one"},
        {"source": ["x ", "= 1"]},
    ],
)
def test_what_nobody_reads_may_be_anything(file, harmless):
    given = read_notebook(file({**MINIMAL, "cells": [{**CELL, **harmless}]}))
    assert (sources(given), given.notes) == (["x = 1"], ())


@pytest.mark.parametrize("version", [5, 99, "four", True, None, 4.5])
def test_a_strange_format_with_cells_like_those_of_format_4(file, version):
    given = read_notebook(file({**MINIMAL, "nbformat": version}))
    said = "missing" if version is None else version
    assert sources(given) == ["x = 1"]
    assert given.notes == (f"its format is {said}, not 4: it is read as 4 all the same",)


def test_formats_that_are_written_otherwise(file):
    old = {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}
    for made in ({**MINIMAL, "nbformat": 4.0}, {"nbformat": 2, "worksheets": [{"cells": [old]}]}):
        given = read_notebook(file(made))
        assert (sources(given), given.notes) == (["x = 1"], ())


def test_what_a_full_disk_leaves_behind_the_end(file):
    given = read_notebook(file(json.dumps(MINIMAL) + "\0" * 5000))
    assert (sources(given), given.notes) == (["x = 1"], ())


def test_format_3(file):
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title", "metadata": {}},
        {"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python"},
    ]
    given = read_notebook(file({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert [(cell.kind, cell.source) for cell in given.cells] == [
        ("markdown", "# Title"),
        ("code", "x = 1"),
    ]


def test_nothing_but_type_source_and_names_is_kept_of_a_cell(file):
    tagged = new_code_cell("x = 1", id="a")
    tagged.metadata = {"tags": ["skip-execution"], "nbgrader": {"grade_id": "mine", "points": 9}}
    tagged.outputs = [nbformat.v4.new_output("stream", text="forged")]
    picture = new_markdown_cell("![x](attachment:x.png)", id="b")
    picture.attachments = {"x.png": {"image/png": "aGVsbG8="}}
    made = new_notebook(cells=[tagged, picture, new_raw_cell("<script>", id="c")])
    given = read_notebook(file(nbformat.writes(made)))
    assert [(cell.kind, cell.source, cell.name, cell.id) for cell in given.cells] == [
        ("code", "x = 1", "mine", "a"),
        ("markdown", "![x](attachment:x.png)", None, "b"),
        ("markdown", "<script>", None, "c"),
    ]
    assert given.notes == (
        "pictures that were pasted into cells are not kept, only the text around them",
    )


def test_a_cell_of_a_kind_that_does_not_exist_is_text(file):
    given = read_notebook(file({**MINIMAL, "cells": [{**CELL, "cell_type": "sql"}]}))
    assert given.cells[0].kind == "markdown"
    assert given.notes == (
        "cells of a kind that Jupyter does not know are kept as text and not run: sql",
    )


# Limits


@pytest.mark.parametrize(("cells", "length"), [(501, 1), (1, MAX_SOURCE + 1), (6, MAX_SOURCE - 1)])
def test_too_many_or_too_long_cells(file, cells, length):
    many = {**MINIMAL, "cells": [{**CELL, "source": "x" * length}] * cells}
    assert "has over 500 cells, a cell over 200000 characters, or over 1000000" in refused(
        file(many)
    )


def trap(cells):
    return {**MINIMAL, "cells": cells}


@pytest.mark.parametrize(
    "content",
    [
        trap([{**CELL, "outputs": [{"x": "x"}] * 200_000}]),
        trap([{**CELL, "source": ["x"] * 150_000}]),
        trap([{**CELL, "source": "\n<<<<<<< x" * 20_000}] * 5),
        trap([{**CELL, "source": "\ncount = " * 20_000}] * 5),
        trap([{**CELL, "source": "(" * 190_000}] * 5),
        trap([{**CELL, "source": "", "metadata": {"nbgrader": {"grade_id": "count"}}}] * 500),
        trap([{**CELL, "source": "count = 1", "id": f"{n}"} for n in range(500)]),
        trap([{}] * 200_000),
        '{"x": {' + ",".join(f'"{n}":0,"{n}":0' for n in range(300_000)) + '}, "nbformat": 4}',
        "\n<<<<<<< " * 1_000_000,
        " " * 10_000_000 + "<",
    ],
)
def test_no_notebook_is_slow_to_take_in(file, content, tiny):
    """What takes a second, and hours where work grows with the square of the length."""
    released = nbformat.read(tiny.release("tiny"), as_version=4)
    path = file(content)
    began = time.process_time()
    with suppress(Refusal):
        clean(read_notebook(path), released)
    assert time.process_time() - began < 30
