"""What a submission makes us say: refusals, and names that a stranger chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

__all__ = ["MAX_NAME", "Refusal", "UnreadableError", "listed", "printable", "refuse"]

MAX_NAME = 128  # bytes: so long may be a file's name, and one in nbgrader's tables
MAX_LISTED = 5


class Refusal(ValueError):
    """A submission that cannot be graded, with the reason as its author should read it."""


class UnreadableError(ValueError):
    """What is wrong with a notebook: the rest of a sentence that begins with its name."""


def refuse(said: str) -> NoReturn:
    """Raise the error for what Jupyter could not open either."""
    msg = f"is not a notebook that Jupyter can open: {said}"
    raise UnreadableError(msg)


def printable(name: str) -> str:
    r"""Return a name as it can be shown: control characters, and what is too long, become "?".

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a?[2Jb'
    """
    shown = "".join(char if char.isprintable() else "?" for char in name[: MAX_NAME + 1])
    short = shown.encode()[:MAX_NAME].decode(errors="ignore")
    return shown if short == shown else f"{short[:-1]}?"


def listed(names: Iterable[str]) -> str:
    """Return names in one line, a long list cut.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    >>> listed("abcdefgh")
    'a, b, c, d, e and 3 more'
    """
    shown = [printable(name) for name in names]
    more = len(shown) - MAX_LISTED
    if more > 1:
        shown = [*shown[:MAX_LISTED], f"{more} more"]
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last
