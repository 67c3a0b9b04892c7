"""Why nbgrader failed, in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cause"]

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
