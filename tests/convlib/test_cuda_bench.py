"""The comparison with cuDNN says what it lacks, where it cannot be made."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "gpu.py"


def test_without_a_gpu_there_is_one_line_and_no_result():
    command = [sys.executable, str(BENCH), "--only", "a name that no case has"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        assert run.stdout == ""
        (line,) = run.stderr.splitlines()
        assert line.startswith("bench/gpu.py needs ")
    else:  # it lacks nothing here, and was asked for nothing
        assert "geometric mean" not in run.stdout


def test_each_case_is_timed_once_with_a_batch_that_fills_a_card():
    code = (
        "import cases, gpu; found = gpu.gpu_cases('float16', 64)\n"
        "assert 30 < len(found) < len(cases.CASES)\n"
        "assert len({(c.x, c.weight, c.dtype, str(c.options)) for c in found}) == len(found)\n"
        "assert {c.dtype for c in found} == {'float16', 'float64'}\n"
        "assert min(c.x[0] for c in found) >= 4\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=BENCH.parent, check=False
    )
    assert run.returncode == 0, run.stderr
