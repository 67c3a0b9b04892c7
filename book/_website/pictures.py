"""Pixels within a page's pictures at half their weight: the same ones, as lossless WebP."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")


def setup(app: Sphinx) -> None:
    """Pack the pictures of each page that is written."""
    app.connect("html-page-context", _pack)


def _pack(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name == "html" and doctree is not None:
        context["body"] = PNG.sub(lambda found: lighter(found[0], found[1]), context["body"])


def lighter(address: str, png: str) -> str:
    """Return the picture's data address as WebP, or as it is where that is not smaller."""
    from PIL import Image

    packed = io.BytesIO()
    given = base64.b64decode(png)
    Image.open(io.BytesIO(given)).save(packed, "WEBP", lossless=True, exact=True, method=4)
    if packed.tell() >= len(given):
        return address
    return "data:image/webp;base64," + base64.b64encode(packed.getvalue()).decode()
