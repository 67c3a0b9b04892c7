"""All that came out of a box, as plain bytes that can be stored, sent and judged again."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .answers import Failure, decode, encode

if TYPE_CHECKING:
    from .answers import Answer

__all__ = ["Bundle"]


@dataclass(frozen=True)
class Bundle:
    """What one notebook showed and answered.

    Parameters
    ----------
    outputs : list
        nbformat outputs of each cell, cleaned.
    answers : dict
        For each task, one answer for each case.
    notes : list of str
        What happened on the way.
    box : str
        Which walls there were, see `autograder.sandbox.Boxes`.
    """

    outputs: list[list[dict[str, Any]]]
    answers: dict[str, list[Answer]]
    notes: list[str]
    box: str

    @property
    def unsafe(self) -> bool:
        """Whether there was no box."""
        return self.box == "unsafe"

    def to_bytes(self) -> bytes:
        """Return the bundle as the bytes of a zip file."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            said = {"outputs": self.outputs, "notes": self.notes, "box": self.box}
            failures: dict[str, Any] = {}
            for task, answers in self.answers.items():
                for index, answer in enumerate(answers):
                    name = f"{task}/{index}"
                    if isinstance(answer, Failure):
                        failures[name] = asdict(answer)
                    else:
                        file.writestr(name, encode(answer))
            counts = {task: len(answers) for task, answers in self.answers.items()}
            file.writestr("said.json", json.dumps({**said, "failed": failures, "counts": counts}))
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Bundle:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> bundle = Bundle([], {"sizes": [Failure("died", "killed")]}, ["note"], "pool")
        >>> Bundle.from_bytes(bundle.to_bytes()) == bundle
        True
        """
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            said = json.loads(file.read("said.json"))
            failed = {name: Failure(**failure) for name, failure in said["failed"].items()}
            answers = {
                task: [
                    failed.get(f"{task}/{i}") or decode(file.read(f"{task}/{i}"))
                    for i in range(count)
                ]
                for task, count in said["counts"].items()
            }
        return cls(said["outputs"], answers, said["notes"], said["box"])
