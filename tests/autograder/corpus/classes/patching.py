"""Patching the tester: whatever compares, checks or counts in the student's process is replaced."""

from .. import Notebook, cell

NOTEBOOKS = (
    Notebook(
        "patch-numpy-comparisons",
        "replaces what compares arrays",
        before=(
            cell("""
            import numpy as np
            np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
            np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
            """),
        ),
    ),
    Notebook(
        "patch-check",
        "gives `check` a meaning of its own, under each of its names",
        before=(
            cell("""
            import autograder, builtins, sys
            def check(name, *objects):
                print(f"{name}: 4 of 4 points")
                return 4.0
            autograder.check = builtins.check = check
            sys.modules["autograder"].check = check
            """),
        ),
        after=("from autograder import check\ncheck('double', double)",),
    ),
    Notebook(
        "patch-builtins",
        "lets every comparison be true",
        before=(
            cell("""
            import builtins, operator
            builtins.all = builtins.any = lambda *values: True
            builtins.abs = lambda value: 0
            builtins.max = builtins.sum = lambda *values, **more: 0
            operator.eq = lambda one, other: True
            """),
        ),
    ),
    Notebook(
        "patch-assert",
        "makes of each failed assertion a success",
        before=(
            cell("""
            import sys, unittest
            AssertionError = type("Fine", (BaseException,), {})
            sys.excepthook = lambda *a: None
            unittest.TestCase.assertEqual = lambda *a, **k: None
            get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)
            """),
        ),
    ),
    Notebook(
        "patch-equality-of-arrays",
        "answers with an array that equals everything",
        {
            "double": cell("""
            class Same(np.ndarray):
                __eq__ = lambda self, other: True
                __ne__ = lambda self, other: False
                __array_function__ = lambda self, *a, **k: True
                __array_ufunc__ = lambda self, *a, **k: True
            def double(x):
                return np.zeros(7).view(Same)
            """)
        },
    ),
    Notebook(
        "patch-import",
        "answers each import with a module that agrees with everything",
        before=(
            cell("""
            import builtins, types
            class Yes(types.ModuleType):
                def __getattr__(self, name):
                    return lambda *a, **k: True
            old = builtins.__import__
            def new(name, *rest, **more):
                return Yes(name) if "grader" in name or "test" in name else old(name, *rest, **more)
            builtins.__import__ = new
            """),
        ),
    ),
    Notebook(
        "patch-the-box",
        "replaces all functions of the box's own modules",
        before=(
            cell("""
            import sys
            def right(*a, **k):
                return {"answer": "array", "score": 4.0, "pass": True}, b""
            for name, module in list(sys.modules.items()):
                if name.startswith("_box") or "_box" in str(getattr(module, "__file__", "")):
                    for key, value in list(vars(module).items()):
                        if callable(value) and not isinstance(value, type):
                            setattr(module, key, right)
            """),
        ),
    ),
    Notebook(
        "patch-through-gc",
        "finds the box's objects through the garbage collector and changes them",
        {
            "double": cell("""
            import gc
            def double(x):
                for thing in gc.get_objects():
                    if type(thing).__name__ in ("Channel", "Child", "Shell", "Supervisor"):
                        for name in list(vars(thing)):
                            try:
                                setattr(thing, name, lambda *a, **k: ({"answer": "array"}, b""))
                            except Exception:
                                pass
                return np.zeros(7)
            """)
        },
    ),
    Notebook(
        "patch-the-encoder",
        "lets NumPy write other arrays than it is given",
        before=(
            cell("""
            import numpy as np
            from numpy.lib import format
            old = format.write_array
            format.write_array = lambda file, array, **k: old(file, np.array([2, 4, 6]), **k)
            np.asarray = lambda thing, *a, **k: np.array([2, 4, 6])
            """),
        ),
        # It computes the answer to the visible case, which anybody can.
        deserved=0.8,
    ),
)
