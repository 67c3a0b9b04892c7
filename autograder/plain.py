"""Cases and answers in plain words: JSON beside array bytes, in one file.

They are stored, sent and read again without a pickle.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import Any

import numpy as np

from .answers import Failure, Outcome, Timed, decode, encode
from .archive import pack, unpack
from .quality import MEASURES
from .spec import Case, Impulses, Quality, Race, Strict

__all__ = ["Plain"]

SAID = "said.json"
ROUNDS = ("seconds", "naive_seconds", "busy", "naive_busy")


class Plain:
    """Arrays under names, each content once.

    Examples
    --------
    >>> plain = Plain()
    >>> said = plain.put_case(Case("two", (np.arange(2), "not an array"), {"stride": (2, 1)}))
    >>> said, plain = Plain.from_bytes(plain.to_bytes(said))
    >>> plain.case(said).args, plain.case(said).kwargs
    ((array([0, 1]), 'not an array'), {'stride': (2, 1)})
    """

    def __init__(self, records: dict[str, bytes] | None = None) -> None:
        self.records = records or {}

    def to_bytes(self, said: Any, *, compressed: bool = False) -> bytes:
        """Return `said` and the arrays as the bytes of a zip file; equal ones give equal bytes."""
        return pack({SAID: json.dumps(said).encode(), **self.records}, compressed=compressed)

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[Any, Plain]:
        """Read what `to_bytes` wrote."""
        records = unpack(data)
        return json.loads(records.pop(SAID)), cls(records)

    def put(self, value: Any) -> dict[str, Any]:
        """Return a value as JSON; an array by its name."""
        if isinstance(value, tuple):  # JSON would make it a list
            return {"tuple": list(value)}
        if not isinstance(value, np.ndarray):
            return {"plain": value}
        record = encode(value)
        name = f"{sha256(record).hexdigest()[:16]}.npy"
        self.records[name] = record
        return {"array": name}

    def get(self, said: dict[str, Any]) -> Any:
        """Return what `put` was given."""
        if "tuple" in said:
            return tuple(said["tuple"])
        return decode(self.records[said["array"]]) if "array" in said else said["plain"]

    def put_case(self, case: Case) -> dict[str, Any]:
        """Return a case as JSON."""
        return {
            **asdict(replace(case, args=(), kwargs={}, quality=None)),
            "args": [self.put(value) for value in case.args],
            "kwargs": {name: self.put(value) for name, value in case.kwargs.items()},
            "quality": self._put_quality(case.quality) if case.quality else None,
        }

    def case(self, said: dict[str, Any]) -> Case:
        """Return the case that `put_case` was given."""
        more = {
            "args": tuple(map(self.get, said["args"])),
            "kwargs": {name: self.get(value) for name, value in said["kwargs"].items()},
            "race": Race(**said["race"]) if said["race"] else None,
            "impulses": Impulses(**said["impulses"]) if said["impulses"] else None,
            "strict": Strict(**said["strict"]) if said["strict"] else None,
            "quality": self._quality(said["quality"]) if said["quality"] else None,
        }
        return Case(**{**said, **more})

    def _put_quality(self, quality: Quality) -> dict[str, Any]:
        more = {"measure": quality.measure.__name__, "truth": self.put(quality.truth)}
        return {**vars(quality), **more}

    def _quality(self, said: dict[str, Any]) -> Quality:
        more = {"measure": MEASURES[said["measure"]], "truth": self.get(said["truth"])}
        return Quality(**{**said, **more})

    def put_outcome(self, outcome: Outcome) -> dict[str, Any]:
        """Return what a case was answered as JSON."""
        if isinstance(outcome, Timed):
            return {"timed": {**vars(outcome), "answer": self.put_outcome(outcome.answer)}}
        if isinstance(outcome, Failure):
            return {"failure": asdict(outcome)}
        return self.put(outcome)

    def outcome(self, said: dict[str, Any]) -> Any:
        """Return the outcome that `put_outcome` was given."""
        if "timed" in said:
            timed = said["timed"]
            rounds = {name: tuple(timed[name]) for name in ROUNDS}
            return Timed(**{**timed, **rounds, "answer": self.outcome(timed["answer"])})
        return Failure(**said["failure"]) if "failure" in said else self.get(said)
