"""Formulas from one script of the parts of MathJax that the book needs, two thirds of all.

What is left out is its context menu and the loading of what the menu offers.  Formulas can be
read aloud all the same: MathJax writes each one as hidden MathML too.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def setup(app: Sphinx) -> None:
    """Take the script instead of MathJax's own, and write it when MathJax has been copied."""
    app.connect("config-inited", _configure)
    app.connect("build-finished", _write, priority=800)


def _configure(_: Sphinx, config: Config) -> None:
    config.mathjax_path = SCRIPT
    settings = config.mathjax3_config
    settings["loader"] = {"load": []}  # all is in the script
    settings.setdefault("tex", {})["packages"] = ["base", *PACKAGES]
    settings.setdefault("options", {})["enableAssistiveMml"] = True


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
