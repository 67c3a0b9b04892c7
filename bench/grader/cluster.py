"""A cluster on this machine: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS = "tcp://127.0.0.1:8796"  # in the clear: it does not leave this machine


@contextmanager
def cluster(course: Path, workers: int) -> Iterator[str]:
    """Start a scheduler and workers of one box each, and give the scheduler's address."""
    port = ADDRESS.rpartition(":")[2]
    scheduler = ["dask", "scheduler", "--host=127.0.0.1", f"--port={port}", "--no-dashboard"]
    with ExitStack() as stack:
        for command in (scheduler, *[["course", "worker", ADDRESS, "--jobs=1"]] * workers):
            stack.enter_context(_running(command, course))
        with Client(ADDRESS, timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
        yield ADDRESS


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
        time.sleep(1)  # the port is free again
