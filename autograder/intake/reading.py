"""Read a notebook that somebody else wrote: what its cells say, and nothing else of it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .decoding import decode
from .files import read_bytes
from .words import Refusal, UnreadableError, listed, printable, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Given", "GivenCell", "given", "parses", "read_notebook"]

MAX_CELLS = 500
MAX_SOURCE = 200_000
MAX_TEXT = 1_000_000
FORMATS = ("4", "3", "2")
KINDS = ("code", "markdown", "raw", "heading", "html")


@dataclass(frozen=True)
class GivenCell:
    """What is kept of a cell: code or words, and by which names it was known.

    Everything that is not code is Markdown from here on: a raw cell would be put into a page as
    it is.
    """

    kind: str
    source: str
    name: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Given:
    """The cells of a notebook as they were handed in, and what reading it had to repair."""

    cells: tuple[GivenCell, ...]
    notes: tuple[str, ...] = ()


def read_notebook(path: Path) -> Given:
    """Read a notebook that somebody else wrote.

    Raises
    ------
    Refusal
        If it is no regular file, too large, not a notebook, or not one for Python.
    """
    data = read_bytes(path)
    try:
        notebook, notes = decode(data)
        found = _given(notebook)
    except UnreadableError as problem:
        msg = f"{printable(path.name)} {problem}"
        raise Refusal(msg) from problem
    return replace(found, notes=(*notes, *found.notes))


def given(notebook: object) -> Given:
    """Return the cells of a notebook that was read already.

    Raises
    ------
    Refusal
        If it is too large, or not a notebook for Python.
    """
    try:
        return _given(notebook)
    except UnreadableError as problem:
        msg = f"the notebook {problem}"
        raise Refusal(msg) from problem


def parses(source: str) -> bool:
    """Whether Python can read `source`."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _given(notebook: object) -> Given:
    if not isinstance(notebook, Mapping):
        refuse("it holds no object of JSON")
    raw = _raw_cells(notebook)
    cells = tuple(map(_cell, range(1, len(raw) + 1), raw[: MAX_CELLS + 1]))
    sizes = [len(cell.source) for cell in cells]
    if len(cells) > MAX_CELLS or max(sizes, default=0) > MAX_SOURCE or sum(sizes) > MAX_TEXT:
        msg = (
            f"has over {MAX_CELLS} cells, a cell over {MAX_SOURCE} characters, or over {MAX_TEXT} "
            "characters in all: keep data out of it"
        )
        raise UnreadableError(msg)
    whole = tuple(map(_mended, cells))
    notes = [*_odd_format(notebook), *_odd_kinds(raw), *_odd_text(cells, whole), *_pictures(raw)]
    return Given(whole, (*notes, *_language(_object(notebook, "metadata"), whole)))


def _raw_cells(notebook: Mapping[str, Any]) -> list[Any]:
    """Return the cells of a notebook of format 4, 3 or 2, as they are.

    Jupyter's own validation takes minutes over what was made to be slow to validate.
    """
    if "cells" not in notebook and _format(notebook) not in FORMATS:
        refuse(
            f"its format is {_format(notebook)}, not 4 or 3; open it in Jupyter, save it and hand "
            "it in again"
        )
    sheets = notebook.get("worksheets") if "worksheets" in notebook else [notebook]
    if not isinstance(sheets, list) or not all(isinstance(sheet, Mapping) for sheet in sheets):
        refuse("its worksheets are no list of worksheets")
    found = [sheet.get("cells") for sheet in sheets]
    if not all(isinstance(cells, list) for cells in found):
        refuse("it has no list of cells")
    return [cell for cells in found for cell in cells]


def _format(notebook: Mapping[str, Any]) -> str:
    version = notebook.get("nbformat")
    return "missing" if version is None else printable(str(version))[:20].removesuffix(".0")


def _odd_format(notebook: Mapping[str, Any]) -> list[str]:
    said = _format(notebook)
    return [] if said in FORMATS else [f"its format is {said}, not 4: it is read as 4 all the same"]


def _cell(number: int, raw: object) -> GivenCell:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("cell_type"), str):
        refuse(f"its cell {number} is no cell")
    source = raw["source"] if "source" in raw else raw.get("input")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        refuse(f"the text of its cell {number} is no text")
    if raw["cell_type"] == "heading":  # of format 3
        source = f"# {source}"
    metadata = _object(raw, "metadata")
    name = _object(metadata, "nbgrader").get("grade_id")
    marks = [raw.get("id"), metadata.get("id")]  # where Jupyter and where Colab keeps it
    return GivenCell(
        "code" if raw["cell_type"] == "code" else "markdown",
        source,
        name if isinstance(name, str) else None,
        next((mark for mark in marks if isinstance(mark, str)), None),
    )


def _object(raw: object, key: str) -> Mapping[str, Any]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _mended(cell: GivenCell) -> GivenCell:
    """Replace halves of characters, which no file can hold, and drop what only files begin with."""
    whole = cell.source.encode("utf-8", "replace").decode()
    return replace(cell, source=whole.replace("\0", "").removeprefix("\ufeff"))


def _odd_text(cells: Sequence[GivenCell], mended: Sequence[GivenCell]) -> list[str]:
    pairs = enumerate(zip(cells, mended, strict=True), 1)
    odd = [str(number) for number, (before, after) in pairs if before != after]
    return [f"broken characters were replaced or left out in cell {listed(odd)}"] if odd else []


def _odd_kinds(raw: Sequence[Mapping[str, Any]]) -> list[str]:
    odd = dict.fromkeys(cell["cell_type"] for cell in raw if cell["cell_type"] not in KINDS)
    said = "cells of a kind that Jupyter does not know are kept as text and not run"
    return [f"{said}: {listed(odd)}"] if odd else []


def _pictures(raw: Sequence[Mapping[str, Any]]) -> list[str]:
    if not any(cell.get("attachments") for cell in raw):
        return []
    return ["pictures that were pasted into cells are not kept, only the text around them"]


def _language(metadata: Mapping[str, Any], cells: Sequence[GivenCell]) -> list[str]:
    """Refuse another language; a kernel of another name that runs Python does no harm."""
    said = _object(metadata, "language_info").get("name")
    language = said or _object(metadata, "kernelspec").get("language")
    if not language or not isinstance(language, str) or "python" in language.lower():
        return []
    language = printable(language)[:20]
    sample = [cell.source for cell in cells if cell.kind == "code" and len(cell.source) < 10_000]
    if not all(parses(_without_magics(source)) for source in sample[:20]):
        msg = f"is a notebook for {language}: write it in Python"
        raise UnreadableError(msg)
    return [f"the notebook was saved for {language} and is run by Python"]


def _without_magics(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if not line.startswith(("%", "!")))
