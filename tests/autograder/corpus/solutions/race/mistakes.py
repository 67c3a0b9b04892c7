"""No named mistakes."""

MISTAKES = ()
