"""Headers and objects: answers that are no plain arrays, or lie about what they are."""

from .. import Notebook, cell, double
from .channels import SPEAK

NPY = 'b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(HEAD)) + HEAD'


def headed(name, tries, header, body="bytes(56)"):
    """Return a notebook that answers by a record with a header of its own."""
    return Notebook(
        name,
        tries,
        double(f"HEAD = {header}\nspeak(frame({{'answer': 'array'}}, {NPY} + {body}))"),
        before=(f"import numpy as np\n{SPEAK}",),
    )


NOTEBOOKS = (
    headed(
        "header-code",
        "hides a call in the header of its answer",
        """b"{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (7,)}\\n\"""",
    ),
    headed(
        "header-pickle",
        "answers with a pickle that runs when it is read",
        """b"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\\n\"""",
        "b\"cos\\nsystem\\n(S'touch @CANARY@/x'\\ntR.\"",
    ),
    headed(
        "header-size",
        "says that it is larger than all memory",
        """b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 99999)}\\n\"""",
    ),
    headed(
        "header-negative",
        "says that its size is negative",
        """b"{'descr': '<f8', 'fortran_order': True, 'shape': (-7, -1)}\\n\"""",
    ),
    headed(
        "header-structured",
        "says that each of its numbers is a record",
        """b"{'descr': [('a', '<f8'), ('', '|O')], 'fortran_order': False, 'shape': (7,)}\\n\"""",
    ),
    headed(
        "header-nested",
        "nests its header deeply",
        """b"{'descr': " + b"(" * 3000 + b")" * 3000 + b", 'shape': (7,)}\\n\"""",
    ),
    headed(
        "header-axes",
        "has more axes than there can be",
        """b"{'descr': '<f8', 'fortran_order': False, 'shape': " + repr((1,) * 999).encode() + b"}\\n\"""",
    ),
    Notebook(
        "object-array-method",
        "answers with what turns itself into another array each time it is asked",
        {
            "double": cell("""
            class Shifty:
                def __array__(self, dtype=None, copy=None):
                    import sys
                    frame = sys._getframe()
                    while frame:
                        frame = frame.f_back
                    return np.zeros(7)
                __eq__ = lambda self, other: True
                __len__ = lambda self: 3
            def double(x):
                return Shifty()
            """)
        },
    ),
    Notebook(
        "object-reduce",
        "answers with what runs code when it is copied or pickled",
        {
            "double": cell("""
            import os
            class Trap(np.ndarray):
                def __reduce__(self):
                    return os.system, ("touch @CANARY@/x",)
                __reduce_ex__ = __copy__ = __deepcopy__ = lambda self, *a: self.__reduce__()
            def double(x):
                return np.zeros(7).view(Trap)
            """)
        },
    ),
    Notebook(
        "object-finalize",
        "answers with an array that does mischief as it is viewed",
        {
            "double": cell("""
            class Trap(np.ndarray):
                def __array_finalize__(self, other):
                    raise SystemExit("finalized")
                dtype = property(lambda self: 1 / 0)
            def double(x):
                return np.ndarray.__new__(Trap, 7)
            """)
        },
    ),
    Notebook(
        "object-class", "answers with the input's class", double("", "type(x)"), says="not numbers"
    ),
    Notebook(
        "object-generator",
        "answers with a generator of the right numbers",
        double("", "(2 * value for value in x)"),
        says="not numbers",
    ),
    Notebook(
        "object-text",
        "answers with the numbers as text",
        double("", "str(2 * x)"),
        says="not numbers",
    ),
    Notebook(
        "object-mapped",
        "answers with an array in a file that a thread goes on to change",
        double(
            """
            import threading
            file = np.memmap("answer", dtype=float, mode="w+", shape=(7,))
            def change():
                for number in range(10**6):
                    file[:] = number
            threading.Thread(target=change, daemon=True).start()
            """,
            "file",
        ),
    ),
    Notebook(
        "object-view",
        "answers with a view of its state that a thread goes on to change",
        before=("import numpy as np\nstate = np.zeros(7)",),
        cells=double(
            """
            import threading
            def change():
                while True:
                    state[:] += 1
                    state.resize(7, refcheck=False)
            threading.Thread(target=change, daemon=True).start()
            """,
            "state[:]",
        ),
    ),
    Notebook(
        "object-tricky-dtypes",
        "answers with numbers of dtypes that few know",
        double("", "np.zeros(7, dtype=[('a', 'O')]) if x.ndim > 1 else np.zeros(7, dtype='M8[s]')"),
        says="not numbers",
    ),
    Notebook(
        "object-strides",
        "answers with memory that is not its own",
        double("", "np.lib.stride_tricks.as_strided(x, shape=(1 << 20,), strides=(1 << 20,))"),
        says="segmentation fault",
    ),
)
