"""Submissions that are more alike than the class is: a reason to look, never a penalty.

Fingerprints are those of winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003) as `copydetect`
makes them: names, strings, comments and spaces do not count.
"""

from __future__ import annotations

import copy
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from copydetect import CodeFingerprint

__all__ = ["Group", "Pair", "Similarity", "side_by_side", "similarity"]

LENGTH = 25  # of a fingerprint, in tokens and signs: about a line
# Keep every fingerprint: code is short, and which ones a wider window keeps depends on Python's
# hashes, which are others in each process.
WINDOW = 1
COMMON_SHARE, COMMON_LEAST = 0.2, 5
SHARED_LEAST = 50  # fingerprints: about five lines
LOWEST, HIGHEST = 0.5, 0.9


@dataclass(frozen=True)
class Pair:
    """Two submissions and the share of the shorter one that is in both."""

    one: str
    other: str
    share: float


@dataclass(frozen=True)
class Group:
    """Submissions that hang together, and the closest pairs that hold them so."""

    members: tuple[str, ...]
    closest: tuple[Pair, ...]


@dataclass(frozen=True)
class Similarity:
    """What is alike in a class.

    Parameters
    ----------
    common : int
        Code that more submissions than this share was left out: it lies in the task's nature,
        unless it is a larger piece that the same ones have, at most half of them.
    usual, threshold : float
        Share of the median pair, and the one from which on a pair is named: three quartile
        ranges above the third quartile, as far outliers are (Tukey 1977), but within 0.5 to 0.9.
    pairs : tuple of Pair
        All pairs from the threshold on, the most alike first.
    groups : tuple of Group
        The same, by submissions that hang together.
    """

    common: int
    usual: float
    threshold: float
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]


def similarity(codes: Mapping[str, str], stub: str = "") -> Similarity:
    r"""Compare all submissions with each other, by an index of their fingerprints.

    Parameters
    ----------
    codes : mapping
        The code of each submission by its name; put the reference solution among them to find
        what is too much like it.
    stub : str
        What was given to all, and counts for nobody.

    Examples
    --------
    >>> loop = "def f(x):\n" + "".join(f"    x = x * {i} + x[{i}] - 1\n" for i in range(20))
    >>> found = similarity({"ada": loop, "bo": loop.replace("x", "y"), "cy": "print(1)"})
    >>> [(pair.one, pair.other, pair.share) for pair in found.pairs]
    [('ada', 'bo', 1.0)]
    """
    names = sorted(codes)
    common = max(COMMON_LEAST, int(COMMON_SHARE * len(names)))
    prints = _fingerprints(codes, stub, common)
    owned = np.asarray([len(prints[name].hashes) for name in names])
    shared = _shared(prints, names)
    shorter = np.maximum(np.minimum.outer(owned, owned), 1)
    share = np.where(np.minimum.outer(owned, owned) >= SHARED_LEAST, shared / shorter, 0.0)
    rows, columns = np.triu_indices(len(names), 1)
    usual, threshold = _threshold(share[rows, columns])
    chosen = (share[rows, columns] >= threshold) & (shared[rows, columns] >= SHARED_LEAST)
    pairs = [
        Pair(names[i], names[j], round(float(share[i, j]), 3))
        for i, j in zip(rows[chosen], columns[chosen], strict=True)
    ]
    pairs.sort(key=lambda pair: (-pair.share, pair.one, pair.other))
    return Similarity(common, usual, threshold, tuple(pairs), tuple(_groups(pairs)))


def side_by_side(codes: Mapping[str, str], stub: str, pair: Pair) -> list[list[tuple[str, bool]]]:
    """Return the lines of both submissions, each with whether it is in both."""
    from copydetect import compare_files

    prints = _fingerprints({name: codes[name] for name in (pair.one, pair.other)}, stub, 2)
    one, other = prints[pair.one], prints[pair.other]
    _, _, slices = compare_files(one, other)
    return [_marked(one.raw_code, slices[0]), _marked(other.raw_code, slices[1])]


def _fingerprints(codes: Mapping[str, str], stub: str, common: int) -> dict[str, CodeFingerprint]:
    """Return the fingerprints of each code without those of the stub and of too many codes."""
    prints = {name: _fingerprint(code) for name, code in codes.items()}
    left_out = _usual(prints, common) | _fingerprint(stub).hashes
    return {name: _without(each, left_out) for name, each in prints.items()}


def _usual(prints: Mapping[str, CodeFingerprint], common: int) -> set[Any]:
    """Return the fingerprints that too many have for it to mean anything.

    Who has an idea has others too, or not: what comes in one piece in the same hands, those of
    at most half of a class, was handed on.
    """
    holders: dict[Any, list[str]] = {}
    for name, each in prints.items():
        for mark in each.hashes:
            holders.setdefault(mark, []).append(name)
    hands = {mark: tuple(names) for mark, names in holders.items() if len(names) > common}
    pieces = Counter(names for names in hands.values() if 2 * len(names) <= len(prints))
    return {mark for mark, names in hands.items() if pieces[names] < SHARED_LEAST}


def _fingerprint(code: str) -> CodeFingerprint:
    from copydetect import CodeFingerprint

    # The tokenizer drops blank lines at both ends, and then places would be off.
    text = io.StringIO(code.replace("\r\n", "\n").strip("\n"))
    return CodeFingerprint("code.py", LENGTH, WINDOW, fp=text, language="python")


def _without(each: CodeFingerprint, left_out: set[Any]) -> CodeFingerprint:
    kept = copy.copy(each)
    kept.hashes = each.hashes - left_out
    kept.hash_idx = {mark: each.hash_idx[mark] for mark in kept.hashes}
    return kept


def _shared(prints: Mapping[str, CodeFingerprint], names: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return how many fingerprints each two submissions share."""
    held = Counter(mark for each in prints.values() for mark in each.hashes)
    columns = {mark: place for place, mark in enumerate(m for m, n in held.items() if n > 1)}
    has = np.zeros((len(names), len(columns)), dtype=np.float32)
    for row, name in enumerate(names):
        has[row, [columns[mark] for mark in prints[name].hashes if mark in columns]] = 1
    return np.asarray(has @ has.T)


def _threshold(shares: np.ndarray[Any, Any]) -> tuple[float, float]:
    if not shares.size:
        return 0.0, HIGHEST
    first, usual, third = np.quantile(shares, [0.25, 0.5, 0.75])
    return float(usual), float(np.clip(third + 3 * (third - first), LOWEST, HIGHEST))


def _groups(pairs: Iterable[Pair]) -> list[Group]:
    """Join the closest first; a pair that joins two groups is one to show."""
    of: dict[str, list[str]] = {}
    closest: list[Pair] = []
    for pair in pairs:
        one, other = of.setdefault(pair.one, [pair.one]), of.setdefault(pair.other, [pair.other])
        if one is not other:
            one += other
            of.update(dict.fromkeys(other, one))
            closest.append(pair)
    groups = {id(members): members for members in of.values()}
    found = [
        Group(tuple(sorted(members)), tuple(pair for pair in closest if pair.one in members))
        for members in groups.values()
    ]
    return sorted(found, key=lambda group: -len(group.members))


def _marked(code: str, slices: np.ndarray[Any, Any]) -> list[tuple[str, bool]]:
    marked, start = [], 0
    for line in code.split("\n"):
        end = start + len(line)
        text = line.strip()
        inside = any(first < end and last > start for first, last in slices.T)
        marked.append((line, bool(text) and inside))
        start = end + 1
    return marked
