"""Name the skipped tests of a run; fail if this machine could have run one of them.

usage: skips.py JUNIT.XML
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

GPU = Path("/dev/nvidiactl")

# Reasons that may be given, and whether each is true here.
REASONS = {
    r"CuPy is not installed": find_spec("cupy") is None,
    r"CuPy finds no CUDA device": not GPU.exists(),
    r"PyTorch is not installed": find_spec("torch") is None,
    r"JAX is not installed": find_spec("jax") is None,
}


def allowed(reason: str) -> bool:
    """Whether a test may be skipped for this reason on this machine."""
    return any(true and re.match(given, reason) for given, true in REASONS.items())


def main(report: str) -> int:
    """Print a line for each reason; return 1 if one is not allowed."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    if not cases:
        print(f"{report} names no test: nothing was run")
        return 1
    skipped = [mark for case in cases for mark in case.iter("skipped")]
    # An expected failure is marked like a skip, but it was run.
    found = Counter(
        mark.get("message", "") for mark in skipped if mark.get("type") != "pytest.xfail"
    )
    for reason, count in found.items():
        print(f"{'fine' if allowed(reason) else 'WRONG'}: {count} skipped: {reason}")
    print(f"{len(cases)} tests, {found.total()} of them skipped")
    return 0 if all(map(allowed, found)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
