"""Read the bytes of one file that somebody else wrote, and nothing but that file's."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from .words import Refusal, printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_BYTES", "read_bytes", "read_text"]

MAX_BYTES = 64 << 20  # figures in outputs are large
# Not to follow a link, and not to wait for somebody who writes into a pipe.
HOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def read_bytes(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    Refusal
        If it is not there, a link, a device or anything else that is no plain file, a second
        name of somebody else's file, or too large.
    """
    name = printable(path.name)
    try:
        with open(path, "rb", opener=lambda at, _: os.open(at, HOW)) as file:
            _demand_plain(os.fstat(file.fileno()), path.parent.stat(), name)
            return file.read(MAX_BYTES)
    except FileNotFoundError as error:
        msg = f"there is no {name} in the folder that was handed in"
        raise Refusal(msg) from error
    except IsADirectoryError as error:
        raise Refusal(_no_plain_file(name)) from error
    except OSError as error:
        msg = f"{name} is a link or cannot be read: hand in the notebook itself"
        raise Refusal(msg) from error


def read_text(path: Path) -> str:
    """Read a small text file that somebody else wrote.

    Raises
    ------
    Refusal
        If it is no regular file, too large, or not text.
    """
    data = read_bytes(path)
    # With or without the mark of Windows, whose shell writes what it redirects in UTF-16.
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        msg = f"{printable(path.name)} is no text"
        raise Refusal(msg) from error


def _demand_plain(found: os.stat_result, folder: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Refusal(_no_plain_file(name))
    if found.st_size > MAX_BYTES:
        size = f"{name} is larger than {MAX_BYTES >> 20} MB"
        msg = f"{size}: clear all outputs in it, save it and hand it in again"
        raise Refusal(msg)
    # Copies by hard link are fine where all is one owner's, as in a backup.
    if found.st_nlink > 1 and found.st_uid != folder.st_uid:
        msg = f"{name} is a second name (hard link) of somebody else's file: hand in a copy"
        raise Refusal(msg)


def _no_plain_file(name: str) -> str:
    return f"{name} is no plain file"
