"""What an answer is made of: which inputs, times what, read off a trusted function by impulses.

It works for whatever is linear in its first argument, and says nothing of anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Failure, answer_of
from .compare import difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from .spec import Case

__all__ = ["Terms", "terms"]

Array = np.ndarray[Any, Any]
MAX_INPUTS = 1000  # each is one call of the function
MAX_PRODUCTS = 12
NOISE = 1e-9


@dataclass(frozen=True)
class Terms:
    """``answer = rest + sum over j of factors[j] * inputs[j]``.

    Parameters
    ----------
    inputs : array (n,)
        The first argument, flat.
    factors : array (n, *shape)
        By what each input is multiplied in each element of the answer; 0 where it is not read.
    rest : array (*shape)
        The answer to zeros: a bias.
    """

    inputs: Array
    factors: Array
    rest: Array

    def arithmetic(self, index: tuple[int, ...]) -> str:
        """Return how one element of the answer comes about, "= 2*1 + 1*0 + (-1)*(-3)".

        Of one that reads no input there is nothing to say.
        """
        factors = np.moveaxis(self.factors, 0, -1)[index]
        read = np.flatnonzero(factors)
        if not read.size:
            return ""
        numbers = [*factors[read], *self.inputs[read], self.rest[index]]
        same = "=" if all(float(_bare(number)) == number for number in numbers) else "≈"
        products = [f"{_number(factors[j])}*{_number(self.inputs[j])}" for j in read]
        if len(products) > MAX_PRODUCTS:
            count = len(products)
            products = [*products[:3], f"... ({count} products) ...", products[-1]]
        if self.rest[index]:
            products.append(_number(self.rest[index]))
        return f"{same} {' + '.join(products)}"


def terms(function: Callable[..., Any], case: Case) -> Terms | None:
    """Return what the answer of `function` to `case` is made of.

    Parameters
    ----------
    function : callable
        A trusted one.  If it has a method ``terms`` of its own, that is asked.
    case : Case
        Its first argument is an array of at most 1000 integers or floats.

    Returns
    -------
    Terms or None
        None if that is not so, or if the function is not linear there.

    Examples
    --------
    >>> from autograder.spec import Case
    >>> made = terms(lambda x, w: np.convolve(x, w) + 9, Case("", (np.arange(3), np.arange(1, 3))))
    >>> made.arithmetic((1,)), made.arithmetic((3,))
    ('= 2*0 + 1*1 + 9', '= 2*2 + 9')
    >>> terms(lambda x: np.pad(x, 1), Case("", (np.arange(2),))).arithmetic((0,))
    ''
    >>> terms(lambda x: x**2, Case("", (np.arange(3),))) is None
    True
    """
    if hasattr(function, "terms"):
        found: Terms | None = function.terms(case)
        return found
    return _terms(_Asked(function, case))


@dataclass(frozen=True, eq=False)
class _Asked:
    """A function and a case, the same as another only if both are the very same things.

    Visible cases are put to everybody: what they are made of is found once in a process.
    """

    function: Callable[..., Any]
    case: Case

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Asked)
            and self.function is other.function
            and self.case is other.case
        )

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.case)))


@lru_cache(maxsize=64)
def _terms(asked: _Asked) -> Terms | None:
    function, case = asked.function, asked.case
    x = case.args[0] if case.args else None
    if not isinstance(x, np.ndarray) or x.dtype.kind not in "iuf" or not 0 < x.size <= MAX_INPUTS:
        return None
    case = case.plainly()
    inputs = [np.zeros_like(x), x, *_impulses(x)]
    answers = [answer_of(function, replace(case, args=(one, *case.args[1:]))) for one in inputs]
    arrays = [answer for answer in answers if not isinstance(answer, Failure)]
    if len(arrays) < len(answers) or len({array.shape for array in arrays}) > 1:
        return None
    rest, answer, *responses = arrays
    factors = np.stack(responses) - rest
    factors[np.abs(factors) < NOISE * np.abs(factors).max(initial=0.0)] = 0
    made = Terms(x.ravel(), factors, rest)
    again = np.tensordot(made.inputs, factors, 1) + rest
    return None if difference(again, answer, "any") else made


def _impulses(x: Array) -> Array:
    found = np.zeros((x.size, *x.shape), x.dtype)
    found.reshape(x.size, x.size)[np.diag_indices(x.size)] = 1
    return found


def _number(value: Any) -> str:
    said = _bare(value)
    return f"({said})" if said.startswith("-") else said


def _bare(value: Any) -> str:
    return f"{value:.3g}" if value.dtype.kind == "f" else str(value)
