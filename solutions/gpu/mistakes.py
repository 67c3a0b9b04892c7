"""Named ways to get `gpu` wrong: of numbers, and of the memory that they are in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from autograder.spec import Mistake

from .._bank import SHARED, bank
from .._rarer import RARER
from ._arrivals import ARRIVED
from ._copies import COPIES
from ._host import on_host
from ._rounds import CLEANED
from ._rows import PADDED, STANDARDISED
from .cases import clean, first_arrival, layers, pad_ends, standardise

NUMBERS = {
    "standardise": STANDARDISED,
    "pad_ends": PADDED,
    "clean": CLEANED,
    "first_arrival": ARRIVED,
}


# In the wrong memory: NumPy's arrays go well, those of a GPU do not.


def to_numpy(x):
    """Hand the array to a function of NumPy's."""
    np.abs(x)


def beside_numpy(x):
    """Let an array of NumPy's meet it."""
    np.zeros((1,) * x.ndim) + x


def one_by_one(x):
    """Take it apart in a loop."""
    list(x)


def fetch(x):
    """Copy all of it to the host."""
    if hasattr(x, "get"):
        x.get()


def fetch_each(x):
    """Copy once more for every row."""
    if hasattr(x, "get"):
        for _ in range(len(x)):
            x[0, 0].get()


def stay(x):
    """Leave the result on a GPU."""
    return x if hasattr(x, "get") else None


def right(*args, **kwargs):
    """Answer as the reference that takes such arguments."""
    match args:
        case (_,):
            return standardise(*args)
        case (_, int()):
            return pad_ends(*args)
        case (_, _, int()):
            return clean(*args)
        case (np.ndarray(ndim=2), _):
            return first_arrival(*args)
    return layers(*args, **kwargs)


def sinful(step, *args, **kwargs):
    """Answer rightly, after a step that only NumPy's arrays take well."""
    left = step(args[0])
    return right(*args, **kwargs) if left is None else left


# fmt: off
SINS = tuple(Mistake(name, hint, tuple(tasks.split()), partial(sinful, step))
             for name, hint, tasks, step in (
    ("a NumPy function for an array of the GPU", "np.something works on the host. Take the same "
     "function from xp = namespace(x), or the array's own method.",
     "standardise pad_ends conv1d clean first_arrival", to_numpy),
    ("NumPy's arrays beside the GPU's", "np.zeros and its like make arrays on the host, which do "
     "not meet those of the GPU. Make them with xp, where x is.",
     "standardise pad_ends conv1d clean first_arrival", beside_numpy),
    ("a copy that nobody sees", "float, int, `if` and loops over an array ask the GPU for one "
     "number after another, and np.asarray for all. Keep them in one array on the GPU.",
     "standardise pad_ends conv1d clean first_arrival", one_by_one),
    ("fetched to the host", "get, item, tolist and to_host copy what they are called on, be it "
     "one number. Nothing has to be copied here: let xp compute where x is.",
     "standardise pad_ends conv1d clean", fetch),
    ("more than the answer copied", "You fetch arrays that only the next step needs. Finish on "
     "the GPU, down to one whole number for each recording, and copy these.",
     "first_arrival", fetch),
    ("one copy for each recording", "Your loop copies one number in each turn. argmax with an "
     "axis gives all places in one array: copy that.",
     "first_arrival", fetch_each),
    ("answer left on the GPU", "Asked are whole numbers on the host: end with to_host, once.",
     "first_arrival", stay),
))
BIAS = Mistake("bias added with each element of the kernel", "The bias is added once, after the "
               "loop over the kernel's elements, not in each of its turns.", ("conv1d",),
               on_host(lambda x, w, bias=None, **how: layers(
                   x, w, None if bias is None else bias * w.shape[2], **how)))
# fmt: on

LAYERS = tuple(
    replace(mistake, function=on_host(mistake.function))
    for mistake in bank(
        1, dict.fromkeys(("layer", "stride", "undilated"), ("conv1d",)), SHARED + RARER
    )
)

OTHERS = tuple(
    Mistake(name, hint, (task,), on_host(np.errstate(all="ignore")(function)))
    for task, table in NUMBERS.items()
    for name, hint, function in table
)

MISTAKES = COPIES + SINS + LAYERS + (BIAS, *OTHERS)
