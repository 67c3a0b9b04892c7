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
        pages = [path for path in site.rglob("*.html") if "_static" not in path.parts]
        scripts = site.glob("_static/scripts/[!f]*.js")
        text = "".join(map(_text, [*pages, *scripts]))
        names = set(re.findall(r"fa-[\w-]+", text))
        styles = "".join(map(_text, site.glob("_static/styles/*.css")))
        _subset(site / ICON_FONT, _icons(styles, names), site / "_static/icons.woff")
        _prune(site / "_static/styles/pydata-sphinx-theme.css", names)
    for path in (path for pattern in UNUSED for path in site.glob(pattern)):
        _remove(path)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _icons(styles: str, names: set[str]) -> set[int]:
    """Return the icons of these names, and those that styles show unasked."""
    icons = set()
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", styles):
        classes = re.findall(r"\.(fa-[\w-]+):+before", selectors)
        if not classes or names.intersection(classes):
            icons.update(int(code, 16) if code else ord(own) for code, own in ICON.findall(body))
    return icons


def _prune(sheet: Path, names: set[str]) -> None:
    """Remove the rules of all other icons: 90 KB of the theme's style sheet."""
    rule = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:[^}]*\}")

    def kept(found: re.Match[str]) -> str:
        return found[0] if names.intersection(re.findall(r"fa-[\w-]+", found[1])) else ""

    sheet.write_text(rule.sub(kept, _text(sheet)), encoding="utf-8")


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
