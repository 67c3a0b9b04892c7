"""What an assignment says: its tasks, the inputs to try, the points and the named mistakes.

An assignment's ``cases.py`` builds one `Assignment`, its ``mistakes.py`` a tuple of `Mistake`.
Everything here is plain data: no input or output, nothing of the sandbox, the judge or a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

__all__ = [
    "Assignment",
    "Case",
    "Finding",
    "Impulses",
    "Mistake",
    "Quality",
    "Race",
    "Rule",
    "Strict",
    "Task",
]


@dataclass(frozen=True)
class Race:
    """A naive version to be faster than, timed turn by turn with the student's.

    Parameters
    ----------
    naive : str
        Python source that defines one function; it is called with the case's own arguments, in a
        clean process that has never seen student code.
    at_least : float
        How many times as fast the student's function must be; see `autograder.answers.Timed`.
        Half of what an honest solution reaches leaves room for a busy machine.
    rounds : int
        Turns that each of the two gets.
    memory : float, optional
        At most this many times the naive version's peak memory.
    """

    naive: str
    at_least: float
    rounds: int = 5
    memory: float | None = None


@dataclass(frozen=True)
class Impulses:
    """How to read off the answer which inputs it is made of; see `autograder.probes.impulses`.

    Parameters
    ----------
    bits : int
        Each input is a power of ``2**bits``, so an answer holds one digit for each input it reads.
    batch : bool
        Whether the first axis numbers samples, each with a part of the powers.
    """

    bits: int
    batch: bool


@dataclass(frozen=True)
class Quality:
    """How good an answer must be, where none is exactly right: a mask, a label, a clean signal.

    Parameters
    ----------
    name : str
        As students read it: "overlap with the truth".
    measure : callable (answer, truth) -> float
        The greater the better.  One of `autograder.quality`; in hidden cases, or one's own.
    at_least : float
        What is asked.  Cases with rising thresholds give partial credit.
    truth : array, optional
        What the answer is measured against; its shape and dtype are asked for, too.  None takes
        the reference's answer.
    """

    name: str
    measure: Callable[[np.ndarray[Any, Any], np.ndarray[Any, Any]], float]
    at_least: float
    truth: np.ndarray[Any, Any] | None = None


@dataclass(frozen=True)
class Strict:
    """What a function may copy to the host of arrays that live on a pretended GPU.

    Parameters
    ----------
    copies, nbytes : int
        At most so many copies, of so many bytes in all.  With none, the result must be on the
        GPU; else on the host.
    """

    copies: int = 0
    nbytes: int = 0


@dataclass(frozen=True)
class Case:
    """One input to try.

    Parameters
    ----------
    label : str
        What is special about the input ("stride 3, two channels"); students read it, so it never
        gives the answer away.
    args : tuple
        Arrays, tuples, or anything JSON can say; for a task that asks for a value, the reference's.
    kwargs : mapping
        Keyword arguments: tuples, or anything JSON can say.
    weight : float
        This case's part of the points, relative to its neighbours (visible or hidden).
    target : int
        Which of the objects given to ``check(name, *objects)`` the case is about.
    calls : int
        2 to call the function twice with the very same arrays and to judge the second answer:
        a function that changes its input gives itself away.  More time it, on other numbers.
    seconds : float
        Wall-clock limit of the whole case.
    race : Race, optional
        The function must also be faster than a naive one.
    counted : int
        Hand arrays over as arrays of integers that count the multiplications that go into each
        result (`autograder.probes.counted`); more in one output are wrong, and so are none.
    overwrite : bool
        Overwrite the arrays that the function was given before its result is read: a result that
        is a view of its input is wrong by its numbers.  A function that has written into them is
        told so, even where a second call would do the same.
    impulses : Impulses, optional
        Where a wrong answer tells which inputs each output reads.
    strict : Strict, optional
        Hand arrays over as those of a pretended GPU, which refuse what needs a copy to the host;
        the reference gets NumPy's, and so does a mistake with a true attribute ``on_host``.
    quality : Quality, optional
        Ask for a good answer of the right shape and dtype, not for the right values.
    """

    label: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 1.0
    target: int = 0
    calls: int = 1
    seconds: float = 5.0
    race: Race | None = None
    counted: int = 0
    overwrite: bool = False
    impulses: Impulses | None = None
    strict: Strict | None = None
    quality: Quality | None = None

    def plainly(self) -> Case:
        """Return the case as the reference is asked it: once, with NumPy's arrays."""
        return replace(self, calls=1, overwrite=False, strict=None)


@dataclass(frozen=True)
class Finding:
    """A line of the student's code that breaks a rule."""

    line: int
    code: str
    why: str


@dataclass(frozen=True)
class Rule:
    """Something the code itself must not do, read off its source and never by running it.

    Parameters
    ----------
    name : str
        As students read it: "no Python loop over samples".
    find : callable (source, function name) -> sequence of Finding
        Where the rule is broken in the source of the student's cells.
    cost : float or None
        Part of the task's score that a broken rule takes away, 0 to 1.  None takes nothing and
        asks a person to look.
    recipe : tuple of (str, sequence)
        The function of `autograder.rules` that makes it, and its arguments, so that a rule can be
        written to a file; empty for a rule of one's own, which cannot.
    """

    name: str
    find: Callable[[str, str], Sequence[Finding]]
    cost: float | None
    recipe: tuple[str, Sequence[str]] | tuple[()] = ()


@dataclass(frozen=True)
class Task:
    """One graded cell, ``check(name, *objects)``.

    Parameters
    ----------
    name : str
        The first argument of ``check``; also the cell's id in the gradebook.
    title : str
        What was to be done, in a few words.
    points : float
        Full marks.
    reference : callable
        Called with a case's ``args`` and ``kwargs``; its answer is the right one.
    visible : sequence of Case
        Fixed cases that students see judged at once; worth `visible_share` of the points.
    hidden : callable (Generator) -> sequence of Case
        Cases drawn afresh for each submission.
    kind : {"function", "value"}
        Whether the objects are functions to call or the answers themselves.
    dtype : {"kind", "exact", "any"}
        How near the answer's dtype must be to the reference's: same kind (integer, float, ...),
        the very same, or whatever holds the right numbers.
    rules : sequence of Rule
        What the code must not do.
    visible_share : float
        Part of the points that the visible cases carry, 0 to 1.
    choice : bool
        One of the objects is enough: each is worth full marks, and the best of them counts.
    """

    name: str
    title: str
    points: float
    reference: Callable[..., Any]
    visible: Sequence[Case]
    hidden: Callable[[np.random.Generator], Sequence[Case]]
    kind: Literal["function", "value"] = "function"
    dtype: Literal["kind", "exact", "any"] = "kind"
    rules: Sequence[Rule] = ()
    visible_share: float = 0.2
    choice: bool = False


@dataclass(frozen=True)
class Mistake:
    """A named way to get a task wrong.

    Parameters
    ----------
    name : str
        What students and the class report call it: "kernel flipped".
    hint : str
        One or two sentences that tell the author of such code what to look at.
    tasks : tuple of str
        The tasks it can happen in.
    function : callable
        Takes what the task's reference takes and answers as the mistaken code would.
    """

    name: str
    hint: str
    tasks: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True)
class Assignment:
    """Everything a grader must know of one assignment.

    Parameters
    ----------
    id : str
        Name of its folder and notebook.
    title : str
        As the class report prints it.
    tasks : sequence of Task
        In the order of the notebook.
    mistakes : sequence of Mistake
        The bank that wrong answers are matched against.
    """

    id: str
    title: str
    tasks: Sequence[Task]
    mistakes: Sequence[Mistake] = ()

    def task(self, name: str) -> Task:
        """Return the task called `name`.

        Raises
        ------
        ValueError
            If the assignment has no such task.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        msg = f"{self.id} has no task {name!r}; it has {[task.name for task in self.tasks]}"
        raise ValueError(msg)
