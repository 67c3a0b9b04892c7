"""Take in what a student handed in: read it without trust, and restore the release's cells."""

from .class_folder import Submission, submissions
from .files import read_text
from .finding import read_submission
from .mistaken import demand_own, locked_texts
from .reading import Given, read_notebook
from .repeated import repeated
from .restoring import clean, is_answered
from .runnable import runnable
from .words import Refusal

__all__ = [
    "Given",
    "Refusal",
    "Submission",
    "clean",
    "demand_own",
    "is_answered",
    "locked_texts",
    "read_notebook",
    "read_submission",
    "read_text",
    "repeated",
    "runnable",
    "submissions",
]
