"""All that came out of a box, as plain bytes that can be stored, sent and judged again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .answers import Failure, Timed, decode, encode
from .archive import pack, unpack

if TYPE_CHECKING:
    from .answers import Outcome

__all__ = ["Bundle"]

SAID = "said.json"


@dataclass(frozen=True)
class Bundle:
    """What one notebook showed and answered.

    Parameters
    ----------
    outputs : list
        nbformat outputs of each cell, cleaned.
    answers : dict
        For each task, one answer for each case; timed, where the case is a race.
    notes : list of str
        What happened on the way.
    box : str
        Which walls there were, see `autograder.sandbox.Boxes`.
    """

    outputs: list[list[dict[str, Any]]]
    answers: dict[str, list[Outcome]]
    notes: list[str]
    box: str

    @property
    def unsafe(self) -> bool:
        """Whether there was no box."""
        return self.box == "unsafe"

    def to_bytes(self) -> bytes:
        """Return the bundle as the bytes of a zip file; equal bundles give equal bytes."""
        arrays: dict[str, bytes] = {}
        said = {"outputs": self.outputs, "notes": self.notes, "box": self.box}
        answers = {
            task: [_said(outcome, f"{task}/{i}", arrays) for i, outcome in enumerate(outcomes)]
            for task, outcomes in self.answers.items()
        }
        return pack({**arrays, SAID: json.dumps({**said, "answers": answers}).encode()})

    @classmethod
    def from_bytes(cls, data: bytes) -> Bundle:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> timed = Timed(Failure("died", "killed"), (0.1, 0.2), (1.0, 2.0), 4096, 8192)
        >>> bundle = Bundle([], {"sizes": [timed, Failure("died", "killed")]}, ["note"], "pool")
        >>> Bundle.from_bytes(bundle.to_bytes()) == bundle
        True
        """
        arrays = unpack(data)
        said = json.loads(arrays.pop(SAID))
        answers = {
            task: [_outcome(outcome, arrays) for outcome in outcomes]
            for task, outcomes in said["answers"].items()
        }
        return cls(said["outputs"], answers, said["notes"], said["box"])


def _said(outcome: Outcome, name: str, arrays: dict[str, bytes]) -> dict[str, Any]:
    if isinstance(outcome, Timed):
        return {"timed": {**vars(outcome), "answer": _said(outcome.answer, name, arrays)}}
    if isinstance(outcome, Failure):
        return {"failure": asdict(outcome)}
    arrays[name] = encode(outcome)
    return {"array": name}


def _outcome(said: dict[str, Any], arrays: dict[str, bytes]) -> Outcome:
    if "timed" in said:
        timed = said["timed"]
        rounds = {name: tuple(timed[name]) for name in ("seconds", "naive_seconds")}
        return Timed(**{**timed, **rounds, "answer": _outcome(timed["answer"], arrays)})
    return Failure(**said["failure"]) if "failure" in said else decode(arrays[said["array"]])
