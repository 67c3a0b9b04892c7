"""Print what convlib finds on this machine: ``python -m convlib``."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from .methods import METHODS
from .threads import get_num_threads

__all__ = ["main"]

LIBRARIES = ("convolution-course", "numpy", "array-api-compat", "threadpoolctl")


def main() -> None:
    """Print versions, array libraries, threads and algorithms, a line each."""
    print(f"Python {platform.python_version()} on {platform.machine()}")
    for name in LIBRARIES:
        print(f"{name} {_version(name)}")
    print(f"CuPy: {_cupy()}")
    print(f"threads: {get_num_threads()} (OMP_NUM_THREADS or set_num_threads changes it)")
    print(f"methods for NumPy arrays: {', '.join(METHODS)}")
    print("methods for CuPy arrays: cuda, taps; for those of other libraries: taps")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cupy() -> str:
    if find_spec("cupy") is None:
        return "not installed"
    import cupy

    devices = cupy.cuda.runtime.getDeviceCount() if cupy.cuda.is_available() else 0
    return f"{cupy.__version__}, {devices} GPU"


if __name__ == "__main__":
    main()
