"""Runs students' notebooks in a sandbox and judges their answers outside it."""

from .check import check

__all__ = ["check"]
