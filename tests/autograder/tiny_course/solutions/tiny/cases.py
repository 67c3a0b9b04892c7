"""Cases of a tiny assignment: one value, one function."""

import numpy as np

from autograder.rules import no_loop_over_samples
from autograder.spec import Assignment, Case, Task


def _hidden(rng):
    return [
        Case("integers", (rng.integers(1, 9, size=4),)),
        Case("floats, called twice", (rng.normal(size=(2, 3)),), calls=2),
        Case("nothing at all", (np.zeros(0),)),
    ]


ASSIGNMENT = Assignment(
    id="tiny",
    title="A tiny assignment",
    tasks=(
        Task(
            "count",
            "Count numbers",
            1,
            len,
            (),
            lambda _: [Case("three numbers", ([1, 2, 3],))],
            kind="value",
        ),
        Task(
            "double",
            "Double an array",
            4,
            lambda x: 2 * x,
            (Case("one, two, three", (np.arange(1, 4),)),),
            _hidden,
            rules=(no_loop_over_samples("x", cost=0.5),),
        ),
    ),
)
