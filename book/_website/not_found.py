"""The page for addresses that do not exist.

A web server shows it at any depth, so nothing in it may be named relative to it: its style is
within it, and its links are completed by the site's address or, without one, by a script that
looks for the folder in which the site lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    """Add the page to those that the build writes."""
    app.connect("html-collect-pages", _page)


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.name != "html":
        return
    titles = app.env.titles
    order = [app.config.root_doc, *_in_order(app, app.config.root_doc)]
    chapters = [(f"{name}.html", titles[name].astext()) for name in order]
    base = app.config.html_baseurl
    yield "404", {"chapters": chapters, "base": base.rstrip("/") + "/" if base else ""}, "404.html"


def _in_order(app: Sphinx, page: str) -> Iterator[str]:
    for below in app.env.toctree_includes.get(page, []):
        yield below
        yield from _in_order(app, below)
