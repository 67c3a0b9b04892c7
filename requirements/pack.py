"""Make the folder of Python that the book serves from the one that `runtime.py` fetched.

usage: pack.py FETCHED SERVED

Archives lose what no page needs, and their modules are compiled, which halves the time until
Python runs in a reader's browser.  Only the runtime's own version of Python can compile for it:
Pyodide itself does, under Node (see pack.mjs).  Any other leaves the modules as they are, and
everything works, but starts later.  Either way the same input makes the same bytes.
"""

from __future__ import annotations

import importlib.util
import json
import marshal
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

COMPILES = sys.version_info[:2] == (3, 14)
LOCK = "pyodide-lock.json"
WHEN = (1980, 1, 1, 0, 0, 0)
HEAD = importlib.util.MAGIC_NUMBER + bytes(12)  # of a compiled file: no flag, no date, no size
NOT_NEEDED = (  # in any archive: parts of paths
    *"/tests/ /f2py/src/ /include/ /sphinxext/ /jpl_units/ /web_backend/ /plot_directive/".split(),
    *"/fonts/afm/ /fonts/pdfcorefonts/ /mpl-data/images/ /ttf/STIX /ttf/DejaVuSerif".split(),
    *"_tkagg. PIL/_webp. /RECORD .pyi .pxd libnpyrandom.a libnpymath.a".split(),
)


def repack(source: Path, target: Path) -> None:
    """Write an archive without what is not needed, its modules compiled if that can be."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as new:
        for name in sorted(old.namelist()):
            if name.endswith("/") or any(part in f"/{name}" for part in NOT_NEEDED):
                continue
            data = old.read(name)
            entry = ZipInfo(name, WHEN)
            entry.compress_type = ZIP_DEFLATED
            if COMPILES and name.endswith(".py"):
                code = compile(data, f"/lib/{name}", "exec", dont_inherit=True, optimize=0)
                entry.filename, data = f"{name}c", HEAD + marshal.dumps(code)
            new.writestr(entry, data)


def serve(fetched: Path, served: Path) -> None:
    """Fill the served folder, and let its lock name what is in it and no more."""
    served.mkdir(parents=True, exist_ok=True)
    for path in fetched.iterdir():
        if path.suffix in {".whl", ".zip"}:
            repack(path, served / path.name)
        elif path.suffix in {".mjs", ".wasm"}:
            (served / path.name).write_bytes(path.read_bytes())
    lock = json.loads((fetched / LOCK).read_text(encoding="utf-8"))
    packages = {
        name: package
        for name, package in lock["packages"].items()
        if (served / package["file_name"]).exists()
    }
    for package in packages.values():
        package["sha256"] = sha256((served / package["file_name"]).read_bytes()).hexdigest()
        package["depends"] = [name for name in package["depends"] if name in packages]
    text = json.dumps({**lock, "packages": packages}, sort_keys=True)
    (served / LOCK).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    serve(*map(Path, sys.argv[1:]))
