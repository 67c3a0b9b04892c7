"""NVIDIA's compiler takes the kernels, for each GPU from Turing to Hopper; no GPU is needed."""

import ctypes
import re
import sys
from importlib.metadata import files as files_of
from importlib.resources import files

import pytest

import convlib
from convlib import cuda, cuda_kernels

pytestmark = pytest.mark.slow
SOURCE = files(convlib).joinpath("conv.cu").read_text(encoding="utf-8")
ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90")
NUMBERS = sorted({*cuda_kernels.NUMBERS.values()})
GEMMS = {
    f"gemm<{down},{across},{rows},{grad}>": down * across
    for down, across, rows in cuda_kernels.TILES.values()
    for grad in ("false", "true")
}
FEWS = {f"few<{cuda.FEW}>": 256, f"few_grad<{cuda_kernels.CHUNK}>": 128}
LARGEST = {name: GEMMS[name] for name in ("gemm<16,16,8,false>", "gemm<16,16,8,true>")} | FEWS


class Compiler:
    """NVRTC, of the wheel that has nothing else in it."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)

    def __call__(self, source, options):
        """Return what the compiler says and the program for the GPU, empty if there is none."""
        program = ctypes.c_void_p()
        arguments = (ctypes.c_char_p * len(options))(*map(str.encode, options))
        self.must(
            "CreateProgram", ctypes.byref(program), source.encode(), b"conv.cu", 0, None, None
        )
        failed = self.library.nvrtcCompileProgram(program, len(options), arguments)
        log = self.text(program, "ProgramLog").rstrip(b"\0").decode()
        binary = b"" if failed else self.text(program, "CUBIN")
        self.must("DestroyProgram", ctypes.byref(program))
        return log, binary

    def text(self, program, name):
        size = ctypes.c_size_t()
        self.must(f"Get{name}Size", program, ctypes.byref(size))
        text = ctypes.create_string_buffer(size.value)
        self.must(f"Get{name}", program, text)
        return text.raw

    def must(self, name, *arguments):
        assert getattr(self.library, f"nvrtc{name}")(*arguments) == 0, name


@pytest.fixture(scope="module")
def nvrtc():
    if sys.platform != "linux":
        pytest.skip("NVRTC is among the project's packages on Linux alone")
    wheel = files_of("nvidia-cuda-nvrtc-cu12")
    (path,) = (file.locate() for file in wheel if file.name.startswith("libnvrtc.so"))
    return Compiler(path)


def compiled(nvrtc, architecture, kernel, threads, number, result=None):
    """Check that there is a program, and that any GPU has room for a block of it."""
    options = cuda_kernels.compiler_options(kernel, threads, number, result or number)
    more = (f"--gpu-architecture={architecture}", "--ptxas-options=-v")
    log, binary = nvrtc(SOURCE, (*options, *more))
    assert binary, log
    assert "warning" not in log
    registers, shared = (
        int(re.search(rf"Used.* (\d+) {what}", log)[1]) for what in ("registers", "bytes smem")
    )
    assert registers * threads <= 65536
    assert shared <= 48 * 1024


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_number_on_every_architecture(nvrtc, architecture, number):
    """With the kernels dealt out in turn: each number and each architecture meets all of them."""
    turn = ARCHITECTURES.index(architecture) + NUMBERS.index(number)
    kernel = [*LARGEST][turn % len(LARGEST)]
    compiled(nvrtc, architecture, kernel, LARGEST[kernel], number)


@pytest.mark.parametrize("kernel", [name for name in GEMMS if name not in LARGEST])
def test_every_tile(nvrtc, kernel):
    compiled(nvrtc, "sm_80", kernel, GEMMS[kernel], "float32")


@pytest.mark.parametrize("kernel", ["few<1>", "few_grad<1>"])
def test_the_fewest(nvrtc, kernel):
    compiled(nvrtc, "sm_80", kernel, 64 if kernel == "few<1>" else 128, "float32")


@pytest.mark.parametrize("kernel", LARGEST)
def test_sums_of_halves_in_parts(nvrtc, kernel):
    compiled(nvrtc, "sm_75", kernel, LARGEST[kernel], "float16", "float32")


def test_a_mistake_is_found(nvrtc):
    log, binary = nvrtc("__global__ void f() { nothing(); }", ("--gpu-architecture=sm_90",))
    assert not binary
    assert "nothing" in log
