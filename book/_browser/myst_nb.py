"""What cells use of MyST-NB: `glue` hands values to the text, which a page has already set."""

from typing import Any

from page import display as show


def glue(name: str, variable: Any, display: bool = True) -> None:
    """Show the value, unless told not to."""
    if display:
        show(variable)
