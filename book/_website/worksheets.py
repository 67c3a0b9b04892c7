"""Let students solve an assignment in its page: the released notebook, and what its checks need.

Beside the page lies the notebook itself, from which the page makes the one to hand in.  The check
is the course's own; of the assignment it gets the visible part alone (`autograder.visible`).
"""

from __future__ import annotations

import html
import shutil
from importlib.metadata import distribution
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from docutils import nodes

from . import live
from .assignments import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

# What `from autograder import check` imports, and the templates of its table.
CHECK = (
    "__init__ answers archive cause check compare course glossary judge naming patterns plain"
    " quality race reading rows secret sentence shapes spec store terms traits verdicts"
    " visible wrong_call _box/__init__ _box/refusals _box/strict _box/strict_names"
    " report/__init__ report/direction report/table rules/__init__ rules/axes rules/calls"
    " rules/carried rules/depths rules/flow rules/hiding rules/live rules/loops rules/makers"
    " rules/mentions rules/objects rules/parts rules/scopes rules/source rules/syntax"
    " rules/values rules/visits"
).split()
LIBRARIES = ("jinja2", "markupsafe")
MOST = 290  # characters of a description that a search engine shows
PANEL = """
<div class="worksheet" role="group" aria-label="Your notebook" data-worksheet="{name}">
<p>Write your code in the cells below: they run and check themselves in your browser, which keeps
them until you come back. When you are done, save the notebook and hand in that file.</p>
<button type="button" data-does="save">Save as {name}.ipynb</button>
<button type="button" data-does="open">Open a saved one</button>
<button type="button" data-does="restart">Start over</button>
<span role="status"></span>
</div>
"""


def setup(app: Sphinx) -> None:
    """Begin with the assignments' pages, once they are read."""
    app.connect("doctree-read", _describe)
    if live.RUNTIME.exists():
        app.connect("doctree-resolved", _lock_cells)
        app.connect("html-page-context", _add_panel, priority=501)  # after the line of live.py
        app.connect("build-finished", _add_files, priority=501)


def _assignment(app: Sphinx, docname: str) -> Path | None:
    """Return the released notebook of a page, if it is one."""
    path = Path(app.srcdir) / f"{docname}.ipynb"
    return path if docname.startswith("exercises/") and path.exists() else None


def _describe(app: Sphinx, doctree: nodes.document) -> None:
    """Take the page's description from the notebook."""
    path = _assignment(app, app.env.docname)
    if path:
        about = shorten(read(path).about, MOST, placeholder=" ...")
        doctree.append(nodes.meta(name="description", content=about))


def _lock_cells(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark the cells that are not the student's."""
    if not _assignment(app, docname):
        return
    for cell in live.cells(doctree):
        said = cell["cell_metadata"].get("nbgrader", {})
        if said.get("locked"):
            cell["classes"].append("live-locked")


def _add_panel(
    app: Sphinx, pagename: str, _: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or app.builder.name != "html" or not _assignment(app, pagename):
        return
    panel = PANEL.format(name=html.escape(Path(pagename).name))
    context["body"] = context["body"].replace(live.LINE, live.LINE + panel, 1)
    app.add_css_file("worksheet.css")
    app.add_js_file("worksheet.js", defer="defer")


def _add_files(app: Sphinx, error: Exception | None) -> None:
    """Put notebooks beside their pages, and into archives what they import and what each needs."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "live"
    cases: dict[str, str] = {}
    for docname in app.env.found_docs:
        path = _assignment(app, docname)
        if path:
            shutil.copy(path, Path(app.outdir) / f"{docname}.ipynb")
            cases[f"/course/exercises/{path.stem}"] = f"check-{path.stem}.zip"
            visible = {f"{docname}.visible": _visible(path)}
            live.write_archive(folder / f"check-{path.stem}.zip", visible)
    live.add_package(folder, "check.zip", dict(_check_files()), ["autograder"], cases)


def _visible(path: Path) -> bytes:
    from autograder.course import Course
    from autograder.visible import pack

    return pack(Course.find(path.parent).assignment(path.stem))


def _check_files() -> Iterator[tuple[str, bytes]]:
    for module in CHECK:
        name = f"autograder/{module}.py"
        yield name, (live.ROOT / name).read_bytes()
    for path in (live.ROOT / "autograder" / "report" / "templates").glob("*.j2"):
        yield str(path.relative_to(live.ROOT)), path.read_bytes()
    for library in LIBRARIES:
        for path in distribution(library).files or ():
            if path.suffix == ".py" or "LICENSE" in path.name:
                yield str(path), Path(path.locate()).read_bytes()
