"""What the scripts in bench print: the table of what was measured, or what is lacking."""

import json
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


def measured(case, torch, ours, group="1d"):
    times = {"torch": torch, "convlib": ours}
    times = {name: {"median": 2 * best, "best": best} for name, best in times.items()}
    return {"operation": "forward", "group": group, "case": case, "times": times}


def test_the_table_holds_what_was_measured_and_its_means(tmp_path):
    rows = [measured("two", 4, 2), measured("eight", 4, 0.5), measured("x", 9, 1, "long filter")]
    found = {"machine": {"date": "2000-01-01", "threads": 2}, "rows": rows}
    (tmp_path / "cpu.json").write_text(json.dumps(found), encoding="utf-8")
    code = "import pathlib, sys, plot; plot.RESULTS = pathlib.Path(sys.argv.pop(1)); plot.main()"
    command = [sys.executable, "-c", code, str(tmp_path), str(tmp_path / "ratios.svg")]
    run = subprocess.run(command, capture_output=True, text=True, cwd=BENCH.parent, check=True)
    first, second, *lines = run.stdout.splitlines()
    assert first == "NumPy: date 2000-01-01, threads 2"
    assert second == "CuPy: not measured"
    assert [line.split()[1:] for line in lines[2:]] == [
        ["1d:", "two", "2.00"],
        ["1d:", "eight", "8.00"],
        ["long", "filter:", "x", "9.00"],
        ["geometric", "mean", "of", "median", "times", "4.00"],
        ["geometric", "mean", "of", "best", "times", "4.00"],
    ]
    assert "eight" in (tmp_path / "ratios.svg").read_text(encoding="utf-8")


def test_where_nothing_was_measured_the_table_says_so(tmp_path):
    code = f"import pathlib, plot; plot.RESULTS = pathlib.Path({str(tmp_path)!r}); plot.main()"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, cwd=BENCH.parent, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("nothing was measured yet")
