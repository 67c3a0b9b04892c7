"""Each chapter as a notebook, with its outputs, to read and run in Jupyter."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_cache import get_cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docutils import nodes
    from sphinx.application import Sphinx

FOLDER = "notebooks"
ROLE = re.compile(r"\[([^\]]+)\]\{\.conv-\w+\}")  # [kernel]{.conv-kernel}
COLOUR = re.compile(r"\\(?:Input|Kernel|Output)\s*(?=\{)")  # macros that Jupyter does not know
GLUED = re.compile(r"\{glue:text\}`(\w+)(?::([^`]*))?`")
FIGURE = re.compile(r"<conv-lab.*?</conv-lab>", re.DOTALL)
LINK = re.compile(r"\]\((\w+)\.md(#[\w-]+)?\)")


def setup(app: Sphinx) -> None:
    """Offer the notebook among the page's downloads, and write it."""
    app.connect("html-page-context", _offer, priority=502)  # after the theme's own buttons
    app.connect("build-finished", _write_all)


def _source(app: Sphinx, pagename: str) -> Any:
    """Return the page as a notebook, or None for a page without code to see."""
    path = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if not pagename.startswith("book/") or not path.exists():
        return None  # an assignment is a notebook already
    notebook = nbformat.read(path, as_version=4)
    tags = (c.metadata.get("tags", []) for c in notebook.cells if c.cell_type == "code")
    return notebook if any("remove-input" not in cell for cell in tags) else None


def _place(pagename: str) -> str:
    return f"{FOLDER}/{Path(pagename).name}.ipynb"


def _offer(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if app.builder.name != "html" or doctree is None or _source(app, pagename) is None:
        return
    url = context["pathto"](_place(pagename), resource=True)
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, _button(url))


def _button(url: str) -> dict[str, str]:
    return {
        "type": "link",
        "url": f'{url}" download="',  # the theme writes it as it is: saved, not shown
        "text": ".ipynb",
        "tooltip": "Download as a notebook",
        "icon": "fas fa-download",
        "label": "download-notebook-button",
    }


def _write_all(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    (Path(app.outdir) / FOLDER).mkdir(exist_ok=True)
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    for pagename in app.env.found_docs:
        notebook = _source(app, pagename)
        if notebook is not None:
            with suppress(KeyError):  # a notebook that was run just now has its outputs
                _, notebook = cache.merge_match_into_notebook(notebook)
            title = app.env.titles[pagename].astext()
            ready = for_jupyter(notebook, title, _glued(app, pagename))
            nbformat.write(ready, Path(app.outdir) / _place(pagename))


def _glued(app: Sphinx, pagename: str) -> dict[str, str]:
    path = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.glue.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: output["data"].get("text/plain", "") for name, output in found.items()}


def for_jupyter(notebook: Any, title: str, numbers: Mapping[str, str]) -> Any:
    """Return the notebook with its text in plain Markdown, and a first cell about itself."""
    about = (
        f"*This is the chapter “{title}” as a notebook, with the outputs of the book's build. "
        "To run it, open it in the course's folder `book`, beside the helpers that it imports. "
        "The interactive figures are on the book's page.*"
    )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, numbers)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(about, id="about"))
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec}
    return notebook


def plain_markdown(text: str, numbers: Mapping[str, str] = MappingProxyType({})) -> str:
    """Turn what only the book understands into what Jupyter shows; `numbers` are the glued ones."""
    text = ROLE.sub(r"**\1**", text)
    text = COLOUR.sub("", text)
    text = LINK.sub(r"](\1.ipynb\2)", text)
    text = GLUED.sub(lambda found: _number(numbers.get(found[1], found[1]), found[2]), text)
    text = re.sub(r"\{download\}`([^`<]+) <[^`]+>`", r"\1", text)
    text = re.sub(r"^```\{glue\}.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^ *:{3,}\{[\w-]+\} ?(.*)$", _heading, text, flags=re.MULTILINE)
    text = re.sub(r"^ *:{3,}$", "", text, flags=re.MULTILINE)
    return FIGURE.sub("*(Here the page has its figure.)*", text)


def _number(value: str, form: str) -> str:
    value = re.sub(r"^np\.\w+\((.*)\)$", r"\1", value).strip("'")  # a NumPy scalar
    return format(float(value), form) if form else value


def _heading(directive: re.Match[str]) -> str:
    return f"**{directive[1]}**\n" if directive[1] else ""
