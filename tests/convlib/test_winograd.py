"""Winograd's tiles: where they apply, how few products they take, and what they round."""

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convlib
from convlib import gemm, methods, taps, winograd
from convlib.shapes import conv_shape

OPERATIONS = ("forward", "adjoint", "weight_grad")


@st.composite
def tiled(draw):
    """Draw a convolution that fits, with outputs from a single one on."""
    axes = draw(st.integers(1, 3))
    pads = draw(st.lists(st.tuples(*[st.integers(0, 5)] * 2), min_size=axes, max_size=axes))
    sizes = draw(st.lists(st.integers(1, 8), min_size=axes, max_size=axes))
    size = [max(n, 3 - sum(p)) for n, p in zip(sizes, pads, strict=True)]
    batch, groups, c_in, c_out = (draw(st.integers(least, 3)) for least in (0, 1, 1, 1))
    weight = (groups * c_out, c_in, *[3] * axes)
    return conv_shape((batch, groups * c_in, *size), weight, padding=pads, groups=groups)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(deadline=None, max_examples=80)
@given(s=tiled(), dtype=st.sampled_from(["float32", "float64", "complex64"]))
def test_small_whole_numbers_come_out_exactly(operation, s, dtype):
    """Halves and quarters are exact in binary, so that nothing is rounded."""
    assert winograd.fits(s)
    rng = np.random.default_rng(0)
    x, weight, y = (
        rng.integers(-4, 5, shape).astype(dtype)
        for shape in (
            (s.batch, s.groups * s.c_in, *s.size),
            (s.groups * s.c_out, s.c_in, *s.kernel),
            (s.batch, s.groups * s.c_out, *s.out),
        )
    )
    given = {"forward": (x, weight), "adjoint": (y, weight), "weight_grad": (x, y)}[operation]
    found = getattr(winograd, operation)(*given, s)
    assert_array_equal(found, getattr(taps, operation)(*given, s), strict=True)


def test_the_adjoint_takes_tiles_too(monkeypatch):
    s = conv_shape((2, 3, 7, 6), (4, 3, 3, 3), padding=1)
    y, weight = np.ones((2, 4, 7, 6)), np.ones((4, 3, 3, 3))
    monkeypatch.delattr(gemm, "forward")
    monkeypatch.delattr(gemm, "adjoint")
    assert_array_equal(winograd.adjoint(y, weight, s), taps.adjoint(y, weight, s))


@pytest.mark.parametrize(
    ("kernel", "options"),
    [((3, 2), {}), ((3, 5), {}), ((3, 3), {"stride": (1, 2)}), ((3, 3), {"dilation": 2})],
)
@pytest.mark.parametrize("operation", ["forward", "adjoint"])
def test_what_does_not_fit_is_for_gemm(monkeypatch, operation, kernel, options):
    called = []
    for name in ("forward", "adjoint"):
        monkeypatch.setattr(gemm, name, lambda *_, name=name: called.append(name))
    s = conv_shape((2, 3, 9, 9), (4, 3, *kernel), **options)
    getattr(winograd, operation)(None, None, s)
    assert called == [operation]


@pytest.mark.parametrize(("axes", "products"), [(1, 4), (2, 16), (3, 64)])
def test_a_tile_takes_as_many_products_as_are_said(monkeypatch, axes, products):
    """Two outputs on each axis, from one channel to one."""
    sizes = []
    matmul = np.matmul

    def counted(a, b, out):
        sizes.append(a.size * b.shape[-1])
        return matmul(a, b, out=out)

    monkeypatch.setattr(np, "matmul", counted)
    x, weight = np.ones((1, 1, *[4] * axes)), np.ones((1, 1, *[3] * axes))
    assert_array_equal(
        convlib.conv(x, weight, method="winograd"), np.full((1, 1, *[2] * axes), 3**axes)
    )
    assert sizes == [products]
    assert all(re.search(rf"\b{count}\b", winograd.__doc__) for count in (4, 16, 64))


def test_the_docstring_computes_two_outputs():
    g, d = np.array([2, -4, 6]), np.array([3, 1, 4, 1])
    told = {f"g{i}": n for i, n in enumerate(g)} | {f"d{i}": n for i, n in enumerate(d)}
    lines = re.findall(r"(m\d|y\d) = (.+?)(?:  |\n)", winograd.__doc__)
    for name, formula in sorted(lines):  # m0 to m3 first
        told[name] = eval(formula, {}, told)
    assert [told["y0"], told["y1"]] == np.correlate(d, g).tolist()
    assert len(lines) == 6


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("channels", [1, 64, 512])
def test_the_error_is_that_of_gemm_or_little_more(dtype, channels):
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((1, channels, 15, 15)), rng.standard_normal((8, channels, 3, 3))
    x, weight = x.astype(dtype), weight.astype(dtype)
    exact = convlib.conv(x.astype("longdouble"), weight.astype("longdouble"), padding=1)
    far = {
        name: np.abs(convlib.conv(x, weight, padding=1, method=name) - exact).max()
        for name in ("winograd", "gemm")
    }
    assert far["winograd"] < methods.TOLERANCE[dtype] * np.abs(exact).max()
    assert far["winograd"] < 8 * far["gemm"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("place", [(4, 6), (4, 7), (5, 6), (5, 7), (0, 0), (11, 12)])
def test_what_is_not_finite_reaches_the_outputs_that_read_it(value, place):
    """The first and the last input of a tile go into one product, that of the output they reach."""
    x, weight = np.ones((1, 2, 12, 13)), np.ones((3, 2, 3, 3))
    x[(0, 1, *place)] = value
    with np.errstate(invalid="ignore"):
        found = convlib.conv(x, weight, padding=1, method="winograd")
    expected = convlib.conv(x, weight, padding=1, method="taps")
    assert_array_equal(np.isfinite(found), np.isfinite(expected))
    assert_array_equal(found[np.isfinite(found)], expected[np.isfinite(found)])


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint16"])
def test_whole_numbers_are_refused_for_the_halves(dtype):
    x = np.ones((1, 1, 5), dtype)
    with pytest.raises(ValueError, match="method 'winograd' rounds and needs floating numbers"):
        convlib.conv(x, x[:, :, :3], method="winograd")


@pytest.mark.parametrize("dtype", ["float16", "longdouble", ">f8", "complex128"])
def test_other_numbers(dtype):
    x = np.arange(2.0 * 3 * 5 * 5).reshape(2, 3, 5, 5).astype(dtype)
    weight = (x[:, :, :3, :3] / 64).astype(dtype)
    y = convlib.conv(x, weight, padding=1, method="winograd")
    expected = convlib.conv(x, weight, padding=1, method="taps")
    assert y.dtype == expected.dtype
    assert_allclose(y, expected, rtol=2e-3)


def test_the_rule_never_takes_it():
    for channels, size in product((1, 16, 64, 512), (7, 28, 56, 224)):
        name = convlib.choose_method(
            (1, channels, size, size), (channels, channels, 3, 3), padding=1
        )
        assert name != "winograd"
