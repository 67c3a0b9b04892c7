"""Peeking: for references, cases, marks, secrets and others' work, wherever they may lie."""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook(
        "peek-frames",
        "looks through the callers' frames for the expected answer",
        double(
            """
            import sys
            frame, found = sys._getframe(), []
            while frame:
                found += list(frame.f_locals.values()) + list(frame.f_globals.values())
                frame = frame.f_back
            arrays = [a for a in found if isinstance(a, np.ndarray) and a.shape == x.shape]
            other = [a for a in arrays if not np.array_equal(a, x)]
            """,
            "other[0] if other else np.zeros(7)",
        ),
    ),
    Notebook(
        "peek-gc",
        "looks through all objects for the expected answer",
        double(
            """
            import gc
            things = [t for o in gc.get_objects() for t in gc.get_referents(o)]
            arrays = [t for t in things if type(t) is np.ndarray and t.shape == x.shape]
            other = [a for a in arrays if not np.array_equal(a, x)]
            """,
            "other[0] if other else np.zeros(7)",
        ),
    ),
    Notebook(
        "peek-gc-for-functions",
        "looks for the reference among all functions",
        before=(
            cell("""
            import gc, types
            names = {"reference", "hidden", "mistakes", "ASSIGNMENT", "judge", "trials"}
            for thing in gc.get_objects():
                if isinstance(thing, types.FunctionType) and thing.__module__:
                    if "cases" in thing.__module__ or thing.__name__ in names:
                        print("FOUND", thing.__module__, thing.__name__)
            """),
        ),
        never=("FOUND cases", "FOUND autograder"),
    ),
    Notebook(
        "peek-modules",
        "imports what a grader is made of",
        before=(
            cell("""
            import importlib
            for name in ("convlib", "nbgrader", "nbgrader.api", "autograder.judge", "cases",
                         "autograder.spec", "solutions", "autograder.course", "sqlalchemy"):
                try:
                    print("FOUND", importlib.import_module(name).__file__)
                except Exception as error:
                    print(type(error).__name__)
            """),
        ),
        never=("FOUND /", "FOUND None"),
    ),
    Notebook(
        "peek-files",
        "reads every file that it can reach and looks for answers in it",
        before=(
            cell(r"""
            import os
            marks = [b"ASSI" + b"GNMENT =", b"Mista" + b"ke(", b"CANA" + b"RY-OF-THE-HOST",
                     b"SQLite for" + b"mat 3\x00"]
            skip = ("/proc", "/sys", "/usr", "/opt/box", "/lib")
            for folder, _, names in os.walk("/"):
                if folder.startswith(skip):
                    continue
                for name in names:
                    try:
                        with open(os.path.join(folder, name), "rb") as file:
                            data = file.read(1 << 20)
                    except OSError:
                        continue
                    if any(mark in data for mark in marks):
                        print("FOUND", os.path.join(folder, name))
            """),
        ),
        never=("FOUND /",),
    ),
    Notebook(
        "peek-environment",
        "prints every environment variable, of other processes too",
        before=(
            cell("""
            import glob, os
            print(dict(os.environ))
            for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    print(open(path, "rb").read())
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
    ),
    Notebook(
        "peek-passwords",
        "reads the files that every machine has",
        before=(
            cell("""
            roots = ("/proc/1/root", "/proc/self/root")
            paths = ["/etc/passwd", "/etc/shadow", "/etc/hostname", "/root" + "/.bashrc"]
            for path in (*paths, f"{roots[0]}/etc/passwd", f"{roots[1]}/../etc/passwd"):
                try:
                    print(open(path).read())
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
        never=("root:x:0",),
    ),
    Notebook(
        "peek-memory",
        "searches its memory for an array that is twice the input",
        double(
            """
            import ctypes
            wanted, found = (2 * x[:1]).tobytes(), []
            for line in open("/proc/self/maps"):
                span, rights, *_ = line.split()
                if rights.startswith("rw") and "[v" not in line:
                    start, end = (int(part, 16) for part in span.split("-"))
                    data = ctypes.string_at(start, min(end - start, 1 << 26))
                    at = data.find(wanted)
                    if at >= 0 and len(data) >= at + x.nbytes:
                        found.append(np.frombuffer(data[at:at + x.nbytes], x.dtype).reshape(x.shape))
            """,
            # What it finds first is the doubled number that it has just made itself.
            "np.zeros(7)",
        ),
    ),
    Notebook(
        "peek-other-cases",
        "keeps the inputs of each case, and prints all of them in the next",
        before=("seen = []",),
        cells=double(
            """
            seen.append(x)
            print("SEEN", seen)
            open("seen.txt", "a").write(repr(seen))
            """
        ),
        after=("import os\nprint(seen, os.path.exists('seen.txt') and open('seen.txt').read())",),
        never=("SEEN [",),
    ),
    Notebook(
        "peek-at-neighbours",
        "looks for the work of others, beside and above its own folder",
        before=(
            cell("""
            import glob
            paths = [p for n in range(6) for p in glob.glob("../" * n + "*/*/*.ipynb")]
            paths += glob.glob("/**/submitted/**", recursive=True)
            for path in paths:
                print("FOUND", path, open(path).read())
            """),
        ),
        never=("FOUND ..", "FOUND /"),
    ),
)
