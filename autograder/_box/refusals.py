"""What a pretended GPU refuses, in words that name it and say what to do."""

from __future__ import annotations

from typing import NoReturn

__all__ = [
    "HiddenCopyError",
    "MixedArraysError",
    "NumPyFunctionError",
    "TooManyBytesError",
    "TooManyCopiesError",
    "WrongPlaceError",
    "foreign",
    "mixed",
    "numpys",
    "refuse_copy",
]


class NumPyFunctionError(TypeError):
    """A function of NumPy's was handed an array of the GPU."""


class HiddenCopyError(TypeError):
    """An array of the GPU would be copied to the host without anybody asking for it."""


class MixedArraysError(TypeError):
    """An array of NumPy's met one of the GPU."""


class TooManyCopiesError(RuntimeError):
    """Arrays were copied to the host more often than is allowed."""


class TooManyBytesError(RuntimeError):
    """More was copied to the host than is needed."""


class WrongPlaceError(TypeError):
    """A result is not where it should be: on the GPU, or on the host."""


def refuse_copy(what: str) -> NoReturn:
    """Refuse what copies to the host without being asked to."""
    msg = (
        f"{what} from the GPU to the host unseen: stay on the GPU with xp, or copy on purpose,"
        " once, at the end"
    )
    raise HiddenCopyError(msg)


def foreign(where: str) -> str:
    """Say that arrays of two cards met."""
    return f"an array of another GPU met {where}: take xp from x itself, xp = namespace(x)"


def mixed(where: str) -> str:
    """Say that two kinds of arrays met."""
    return f"a NumPy array met an array of the GPU in {where}: make both with the same xp"


def numpys(name: str) -> str:
    """Say that a function of NumPy's was taken, and which instead."""
    return (
        f"a NumPy function, np.{name}, was handed an array of the GPU: use xp.{name},"
        " with xp = namespace(x)"
    )
