"""Every kind of box: the main attacks on each, and which one is taken."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from autograder.answers import Failure
from autograder.sandbox import BoxError, Boxes, Cell, Limits, Session
from autograder.sandbox.kinds import Cold, Kind, Landlock, Pool
from autograder.sandbox.probe import probe
from autograder.spec import Case
from tests.autograder.test_box_hostile import CASES, CHANNEL, is_harmless

MIB = 1 << 20
ATTEMPT = """
import os, signal, socket
def attempt(function):
    try:
        print("got", function())
    except OSError:
        print("refused")
"""


# The main attacks, on each kind


@pytest.mark.parametrize(
    "expression",
    [
        "open({secret!r}).read()",
        "open({secret!r}, 'a')",
        "os.chmod({secret!r}, 0o777)",
        "os.utime({secret!r})",
        "os.rename({secret!r}, {secret!r} + 'x')",
        "os.listdir({folder!r})",
        "os.symlink({secret!r}, 'link') or open('link').read()",
        "os.link({secret!r}, 'hard')",
        "os.fork()",
        "os.execv('/usr/bin/true', ['true'])",
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.kill({pid}, 0)",
        "open('/proc/1/environ').read()",
        "open(f'/proc/{{os.getppid()}}/mem', 'rb').read(1)",
    ],
)
def test_nothing_of_this_machine_is_reached(every_box, tmp_path, expression):
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    secret.chmod(0o666)
    expression = expression.format(secret=str(secret), folder=str(tmp_path), pid=os.getpid())
    visit = every_box.show(ATTEMPT, f"attempt(lambda: {expression})")
    assert visit.said() == "refused\n"
    assert secret.read_text() == "the answers"


@pytest.mark.parametrize(
    "forgery",
    [
        "import numpy as np\ndef f(x):\n    forge({'answer': 'array'})\n    return x * 0 + 7",
        "def f(x):\n    os.write(channel(), b'\\xff' * 1000)",
        "def f(x):\n    os.close(channel())",
        "import json\njson.dumps = json.loads = lambda *a, **k: '[]'\ndef f(x): return x * 0 + 7",
    ],
)
def test_forgery_earns_nothing(every_box, forgery):
    assert is_harmless(every_box, every_box.ask(CHANNEL, forgery))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("os._exit(0)", "died"),
        ("os.abort()", "died"),
        ("while True: pass", "timeout"),
        ("return np.ones(1 << 30)", "raised"),
        ("raise SystemExit", "raised"),
    ],
)
def test_a_killer_costs_one_case(every_box, body, kind):
    source = "import os\nimport numpy as np\ndef f(x):\n    if x.size == 3: {}\n    return x"
    source = source.replace("{}", f"\n        {body}")
    cases = [Case("one", (np.arange(3.0),), seconds=1), CASES[1]]
    first, second = every_box.ask(source, cases=cases).answers
    assert isinstance(first, Failure)
    assert first.kind == kind
    np.testing.assert_array_equal(second, np.arange(4.0))


def test_what_kills_a_cell_costs_that_cell(every_box):
    visit = every_box.ask(
        "def f(x): return x\nimport os\nos._exit(0)", "print('next')", cases=CASES
    )
    assert visit.said() == "next\n"
    for answer, case in zip(visit.answers, CASES, strict=True):
        np.testing.assert_array_equal(answer, case.args[0])


def test_a_flood_of_threads_is_stopped(every_box):
    cell = """
import _thread
lock, started = _thread.allocate_lock(), 0
lock.acquire()
_thread.stack_size(1 << 16)
try:
    while started < 3000:
        _thread.start_new_thread(lock.acquire, ())
        started += 1
except (RuntimeError, MemoryError):
    print(started)
lock.release()
"""
    assert 5 <= int(every_box.show(cell).said()) <= 2 * every_box.box.limits.processes


def test_figures_and_errors_are_shown(every_kind):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    with every_kind.box(Limits()) as box:
        session = Session(box, [Cell(figure), Cell("1 / 0")])
        session.show()
    assert "image/png" in session.outputs[0][0]["data"]
    assert session.outputs[1][0]["ename"] == "ZeroDivisionError"


# Memory and files, all in all


HELD = "it held more than 300 MiB of memory and files: the code was stopped"
HOG = "import numpy as np, time\nhog = [np.ones(MIB // 8) for _ in range(400)]\ntime.sleep(60)"
FILES = """
import time
MIB = 1 << 20
for folder in ("/tmp", "/dev/shm", "/home/student"):
    for number in range(100):
        with open(f"{folder}/{number}", "wb", buffering=0) as file:
            file.write(bytes(MIB))
time.sleep(60)
"""


def roomy(fresh_box, kind):
    return fresh_box(
        kind, total_memory=300 * MIB, folder_size=128 * MIB, cell_seconds=60, inodes=500
    )


@pytest.mark.parametrize("kind", [Pool, Landlock])
def test_memory_that_is_held_is_limited(fresh_box, kind):
    box = roomy(fresh_box, kind)
    visit = box.show(f"MIB = {MIB}\n{HOG}", "print('next')")
    assert visit.outputs[0][-1]["evalue"] == HELD
    assert visit.notes == [f"code cell 1: {HELD}; its definitions still count"]
    assert visit.said() == "next\n"
    source = f"MIB = {MIB}\ndef f(x):\n    if x.size == 3:\n        {HOG}\n    return x"
    source = source.replace("\nhog", "\n        hog").replace("\ntime", "\n        time")
    cases = [Case("one", (np.arange(3.0),), seconds=60), CASES[1]]
    first, second = box.ask(source, cases=cases).answers
    assert first == Failure("died", HELD)
    np.testing.assert_array_equal(second, np.arange(4.0))


@pytest.mark.parametrize("kind", [Pool, Cold])
def test_files_in_memory_count_as_memory(fresh_box, kind):
    visit = roomy(fresh_box, kind).show(FILES, "print('next')")
    assert visit.outputs[0][-1]["evalue"] == HELD


INODES = """
import time
made = 0
try:
    for made in range(5000):
        open(f"/tmp/{made}", "w").close()
    time.sleep(60)
except OSError as error:
    print(error.errno)
"""


def test_a_flood_of_files_is_stopped_by_the_pool_at_the_limit(fresh_box):
    assert roomy(fresh_box, Pool).show(INODES).said() == "28\n"  # no space left


def test_a_flood_of_files_is_stopped_by_a_cold_box_when_it_is_seen(fresh_box):
    visit = roomy(fresh_box, Cold).show(INODES)
    assert "it made more than 500 files" in visit.outputs[0][-1]["evalue"]


# Which kind is taken


class Absent(Kind):
    """A kind that this machine does not have."""

    name = "absent"

    def box(self, limits):
        msg = "bwrap: No permissions to create a new namespace"
        raise BoxError(msg)


@pytest.mark.parametrize("kind", [Pool, Cold, Landlock])
def test_the_first_that_holds_is_taken(box_tools, every_kind, kind):
    if every_kind.name != kind.name:
        return
    with Boxes(box_tools, Limits(), ladder=[Absent, kind, Absent]) as boxes:
        assert boxes.kind == kind.name
        assert boxes.says.startswith(f"{kind.name}: {kind.holds}")
        assert "no absent: bwrap: No permissions to create a new namespace (this system" in (
            boxes.says
        )
        assert "\n" not in boxes.says
        with boxes.box() as box:
            assert box.seconds_left > 0


def test_no_box_is_refused(box_tools):
    boxes = Boxes(box_tools, Limits(), ladder=[Absent, Absent])
    with pytest.raises(BoxError, match=r"no absent: .*sysctl -w kernel"), boxes:
        pass


def test_the_unsafe_kind_is_taken_by_name_only(box_tools):
    with Boxes(box_tools, Limits(), unsafe=True) as boxes:
        assert boxes.kind == "unsafe"
        assert "nothing holds" in boxes.says


def test_a_kind_that_lets_more_out_than_it_says_is_no_box(box_tools, every_kind, monkeypatch):
    """The holes of the weakest kind are found by trying, and would be holes in any other."""
    got = {"names of files of this machine", "room on the disk over its limit"}
    assert (probe(every_kind, Limits()).says == every_kind.holds) == (every_kind.name != "landlock")
    if every_kind.name == "landlock":
        monkeypatch.setattr(every_kind, "tolerated", frozenset())
        rung = probe(every_kind, Limits())
        assert not rung.works
        assert all(hole in rung.says for hole in got)


def test_a_kind_out_of_which_right_answers_come_wrong_is_no_box(every_kind, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.probe.DOUBLE", "def double(x): return x")
    rung = probe(every_kind, Limits())
    assert not rung.works
    assert rung.says == "a right function gets no right answer out of it"


def test_nothing_is_left_of_what_a_landlocked_notebook_wrote(fresh_box):
    box = fresh_box(Landlock)
    deep = (
        "import os\nfor _ in range(2000):\n    os.mkdir('d')\n    os.chdir('d')\nos.mkdir('x', 0)"
    )
    link = f"os.chdir(os.environ['HOME'])\nos.symlink({tempfile.gettempdir()!r}, 'link')"
    home = Path(box.show(deep, link, "print(os.environ['HOME'])").said().strip())
    assert (home / "link").is_symlink()
    box.close()
    assert not home.exists()
