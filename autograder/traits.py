"""What the cases that went wrong have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .spec import Case

__all__ = ["shared"]


def shared(cases: Sequence[Case], wrong: Sequence[bool]) -> str | None:
    """Say what all wrong cases have and no right one has.

    Parameters
    ----------
    cases : sequence of Case
        What was tried.
    wrong : sequence of bool
        Which of them went wrong.

    Returns
    -------
    str or None
        None also if nothing but empty arrays and single numbers came out right: in them, most
        mistakes do not show.

    Examples
    --------
    >>> from autograder.spec import Case
    >>> cases = [Case(""), Case("", kwargs={"padding": 2}), Case("")]
    >>> shared(cases, [False, True, False])
    'All cases with padding are wrong, and all others are right.'
    """
    traits = [_traits(case) for case in cases]
    bad = [trait for trait, one in zip(traits, wrong, strict=True) if one]
    good = [trait for trait, one in zip(traits, wrong, strict=True) if not one]
    telling = (one for case, one in zip(cases, wrong, strict=True) if _tells(case))
    if not bad or len(good) < 2 or all(telling):
        return None
    common = set[str].intersection(*bad).difference(*good)
    if not common:
        return None
    return f"All cases {' and '.join(sorted(common))} are wrong, and all others are right."


def _tells(case: Case) -> bool:
    return all(arg.size > 1 for arg in case.args[:1] if isinstance(arg, np.ndarray))


def _traits(case: Case) -> set[str]:
    arrays = [arg for arg in case.args if isinstance(arg, np.ndarray)]
    found = {f"with {name}" for name in case.kwargs}
    found |= {f"in {arg.dtype}" for arg in arrays[:1]}
    found |= {"without any sample" for arg in arrays[:1] if arg.shape[:1] == (0,)}
    return found | ({"that are called twice with the same arrays"} if case.calls > 1 else set())
