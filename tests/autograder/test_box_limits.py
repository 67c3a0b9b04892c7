"""What a notebook in the box may use up, and what becomes of one that wants more."""

import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.answers import Failure
from autograder.sandbox import BoxError
from autograder.sandbox.kinds import Cold, Landlock, Pool, Unsafe
from autograder.spec import Case

ONE, TWO = Case("one", (np.arange(3.0),)), Case("two", (np.arange(4.0),))
CASES = [ONE, TWO]
STOPPED = "no answer in time: the code was stopped"


def right(answer, case):
    return isinstance(answer, np.ndarray) and np.array_equal(answer, case.args[0])


def only_first_fails(cell, visits, kind, **limits):
    """Check that a case of a function that does `cell` to three samples fails, but no other."""
    body = cell.replace("\n", "\n        ")
    source = f"import os, sys, time\ndef f(x):\n    if x.size == 3:\n        {body}\n    return x"
    cases = [Case("one", (np.arange(3.0),), **limits), TWO]
    first, second = visits.ask(source, cases=cases).answers
    assert isinstance(first, Failure), first
    assert first.kind == kind, first
    assert right(second, TWO)
    return first.text


# Memory and processes


def test_memory(tight_box):
    visit = tight_box.show(
        "x = bytearray(1 << 31)",
        "import numpy as np\nx = np.ones(1 << 29)",
        "import mmap\nx = mmap.mmap(-1, 1 << 31)",
        "hog = []\nwhile True: hog.append(np.zeros(1 << 24))",
        "hog = None\nprint('still here')",
    )
    assert visit.said(0).startswith("MemoryError")
    assert "Unable to allocate" in visit.said(1)
    assert "Cannot allocate memory" in visit.said(2)
    assert visit.said(3).startswith("MemoryError")
    assert visit.said(4) == "still here\n"
    assert visit.notes == []
    hog = "import numpy as np\nhog = []\nwhile True: hog.append(np.zeros(1 << 24))"
    only_first_fails(hog, tight_box, "raised")


def test_threads_are_allowed_up_to_a_number(tight_box):
    cell = """
import threading
stop, started = threading.Event(), 0
try:
    while started < 500:
        threading.Thread(target=stop.wait, daemon=True).start()
        started += 1
except (RuntimeError, MemoryError) as error:
    print(started)
stop.set()
"""
    assert 10 <= int(tight_box.show(cell).said()) <= tight_box.box.limits.processes


def test_open_files(tight_box):
    cell = "import os\nfiles = [open(os.devnull) for _ in range(200)]"
    assert "Too many open files" in tight_box.show(cell).said()


# Output


@pytest.mark.parametrize(
    "cell",
    [
        "while True: print('x' * 100)",
        "import sys\nwhile True: sys.stderr.write('warn')",
        "while True: display('x')",
        "while True: display('')",
        "from IPython.display import HTML\nwhile True: display(HTML('<b>'))",
    ],
)
def test_output_without_end(tight_box, cell):
    visit = tight_box.show(cell, "print('next')")
    assert visit.said(1) == "next\n"
    (note,) = visit.notes
    assert "code cell 1: it ran longer" in note or "was stopped" in note
    assert len(str(visit.outputs[0])) < 100_000


@pytest.mark.parametrize(
    "cell",
    ["'x' * 10**7", "list(range(10**6))", "print('y' * 10**7)", "raise ValueError('z' * 10**7)"],
)
def test_one_giant_output(tight_box, cell):
    visit = tight_box.show(cell, "print('next')")
    assert visit.said(1) == "next\n"
    assert len(str(visit.outputs[0])) < 50_000
    assert visit.notes == []


def test_a_giant_traceback(box):
    visit = box.show("def f(n):\n    return f(n + 1)\nf(0)", "print('next')")
    assert visit.said(0).startswith("RecursionError")
    lines = re.sub("\x1b[^m]*m", "", "\n".join(visit.outputs[0][0]["traceback"]))
    assert "3 f(0)" in lines
    assert "return f(n + 1)" in lines
    assert len(str(visit.outputs[0])) < 100_000
    assert visit.said(1) == "next\n"


def test_the_start_of_long_output_is_kept_and_the_rest_is_said_to_be_missing(tight_box):
    said = tight_box.show("for i in range(10**5): print(i)").said()
    assert said.startswith("0\n1\n2\n")
    assert said.endswith("[output over 5000 characters is not shown]\n")


def test_errors_are_short_in_answers_too(tight_box):
    only_first_fails("raise ValueError('z' * 10**7)", tight_box, "raised")
    visit = tight_box.ask("def f(x): raise ValueError('z' * 10**7)", cases=[ONE])
    assert len(visit.answers[0].text) <= 600


# Time


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("while True: pass", "it ran longer than 2 s"),
        ("time.sleep(100)", "it ran longer than 2 s"),
        ("while True:\n    try: time.sleep(9)\n    except: pass", STOPPED),
        ("import signal\nsignal.signal(14, signal.SIG_IGN)\nwhile True: pass", STOPPED),
        ("sum(range(10**12))", STOPPED),  # nothing interrupts it
    ],
)
def test_a_cell_takes_too_long(tight_box, cell, note):
    visit = tight_box.show("import time", f"x = 1\n{cell}", "print('next', x)")
    assert visit.said(2) == "next 1\n"
    assert visit.notes == [f"code cell 2: {note}; its definitions still count"]
    names = ["Stopped", *["TimeoutError"] * (note != STOPPED)]
    assert [output["ename"] for output in visit.outputs[1]] == names


def test_who_closes_the_channel_is_told_how_it_left_and_not_that_it_was_killed(tight_box):
    body = "import os, time\n    os.closerange(0, 4096)\n    time.sleep(0.2)\n    os._exit(3)"
    visit = tight_box.ask(f"def f(x):\n    {body}")
    assert visit.answers[0].text == "the Python process left with code 3"


def test_what_a_killed_cell_defined_still_counts(tight_box):
    cell = "import math\nK = 2\ndef f(x): return x * K / K\nimport os\nos._exit(0)"
    visit = tight_box.ask("a = 1", cell)
    assert all(map(right, visit.answers, CASES))
    assert visit.notes == [
        "code cell 2: the Python process left with code 0; its definitions still count"
    ]


def test_a_notebook_that_kills_every_cell(tight_box):
    visit = tight_box.ask(*["import os; os._exit(1)"] * 6, "def f(x): return x\n1 / 0")
    assert len(visit.notes) == tight_box.box.limits.restarts + 2
    said = "the cells after code cell 3 were not run; their definitions still count"
    assert visit.notes[-1] == said
    assert [outputs[0]["ename"] for outputs in visit.outputs] == ["Stopped"] * 7
    assert all(map(right, visit.answers, CASES))


def test_a_notebook_in_which_every_cell_hangs_has_less_time_for_each(tight_box):
    visit = tight_box.ask(*["while True: pass"] * 4, "def f(x): return x")
    less = ", less time than usual after other cells were stopped"
    for note, seconds in zip(visit.notes, ["2 s", f"1 s{less}", f"0.5 s{less}"], strict=False):
        assert f": it ran longer than {seconds};" in note
    assert len(visit.notes) == 4
    assert all(map(right, visit.answers, CASES))


def test_a_cell_with_a_constant_that_is_none(tight_box):
    visit = tight_box.show("x = {[]: 1}\nimport os\nos._exit(1)", "print('next')")
    assert visit.said(1) == "next\n"


@pytest.mark.parametrize("body", ["while True: pass", "time.sleep(50)", "sum(range(10**12))"])
def test_a_call_takes_too_long(tight_box, body):
    said = only_first_fails(body, tight_box, "timeout", seconds=1)
    assert said == "no answer within 1 s: the code was stopped"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("os._exit(0)", "died"),
        ("os.abort()", "died"),
        ("import ctypes\nctypes.string_at(0)", "died"),
        ("sys.exit(0)", "raised"),
        ("raise KeyboardInterrupt", "raised"),
        ("raise BaseException", "raised"),
        ("def g(): g()\ng()", "raised"),
        ("return None", "refused"),
        ("return 'text'", "refused"),
        ("return object()", "refused"),
        ("return [[1], [2, 3]]", "raised"),
        ("return f", "refused"),
        ("return iter([1])", "refused"),
    ],
)
def test_a_call_that_ends_badly_costs_one_case(tight_box, body, kind):
    only_first_fails(body, tight_box, kind)


def test_an_exception_that_cannot_be_written(tight_box):
    bad = "class Bad(Exception):\n    def __str__(self): raise Bad\nraise Bad"
    only_first_fails(bad, tight_box, "died")


def test_after_three_lost_processes_the_other_cases_are_not_tried(tight_box):
    cases = [Case(str(i), (np.arange(3.0),), seconds=0.5) for i in range(20)]
    began = time.monotonic()
    visit = tight_box.ask("def f(x):\n    while True: pass", cases=cases)
    assert [answer.kind for answer in visit.answers] == ["timeout"] * 20
    assert time.monotonic() - began < 20


def test_a_function_that_hung_once_has_less_time_after_that(tight_box):
    cases = [Case(str(i), (np.arange(3.0),), seconds=2) for i in range(2)]
    answers = tight_box.ask("def f(x):\n    while True: pass", cases=cases).answers
    said = ["no answer within 2 s", "no answer within 0.4 s"]
    assert [answer.text for answer in answers] == [f"{one}: the code was stopped" for one in said]


def test_processor_time(fresh_box):
    visits = fresh_box(cpu_seconds=1, cell_seconds=60)
    visit = visits.show(
        "while True:\n    try:\n        while True: pass\n    except: pass", "print(1)"
    )
    assert "the Python process was" in visit.notes[0]
    assert visit.said(1) == "1\n"


def test_the_whole_time(tight_box, monkeypatch):
    monkeypatch.setattr(tight_box.box, "deadline", time.monotonic() + 2)
    slow = "import time\ntime.sleep(1.5)"
    visit = tight_box.ask(slow, slow, slow, "def f(x): return x")
    said = "the 3600 s for the whole notebook were used up: code cell 1 took the longest"
    assert visit.notes == [f"{said}, and each check runs the cells before it anew"]
    assert visit.answers == [Failure("timeout", visit.notes[0])] * 2


def test_where_time_is_short_slow_cells_are_not_run_for_each_check(fresh_box):
    cells = [
        "import time\nK = 1",
        "time.sleep(4.5)\ndef g(x): return x",
        "def f(x): return K * g(x)",
    ]
    visit = fresh_box(whole_seconds=8).ask(*cells)
    assert all(map(right, visit.answers, CASES))
    why = "there is no time to run it once more for each check; its definitions still count"
    assert visit.notes == [f"code cell 2: {why}"]
    assert [len(outputs) for outputs in visit.outputs] == [0, 1, 0]


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next(tight_box, monkeypatch):
    source = "import time\ndef f(x):\n    if x.size == 3: time.sleep(1)\n    return x"
    with monkeypatch.context() as patch:
        patch.setattr(tight_box.box, "deadline", time.monotonic() + 0.5)
        assert tight_box.ask(source, cases=[ONE]).answers[0].kind == "timeout"
    assert right(*tight_box.ask("def f(x): return x", cases=[TWO]).answers, TWO)


def test_all_that_may_come_out(tight_box, monkeypatch):
    limits = replace(tight_box.box.limits, answer_bytes=tight_box.box.received + (1 << 20))
    monkeypatch.setattr(tight_box.box, "limits", limits)
    many = [Case(str(size), (np.zeros(1),)) for size in range(4)]
    visit = tight_box.ask("import numpy as np\ndef f(x): return np.zeros(50_000)", cases=many)
    assert [type(answer) for answer in visit.answers] == [np.ndarray, np.ndarray, Failure, Failure]
    assert f"more than {limits.answer_bytes} bytes" in visit.answers[2].text


def test_one_answer_over_the_limit(box):
    cell = "import numpy as np\ndef f(x): return np.zeros(9_000_000) if x.size == 3 else x"
    first, second = box.ask(cell).answers
    assert first.kind == "died"
    assert "too much output" in first.text
    assert right(second, TWO)


# The box itself


def test_a_box_that_ends_is_nobodys_zero(fresh_box):
    visits = fresh_box()
    for pid in visits.processes():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(BoxError, match="the box ended while it was needed"):
        visits.ask("def f(x): return x")


@pytest.mark.parametrize("kind", [Pool, Cold, Landlock, Unsafe])
def test_nothing_is_left_of_a_closed_box(fresh_box, kind):
    visits = fresh_box(kind)
    visits.box.deadline = time.monotonic() + 3
    busy = (
        "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()"
    )
    endless = Case("endless", (np.zeros(1),), seconds=60)
    (answer,) = visits.ask(busy, "def f(x):\n    while True: pass", cases=[endless]).answers
    assert answer.kind == "timeout"
    inside = visits.processes()
    assert len(inside) >= (2 if kind in (Pool, Cold) else 1)
    visits.close()
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in inside) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in inside if Path(f"/proc/{pid}").exists()]
