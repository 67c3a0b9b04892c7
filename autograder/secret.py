"""The key that hidden cases are drawn with: drawn once, kept, and missed when it is another."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .store import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["remembered", "secret"]

PRIVATE = 0o600
OTHER = (
    "The secret is another than the one that this course was graded with: hidden cases are drawn "
    "anew, every notebook is run again, and the same work may get other marks. To keep the marks, "
    "stop, and bring the old one back, in grading/secret or COURSE_SECRET."
)


def secret(grading: Path) -> bytes:
    """Return ``COURSE_SECRET``, or what is kept in a course's folder for grading.

    Raises
    ------
    ValueError
        If the file is empty: hidden cases could be foretold.
    """
    given = os.environ.get("COURSE_SECRET")
    if given:
        return given.encode()
    path = grading / "secret"
    if not path.exists():
        write(path, secrets.token_hex(32), mode=PRIVATE)
    kept = path.read_bytes()
    if not kept.strip():
        msg = f"{path} is empty: bring back your copy of it, or remove it to have another drawn"
        raise ValueError(msg)
    return kept


@contextmanager
def remembered(grading: Path) -> Iterator[None]:
    """Warn if a class was graded with another secret before, and remember this one for the next.

    While a run with another one is not at its end, the old one is remembered.
    """
    path = grading / "secret-mark"
    mark = hmac.new(secret(grading), b"which secret it is", hashlib.sha256).hexdigest()
    if not path.exists():
        write(path, mark, mode=PRIVATE)
    if path.read_text(encoding="utf-8") != mark:
        logging.getLogger(__name__).warning(OTHER)
    yield
    write(path, mark, mode=PRIVATE)
