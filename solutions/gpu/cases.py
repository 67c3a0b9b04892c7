"""What is tried on a `gpu` submission: inputs, on a host and on a GPU, references and points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder import PretendedGPU
from autograder.rules import no_library_convolution, no_loop_over_samples
from autograder.spec import Assignment, Case, Strict, Task
from convlib import conv1d

from .._draw import arrays, asked, dtypes_and_edges, layer, numbers, shown
from ._host import on_host

LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)
GPU = {"strict": Strict()}  # nothing is copied, and the result stays there
SIZES = range(4, 10)


def on_gpu(case):
    """Return a case with arrays of a GPU."""
    return replace(case, label=f"GPU: {case.label}", **GPU)


def two(rng, make, label, *sizes, **options):
    """Return a case on the host and one on a GPU: other numbers, asked twice."""
    said = "called twice with the same arrays"
    host, card = (make(rng, f"{label}{said}", *sizes, calls=2, **options) for _ in range(2))
    return [replace(host, label=f"NumPy: {host.label}"), on_gpu(card)]


# Predict what is copied: x (4, 1000) float32 lives on the GPU.

LINES = (
    "2 * x + 1",
    "x.get()",
    "x[:, ::2].get()",
    "xp.asarray(np.ones(5))",
    "float(x.max())",
    "[int(x[n].argmax()) for n in range(4)]",
    "x.sum(axis=1).get()",
    "x.shape[1] * x.ndim",
)


def copied(*, line):
    """Run a line and count: float and int copy a number, as CuPy's arrays let them."""
    gpu = PretendedGPU()
    x = gpu.hand(np.ones((4, 1000), np.float32))

    def number(one):
        return one.item()

    eval(line, {"x": x, "xp": gpu, "np": np, "float": number, "int": number})
    return gpu.to_host + gpu.to_device


# Standardise.


@on_host
def standardise(x):
    """Give every row mean 0 and standard deviation 1; a constant row becomes zeros."""
    std = x.std(axis=-1, keepdims=True)
    return (x - x.mean(axis=-1, keepdims=True)) / (std + (std == 0))


def matrix(rng, label, shape=None, dtype=float, **case):
    """Return a case of rows."""
    shape = shape or [int(n) for n in rng.permutation(SIZES)[:2]]
    return Case(label, (numbers(rng, shape, dtype),), **case)


def flat(rng, label):
    """Return a case with two rows that are constant, and one that is quiet."""
    case = matrix(rng, label, (5, 8))
    case.args[0][0] /= 1000
    case.args[0][[1, 3]] = [[3.0], [-2.0]]
    return case


def matrices(rng):
    """Return the hidden cases of `standardise`."""
    return [
        *two(rng, matrix, ""),
        on_gpu(matrix(rng, "whole numbers", dtype=int)),
        on_gpu(matrix(rng, "float32", dtype=np.float32)),
        on_gpu(flat(rng, "two rows are constant, one is quiet")),
        on_gpu(matrix(rng, "an empty batch", (0, 6), weight=0.5)),
    ]


# Pad.


@on_host
def pad_ends(x, padding):
    """Put zeros on both ends of the last axis."""
    return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(padding, padding)])


def padded(rng, label, shape=None, padding=None, dtype=float, **case):
    """Return a case of signals and how many zeros."""
    n, c, size, free = (int(n) for n in rng.permutation(range(2, 8))[:4])
    said = free if padding is None else padding
    return Case(label, (numbers(rng, shape or (n, c, size), dtype), said), **case)


def paddings(rng):
    """Return the hidden cases of `pad_ends`."""
    return [
        *two(rng, padded, ""),
        on_gpu(padded(rng, "whole numbers", dtype=int)),
        on_gpu(padded(rng, "float32", dtype=np.float32)),
        on_gpu(padded(rng, "no padding", padding=0)),
        on_gpu(padded(rng, "more padding than samples", (3, 2, 1), 4)),
        on_gpu(padded(rng, "an empty batch", (0, 3, 5), 2, weight=0.5)),
    ]


# Convolve.

layers = on_host(conv1d)


def convolved(rng):
    """Return the hidden cases of `conv1d`."""
    both = "stride padding"
    return [
        *two(rng, layer, "stride and padding, ", both),
        on_gpu(layer(rng, "no bias", bias=False)),
        on_gpu(layer(rng, "padding", "padding")),
        on_gpu(layer(rng, "stride and padding, a sample left over", both, rest=1)),
        on_gpu(arrays(rng, "a stride beyond the kernel", [(2, 4, 23), (5, 4, 3)], {"stride": 7})),
        *map(on_gpu, dtypes_and_edges(rng, both)),
    ]


# Smooth and clean, round after round.


@on_host
def clean(x, kernel, rounds):
    """Smooth, drop what is below a quarter of the row's peak, divide by the peak; so many times."""
    x = x.copy()
    for _ in range(rounds):
        x = conv1d(x[:, None], kernel[None, None], padding=len(kernel) // 2)[:, 0]
        peak = abs(x).max(axis=-1, keepdims=True)
        x = x * (abs(x) >= peak / 4) / (peak + (peak == 0))
    return x


def noisy(rng, label, rounds=None, dtype=float, **case):
    """Return a case of rows, a kernel of odd length, and a number of rounds."""
    n, size = (int(n) for n in rng.permutation(range(4, 14))[:2])
    args = numbers(rng, (n, size), dtype), numbers(rng, int(rng.choice([3, 5])), dtype)
    return Case(label, (*args, int(rng.integers(3, 6)) if rounds is None else rounds), **case)


def cleanings(rng):
    """Return the hidden cases of `clean`."""
    return [
        *two(rng, noisy, ""),
        on_gpu(noisy(rng, "one round", 1)),
        on_gpu(noisy(rng, "two rounds", 2)),
        noisy(rng, "NumPy: no round", 0, weight=0.5),
        on_gpu(noisy(rng, "float32", 2, np.float32)),
    ]


# Find the first arrival; the notebook prints `recordings`.


def recordings(seed, n=5, size=700, length=64):
    """Return what n phones hear of a code, the code, and where it arrives first in each."""
    rng = np.random.default_rng(seed)
    code = rng.permutation(np.arange(length) % 2.0)
    heard = rng.normal(0, 0.2, (n, size)) + rng.uniform(3, 6, (n, 1))
    starts = rng.integers(0, size - 3 * length, n)
    for one, start in zip(heard, starts, strict=True):
        late = start + length + rng.integers(length)  # off the wall, and louder
        one[start : start + length] += code
        one[late : late + length] += rng.uniform(1.1, 1.3) * code
    return heard * rng.uniform(0.5, 2, (n, 1)), code, starts


@on_host
def first_arrival(heard, code):
    """Return the first place in each row where the match is over 0.6 of the row's best."""
    kernel = code - code.mean()
    match = conv1d(standardise(heard)[:, None], kernel[None, None])[:, 0]
    return (match >= 0.6 * match.max(axis=-1, keepdims=True)).argmax(axis=-1)


def arrived(seed, n=5, size=700, length=64, *, gpu=True):
    """Return a case of `first_arrival`: what may be copied is one whole number for each row."""
    heard, code, _ = recordings(seed, n, size, length)
    label = f"{'GPU' if gpu else 'NumPy'}: {n} recordings of {size} samples, a code of {length}"
    once = Strict(copies=1, nbytes=8 * n) if gpu else None
    return Case(label, (heard, code), strict=once)


def disturbed(rng, length=64, n=3):
    """Return a case that only all four steps get right, to the letter.

    The later recordings hum, and before the code come a faint one and one upside down.
    """
    code = rng.permutation(np.arange(length) % 2.0)
    parts = [size * part for size in (0.66, -1, 1, 1.2) for part in (np.zeros(length), code)]
    heard = np.concatenate([*parts, np.zeros(length)]) + rng.normal(0, 0.02, (n, 9 * length))
    hum = np.cos(np.linspace(0, 5, 9 * length) + rng.uniform(-0.5, 0.5))  # loudest at the start
    heard += 0.6 * np.arange(n)[:, None] * hum
    once = Strict(copies=1, nbytes=8 * n)
    return Case("GPU: a hum, faint and upside-down codes", (heard, code), strict=once)


def arrivals(rng):
    """Return the hidden cases of `first_arrival`."""
    sizes = (4, 500, 60), (6, 800, 70), (3, 400, 80), (2, 600, 90)
    seeds = (int(rng.integers(2**63)) for _ in sizes)
    plain = [
        arrived(seed, *each, gpu=each[0] != 2) for seed, each in zip(seeds, sizes, strict=True)
    ]
    return [*plain, disturbed(rng)]


def seen(make, *options):
    """Return two visible cases: one on the host, one on a GPU."""
    host, card = shown(make, *(("", *options, {}) for _ in range(2)))
    return [replace(host, label="NumPy"), replace(card, label="GPU", **GPU)]


# fmt: off
ASSIGNMENT = Assignment("gpu", "One function for NumPy and a GPU", (
    Task("copied", "Predict what is copied", 4, copied, kind="value", dtype="any",
         visible_share=1 / 8, visible=[asked(0, {"line": LINES[0]})],
         hidden=lambda _: [asked(i, {"line": LINES[i]}) for i in range(1, len(LINES))]),
    Task("standardise", "Standardise", 2, standardise, dtype="exact", hidden=matrices,
         visible=seen(matrix)),
    Task("pad_ends", "Pad", 2, pad_ends, dtype="exact", hidden=paddings, visible=seen(padded)),
    Task("conv1d", "Convolve", 4, layers, dtype="exact", rules=[LIBRARY, LOOPS], hidden=convolved,
         visible=seen(layer, "stride padding")),
    Task("clean", "Nothing copied in a loop", 3, clean, dtype="exact", hidden=cleanings,
         visible=seen(noisy)),
    Task("first_arrival", "Only the answer comes back", 3, first_arrival, hidden=arrivals,
         visible=[arrived(2026, gpu=False), arrived(2027)]),
))
