"""Pieces of code that a rule must find or leave alone, a file for each kind."""

from pathlib import Path

import pytest


def each(name):
    """Try the pieces of code in a file, with empty lines between them."""
    text = Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8")
    return pytest.mark.parametrize("source", text.split("\n\n"))
