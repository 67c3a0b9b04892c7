"""Pages in which nothing turns the direction of writing.

Unicode has characters that show code and words in another order than that in which Python reads
them: CVE-2021-42574, "Trojan Source".
"""

from __future__ import annotations

import re

__all__ = ["straight"]

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def straight(page: str) -> str:
    r"""Return a page with a mark for each character that would turn it.

    Examples
    --------
    >>> straight("is\u202e ton")
    'is� ton'
    """
    return TURNING.sub("\N{REPLACEMENT CHARACTER}", page)
