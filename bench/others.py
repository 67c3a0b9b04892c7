"""What else is there for NumPy arrays?  Ratios to convlib in the same run; above 1 we are faster.

usage: python bench/others.py --help

Needs SciPy and JAX, which are not in the course's own environment, so make one for this.
Each is timed side by side with convlib alone: threads that wait for work disturb a third one.
"""

from __future__ import annotations

import argparse

from cases import CASES, Case
from cpu import geometric_mean, machine, our_call, save
from peers import PEERS
from timing import interleaved

import convlib


def measured(case: Case, peer: str, seconds: float) -> dict | None:
    """Return a row with both times, or None if the peer cannot do it."""
    theirs = PEERS[peer](case)
    if theirs is None:
        return None
    times = interleaved({peer: theirs, "convlib": our_call(case, "forward")}, seconds)
    return {
        "group": case.group,
        "case": case.name,
        "times": {name: time._asdict() for name, time in times.items()},
    }


def ahead(rows: list[dict], peer: str, which: str) -> list[float]:
    """Return the peer's time over ours in each row."""
    return [row["times"][peer][which] / row["times"]["convlib"][which] for row in rows]


def compared(peer: str, options: argparse.Namespace) -> list[dict]:
    """Measure every case that a peer can do, and print each line as soon as it is known."""
    print(f"\n{peer}: its time over convlib's, by medians and by the best times")
    rows = []
    for case in CASES:
        if options.only in f"{case.group} {case.name}" and (
            row := measured(case, peer, options.seconds)
        ):
            rows.append(row)
            median, best = (ahead([row], peer, which)[0] for which in ("median", "best"))
            print(f"{case.group + ': ' + case.name:45} {median:8.2f} {best:8.2f}", flush=True)
    for which in ("median", "best") if rows else ():
        found = ahead(rows, peer, which)
        faster = sum(ratio > 1 for ratio in found)
        print(
            f"{which}: mean {geometric_mean(found):.2f}, convlib ahead in {faster} of {len(rows)}"
        )
    return rows


def main() -> None:
    """Read the command line, measure, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=tuple(PEERS))
    parser.add_argument("--only", default="", help="cases whose group or name holds this")
    parser.add_argument("--seconds", type=float, default=1.0, help="of timing for each case")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", action="store_true", help="write to bench/results")
    options = parser.parse_args()
    convlib.set_num_threads(options.threads)
    rows = {peer: compared(peer, options) for peer in options.peers}
    if options.save:
        save({"machine": machine(options.threads), "peers": rows}, "others")


if __name__ == "__main__":
    main()
