"""Each chapter as a notebook, with its outputs, to read and run in Jupyter."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .meta import plain

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

FOLDER = "notebooks"
ROLE = re.compile(r"\[([^\]]+)\]\{\.conv-\w+\}")  # [kernel]{.conv-kernel}
COLOUR = re.compile(r"\\(?:Input|Kernel|Output)\s*(?=\{)")  # macros that Jupyter does not know
FIGURE = re.compile(r"<conv-lab.*?</conv-lab>", re.DOTALL)
LINK = re.compile(r"\]\((\w+)\.md(#[\w-]+)?\)")


def setup(app: Sphinx) -> None:
    """Offer the notebook among the page's downloads, and write it."""
    app.connect("html-page-context", _offer, priority=502)  # after the theme's own buttons
    app.connect("build-finished", _write_all)


def _executed(app: Sphinx, pagename: str) -> Path:
    return Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"


def _place(pagename: str) -> str:
    return f"{FOLDER}/{Path(pagename).name}.ipynb"


def _offer(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or not _executed(app, pagename).exists():
        return
    context["notebook"] = context["pathto"](_place(pagename), resource=True)
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, _button(context["notebook"]))


def _button(url: str) -> dict[str, str]:
    return {
        "type": "link",
        "url": url,
        "text": ".ipynb",
        "tooltip": "Download as a notebook",
        "icon": "fas fa-download",
        "label": "download-notebook-button",
    }


def _write_all(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    (Path(app.outdir) / FOLDER).mkdir(exist_ok=True)
    for pagename in app.env.found_docs:
        executed = _executed(app, pagename)
        if executed.exists():
            notebook = json.loads(executed.read_text(encoding="utf-8"))
            title = plain(app.env.titles[pagename].astext())
            there = Path(app.outdir) / _place(pagename)
            there.write_text(json.dumps(for_jupyter(notebook, title), indent=1), encoding="utf-8")


def for_jupyter(notebook: dict[str, Any], title: str) -> dict[str, Any]:
    """Return the notebook with its text in plain Markdown, and a first cell about itself."""
    about = (
        f"*This is the chapter “{title}” as a notebook, with the outputs of the book's build. "
        "To run it, open it in the course's folder `book`, beside the helpers that it imports. "
        "The interactive figures are on the book's page.*"
    )
    first = {"cell_type": "markdown", "id": "about", "metadata": {}, "source": about}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = plain_markdown("".join(cell["source"]))
    return notebook | {"cells": [first, *notebook["cells"]]}


def plain_markdown(text: str) -> str:
    """Turn what only the book understands into what Jupyter shows."""
    text = ROLE.sub(r"**\1**", text)
    text = COLOUR.sub("", text)
    text = LINK.sub(r"](\1.ipynb)", text)
    text = re.sub(r"\{glue:text\}`(\w+)[^`]*`", r"`\1`", text)
    text = re.sub(r"\{download\}`([^`<]+) <[^`]+>`", r"\1", text)
    text = re.sub(r"^:{3,}\{(?:card|dropdown|\w+)\} ?(.*)$", _heading, text, flags=re.MULTILINE)
    text = re.sub(r"^:{3,}$", "", text, flags=re.MULTILINE)
    return FIGURE.sub("*(Here the page has its figure.)*", text)


def _heading(directive: re.Match[str]) -> str:
    return f"**{directive[1]}**\n" if directive[1] else ""
