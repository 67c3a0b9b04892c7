"""Tables whose first corner is empty: a plain cell there, not the heading of nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

EMPTY = re.compile(r"<th [^>]*>\s*(?:<p>\s*</p>)?\s*</th>")


def setup(app: Sphinx) -> None:
    """Mend the tables of each page that is written."""
    app.connect("html-page-context", _mend)


def _mend(
    _: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is not None:
        context["body"] = EMPTY.sub("<td></td>", context["body"])
