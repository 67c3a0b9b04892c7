"""The list of assignments: the notebooks in the folder exercises, as they are released."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx_external_toc.parsing import parse_toc_yaml

if TYPE_CHECKING:
    from sphinx.application import Sphinx


@dataclass(frozen=True)
class Assignment:
    """What the list says of one assignment."""

    name: str
    title: str
    about: str
    minutes: int
    points: float


def read(path: Path) -> Assignment:
    """Read title, first paragraph, time and points from a released notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "".join(cells[0]["source"])
    title, about = re.match(r"# (.+)\n+((?:.+\n)+)", text).groups()
    minutes = re.search(r"\*\*Time\*\*: about (\d+) minutes", text)
    graded = (cell["metadata"].get("nbgrader", {}) for cell in cells)
    points = sum(cell["points"] for cell in graded if cell.get("grade"))
    return Assignment(path.stem, title, about.replace("\n", " ").strip(), int(minutes[1]), points)


class Assignments(SphinxDirective):
    """One section for each assignment, with its download."""

    def run(self) -> list[nodes.Node]:
        """Write the sections as Markdown, and let the page's parser read them."""
        lines: list[str] = []
        for path in _in_order(Path(self.env.srcdir)):
            self.env.note_dependency(str(path))
            lines += _entry(read(path)).splitlines()
        holder = nodes.container(classes=["assignments"])
        self.state.nested_parse(StringList(lines, "exercises"), 0, holder)
        return [holder]


def _in_order(root: Path) -> list[Path]:
    """Return the notebooks as the book's contents have them: the order in which to solve them."""
    contents = list(parse_toc_yaml(root / "_toc.yml"))
    return [root / f"{page}.ipynb" for page in contents if page.startswith("exercises/")]


def _entry(found: Assignment) -> str:
    where = f"/exercises/{found.name}/{found.name}.ipynb"
    return f"""\
:::{{card}} {found.title}
{found.about}

**Time**: about {found.minutes} minutes. **Points**: {found.points:g}.

[Solve it in your browser]({where}), or {{download}}`download {found.name}.ipynb <{where}>`.
:::
"""


def setup(app: Sphinx) -> None:
    """Add the directive, and read its page again when an assignment comes or goes."""
    app.add_directive("assignments", Assignments)
