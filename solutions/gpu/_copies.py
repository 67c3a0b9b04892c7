"""Named ways to predict wrongly what a line copies between host and GPU."""

from __future__ import annotations

from functools import partial

from autograder.spec import Mistake

from .cases import copied

START = 9  # characters that tell the lines apart


def believed(wrong, line):
    """Return what is believed of some lines, by their start, and the truth of others."""
    return wrong.get(line[:START], copied(line=line))


# fmt: off
COPIES = tuple(Mistake(name, hint, ("copied",), partial(believed, wrong)) for name, hint, wrong in (
    ("numbers counted in place of bytes", "You count numbers. Each has 4 bytes in float32, and 8 "
     "in float64 and int64.",
     {"x.get()": 4000, "x[:, ::2]": 2000, "xp.asarra": 5, "float(x.m": 1, "[int(x[n]": 4,
      "x.sum(axi": 4}),
    ("8 bytes for every number", "Numbers of float32, which x holds, have 4 bytes.",
     {"x.get()": 32000, "x[:, ::2]": 16000, "float(x.m": 8, "x.sum(axi": 32}),
    ("4 bytes for every number", "Not all here is float32: look at what dtype np.ones has, and "
     "the places that argmax gives.",
     {"xp.asarra": 20, "[int(x[n]": 16}),
    ("arithmetic counted as a copy", "A sum or a product of arrays of the GPU is computed there "
     "and stays there: nothing crosses.",
     {"2 * x + 1": 16000}),
    ("whole array copied for one number", "The largest value and its place are found on the GPU; "
     "only that one number crosses.",
     {"float(x.m": 16000, "[int(x[n]": 16000}),
    ("copies in one direction alone", "What goes from the host to the GPU crosses as well.",
     {"xp.asarra": 0}),
    ("slice counted as the whole", "A slice is an array of its own shape: only its numbers are "
     "copied.", {"x[:, ::2]": 16000}),
    ("only the first turn of the loop", "Each turn of the loop copies one number: how many turns "
     "are there?", {"[int(x[n]": 8}),
    ("hidden copies overlooked", "float and int make a number of Python's, which lives on the "
     "host: it has to be copied.", {"float(x.m": 0, "[int(x[n]": 0}),
    ("shape counted as a copy", "The host knows the shape of an array: asking for it copies "
     "nothing.", {"x.shape[1": 16}),
    ("sum counted as one number", "sum(axis=1) gives one number for each of the rows.",
     {"x.sum(axi": 4}),
    ("everything summed before and yet copied", "The sum along each row is computed on the GPU; "
     "only the sums are copied.", {"x.sum(axi": 16000}),
))
# fmt: on
