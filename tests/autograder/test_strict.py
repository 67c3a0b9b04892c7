"""Arrays of a pretended GPU: what they do, what they refuse, and cases that hand them out."""

from dataclasses import replace

import numpy as np
import pytest

from autograder import PretendedGPU
from autograder._box.refusals import WrongPlaceError
from autograder._box.strict import StrictArray, on_pretended_gpu
from autograder._box.strict_names import CONSTANTS, FUNCTIONS, METHODS, OPERATORS
from autograder.answers import Failure, answer_of
from autograder.plain import Plain
from autograder.spec import Assignment, Case, Mistake, Strict, Task
from autograder.visible import pack, unpack

X = np.arange(12.0).reshape(3, 4)
ONCE = Strict(copies=1, nbytes=24)


def value(expression):
    """Return what an expression makes of a strict x, and of NumPy's: xp is the library of each."""
    gpu = PretendedGPU()
    return (
        eval(expression, {"x": gpu.asarray(X), "xp": gpu, "np": np}),
        eval(expression, {"x": X, "xp": np, "np": np}),
    )


SHARED = """1 - x|np.float64(2) * x|-x|abs(x)|x @ x.T|2**x|x > 3|x == x|x[1:, ::2]|x[x > 3]|x[0]
x.sum()|x.mean(axis=1, keepdims=True)|x.argmax(axis=-1)|x.astype(xp.float32)|x.real
xp.pad(x, [(0, 0), (1, 2)])|xp.einsum("ij,kj->ik", x, x)|xp.where(x > 3, x, 0)
xp.concatenate([x, xp.ones((1, 4))])|xp.zeros(3, dtype=x.dtype)|xp.tensordot(x, x, 2)
xp.lib.stride_tricks.sliding_window_view(x, 2, axis=1)|xp.nan_to_num(x)
xp.lib.stride_tricks.as_strided(x, (2, 2), (16, 8))|xp.linalg.norm(x, axis=1, keepdims=True)
xp.select([x > 3, x < 1], [x, -x], 7)|xp.fft.rfft(x).imag|x[xp.asarray([0, 2])]"""


@pytest.mark.parametrize("expression", SHARED.replace("\n", "|").split("|"))
def test_what_both_share_gives_the_same(expression):
    strict, plain = value(expression)
    assert isinstance(strict, StrictArray)
    assert strict.dtype == plain.dtype
    np.testing.assert_array_equal(strict.get(), plain)


@pytest.mark.parametrize(
    "expression", ["x.shape", "x.ndim", "len(x)", "xp.result_type(x, xp.float32)", "x.dtype"]
)
def test_what_is_known_without_a_copy_is_plain(expression):
    strict, plain = value(expression)
    assert strict == plain
    assert type(strict) is type(plain)


@pytest.mark.parametrize(
    ("expression", "name", "told"),
    [
        ("np.sqrt(x)", "NumPyFunctionError", "use xp.sqrt"),
        ("np.pad(x, 1)", "NumPyFunctionError", "np.pad, was handed an array of the GPU"),
        ("np.add.reduce(x)", "NumPyFunctionError", "use xp.add"),
        ("np.lib.stride_tricks.sliding_window_view(x, 2, 1)", "NumPyFunctionError", "xp.lib.str"),
        ("np.asarray(x)", "HiddenCopyError", "np.asarray"),
        ("np.array([x, x])", "HiddenCopyError", "np.array"),
        (
            "np.zeros(4).__setitem__(slice(4), x[0])",
            "HiddenCopyError",
            "writing into a NumPy array",
        ),
        ("float(x.sum())", "HiddenCopyError", "float()"),
        ("int(x.argmax())", "HiddenCopyError", "int()"),
        ("range(x.argmax())", "HiddenCopyError", "range()"),
        ("1 if x[0, 0] > 3 else 2", "HiddenCopyError", "`if`"),
        ("[row for row in x]", "HiddenCopyError", "one element after another"),
        ("sum(x)", "HiddenCopyError", "one element after another"),
        ("np.ones(4) * x", "MixedArraysError", "np.multiply or its operator"),
        ("x * np.ones(4)", "MixedArraysError", "xp.multiply"),
        ("x[np.array([0])]", "MixedArraysError", "x[...]"),
        ("xp.concatenate([x, np.ones((1, 4))])", "MixedArraysError", "xp.concatenate"),
        ("xp.insert(x, 0, 1)", "AttributeError", "xp.insert"),
        ("x.ctypes", "AttributeError", ".ctypes"),
        ("xp.fft.fftn(x)", "AttributeError", "xp.fft.fftn is not among"),
        ("memoryview(x)", "TypeError", "bytes-like"),
        ("np.frombuffer(x)", "TypeError", "bytes-like"),
        ("np.from_dlpack(x)", "AttributeError", ".__dlpack__"),
        ("x.__array_interface__", "AttributeError", ".__array_interface__"),
        ("x.tobytes()", "AttributeError", ".tobytes"),
    ],
)
def test_what_needs_a_hidden_copy_is_refused_by_name(expression, name, told):
    with pytest.raises((TypeError, AttributeError)) as raised:
        value(expression)
    assert raised.type.__name__ == name
    assert told in str(raised.value)


def test_in_place_changes_the_array_that_was_handed_over():
    gpu, x = PretendedGPU(), X.copy()
    strict = gpu.hand(x)
    strict += 1
    strict[0] = gpu.zeros(4)
    np.testing.assert_array_equal(x[0], 0)
    np.testing.assert_array_equal(x[1:], X[1:] + 1)


def test_copies_are_counted_in_both_directions():
    gpu = PretendedGPU()
    x = gpu.asarray(X)
    x.sum(axis=1).get(), x[0, 0].item(), x[0].tolist(), gpu.asarray(x)
    assert (gpu.to_device, gpu.to_host, gpu.copies) == (96, 24 + 8 + 32, 3)


@pytest.mark.parametrize(
    ("function", "strict", "said"),
    [
        (lambda x: x.argmax(axis=1).get(), ONCE, None),
        (lambda x: x.argmax(axis=1), Strict(), None),
        (
            lambda x: x.argmax(axis=1).get(),
            Strict(),
            "TooManyCopiesError: copy number 1 to the host; none",
        ),
        (
            lambda x: [x[i].argmax().item() for i in range(3)],
            ONCE,
            "TooManyCopiesError: copy number 2",
        ),
        (
            lambda x: x.get().argmax(axis=1),
            ONCE,
            "TooManyBytesError: 96 bytes copied to the host; 24 are",
        ),
        (lambda x: x.argmax(axis=1), ONCE, "WrongPlaceError: the result is still on the GPU"),
        (lambda _: np.arange(3), Strict(), "WrongPlaceError: ndarray came back"),
        (lambda _: None, Strict(), "the answer is None"),
    ],
)
def test_a_case_says_where_the_result_is_to_be_and_what_may_be_copied(function, strict, said):
    answer = answer_of(function, Case("rows", (X,), strict=strict))
    if said:
        assert isinstance(answer, Failure)
        assert said in answer.text
    else:
        np.testing.assert_array_equal(answer, [3, 3, 3])


CODE = """
import numpy as np
from autograder import PretendedGPU
right = lambda x: x.__array_namespace__().cumsum(x, axis=1)
wrong = lambda x: np.cumsum(x, axis=1)
own = PretendedGPU().asarray(np.ones(3)).sum().item()
"""


def test_a_box_hands_them_out_and_takes_them_back(box):
    gpu = Case("on the GPU", (X,), calls=2, strict=Strict())
    cases = [gpu, replace(gpu, strict=None), replace(gpu, target=1)]
    one, two, three = box.ask(CODE, objects=("right", "wrong"), cases=cases).answers
    np.testing.assert_array_equal(one, X.cumsum(axis=1))
    np.testing.assert_array_equal(two, one)
    assert three.text.startswith("NumPyFunctionError: a NumPy function, np.cumsum, was handed")
    assert "wrong = lambda" in three.text


def test_notebooks_make_their_own_in_the_box(box):
    (own,) = box.ask(CODE, objects=("own",), cases=[Case("own")], kind="value").answers
    assert own == 3


def task():
    cases = [Case("NumPy", (X + 1,)), Case("GPU", (X,), strict=Strict())]
    return Task("sums", "Sums", 1, lambda x: x.sum(axis=1), cases, lambda _: ())


def test_mistakes_get_the_same_arrays_and_are_known_without_their_code():
    mistake = Mistake("np for xp", "Use xp.", ("sums",), lambda x: np.sum(x, axis=1))
    found = unpack(pack(Assignment("sums", "Sums", [task()], [mistake])))
    (case,) = [case for case in found.tasks[0].visible if case.strict]
    for mistaken in (mistake, *found.mistakes):
        assert answer_of(mistaken.function, case).text.startswith("NumPyFunctionError: ")
    np.testing.assert_array_equal(answer_of(found.tasks[0].reference, case), X.sum(axis=1))


def test_a_case_can_be_written_down():
    case = Case("once", (X,), strict=ONCE)
    plain = Plain()
    said, plain = Plain.from_bytes(plain.to_bytes(plain.put_case(case)))
    assert plain.case(said).strict == ONCE


class Spy:
    def __array_ufunc__(self, *args, **_):
        self.seen = args

    def __array_function__(self, *args, **_):
        self.seen = args

    def __radd__(self, number):
        self.seen = number


@pytest.mark.parametrize(
    "leave",
    [
        lambda x: PretendedGPU().asarray(x).get(),
        lambda x: PretendedGPU().add(x, 0).get(),
        lambda x: PretendedGPU().zeros(3).__setitem__(0, x),
        lambda x: x + Spy(),
        lambda x: x.__array_namespace__().concatenate([x, Spy()]),
        lambda x: x.__array_namespace__().add(x, type("F", (float,), {})(1.0)),
    ],
)
def test_nothing_but_its_own_arrays_and_plain_numbers_meet_an_array(leave):
    with pytest.raises(TypeError, match=r"an array of another GPU|no array of the GPU, and no num"):
        on_pretended_gpu(leave, 0, 0)(X)


def test_a_function_along_an_axis_gets_arrays_of_the_gpu_too():
    given = []

    def total(x):
        given.append(x)
        return x.sum()

    def along(x):
        return x.__array_namespace__().apply_along_axis(total, 1, x)

    np.testing.assert_array_equal(on_pretended_gpu(along, 0, 0)(X), X.sum(axis=1))
    assert {type(one) for one in given} == {StrictArray}


def test_a_result_in_the_wrong_place_says_where_it_belongs():
    with pytest.raises(WrongPlaceError, match=r"list came back: the result belongs .* on the GPU"):
        on_pretended_gpu(lambda _: [1], 0, 0)(X)


def test_all_that_is_shared_is_in_numpy():
    assert [name for name in FUNCTIONS | CONSTANTS if not hasattr(np, name)] == []
    assert [name for name in METHODS if not hasattr(np.ndarray, name)] == []


def test_all_that_is_shared_is_in_cupy():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed here")
    assert [name for name in FUNCTIONS | CONSTANTS if not hasattr(cupy, name)] == []
    assert [name for name in METHODS | {"get"} if not hasattr(cupy.ndarray, name)] == []
    assert set(OPERATORS.values()) <= FUNCTIONS
