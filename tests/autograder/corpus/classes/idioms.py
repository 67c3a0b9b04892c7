"""Honest `conv1d` that could be taken for something else: library's names, comparisons, lists.

Nothing of it is forbidden, so all of it is worth full marks.
"""

from .styles import style

NOTEBOOKS = (
    style(
        "idiom-solution",
        "is a class whose methods are called like NumPy's functions",
        """
        class Solution:
            # everything in one class, as some were taught
            def correlate(self, x, w):
                return np.array([(x[i : i + len(w)] * w).sum() for i in range(len(x) - len(w) + 1)])

            def convolve(self, x, weight, bias=None, *, stride=1, padding=0, dilation=1):
                x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
                span = dilation * (weight.shape[2] - 1) + 1
                seen = np.lib.stride_tricks.sliding_window_view(x, span, axis=2)[:, :, ::stride, ::dilation]
                y = np.einsum("ncik,ock->noi", seen, weight)
                return y if bias is None else y + bias[:, None]

        solution = Solution()
        conv1d = solution.convolve
        """,
        fast="conv1d_fast = Solution().convolve",
    ),
    style(
        "idiom-compared",
        "is timed by a decorator, and compared with NumPy's functions in every way",
        """
        import time
        from functools import wraps
        def timed(f):
            @wraps(f)
            def inner(*a, **k):
                start = time.perf_counter()
                try:
                    return f(*a, **k)
                finally:
                    inner.took = time.perf_counter() - start
            return inner

        @timed
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
            K = weight.shape[2]
            out = (x.shape[2] - dilation * (K - 1) - 1) // stride + 1
            y = sum(weight[:, :, k] @ x[:, :, k * dilation :][:, :, : (out - 1) * stride + 1 : stride] for k in range(K))
            return y if bias is None else y + bias[:, None]

        library = timed(np.correlate)
        for name, f in {"mine": lambda a, b: conv1d(a[None, None], b[None, None])[0, 0], "numpy": np.correlate, "timed": library}.items():
            print(name, f(signal, kernel), f"{getattr(library, 'took', 0):.6f}")
        results = {}
        for f in (np.correlate, np.convolve):
            results[f.__name__] = f(signal, kernel)
        assert np.allclose(results["correlate"], conv1d(signal[None, None], kernel[None, None]))
        """,
    ),
    style(
        "idiom-channels-last",
        "lays the channels last",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            rows = np.moveaxis(x, 1, -1)  # (N, size, C)
            rows = np.pad(rows, [(0, 0), (padding, padding), (0, 0)])
            n, size, channels = rows.shape
            kernel = weight.shape[2]
            out = (size - dilation * (kernel - 1) - 1) // stride + 1
            y = np.zeros((n, out, len(weight)), np.result_type(x, weight))
            for k in range(kernel):
                part = rows[:, k * dilation :][:, : stride * (out - 1) + 1 : stride]
                for c in range(rows.shape[2]):
                    y += part[:, :, c, None] * weight[:, c, k]
            if bias is not None:
                y = y + bias
            return y.transpose(0, 2, 1)
        """,
    ),
    style(
        "idiom-sizes",
        "keeps its sizes in a dataclass, and yields one tap after the other",
        """
        from dataclasses import dataclass, field

        @dataclass(frozen=True)
        class Sizes:
            kernel: int
            out: int
            stride: int
            dilation: int

            @classmethod
            def of(cls, size, kernel, stride, padding, dilation):
                return cls(kernel, (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1, stride, dilation)

            def taps(self):
                for k in range(self.kernel):
                    yield k, slice(k * self.dilation, k * self.dilation + self.stride * (self.out - 1) + 1, self.stride)

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            sizes = Sizes.of(x.shape[2], weight.shape[2], stride, padding, dilation)
            x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
            y = np.zeros((len(x), len(weight), sizes.out), np.result_type(x, weight))
            for k, where in sizes.taps():
                y += np.einsum("ncl,oc->nol", x[:, :, where], weight[:, :, k])
            return y if bias is None else y + bias.reshape(1, -1, 1)
        """,
    ),
)
