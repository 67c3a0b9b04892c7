"""A value and a function; nothing about them is hard, so each point is earned or stolen."""

import numpy as np

from autograder.rules import no_loop_over_samples
from autograder.spec import Assignment, Case, Task

SECONDS = 2  # hostile code uses up all of them


def _hidden(rng):
    return [
        Case("integers", (rng.integers(10, 99, size=4),), seconds=SECONDS),
        Case("floats, called twice", (rng.normal(size=6),), calls=2, seconds=SECONDS),
        Case("two axes", (rng.normal(size=(2, 3)),), seconds=SECONDS),
        Case("one number", (rng.normal(size=1),), seconds=SECONDS),
    ]


ASSIGNMENT = Assignment(
    id="double",
    title="Double",
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
            (Case("one, two, three", (np.arange(1, 4),), seconds=SECONDS),),
            _hidden,
            rules=(no_loop_over_samples("x", cost=0.5),),
        ),
    ),
)
