"""What still counts of a cell that does not run to its end."""

from __future__ import annotations

import ast
import traceback

__all__ = ["behind_import", "salvage"]

IMPORTS = (ast.Import, ast.ImportFrom)
KEPT = (*IMPORTS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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


def behind_import(source: str, error: ModuleNotFoundError) -> str:
    r"""Return what stands behind the import of a module that is not there, on the same lines.

    Students' own computers have more modules than the box: an import that nothing needs must not
    cost what is defined below it.

    Parameters
    ----------
    source : str
        Of a cell, as Python reads it.
    error : ModuleNotFoundError
        With which the cell stopped; nothing is returned if it was not at an import of its own.

    Examples
    --------
    >>> source = "import nosuch\ndef f(): return 3"
    >>> try:
    ...     exec(compile(source, "<ipython-input-1>", "exec"))
    ... except ImportError as error:
    ...     behind_import(source, error)
    '\ndef f(): return 3'
    """
    frames = traceback.walk_tb(error.__traceback__)
    line = next((n for frame, n in frames if "ipython-input" in frame.f_code.co_filename), 0)
    for node in ast.parse(source).body:
        if isinstance(node, IMPORTS) and node.lineno <= line <= (node.end_lineno or line):
            end = node.end_lineno or line
            return "\n" * end + "\n".join(source.split("\n")[end:])
    return ""


def _is_constant(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
