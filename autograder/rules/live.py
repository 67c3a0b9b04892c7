"""Which names in some code take part in what it does: no bare mention, nothing that never runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["live_names"]

ENDS = ast.Return | ast.Raise | ast.Continue | ast.Break


def live_names(code: ast.AST) -> set[str]:
    r"""Return the names that are looked up where it can matter.

    Examples
    --------
    >>> code = "def f(x):\n  helper\n  if False: other(x)\n  return g(x)\n  h(x)"
    >>> sorted(live_names(ast.parse(code)))
    ['g', 'x']
    >>> sorted(live_names(ast.parse("def f(x):\n  if x: return g\n  else: return h")))
    ['g', 'h', 'x']
    """
    names = (node.id for node in _live(code) if isinstance(node, ast.Name))
    return set(names)


def _live(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.Attribute | ast.Tuple):
        return
    yield node
    never = isinstance(node, ast.If | ast.IfExp | ast.While) and _is_never(node.test)
    for name, value in ast.iter_fields(node):
        if not (never and name == "body"):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from _live(part)
                if isinstance(part, ENDS):  # what follows in the same block never runs
                    break


def _is_never(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and not test.value
