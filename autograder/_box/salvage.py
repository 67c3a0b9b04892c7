"""What still counts of a cell that does not run to its end."""

from __future__ import annotations

import ast
import traceback
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["behind", "salvage"]

KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LINE_MAGIC = "get_ipython().run_line_magic("  # as Python reads it
WANTING = (ImportError, OSError, EOFError, UsageError)


def salvage(source: str) -> str:
    r"""Return of a cell that kills or hangs Python what cannot run for long.

    These are imports, definitions and constants.

    Examples
    --------
    >>> salvage("import os\nK = 3\ndef f(): return K\nwhile True: pass\nos._exit(0)")
    'import os\nK = 3\n\ndef f():\n    return K'
    >>> salvage("not python")
    ''
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    tree.body = [node for node in tree.body if isinstance(node, KEPT) or _is_constant(node)]
    try:
        return ast.unparse(tree)
    except RecursionError:
        return ""


def behind(source: str, error: BaseException, lost: set[str]) -> str:
    r"""Return what stands behind the statement that wants what the box has not, on the same lines.

    Students' own computers have more modules, files, programs and magics, a network, and somebody
    who answers: a line that needs one of these must not cost what is defined below it.

    Parameters
    ----------
    source : str
        Of a cell, as Python reads it.
    error : BaseException
        With which the cell stopped; nothing is returned if it is of another kind.
    lost : set of str
        Names that were not made for this reason; those of the statement are added.  A statement
        that needs one of them goes with it.

    Examples
    --------
    >>> source, lost = "import nosuch as no\nno.start()\ndef f(): return 3", set()
    >>> for _ in range(2):
    ...     try:
    ...         exec(compile(source, "<ipython-input-1>", "exec"))
    ...     except (ImportError, NameError) as error:
    ...         source = behind(source, error, lost)
    >>> source, lost
    ('\n\ndef f(): return 3', {'no'})
    """
    frames = traceback.walk_tb(error.__traceback__)
    line = next((n for frame, n in frames if "ipython-input" in frame.f_code.co_filename), 0)
    for node in ast.parse(source).body if line else ():
        end = node.end_lineno or line
        if line <= end:
            if not _wants(node, error, lost):
                return ""
            lost |= set(_bound(node))
            return "\n" * end + "\n".join(source.split("\n")[end:])
    return ""


def _wants(statement: ast.stmt, error: BaseException, lost: set[str]) -> bool:
    if isinstance(error, NameError):
        return error.name in lost
    return isinstance(error, WANTING) or ast.unparse(statement).startswith(LINE_MAGIC)


def _bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.alias(name=name, asname=other):
                yield other or name.partition(".")[0]
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
                yield name


def _is_constant(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
