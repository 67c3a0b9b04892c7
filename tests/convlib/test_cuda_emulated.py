"""CuPy's algorithm without a GPU: its kernels, compiled for the CPU from the same source.

`Emulator` stands in for CuPy with NumPy arrays.  All of `convlib.cuda` runs as it is: the rule, the
tables, the grids, the sums in parts.  CXXFLAGS=-fsanitize=address (and its library in LD_PRELOAD)
looks for addresses outside of the arrays.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace

import array_api_strict
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import convlib
from convlib import cuda, cuda_kernels, methods, taps
from convlib.shapes import conv_shape

SHIM = Path(__file__).with_name("cuda_shim.h")
SOURCE = files(convlib).joinpath("conv.cu")
AWKWARD = {"stride": (2, 1), "padding": ((2, 0), (1, 3)), "dilation": (1, 2)}
OPERATIONS = ("forward", "adjoint", "weight_grad")


class Emulator:
    """As much of the module `cupy` as convlib uses; it keeps what it was asked for."""

    int32 = np.int32
    ndarray = type("ndarray", (), {})  # which no array here is: methods would know it by this

    def __init__(self, folder):
        self.folder, self.libraries, self.processors = folder, {}, 2
        self.cuda = SimpleNamespace(
            runtime=SimpleNamespace(getDevice=lambda: 0),
            Device=lambda _: SimpleNamespace(attributes={"MultiProcessorCount": self.processors}),
            get_current_stream=lambda: SimpleNamespace(synchronize=self.forget),
        )
        self.launches, self.copies, self.waits = [], 0, 0

    def forget(self):
        self.waits += 1

    def asarray(self, a):
        self.copies += 1
        return np.array(a)

    def empty(self, shape, dtype):
        """Return what would show in a result if it were read."""
        a = np.empty(shape, dtype)
        a.view(np.uint8)[...] = 0xFF
        return a

    zeros = staticmethod(np.zeros)
    ascontiguousarray = staticmethod(np.ascontiguousarray)

    def RawKernel(self, code, name, options):  # CuPy's name for it
        assert (code, name) == (SOURCE.read_text(encoding="utf-8"), "convolve")
        assert isinstance(options, tuple)
        given = dict(option.removeprefix("-D").split("=") for option in options)
        launch = self.library(options).launch

        def run(grid, block, arguments):
            (blocks,), (threads,) = grid, block
            assert threads == int(given["THREADS"])
            arrays, numbers = arguments[:5], arguments[5:]
            assert all(a.flags.c_contiguous for a in arrays)
            assert {type(n) for n in numbers} == {np.int32}
            assert [a.dtype for a in arrays[3:]] == [np.int32] * 2
            self.launches.append(given["KERNEL"])
            pointers = (ctypes.c_void_p * 5)(*(a.ctypes.data for a in arrays))
            done = launch(blocks, threads, pointers, (ctypes.c_int * 7)(*map(int, numbers)))
            assert done == blocks, "not all threads of a block came to the same barriers"

        return run

    def library(self, options):
        """Compile for the CPU, once for each set of options."""
        if options not in self.libraries:
            path = self.folder / f"{len(self.libraries)}.so"
            flags = [
                "-std=c++17",
                "-w",
                "-shared",
                "-fPIC",
                *os.environ.get("CXXFLAGS", "").split(),
            ]
            source = [f'-DSOURCE="{SOURCE}"', "-x", "c++", str(SHIM)]
            subprocess.run([shutil.which("g++"), *flags, *options, *source, "-o", path], check=True)
            self.libraries[options] = ctypes.CDLL(path)
        return self.libraries[options]


@pytest.fixture(scope="module")
def compiler(tmp_path_factory):
    assert shutil.which("g++"), "these tests need g++: `make g++` installs it where it may"
    return Emulator(tmp_path_factory.mktemp("kernels"))


@pytest.fixture
def cupy(compiler, monkeypatch):
    """Stand in for the module, with nothing kept from another test."""
    monkeypatch.setitem(sys.modules, "cupy", compiler)
    compiler.processors, compiler.launches, compiler.copies, compiler.waits = 2, [], 0, 0
    forget()
    yield compiler
    forget()


def forget():
    for kept in (cuda_kernels._compiled, cuda_kernels._planned, cuda_kernels._kept_tables):
        kept.cache_clear()


def arguments(s, dtype, operation):
    """Return two arrays of small whole numbers, which no order of adding rounds."""
    rng = np.random.default_rng(0)

    def array(*shape):
        a = rng.integers(-3, 4, shape).astype(dtype)
        if a.dtype.kind == "c":
            a.imag = rng.integers(-3, 4, shape)
        return a

    x = array(s.batch, s.groups * s.c_in, *s.size)
    weight = array(s.groups * s.c_out, s.c_in, *s.kernel)
    y = array(s.batch, s.groups * s.c_out, *s.out)
    return {"forward": (x, weight), "adjoint": (y, weight), "weight_grad": (x, y)}[operation]


def check(s, operation, dtype="float64"):
    a, b = arguments(s, dtype, operation)
    wide = "float32" if dtype == "float16" else dtype  # NumPy adds halves up in halves
    expected = getattr(taps, operation)(a.astype(wide), b.astype(wide), s).astype(dtype)
    assert_array_equal(getattr(cuda, operation)(a, b, s), expected, strict=True)


def ways_of(launches):
    """Return the ways that kernels stand for."""
    return [name.partition("<")[0] + "_grad" * name.endswith("true>") for name in launches]


@pytest.mark.parametrize(
    ("x", "weight", "options", "ways"),
    [
        ((1, 24, 9, 9), (40, 24, 3, 3), {"padding": 1}, ["gemm", "gemm", "gemm_grad"]),
        ((2, 9, 14), (64, 9, 9), {"padding": 4}, ["gemm", "gemm", "gemm_grad"]),
        ((2, 16, 14, 14), (16, 1, 3, 3), {"groups": 16}, ["few", "few", "few_grad"]),
        ((1, 1, 28, 28), (8, 1, 3, 3), {}, ["few", "few", "few_grad"]),
        ((1, 3, 9, 9, 9), (64, 3, 3, 3, 3), {}, ["gemm", "few", "gemm_grad"]),
        ((2, 64, 9, 9), (32, 64, 1, 1), {}, [None, None, "gemm_grad"]),
        ((2, 64, 9, 9), (32, 64, 1, 1), {"stride": 2}, ["gemm", None, "gemm_grad"]),
        ((2, 64, 9, 9), (32, 64, 1, 1), {"padding": 1}, ["gemm", None, "gemm_grad"]),
    ],
)
def test_the_rule(cupy, x, weight, options, ways):
    """None stands for cuBLAS, which takes a product without a kernel of ours."""
    s = conv_shape(x, weight, **options)
    for operation, way in zip(OPERATIONS, ways, strict=True):
        cupy.launches = []
        check(s, operation, "float32")
        assert ways_of(cupy.launches) == ([way] if way else [])


def test_large_kernels_on_large_arrays_go_through_spectra():
    s = conv_shape((64, 1, 160000), (1, 1, 4001), padding=2000)
    assert cuda.way_of(s, np.dtype("float32")) == "fft"
    assert cuda.way_of(s, np.dtype("int32")) == "few"
    assert cuda.way_of(replace(s, batch=1), np.dtype("float32")) == "few"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_spectra(cupy, monkeypatch, operation):
    monkeypatch.setattr(cuda, "SPECTRA", (9, 0))
    s = conv_shape((2, 4, 12, 9), (6, 2, 3, 3), groups=2, **AWKWARD)
    a, b = arguments(s, "float64", operation)
    expected = getattr(taps, operation)(a, b, s)
    assert_allclose(getattr(cuda, operation)(a, b, s), expected, atol=1e-9)
    assert operation == "adjoint" or not cupy.launches


def test_what_addresses_do_not_reach_is_left_to_the_portable_algorithm():
    fits = conv_shape((1, 1, 2**31 - 2**16), (1, 1, 3))
    assert cuda.way_of(fits, np.dtype("int8")) == "few"
    assert cuda.way_of(conv_shape((2, 1, 2**30), (1, 1, 3)), np.dtype("int8")) == "taps"
    assert cuda.way_of(conv_shape((1, 1, 9), (2**31, 1, 1)), np.dtype("int8")) == "taps"
    assert cuda.way_of(fits, np.dtype("longdouble")) == "taps"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_second_call_copies_and_compiles_nothing(cupy, operation):
    s = conv_shape((2, 10, 12, 9), (30, 10, 3, 3), padding=1)
    check(s, operation)
    copies, libraries = cupy.copies, len(cupy.libraries)
    assert copies > 0
    assert cupy.waits == 1
    check(s, operation)
    check(replace(s, batch=3), operation)
    assert (cupy.copies, len(cupy.libraries), cupy.waits) == (copies, libraries, 1)


def test_methods_take_it_for_arrays_of_cupy_alone(cupy, monkeypatch):
    x, weight = np.ones((1, 16, 9)), np.ones((16, 16, 3))
    with pytest.raises(ValueError, match="for arrays of numpy, got 'cuda'"):
        convlib.conv(x, weight, method="cuda")
    strict = map(array_api_strict.asarray, (x, weight))
    with pytest.raises(
        ValueError, match="one of 'taps' for arrays of array_api_strict, got 'cuda'"
    ):
        convlib.conv(*strict, method="cuda")
    plain = convlib.conv(x, weight, padding=1)

    monkeypatch.setattr(methods, "_methods_for", lambda _: {"cuda": cuda, "taps": taps})
    assert_array_equal(convlib.conv(x, weight, padding=1, method="taps"), plain)
    assert cupy.launches == []
    assert_array_equal(convlib.conv(x, weight, padding=1), plain)
    assert_array_equal(convlib.conv(x, weight, padding=1, method="cuda"), plain)
    convlib.conv_weight_grad(x, plain, 3, padding=1)
    convlib.conv_input_grad(plain, weight, 9, padding=1)
    assert ways_of(cupy.launches) == [
        "gemm",
        "gemm",
        "gemm_grad",
        "gemm",
    ]
    with pytest.raises(ValueError, match="method must be 'auto' or one of 'cuda', 'taps'"):
        convlib.conv(x, weight, method="gemm")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("tile", cuda_kernels.TILES)
def test_every_tile(cupy, monkeypatch, tile, operation):
    """Rows, columns and depth of the product are no multiples of those of a tile."""
    monkeypatch.setattr(
        cuda_kernels, "TILES", dict.fromkeys(cuda_kernels.TILES, cuda_kernels.TILES[tile])
    )
    monkeypatch.setattr(cuda, "FEW", 0)
    s = conv_shape((3, 10, 12, 9), (2 * 131, 5, 3, 3), groups=2, **AWKWARD)
    check(s, operation)
    shape = ",".join(map(str, cuda_kernels.TILES[tile]))
    assert any(name.startswith(f"gemm<{shape},") for name in cupy.launches)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("filters", range(1, cuda.FEW + 1))
def test_every_number_of_few_filters(cupy, operation, filters):
    s = conv_shape((3, 6, 12, 9), (3 * filters, 2, 3, 3), groups=3, **AWKWARD)
    check(s, operation)
    name = {"forward": f"few<{filters}>", "weight_grad": "few_grad<9>", "adjoint": "few<2>"}
    assert name[operation] in cupy.launches


@pytest.mark.parametrize("operation", OPERATIONS)
def test_more_elements_than_wait_in_shared_memory(cupy, operation):
    check(conv_shape((2, 40, 7, 6), (2, 40, 3, 3), **AWKWARD), operation)
    check(conv_shape((2, 2, 7, 6), (40, 2, 3, 3), **AWKWARD), operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_more_rows_than_a_mask_has_bits(cupy, operation):
    check(conv_shape((2, 2, 19, 40), (3, 2, 3, 31), padding=(1, 15)), operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_tables_too_large_to_keep(cupy, monkeypatch, operation):
    monkeypatch.setattr(cuda_kernels, "KEPT", 4)
    check(conv_shape((2, 2, 9, 8), (3, 2, 3, 3), **AWKWARD), operation)
    assert cupy.waits == 0


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("few", [0, cuda.FEW])
@pytest.mark.parametrize("dtype", ["float16", "float64", "int8"])
def test_sums_in_parts(cupy, monkeypatch, dtype, few, operation):
    """With many processors, sums are cut into parts, the last shorter than the others."""
    cupy.processors = 1000
    monkeypatch.setattr(cuda, "FEW", few)
    monkeypatch.setattr(cuda_kernels, "PART", 1)
    s = conv_shape((3, 10, 15, 13), (10, 5, 3, 3), padding=1, groups=2)
    check(s, operation, dtype)
    plans = [
        cuda_kernels._planned(way, s, cuda_kernels.NUMBERS[dtype], 0)
        for way in ("gemm", "gemm_grad", "few_grad")
    ]
    assert all(plan.shape[0] > 2 for plan in plans)
    assert any(int(plan.numbers[3]) % int(plan.numbers[-1]) for plan in plans)


@pytest.mark.parametrize("operation", ["forward", "weight_grad"])
@pytest.mark.parametrize("few", [0, cuda.FEW])
@pytest.mark.parametrize("dtype", cuda_kernels.NUMBERS)
def test_every_dtype(cupy, monkeypatch, dtype, few, operation):
    monkeypatch.setattr(cuda, "FEW", few)
    s = conv_shape((2, 6, 9, 8), (6, 3, 3, 2), groups=2, **AWKWARD)
    check(s, operation, dtype)


@st.composite
def shapes(draw):
    axes = draw(st.integers(1, 3))
    largest = {1: 40, 2: 9, 3: 5}[axes]

    def each(values):
        return draw(st.lists(values, min_size=axes, max_size=axes))

    kernel, stride, dilation = (
        each(st.integers(1, 3)),
        each(st.integers(1, 4)),
        each(st.integers(1, 3)),
    )
    pads = each(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    size = [
        max(n, d * (k - 1) + 1 - sum(p))
        for n, k, d, p in zip(each(st.integers(1, largest)), kernel, dilation, pads, strict=True)
    ]
    groups, c_in, c_out = draw(
        st.sampled_from([(1, 1, 1), (1, 3, 2), (3, 1, 2), (2, 2, 3), (1, 1, 9)])
    )
    return conv_shape(
        (draw(st.integers(0, 3)), groups * c_in, *size),
        (groups * c_out, c_in, *kernel),
        stride=stride,
        padding=pads,
        dilation=dilation,
        groups=groups,
    )


@settings(
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(s=shapes(), few=st.sampled_from([0, 8]), processors=st.sampled_from([1, 64]))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_random_convolutions(cupy, operation, s, few, processors):
    forget()
    cupy.processors = processors
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuda, "FEW", few)
        check(s, operation)
