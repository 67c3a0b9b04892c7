"""Grading by quality: how near an answer must come to the truth, where none is exactly right."""

import shutil
from dataclasses import replace

import nbformat
import numpy as np
import pytest

from autograder import regrade
from autograder.answers import encode
from autograder.course import Course
from autograder.grade import grade_class
from autograder.job import Job
from autograder.judge import judge, trials
from autograder.plain import Plain
from autograder.quality import MEASURES, accuracy, explained, overlap
from autograder.spec import Assignment, Case, Mistake, Quality, Task
from autograder.store import read_result
from autograder.verdicts import Verdict
from autograder.visible import pack, unpack
from autograder.work import Work

TRUTH = np.asarray([[1, 1, 0], [0, 1, 1]], np.int16)
NEAR = np.asarray([[1, 1, 1], [0, 0, 1]])  # 3 of 5 are shared
SEEN = np.asarray([[7.0, 8, 1], [2, 9, 6]])
ASKED = Quality("overlap with the truth", overlap, 0.6, TRUTH)
SHARED = "overlap with the truth 0.60; at least"


def case(label="a mask", **changes):
    return Case(label, (SEEN,), quality=replace(ASKED, **changes))


def task(*cases, reference=lambda x: (x > 5).astype(int), **options):
    return Task("segment", "Segment", 4, reference, (), lambda _: cases, **options)


def judged(answer, *cases, mistakes=(), **options):
    made = task(*(cases or [case()]), **options)
    answered = [(trial, answer) for trial in trials(made, np.random.default_rng(0))]
    return judge(made, answered, mistakes)


def test_a_good_answer_that_is_not_the_truth_is_right():
    result = judged(NEAR)
    assert (result.score, result.right) == (4, True)
    assert result.rows[0].detail == f"{SHARED} 0.60 is asked"


def test_a_poor_answer_is_told_how_poor():
    result = judged(NEAR, case(at_least=0.8))
    assert result.score == 0
    assert result.sentence == f"No case is right. First problem, a mask: {SHARED} 0.80 is asked."


def test_rising_thresholds_give_partial_credit():
    thresholds = [0.3, 0.5, 0.7, 0.9]
    result = judged(NEAR, *(case(f"at least {low}", at_least=low) for low in thresholds))
    assert result.score == 2
    assert [row.verdict is Verdict.PASS for row in result.rows] == [True, True, False, False]


def test_what_is_just_too_little_does_not_look_like_enough():
    almost = np.zeros(1000, int)
    almost[:799] = 1
    detail = judged(almost, case(truth=np.ones(1000, int), at_least=0.8)).rows[0].detail
    assert detail == "overlap with the truth 0.79; at least 0.80 is asked"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (TRUTH.ravel(), "the shape is (6,), it should be (2, 3)"),
        (TRUTH / 1, "the dtype is float64, it should be one of integers"),
        (TRUTH > 0, "the dtype is bool, it should be one of integers"),
    ],
)
def test_shape_and_dtype_stay_strict(answer, told):
    assert judged(answer).rows[0].detail == told
    exact = judged(TRUTH.astype(np.int64), dtype="exact").rows[0]
    assert exact.detail == "the dtype is int64, it should be int16"


def test_without_a_truth_the_reference_says_it():
    assert judged((SEEN > 5).astype(int), case(truth=None, at_least=1)).right
    failing = judged(NEAR, case(truth=None), reference=lambda x: x / "2").rows[0]
    assert failing.verdict is Verdict.ERROR
    assert judged(NEAR, reference=lambda x: x / "2").right  # it is not asked


def test_a_single_value_may_come_in_any_shape():
    one = case(truth=np.asarray(1), at_least=1)
    assert judged(np.asarray([[1]]), one, kind="value").right


def test_a_race_comes_on_top():
    raced = replace(case(), race=object())
    assert judged(NEAR, raced).rows[0].verdict is Verdict.ERROR  # nobody took its time


@pytest.mark.parametrize("measure", MEASURES.values())
@pytest.mark.parametrize(
    "number", [np.nan, np.inf, -np.inf, 1e308, -1e308, np.longdouble("1e4000"), 2**63 - 1, -(2**63)]
)
def test_no_number_stops_the_judge(measure, number):
    truth = np.asarray([0.5, -1, 2, 3])
    for answer in (np.full(4, number), np.asarray([number, 0, 2, 3])):
        asked = case(measure=measure, truth=truth, at_least=0.9)
        (row,) = judged(answer, asked, dtype="any").rows
        assert row.verdict is Verdict.FAIL
        assert len(row.detail) < 80
        if not np.isfinite(number):
            assert "not finite" in row.detail


def test_odd_answers_of_other_types():
    for dtype in (bool, np.uint8, np.float16, ">f4", np.longdouble):
        for measure in MEASURES.values():
            asked = case(measure=measure, truth=np.asarray([1, 0, 1]), at_least=1)
            assert judged(np.asarray([1, 0, 1], dtype), asked, dtype="any").right


def test_nothing_to_measure():
    for measure in MEASURES.values():
        asked = case(measure=measure, truth=np.zeros((0, 3)), at_least=1)
        assert judged(np.zeros((0, 3)), asked).right
    flat = judged(np.asarray([2.0, 1]), case(measure=explained, truth=np.ones(2))).rows[0]
    assert flat.detail == "overlap with the truth -inf; at least 0.60 is asked"


def test_a_measure_that_fails_is_a_fault_of_the_assignment_only_if_it_fails_on_the_truth():
    def index(answer, truth):
        return float(truth.ravel()[answer.ravel()].mean())

    (row,) = judged(TRUTH + 900, case(measure=index)).rows
    assert row.verdict is Verdict.FAIL
    assert row.detail == "the overlap with the truth cannot be measured: are the numbers too large?"
    (row,) = judged(TRUTH + 900, case(measure=lambda *_: 1 / 0)).rows
    assert row.verdict is Verdict.ERROR


def test_measures_by_hand():
    assert accuracy(np.asarray([1, 2, 3, 4]), np.asarray([1, 2, 0, 0])) == 0.5
    assert overlap(NEAR, TRUTH) == 0.6
    truth = np.asarray([1.0, 3])
    assert explained(truth, truth) == 1
    assert explained(np.asarray([2.0, 2]), truth) == 0
    assert explained(np.asarray([3.0, 1]), truth) == -3


def test_a_mistake_with_the_very_same_answer_is_named():
    inverted = Mistake("inverted", "Look at the sign.", ("segment",), lambda x: (x < 5).astype(int))
    for answer, name in (((SEEN < 5).astype(int), "inverted"), (1 - NEAR, None)):
        result = judged(answer, case(), case("again"), mistakes=[inverted])
        assert (result.right, result.mistake) == (False, name)


# Through the grader


def test_the_box_is_never_told_the_truth():
    asked = replace(case(), args=(SEEN,))
    plain = Plain()
    plain.put_case(asked)
    assert encode(TRUTH) in plain.records.values()
    job = job_of(task(asked))
    assert encode(SEEN) in Plain.from_bytes(job.to_bytes())[1].records.values()
    assert encode(TRUTH) not in Plain.from_bytes(job.to_bytes())[1].records.values()
    assert job_of(task(replace(asked, quality=None))).to_bytes() == job.to_bytes()
    assert Job.from_bytes(job.to_bytes()).to_bytes() == job.to_bytes()


def job_of(task):
    grade = {"nbgrader": {"grade": True, "solution": False, "grade_id": "segment"}}
    cell = nbformat.v4.new_code_cell('check("segment", segment)', metadata=grade)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    return Work.of(notebook, Assignment("tiny", "Tiny", (task,)), np.random.default_rng(0)).job


def test_a_check_far_from_the_course_judges_the_same():
    made = replace(task(case()), visible=(case("shown", at_least=0.7),))
    file = pack(Assignment("tiny", "Tiny", (made,)))
    visible = unpack(file)
    assert pack(visible) == file
    (trial,) = trials(visible.tasks[0], None)
    result = judge(visible.tasks[0], [(trial, NEAR)])
    assert result.rows[0].detail == f"{SHARED} 0.70 is asked"
    own = replace(made, visible=(case("shown", measure=lambda *_: 1.0),))
    with pytest.raises(ValueError, match="shown: the measure is none of"):
        pack(Assignment("tiny", "Tiny", (own,)))


QUALITY = """
from autograder.quality import explained
from autograder.spec import Quality

def _asked(label, at_least):
    x = np.arange(5.0)
    truth = 2 * x
    return Case(label, (x,), quality=Quality("share explained", explained, at_least, truth))

ASSIGNMENT = Assignment("tiny", "Tiny", (
    ASSIGNMENT.tasks[0],
    Task("double", "Double", 4, lambda x: 2 * x, (_asked("shown", 0.5),),
         lambda _: [_asked("some", 0.7), _asked("most", 0.9)]),
))
"""


def test_a_class_is_graded_and_regraded(tiny, tmp_path, notebook, hand_in, here):
    course = Course(tmp_path / "course")
    shutil.copytree(tiny.root, course.root, symlinks=True)
    cases = course.source("tiny").with_name("cases.py")
    cases.write_text(cases.read_text() + QUALITY)
    for student, factor in {"ada": "2", "bo": "1.3", "chen": "np.nan"}.items():
        source = f"def double(x):\n    return {factor} * x"
        hand_in(tmp_path / "handed in", student, notebook(double=source))
    grade_class(course, tmp_path / "handed in", executor=here)
    scores = {student: read_result(course, "tiny", student).score for student in ("ada", "bo")}
    assert scores == {"ada": 5, "bo": 1 + 0.8 + 0}
    assert "share explained 0.63; at least 0.70 is asked" in (
        course.feedback("tiny", "bo").read_text()
    )
    assert "5 of 5 values are not finite" in course.feedback("tiny", "chen").read_text()
    cases.write_text(cases.read_text().replace('"some", 0.7', '"some", 0.2'))
    changes = {change.student: change for change in regrade.preview(course, "tiny") if change.why}
    assert {name: change.after for name, change in changes.items()} == {"bo": 3.4}
