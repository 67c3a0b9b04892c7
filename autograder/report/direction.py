"""Pages in which nothing turns the direction of writing.

Unicode has characters that show code and words in another order than that in which Python reads
them: CVE-2021-42574, "Trojan Source".
"""

from __future__ import annotations

__all__ = ["straight"]

TURNING = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\N{REPLACEMENT CHARACTER}"
)


def straight(page: str) -> str:
    r"""Return a page with a mark for each character that would turn it.

    Examples
    --------
    >>> straight("is\u202e ton")
    'is� ton'
    """
    return page.translate(TURNING)
