"""Code that attacks the machinery around it earns nothing and harms nobody but itself."""

import base64
import json

import numpy as np
import pytest

from autograder.answers import Failure, encode
from autograder.sandbox.kinds import Unsafe
from autograder.spec import Case

CASES = [Case("one", (np.arange(3.0),)), Case("two", (np.arange(4.0),))]
CHANNEL = """
import json, os, stat, struct
def channel():
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                return fd
        except OSError:
            pass
def forge(header, payload=b"", raw=None):
    head = raw if raw is not None else json.dumps(header).encode()
    os.write(channel(), struct.pack(">II", len(head), len(payload)) + head + payload)
"""
WRONG = encode(np.arange(9.0))


def is_harmless(visits, visit):
    """Check that no answer is right, and that the next notebook is served as ever."""
    for answer, case in zip(visit.answers, CASES, strict=True):
        assert isinstance(answer, Failure) or not np.array_equal(answer, case.args[0])
    after = visits.ask("def f(x): return x", cases=CASES)
    for answer, case in zip(after.answers, CASES, strict=True):
        np.testing.assert_array_equal(answer, case.args[0])
    return True


# Forged frames


@pytest.mark.parametrize(
    "forgery",
    [
        'forge({"answer": "array"}, WRONG)',
        'forge({"answer": "array"}, b"\\x93NUMPY garbage")',
        'forge({"answer": "array", "id": 1}, WRONG)',
        'forge({"answer": "pass", "score": 100}, WRONG)',
        'forge({"answer": ["array"], "text": {"a": 1}})',
        'forge({"answer": "array", "opened": "yes", "cell": 0, "shown": True}, WRONG)',
        'forge({"ready": "3.11", "do": "call"})',
        'forge({}, raw=b"[1, 2]")',
        'forge({}, raw=b"not json")',
        'forge({}, raw=b"[" * 5000 + b"]" * 5000)',
        "forge({}, raw=b'{\"text\": ' + b'[' * 900 + b']' * 900 + b'}')",
        "forge({}, raw=b'{\"text\": ' + b'9' * 5000 + b'}')",
        'forge({}, raw=("{\\"text\\": \\"" + "é" * 100_000 + "\\"}").encode())',
        "forge({'text': '\\ud800\\x00\\u202e' * 300, 'answer': 'raised'})",
        'os.write(channel(), b"\\xff" * 1000)',
        'os.write(channel(), struct.pack(">II", 2, 1 << 31) + b"{}")',
        'os.write(channel(), b"\\x00")',
        "[forge({'answer': 'array'}, WRONG) for _ in range(50)]",
        "os.close(channel())",
        "os.closerange(0, 100)",
        "os.dup2(os.open('/dev/null', os.O_RDWR), channel())",
        "os.shutdown(channel(), 2) if hasattr(os, 'shutdown') else os.close(channel())",
    ],
)
def test_forged_frames_earn_nothing(tight_box, forgery):
    wrong = "import numpy as np\nfrom base64 import b64decode"
    wrong += f"\nWRONG = b64decode({base64.b64encode(WRONG)!r})"
    function = f"def f(x):\n    {forgery}\n    return np.zeros(7)"
    visit = tight_box.ask(CHANNEL, wrong, function)
    assert is_harmless(tight_box, visit)


def test_answers_sent_before_they_were_asked_for(tight_box):
    early = "for _ in range(20): forge({'answer': 'array'}, b'')"
    assert is_harmless(tight_box, tight_box.ask(CHANNEL, early, "def f(x): return 0 * x"))


def test_forged_outputs_are_cleaned(tight_box):
    script = "<script>alert(1)</script>"
    outputs = [
        {"output_type": "display_data", "data": {"text/html": script, "text/plain": "plain"}},
        {"output_type": "execute_result", "data": {"text/plain": "100.0"}, "execution_count": 1},
        {"output_type": "error", "ename": script, "evalue": "\ud800" * 5000, "traceback": "x"},
        {"output_type": "stream", "name": "stderr", "text": ["list"]},
        {"output_type": "update_display_data", "data": {}},
        "no output",
        {"data": None},
    ]
    forged = f"forge({{'cell': 0}}, {json.dumps(outputs).encode()!r})\nimport time\ntime.sleep(1)"
    visit = tight_box.show(CHANNEL + forged)
    kinds = [output["output_type"] for output in visit.outputs[0]]
    assert kinds == ["display_data", "display_data", "error", "stream"]
    assert visit.outputs[0][0]["data"] == {"text/plain": "plain"}
    assert visit.outputs[0][2]["evalue"] == "?" * 2000
    assert visit.outputs[0][3] == {"output_type": "stream", "name": "stdout", "text": ""}


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b"[" * 9999, b"\xff", b"[1, [2], null]"])
def test_outputs_that_are_none(tight_box, payload):
    visit = tight_box.show(f"{CHANNEL}\nforge({{}}, {payload!r})", "print('next')")
    assert visit.outputs[0] == [] or "not readable" in visit.said(0)


# A damaged interpreter


@pytest.mark.parametrize(
    "damage",
    [
        "import numpy as np\nnp.asarray = lambda x: np.zeros(1)",
        "import numpy as np\nnp.ndarray = list\nnp.dtype = None",
        "import numpy.lib.format as n\nn.write_array = n.read_array = lambda *a, **k: None",
        "import json\njson.dumps = json.loads = lambda *a, **k: '[]'",
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.str = lambda *a: 1",
        "import builtins\nbuiltins.__dict__.clear()",
        "import sys\nsys.modules.clear()",
        "import sys\nsys.setrecursionlimit(5)",
        "import sys\nsys.stdout = sys.stderr = None",
        "import sys\nsys.settrace(lambda *a: 1 / 0)",
        "import os\nos.read = os.write = lambda *a: b''",
        "import select\nselect.select = lambda *a: ([], [], [])",
        "import struct\nstruct.Struct = None\nimport io\nio.BytesIO = None",
        "import sys\nsys.modules['_box.work'].__dict__.clear()",
        "import gc\nfor o in gc.get_objects():\n    if type(o) is dict: o.clear()",
        "get_ipython().run_cell = None\nget_ipython().user_ns.clear()",
        "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass",
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (0, 0))",
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))",
        "import ctypes\nctypes.memset(id(True), 0, 64)",
        "del __builtins__",
        "__import__ = None\nfrom os import *\nprint = eval = None",
    ],
)
def test_a_damaged_interpreter_earns_nothing(tight_box, damage):
    visit = tight_box.ask(damage, "def f(x): return x * 0 + 7")
    assert is_harmless(tight_box, visit)


@pytest.mark.parametrize(
    "answer",
    [
        "type('Right', (), {'__eq__': lambda *a: True, '__array__': lambda *a, **k: 1})()",
        "type('All', (float,), {'__eq__': lambda *a: True})(5)",
        "__import__('numpy').array([{}], dtype=object)",
        "__import__('numpy').ma.masked_array([1.0, 2, 3], mask=True)",
        "__import__('numpy').array([(1, 2.0)], dtype=[('a', int), ('b', float)])",
        "__import__('numpy').array('text')",
        "__import__('numpy').datetime64('2026-01-01')",
        "(i for i in x)",
        "memoryview(b'abc')",
        "lambda: x",
    ],
)
def test_an_answer_is_numbers_or_nothing(tight_box, answer):
    assert is_harmless(tight_box, tight_box.ask(f"def f(x): return {answer}"))


# What it may know


SCAN = """
import ctypes
def found(first, second):
    # `first` is searched in all memory, and `second` is never in one piece with it here
    second = bytes(reversed(second))
    hits = 0
    for line in open("/proc/self/maps"):
        span, rights, *_, name = (line.rstrip("\\n") + " ").split(" ", 5)
        if "r" not in rights or "[v" in name:
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        memory = ctypes.string_at(start, end - start)
        at = memory.find(first)
        while at >= 0:
            hits += memory[at + 8 : at + 16] == second
            at = memory.find(first, at + 1)
    return hits
def f(x):
    return found(FIRST, DNOCES)
"""


def test_hidden_inputs_are_not_there_before_they_are_asked_about(fresh_box):
    one, two = np.random.default_rng(0).normal(size=(2, 50))
    first, second = two[:1].tobytes(), two[1:2].tobytes()
    names = f"FIRST, DNOCES = {first!r}, {second[::-1]!r}\n"
    visit = fresh_box(Unsafe).ask(  # where the map of its memory is not hidden
        names + SCAN, cases=[Case("one", (one,), seconds=60), Case("two", (two,), seconds=60)]
    )
    before, while_asked = map(int, visit.answers)
    assert before == 0
    assert while_asked > 0  # the search does find what is there


def test_what_is_printed_in_a_call_is_shown_to_nobody(box):
    cell = "def f(x):\n    print('secret', x)\n    display(x)\n    return x"
    visit = box.ask(cell)
    assert visit.outputs == [[]]
    assert visit.notes == []


def test_nothing_in_the_box_knows_a_right_answer_or_another_task(box):
    cell = "import gc\nprint(sorted({type(o).__module__ for o in gc.get_objects()}))"
    modules = {name.partition(".")[0] for name in eval(box.show(cell).said())}
    assert not modules & {"autograder", "convlib", "nbgrader"}
    said = box.show("import autograder\nprint(dir(autograder))").said()
    public = {name for name in eval(said) if not name.startswith("__")}
    assert public == {"check", "PretendedGPU"}
