"""A call of `check` that cannot be judged explains itself."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .spec import Assignment, Task

__all__ = [
    "WrongAnswerError",
    "WrongCallError",
    "demand_name",
    "demand_objects",
    "the_one_with",
]

WRAP = TextWrapper(83, subsequent_indent=" " * 4, break_on_hyphens=False).wrap
MAX_NAMES = 12  # names are listed up to so many


class PlainError(Exception):
    """Said without a traceback where IPython shows it.

    Lines are short enough for ``nbgrader validate``, which cuts longer ones off.
    """

    def _render_traceback_(self) -> list[str]:
        return [part for line in str(self).splitlines() for part in WRAP(line)]


class WrongCallError(PlainError, ValueError):
    """What is wrong with a call of `check`."""


class WrongAnswerError(PlainError, AssertionError):
    """The table of a task that is not right: nbgrader's validation shows errors alone."""


def demand_name(args: Sequence[Any], named: Iterable[str] = ()) -> str:
    """Return the task's name, the first of `check`'s arguments.

    Raises
    ------
    WrongCallError
        If it is missing or no text, or if there are arguments with names.

    Examples
    --------
    >>> demand_name(["double", abs])
    'double'
    """
    for other in named:
        msg = f'the answer has no name here: check("task", answer), not check(..., {other}=answer)'
        raise WrongCallError(msg)
    if not args:
        msg = (
            'say what to check: the task\'s name in quotes, then your answer: check("task", answer)'
        )
        raise WrongCallError(msg)
    name, *rest = args
    if isinstance(name, str):
        return name
    own = getattr(name, "__name__", "answer")
    said = f'check("{own}", {own})' if not rest else f'check("{own}", ...)'
    msg = f"the first argument is the task's name, in quotes: {said}; you gave {_kind(name)}"
    raise WrongCallError(msg)


def the_one_with(task: str, known: Sequence[Assignment]) -> Assignment:
    """Return the only assignment that has a task.

    Raises
    ------
    WrongCallError
        If none has it, or several have.
    """
    found = [one for one in known if task in {each.name for each in one.tasks}]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.id for one in found)
        msg = f"several assignments have a task {task!r}: {ids}. Run this in the folder of one"
        raise WrongCallError(msg)
    names = [each.name for one in known for each in one.tasks]
    similar = get_close_matches(task, names, n=3, cutoff=0.5)
    said = f"did you mean {_listed(similar)}?" if similar else f"there are {_listed(names)}"
    msg = f"there is no task {task!r}; {said}"
    raise WrongCallError(msg)


def demand_objects(task: Task, objects: Sequence[Any], count: int | None) -> None:
    """Refuse objects that are too few, too many, or of the wrong kind.

    Parameters
    ----------
    task : Task
        What was to be done.
    objects : sequence
        What `check` was given after the name.
    count : int or None
        How many it takes; None if that is not known.

    Raises
    ------
    WrongCallError
        With the call as it should be.
    """
    for msg in _complaints(task, objects, count):
        raise WrongCallError(msg)


def _complaints(task: Task, objects: Sequence[Any], count: int | None) -> Iterator[str]:
    function = task.kind == "function"
    needed = count or 1 + max((case.target for case in task.visible), default=0)
    wanted = "your function" if function else "your value"
    call = f'check("{task.name}", {"function" if function else "value"})'
    if not objects:
        yield f"after the task's name comes {wanted}: {call}"
    elif len(objects) < needed or (count and len(objects) > count):
        answers = "answers" if needed > 1 else "answer"
        listed = "; give them one by one, without a list" * _is_list_of(objects, needed)
        yield (
            f"task {task.name!r} takes {needed} {answers} after its name; you gave "
            f"{len(objects)}{listed}"
        )
    for thing in objects:
        if function and isinstance(thing, str):
            yield f"give your function itself, without quotes: {call}; you gave the text {thing!r}"
        elif function and isinstance(thing, list | tuple) and any(map(callable, thing)):
            yield f"give your function itself, without a list around it: {call}"
        elif function and not callable(thing):
            yield (
                f"give your function itself, without calling it: {call}, with no parentheses after"
                f" the function's name; you gave {_kind(thing)}"
            )
        elif not function and callable(thing):
            yield f"give the value itself, not a function: {call}; you gave {_kind(thing)}"


def _is_list_of(objects: Sequence[Any], needed: int) -> bool:
    return len(objects) == 1 and isinstance(objects[0], list | tuple) and len(objects[0]) == needed


def _kind(thing: Any) -> str:
    if thing is None:
        return "None"
    if callable(thing):
        return f"the function {getattr(thing, '__name__', type(thing).__name__)}"
    shape = getattr(thing, "shape", None)
    return f"an array of shape {shape}" if shape is not None else f"{thing!r:.60}"


def _listed(names: Sequence[str]) -> str:
    shown = [repr(name) for name in names[:MAX_NAMES]]
    return ", ".join([*shown, *(["..."] if len(names) > MAX_NAMES else [])])
