"""What search engines and shared links show of a page: description, card and address.

The site's address is not known to its sources.  Where it is published, the environment variable
``BOOK_URL`` or ``html_baseurl`` in ``_config.yml`` says it; without it no absolute address is
made up, and the card's picture is named relative to the page.
"""

from __future__ import annotations

import html
import os
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from . import card

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

GENERATED = {
    "genindex": "Every name of the course's library and every term of its glossary, by letter.",
    "search": "Find words in all chapters, exercises and references of the course.",
}


def setup(app: Sphinx) -> None:
    """Read the site's address, and describe each page."""
    app.connect("config-inited", _read_address)
    app.connect("html-page-context", _describe, priority=900)
    app.connect("build-finished", card.forget_old)


def plain(markup: str) -> str:
    """Return the words of an HTML title."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()


def address(base: str, pagename: str) -> str:
    """Return the absolute address of a page."""
    return f"{base.rstrip('/')}/{pagename}.html"


def _read_address(_: Sphinx, config: Config) -> None:
    config.html_baseurl = os.environ.get("BOOK_URL", config.html_baseurl).strip()


def _describe(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name != "html":
        return
    title = plain(context.get("title", "")) or app.config.html_title
    description = _description(pagename, doctree)
    picture = card.draw(app.outdir, pagename, title, app.config.html_title)
    base = app.config.html_baseurl
    there = f"{base.rstrip('/')}/{picture}" if base else context["pathto"](picture, resource=True)
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": description,
        "og:image": there,
        "og:image:width": str(card.WIDTH),
        "og:image:height": str(card.HEIGHT),
        "og:image:alt": card.alt(title),
        **({"og:url": address(base, pagename)} if base else {}),
    }
    lines = [_tag("property", name, text) for name, text in tags.items()]
    lines.append(_tag("name", "twitter:card", "summary_large_image"))
    if doctree is None:  # a page with a source has one already
        lines.append(_tag("name", "description", description))
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)


def _tag(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(text)}">'


def _description(pagename: str, doctree: nodes.document | None) -> str:
    if doctree is None:
        return GENERATED.get(pagename, "")
    for tag in doctree.findall(nodes.meta):
        if tag.get("name") == "description":
            return tag["content"]
    logger.warning("%s has no html_meta description", pagename)
    return ""
