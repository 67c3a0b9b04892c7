"""Turn the bytes of a notebook into lists and objects, within limits of time and memory."""

from __future__ import annotations

import json
from collections import Counter

from .kinds import what_it_is
from .words import UnreadableError, listed, refuse

__all__ = ["decode"]

MAX_NODES = 1_000_000
CONFLICT = "holds merge conflict markers (<<<<<<<): resolve them and hand in again"


def decode(data: bytes) -> tuple[object, list[str]]:
    r"""Return what a file of JSON holds, and what had to be repaired.

    Raises
    ------
    UnreadableError
        If the file is something else, or made to be slow to read.

    Examples
    --------
    >>> decode(b'\xef\xbb\xbf{"nbformat": 4}')
    ({'nbformat': 4}, ['the notebook was saved as utf-8-sig, not utf-8: it is read all the same'])
    """
    said = what_it_is(data)
    if said:
        refuse(f"it is {said}")
    text, notes = _text(data)
    try:
        loaded, repeated = _load(text)
    except UnreadableError as error:
        if b"\n<<<<<<< " in data and b"\n>>>>>>> " in data:
            raise UnreadableError(CONFLICT) from error
        raise
    return loaded, [*notes, *repeated]


def _text(data: bytes) -> tuple[str, list[str]]:
    encoding: str = json.detect_encoding(data)  # of the five that JSON may be written in
    try:
        text = data.decode(encoding).rstrip("\0")  # what a full disk leaves at the end
    except UnicodeDecodeError:
        encoding, text = "cp1252", data.decode("cp1252", "replace")
    said = f"the notebook was saved as {encoding}, not utf-8: it is read all the same"
    return text, [] if encoding == "utf-8" else [said]


def _load(text: str) -> tuple[object, list[str]]:
    if text.count("{") + text.count("[") > MAX_NODES:
        refuse(f"it holds over {MAX_NODES:,} lists and objects")
    repeated: dict[str, None] = {}

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) < len(items):
            left = Counter(key for key, _ in items) - Counter(found.keys())
            repeated.update(dict.fromkeys(left))
        return found

    try:
        loaded = json.loads(text, object_pairs_hook=pairs, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        refuse(f"{_damage(text, error)}; open it where you wrote it, save it and hand it in again")
    except RecursionError:
        refuse("lists and objects are nested too deep in it")
    except ValueError:  # Python reads no whole number of over 4,300 digits
        refuse("it holds a number of thousands of digits")
    said = f"said twice in one place of the notebook: {listed(repeated)}" if repeated else ""
    return loaded, [f"{said}; the last one counts, as in Jupyter"] if said else []


def _damage(text: str, error: json.JSONDecodeError) -> str:
    """Say what is wrong with a file that should be JSON."""
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return f"it breaks off in line {text.count(chr(10)) + 1}, before its end"
    if error.msg == "Extra data":
        return f"in line {error.lineno} something follows behind its end"
    return f"line {error.lineno} is no JSON: {error.msg}"
