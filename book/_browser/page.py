"""Run a page's cells in the browser's Python, one after the other, as a notebook does.

The worker of the page (book/_static/live-worker.mjs) calls `connect` once and `run` for each cell.
What a cell shows goes to the function given to `connect`, as a kind and its data:
"stdout", "stderr", "text", "html", "svg", "error" with a string, "png" with bytes.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import linecache
import sys
import time
import traceback
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_show: Callable[[str, Any], None] = print
_main = ModuleType("__main__")
_cells: set[str] = set()


def connect(show: Callable[[str, Any], None]) -> None:
    """Send what cells show to a function of its kind and data, and begin with no variables."""
    global _show, _main  # one page, one Python
    _show, _main = show, ModuleType("__main__")
    _main.__dict__.update(display=display, In=[""])  # as in a notebook
    sys.modules["__main__"] = _main
    builtins.input = _no_input
    time.perf_counter = _next_tick
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")


async def run(code: str, name: str) -> bool:
    """Run a cell, show what it shows and its last value; return whether it ended well.

    Parameters
    ----------
    code : str
    name : str
        What tracebacks call the cell.
    """
    _cells.add(name)
    _main.__dict__["In"].append(code)
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    try:
        for part in _parts(code, name):
            value = eval(part, _main.__dict__)
            if inspect.iscoroutine(value):
                value = await value
        if value is not None:
            display(value)
        _figures()
    except BaseException as error:  # whatever a reader's code raises, the page goes on
        _show("error", explained(error))
        return False
    return True


def display(*values: Any) -> None:
    """Show values in the best form that they and a page have."""
    for value in values:
        for kind in ("html", "svg", "png"):
            form = getattr(value, f"_repr_{kind}_", lambda: None)()
            if form is not None:
                _show(kind, form)
                break
        else:
            if hasattr(value, "savefig"):
                _show("png", _png(value))
            else:
                _show("text", repr(value))


def explained(error: BaseException) -> str:
    """Return a traceback of the page's own lines: no frame of a library, nor of this module."""
    told = traceback.TracebackException.from_exception(error)
    for part in _chain(told):
        kept = [frame for frame in part.stack if frame.filename in _cells]
        part.stack = traceback.StackSummary.from_list(kept)
    return "".join(told.format()).rstrip()


def _chain(told: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    if told:
        yield told
        yield from _chain(told.__cause__)
        yield from _chain(told.__context__)


def _parts(code: str, name: str) -> Iterator[CodeType]:
    """Yield the cell's statements, and then its last expression, if its value is to be shown."""
    body = ast.parse(code, name).body
    shown = body and isinstance(body[-1], ast.Expr) and not code.rstrip().endswith(";")
    last = [body.pop()] if shown else []
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    yield compile(ast.Module(body, []), name, "exec", flags)
    for expression in last:
        yield compile(ast.Expression(expression.value), name, "eval", flags)  # type: ignore[attr-defined]


def _figures() -> None:
    """Show the figures that pyplot has open, as a notebook does after each cell."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].show()


def _png(figure: Any) -> bytes:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=144, bbox_inches="tight")
    return data.getvalue()


def _no_input(prompt: object = "") -> str:
    message = f"a page cannot ask {str(prompt)!r}: write the answer into the code"
    raise RuntimeError(message)


def _next_tick(clock: Callable[[], float] = time.perf_counter) -> float:
    """Read the clock when it moves, so that nothing takes no time: browsers round to 0.1 ms."""
    begun = clock()
    while (now := clock()) == begun:
        pass
    return now


class _Stream(io.TextIOBase):
    """What print writes to."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            _show(self.kind, text)
        return len(text)


def late(names: Sequence[str], install: Callable[[], None]) -> None:
    """Call `install` when one of these packages is first imported."""
    sys.meta_path.append(_Late(names, install))


class _Late(MetaPathFinder):
    def __init__(self, names: Sequence[str], install: Callable[[], None]) -> None:
        self.names, self.install = set(names), install

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.names:
            return None
        sys.meta_path.remove(self)
        self.install()
        PathFinder.invalidate_caches()
        return PathFinder.find_spec(name, path, target)
