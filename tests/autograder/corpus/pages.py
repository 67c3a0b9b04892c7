"""What a page would run, load, send or show in another's place."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["active"]

RUNS = {"script", "iframe", "frame", "object", "embed", "form", "input", "base", "svg", "math"}
LOADS = {"srcdoc", "srcset", "background", "formaction", "http-equiv", "ping"}
COLOUR = re.compile(r"((^|; )(background-)?color: rgb\(\d+,\d+,\d+\))+$")  # of printed text
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # of the direction of writing
HARMLESS = ("#", "data:image/png;base64,", "data:image/jpeg;base64,", "data:,", "https://", "../")


def active(page: str) -> list[str]:
    """Return what a page has that does more than to show text and bitmaps."""
    parser = _Active()
    parser.feed(page)
    return parser.found + [f"U+{ord(turn):X}" for turn in TURNS.findall(page)]


class _Active(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS or any(_acts(name, value or "") for name, value in attrs):
            self.found.append(self.get_starttag_text() or tag)


def _acts(name: str, value: str) -> bool:
    """Whether an attribute does anything but to name, to style or to link."""
    if name in ("src", "href"):
        return not value.startswith(HARMLESS)
    if name == "style":
        return not COLOUR.match(value)
    return name.startswith("on") or name in LOADS
