"""Named mistakes of a tiny assignment."""

from autograder.spec import Mistake


def _in_place(x):
    x *= 2
    return x


MISTAKES = (
    Mistake("squared", "Two times x is not x times x.", ("double",), lambda x: x * x),
    Mistake("input changed", "Make a new array.", ("double",), _in_place),
    Mistake("counted from zero", "The first number counts too.", ("count",), lambda x: len(x) - 1),
)
