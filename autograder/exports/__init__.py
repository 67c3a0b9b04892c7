"""Grades in the forms that learning platforms read: export plugins of nbgrader.

``nbgrader export --exporter=autograder.exports.Canvas``, or ``course export --to canvas``.
"""

from __future__ import annotations

from .gradescope import Gradescope
from .tables import Canvas, Csv, Moodle

__all__ = ["Canvas", "Csv", "Gradescope", "Moodle"]
