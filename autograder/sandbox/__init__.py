"""The trusted side of the box: its walls, its limits, and the conversation with what runs in it."""

from .box import Box, BoxError
from .boxes import Boxes
from .limits import Limits
from .session import Cell, Check, Session

__all__ = ["Box", "BoxError", "Boxes", "Cell", "Check", "Limits", "Session"]
