"""Exhaustion: taking all there is of memory, processes, files, output or time."""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook(
        "hog-memory",
        "takes memory until there is none",
        double("hog = []\nwhile True:\n    hog.append(np.ones(1 << 22))"),
        says="memoryerror|mib of memory|no answer within",  # whichever comes first
    ),
    Notebook(
        "hog-memory-at-once",
        "asks for a petabyte",
        double("np.ones(1 << 47)"),
        says="memoryerror",
    ),
    Notebook(
        "hog-memory-shared",
        "takes memory that counts for no process: maps, shared memory, files in memory",
        before=(
            cell("""
            import mmap, os
            hog = []
            for _ in range(64):
                try:
                    hog.append(mmap.mmap(-1, 1 << 28))
                    hog[-1][:: 1 << 12] = b"x" * (1 << 16)
                except (OSError, MemoryError, ValueError) as error:
                    print(type(error).__name__)
                    break
            for number in range(64):
                try:
                    with open(f"/dev/shm/hog{number}", "wb") as file:
                        file.write(bytes(1 << 24))
                except OSError as error:
                    print(type(error).__name__)
                    break
            """),
        ),
        says="oserror",
    ),
    Notebook(
        "hog-forks",
        "forks until it cannot",
        double("import os\nwhile True:\n    os.fork()"),
        says="permissionerror",
    ),
    Notebook(
        "hog-processes",
        "starts a pool of processes",
        double(
            "from multiprocessing import Pool\nwith Pool(50) as pool:\n    pool.map(abs, range(9))"
        ),
    ),
    Notebook(
        "hog-threads",
        "starts threads that never end",
        double(
            """
            import threading, time
            while True:
                threading.Thread(target=time.sleep, args=[1000], daemon=True).start()
            """
        ),
        says="can't start new thread",
    ),
    Notebook(
        "hog-disk",
        "fills the disk",
        before=(
            "with open('big', 'wb') as file:\n    while True:\n        file.write(bytes(1 << 20))",
        ),
        says="oserror",
    ),
    Notebook(
        "hog-inodes",
        "makes empty files until the time is over",
        before=("number = 0\nwhile True:\n    open(f'f{number}', 'w').close()\n    number += 1",),
    ),
    Notebook(
        "hog-folders",
        "makes folders within folders within folders",
        before=(
            cell("""
            import os
            for _ in range(3000):
                os.mkdir("d" * 200)
                os.chdir("d" * 200)
            """),
        ),
    ),
    Notebook(
        "hog-descriptors",
        "opens files and never closes them",
        double("files = []\nwhile True:\n    files.append(open('/dev/zero'))"),
        says="too many open files",
    ),
    Notebook(
        "hog-prints",
        "prints without end",
        before=("while True:\n    print('x' * 10_000)",),
        says="not shown",
    ),
    Notebook(
        "hog-prints-below",
        "prints without end below Python's own streams",
        before=(
            "import os\nwhile True:\n    os.write(1, b'x' * 65536)\n    os.write(2, b'x' * 65536)",
        ),
    ),
    Notebook(
        "hog-prints-when-called",
        "prints without end when it is called",
        double("while True:\n    print('x' * 10_000)"),
        says="no answer within",
    ),
    Notebook(
        "hog-displays",
        "shows objects without end",
        before=(
            "from IPython.display import HTML\nfor _ in range(5000):\n    display(HTML('x' * 99))",
        ),
    ),
    Notebook(
        "hog-spin",
        "computes without end when it is called",
        double("while True:\n    pass"),
        says="no answer within",
    ),
    Notebook(
        "hog-sleep",
        "sleeps when it is called",
        double("import time\ntime.sleep(10**6)"),
        says="no answer within",
    ),
    Notebook(
        "hog-uninterruptible",
        "takes no notice of being interrupted",
        before=(
            cell("""
            import signal, time
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            while True:
                try:
                    time.sleep(1)
                except BaseException:
                    pass
            """),
        ),
        says="definitions still count",
    ),
    Notebook(
        "hog-figure",
        "draws a figure of a square kilometre",
        before=(
            "import matplotlib.pyplot as plt\nplt.figure(figsize=(40_000, 40_000))\nplt.show()",
        ),
    ),
    Notebook(
        "hog-figures",
        "opens figures without end",
        before=("import matplotlib.pyplot as plt\nwhile True:\n    plt.figure()",),
    ),
    Notebook(
        "hog-recursion",
        "calls itself without end",
        double("double(x)"),
        says="recursionerror",
    ),
    Notebook(
        "hog-integer",
        "computes an integer of a billion digits",
        double("10 ** 10 ** 9"),
        says="no answer within",
    ),
    Notebook(
        "hog-regex",
        "matches what takes for ever",
        double("import re\nre.match('(a+)+$', 'a' * 40 + 'b')"),
        says="no answer within",
    ),
    Notebook(
        "hog-nesting",
        "returns a list within a list within a list",
        double("deep = []\nfor _ in range(100_000):\n    deep = [deep]", "deep"),
    ),
    Notebook(
        "hog-answer",
        "answers with a hundred million numbers",
        double("", "np.ones(100_000_000, dtype=np.int8)"),
    ),
    Notebook(
        "hog-error-text",
        "raises an error with a text of a hundred megabytes",
        double("raise ValueError('x' * 10**8)"),
        says="valueerror",
    ),
    Notebook(
        "hog-every-cell",
        "uses up the time of each of many cells",
        before=("while True: pass",) * 4,
        after=("while True: pass",) * 4,
    ),
    Notebook(
        "hog-sequence",
        "answers with a sequence of a billion billions, and with a number that fills as many places",
        {
            "double": cell("""
            class Endless:
                def __len__(self): return 1 << 60
                def __getitem__(self, place): return 0.0
            def double(x):
                return Endless() if x.ndim == 1 else np.broadcast_to(2.0, (1 << 40,))
            """)
        },
        says="memoryerror",
    ),
)
