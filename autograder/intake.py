"""Take in what a student handed in: read it without trust, and restore the release's cells."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Refusal",
    "Submission",
    "clean",
    "read_notebook",
    "read_submission",
    "read_text",
    "submissions",
]

MAX_BYTES = 20 << 20
MAX_CELLS = 500
MAX_SOURCE = 200_000
MAX_NAME = 200
PATTERN = set("*?[")  # nbgrader takes a student's name for a pattern of file names


class Refusal(ValueError):
    """A submission that cannot be graded, with the reason as its author should read it."""


@dataclass(frozen=True)
class Submission:
    """Where one student's work lies.

    Parameters
    ----------
    student, assignment : str
        Names of the two folders, as ``nbgrader collect`` lays them out, fit to be printed.
    path : Path
        The notebook in them, there or not.
    """

    student: str
    assignment: str
    path: Path

    @property
    def timestamp(self) -> Path:
        """The file in which nbgrader says when it was handed in."""
        return self.path.with_name("timestamp.txt")


def submissions(folder: Path, assignment: str | None = None) -> Iterator[Submission]:
    """Yield the submissions in ``folder/<student>/<assignment>/<assignment>.ipynb``.

    A folder without a notebook is yielded too: it is somebody's, and deserves a word.
    """
    for path in sorted(folder.glob("*/*")):
        student, name = path.parent.name, path.name
        if path.is_dir() and name == (assignment or name) and not {student[0], name[0]} & {"."}:
            yield Submission(_printable(student), _printable(name), path / f"{name}.ipynb")


def read_submission(submission: Submission) -> NotebookNode:
    """Read the notebook that was handed in.

    Raises
    ------
    Refusal
        If a folder is a link (to another's work, perhaps), if its name is no name for a student,
        or for the reasons of `read_notebook`.
    """
    folder = submission.path.parent
    if folder.is_symlink() or folder.parent.is_symlink():
        msg = f"the folder of {submission.student} is a link: hand in the folder itself"
        raise Refusal(msg)
    if submission.student != folder.parent.name or PATTERN & set(submission.student):
        msg = f"no student can be called {submission.student!r}: rename the folder, without * ? ["
        raise Refusal(msg)
    return read_notebook(submission.path)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that somebody else wrote.

    Raises
    ------
    Refusal
        If it is no regular file, too large, or not a notebook.
    """
    data = _read_bytes(path)
    if b"\n<<<<<<< " in data and b"\n>>>>>>> " in data:
        msg = f"{path.name} holds merge conflict markers (<<<<<<<): resolve them and hand in again"
        raise Refusal(msg)
    try:
        cells = _cells(json.loads(data.decode()))
        small = (
            len(cells) <= MAX_CELLS and max(map(len, map(_source, cells)), default=0) <= MAX_SOURCE
        )
        plain = [_plain(cell) for cell in cells] if small else []
    except Exception as error:  # whatever is wrong with it, it is no notebook
        msg = f"{path.name} is not a notebook that Jupyter can open ({type(error).__name__})"
        raise Refusal(msg) from error
    if not small:
        msg = f"{path.name} has over {MAX_CELLS} cells, or a cell over {MAX_SOURCE} characters"
        raise Refusal(msg)
    return nbformat.v4.new_notebook(cells=plain)


def clean(notebook: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Return the release with the student's answers and extra cells in it, and what was repaired.

    Locked cells are the release's own again; lost ones are back; the student's extra cells stay
    behind the cell they followed.  No metadata of the student's survives.
    """
    given_cells = [_plain(cell) for cell in notebook.cells]
    names = {_grade_id(cell) for cell in release.cells} - {None}
    answers, extras, notes = _sorted_cells(given_cells, names)
    cells = list(extras.get(None, ()))
    for given in release.cells:
        name = _grade_id(given)
        if name is None:  # a scratch cell: the student's own is among the extras
            continue
        cell = NotebookNode(given)
        if name not in answers:
            notes.append(f"cell {name} was missing and is back as it was released")
        elif not given.metadata.nbgrader.locked:
            cell.source = answers[name].source
        cells += [cell, *extras.get(name, ())]
    for index, cell in enumerate(cells):  # an id that depends on nothing but the cell's place
        cell.id = _grade_id(cell) or f"extra-{index}"
    blank = nbformat.v4.new_notebook(cells=cells, metadata=release.metadata)
    blank.nbformat_minor = release.nbformat_minor
    return blank, notes


def read_text(path: Path) -> str:
    """Read a small text file that somebody else wrote.

    Raises
    ------
    Refusal
        If it is no regular file, too large, or not text.
    """
    try:
        return _read_bytes(path).decode()
    except UnicodeDecodeError as error:
        msg = f"{path.name} is no text"
        raise Refusal(msg) from error


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:MAX_NAME])


def _read_bytes(path: Path) -> bytes:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        msg = f"there is no {path.name} in the folder that was handed in"
        raise Refusal(msg) from error
    except OSError as error:
        msg = f"{path.name} is a link or cannot be read: hand in the notebook itself"
        raise Refusal(msg) from error
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
        os.close(fd)
        msg = f"{path.name} is no plain file of at most {MAX_BYTES >> 20} MB"
        raise Refusal(msg)
    with os.fdopen(fd, "rb") as file:
        return file.read(MAX_BYTES)


def _cells(notebook: Any) -> list[Any]:
    """Return the cells of a notebook of format 4 or 3, as they are.

    Jupyter's own validation takes minutes over what was made to be slow to validate.
    """
    if notebook["nbformat"] == 3:
        return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
    if notebook["nbformat"] != 4:
        msg = f"the format is {notebook['nbformat']}"
        raise ValueError(msg)
    return list(notebook["cells"])


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"] if "source" in cell else cell["input"]
    return "".join(source) if isinstance(source, list) else str(source)


def _plain(cell: Mapping[str, Any]) -> NotebookNode:
    """Keep of a cell its type, its source and the id that nbgrader gave it."""
    code = cell["cell_type"] == "code"
    plain = (nbformat.v4.new_code_cell if code else nbformat.v4.new_markdown_cell)(_source(cell))
    said = cell["metadata"].get("nbgrader", {}).get("grade_id") or cell.get("id")
    plain.metadata.nbgrader = NotebookNode(grade_id=str(said))
    return plain


def _sorted_cells(
    cells: Sequence[NotebookNode], names: set[str | None]
) -> tuple[dict[str, NotebookNode], dict[str | None, list[NotebookNode]], list[str]]:
    answers: dict[str, NotebookNode] = {}
    extras: dict[str | None, list[NotebookNode]] = {}
    notes: list[str] = []
    last: str | None = None
    for cell in cells:
        name = _grade_id(cell)
        if name in names and name is not None and name not in answers:
            answers[name] = cell
            last = name
            continue
        if name in names:
            notes.append(f"cell {name} is there twice: the first one counts")
        cell.metadata = NotebookNode()
        extras.setdefault(last, []).append(cell)
    return answers, extras, notes


def _grade_id(cell: NotebookNode) -> str | None:
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name if isinstance(name, str) else None
