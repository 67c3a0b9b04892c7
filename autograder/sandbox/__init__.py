"""The trusted side of the box: its walls, its limits, and the conversation with what runs in it."""

from .box import Box, BoxError
from .limits import Limits
from .session import Cell, Check, Session

__all__ = ["Box", "BoxError", "Cell", "Check", "Limits", "Session"]
