"""Find the submissions in a folder, as nbgrader collects or a learning platform exports them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .gradescope import submitters
from .words import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = [
    "Submission",
    "given_name",
    "is_called",
    "is_notebook",
    "is_of_somebody",
    "submissions",
]

# Moodle, "Download submissions in folders": <name>_<number>_assignsubmission_file[_]/<files>.
MOODLE = re.compile(r"(?P<student>.+_\d+)_assignsubmission_(file|onlinetext)_?")
TYPED = "_assignsubmission_onlinetext", "_assignsubmission_file"
# Canvas: <name>[_LATE]_<user>_<upload>_<file>, with marks given blindly [LATE_]anon_<id>_...;
# Moodle without folders: <name>_<number>_assignsubmission_file_<file>.
UPLOAD = re.compile(
    r"(LATE_)?(?P<blind>anon_[A-Za-z0-9]+)_\d+_(?P<blind_file>.+)"
    r"|(?P<name>.+?_)(LATE_)?(?P<number>\d+)(_assignsubmission_\w+?|_\d+)?_(?P<file>.+)"
)
OF_PROGRAMS = {  # none of them is a student; the first is a second tree in the archives of Macs
    "__MACOSX", ".ipynb_checkpoints", ".git", ".svn", ".hg", ".vscode", ".idea", ".venv", ".cache",
    ".config", ".local", ".jupyter", ".ipython", ".TemporaryItems", ".Spotlight-V100", ".fseventsd",
}  # fmt: skip
ENDING = re.compile(r"\.ipynb(\.(txt|json))?$", re.IGNORECASE)  # some browsers add the second
ARCHIVE = re.compile(r"\.(zip|tar|t?gz|7z|rar)$", re.IGNORECASE)
# What browsers, platforms and careful people put behind a file's name.
SUFFIX = re.compile(r"( ?\(\d+\)|-\d{1,2}|[ _-]*(copy|final|solution|kopie)\d*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """Where one student's work lies.

    Parameters
    ----------
    student, assignment : str
        What the student and the assignment are called, fit to be printed.
    path : Path
        The notebook, there or not, if it is called as it should be.
    root : Path, optional
        The folder with everybody's work; by default the one three above the notebook, as
        ``nbgrader collect`` lays it out.
    files : tuple of Path
        The student's files, where those of all students lie in one folder.
    """

    student: str
    assignment: str
    path: Path
    root: Path | None = None
    files: tuple[Path, ...] = ()

    @property
    def timestamp(self) -> Path:
        """The file in which nbgrader says when it was handed in."""
        return self.path.with_name("timestamp.txt")


def submissions(
    folder: Path, assignment: str | None = None, known: Iterable[str] = ()
) -> Iterator[Submission]:
    """Yield the submissions in a folder, sorted.

    These layouts are known: ``<student>/<assignment>/<files>`` of ``nbgrader collect``,
    ``<student>/<files>`` (Moodle and Gradescope among them), and files that are called after
    student and number (Canvas, and Moodle without folders).

    A folder without a notebook is yielded too, and one with a dot in front of its name that holds
    one, and a notebook or an archive beside all folders: it is somebody's, and deserves a word.

    Parameters
    ----------
    folder : Path
        Everybody's work.
    assignment : str, optional
        Yield this assignment's alone.  A platform's export does not say which assignment it is
        of: without this, it is the name that most of its notebooks have.
    known : iterable of str
        The course's assignments: a folder of another name counts for the one that it, or else a
        notebook in it, is nearly called after, where the student has no folder of that name.

    Raises
    ------
    ValueError
        If that cannot be told.
    """
    exported = [*_in_folders(folder), *_in_one_folder(folder)]
    homes = {home for _, home, _ in exported}
    names = {*known, *([assignment] if assignment else [])}
    found = [
        one
        for one in _collected(folder, names)
        if one.path.parents[1] not in homes and assignment in (None, one.assignment)
    ]
    if exported:
        name = assignment or _most_common_name(folder, exported)
        for student, home, files in exported:
            path = home / f"{name}.ipynb"
            found.append(Submission(printable(student), printable(name), path, folder, files))
    found += _nobodys(folder, assignment, found)
    yield from sorted(found, key=lambda each: (each.student, each.assignment, each.path))


def given_name(path: Path) -> str:
    """Return what a student called a file before a platform put a name in front of it."""
    found = UPLOAD.fullmatch(path.name)
    return (found["file"] or found["blind_file"]) if found else path.name


def is_called(name: str, assignment: str) -> bool:
    """Whether a notebook has an assignment's name, but for what browsers and people add to it.

    Examples
    --------
    >>> is_called("conv1d (1).ipynb", "conv1d"), is_called("Lab-1-final-2.ipynb", "lab-1")
    (True, True)
    >>> is_called("lab-2.ipynb", "lab-1")
    False
    """
    stem, before = _stem(name).strip().casefold(), ""
    while stem not in (before, assignment.casefold()):
        stem, before = SUFFIX.sub("", stem), stem
    return stem == assignment.casefold()


def is_notebook(path: Path) -> bool:
    """Whether a file is called as notebooks are, or as browsers save them."""
    return bool(ENDING.search(path.name))


def _stem(name: str) -> str:
    return ENDING.sub("", name)


def _collected(folder: Path, known: Collection[str]) -> Iterator[Submission]:
    """Yield what lies in a folder of its own in a folder of the student's own."""
    homes: dict[Path, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*/*")):
        if path.is_dir() and _is_somebodys(path.parent, "*/*") and not _is_of_a_program(path.name):
            homes[path.parent].append(path)
    for home, paths in homes.items():
        rest = set(known) - {path.name for path in paths}
        for path in paths:
            name = path.name if path.name in known else _assigned(path, rest, alone=len(paths) == 1)
            if name[0] != ".":
                place = path / f"{name}.ipynb"
                yield Submission(printable(home.name), printable(name), place, folder)


def _assigned(path: Path, known: Iterable[str], *, alone: bool) -> str:
    """Return which assignment a folder is of by its name, or else by a notebook in it.

    Several folders of any names may be those of several students, one level further down.
    """
    hows = ("*", "*/*") if path.name == path.parent.name else ("*",) * alone
    inside = [one.name for how in hows for one in path.glob(how) if is_notebook(one)]
    for names in ([path.name.lstrip(".")], inside):
        found = [one for one in known if any(is_called(each, one) for each in names)]
        if len(found) == 1:
            return found[0]
    return path.name


def _is_of_a_program(name: str) -> bool:
    return name in OF_PROGRAMS or name.startswith(".Trash")


def _is_somebodys(home: Path, notebooks: str) -> bool:
    """Whether a folder may be a student's: of hidden ones, those that hold a notebook."""
    if _is_of_a_program(home.name):
        return False
    return home.name[0] != "." or any(map(is_notebook, home.glob(notebooks)))


def _nobodys(
    folder: Path, assignment: str | None, found: Sequence[Submission]
) -> Iterator[Submission]:
    """Yield the files beside folders and files of students that may be somebody's, too.

    One archive is none: all the folders came out of it.
    """
    names = Counter(one.assignment for one in found)
    rest = [path for path in _entries(folder) if path.name[0] != "." and not is_of_somebody(path)]
    archives = [path for path in rest if ARCHIVE.search(path.name)]
    loose = [*filter(is_notebook, rest), *(archives if len(archives) > 1 else [])]
    for path in loose if found else ():
        name = assignment or max(names, key=lambda name: names[name])
        place = folder / f"{name}.ipynb"
        yield Submission(printable(path.name), name, place, folder, (path,))


def is_of_somebody(path: Path) -> bool:
    """Whether a file's name says whose it is."""
    return bool(UPLOAD.fullmatch(path.name))


Exported = list[tuple[str, "Path", tuple["Path", ...]]]


def _in_folders(folder: Path) -> Exported:
    """Return each student with the folder of all files of theirs."""
    listed = submitters(folder)
    homes = _without_texts(_folders(folder))
    exported = [path for path in homes if _is_exported(path, listed)]
    # A folder with files alone is, beside folders of students, a student's.
    rest = [path for path in homes if exported and path not in exported]
    bare = [path for path in rest if not any(each.is_dir() for each in _entries(path))]
    return [(student, path, ()) for path in (*exported, *bare) for student in _owners(path, listed)]


def _without_texts(homes: Sequence[Path]) -> list[Path]:
    """Drop what Moodle exports of a text typed beside the files of the same student."""
    names = {path.name for path in homes}
    beside = {path: path.name.replace(*TYPED) for path in homes}
    return [path for path in homes if beside[path] not in names - {path.name}]


def _owners(path: Path, listed: Mapping[str, list[str]]) -> list[str]:
    moodle = MOODLE.fullmatch(path.name)
    return listed.get(path.name, [moodle["student"] if moodle else path.name])


def _is_exported(path: Path, listed: Container[str]) -> bool:
    """Whether a student's folder holds files, not folders of assignments."""
    known = MOODLE.fullmatch(path.name) or path.name in listed
    return bool(known) or any(map(is_notebook, _entries(path)))


def _in_one_folder(folder: Path) -> Exported:
    """Return each student with the files that are called after them."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in _entries(folder):
        upload = UPLOAD.fullmatch(path.name)
        if upload and not path.is_dir() and path.name[0] != ".":
            found[upload["blind"] or upload["name"] + upload["number"]].append(path)
    return [(student, folder, tuple(files)) for student, files in found.items()]


def _most_common_name(folder: Path, exported: Exported) -> str:
    names = [
        given_name(path)
        for _, home, files in exported
        for path in files or _entries(home)
        if is_notebook(path)
    ]
    stems = Counter(map(_stem, names))
    counts = {stem: sum(is_called(name, stem) for name in names) for stem in stems}
    name = max(stems, key=lambda stem: (counts[stem], stems[stem]), default="")
    if 2 * counts.get(name, 0) <= len(names):
        msg = f"{folder} does not say which assignment it is of: give --assignment"
        raise ValueError(msg)
    return name


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder that may be somebody's."""
    return [path for path in _entries(folder) if path.is_dir() and _is_somebodys(path, "*")]


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder: nothing, if we may not look."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
