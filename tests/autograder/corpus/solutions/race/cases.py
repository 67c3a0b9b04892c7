"""A race, a result that must be no view, and counted multiplications."""

import numpy as np

from autograder.spec import Assignment, Case, Race, Task

NAIVE = """
def total(x):
    sums, result = [], 0.0
    for value in x:
        result = result + value
        sums.append(result)
    return sums
"""
SIZE = 100_000


def _race(rng):
    race = Race(NAIVE, at_least=3, rounds=3)
    return [Case("100000 numbers, three times as fast", (rng.normal(size=SIZE),), race=race)]


def _fresh(rng):
    return [Case("numbers", (rng.normal(size=7),), overwrite=True, seconds=2)]


def _counted(rng):
    return [Case("numbers that count", (rng.integers(2, 9, size=8),), counted=True, seconds=2)]


ASSIGNMENT = Assignment(
    id="race",
    title="Race",
    tasks=(
        Task("total", "Add up", 3, np.cumsum, (), _race),
        Task("duplicate", "Copy", 1, np.copy, (), _fresh),
        Task("products", "Multiply", 1, lambda x: x[:-2] * x[2:], (), _counted),
    ),
)
