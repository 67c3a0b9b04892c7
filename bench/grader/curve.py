"""Ten, a hundred, a thousand submissions: whether each costs the same.

usage: python bench/grader/curve.py [MOST]

The notebook is that of against.py.  What starting costs is taken off: the time of a class of one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from course import ours
from meter import used

SIZES = (1, 10, 30, 100, 300, 1000)


def main(most: str = "1000") -> None:
    start = 0.0
    for size in (size for size in SIZES if size <= int(most)):
        with tempfile.TemporaryDirectory() as folder:
            handed_in = ours(Path(folder), size)
            found = used(["course", "grade", handed_in], Path(folder))
        start = start or found.wall
        each = (found.wall - start) / max(1, size - 1)
        print(f"{size:5} submissions {found.wall:7.1f} s, after the first {each:.3f} s each, "
              f"{found.memory:.0f} MiB at most")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
