"""Forbidden shortcuts in `conv1d`: library calls by all their names, and what is near to them.

"In tasks 3 to 7 the answer is your own code": `np.convolve` and `np.correlate` cost half of a
task's points, and so do loops over samples in task 7.
"""

from .. import Notebook, cell


def correlating(name, tries, source, deserved=1.0, says="no library convolution", **more):
    """Return a notebook with nothing but `correlate`, which is worth 2 points."""
    cells = {"correlate": cell(source)}
    return Notebook(name, tries, cells, deserved=deserved, says=says, assignment="conv1d", **more)


NOTEBOOKS = (
    correlating(
        "short-correlate", "calls np.correlate", "def correlate(x, w): return np.correlate(x, w)"
    ),
    correlating(
        "short-convolve",
        "calls np.convolve with the kernel reversed",
        "def correlate(x, w): return np.convolve(x, w[::-1], 'valid')",
    ),
    correlating(
        "short-alias",
        "gives the function another name first",
        "slide = np.correlate\ndef correlate(x, w): return slide(x, w)",
    ),
    correlating(
        "short-from-import",
        "imports it under another name",
        "from numpy import correlate as sum_of_products\n"
        "def correlate(x, w): return sum_of_products(x, w)",
    ),
    correlating(
        "short-star",
        "imports all names",
        "from numpy import *\ndef correlate(x, w): return convolve(x, w[::-1], 'valid')",
    ),
    correlating(
        "short-getattr",
        "asks for it by text",
        "def correlate(x, w): return getattr(np, 'correlate')(x, w)",
    ),
    correlating(
        "short-dict",
        "takes it out of the module's dictionary",
        "def correlate(x, w): return vars(np)['correlate'](x, w)",
    ),
    correlating(
        "short-split-text",
        "puts its name together",
        "def correlate(x, w): return getattr(np, 'corre' + 'late')(x, w)",
    ),
    correlating(
        "short-eval",
        "hides the call in a text that is evaluated",
        "def correlate(x, w): return eval('np.cor' 'relate(x, w)')",
    ),
    correlating(
        "short-partial",
        "wraps it",
        "from functools import partial\ncorrelate = partial(np.correlate, mode='valid')",
    ),
    correlating(
        "short-core",
        "takes it from the module that NumPy itself takes it from",
        """
        from numpy._core import multiarray
        def correlate(x, w): return multiarray.correlate(x, w, 0)
        """,
    ),
    correlating(
        "short-import-module",
        "imports the module by text, in a helper of an earlier cell",
        "def correlate(x, w): return helper(x, w)",
        before=(
            "import importlib\ndef helper(x, w):\n"
            "    return importlib.import_module('numpy').correlate(x, w)",
        ),
    ),
    correlating(
        "short-class",
        "hides the call in the method of a class",
        """
        class Slide:
            def __init__(self, w): self.w = w
            def __call__(self, x): return np.correlate(x, self.w)
        def correlate(x, w): return Slide(w)(x)
        """,
    ),
    correlating(
        "short-convlib",
        "calls the course's library, which the box does not have",
        "import convlib\ndef correlate(x, w): return convlib.conv1d(x[None, None], w[None, None])[0, 0]",
        deserved=0,
        says="modulenotfounderror",
    ),
    correlating(
        "short-scipy",
        "calls SciPy, which the box does not have",
        "from scipy.signal import correlate",
        deserved=0,
        says="modulenotfounderror",
    ),
    # Not forbidden: each is a way of its own to the sum of products.
    correlating(
        "allowed-fft",
        "goes through a Fourier transform, and rounds where integers are due",
        """
        def correlate(x, w):
            dtype = np.result_type(x, w)
            y = np.fft.irfft(np.fft.rfft(x) * np.conj(np.fft.rfft(w, len(x))), len(x))
            y = y[: len(x) - len(w) + 1]
            return np.rint(y).astype(dtype) if dtype.kind == "i" else y.astype(dtype)
        """,
        deserved=2,
        says="",
    ),
    correlating(
        "allowed-einsum",
        "multiplies all windows at once",
        """
        def correlate(x, w):
            return np.einsum("ik,k->i", np.lib.stride_tricks.sliding_window_view(x, len(w)), w)
        """,
        deserved=2,
        says="",
    ),
    correlating(
        "short-polynomials",
        "multiplies polynomials, which is a convolution of NumPy's under another name",
        """
        def correlate(x, w):
            y = (np.poly1d(x) * np.poly1d(w[::-1])).coeffs
            return y[len(w) - 1 : len(x)].astype(np.result_type(x, w))
        """,
        deserved=1,
        says="",
    ),
    correlating(
        "allowed-compared",
        "compares its own code with np.correlate in another cell",
        """
        def correlate(x, w):
            return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])
        """,
        deserved=2,
        says="",
        after=("print(np.allclose(correlate(signal, kernel), np.correlate(signal, kernel)))",),
    ),
    Notebook(
        "short-predictions",
        "computes the predictions, which only say 'think first'",
        {
            "sizes": cell("""
            def size(*a): return len(range(0, a[0] + 2 * a[3] - a[4] * (a[1] - 1), a[2]))
            size_a, size_b, size_c = size(10, 3, 1, 0, 1), size(11, 4, 3, 0, 1), size(9, 4, 1, 2, 1)
            size_d, size_e, size_f = size(20, 3, 1, 0, 4), size(17, 5, 2, 3, 3), size(100, 7, 4, 5, 6)
            """),
            "by_hand": "plain = np.correlate(signal, kernel)\n"
            "strided, dilated = [-1, 5, -3, 7, 8], [-3, 7, 1]",
        },
        deserved=5,
        assignment="conv1d",
    ),
    Notebook(
        "lookup-conv1d",
        "answers the visible cases of one task from a table, learnt beforehand",
        {
            "correlate": cell("""
            def correlate(x, w):
                known = {(1, 3, 0, 2, 5, 1, 4): [5, 4, -3, 8, 7]}
                return np.array(known.get(tuple(x), [0.5]))
            """)
        },
        deserved=0.13,  # one of three visible cases, which carry a fifth of 2 points
        assignment="conv1d",
    ),
    # Its name is nowhere in what the function calls, or what it calls is changed from elsewhere.
    correlating(
        "short-star-over",
        "imports all of NumPy's names over its own function",
        "def correlate(x, w): return x\nfrom numpy import *",
    ),
    correlating(
        "short-match",
        "takes it out of the module by a pattern",
        """
        def correlate(x, w):
            match np:
                case object(correlate=slide):
                    return slide(x, w)
        """,
    ),
    correlating(
        "short-builtins",
        "lays it among Python's own names",
        "import builtins\nbuiltins.slide = np.correlate\ndef correlate(x, w): return slide(x, w)",
    ),
    correlating(
        "short-update",
        "changes what its function's name means",
        "def correlate(x, w): return x\nglobals().update(correlate=np.correlate)",
    ),
    correlating(
        "short-code",
        "gives its function the code of another",
        """
        def other(x, w): return np.correlate(x, w)
        def correlate(x, w): return x
        for one in [correlate]: one.__code__ = other.__code__
        """,
    ),
    correlating(
        "short-pickle",
        "unpickles it",
        r"""
        import pickle
        def correlate(x, w): return pickle.loads(b"cnumpy\ncorrelate\n.")(x, w)
        """,
    ),
    correlating(
        "short-module",
        "writes a module that has it under another name",
        """
        import sys
        sys.path.insert(0, ".")
        open("slides.py", "w").write("from numpy import corr" + "elate as slide")
        import slides
        def correlate(x, w): return slides.slide(x, w)
        """,
    ),
    correlating(
        "short-xcorr",
        "lets Matplotlib call it",
        """
        def correlate(x, w):
            import matplotlib.pyplot as plt
            n = len(x)
            a, b = np.zeros(n + 1, x.dtype), np.zeros(n + 1, w.dtype)
            a[:n], b[: len(w)] = x, w
            y = plt.xcorr(a, b, normed=False, maxlags=n)[1]
            plt.close()
            return y[n : 2 * n - len(w) + 1]
        """,
    ),
)
