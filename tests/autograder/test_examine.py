"""From a clean notebook and the answers to it, stored or fresh, to verdicts in its cells."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from autograder import examine
from autograder.answers import Failure
from autograder.bundle import Bundle
from autograder.examine import Examiner, UngradableError, show_results
from autograder.intake import clean
from autograder.missing import explained
from autograder.spec import Case
from autograder.work import Work


@pytest.fixture
def cleaned(tiny, notebook):
    """Give `cleaned(after=..., **solutions)`: a clean notebook, `after` the last check."""
    released = nbformat.read(tiny.release("tiny"), as_version=4)

    def cleaned(after=(), **solutions):
        made = notebook(**solutions)
        made.cells += [nbformat.v4.new_code_cell(source) for source in after]
        return clean(made, released)[0]

    return cleaned


def right_answers(work, **wrong):
    """Return a bundle with the reference's answers, but for some tasks."""
    answers = {
        question.task.name: wrong.get(
            question.task.name,
            [np.asarray(question.task.reference(*trial.case.args)) for trial in question.trials],
        )
        for question in work.questions
    }
    return Bundle([[] for _ in work.cells], answers, [], "cold")


@pytest.fixture
def judged(tiny, cleaned):
    """Give `judged(notebook)`: what the judge says if all answers are right."""
    examiner, assignment = Examiner(tiny), tiny.assignment("tiny")

    def judged(notebook, **wrong):
        work = examiner.work(notebook, assignment, "ada")
        return examiner.judged(work, right_answers(work, **wrong), assignment, "ada")

    return judged


LOOP = "def double(x):\n    return np.array([2 * v for v in x.ravel()]).reshape(x.shape)"


def test_work_is_the_cells_and_the_questions(tiny, cleaned):
    work = Work.of(cleaned(), tiny.assignment("tiny"), np.random.default_rng(0))
    assert work.cells[0].startswith("import numpy")
    assert not any("check(" in cell for cell in work.cells)
    assert [question.check.objects for question in work.questions] == [("count",), ("double",)]
    assert [question.check.after for question in work.questions] == [2, 3]
    assert [len(question.trials) for question in work.questions] == [1, 4]
    visible = Work.of(cleaned(), tiny.assignment("tiny"), None)
    assert [len(question.trials) for question in visible.questions] == [0, 1]


def test_right_answers_are_full_marks(judged, cleaned):
    result = judged(cleaned())
    assert (result.score, result.points) == (5, 5)
    assert all(task.right for task in result.tasks)


def test_rules_read_what_the_check_could_call(judged, cleaned):
    assert judged(cleaned(double=LOOP)).tasks[1].score == 2
    # what is defined after the check was not called, so it clears nobody and accuses nobody
    decoy = "def double(x):\n    return 2 * x"
    assert judged(cleaned(after=[decoy], double=LOOP)).tasks[1].score == 2
    assert judged(cleaned(after=[LOOP])).tasks[1].score == 4


def test_the_reference_failing_is_no_zero(tiny, cleaned):
    assignment = tiny.assignment("tiny")
    broken = replace(assignment.tasks[1], reference=lambda x: 1 / 0)
    assignment = replace(assignment, tasks=(assignment.tasks[0], broken))
    work = Work.of(cleaned(), assignment, np.random.default_rng(0))
    answers = {"count": [np.array(3)], "double": [np.array(0)] * 4}
    bundle = Bundle([[] for _ in work.cells], answers, [], "cold")
    with pytest.raises(UngradableError, match="the reference itself fails: ZeroDivisionError"):
        Examiner(tiny).judged(work, bundle, assignment, "ada")


def test_a_missing_object_is_explained_by_the_error_before_it(tiny, cleaned):
    assignment = tiny.assignment("tiny")
    work = Work.of(cleaned(), assignment, np.random.default_rng(0))
    missing = [Failure("missing", "NameError: name 'double' is not defined")] * 4
    for name, said in (
        ("SyntaxError", "its cell stopped with SyntaxError: bad"),
        ("NotImplementedError", "Not attempted"),
    ):
        bundle = right_answers(work, double=missing)
        bundle.outputs[2] = [{"output_type": "error", "ename": name, "evalue": "bad"}]
        task = Examiner(tiny).judged(work, bundle, assignment, "ada").tasks[1]
        assert said in task.sentence
        assert task.score == 0


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def double(x:\n    return x", "not defined; its cell stopped with SyntaxError: bad"),
        ("```\ndef double(x):\n```", "stopped with SyntaxError: bad; ``` is of Markdown, not of"),
        ("def Double(x):\n    return x", "is not defined, but Double is: a name must be spelled"),
        ("%%timeit\ndef double(x):\n    return x", "a cell makes it, but it is lost: by a `del`"),
        ("# below", "the cell that makes it stands further down, and is run too late"),
        ("# later", "an earlier cell stopped with ValueError: of no interest"),
        ("def my_own(x):\n    return x", "not defined; above its check there is only my_own"),
        ("def d\u043euble(x):\n    return x", "(its \u043e is a cyrillic small letter o) is: a"),
    ],
)
def test_a_missing_object_is_explained_by_its_own_cell(tiny, cleaned, source, said):
    made = cleaned(double=source, after=["def double(x):\n    return x"] if "down" in said else [])
    work = Work.of(made, tiny.assignment("tiny"), None)
    bundle = right_answers(
        work, double=[Failure("missing", "NameError: name 'double' is not defined")]
    )
    bundle.outputs[0] = [
        {"output_type": "error", "ename": "ValueError", "evalue": "of no interest"}
    ]
    if "Syntax" in said:
        at = work.cells.index(source)
        bundle.outputs[at] = [{"output_type": "error", "ename": "SyntaxError", "evalue": "bad"}]
    (answer,) = explained(work.questions[1], work, bundle)
    assert said in answer.text


def test_a_value_that_was_shown_and_given_no_name(tiny, cleaned):
    work = Work.of(cleaned(count="3"), tiny.assignment("tiny"), None)
    bundle = right_answers(
        work, count=[Failure("missing", "NameError: name 'count' is not defined")]
    )
    (answer,) = explained(work.questions[0], work, bundle)
    assert answer.text == "NameError: name 'count' is not defined; no cell above its check makes it"


# Hidden cases


def drawn(course, notebook, student="ada"):
    work = Examiner(course).work(notebook, course.assignment("tiny"), student)
    return work.questions[1].trials[1].case.args[0].tolist()


def test_hidden_cases_depend_on_student_answer_and_secret(tiny_copy, cleaned):
    same = drawn(tiny_copy, cleaned())
    assert drawn(tiny_copy, cleaned()) == same
    others = [
        drawn(tiny_copy, cleaned(), "bob"),
        drawn(tiny_copy, cleaned(double="def double(x): return x + x")),
        drawn(tiny_copy, cleaned(after=["# another try"])),
    ]
    (tiny_copy.grading / "secret").write_text("another")
    others.append(drawn(tiny_copy, cleaned()))
    assert same not in others


def test_the_secret_is_kept_and_private(tiny_copy, monkeypatch):
    monkeypatch.delenv("COURSE_SECRET", raising=False)
    first = tiny_copy.generator("a").integers(2**60)
    path = tiny_copy.grading / "secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text()) == 64
    assert tiny_copy.generator("a").integers(2**60) == first
    monkeypatch.setenv("COURSE_SECRET", "given")
    assert tiny_copy.generator("a").integers(2**60) != first
    assert tiny_copy.generator("a", "b").integers(2**60) != tiny_copy.generator("ab").integers(
        2**60
    )


# Stored answers


def key(work, **changes):
    (question,) = work.questions[1:]
    return replace(work, questions=(replace(question, **changes),)).job.key()


def test_the_key_tells_everything_apart_that_answers_depend_on(tiny, cleaned):
    work = Work.of(cleaned(), tiny.assignment("tiny"), np.random.default_rng(0))
    question = work.questions[1]
    array = np.arange(3)

    def cases(case):
        return (replace(question.trials[0], case=case),)

    keys = [
        work.job.key(),
        work.job.key("another environment"),
        replace(work, cells=(*work.cells, "x")).job.key(),
        key(work),
        key(work, check=replace(question.check, after=1)),
        key(work, check=replace(question.check, objects=("f",))),
        key(work, task=replace(question.task, kind="value")),
        key(work, trials=cases(Case("", (array, 2)))),
        key(work, trials=cases(Case("", (2, array)))),
        key(work, trials=cases(Case("", (array.astype(float), 2)))),
        key(work, trials=cases(Case("", (array.reshape(3, 1), 2)))),
        key(work, trials=cases(Case("", (array,), {"k": 2}))),
        key(work, trials=cases(Case("", (array, 2), calls=2))),
        key(work, trials=cases(Case("", (array, 2), seconds=1))),
        key(work, trials=cases(Case("", (array, 2), target=1))),
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_does_not_depend_on_points_and_words(tiny, cleaned):
    work = Work.of(cleaned(), tiny.assignment("tiny"), np.random.default_rng(0))
    question = work.questions[1]
    other = tuple(
        replace(trial, points=9, case=replace(trial.case, label="x", weight=3))
        for trial in question.trials
    )
    task = replace(question.task, points=9, title="x")
    assert key(work, trials=other, task=task) == key(work)


def test_a_bundle_survives_storage():
    answers = {
        "a/b": [np.asfortranarray(np.ones((2, 3))), Failure("timeout", "no answer"), np.array(2j)],
        "empty": [],
    }
    bundle = Bundle([[{"output_type": "stream", "text": "é"}], []], answers, ["note"], "unsafe")
    back = Bundle.from_bytes(bundle.to_bytes())
    assert (back.outputs, back.notes, back.unsafe) == (bundle.outputs, bundle.notes, True)
    assert back.answers["a/b"][1] == answers["a/b"][1]
    np.testing.assert_array_equal(back.answers["a/b"][0], answers["a/b"][0])
    assert back.answers["empty"] == []


def test_the_same_answers_may_be_stored_twice_at_once(tiny_copy, cleaned, monkeypatch):
    work = Work.of(cleaned(), tiny_copy.assignment("tiny"), np.random.default_rng(0))
    meet = threading.Barrier(8)

    def run(*_, **__):
        meet.wait(20)
        return right_answers(work)

    monkeypatch.setattr(examine, "run", run)
    examiner = Examiner(tiny_copy)
    with ThreadPoolExecutor(8) as pool:
        bundles = list(pool.map(lambda _: examiner.answers(work), range(8)))
    assert all(bundle.notes == [] for bundle in bundles)
    (stored,) = (tiny_copy.grading / "answers").iterdir()
    assert stored.suffix == ".zip"
    monkeypatch.setattr(examine, "run", None)  # not called: the answers are there
    np.testing.assert_equal(examiner.answers(work).answers, bundles[0].answers)


# The notebook with outputs and scores


def test_scores_and_outputs_reach_their_cells(tiny, cleaned, judged):
    clean_notebook = cleaned()
    result = judged(clean_notebook)
    output = {"output_type": "stream", "name": "stdout", "text": "hello"}
    show_results(clean_notebook, SimpleNamespace(outputs=[[output], [], [], []]), result)
    code = [cell for cell in clean_notebook.cells if cell.cell_type == "code"]
    assert code[0].outputs == [output]
    graded = {cell.id: cell.outputs for cell in code if cell.source.startswith("check(")}
    for name, score in (("count", "1"), ("double", "4")):
        (shown,) = graded[name]
        assert shown.output_type == "execute_result"
        assert shown.data["text/plain"] == score
        assert "<table" in shown.data["text/html"]
