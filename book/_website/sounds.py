"""Sounds as files beside the pages, fetched when a reader presses play and not before.

A cell's output holds its sound within the page, where it would weigh more than all of the text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

FOLDER = "_static/sounds"
WITHIN = re.compile(r'(<audio[^>]*?) src="data:audio/(\w+);base64,([^"]+)"')


def setup(app: Sphinx) -> None:
    """Take the sounds out of each page that is written."""
    app.connect("html-page-context", _take_out)


def _take_out(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name != "html" or doctree is None:
        return

    def stored(sound: re.Match[str]) -> str:
        samples = base64.b64decode(sound[3])
        place = f"{FOLDER}/{hashlib.sha256(samples).hexdigest()[:12]}.{sound[2]}"
        path = Path(app.outdir) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(samples)
        return f'{sound[1]} preload="none" src="{context["pathto"](place, resource=True)}"'

    context["body"] = WITHIN.sub(stored, context["body"])
