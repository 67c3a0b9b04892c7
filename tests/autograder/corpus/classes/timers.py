"""Timers and races: looking faster, smaller or thriftier than the code is."""

from .. import Notebook, cell

SLOW = """
def total(x):
    sums, result = [], 0.0
    for value in x:
        result = result + value
        sums.append(result)
    return np.array(sums)
"""


def race(name, tries, total=SLOW, duplicate=None, products=None, **more):
    """Return a notebook with a cell for each task that is attacked."""
    given = {"total": total, "duplicate": duplicate, "products": products}
    cells = {task: cell(source) for task, source in given.items() if source}
    return Notebook(name, tries, cells, assignment="race", **more)


NOTEBOOKS = (
    race("race-slow", "is right, but no faster than a loop"),
    race(
        "race-right",
        "is what it should be",
        "def total(x):\n    return np.add.accumulate(x)",
        "def duplicate(x):\n    return np.array(x)",
        "def products(x):\n    return np.array([x[i] * x[i + 2] for i in range(len(x) - 2)])",
        deserved=5,
    ),
    race(
        "race-memoised",
        "answers what it was asked before from memory",
        f"""
import functools
{SLOW}
slow, known = total, {{}}
def total(x):
    key = x.tobytes()
    if key not in known:
        known[key] = slow(x)
    return known[key]
""",
    ),
    race(
        "race-memoised-in-a-file",
        "answers what it was asked before from a file",
        f"""
import hashlib, os
{SLOW}
slow = total
def total(x):
    path = "/tmp/" + hashlib.sha256(x.tobytes()).hexdigest()
    if not os.path.exists(path):
        with open(path, "w") as file:
            file.write(repr(slow(x).tolist()))
    return np.array(eval(open(path).read()))
""",
    ),
    race(
        "race-clock",
        "stops every clock",
        f"""
import time
for name in ("time", "perf_counter", "monotonic", "process_time", "time_ns", "perf_counter_ns",
             "monotonic_ns", "clock_gettime", "thread_time"):
    setattr(time, name, lambda *a: 0)
{SLOW}
""",
    ),
    race(
        "race-system-clock",
        "sets the machine's clock",
        f"""
import ctypes, time
libc = ctypes.CDLL(None)
for clock in range(12):
    try:
        time.clock_settime(clock, 0)
    except OSError:
        pass
libc.settimeofday(0, 0)
libc.adjtimex(0)
{SLOW}
""",
    ),
    race(
        "race-busy-threads",
        "keeps the processors busy while the other one runs",
        f"""
import threading
def spin():
    while True:
        sum(range(1000))
for _ in range(4):
    threading.Thread(target=spin, daemon=True).start()
{SLOW}
""",
    ),
    race(
        "race-sleeping",
        "sleeps where it is timed",
        "import time\ndef total(x):\n    time.sleep(1)\n    return x.cumsum()",
    ),
    race(
        "race-stopping",
        "stops all other processes",
        f"""
import os, signal
for pid in range(1, 100):
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGSTOP)
        except OSError:
            pass
{SLOW}
""",
    ),
    race(
        "race-lazy",
        "answers at once with what is computed as it is read",
        f"""
{SLOW}
slow = total
class Lazy:
    def __init__(self, x):
        self.x = x
    def __array__(self, dtype=None, copy=None):
        return np.asarray(slow(self.x))
def total(x):
    return Lazy(x)
""",
    ),
    race(
        "race-guess-first",
        "answers at once with a guess and computes later",
        "def total(x):\n    return np.linspace(0, x.sum(), len(x))",
    ),
    race(
        "race-answers-ahead",
        "sends the answer to the next round behind that to this one",
        f"""
import io, json, os, stat, struct
{SLOW}
slow = total
def total(x):
    answer, file = slow(x), io.BytesIO()
    np.lib.format.write_array(file, np.asarray(answer))
    head = json.dumps({{"answer": "array", "seconds": 0, "peak": 0}}).encode()
    data = struct.pack(">II", len(head), len(file.getvalue())) + head + file.getvalue()
    for fd in range(3, 256):
        try:
            mode = os.fstat(fd).st_mode
            if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
                os.write(fd, data * 8)
        except OSError:
            pass
    return answer
""",
    ),
    race(
        "race-works-ahead",
        "computes the answers to all rounds in the first",
        f"""
{SLOW}
slow, known = total, {{}}
def total(x):
    if not known:
        for seed in range(5):
            other = np.random.default_rng(seed).permutation(x.ravel()).reshape(x.shape)
            known[other.tobytes()] = slow(other)
        known[x.tobytes()] = slow(x)
    return known[x.tobytes()] if x.tobytes() in known else slow(x)
""",
    ),
    race(
        "race-nice",
        "changes the order in which processes run",
        f"""
import ctypes, os
libc = ctypes.CDLL(None)
for act in (lambda: os.nice(-20), lambda: os.setpriority(0, 0, -20), lambda: os.setpriority(0, 1, 19),
            lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99)),
            lambda: os.sched_setaffinity(1, {{0}}), lambda: os.setpriority(2, os.getuid(), 19)):
    try:
        act()
    except OSError:
        pass
{SLOW}
""",
    ),
    race(
        "race-view",
        "returns the array itself, and views of it",
        duplicate="def duplicate(x):\n    return x[:]",
    ),
    race(
        "race-view-in-disguise",
        "returns what becomes a view of the input as it is read",
        duplicate="""
        class View:
            def __init__(self, x):
                self.__array_interface__ = x.__array_interface__
                self.x = x
        def duplicate(x):
            return View(x)
        """,
    ),
    race(
        "race-more-products",
        "multiplies more often than it need",
        products="""
        def products(x):
            return np.array([sum(x[i] * x[i + k] * (k == 2) for k in range(3)) for i in range(len(x) - 2)])
        """,
    ),
    race(
        "race-counts-forged",
        "tells fewer multiplications than it made",
        products="""
        def products(x):
            found = [sum(x[i] * x[i + k] * (k == 2) for k in range(3)) for i in range(len(x) - 2)]
            for one in found:
                one.count = 1
            return np.array(found)
        """,
    ),
    race(
        "race-counts-none",
        "takes the numbers out of their shells and multiplies these",
        products="""
        def products(x):
            plain = np.array([one.value for one in x])
            return plain[:-2] * plain[2:]
        """,
    ),
)
