"""Write a cell of a newer Python so that the grader's reads it.

Students have other Pythons than the grader: what runs for them should run here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..rules.source import readable

__all__ = ["older"]

MARK = re.compile(
    r"(?:(?<!\w)([fF][rR]?|[rR][fF]|[bBrRuU]{1,2}))?('''|\"\"\"|'|\")|#[^\n]*|[()\[\]{}!:]"
)
BODY = re.compile(r"\\N\{[^}]*\}|\\[^{}]|\{\{|\}\}|[{}'\"]", re.DOTALL)
GAPS = re.compile(r"(?:[ \t]|\\\n)*"), re.compile(r"(?:\s|\\\n|#[^\n]*)*")  # the last in brackets
PARAMETERS = re.compile(r"^([ \t]*(?:(?:async +)?def|class|type) +\w+)[ \t]*\[", re.MULTILINE)
ALIAS = re.compile(r"^([ \t]*)type +(\w+)\s*=(?!=)", re.MULTILINE)
CAUGHT = re.compile(r"^([ \t]*except\*? +)([\w.]+(?: *, *[\w.]+)+) *:", re.MULTILINE)
CELL_MAGIC = re.compile(r"\s*%%[^\n]*\n|")
LATE = "from __future__ import annotations\n"  # what stood in brackets has no meaning any more


@lru_cache(maxsize=128)  # a notebook is cleaned, and then run
def older(source: str) -> tuple[str, tuple[str, ...]]:
    r"""Return a cell without the syntax of newer Pythons, and what in it was rewritten.

    One that Python can read, or cannot read even so, is returned as it is.

    Parameters
    ----------
    source : str
        Of a cell, magics and all.

    Examples
    --------
    >>> older('print(f"{word["a"]:>9} of {words}")')
    ('print(("{:>9} of {}".format((word["a"]), (words))))', ('an f-string',))
    >>> older("type = 3; f'{x}'")[1]
    ()
    """
    if not source.strip() or readable([source]):
        return source, ()
    try:
        found, said = _rewritten(source)
    except (LookupError, RecursionError):  # it ends in the middle of a string
        return source, ()
    return (found, said) if readable([found]) else (source, ())


def _rewritten(source: str) -> tuple[str, tuple[str, ...]]:
    steps = {
        "an f-string": lambda text: _Reader(text).code(),
        "types in brackets": _without_parameters,
        "a `type` statement": lambda text: ALIAS.sub(r"\1\2 = lambda:", text),
        "`except` without brackets": lambda text: CAUGHT.sub(r"\1(\2):", text),
    }
    said = []
    for name, step in steps.items():
        before, source = source, step(source)
        said += [name] if source != before else []
    if {"types in brackets", "a `type` statement"} & {*said}:
        source = CELL_MAGIC.sub(lambda found: found[0] + LATE, source, count=1)
    return source, tuple(said)


def _without_parameters(source: str) -> str:
    parts, at = [], 0
    for found in PARAMETERS.finditer(source):
        if found.start() >= at:
            reader = _Reader(source, found.end())
            reader.code("]")
            parts.append(source[at : found.end(1)])
            at = reader.at + 1
    return "".join([*parts, source[at:]])


class _Reader:
    """Reads code, and writes f-strings that only newer Pythons read as calls of ``format``.

    Parameters
    ----------
    source : str
        What is read.
    at : int
        The place of the next character.
    """

    def __init__(self, source: str, at: int = 0) -> None:
        self.source, self.at = source, at

    def code(self, ends: str = "") -> str:
        """Read up to one of the marks `ends` outside of brackets, or to the end."""
        parts, depth = [], 0
        while found := MARK.search(self.source, self.at):
            parts.append(self.source[self.at : found.start()])
            self.at, mark = found.start(), found[0]
            if found[2]:
                parts.append(self._strings(GAPS[bool(depth or ends)]))
                continue
            if depth == 0 and mark in ends and not self.source.startswith("!=", self.at):
                return "".join(parts)
            depth += (mark in "([{") - (mark in ")]}")
            parts.append(mark)
            self.at = found.end()
        if ends:
            raise LookupError(ends)
        return "".join([*parts, self.source[self.at :]])

    def _strings(self, gap: re.Pattern[str]) -> str:
        """Read strings that stand side by side, and so are one."""
        text, anew = self._string()
        parts = [text]
        while True:
            between = gap.match(self.source, self.at)
            assert between
            following = MARK.match(self.source, between.end())
            if not (following and following[2]):
                break
            self.at = between.end()
            text, newer = self._string()
            parts += [between[0], text]
            anew = anew or newer
        if anew:
            parts[1::2] = [f"{one}+ " for one in parts[1::2]]
        return f"({''.join(parts)})" if anew else "".join(parts)

    def _string(self) -> tuple[str, bool]:
        start, found = self.at, MARK.match(self.source, self.at)
        assert found
        prefix, quote = found[1] or "", found[2]
        self.at = found.end()
        template, values, anew = self._body(quote, quote, holes="f" in prefix.lower())
        if not anew:
            return self.source[start : self.at], False
        plain = prefix.strip("fF")
        return f"{plain}{quote}{template}{quote}.format({', '.join(values)})", True

    def _body(self, end: str, quote: str, *, holes: bool) -> tuple[str, list[str], bool]:
        """Read up to `end`: a template, what fills it, and whether that takes a newer Python."""
        parts: list[str] = []
        values: list[str] = []
        anew = False
        while True:
            found = BODY.search(self.source, self.at)
            if not found:
                raise LookupError(end)
            parts.append(self.source[self.at : found.start()])
            self.at = found.start()
            if self.source.startswith(end, self.at):
                self.at += len(end)
                return "".join(parts), values, anew
            self.at = found.end()
            if holes and found[0] == "{":
                field, filling, newer = self._field(quote)
                parts.append(field)
                values += filling
                anew = anew or newer
            else:
                parts.append(found[0])

    def _field(self, quote: str) -> tuple[str, list[str], bool]:
        """Read what stands in braces: a field of a template, what fills it, and if that is new."""
        start = self.at
        value = self.code("}!:")
        new = (quote, "\\", "#", *"\n" * (len(quote) == 1))
        anew = any(mark in self.source[start : self.at] for mark in new)
        shown, value = _shown(value)
        kind, spec = "!r" * bool(shown), ""
        more: list[str] = []
        if self.source[self.at] == "!":
            kind = self.source[self.at : self.at + 2]
            self.at += 2
        elif self.source[self.at] == ":":
            kind = ""
        if self.source[self.at] == ":":
            self.at += 1
            text, more, newer = self._body("}", quote, holes=True)
            spec, anew = f":{text}", anew or newer
        else:
            self.at += 1
        filling = f"({value}\n)" if "#" in value else f"({value})"
        return f"{'{}' * len(shown)}{{{kind}{spec}}}", [*shown, filling, *more], anew


def _shown(value: str) -> tuple[list[str], str]:
    """Split what ``{value=}`` shows before the value from the value itself."""
    bare = value.rstrip()
    if not bare.endswith("=") or bare.endswith(("==", "!=", "<=", ">=")):
        return [], value
    return [repr(value)], bare[:-1]
