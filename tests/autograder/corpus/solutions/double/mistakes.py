"""Named mistakes."""

from autograder.spec import Mistake

MISTAKES = (
    Mistake("squared", "Two times x is not x times x.", ("double",), lambda x: x * x),
    Mistake("counted from zero", "The first number counts too.", ("count",), lambda x: len(x) - 1),
)
