"""One submission's conversation with its box: show the cells, then answer case by case."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder._box.frames import MalformedFrameError
from autograder.answers import Failure, Timed, answer_in, decode, encode

from .outputs import clean_outputs, printable
from .race import Turn, not_ours, race

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.answers import Answer, Outcome
    from autograder.spec import Case

    from .box import Box

__all__ = ["Cell", "Check", "Session"]

LOST = (TimeoutError, MalformedFrameError)
KINDS = ("raised", "timeout", "died", "refused", "missing")
MAX_LOST = 3  # processes in one task: after that its other cases are not tried
SLOW = 1.0  # seconds: a cell worth a word where the time is over
RESERVE = 0.1  # of the whole time: for the calls after the cells
HURRY = 5  # a function that did not answer in time once has a fifth of the time after that


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and whether only what cannot run for long is taken of it."""

    source: str
    salvage: bool = False


@dataclass(frozen=True)
class Check:
    """A graded cell: ``check(name, *objects)`` after so many of the other code cells."""

    name: str
    objects: tuple[str, ...]
    after: int


class Session:
    """Cells in, outputs and answers out; nothing that student code does raises here.

    Parameters
    ----------
    box : Box
        Started, and used by nobody else.
    cells : sequence of Cell
        The notebook's code cells, without the graded ones.
    """

    def __init__(self, box: Box, cells: Sequence[Cell]) -> None:
        self.box, self.cells = box, list(cells)
        self.outputs: list[list[dict[str, Any]]] = [[] for _ in cells]
        self.took = [0.0] * len(cells)  # seconds
        self.notes: list[str] = []
        self.late: set[str] = set()  # objects that did not answer in time

    def show(self) -> None:
        """Run the cells and collect their outputs.

        A cell that kills or hangs Python is named, reduced to its imports, definitions and
        constants, and the notebook is taken up again after it.
        """
        start = 0
        for _ in range(self.box.limits.restarts + 1):
            stopped = self._show_from(start)
            if stopped is None:
                return
            index, text = stopped
            self._salvage(index, text)
            start = index + 1
            if start == len(self.cells):
                return
        for index in range(start, len(self.cells)):
            self._take_less(index, "this cell was not run")
        self.notes.append(
            f"the cells after code cell {start} were not run; their definitions still count"
        )

    def ask(self, check: Check, kind: str, cases: Sequence[Case]) -> list[Outcome]:
        """Put `cases` to the objects of one check.

        They are called in a fresh process that has run the cells before the check; where a case
        kills it, the next ones get another.

        Parameters
        ----------
        check : Check
            The graded cell.
        kind : {"function", "value"}
            Whether the objects are called or are the answers themselves.
        cases : sequence of Case
            The inputs, given one at a time.
        """
        answers: list[Outcome] = []
        lost: list[Failure] = []
        opened = False
        for case in cases:
            if len(lost) < MAX_LOST and not opened:
                failure = self._open(check)
                lost += [failure] if failure else []
                opened = failure is None
            name = check.objects[case.target]
            outcome = self._outcome(self._hurried(case, name), kind) if opened else lost[-1]
            answers.append(outcome)
            answer = answer_in(outcome)
            if opened and isinstance(answer, Failure) and answer.kind in ("timeout", "died"):
                lost.append(answer)
                opened = False
                self.late |= {name} if answer.kind == "timeout" else set()
        return answers

    def _hurried(self, case: Case, name: str) -> Case:
        """Give a function that hung once less time: one endless loop must not cost a minute."""
        return replace(case, seconds=case.seconds / HURRY) if name in self.late else case

    def _show_from(self, start: int) -> tuple[int, str] | None:
        limits = self.box.limits
        stopped = sum(cell.salvage for cell in self.cells)
        command = {"start": start, "stopped": stopped, "cell_seconds": limits.cell_seconds}
        done = start
        try:
            self.box.send({"do": "show", "cells": [asdict(c) for c in self.cells], **command})
            while True:
                began = time.monotonic()
                header, payload = self.box.receive(limits.whole_seconds)
                if "cell" not in header:
                    return (done, str(header.get("text"))) if "stopped" in header else None
                self.outputs[done] = clean_outputs(payload)
                self.took[done] = time.monotonic() - began
                if header.get("interrupted"):
                    self._salvage(done, _too_long(header["interrupted"], limits.cell_seconds))
                done += 1
        except LOST as error:
            self.notes.append(self._lost(error).text)
            return None

    def _salvage(self, index: int, text: str) -> None:
        """From now on take of a cell only what cannot run for long."""
        self._take_less(index, text)
        self.notes.append(f"code cell {index + 1}: {text}; its definitions still count")

    def _take_less(self, index: int, text: str) -> None:
        self.cells[index] = replace(self.cells[index], salvage=True)
        self.took[index] = 0.0
        self.outputs[index].insert(0, _stopped_output(text))  # nobody may think that it all ran

    def _spare(self, after: int) -> None:
        """Run the slowest cells before a check no more, where the time left is too short for all.

        To have what they define is better than to have nothing.
        """
        left = self.box.seconds_left - RESERVE * self.box.limits.whole_seconds
        while self.box.seconds_left and sum(self.took[:after]) > left:
            slowest = max(range(after), key=self.took.__getitem__)
            if not self.took[slowest]:
                return
            self._salvage(slowest, "there is no time to run it once more for each check")

    def _open(self, check: Check) -> Failure | None:
        self._spare(check.after)
        said = self._open_for(
            who="student",
            cells=[asdict(cell) for cell in self.cells[: check.after]],
            objects=list(check.objects),
            cell_seconds=self.box.limits.cell_seconds,
        )
        if isinstance(said, Failure):
            return said
        for outputs, cell in zip(self.outputs[: check.after], _bits(said), strict=False):
            if cell and not any(output["output_type"] == "error" for output in outputs):
                outputs.append(_stopped_output("this cell stopped when it was run for a check"))
        return None

    def _open_naive(self, source: str) -> Failure | None:
        said = self._open_for(who="naive", source=source)
        return not_ours(said) if isinstance(said, Failure) else None

    def _open_for(self, **command: Any) -> Failure | str:
        """Have a fresh process made, and return what it says when it is."""
        seconds = self.box.limits.whole_seconds
        header, _ = self._exchange({"do": "open", "seconds": seconds, **command}, b"", seconds)
        said = header.get("opened")
        return said if isinstance(said, str) else _failure(header)

    def _outcome(self, case: Case, kind: str) -> Outcome:
        if case.race is None:
            return _answer(*self._put(case, call=kind == "function"))
        failure = self._open_naive(case.race.naive)
        return Timed(failure) if failure else race(case, self._turn)

    def _turn(self, case: Case, who: str) -> Turn:
        header, record = self._put(case, who=who)
        took = (header.get(what, 0) for what in ("seconds", "busy", "peak"))
        return Turn(_answer(header, record), *took)

    def _put(
        self, case: Case, *, call: bool = True, who: str = "student"
    ) -> tuple[dict[str, Any], bytes]:
        """Hand a case to one of the processes."""
        # A slow naive version is what is wanted: only the whole time limits it.
        seconds = case.seconds if who == "student" else self.box.limits.whole_seconds
        command = {
            "who": who,
            "target": case.target if who == "student" else 0,
            "call": call,
            "args": [None if isinstance(arg, np.ndarray) else _said(arg) for arg in case.args],
            "kwargs": {name: _said(value) for name, value in case.kwargs.items()},
            "calls": case.calls,
            "counted": bool(case.counted),
            "overwrite": case.overwrite,
            "strict": asdict(case.strict) if case.strict else None,
            "timed": case.race is not None,
            "seconds": seconds,
        }
        payload = b"".join(encode(arg) for arg in case.args if isinstance(arg, np.ndarray))
        return self._exchange({"do": "call", **command}, payload, seconds + 5)

    def _exchange(
        self, command: dict[str, Any], payload: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        if not self.box.seconds_left:
            return _header(self._over()), b""
        try:
            self.box.send(command, payload)
            return self.box.receive(seconds)
        except LOST as error:
            return _header(self._lost(error)), b""

    def _lost(self, error: Exception) -> Failure:
        if isinstance(error, MalformedFrameError):
            return Failure("died", str(error))
        too_late = Failure("timeout", "no answer came in time")
        return too_late if self.box.seconds_left else self._over()

    def _over(self) -> Failure:
        """Say that the whole time is over, and which cells took the most of it."""
        said = f"the {self.box.limits.whole_seconds:g} s for the whole notebook were used up"
        longest = max(self.took, default=0.0)
        if longest < SLOW:
            return Failure("timeout", said)
        slow = [str(place) for place, took in enumerate(self.took, 1) if took > longest / 2]
        cells = f"code cell{'s' * (len(slow) > 1)} {', '.join(slow)}"
        why = f"{cells} took the longest, and each check runs the cells before it anew"
        return Failure("timeout", f"{said}: {why}")


def _bits(said: str) -> Iterator[bool]:
    """Yield in which cells something stopped, as a process says it of those that it ran."""
    _, _, number = said.partition(" ")
    bits = int(number, 16) if re.fullmatch("[0-9a-f]{1,200}", number) else 0
    while bits:
        yield bool(bits & 1)
        bits >>= 1


def _said(value: Any) -> dict[str, Any]:
    """Return a plain value as JSON, which has no tuples."""
    return {"tuple": list(value)} if isinstance(value, tuple) else {"plain": value}


def _header(failure: Failure) -> dict[str, Any]:
    return {"answer": failure.kind, "text": failure.text}


def _answer(header: dict[str, Any], record: bytes) -> Answer:
    return decode(record) if header.get("answer") == "array" else _failure(header)


def _failure(header: dict[str, Any]) -> Failure:
    kind = header.get("answer")
    text = printable(header.get("text"))[:600].strip() or "no answer came"
    return Failure(kind if kind in KINDS else "died", text)


def _too_long(seconds: Any, usual: float) -> str:
    """Say how long a cell ran that was stopped, and why it had no more time."""
    limit = seconds if isinstance(seconds, int | float) else usual
    less = ", less time than usual after other cells were stopped" if limit < usual else ""
    return f"it ran longer than {limit:g} s{less}"


def _stopped_output(text: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "Stopped", "evalue": text, "traceback": [text]}
