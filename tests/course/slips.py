"""Slips: small changes of a right source, such as students make, by which it goes wrong."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SLIPS", "slipped"]


def first_line(line: str, *needs: str) -> Callable[[str], str]:
    """Return the slip that puts a line at the start of a function with these parameters."""

    def change(source: str) -> str:
        for node in ast.parse(source).body:
            if not isinstance(node, ast.FunctionDef) or node.body[0].lineno == node.lineno:
                continue
            if set(needs) <= {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}:
                lines = source.split("\n")
                start = node.body[0]
                lines.insert(start.lineno - 1, " " * start.col_offset + line)
                return "\n".join(lines)
        return source

    return change


def text(found: str, put: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    """Return the slip that puts another text in the place of the first that is found."""
    return lambda source: re.sub(found, put, source, count=1)


def of_each(option: str, value: str) -> str:
    """Return the line that gives an option another value, on one axis or on each."""
    each = value.replace(option, "one")
    return f"{option} = {value} if isinstance({option}, int) else tuple({each} for one in {option})"


SLIPS = {
    "kernel flipped": first_line("weight = weight[..., ::-1]", "weight"),
    "single kernel flipped": first_line("w = w[::-1]", "w"),
    "input channels reversed": first_line("weight = weight[:, ::-1]", "weight"),
    "kernel transposed": first_line("weight = weight.swapaxes(-1, -2)", "weight"),
    "bias lost": first_line("bias = None if bias is None else 0 * bias", "bias"),
    "stride ignored": first_line(of_each("stride", "stride // stride"), "stride"),
    "padding ignored": first_line(of_each("padding", "padding * 0"), "padding"),
    "dilation off by one": first_line(of_each("dilation", "dilation + 1"), "dilation"),
    "stride and dilation swapped": first_line(
        "stride, dilation = dilation, stride", "stride", "dilation"
    ),
    "groups ignored": first_line("groups = 1", "groups"),
    "whole numbers": first_line("x = x.astype(int)", "x"),
    "double precision": first_line("x = x.astype(float)", "x"),
    "one sample": first_line("x = x[:1]", "x"),
    "input changed": first_line("x[...] = x[..., ::-1].copy()", "x"),
    "plus for minus": text(r" - ", " + "),
    "minus for plus": text(r" \+ (?!1\b)", " - "),
    "one forgotten": text(r" \+ 1\b", ""),
    "edge included": text(r" > ", " >= "),
    "mean for sum": text(r"\.sum\(", ".mean("),
    "smallest for largest": text("argmax", "argmin"),
    "float64 always": text(r"np\.result_type\([^)]*\)", "float"),
    "miscounted": text(r"(?<![\w.])\d+(?![\w.])", lambda found: str(int(found[0]) + 1)),
}


def slipped(source: str) -> dict[str, str]:
    """Return what each slip that can be made here makes of a source.

    Examples
    --------
    >>> sorted(slipped("def f(x):\\n    return x.sum(0)"))[:2]
    ['double precision', 'input changed']
    """
    made = {name: change(source) for name, change in SLIPS.items()}
    return {name: changed for name, changed in made.items() if changed != source}
