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
    (b"%PDF", f"a PDF document; {SAVE}"),
    (b"\x89PNG", f"a picture; {SAVE}"),
    (b"\xff\xd8\xff", f"a picture; {SAVE}"),
    (b"\x7fELF", f"a program; {SAVE}"),
    (b"version https://git-lfs", f"a pointer of Git LFS; {SAVE}"),
)
HTML = re.compile(rb"\s*<(!doctype|html|head|body|\?xml|!--)", re.IGNORECASE)
CODE = re.compile(rb"\s*(#|\"\"\"|import |from |def |class |%|---\s)")
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
    if not data.strip(b"\0 \t\r\n"):
        return f"empty; {SAVE}"
    for start, said in STARTS:
        if data.startswith(start):
            return said
    if data[TAR] == b"ustar":
        return f"a tar archive; {UNPACK}"
    if HTML.match(data):
        return f"a web page; {SAVE}"
    if CODE.match(data):
        return f"a program text; {SAVE}"
    return None
