"""Look for what no file of the project may hold; by default in every file that git tracks.

usage: files.py [FILE...]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY = re.compile(
    r"\b(pypi|pythonhosted|npmjs|yarnpkg|anaconda|crates|rubygems|golang)\.(org|com|io)\b", re.I
)
# Homes and work folders of people and build machines; the box's own home and /tmp are everywhere.
MACHINE = re.compile(
    r"(?<![\w.~/-])/(?:home(?!/student\b)|Users|root|work|workspace|builds|mnt|media)/\w"
    r"|/root[/]|\b[A-Z]:\\Users\\"
)


def tracked() -> list[Path]:
    """Return the files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with one file, each with its place."""
    data = path.read_bytes()
    if b"\0" in data:  # no text
        return
    text = data.decode()
    here = re.compile(rf"(?<![\w.~/-]){re.escape(str(Path.cwd()))}\b")
    for number, line in enumerate(text.splitlines(), 1):
        if REGISTRY.search(line):
            yield f"{path}:{number}: names the host of a package registry"
        if MACHINE.search(line) or here.search(line):
            yield f"{path}:{number}: holds an absolute path of a machine"
    if path.suffix == ".ipynb":
        for number, cell in enumerate(json.loads(text)["cells"], 1):
            if cell.get("outputs") or cell.get("execution_count"):
                yield f"{path}: cell {number} carries an output: release it anew"
            if "### BEGIN SOLUTION" in "".join(cell["source"]):
                yield f"{path}: cell {number} carries a solution: release it anew"


def main(names: list[str]) -> int:
    """Print every problem; return 1 if there is one."""
    paths = [Path(name) for name in names] or tracked()
    found = [problem for path in paths if path.is_file() for problem in problems(path)]
    print(*found, f"{len(paths)} files, {len(found)} problems", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
