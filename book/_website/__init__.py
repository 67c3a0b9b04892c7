"""What makes the built book a good website: a Sphinx extension, one module for each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import (
    assets,
    assignments,
    figure,
    live,
    mathjax,
    meta,
    not_found,
    notebooks,
    pictures,
    sitemap,
    sounds,
    streams,
    tables,
    worksheets,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = (
    meta,
    figure,
    sitemap,
    not_found,
    notebooks,
    assignments,
    pictures,
    sounds,
    streams,
    tables,
    mathjax,
    live,
    worksheets,
    assets,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add all parts to the build."""
    for part in PARTS:
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
