"""The whole book as one PDF: `python -m book._website.pdf BUILD`, after the singlehtml build.

Chromium prints it, so the paper shows what the page shows: formulas, colours and figures.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A heading that begins a page stands twice in what Chromium writes as its bookmark.
DOUBLED = re.compile(rb"/Title \(((?:[^()\\]|\\.)+)\1\)")
FOOT = """<div style="width: 100%; font: 8pt sans-serif; color: #48566b; text-align: center">
<span class="pageNumber"></span></div>"""


def main(build: str) -> None:
    """Print BUILD/singlehtml to BUILD/convolution.pdf."""
    from playwright.sync_api import sync_playwright

    pages = Path(build).resolve() / "singlehtml"
    whole = pages / "whole.html"  # its assets are named from the folder above the first page's
    shutil.copy(pages / "book" / "intro.html", whole)
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*sandbox, "--disable-gpu"]
        )
        page = browser.new_page(color_scheme="light")
        page.goto(whole.as_uri())
        page.evaluate(Path(__file__).with_name("whole.js").read_text(encoding="utf-8"))
        write(page, pages.parent / "convolution.pdf")
        browser.close()


def write(page: Page, path: Path) -> None:
    """Print an open page when its formulas are set."""
    page.wait_for_function("() => !window.MathJax || window.MathJax.startup?.promise")
    page.evaluate("() => window.MathJax?.startup.promise")
    page.emulate_media(media="print")
    page.evaluate("() => document.fonts.ready")
    page.pdf(
        path=path,
        prefer_css_page_size=True,
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOT,
        tagged=True,
        outline=True,
    )
    path.write_bytes(DOUBLED.sub(_once, path.read_bytes()))


def _once(title: re.Match[bytes]) -> bytes:
    """Return the bookmark's title once, at the same length: the file counts its bytes."""
    return (b"/Title (" + title[1] + b")").ljust(len(title[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
