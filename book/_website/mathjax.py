"""Formulas from one script of the parts of MathJax that the book needs, two thirds of all.

What is left out is its context menu and the loading of what the menu offers.  Formulas can be
read aloud all the same: MathJax writes each one as hidden MathML too.

Until the script has set a formula, the page keeps about the room that it will take, so that
nothing moves when it comes.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

SCRIPT = "mathjax/formulas.js"
PACKAGES = ("ams", "newcommand", "configmacros", "html", "boldsymbol", "noundefined")
PARTS = (
    "core",
    "input/tex-base",
    *(f"input/tex/extensions/{package}" for package in PACKAGES),
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
)
# What scrolls must be within reach of the keyboard.
REACH = """window.MathJax.startup = {pageReady: async () => {
  await MathJax.startup.defaultPageReady();
  for (const formula of document.querySelectorAll("mjx-container[display]"))
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
}}"""
FONTS = "output/chtml/fonts/woff-v2"
INLINE = re.compile(r'(<span class="math [^>]*")>\\\((.*?)\\\)', re.DOTALL)
DISPLAYED = re.compile(r'(<div class="math [^>]*")>(.*?)</div>', re.DOTALL)
UNSEEN = re.compile(
    r"\\(?:Input|Kernel|Output|text|math[a-z]+|left|right)(?![a-z])|\\[,;:! ]|[{}\s]"
)
EQUAL = re.compile(r"\\(?:le|ge|approx|to|in|ne)(?![a-z])")
PLUS = re.compile(r"\\times(?![a-z])|-")
NARROW, WIDE = "ijlt()[].|", "mwABCDGHKMNORUVXY"


def setup(app: Sphinx) -> None:
    """Take the script instead of MathJax's own, and write it when MathJax has been copied."""
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _keep_room)
    app.connect("build-finished", _write, priority=800)


def _configure(_: Sphinx, config: Config) -> None:
    config.mathjax_path = SCRIPT
    settings = config.mathjax3_config
    settings["loader"] = {"load": []}  # all is in the script
    settings.setdefault("tex", {})["packages"] = ["base", *PACKAGES]
    settings.setdefault("options", {})["enableAssistiveMml"] = True


def _keep_room(
    _: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:
        return
    body = INLINE.sub(
        lambda m: f'{m[1]} style="--width: {_width(m[2]):.1f}em">\\({m[2]}\\)', context["body"]
    )
    context["body"] = DISPLAYED.sub(
        lambda m: f'{m[1]} style="--rows: {_rows(m[2])}">{m[2]}</div>', body
    )


def _width(formula: str) -> float:
    """Estimate the width of a formula in the text, in its font's size."""
    shown = PLUS.sub("+", EQUAL.sub("=", UNSEEN.sub(" ", html.unescape(formula))))
    shown = re.sub(r"\\[lr]angle", "|", shown.replace("\\cdot", "*"))
    signs = re.findall(r"([_^]?)\s*(\\[a-zA-Z]+|\S)", shown)
    return sum(_sign(sign) * (0.7 if raised else 1) for raised, sign in signs)


def _sign(sign: str) -> float:
    widths = {"=": 1.65, "<": 1.65, ">": 1.65, "+": 1.45, "*": 0.95}
    narrow_or_wide = 0.45 if sign in NARROW else 0.9 if sign in WIDE else 0.63
    return widths.get(sign, narrow_or_wide)


def _rows(formula: str) -> int:
    return formula.count(r"\\") + 1


def _write(app: Sphinx, error: Exception | None) -> None:
    static = Path(app.outdir) / "_static"
    folder = static / "mathjax"
    if error or not (folder / "startup.js").exists():
        return
    said = ", ".join(f'"{part}"' for part in PARTS)
    parts = ((folder / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    start = (folder / "startup.js").read_text(encoding="utf-8")  # it waits for the script's end
    pieces = (REACH, start, f"MathJax.loader.preLoad({said})", *parts)
    (static / SCRIPT).write_text(";\n".join(pieces), encoding="utf-8")
    fonts = set((folder / FONTS).iterdir())
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        if path not in fonts and path != static / SCRIPT:
            path.unlink()
