"""What the tests of single chapters share: their cells, run or read, and their built text."""

import re
import sys
from pathlib import Path

import numpy as np

BOOK = Path(__file__).parents[2] / "book"
CELL = re.compile(r"^```\{code-cell\}.*?\n(?:---\n.*?\n---\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)

if str(BOOK) not in sys.path:
    sys.path.append(str(BOOK))  # where a chapter's cells find their helpers


def source(chapter):
    """Return the chapter as it is written."""
    return (BOOK / f"{chapter}.md").read_text(encoding="utf-8")


def run(chapter, *beginnings):
    """Run those cells of a chapter that hold one of these texts; return their names."""
    told = {}
    for cell in CELL.findall(source(chapter)):
        if any(beginning in cell for beginning in beginnings):
            exec(cell, told)
    return told


def figure(chapter):
    """Return the numbers of the chapter's figure: the input and the weights, flat."""
    tag = re.search(r"<conv-lab[^>]*>", source(chapter))[0]
    return [np.array(re.search(rf' {name}="([^"]+)"', tag)[1].split(","), int) for name in "xw"]


def built(book, chapter):
    """Return what a reader of the built chapter sees, without tags and with plain spaces."""
    page = (book / "book" / f"{chapter}.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def numbers(pattern, text):
    """Return the numbers that the pattern's groups find in the text."""
    found = re.search(pattern, text)
    assert found, pattern
    return [float(group.replace(",", "")) for group in found.groups()]
