"""Detours in `conv1d`: what is forbidden, out of sight of whoever reads names and loops alone.

Half of a task's points is what each of them costs.
"""

from .. import Notebook, cell
from .shortcuts import correlating

NOTEBOOKS = (
    correlating(
        "detour-list",
        "puts it into a list under a second name of the list",
        """
        steps = []
        same = steps
        same.append(np.correlate)
        def correlate(x, w): return steps[0](x, w)
        """,
    ),
    correlating(
        "detour-module-as-self",
        "hands the module to a method that seems to call its own class",
        """
        class Slide:
            def correlate(self, x, w): return x
            def __call__(self, x, w): return self.correlate(x, w)
        def correlate(x, w): return Slide.__call__(np, x, w)
        """,
    ),
    correlating(
        "detour-file",
        "writes a file that is called like a library that it may have",
        """
        import sys
        sys.path.insert(0, ".")
        open("torch.py", "w").write("from numpy import corr" + "elate as slide")
        import torch
        def correlate(x, w): return torch.slide(x, w)
        """,
    ),
    correlating(
        "detour-error",
        "shows a version of its own behind an error",
        """
        def correlate(x, w): return np.correlate(x, w)
        1 / 0
        def correlate(x, w):
            return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])
        """,
    ),
    correlating(
        "detour-transformer",
        "lets the notebook turn its cell into another one",
        """
        def correlate(x, w): return np.sum(x, w)
        """,
        before=(
            "shell = get_ipython()\n"
            "shell.input_transformers_post.append(\n"
            "    lambda lines: [line.replace('np.sum(', 'np.corr' + 'elate(') for line in lines])",
        ),
    ),
    Notebook(
        "detour-recursion",
        "goes from sample to sample by recursion, and answers 100 calls with what it kept",
        {
            "conv1d_fast": cell("""
            import sys
            sys.setrecursionlimit(10000)
            kept = {}
            def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
                key = x.shape, x.dtype, weight.dtype, stride, padding, dilation
                if key not in kept:
                    padded = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
                    span = dilation * (weight.shape[2] - 1) + 1
                    out = (padded.shape[2] - span) // stride + 1
                    kept[key] = np.zeros((len(x), len(weight), out), np.result_type(x, weight))
                    fill(kept[key], padded, weight, stride, dilation, 0)
                return kept[key] if bias is None else kept[key] + bias[:, None]
            def fill(y, x, weight, stride, dilation, i):
                if i < y.shape[2]:
                    seen = x[:, :, i * stride :][:, :, : dilation * weight.shape[2] : dilation]
                    y[:, :, i] = np.tensordot(seen[:, :, : weight.shape[2]], weight, ((1, 2), (1, 2)))
                    fill(y, x, weight, stride, dilation, i + 1)
            """)
        },
        # Half of 3 points, without the 0.5 for 100 calls: they are not with the same numbers.
        deserved=1.25,
        says="this recursion runs once per sample",
        assignment="conv1d",
    ),
)
