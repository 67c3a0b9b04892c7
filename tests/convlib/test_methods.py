"""Every algorithm gives the same numbers, and the rule picks one that is there."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convlib
from convlib import methods, threads
from convlib.shapes import conv_shape

FAST = [name for name in methods.METHODS if name != "taps"]
OPERATIONS = ("forward", "adjoint", "weight_grad")


@pytest.fixture(autouse=True)
def threads_of_the_environment(monkeypatch):
    """Forget how many threads a test has asked for."""
    monkeypatch.setattr(threads, "_chosen", None)


@st.composite
def shapes(draw):
    """Draw a checked convolution of one to three axes."""
    axes = draw(st.integers(1, 3))
    few = st.integers(1, 3)

    def each(values):
        return draw(st.lists(values, min_size=axes, max_size=axes))

    groups, c_in, c_out, kernel = draw(few), draw(few), draw(few), each(st.integers(1, 4))
    stride, dilation, pads = each(st.integers(1, 4)), each(few), each(st.integers(0, 3))
    span = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = [
        max(n, s - 2 * p, 1) for n, s, p in zip(each(st.integers(1, 9)), span, pads, strict=True)
    ]
    return conv_shape(
        (draw(st.integers(0, 3)), groups * c_in, *size),
        (groups * c_out, c_in, *kernel),
        stride=stride,
        padding=pads,
        dilation=dilation,
        groups=groups,
    )


def arrays(s, dtype, seed=0):
    """Return input, weight and output of small integers, which no method rounds."""
    rng = np.random.default_rng(seed)

    def array(*shape):
        return rng.integers(-3, 4, shape).astype(dtype)

    return (
        array(s.batch, s.groups * s.c_in, *s.size),
        array(s.groups * s.c_out, s.c_in, *s.kernel),
        array(s.batch, s.groups * s.c_out, *s.out),
    )


def compute(name, operation, s, dtype):
    x, weight, y = arrays(s, dtype)
    given = {"forward": (x, weight), "adjoint": (y, weight), "weight_grad": (x, y)}[operation]
    return getattr(methods.METHODS[name], operation)(*given, s)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", FAST)
@settings(deadline=None, max_examples=60)
@given(s=shapes(), count=st.sampled_from([1, 2]))
def test_every_method_agrees_with_the_portable_one(name, operation, s, count):
    convlib.set_num_threads(count)
    found = compute(name, operation, s, "float64")
    assert found.dtype == np.float64
    assert_allclose(found, compute("taps", operation, s, "float64"), atol=1e-9, strict=True)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("name", ["gemm", "band"])
@settings(deadline=None, max_examples=15)
@given(s=shapes(), dtype=st.sampled_from(["int8", "uint16", "int64", "complex64", "float32"]))
def test_exact_numbers_stay_exact(name, operation, s, dtype):
    found = compute(name, operation, s, dtype)
    assert_array_equal(found, compute("taps", operation, s, dtype), strict=True)


@pytest.mark.parametrize("name", FAST)
def test_blocks_are_put_together_again(name, monkeypatch):
    """With blocks of a few numbers, every way to cut is gone through."""
    for module in (methods.gemm, methods.band, methods.winograd):
        monkeypatch.setattr(module, "BLOCK", 64)
    for module in (methods.gemm, methods.winograd):
        monkeypatch.setattr(module, "COLUMNS", (3, 7))
    monkeypatch.setattr(methods.gemm, "LAID", 20)
    monkeypatch.setattr(methods.band, "TASK", 20)
    x, weight = (2, 4, 6, 7, 5), (6, 2, 2, 3, 3)
    s = conv_shape(x, weight, stride=(2, 1, 2), padding=2, dilation=(1, 2, 1), groups=2)
    dense = conv_shape((3, 4, 6, 7, 5), (6, 2, 3, 3, 3), padding=((0, 3), 1, 2), groups=2)
    for shape, operation in product((s, dense), OPERATIONS):
        assert_allclose(
            compute(name, operation, shape, "float64"),
            compute("taps", operation, shape, "float64"),
            atol=1e-9,
        )


@pytest.mark.parametrize("name", methods.METHODS)
def test_rounding_stays_within_the_stated_tolerance(name):
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((2, 8, 40, 40)), rng.standard_normal((8, 8, 5, 5))
    exact = convlib.conv(x, weight, method="taps")
    for dtype, tolerance in methods.TOLERANCE.items():
        y = convlib.conv(x.astype(dtype), weight.astype(dtype), method=name)
        assert y.dtype == dtype
        assert np.abs(y - exact).max() < tolerance * np.abs(exact).max()


def test_halves_are_added_up_in_more_digits_than_they_keep():
    ones = np.ones((1, 5000, 1), np.float16)
    assert convlib.conv(ones, ones).item() == 5000


@pytest.mark.parametrize(
    ("x", "weight", "options", "best"),
    [
        ((8, 64, 56, 56), (64, 64, 3, 3), {"padding": 1}, "gemm"),
        ((1, 512, 33, 33), (256, 512, 3, 3), {"padding": 12, "dilation": 12}, "gemm"),
        ((8, 256, 56, 56), (64, 256, 1, 1), {}, "gemm"),
        ((8, 128, 56, 56), (128, 1, 3, 3), {"padding": 1, "groups": 128}, "band"),
        ((8, 4, 8, 8), (4, 1, 3, 3), {"groups": 4}, "gemm"),
        ((1, 64, 56, 56), (64, 1, 31, 31), {"padding": 15, "groups": 64}, "band"),
        ((1, 1, 160000), (1, 1, 4001), {}, "fft"),
    ],
)
def test_the_rule_takes_what_is_known_to_be_fast(x, weight, options, best):
    assert convlib.choose_method(x, weight, **options) == best


def test_copies_of_a_signal_for_every_tap_are_never_the_choice():
    s = conv_shape((1, 1, 160_000), (1, 1, 4001))
    assert methods.band.seconds(s) == float("inf")
    assert convlib.choose_method((1, 1, 160_000), (1, 1, 4001), dtype="complex64") == "gemm"


def test_long_numbers_and_foreign_byte_orders_are_for_numpy():
    x = np.ones((1, 4, 60, 60))
    for dtype in ("longdouble", ">f8"):
        y = convlib.conv(x.astype(dtype), x[:, :, :3, :3].astype(dtype))
        assert_array_equal(y, np.full((1, 1, 58, 58), 36))


def test_integers_are_never_left_to_rounding():
    assert convlib.choose_method((1, 1, 160000), (1, 1, 4001), dtype="int64") != "fft"
    x = np.ones((1, 1, 9), int)
    with pytest.raises(ValueError, match="method 'fft' rounds and needs real"):
        convlib.conv(x, x, method="fft")


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_an_adjoint_too_large_to_scatter_is_right_too(dtype, monkeypatch):
    """Neither gathered, for the stride, nor scattered, for its size: the loop over elements."""
    monkeypatch.setattr(methods.gemm.scatter, "LARGEST", 10)
    for stride in (1, 2):
        s = conv_shape((2, 3, 9, 8), (4, 3, 3, 3), stride=stride)
        assert_array_equal(
            compute("gemm", "adjoint", s, dtype), compute("taps", "adjoint", s, dtype)
        )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("x", "weight", "options"),
    [
        ((2, 8, 40, 40), (8, 1, 3, 3), {"padding": 1, "groups": 8}),  # band
        ((1, 1, 30000), (1, 1, 2001), {"padding": 1000}),  # fft
        ((1, 4, 40, 40), (8, 4, 3, 3), {"padding": 1}),  # gemm
        ((2, 8, 41, 41), (8, 1, 3, 3), {"stride": 2, "groups": 8}),  # band, and a stack of phases
    ],
)
def test_what_is_not_finite_stays_where_it_belongs(x, weight, options, value):
    rng = np.random.default_rng(0)
    s = conv_shape(x, weight, **options)
    arrays = [
        rng.standard_normal(shape).astype("float32")
        for shape in (x, weight, (s.batch, s.groups * s.c_out, *s.out))
    ]
    places = {"forward": (0, 1), "adjoint": (2, 1), "weight_grad": (0, 2)}
    for operation, (first, second) in places.items():
        a, b = arrays[first].copy(), arrays[second]
        a[(0, 0, *(n // 2 for n in a.shape[2:]))] = value
        found = getattr(methods, operation)(a, b, s)
        expected = getattr(methods.taps, operation)(a, b, s)
        assert_array_equal(np.isfinite(found), np.isfinite(expected))
        assert not np.isfinite(found).all()
        assert np.isfinite(found).any() or operation == "weight_grad"


def test_methods_that_are_none():
    x = np.ones((1, 1, 9))
    with pytest.raises(ValueError, match="method must be 'auto' or one of 'taps', 'gemm'"):
        convlib.conv(x, x, method="im2col")
    with pytest.raises(TypeError, match="dtype must name numbers"):
        convlib.choose_method((1, 1, 9), (1, 1, 3), dtype="flat")


def test_convolutions_at_the_same_time_leave_blas_as_it_was():
    from threadpoolctl import threadpool_info

    def busy():
        return [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]

    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((4, 16, 64, 64)), rng.standard_normal((16, 16, 3, 3))
    before, expected = busy(), convlib.conv(x, weight, method="taps")
    with ThreadPoolExecutor(4) as pool:
        for y in pool.map(lambda _: convlib.conv(x, weight, method="gemm"), range(16)):
            assert_allclose(y, expected)
    assert busy() == before


def test_one_thread_needs_nothing_that_limits_threads():
    """In a web page there is one thread, and no threadpoolctl."""
    code = (
        "import sys; sys.modules['threadpoolctl'] = None\n"
        "import numpy as np, convlib\n"
        "x = np.ones((2, 8, 80, 80))\n"
        "weight = np.ones((8, 1, 3, 3))\n"
        "y = convlib.conv(x, weight, groups=8)\n"
        "grad = convlib.conv_input_grad(y, weight, (80, 80), groups=8)\n"
        "assert grad.shape == x.shape"
    )
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_an_error_in_a_thread_reaches_the_caller():
    def work(task):
        if task == 5:
            msg = "task 5"
            raise RuntimeError(msg)

    convlib.set_num_threads(2)
    with pytest.raises(RuntimeError, match="task 5"):
        threads.each(work, range(8))


def test_errors_in_several_threads_lose_none_of_them():
    def work(task):
        raise RuntimeError(str(task))

    convlib.set_num_threads(4)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            threads.each(work, range(4))
        assert len(threads._idle) == len(set(threads._idle)) >= 3


@pytest.mark.parametrize(("given", "count"), [("3", 3), ("2,1", 2), ("", None), ("none", None)])
def test_threads_are_those_of_the_environment(given, count):
    code = "import convlib; print(convlib.get_num_threads())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OMP_NUM_THREADS": given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) == (count or len(os.sched_getaffinity(0)))


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "2", None])
def test_a_number_of_threads_that_is_none(count):
    with pytest.raises(ValueError, match="the number of threads must be an int >= 1, got"):
        convlib.set_num_threads(count)
