"""All that came out of a box, as plain bytes that can be stored, sent and judged again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .plain import Plain

if TYPE_CHECKING:
    from .answers import Outcome

__all__ = ["Bundle"]


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
        plain = Plain()
        answers = {
            task: [plain.put_outcome(outcome) for outcome in outcomes]
            for task, outcomes in self.answers.items()
        }
        return plain.to_bytes({**vars(self), "answers": answers})

    @classmethod
    def from_bytes(cls, data: bytes) -> Bundle:
        """Read what `to_bytes` wrote.

        Examples
        --------
        >>> from autograder.answers import Failure, Timed
        >>> took = ((0.1, 0.2), (1.0, 2.0)) * 2
        >>> timed = Timed(Failure("died", "killed"), *took, 4096, 8192)
        >>> bundle = Bundle([], {"sizes": [timed, Failure("died", "killed")]}, ["note"], "pool")
        >>> Bundle.from_bytes(bundle.to_bytes()) == bundle
        True
        """
        said, plain = Plain.from_bytes(data)
        answers = {
            task: [plain.outcome(outcome) for outcome in outcomes]
            for task, outcomes in said["answers"].items()
        }
        return cls(**{**said, "answers": answers})
