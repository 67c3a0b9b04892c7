"""Runs students' notebooks in a sandbox and judges their answers outside it."""

from ._box.strict import PretendedGPU
from .check import check

__all__ = ["PretendedGPU", "check"]
