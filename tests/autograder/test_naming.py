"""A mistake is named only if it gives the very answers that came back, and one of them is wrong."""

import numpy as np
import pytest

from autograder.answers import Failure, answer_of
from autograder.compare import UNFIT, same_answer
from autograder.naming import name_mistake
from autograder.spec import Case, Mistake, Task


def in_place(x):
    x *= 2
    return x


def raising(x):
    if x.size > 3:
        raise ValueError("too long")
    return 2 * x


SQUARED = Mistake("squared", "", ("double",), lambda x: x * x)
IN_PLACE = Mistake("in place", "", ("double",), in_place)
RAISING = Mistake("raising", "", ("double",), raising)
FOREIGN = Mistake("foreign", "", ("another",), lambda x: x * x)
NOTHING = Mistake("nothing given", "", ("double",), lambda x: None)
BANK = (FOREIGN, SQUARED, IN_PLACE, RAISING, NOTHING)
TASK = Task("double", "Double", 1, lambda x: 2 * x, (), lambda _: [])
SHORT, LONG = Case("short", (np.arange(3),)), Case("long", (np.arange(5),))
TWICE = Case("twice", (np.arange(3),), calls=2)
DIED, OVER = Failure("died", "the Python process was killed"), Failure("timeout", "no answer")


def name(*answered):
    found = name_mistake(TASK, answered, BANK)
    return found.name if found else None


def answers(function, *cases):
    return [(case, answer_of(function, case)) for case in cases]


@pytest.mark.parametrize("mistake", [SQUARED, IN_PLACE, RAISING])
def test_each_mistake_is_named(mistake):
    assert name(*answers(mistake.function, SHORT, LONG, TWICE)) == mistake.name


def test_one_other_answer_is_enough_to_clear_the_author():
    answered = answers(SQUARED.function, SHORT, LONG)
    assert name(*answered, (TWICE, np.array([0, 1, 5]))) is None


def test_a_mistake_of_another_task_is_not_named():
    task = Task("third", "Third", 1, lambda x: 2 * x, (), lambda _: [])
    assert name_mistake(task, answers(SQUARED.function, SHORT), BANK) is None


def test_a_process_that_died_says_nothing_about_the_formula():
    assert name(*answers(SQUARED.function, SHORT, LONG), (TWICE, DIED)) == "squared"


@pytest.mark.parametrize("failure", [DIED, OVER])
def test_right_answers_are_no_evidence_of_a_mistake(failure):
    # "in place" answers the first case rightly too: that must not accuse who only ran out of time
    right = (SHORT, np.array([0, 2, 4]))
    assert name(right, (TWICE, failure)) is None


def test_failures_alone_name_nothing():
    assert name((SHORT, Failure("refused", "the answer is None: nothing is given yet"))) is None
    assert name((SHORT, DIED), (LONG, OVER)) is None
    assert name() is None


@pytest.mark.parametrize("empty", [Failure("raised", "IndexError: no sample"), np.zeros(0, int)])
def test_what_becomes_of_an_empty_batch_tells_no_mistake_from_another(empty):
    none = (Case("empty", (np.zeros((0, 3), int),)), empty)
    assert name(*answers(SQUARED.function, SHORT, LONG), none) == "squared"
    assert name((SHORT, np.array([0, 2, 4])), none) is None
    assert name(none) is None
    assert name((LONG, Failure("raised", "ValueError: too long")), none) is None


def test_the_same_exception_is_needed():
    right = answers(raising, SHORT)
    assert name(*right, (LONG, Failure("raised", "ValueError: other words"))) == "raising"
    assert name(*right, (LONG, Failure("raised", "IndexError: too long"))) is None


def test_a_case_with_many_calls_tells_nothing():
    slow = Case("slow", (np.arange(3),), calls=100)
    assert name(*answers(SQUARED.function, SHORT), (slow, np.zeros(3, int))) == "squared"
    assert name(*answers(SQUARED.function, slow)) is None


def test_two_authors_may_round_float32_at_another_step():
    single = Case("single", (np.linspace(0.1, 1, 5, dtype=np.float32),))
    late, early = lambda x: (x * x).astype(float), lambda x: x.astype(float) ** 2
    task = Task("double", "Double", 1, lambda x: 2 * x, (), lambda _: [], dtype="exact")
    bank = (Mistake("squared", "", ("double",), late),)
    assert name_mistake(task, answers(early, single), bank)
    assert not name_mistake(task, answers(lambda x: 1.01 * early(x), single), bank)
    assert not name_mistake(task, answers(lambda x: x * x, single), bank)
    double = Case("double", (np.linspace(0.1, 1, 5),))
    assert not name_mistake(task, answers(lambda x: x * x * (1 + 1e-6), double), bank)


def test_a_wrong_dtype_beside_a_mistake_is_said_as_well():
    answered = answers(lambda x: (x * x).astype(float), SHORT, LONG)
    found = name_mistake(TASK, answered, BANK)
    assert (found.name, found.hint) == ("squared", " The dtype is wrong as well.")


def test_a_wrong_dtype_alone_is_no_mistake_in_the_values():
    assert name(*answers(lambda x: 2.0 * x, SHORT, LONG)) is None


@pytest.mark.parametrize(
    ("mine", "same"), [("(3,2) (3,4)", True), ("(2,) (4,) (2,)", True), ("(3,4) (3,1)", False)]
)
def test_arrays_that_do_not_fit_have_to_be_as_long(mine, same):
    def unfit(shapes):
        return Failure("raised", f"ValueError: {UNFIT} {shapes}")

    where = "(4,) (2,)  (line 5, `y[i] = np.sum(x * w, axis=0)`)"
    assert same_answer(unfit(mine), unfit(where), "kind") is same
