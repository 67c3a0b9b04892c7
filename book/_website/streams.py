"""Keep a printed line whole.

What a cell prints comes from its kernel in pieces, and a piece may end within a line.  MyST-NB
ends a line after each piece when it merges them; nbclient, if told to merge first, does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbclient import NotebookClient

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(_: Sphinx) -> None:
    """Have the pieces joined where they arrive: nobody asks for this client's settings later."""
    NotebookClient.coalesce_streams = True  # type: ignore[assignment]
