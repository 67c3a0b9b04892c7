"""A sitemap, where the site's address is known: the format allows absolute addresses only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from .meta import address

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def setup(app: Sphinx) -> None:
    """Write the sitemap when the pages are there."""
    app.connect("build-finished", _write)


def _write(app: Sphinx, error: Exception | None) -> None:
    base = app.config.html_baseurl
    if error or app.builder.name != "html":
        return
    path = Path(app.outdir) / "sitemap.xml"
    path.unlink(missing_ok=True)  # it may name an address of an earlier build
    if base:
        pages = sorted(app.env.found_docs)
        lines = (f"  <url><loc>{escape(address(base, page))}</loc></url>" for page in pages)
        urls = "\n".join(lines)
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SCHEMA}">'
        path.write_text(f"{head}\n{urls}\n</urlset>\n", encoding="utf-8")
