"""The classes of notebooks, one module each."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .. import Notebook

__all__ = ["CLASSES"]

CLASSES: dict[str, tuple[Notebook, ...]] = {
    module.name: import_module(f".{module.name}", __name__).NOTEBOOKS
    for module in iter_modules(__path__)
}
