"""What HTML a page may show that a student, or nobody we know, has written."""

from __future__ import annotations

from functools import cache

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

__all__ = ["clean", "markdown", "prose"]

TABLES = ["table", "caption", "thead", "tbody", "tr", "th", "td"]
TAGS = [*TABLES, *"div pre span p br hr h1 h2 h3 h4 h5 h6 details summary del sub sup".split()]
ATTRIBUTES = {"*": ["class"], "a": ["href", "title"], "th": ["scope"], "td": ["colspan"]}


def clean(html: object) -> str:
    """Return `html` with nothing in it that runs, loads, or changes the page around it.

    Examples
    --------
    >>> clean('<b onclick="x()">bold</b><script>steal()</script>')
    '<b>bold</b>&lt;script&gt;steal()&lt;/script&gt;'
    """
    text = html.decode() if isinstance(html, bytes) else str(html)
    return bleach.clean(text, tags={*bleach.ALLOWED_TAGS, *TAGS}, attributes=ATTRIBUTES)


def markdown(source: str) -> str:
    r"""Return the HTML of a Markdown cell, whoever wrote it.

    Examples
    --------
    >>> markdown("*Why?* <img src=x onerror=alert(1)>")
    '<p><em>Why?</em> &lt;img src=x onerror=alert(1)&gt;</p>\n'
    """
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer).render(source))


@cache
def prose(source: str) -> str:
    r"""Return the HTML of a released cell, made once: it is on the page of each student.

    Examples
    --------
    >>> prose("**Stride** is $s$.")
    '<p><strong>Stride</strong> is $s$.</p>\n'
    """
    return markdown(source)
