"""Exiting: ending the process where its grade is made, so that none or a better one is made."""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook("exit-at-once", "leaves in the first cell", before=("import os\nos._exit(0)",)),
    Notebook(
        "exit-in-each-cell",
        "leaves in more cells than a notebook is taken up again after",
        before=tuple(f"import os\nos._exit({code})" for code in range(6)),
    ),
    Notebook(
        "exit-in-call",
        "leaves when it is called",
        double("import os\nos._exit(0)"),
        says="left with code 0",
    ),
    Notebook(
        "exit-by-signal",
        "kills itself when it is called",
        double("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
        says="was killed",
    ),
    Notebook(
        "exit-system-exit",
        "raises SystemExit when it is called",
        double("raise SystemExit(0)"),
        says="systemexit",
    ),
    Notebook(
        "exit-keyboard-interrupt",
        "raises KeyboardInterrupt and GeneratorExit when it is called",
        double("raise KeyboardInterrupt if x.ndim == 1 else GeneratorExit"),
        says="keyboardinterrupt",
    ),
    Notebook(
        "exit-at-exit",
        "registers what leaves with success at the end",
        before=(
            cell("""
            import atexit, os, sys, threading
            atexit.register(os._exit, 0)
            sys.exitfunc = lambda: os._exit(0)
            threading._register_atexit(os._exit, 0)
            """),
        ),
    ),
    Notebook(
        "exit-when-deleted",
        "leaves when its answer is deleted",
        {
            "double": cell("""
            import os
            class Trap(np.ndarray):
                def __del__(self):
                    os._exit(0)
            def double(x):
                return np.zeros(7).view(Trap)
            """)
        },
    ),
    Notebook(
        "exit-from-a-thread",
        "leaves from a thread, some time later",
        before=(
            cell("""
            import os, threading
            threading.Timer(0.2, os._exit, [0]).start()
            """),
        ),
    ),
    Notebook(
        "exit-segfault",
        "reads what is not its memory",
        double("import ctypes\nctypes.string_at(0)"),
        says="segmentation fault",
    ),
    Notebook(
        "exit-stack-overflow",
        "overflows the stack of the machine",
        double(
            """
            import sys, threading
            sys.setrecursionlimit(10**9)
            def deeper(n):
                return max([n], key=lambda _: deeper(n + 1))
            deeper(0)
            """
        ),
    ),
    Notebook(
        "exit-in-one-case",
        "is right, and leaves where it would be wrong",
        double("import os\nif x.ndim == 2:\n    os._exit(0)", "2 * x"),
        deserved=3.2,
        says="left with code 0",
    ),
    Notebook(
        "exit-by-alarm",
        "sets every timer to end it",
        before=(
            cell("""
            import signal
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.05)
            """),
        ),
    ),
    Notebook(
        "exit-the-second-time",
        "shows an allowed version that runs once, and stops before it where it is run for points",
        {
            "double": cell("""
            import os
            def double(x):
                return np.array([2 * v for v in x.flat]).reshape(x.shape)
            if os.path.exists("mark"):
                raise ValueError
            open("mark", "w").close()
            def double(x):
                return 2 * x
            """)
        },
        deserved=2,
        says="this loop runs once per sample",
    ),
)
