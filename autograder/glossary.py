"""What errors of Python and NumPy mean, for somebody who meets them for the first time."""

from __future__ import annotations

import re

__all__ = ["left_over", "meaning"]

MEANINGS = tuple((re.compile(said), means) for said, means in (
    (r"Cannot cast ufunc .* to dtype\('u?int",
     "fractions do not fit into an array of integers: which dtype was it created with?"),
    (r"float(64)?' object cannot be interpreted as an integer|integers or a single integer, got",
     "`/` gives a fraction even where it comes out even, `//` a whole number"),
    (r"The truth value of an array",
     "`if` asks for one truth value, and an array has many; whether there is one, `is None` asks"),
    (r"setting an array element with a sequence",
     "what should fill one place is an array itself: is something not added up over all axes, or"
     " are two arrays returned for one?"),
    (r"'NoneType' object is not (subscriptable|iterable)|[oO]perand.*'NoneType'",
     "something is None here: an option that was not given, or a function without `return`"),
    (r"non-int of type 'list'|[oO]perand.*'list'|list indices must|'list' object has no attribute",
     "a list is no array: it has neither shape nor axes; `np.array` makes an array of it"),
    (r"can only concatenate (tuple|list)|[oO]perand.*'tuple'|can't multiply sequence",
     "a pair is used like one number: it has an element for each axis"),
    (r"broadcast together with remapped shapes",
     "one letter of einsum stands for axes of different sizes"),
    (r"shape-mismatch for sum",
     "tensordot pairs axes of different sizes: which of them belong together?"),
    (r"shapes .* not aligned|mismatch in its core dimension",
     "this is a product of matrices, and the axes that it pairs have different sizes; `*`"
     " multiplies element by element"),
    (r"operands could not be broadcast together",
     "is a window cut short at an edge, or an axis not where the other array has it?"),
    (r"could not broadcast input array",
     "what is written into a part of an array has another shape than that part"),
    (r"cannot reshape array of size 0",
     "-1 cannot be worked out where there are no elements: write all sizes"),
    (r"'[\w.]+' object is not callable",
     "what is called is no function: has its name got another meaning, in this cell or another?"),
    (r"'(int|float|str|tuple|bool)' object has no attribute",
     "has this name got another meaning in this cell or another?"),
    (r"ModuleNotFoundError",
     "the grader has only the modules that the course uses: do without this one"),
    (r"NameError: name '\w+' is not defined",
     "is the name made further down, spelled otherwise, or of a module that the grader has not?"),
    (r"cannot import name",
     "the grader's Python or its modules are older or newer than yours: do without this one"),
    (r"invalid (non-printable )?character",
     "pasted text has brought it along: delete it and type it anew"),
    (r"TabError|unindent does not match",
     "tabs and spaces are mixed: indent with spaces alone, four for each step"),
    (r"incomplete input|was never closed|unterminated",
     "a bracket or a text in quotes is not closed"),
    (r"UsageError: (Line|Cell) magic",
     "it belongs to an extension that the grader has not: do without this line"),
    (r"FileNotFoundError",
     "of all that you hand in the grader takes the notebook alone, and no file beside it"),
    (r"\[Errno 1\] Operation not permitted|URLError|gaierror",
     "the grader has no network and starts no other programs: do without them"),
    (r"is of type generator",
     "`yield` gives values one by one: collect them in an array and `return` that"),
    (r"is of type coroutine",
     "`async def` makes what has to be awaited: write `def`"),
    (r"is an array of object",
     "its elements are no plain numbers: which dtype was it created with?"),
    (r"unexpected keyword arg|required (positional|keyword-only) arg|positional arguments? but",
     "what is called takes other arguments: is its `def` as in the task, and the call like it?"),
    (r"module '[\w.]+' has no attribute",
     "is it spelled as in its documentation, or has the grader an older or newer version of it?"),
    (r"unhashable type: '(numpy.ndarray|list)'",
     "an array is no key of a dict, a set or a cache: leave out `lru_cache`, or use its shape"),
    (r"RecursionError",
     "a function calls itself without end: where should it stop, and is another one meant?"),
    (r"UnboundLocalError|cannot access local variable",
     "a name that is assigned anywhere in a function is its own: here it has no value yet"),
    (r"negative dimensions",
     "a size comes out below 0: is the kernel longer than what it slides along?"),
    (r"zero-size array to reduction",
     "an array without elements has no largest one: which case has none?"),
    (r"too many indices for array",
     "there are more indices than axes: print the shape"),
    (r"index -?\d+ is out of bounds",
     "the last place is size - 1: does a loop go too far, or is its axis another one?"),
))  # fmt: skip

LEFT_OVERS = tuple((re.compile(said, re.MULTILINE), means) for said, means in (
    (r"^```", "``` is of Markdown, not of Python: delete these lines"),
    (r"&(lt|gt|amp|quot);", "`&gt;` and the like are of a web page: write the character itself"),
    (r"^ *\d+[:.|]? +(def|import|from|return)\b", "numbers of lines came along: delete them"),
))  # fmt: skip


def meaning(error: str) -> str:
    """Return what an error means, nothing if it says so itself.

    Parameters
    ----------
    error : str
        As Python prints it: ``"TypeError: ..."``.

    Examples
    --------
    >>> meaning("ValueError: shape-mismatch for sum")
    'tensordot pairs axes of different sizes: which of them belong together?'
    >>> meaning("ValueError: I do not like this kernel")
    ''
    """
    return next((means for said, means in MEANINGS if said.search(error)), "")


def left_over(source: str) -> str:
    r"""Return what in a cell is of no program but came along with pasted text, and what to do.

    Examples
    --------
    >>> left_over("```python\nx = 3\n```")
    '``` is of Markdown, not of Python: delete these lines'
    """
    return next((means for said, means in LEFT_OVERS if said.search(source)), "")
