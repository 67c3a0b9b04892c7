"""Let readers run the cells: add Python, the pages' script, and the code that is not shown.

A book that is built without the folder of Python, which `make setup` fetches, is a plain book.
"""

from __future__ import annotations

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "vendor" / "live"
LIST = "live.json"  # what is fetched when
OURS = ("convlib/*.py", "book/_*.py", "book/_browser/**/*.py", "bench/results/*.json")
PATH = ["", "book", "book/_browser"]  # where Python looks for modules
FIGURES = [  # what the first figure imports, in steps that take a browser a few tenths of a second
    "PIL.Image",
    "pyparsing",
    "matplotlib",
    "matplotlib.text",
    "matplotlib.axes",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
]
NOT_HERE = {"torch", "cupy", "dask", "tests", "__pycache__"}  # array libraries a page has not
WHEN = (1980, 1, 1, 0, 0, 0)
# Before anything is drawn, so that nothing moves when the buttons come.
EARLY = 'document.documentElement.dataset.live = location.protocol === "file:" ? "file" : "page";'
LINE = """
<div class="live-page" role="group" aria-label="Python in this page">
<button type="button" disabled>Run all cells</button>
<span class="live-about">The code of this page runs in your browser: change it, and see.</span>
<span class="live-file">To run and change the code, serve the book's folder, for example with
<code>python3 -m http.server</code>, and open <code>localhost:8000</code>.</span>
</div>
"""


def setup(app: Sphinx) -> None:
    """Begin when it is known what is built."""
    app.connect("builder-inited", _begin)


def _begin(app: Sphinx) -> None:
    if app.builder.name != "html":
        return
    if not (RUNTIME / "pyodide.asm.wasm").exists():
        logger = logging.getLogger(__name__)
        logger.info("A plain book: Python for the pages is missing, which `make setup` fetches.")
        return
    app.connect("doctree-resolved", _keep_hidden_code)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _add_python)


def _keep_hidden_code(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the code of cells without visible input into the page, for those that follow."""
    shown = {node["cell_index"]: node for node in cells(doctree)}
    if not shown:
        return
    notebook = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"
    written = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    waiting: list[nodes.Node] = []
    for index, cell in enumerate(written):
        node = shown.get(index)
        if cell["cell_type"] != "code":
            continue
        if node is None:
            waiting.append(_code(cell["source"]))
            continue
        if not next(cells(node, "cell_code_source"), None):
            node.append(_code(cell["source"]))
        node.parent[node.parent.index(node) : node.parent.index(node)] = waiting
        waiting = []


def cells(tree: nodes.Element, part: str = "cell_code") -> Iterator[nodes.container]:
    """Yield the code cells of a page, or the parts of one."""
    return (node for node in tree.findall(nodes.container) if node.get("nb_element") == part)


def _code(source: str | list[str]) -> nodes.raw:
    """Return code as an element that a page does not show."""
    text = json.dumps("".join(source)).replace("</", "<\\/")
    script = f'<script type="application/json" class="live-code">{text}</script>'
    return nodes.raw("", script, format="html")


def _add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give pages with cells the line above the first cell, the style and the script."""
    if not doctree or not next(cells(doctree, "cell_code_source"), None):
        return
    context["body"] = context["body"].replace("</h1>", f"</h1>{LINE}", 1)
    app.add_css_file("live.css")
    app.add_js_file(None, body=EARLY, priority=0)
    app.add_js_file("live.js", defer="defer")


def _add_python(app: Sphinx, exception: Exception | None) -> None:
    """Put Python beside the pages, and what they import; list what is fetched when."""
    if exception:
        return
    folder = Path(app.outdir) / "live"
    shutil.copytree(RUNTIME, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    pack(folder / "course.zip")
    _list(folder, _listed(folder))


def _listed(folder: Path) -> dict[str, Any]:
    """Return what the worker of a page has to know of the folder: what it fetches when."""
    packages = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    numpy = packages.pop("numpy")["file_name"]
    first = ["pyodide.asm.wasm", "python_stdlib.zip", numpy, "course.zip"]
    figures = {
        "files": sorted(package["file_name"] for package in packages.values()),
        "imports": sorted(name for package in packages.values() for name in package["imports"]),
        "early": FIGURES,
    }
    return {
        "first": {name: (folder / name).stat().st_size for name in first},
        "archives": [numpy, "course.zip"],
        "path": PATH,
        "later": [figures],
    }


def add_package(
    folder: Path, name: str, files: dict[str, bytes], imports: list[str], beside: dict[str, str]
) -> None:
    """Add an archive that the browser's Python fetches when one of `imports` is first imported.

    With it comes the archive `beside` of the folder in which Python stands, if that has one.
    """
    write_archive(folder / name, files)
    listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
    package = {"files": [name], "imports": imports, "early": [], "beside": beside}
    listed["later"].append(package)
    _list(folder, listed)


def _list(folder: Path, listed: dict[str, Any]) -> None:
    (folder / LIST).write_text(json.dumps(listed, indent=1), encoding="utf-8")


def pack(target: Path) -> None:
    """Write the library and the chapters' helpers as an archive."""
    found = {str(path.relative_to(ROOT)): path for part in OURS for path in ROOT.glob(part)}
    for path in distribution("array-api-compat").files or ():
        if path.suffix == ".py" and not NOT_HERE & set(path.parts):
            found[str(path)] = Path(path.locate())
        if path.name.startswith("LICENSE"):
            found[f"array_api_compat/{path.name}"] = Path(path.locate())
    write_archive(target, {name: Path(path).read_bytes() for name, path in found.items()})


def write_archive(target: Path, files: dict[str, bytes]) -> None:
    """Write files under their names: same files, same bytes."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, WHEN)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])
