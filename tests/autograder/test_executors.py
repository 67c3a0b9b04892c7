"""Executors: jobs of bytes in, bundles of bytes out, several at a time."""

from concurrent.futures import CancelledError
from contextlib import contextmanager

import numpy as np
import pytest

from autograder.answers import Failure
from autograder.bundle import Bundle
from autograder.executors import local
from autograder.job import Job, Question
from autograder.sandbox import BoxError, Boxes, Check, Limits
from autograder.sandbox.command import Tools
from autograder.spec import Case

HALVES = (Case("a", (np.arange(3.0),)), Case("b", (np.arange(4.0),)))


def job(*cells, cases=HALVES):
    question = Question(Check("half", ("half",), len(cells)), "function", cases)
    return Job(cells, (question,)).to_bytes()


HALF = job("def half(x):\n    return x / 2")


@pytest.fixture(scope="module")
def tools(tiny):
    return Tools.of(tiny.box)


@pytest.fixture(scope="module")
def executor(tools, needs_box):
    with local(tools, Limits(), jobs=2) as executor:
        yield executor


@pytest.mark.slow
def test_each_job_gets_its_own_answers(executor):
    jobs = [job(f"print({n})\ndef half(x):\n    return x / {n}") for n in (1, 2, 4)]
    bundles = [Bundle.from_bytes(future.result()) for future in map(executor.submit, jobs)]
    for n, bundle in zip((1, 2, 4), bundles, strict=True):
        assert bundle.outputs[0][0]["text"] == f"{n}\n"
        np.testing.assert_array_equal(bundle.answers["half"][1], np.arange(4.0) / n)
        assert bundle.box == executor.box
    assert executor.jobs == 2


@pytest.mark.slow
def test_what_student_code_does_is_an_answer_and_no_error(executor):
    done = executor.submit(job("import os\ndef half(x):\n    os._exit(3)")).result()
    assert all(isinstance(answer, Failure) for answer in Bundle.from_bytes(done).answers["half"])
    assert executor.submit(HALF).result()


def test_a_job_that_is_none_fails_alone(executor):
    broken = executor.submit(b"no job")
    with pytest.raises(Exception, match="not a zip file"):
        broken.result()


def test_a_box_that_breaks_is_the_jobs_error(executor, monkeypatch):
    @contextmanager
    def no_box(_):
        msg = "out of memory"
        raise BoxError(msg)
        yield

    monkeypatch.setattr(Boxes, "box", no_box)
    with pytest.raises(BoxError, match="out of memory"):
        executor.submit(HALF).result()


def test_the_same_job_gives_the_same_bytes(executor):
    first, second = executor.submit(HALF), executor.submit(HALF)
    assert first.result() == second.result()


def test_what_has_not_begun_is_cancelled_at_the_end(tools, needs_box):
    with local(tools, Limits(), jobs=1) as executor:
        futures = [executor.submit(HALF) for _ in range(3)]
    with pytest.raises(CancelledError):
        futures[2].result()


def test_without_walls_by_name_only(tools):
    with local(tools, Limits(), jobs=1, unsafe=True) as executor:
        assert executor.box == "unsafe"
        assert Bundle.from_bytes(executor.submit(HALF).result()).unsafe
