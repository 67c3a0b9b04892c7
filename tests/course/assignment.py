"""One assignment as tests see it: its text, its cases, and right answers to it in many styles."""

from __future__ import annotations

import ast
import pickle
import re
import runpy
from dataclasses import dataclass, replace
from functools import cache, cached_property, wraps
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder import race
from autograder._box.salvage import salvage
from autograder._box.strict import StrictArray
from autograder.answers import answer_of, as_answer
from autograder.author import full_marks, source_notebook
from autograder.course import Course
from autograder.judge import judge, trials
from autograder.naming import name_mistake
from autograder.rules import broken, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbformat import NotebookNode

    from autograder.judge import Trial
    from autograder.spec import Assignment, Case, Mistake, Task
    from autograder.verdicts import TaskResult

HERE = Path(__file__).parent
COURSE = Course(HERE.parents[1])
FEW = 2  # calls; a case of more takes time, and no mistake differs in it


def load(path: Path) -> SimpleNamespace:
    """Return what a file of Python defines."""
    return SimpleNamespace(**runpy.run_path(str(path)))


def definition(source: str, name: str) -> str:
    """Return the definition of a function, as Python writes it."""
    (found,) = [node for node in ast.parse(source).body if getattr(node, "name", "") == name]
    return ast.unparse(found)


def run(sources: Iterable[str]) -> dict[str, Any]:
    """Return what cells define."""
    names: dict[str, Any] = {}
    for source in sources:
        exec(source, names)
    return names


def uncounted(trial: Trial) -> Trial:
    """Return a trial without its count of multiplications: only a box can count them."""
    return replace(trial, case=replace(trial.case, counted=0))


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does not compute an answer twice, unless it changes its inputs."""
    answers: dict[bytes, Any] = {}

    @wraps(function)
    def ask(*args: Any, **options: Any) -> Any:
        if any(isinstance(arg, StrictArray) for arg in args):
            return function(*args, **options)
        key = pickle.dumps((args, options))
        if key in answers:
            return answers[key]
        answer = function(*args, **options)
        if pickle.dumps((args, options)) == key:
            answers[key] = answer
        return answer

    return ask


@cache
def asked(one: Subject, name: str) -> tuple[Task, tuple[Mistake, ...]]:
    """Return a task and its mistakes that know the answers they gave: each is asked many times."""
    task = one.assignment.task(name)
    bank = [mistake for mistake in one.assignment.mistakes if name in mistake.tasks]
    return (
        replace(task, reference=remembered(task.reference)),
        tuple(replace(mistake, function=remembered(mistake.function)) for mistake in bank),
    )


@cache
def drawn(one: Subject, name: str, seed: int) -> tuple[Trial, ...]:
    """Return a draw of the cases of a task."""
    return trials(one.assignment.task(name), np.random.default_rng(seed))


@dataclass(frozen=True)
class Subject:
    """An assignment under test."""

    id: str

    @cached_property
    def assignment(self) -> Assignment:
        return COURSE.assignment(self.id)

    @cached_property
    def text(self) -> str:
        return COURSE.source(self.id).read_text(encoding="utf-8")

    @cached_property
    def cases(self) -> SimpleNamespace:
        """What its ``cases.py`` defines."""
        return SimpleNamespace(**vars(COURSE.module(self.id, "cases")))

    @cached_property
    def styles(self) -> dict[str, Mapping[str, str]]:
        """Right answers: for each style, the sources of the solution cells by task."""
        return load(HERE / "styles" / f"{self.id}.py").STYLES

    @property
    def tasks(self) -> list[str]:
        return [task.name for task in self.assignment.tasks]

    @property
    def functions(self) -> list[str]:
        """The tasks in which a function is to be written."""
        return [task.name for task in self.assignment.tasks if task.kind == "function"]

    @cached_property
    def notebook(self) -> NotebookNode:
        """The notebook with its solutions."""
        return source_notebook(self.text, self.assignment)

    @property
    def code(self) -> list[NotebookNode]:
        """The cells of code that are no checks."""
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        return [cell for cell in code if cell.id not in self.tasks]

    @property
    def points(self) -> list[float]:
        """Full marks of each graded cell, those that a person marks included."""
        return list(full_marks(self.notebook).values())

    def checked(self, task: str) -> list[str]:
        """Return the objects that the text hands to a check."""
        (found,) = re.findall(rf'^check\("{task}", (.*)\)$', self.text, re.MULTILINE)
        return found.split(", ")

    def solution(self) -> list[str]:
        """Return the text's own code cells, without the checks."""
        return [cell.source for cell in self.code]

    def shown(self, name: str) -> str:
        """Return the definition of a function that the text shows."""
        return definition("\n".join(self.solution()), name)

    def filled(self, answers: Mapping[str, str]) -> list[str]:
        """Return what a notebook with these answers defines; its own cells draw nothing."""
        return [
            answers.get(cell.id.removesuffix("-solution"), "")
            if cell.id.endswith("-solution")
            else salvage(cell.source)
            for cell in self.code
        ]

    def drawn(self, task: str, seeds: Iterable[int] = range(20)) -> list[Case]:
        """Return the visible cases and many draws of the hidden ones."""
        return [trial.case for seed in seeds for trial in drawn(self, task, seed)]

    def judged(
        self, name: str, sources: list[str], seed: int = 0, names: dict[str, Any] | None = None
    ) -> TaskResult:
        """Judge the objects that `sources` define as the grader does."""
        (task, mistakes), names = asked(self, name), names or run(sources)
        objects = [names.get(each) for each in self.checked(name)]

        def answer(case: Case) -> Any:
            thing = objects[case.target]
            if task.kind == "value":
                return as_answer(thing)
            return race.run(thing, case) if case.race else answer_of(thing, case)

        answered = [
            (trial, answer(trial.case)) for trial in map(uncounted, drawn(self, name, seed))
        ]
        found = broken(task, readable(sources), self.checked(name)[:1])
        return judge(task, answered, mistakes, found)

    def spoiled(self, style: str, name: str, right: str, wrong: str) -> TaskResult:
        """Judge a style with some text of its function replaced."""
        (function,) = self.checked(name)
        source = self.styles[style][function]
        assert right in source, f"{style} has no {right!r} in {function}"
        answers = {**self.styles[style], function: source.replace(right, wrong)}
        return self.judged(name, self.filled(answers))

    def slipped(self, name: str, seed: int) -> list[tuple[Mistake, list[tuple[Trial, Any]]]]:
        """Return what each mistake answers, in the cases that it can differ in."""
        few = [trial for trial in drawn(self, name, seed) if trial.case.calls <= FEW]
        return [
            (mistake, [(trial, answer_of(mistake.function, trial.case)) for trial in few])
            for mistake in asked(self, name)[1]
        ]

    def accused(self, name: str, seed: int) -> list[tuple[Mistake, TaskResult]]:
        """Judge what each mistake answers."""
        task, mistakes = asked(self, name)
        slips = self.slipped(name, seed)
        return [(mistake, judge(task, answered, mistakes)) for mistake, answered in slips]

    def named(self, name: str, seed: int) -> list[tuple[Mistake, Mistake | None]]:
        """Name what each mistake answers, if any of it is wrong: this takes less than judging."""
        task, mistakes = asked(self, name)
        slips = [
            (mistake, [(trial.case, answer) for trial, answer in answered])
            for mistake, answered in self.slipped(name, seed)
        ]
        return [(mistake, name_mistake(task, answers, mistakes)) for mistake, answers in slips]


@cache
def subject(name: str) -> Subject:
    """Return an assignment, loaded once for all tests."""
    return Subject(name)
