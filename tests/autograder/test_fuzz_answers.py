"""Whatever comes out of a box, the trusted side reads it, judges it and shows it without harm."""

import io
import json
import os
import re
import string
from pathlib import Path

import nbformat
import numpy as np
import pytest
from corpus.pages import active
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.lib import format as npy

from autograder._box.frames import Channel, ChannelClosedError, MalformedFrameError
from autograder.answers import MAX_BYTES, Failure, Timed, answer_in, decode, encode
from autograder.bundle import Bundle
from autograder.course import Course
from autograder.feedback import FeedbackPages
from autograder.gradebook import Entry
from autograder.job import Job, Question
from autograder.judge import judge, trials
from autograder.nbgrader_settings import settings as nbgraders
from autograder.report.pages import write_class_report, write_ungraded
from autograder.report.table import task_html, task_text
from autograder.sandbox import Check
from autograder.sandbox.outputs import clean_outputs
from autograder.spec import Case
from autograder.store import write_result
from autograder.verdicts import Row, SubmissionResult, TaskResult, Verdict

CORPUS = Course(Path(__file__).parent / "corpus")
TASKS = [CORPUS.assignment(name).tasks for name in ("double", "race")]
OURS = re.compile(r'<(meta|script>|input) ?|<span class="\w+" style="height: [\d.]+rem">$')
SHOWN = {"text/plain", "image/png", "image/jpeg"}


def repeatable(examples):
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=examples,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "<script>x</script>",
        "</pre><img src=x onerror=x>",
        "' onload='x",
        "\x00\x1b[31m",
        "]]>",
        "{{ 7 * 7 }}",
        "&lt;",
        "\u202e",
        "x" * 5000,
        "=1+1",
        "javascript:x",
        "`<b>`",
    ]
)
SAID = TEXTS | st.just("\ud800")  # in the box: what is read of it has no half characters
DTYPES = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(endianness="?"),
    arrays.unsigned_integer_dtypes(endianness="?"),
    arrays.floating_dtypes(endianness="?"),
    arrays.complex_number_dtypes(endianness="?"),
)
ARRAYS = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
FAILURES = st.builds(
    Failure, st.sampled_from(["raised", "timeout", "died", "refused", "missing"]), SAID
)
SECONDS = st.lists(st.floats(0, 1e9), max_size=5).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SAID,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "output_type data name text ename evalue traceback metadata text/html text/plain "
                "image/png image/jpeg image/svg+xml execution_count".split()
            ),
            inner
            | st.sampled_from(
                ["stream", "error", "display_data", "execute_result", "iVBORw0KGgo="]
            ),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@st.composite
def damaged(draw, whole):
    """Return bytes that were good before some of them were lost, doubled or replaced."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 9))] = draw(st.binary(max_size=9))
    return bytes(data)


@st.composite
def races(draw):
    rounds = draw(st.integers(0, 4))
    times = st.lists(st.floats(0, 1e6), min_size=rounds, max_size=rounds).map(tuple)
    peaks = st.integers(0, 1 << 40)
    took = (draw(times) for _ in range(4))
    return Timed(draw(ARRAYS | FAILURES), *took, draw(peaks), draw(peaks))


# Bytes


FRAMES = st.builds(
    lambda head, payload: (
        len(head).to_bytes(4, "big") + len(payload).to_bytes(4, "big") + head + payload
    ),
    JSON.map(lambda said: json.dumps(said).encode()) | st.binary(max_size=50),
    st.binary(max_size=50),
)


@repeatable(300)
@given(st.lists(damaged(FRAMES) | st.binary(max_size=20), max_size=4).map(b"".join))
def test_a_channel_gives_frames_or_says_that_these_are_none(data):
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    channel = Channel(reading, os.open(os.devnull, os.O_WRONLY), 1 << 16)
    try:
        while True:
            header, payload = channel.receive(5)
            assert isinstance(header, dict)
            assert len(payload) <= 1 << 16
    except (ChannelClosedError, MalformedFrameError):
        pass
    finally:
        channel.close()


def headed(header, body):
    """Return an array's record with any header."""
    record = io.BytesIO(npy.magic(1, 0))
    record.seek(0, io.SEEK_END)
    text = repr(header).encode()
    record.write(len(text).to_bytes(2, "little") + text + body)
    return record.getvalue()


HEADERS = st.fixed_dictionaries(
    {
        "descr": st.sampled_from(
            ["<f8", "|O", "<U9", "V9", "f8,O", [("a", "O")], ("f8", 9), "x", 7, None, "<f999"]
        ),
        "fortran_order": st.booleans() | st.none(),
        "shape": st.lists(st.integers(-(2**70), 2**70) | st.integers(0, 3), max_size=40).map(tuple)
        | st.sampled_from([None, 3, "x", (True,), (1.5,), ((1,),)]),
    }
)


@repeatable(300)
@given(
    damaged(ARRAYS.map(encode))
    | st.builds(headed, HEADERS, st.binary(max_size=40))
    | st.binary(max_size=200)
)
def test_a_record_is_an_array_of_numbers_or_refused(record):
    answer = decode(record)
    if isinstance(answer, Failure):
        assert answer.kind == "refused"
    else:
        assert answer.dtype.kind in "biufc"
        assert answer.nbytes <= min(len(record), MAX_BYTES)


@repeatable(200)
@given(ARRAYS)
def test_an_array_is_the_same_on_the_other_side(array):
    again = decode(encode(array))
    np.testing.assert_array_equal(again, array, strict=True)


@repeatable(300)
@given(damaged(JSON.map(lambda said: json.dumps(said).encode())) | st.lists(JSON).map(json.dumps))
def test_outputs_are_texts_and_bitmaps_of_a_valid_notebook(payload):
    outputs = clean_outputs(payload if isinstance(payload, bytes) else payload.encode())
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.from_dict(output) for output in outputs])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    for output in outputs:
        assert output["output_type"] in ("stream", "error", "display_data")
        assert set(output.get("data", ())) <= SHOWN
        json.dumps(output, ensure_ascii=False).encode()


@repeatable(100)
@given(
    st.dictionaries(TEXTS, st.lists(ARRAYS | FAILURES | races(), max_size=3), max_size=3),
    st.lists(TEXTS, max_size=2),
)
def test_a_bundle_is_the_same_after_it_was_sent(answers, notes):
    data = Bundle([], answers, notes, "pool").to_bytes()
    again = Bundle.from_bytes(data)
    assert again.to_bytes() == data
    assert again.notes == notes
    assert {task: len(found) for task, found in again.answers.items()} == {
        task: len(found) for task, found in answers.items()
    }


@repeatable(100)
@given(st.lists(SAID, max_size=3), st.lists(ARRAYS | st.integers() | SAID, max_size=3))
def test_a_job_is_the_same_after_it_was_sent(cells, args):
    question = Question(Check("f", ("f",), len(cells)), "function", (Case("", tuple(args)),))
    job = Job(tuple(cells), (question,))
    again = Job.from_bytes(job.to_bytes())
    assert (again.to_bytes(), again.key()) == (job.to_bytes(), job.key())
    np.testing.assert_equal(again.questions[0].cases[0].args, question.cases[0].args)


# The judge


@pytest.mark.parametrize("task", [task for tasks in TASKS for task in tasks], ids=lambda t: t.name)
@repeatable(60)
@given(st.data(), st.integers(0, 3))
def test_the_judge_has_a_word_for_every_answer(task, data, seed):
    tried = trials(task, np.random.default_rng(seed))
    answered = [
        (trial, data.draw(races() if trial.case.race else ARRAYS | FAILURES)) for trial in tried
    ]
    with np.errstate(all="ignore"):
        result = judge(task, answered)
    assert 0 <= result.score <= task.points
    assert len(result.rows) == len(tried)
    assert result.full or result.sentence
    for row, (_, outcome) in zip(result.rows, answered, strict=True):
        assert not (row.verdict is Verdict.PASS and isinstance(answer_in(outcome), Failure))
    assert active(task_html(result)) == []
    assert task_text(result)


# Pages


ROWS = st.builds(Row, TEXTS, st.sampled_from(Verdict), TEXTS, st.floats(0, 9), st.booleans())
JUDGED = st.builds(
    TaskResult,
    st.sampled_from(["count", "double"]) | TEXTS,
    TEXTS,
    st.just(4.0),
    st.floats(0, 4),
    st.lists(ROWS, max_size=3).map(tuple),
    TEXTS,
    st.none() | TEXTS,
    st.booleans(),
)
RESULTS = st.builds(
    SubmissionResult,
    st.just("tiny"),
    st.text(string.ascii_letters, min_size=1, max_size=8),
    st.lists(JUDGED, min_size=1, max_size=2, unique_by=lambda task: task.name).map(tuple),
    st.lists(TEXTS, max_size=2).map(tuple),
    st.none() | TEXTS,
    st.booleans(),
)


@pytest.fixture(scope="module")
def pages(tiny, quiet):
    """Give the writer of feedback pages, and a clean notebook."""
    with quiet():
        return FeedbackPages(nbgraders(tiny)), nbformat.read(tiny.release("tiny"), as_version=4)


@repeatable(25)
@given(RESULTS, st.lists(JSON, max_size=3), TEXTS)
def test_no_page_of_a_student_runs_anything(pages, result, shown, text):
    writer, notebook = pages
    made = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in made.cells:
        if cell.cell_type == "code":
            outputs = clean_outputs(json.dumps(shown).encode())
            cell.source, cell.outputs = text, [nbformat.from_dict(output) for output in outputs]
    made.cells += [nbformat.v4.new_markdown_cell(text)]
    graded = {name: {"score": 1.0, "points": 4.0} for name in ("count", "double")}
    comment = {"double-solution": {"comment": text}}
    entry = Entry(result.score, result.points, 0.0, graded | comment)
    assert active(writer.page(made, result, entry)) == []


@repeatable(8)
@given(st.lists(RESULTS, min_size=1, max_size=4))
def test_no_page_of_an_instructor_runs_what_is_not_ours(tiny_copy, results):
    for result in results:
        write_result(tiny_copy, result)
        assert active(write_ungraded(tiny_copy, result).read_text(encoding="utf-8")) == []
    page = write_class_report(tiny_copy, "tiny").read_text(encoding="utf-8")
    assert [tag for tag in active(page) if not OURS.match(tag)] == []


# Programs


NAMES = st.sampled_from(
    "x f np print len list type str sum max __import__ get_ipython open".split()
)
ATOMS = st.one_of(
    NAMES,
    st.integers(-9, 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["None", "True", "'text'", "b''", "[]", "{}", "...", "(lambda: x)", "x.shape"]),
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "*", "/", "@", "%", "<", "==", "and", "in"]), inner
        ).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(inner, st.sampled_from(["T", "dtype", "real", "__class__", "copy"])).map(
            lambda parts: f"{parts[0]}.{parts[1]}"
        ),
        inner.map(lambda part: f"[i for i in {part}]"),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("del {}".format, NAMES),
    st.builds("raise {}".format, EXPRESSIONS),
    st.builds("assert {}".format, EXPRESSIONS),
    st.builds("for i in {}: print(i)".format, EXPRESSIONS),
    st.builds("with {} as x: pass".format, EXPRESSIONS),
    st.builds("from {0} import *; import {0}".format, st.sampled_from(["os", "numpy", "nothing"])),
    EXPRESSIONS,
    st.sampled_from(["%", "!", "%%time\n1", "x =", "return", "yield x", "await x", "\\", "\t\x00"]),
)
CELLS = st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join)
FUNCTIONS = st.builds(
    "def f(x):\n    import numpy as np\n    {}\n    return {}".format, STATEMENTS, EXPRESSIONS
)


@pytest.mark.slow
@repeatable(40)
@given(st.lists(CELLS, max_size=3), FUNCTIONS)
def test_every_program_gets_a_grade_and_a_reason(tight_box, cells, function):
    task = TASKS[0][1]
    tried = trials(task, np.random.default_rng(0))
    visit = tight_box.ask(*cells, function, cases=[trial.case for trial in tried])
    result = judge(task, list(zip(tried, visit.answers, strict=True)))
    assert 0 <= result.score <= task.points
    assert result.full or len(result.sentence) > 10
    assert len(visit.outputs) == len(cells) + 1
