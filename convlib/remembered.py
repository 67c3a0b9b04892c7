"""Remember what was checked: a network makes the same few calls again and again."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["remembered"]

Given = ParamSpec("Given")
Result = TypeVar("Result")

PLAIN = {int, str, type(None)}


def remembered(check: Callable[Given, Result]) -> Callable[Given, Result]:
    """Keep the results of a function of shapes and options; what it raises, it raises anew.

    Equal arguments must be the same for that, but 1 equals True and 1.0, of which one is allowed.
    So only integers that are nothing else are looked up, strings, and tuples of these integers.
    """
    known = lru_cache(1024)(check)

    @wraps(check)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if all(map(_is_plain, args)) and all(map(_is_plain, kwargs.values())):
            return known(*args, **kwargs)  # type: ignore[arg-type]
        return check(*args, **kwargs)

    return checked


def _is_plain(value: object) -> bool:
    if type(value) is tuple:
        return all(type(number) is int for number in value)
    return type(value) in PLAIN
