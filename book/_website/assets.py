"""Leave out of the site what no page loads, above all 4 MB of icons.

The theme brings all of Font Awesome, as a script (540 KB compressed) and as fonts.
The book shows some forty of its icons: a font with these alone is a few KB.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

ICON_FONT = Path("_static/vendor/fontawesome/webfonts/fa-solid-900.ttf")
ICON = re.compile(r'"(?:\\([0-9a-f]{4})|([\ue000-\uf8ff]))"')  # in a style sheet
UNUSED = (
    "_static/scripts/fontawesome.*",
    "_static/scripts/*.map",
    "_static/styles/*.map",
    "_static/vendor",
    "_static/locales",
    "_static/images/logo_*",
)


def setup(app: Sphinx) -> None:
    """Make the site lighter when all else is written."""
    app.connect("build-finished", _lighten, priority=900)


def _lighten(app: Sphinx, error: Exception | None) -> None:
    site = Path(app.outdir)
    if error or app.builder.format != "html":
        return
    if (site / ICON_FONT).exists():
        styles = "".join(map(_text, site.glob("_static/styles/*.css")))
        pages = [*site.glob("*.html"), *site.glob("book/*.html")]
        scripts = site.glob("_static/scripts/[!f]*.js")
        _subset(site / ICON_FONT, _icons(styles, [*pages, *scripts]), site / "_static/icons.woff")
    for path in (path for pattern in UNUSED for path in site.glob(pattern)):
        _remove(path)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _icons(styles: str, named_in: Iterable[Path]) -> set[int]:
    """Return the icons that pages and scripts name, and those that styles show unasked."""
    names = {name for path in named_in for name in re.findall(r"fa-[\w-]+", _text(path))}
    icons = set()
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", styles):
        classes = re.findall(r"\.(fa-[\w-]+):+before", selectors)
        if not classes or names.intersection(classes):
            icons.update(int(code, 16) if code else ord(own) for code, own in ICON.findall(body))
    return icons


def _subset(font: Path, icons: set[int], smaller: Path) -> None:
    from fontTools import subset

    logging.getLogger(subset.__name__).setLevel(logging.WARNING)
    options = subset.Options(flavor="woff", notdef_outline=True)
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=icons)
    subsetter.subset(loaded)
    subset.save_font(loaded, str(smaller), options)


def _remove(path: Path) -> None:
    if path.is_dir():
        for inside in path.iterdir():
            _remove(inside)
        path.rmdir()
    else:
        path.unlink()
