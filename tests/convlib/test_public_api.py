"""What the library offers, and what it must not bring along."""

import inspect
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

import numpy as np
import pytest

import convlib

OFFERED = """
    conv conv1d conv2d conv3d conv_transpose conv_transpose1d conv_transpose2d conv_transpose3d
    depthwise_conv pointwise_conv depthwise_separable_conv
    conv_input_grad conv_weight_grad conv_bias_grad
    conv_transpose_input_grad conv_transpose_weight_grad
    conv_output_size conv_transpose_output_size receptive_field count_parameters count_macs
    choose_method get_num_threads set_num_threads
""".split()
PUBLIC = {
    name for name, _ in inspect.getmembers(convlib, inspect.isfunction) if not name.startswith("_")
}


def test_nothing_offered_is_missing():
    assert set(OFFERED) <= PUBLIC


def test_all_is_sorted_and_names_every_public_function():
    assert convlib.__all__ == sorted(PUBLIC)


@pytest.mark.parametrize(
    "module", ["convolution", "counts", "gradients", "separable", "sizes", "transposed"]
)
def test_the_faces_are_public_as_a_whole(module):
    face = import_module(f"convlib.{module}")
    assert face.__all__ == sorted(face.__all__)
    assert set(face.__all__) <= PUBLIC


@pytest.mark.parametrize("module", [m.name for m in iter_modules(convlib.__path__)])
def test_every_module_names_what_it_defines(module):
    module = import_module(f"convlib.{module}")
    defined = {
        name
        for name, f in inspect.getmembers(module, inspect.isfunction)
        if f.__module__ == module.__name__ and not name.startswith("_")
    }
    assert defined <= set(module.__all__)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_options_are_keyword_only_and_each_has_an_explanation(name):
    function = getattr(convlib, name)
    parameters = inspect.signature(function).parameters
    for parameter in parameters.values():
        option = parameter.default not in (inspect.Parameter.empty, None)
        assert option == (parameter.kind is inspect.Parameter.KEYWORD_ONLY)
        assert parameter.name in function.__doc__.split("Parameters")[1].split("Returns")[0]


def test_the_first_line_says_that_the_kernel_is_not_flipped():
    assert "the kernel is not flipped" in convlib.__doc__.splitlines()[0]


def test_type_checkers_may_read_the_annotations():
    assert files(convlib).joinpath("py.typed").is_file()


def test_importing_brings_no_heavy_library():
    heavy = "{'cupy', 'scipy', 'torch', 'jax', 'dask', 'matplotlib', 'numba'}"
    code = f"import sys, convlib; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_module_says_what_is_on_this_machine():
    command = [sys.executable, "-m", "convlib"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert f"numpy {np.__version__}" in lines
    assert any(line.startswith("CuPy: ") for line in lines)
    assert any(line.startswith(f"threads: {convlib.get_num_threads()} ") for line in lines)
    assert "methods for NumPy arrays: taps, gemm, band, fft, winograd" in lines
    assert "methods for CuPy arrays: cuda, taps; for those of other libraries: taps" in lines
