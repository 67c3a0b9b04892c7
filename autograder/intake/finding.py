"""Find the notebook among the files of one submission, and take nothing else of it."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from .class_folder import given_name, is_called, is_notebook, is_of_somebody
from .kinds import SAVE
from .reading import read_notebook
from .words import Refusal, listed, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .class_folder import Submission
    from .reading import Given

__all__ = ["read_submission"]

MAX_FILES = 1000
MAX_FOLDER = 200 << 20
MAX_DEPTH = 5
PATTERN = set("*?[")  # nbgrader takes a student's name for a pattern of file names
OF_NO_INTEREST = ("__MACOSX", "__pycache__", "timestamp.txt", "submission_secret.txt")
MODULES = {*sys.stdlib_module_names, "numpy", "matplotlib", "IPython", "autograder", "convlib"}
ALONE = "nothing but the notebook is taken"


def read_submission(
    submission: Submission, is_answered: Callable[[Given], bool] = lambda _: True
) -> Given:
    """Read the notebook that was handed in, also under another name or in a folder further down.

    Of several the one of the likeliest name counts, or the newest, but for one in which nobody
    wrote where another `is_answered`.

    Raises
    ------
    Refusal
        If a folder is a link (to another's work, perhaps) or holds too much, if its name is no
        name for a student, if there is no notebook, or for the reasons of `read_notebook`.
    """
    _demand_own_folder(submission)
    _demand_owner(submission)
    files = list(submission.files or _files(submission.path.parent))
    notebooks = _notebooks(submission, files)
    path, given = _chosen(notebooks, is_answered)
    files.remove(path)
    notes = [
        *_misplaced(submission),
        *_misnamed(submission, path, notebooks),
        *_left_out(submission, files),
    ]
    return replace(given, notes=(*notes, *given.notes))


def _demand_own_folder(submission: Submission) -> None:
    folder = submission.path.parent
    root = submission.root or folder.parent.parent
    parts = [folder, *folder.parents]
    if any(part.is_symlink() for part in parts[: parts.index(root)]):
        msg = f"the folder of {submission.student} is a link: hand in the folder itself"
        raise Refusal(msg)
    if submission.student.startswith("."):
        msg = f"no student can be called {submission.student!r}: rename the folder, without the dot"
        raise Refusal(msg)
    if PATTERN & set(submission.student):
        msg = f"no student can be called {submission.student!r}: rename the folder, without * ? ["
        raise Refusal(msg)


def _demand_owner(submission: Submission) -> None:
    for path in submission.files:
        if not is_of_somebody(path):
            msg = (
                f"{printable(path.name)} lies beside the folders of the students, and does not say "
                "whose it is: put it, unpacked, into a folder called after its author"
            )
            raise Refusal(msg)


def _files(folder: Path) -> list[Path]:
    found = []
    size = 0
    for path in _walk(folder, MAX_DEPTH):
        found.append(path)
        size += path.lstat().st_size
        if len(found) > MAX_FILES or size > MAX_FOLDER:
            msg = (
                f"the folder holds over {MAX_FILES} files or {MAX_FOLDER >> 20} MB: hand in the "
                "notebook alone"
            )
            raise Refusal(msg)
    return found


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Yield all that is no folder, without following a link."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # it says nothing of itself, so nothing is taken from it
        return
    for entry in entries:
        if entry.name[0] == "." or entry.name in OF_NO_INTEREST:
            continue
        path = folder / entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif depth:
            yield from _walk(path, depth - 1)


def _notebooks(submission: Submission, files: Sequence[Path]) -> list[Path]:
    """Return the notebooks, the likeliest first."""
    wanted = submission.path.name
    notebooks = [path for path in files if is_notebook(path)]
    notebooks = notebooks or [path for path in files if _may_be_one(path, wanted)]
    if not notebooks:
        holds = listed(_shown(submission, files)) if files else "nothing, hidden files aside"
        msg = f"there is no {wanted} in the folder that was handed in: it holds {holds}; {SAVE}"
        raise Refusal(msg)
    return sorted(notebooks, key=lambda path: (_strangeness(path, wanted), *_age(path)))


def _may_be_one(path: Path, wanted: str) -> bool:
    """Whether a file has the assignment's name with another ending, or none, and is a notebook."""
    if not is_called(path.with_suffix("").name, wanted.removesuffix(".ipynb")):
        return False
    with suppress(Refusal):
        read_notebook(path)
        return True
    return False


def _chosen(notebooks: Sequence[Path], is_answered: Callable[[Given], bool]) -> tuple[Path, Given]:
    """Read the likeliest, or if nobody can read or wrote in it, the likeliest with an answer."""
    first, *others = notebooks
    given = None
    with suppress(Refusal):
        given = read_notebook(first)
    if others and not (given and is_answered(given)):
        for path in others:
            with suppress(Refusal):
                found = read_notebook(path)
                if is_answered(found):
                    return path, found
    return first, given or read_notebook(first)


def _strangeness(path: Path, wanted: str) -> int:
    name, assignment = given_name(path), wanted.removesuffix(".ipynb")
    exact = wanted in (name, path.name)
    likeness = [exact, is_called(name, assignment), assignment.casefold() in name.casefold(), True]
    return likeness.index(True)


def _age(path: Path) -> tuple[int, int, str]:
    """Sort the newest first, of the same age the one that lies highest."""
    return -path.lstat().st_mtime_ns, len(path.parts), path.name


def _misplaced(submission: Submission) -> list[str]:
    folder, name = submission.path.parent, submission.path.stem
    if folder.name == name or submission.root in (folder, folder.parent):
        return []
    return [f"the folder {printable(folder.name)} is taken for {name}"]


def _misnamed(submission: Submission, path: Path, notebooks: Sequence[Path]) -> list[str]:
    (name,) = _shown(submission, [path])
    wanted = submission.path.name
    if len(notebooks) > 1:
        several = listed(_shown(submission, notebooks))
        why = _why(path, notebooks, wanted)
        return [f"there are several notebooks, {several}: {name} is taken, {why}"]
    return [f"{name} is taken for {wanted}"] if name != wanted else []


def _why(path: Path, notebooks: Sequence[Path], wanted: str) -> str:
    """Say what a notebook has before all others."""
    if path != notebooks[0]:
        return "the first with an answer in it"
    second = notebooks[1]
    if _strangeness(second, wanted) > _strangeness(path, wanted):
        return "for its name"
    return "the newest" if _age(second)[0] > _age(path)[0] else "the first of the same age"


def _left_out(submission: Submission, files: Sequence[Path]) -> list[str]:
    """Say which files were left out and why that may matter."""
    strange = [path for path in files if not stat.S_ISREG(path.lstat().st_mode)]
    hiding = [path for path in files if path not in strange and _hides(submission, path)]
    modules = [p for p in files if p.suffix == ".py" and p not in strange and p not in hiding]
    told = {*strange, *hiding, *modules}
    others = [path for path in files if path not in told and not is_notebook(path)]
    said = (
        (strange, "is a link or no plain file and was not opened"),
        (hiding, "was left out: it would hide the module of that name; write in the notebook"),
        (modules, f"was left out, since {ALONE}: define its functions in the notebook"),
        (others, f"was left out, since {ALONE}"),
    )
    return [
        f"{listed(_shown(submission, paths))} {text if len(paths) == 1 else _of_several(text)}"
        for paths, text in said
        if paths
    ]


def _of_several(text: str) -> str:
    changes = {
        "is a link or no plain file and was": "are links or no plain files and were",
        "was left out": "were left out",
        "it would hide the module of that name": "they would hide the modules of these names",
        "its functions": "their functions",
    }
    for one, many in changes.items():
        text = text.replace(one, many)
    return text


def _hides(submission: Submission, path: Path) -> bool:
    """Whether a file would be found in place of a module that the notebook imports."""
    (name,) = _shown(submission, [path])
    top, _, below = name.partition("/")
    is_package = below == "__init__.py"
    return (is_package or top.endswith(".py")) and top.removesuffix(".py") in MODULES


def _shown(submission: Submission, paths: Sequence[Path]) -> list[str]:
    """Return the names that the student knows the files by."""
    if submission.files:
        return [given_name(path) for path in paths]
    return [path.relative_to(submission.path.parent).as_posix() for path in paths]
