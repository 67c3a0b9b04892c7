"""Whose a folder of a Gradescope export is: the export says so in a file beside the folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from .files import read_text
from .words import Refusal

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["submitters"]

FOLDER = re.compile(r"submission_\d+")
LIST = "submission_metadata.yml"
NAMES = (":sid", ":email")  # what tells one student from all others, best first


def submitters(folder: Path) -> dict[str, list[str]]:
    """Return for each listed folder the students whose it is: one, or all of a group.

    A student is called by the student number, or by the mail address where there is no number.
    Who is in two folders counts in the first; a folder that is nobody else's keeps its own name.

    Raises
    ------
    ValueError
        If the list is there and cannot be read: without it nobody's marks would reach them.
    """
    if not (folder / LIST).exists():
        return {}
    try:
        listed = yaml.safe_load(read_text(folder / LIST))
    except (Refusal, yaml.YAMLError) as error:
        raise ValueError(_unread(folder, error)) from error
    if not isinstance(listed, dict):
        raise ValueError(_unread(folder, "it is no list of folders"))
    found: dict[str, list[str]] = {}
    for name in sorted(filter(FOLDER.fullmatch, map(str, listed))):
        seen = {student for students in found.values() for student in students}
        found[name] = [one for one in _students(listed[name]) if one not in seen] or [name]
    return found


def _students(said: Any) -> list[str]:
    people = said.get(":submitters") if isinstance(said, dict) else None
    found = [_name(one) for one in people or [] if isinstance(one, dict)]
    return [name for name in found if name]


def _name(person: dict[str, Any]) -> str:
    """Return a name that is fit for a folder."""
    said = next((str(person[key]) for key in NAMES if person.get(key)), "")
    return said.replace("/", "_").strip(". ")


def _unread(folder: Path, why: object) -> str:
    said = " ".join(str(why).split())
    return (
        f"{folder / LIST} does not say whose the folders are ({said}): export again, or remove it "
        "to call the students after their folders"
    )
