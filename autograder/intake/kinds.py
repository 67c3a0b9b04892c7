"""Say what a file is that should be a notebook and is not."""

from __future__ import annotations

import re

__all__ = ["what_it_is"]

UNPACK = "unpack it and hand in the .ipynb file that is in it"
SAVE = "hand in the .ipynb file itself: File, Save and Download in Jupyter, Colab or VS Code"
STARTS = (
    (b"PK\x03\x04", f"a ZIP archive or an office document; {UNPACK}"),
    (b"PK\x05\x06", f"an empty ZIP archive; {SAVE}"),
    (b"\x1f\x8b", f"a gzip archive; {UNPACK}"),
    (b"7z\xbc\xaf\x27\x1c", f"a 7z archive; {UNPACK}"),
    (b"Rar!", f"a RAR archive; {UNPACK}"),
    (b"BZh", f"a bzip2 archive; {UNPACK}"),
    (b"\xfd7zXZ", f"an xz archive; {UNPACK}"),
    (b"{\\rtf", f"a document of a word processor; {SAVE}"),
    (b"%PDF", f"a PDF document; {SAVE}"),
    (b"\x89PNG", f"a picture; {SAVE}"),
    (b"\xff\xd8\xff", f"a picture; {SAVE}"),
    (b"\x7fELF", f"a program; {SAVE}"),
    (b"version https://git-lfs", f"a pointer of Git LFS; {SAVE}"),
)
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # of an encoding
LINK = re.compile(rb"\s*(https?://\S+\s*$|\[InternetShortcut\]|<\?xml[^>]*>\s*<!DOCTYPE plist)")
HTML = re.compile(rb"\s*<(!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
CODE = re.compile(rb"\s*(#|\"\"\"|import |from |def |class |%|---\s)")
TEXT = re.compile(rb"[^\s\[{\"\d<n\xff]")  # no JSON begins like this
START = 2000
TAR = slice(257, 262)


def what_it_is(data: bytes) -> str | None:
    """Return what the bytes of a file are and what to do about it, None if they may be a notebook.

    Examples
    --------
    >>> what_it_is(b"%PDF-1.7")[:15]
    'a PDF document;'
    >>> what_it_is(b'{"cells": []}') is None
    True
    """
    for mark in MARKS:
        data = data.removeprefix(mark)
    if not data.strip(b"\0 \t\r\n"):
        return f"empty; {SAVE}"
    for start, said in STARTS:
        if data.startswith(start):
            return said
    if data[TAR] == b"ustar":
        return f"a tar archive; {UNPACK}"
    start = data[:START].replace(b"\0", b"").lstrip()  # of text in any encoding
    kinds = (
        (LINK, "a link, which others cannot follow"),
        (HTML, "a web page"),
        (CODE, "a program text"),
        (TEXT, "a text"),
    )
    return next((f"{said}; {SAVE}" for kind, said in kinds if kind.match(start)), None)
