"""The pool: many submissions from one warm Python, and none of them knows of it or another."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import BoxError, Boxes, Cell, Check, Limits, Session
from autograder.sandbox.kinds import Cold, Pool
from autograder.spec import Case
from tests.autograder.conftest import descendants

ONE = [Case("one", (np.arange(3.0),))]
ROOT = Path(__file__).parents[2]


def said_by(box, *cells):
    """Return what the cells printed."""
    session = Session(box, [Cell(cell) for cell in cells])
    session.show()
    return "".join(output.get("text", "") for shown in session.outputs for output in shown)


def answered(box, source):
    return Session(box, [Cell(source)]).ask(Check("f", ("f",), 1), "function", ONE)[0]


def zygote_of(pool):
    """Return the number of the one zygote in use: the first Python below its bubblewrap."""
    (process,) = pool.used
    started = descendants(process.process.pid)  # parents come first
    return next(pid for pid in started if command(pid).startswith(b"/opt/box/bin/python"))


def command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def runs(pid):
    """Whether a process is there and has not ended; whoever must reap it may never do so."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_gone(pids, seconds=20):
    until = time.monotonic() + seconds
    while any(map(runs, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(runs, pids))


@pytest.fixture
def own_pool(box_tools, needs_box):
    """Give a pool that a test may damage."""
    pool = Pool(box_tools, subprocess.Popen)
    yield pool
    pool.close()


# One after the other


def test_a_zygote_serves_one_submission_after_the_other(own_pool):
    with own_pool.box(Limits()) as box:
        assert said_by(box, "open('/tmp/left', 'w').write('x'); import numpy; numpy.left = 1") == ""
        first = list(own_pool.used)
    with own_pool.box(Limits()) as box:
        look = "import os, numpy\nprint(os.listdir('/tmp'), hasattr(numpy, 'left'))"
        assert said_by(box, look) == "[] False\n"
        assert list(own_pool.used) == first


GROWN = """
from autograder._box.pages import collapse
held = bytearray(16 << 20)
rows = lambda: open("/proc/self/smaps_rollup").read().splitlines()
huge = lambda: next(int(row.split()[1]) for row in rows() if row.startswith("AnonHugePages"))
before = huge()
collapse()
print(huge() - before, bool(any(held)))
"""


def test_what_is_warm_is_in_huge_pages():
    """It needs no root: any process may ask for its own."""
    said = subprocess.run([sys.executable, "-c", GROWN], capture_output=True, text=True, check=True)
    grown, changed = said.stdout.split()
    assert changed == "False"
    release = tuple(map(int, os.uname().release.split(".")[:2]))
    if Path("/sys/kernel/mm/transparent_hugepage").exists() and release >= (6, 1):
        assert int(grown) >= 14 << 10  # KiB


def test_the_end_of_a_submission_is_the_end_of_all_in_it(own_pool):
    busy = (
        "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()"
    )
    with own_pool.box(Limits()) as box:
        (process,) = own_pool.used
        assert isinstance(answered(box, f"{busy}\ndef f(x): return x"), np.ndarray)
        inside = list(descendants(zygote_of(own_pool)))
        assert len(inside) == 2  # the supervisor and its child
    assert not any(map(runs, inside))  # at once: it was waited for
    assert process.runs


def test_fifty_submissions_leave_no_trace_in_the_zygote(own_pool):
    with own_pool.box(Limits()) as box:
        assert isinstance(answered(box, "def f(x): return x"), np.ndarray)
        zygote = zygote_of(own_pool)
    before = held(zygote)
    for _ in range(50):
        with own_pool.box(Limits()) as box:
            assert isinstance(answered(box, "big = bytes(1 << 22)\ndef f(x): return x"), np.ndarray)
    memory, fds = held(zygote)
    assert fds == before[1]
    assert memory - before[0] < 1 << 20


def held(pid):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE"), len([*Path(f"/proc/{pid}/fd").iterdir()])


# Two at once


def test_two_at_once_see_nothing_of_each_other(own_pool):
    with own_pool.box(Limits()) as one, own_pool.box(Limits()) as other:
        assert len(own_pool.used) == 2
        mark = (
            "import os\nfor f in ('/tmp', '/home/student', '/dev/shm'):\n    open(f + '/mine', 'w')"
        )
        said_by(one, mark + "\nos.environ['MINE'] = '1'")
        look = """
import os, signal
print([os.listdir(f) for f in ('/tmp', '/home/student', '/dev/shm')], 'MINE' in os.environ)
print(os.getpid() < 10, os.getppid())
for pid in range(2, 400):
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGKILL)
            print('killed', pid)
        except OSError:
            pass
"""
        assert said_by(other, look) == "[[], ['.mpl'], []] False\nTrue 1\n"
        assert isinstance(answered(one, "def f(x): return x"), np.ndarray)


def test_threads_share_a_pool(own_pool):
    barrier = threading.Barrier(3, timeout=60)

    def work(number):
        with own_pool.box(Limits()) as box:
            barrier.wait()  # so that three are needed at once
            return answered(box, f"def f(x): return x * 0 + {number}").tolist()

    with ThreadPoolExecutor(3) as threads:
        for _ in range(2):
            assert list(threads.map(work, range(3))) == [[n] * 3 for n in range(3)]
    assert len(own_pool.idle) == 3


# The warm parent


@pytest.mark.parametrize(
    "attempt",
    [
        "import os\nfor pid in (-1, 0, 1):\n    try: os.kill(pid, 9)\n    except OSError: pass",
        "import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b'end')\n"
        "    except OSError: pass",
        "import socket\nfor fd in range(3, 64):\n    try: socket.socket(fileno=fd).send(b'begin')\n"
        "    except OSError: pass",
        "import os\nos.closerange(0, 1024)",
        "import gc, sys\nfor o in gc.get_objects():\n"
        "    if type(o).__name__ in ('Supervisor', 'Channel'): o.__dict__.clear()",
        "import os\nwhile True: os.fork()",
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=[9]).start()",
    ],
)
def test_the_warm_parent_is_out_of_reach(tight_box, attempt):
    before = tight_box.process.process.pid
    tight_box.ask(attempt, f"def f(x):\n{textwrap.indent(attempt, '    ')}")
    visit = tight_box.ask("def f(x): return x", cases=ONE)
    np.testing.assert_array_equal(visit.answers[0], np.arange(3.0))
    assert tight_box.process.process.pid == before
    assert tight_box.process.runs


def test_the_control_socket_is_not_there(box):
    cell = """
import os, stat
sockets = []
for fd in range(1024):
    try:
        sockets += [fd] if stat.S_ISSOCK(os.fstat(fd).st_mode) else []
    except OSError:
        pass
print(len(sockets))
"""
    assert box.show(cell).said() == "1\n"  # to its own supervisor


# What is lost is replaced


def test_a_killed_zygote_is_a_failure_of_the_box_and_is_replaced(own_pool):
    with own_pool.box(Limits()) as box:
        (lost,) = own_pool.used
        os.kill(zygote_of(own_pool), signal.SIGKILL)
        with pytest.raises(BoxError, match="the box ended"):
            answered(box, "def f(x): return x")
    assert not lost.runs
    with own_pool.box(Limits()) as box:
        assert isinstance(answered(box, "def f(x): return x"), np.ndarray)
        assert list(own_pool.used) != [lost]


def test_a_zygote_that_died_while_nobody_used_it_is_replaced(own_pool):
    with own_pool.box(Limits()):
        (lost,) = own_pool.used
        zygote = zygote_of(own_pool)
    os.kill(zygote, signal.SIGKILL)
    lost.process.wait()
    with own_pool.box(Limits()) as box:
        assert isinstance(answered(box, "def f(x): return x"), np.ndarray)


# Nothing is left


def open_files():
    return [*Path("/proc/self/fd").iterdir()]


@pytest.mark.parametrize("kind", [Pool, Cold])
def test_nothing_is_left_of_closed_boxes(box_tools, needs_box, kind):
    mounts = Path("/proc/self/mountinfo").read_text()
    threads, files = threading.active_count(), len(open_files())
    mine = set(descendants(os.getpid()))
    with Boxes(box_tools, Limits(), ladder=[kind]) as boxes, boxes.box() as box:
        assert boxes.kind == kind.name
        assert isinstance(answered(box, "def f(x): return x"), np.ndarray)
        started = set(descendants(os.getpid())) - mine
        assert len(started) >= 3
    assert is_gone(started)
    assert threading.active_count() == threads
    assert len(open_files()) == files
    assert Path("/proc/self/mountinfo").read_text() == mounts


def test_boxes_in_use_end_with_the_rest(box_tools, needs_box):
    failed = []
    started = threading.Event()

    def work(boxes):
        try:
            with boxes.box() as box:
                started.set()
                answered(box, "def f(x):\n    while True: pass")
        except BoxError as error:
            failed.append(str(error))

    with Boxes(box_tools, Limits(), ladder=[Pool]) as boxes:
        thread = threading.Thread(target=work, args=[boxes])
        thread.start()
        assert started.wait(60)
    thread.join(60)
    assert failed in (
        ["the box ended while it was needed: the machine may be short of memory"],
        ["no more boxes are given: grading is over"],
    )
    with pytest.raises(BoxError, match="grading is over"), boxes.box():
        pass


GRADER = """
import sys, time
from pathlib import Path
from autograder.sandbox import Boxes, Limits
from autograder.sandbox.command import Tools
from autograder.sandbox.kinds import {kind}
with Boxes(Tools.of(Path({box!r})), Limits(), ladder=[{kind}]) as boxes, boxes.box() as box:
    box.send({{"do": "show", "cells": [{{"source": "while True: pass", "salvage": False}}],
              "start": 0, "stopped": 0, "cell_seconds": 600}})
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("kind", ["Pool", "Cold"])
def test_nothing_is_left_of_a_grader_that_is_killed(box_tools, needs_box, how, kind):
    source = GRADER.format(kind=kind, box=str(box_tools.environment))
    command = [sys.executable, "-c", source]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as grader:
        assert grader.stdout.readline() == b"started\n"
        started = list(descendants(grader.pid))
        assert len(started) >= 3
        grader.send_signal(how)
        grader.wait(60)
    assert is_gone(started)


def test_what_needs_the_box_is_tested_by_one_worker(request, needs_box):
    """Two would take each other's time, and grade a class twice that many tests look at."""
    grouped = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@box") == grouped
