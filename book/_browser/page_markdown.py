"""Markdown as the book's cells show it: paragraphs and tables, emphasis, code and formulas."""

from __future__ import annotations

import html
import re

INLINE = (  # in the order in which they are looked for
    (r"`([^`]+)`", lambda m: f'<code class="docutils literal notranslate">{m[1]}</code>'),
    (r"\$([^$]+)\$", lambda m: rf'<span class="math notranslate nohighlight">\({m[1]}\)</span>'),
    (r"\[([^\]]+)\]\(([^)\s]+)\)", lambda m: f'<a href="{_page(m[2])}">{inline(m[1])}</a>'),
    (r"\*\*(.+?)\*\*", lambda m: f"<strong>{inline(m[1])}</strong>"),
    (r"\*(.+?)\*", lambda m: f"<em>{inline(m[1])}</em>"),
)
ANY = re.compile("|".join(f"(?P<_{n}>{pattern})" for n, (pattern, _) in enumerate(INLINE)))


def to_html(text: str) -> str:
    """Return the text as HTML."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n".join(
        _table(block.splitlines()) if block.startswith("|") else f"<p>{_inline(block)}</p>"
        for block in blocks
    )


def _inline(text: str) -> str:
    return inline(html.escape(text, quote=False))


def inline(text: str) -> str:
    """Return escaped text with its emphasis, code, links and formulas as HTML."""

    def found(match: re.Match[str]) -> str:
        pattern, write = INLINE[int(match.lastgroup[1:])]
        return write(re.fullmatch(pattern, match[0]))

    return ANY.sub(found, text)


def _page(address: str) -> str:
    return re.sub(r"\.md(?=#|$)", ".html", address)


def _table(lines: list[str]) -> str:
    head, _, *rows = (
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines
    )
    top = "".join(f'<th class="head"><p>{_inline(cell)}</p></th>' for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td><p>{_inline(cell)}</p></td>' for cell in row)}</tr>" for row in rows
    )
    table = f'<table class="table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="pst-scrollable-table-container">{table}</div>'
