"""Why nbgrader failed, or a file of the course's own, in one line."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["cause", "does_not_run"]

RAISED = re.compile(r"[\w.]*\w(Error|Exception|Exit|Interrupt)\b")
PREFIX = re.compile(r"^(autograder\.|\[ERROR\] )")


def cause(done: Mapping[str, str]) -> str:
    r"""Return the exception that began it, not nbgrader's advice to look for it above.

    Parameters
    ----------
    done : mapping
        What a method of nbgrader's API returns: ``error`` and ``log`` are texts, either may lack.

    Examples
    --------
    >>> log = "[ERROR] Traceback\n  File ...\nValueError: no such cell\n[ERROR] See above"
    >>> cause({"error": "NbGraderException: See above", "log": log})
    'ValueError: no such cell'
    """
    lines = [done.get(part, "") for part in ("log", "error")]
    said = [line.strip() for line in "\n".join(lines).splitlines() if line.strip()]
    raised = [line for line in said if RAISED.match(line)]
    return PREFIX.sub("", (raised or said[-1:] or ["it gives no reason"])[0])


def does_not_run(path: Path, error: Exception) -> str:
    """Return what running a file has raised, and the line in it from which that came."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    place = f"{path}, line {lines[-1]}," if lines else str(path)
    return f"{place} does not run: {type(error).__name__}: {error}"
