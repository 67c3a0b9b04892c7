"""What the tests of the library share: array libraries to run on, and random problems."""

from dataclasses import dataclass
from itertools import product
from types import ModuleType

import array_api_strict
import numpy as np
import pytest
from hypothesis import strategies as st


@dataclass(frozen=True)
class Library:
    """An array library, and how arrays get in and out of it."""

    module: ModuleType
    writeable: bool = True

    def asarray(self, values, dtype=None):
        array = np.array(values, dtype)
        array.flags.writeable = self.writeable
        return array if self.module is np else self.module.asarray(array)

    def to_numpy(self, array):
        assert isinstance(array, self.module.asarray(0).__class__), "the result left its library"
        return self.module.asnumpy(array) if hasattr(self.module, "asnumpy") else np.asarray(array)


def cupy_library():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    if not cupy.cuda.is_available():
        pytest.skip("CuPy finds no CUDA device")
    return Library(cupy)


LIBRARIES = {
    "numpy": lambda: Library(np),
    "numpy-readonly": lambda: Library(np, writeable=False),
    "array-api-strict": lambda: Library(array_api_strict),
    "cupy": cupy_library,
}


@pytest.fixture(
    scope="session",
    params=[pytest.param(k, marks=pytest.mark.gpu if k == "cupy" else ()) for k in LIBRARIES],
)
def xp(request):
    return LIBRARIES[request.param]()


@dataclass(frozen=True)
class Problem:
    """An allowed `conv(x, weight, bias, **options)` and `conv_transpose(u, weight, **options)`.

    Small integers are exact in every dtype drawn, so that no test needs a tolerance.
    """

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray
    u: np.ndarray  # of the shape of the result of `conv`
    options: dict
    covered: tuple  # padded positions that the kernel reaches, per axis

    @property
    def remainder(self):
        """The output padding with which the transposed convolution gives the size of `x` back."""
        room = [n + sum(p) for n, p in zip(self.x.shape[2:], self.options["padding"], strict=True)]
        return tuple(n - reach for n, reach in zip(room, self.covered, strict=True))

    @property
    def output_paddings(self):
        """Every output padding below stride or dilation that leaves something."""
        axes = zip(*(self.options[k] for k in ("stride", "dilation", "padding")), strict=True)
        choices = (
            [extra for extra in range(max(s, d)) if reach + extra > sum(p)]
            for reach, (s, d, p) in zip(self.covered, axes, strict=True)
        )
        return list(product(*choices))


DTYPES = ("int16", "int64", "float16", "float32", "float64", "complex64")


@st.composite
def problems(draw, *, largest_stride=3, dtypes=DTYPES):
    ndim = draw(st.integers(1, 3))
    largest = {1: 7, 2: 5, 3: 3}[ndim]

    def per_axis(strategy):
        return tuple(draw(strategy) for _ in range(ndim))

    groups, c_in, c_out = (draw(st.integers(1, most)) for most in (3, 2, 2))
    size, kernel = per_axis(st.integers(1, largest)), per_axis(st.integers(1, min(3, largest)))
    strides, dilations = per_axis(st.integers(1, largest_stride)), per_axis(st.integers(1, 3))
    pads, covered, out = [], [], []
    for n, k, s, d in zip(size, kernel, strides, dilations, strict=True):
        span, lo, hi = d * (k - 1) + 1, draw(st.integers(0, 3)), draw(st.integers(0, 3))
        hi += max(0, span - n - lo - hi)
        pads.append((lo, hi))
        out.append((n + lo + hi - span) // s + 1)
        covered.append((out[-1] - 1) * s + span)

    rng = np.random.default_rng(draw(st.integers(0, 2**32)))

    def array(*shape):
        numbers = rng.integers(-4, 5, shape).astype(draw(st.sampled_from(dtypes)))
        if np.iscomplexobj(numbers):
            numbers.imag = rng.integers(-4, 5, shape)
        return numbers

    batch = draw(st.integers(0, 2))
    return Problem(
        x=array(batch, groups * c_in, *size),
        weight=array(groups * c_out, c_in, *kernel),
        bias=array(groups * c_out),
        u=array(batch, groups * c_out, *out),
        options={"stride": strides, "padding": pads, "dilation": dilations, "groups": groups},
        covered=tuple(covered),
    )


@pytest.fixture(scope="session")
def some_problem():
    """The strategy of allowed problems; a fixture because test modules import no test module."""
    return problems


def call_of(name, p):
    """Return arguments with which the public function `name` may be called for the problem."""
    ndim, groups = p.x.ndim - 2, p.options["groups"]
    kernel, size = p.weight.shape[2:], p.x.shape[2:]
    alone = {key: p.options[key] for key in ("stride", "padding", "dilation")}
    back = {"output_padding": p.remainder}
    channels = {"c_in": p.x.shape[1], "c_out": len(p.weight)}
    depthwise = {"x": p.x[:, :groups], "weight": p.weight[:, :1], "bias": p.bias}
    mix = p.weight.reshape(len(p.weight), -1)
    forward = {"x": p.x, "weight": p.weight, "bias": p.bias} | p.options
    scatter = {"x": p.u, "weight": p.weight} | p.options | back
    separable = {"x": p.x[:, :groups], "depthwise_weight": p.weight[:, :1]}
    calls = {
        "conv": forward,
        f"conv{ndim}d": forward,
        "conv_transpose": scatter,
        f"conv_transpose{ndim}d": scatter,
        "conv_input_grad": {"grad": p.u, "weight": p.weight, "input_size": size} | p.options,
        "conv_weight_grad": {"x": p.x, "grad": p.u, "kernel_size": kernel} | p.options,
        "conv_bias_grad": {"grad": p.u},
        "conv_transpose_input_grad": {"grad": p.x, "weight": p.weight} | p.options | back,
        "conv_transpose_weight_grad": {"x": p.u, "grad": p.x, "kernel_size": kernel}
        | p.options
        | back,
        "depthwise_conv": depthwise | alone,
        "pointwise_conv": {"x": p.u, "weight": mix.T, "bias": np.resize(p.bias, mix.shape[1])},
        "depthwise_separable_conv": separable | {"pointwise_weight": mix.T} | alone,
        "conv_output_size": {"size": size, "kernel_size": kernel} | alone,
        "conv_transpose_output_size": {"size": p.u.shape[2:], "kernel_size": kernel} | alone | back,
        "receptive_field": {k: alone[k] for k in ("stride", "dilation")} | {"kernel_size": kernel},
        "count_parameters": channels | {"kernel_size": kernel, "groups": groups, "bias": True},
        "count_macs": channels | {"size": size, "kernel_size": kernel} | p.options,
    }
    shapes = {"x_shape": p.x.shape, "weight_shape": p.weight.shape}
    calls["choose_method"] = shapes | p.options
    calls |= {"get_num_threads": {}, "set_num_threads": {"count": 2}}
    return calls[name]


@pytest.fixture(scope="session")
def valid_call():
    """Give `valid_call(name, problem)`; a KeyError is a public function that no test calls."""
    return call_of


def problem_for(name, *, batch=2, dtype=float):
    """Return one problem with stride 2, padding and groups, of the axes that `name` has or two."""
    n = next((n for n in (1, 2, 3) if name.endswith(f"{n}d")), 2)
    rng, size, out = np.random.default_rng(0), (7, 6, 5)[:n], (4, 3, 3)[:n]

    def array(*shape):
        return rng.integers(-4, 5, shape).astype(dtype)

    return Problem(
        x=array(batch, 4, *size),
        weight=array(6, 2, *[3] * n),
        bias=array(6),
        u=array(batch, 6, *out),
        options={"stride": (2,) * n, "padding": [(1, 1)] * n, "dilation": (1,) * n, "groups": 2},
        covered=tuple(2 * last + 1 for last in out),
    )


@pytest.fixture(scope="session")
def plain_call():
    """Give `plain_call(name, batch=2, dtype=float)`: always the same valid arguments."""
    return lambda name, **changes: call_of(name, problem_for(name, **changes))
