"""Honest `conv1d`, in as many styles as people write: what the task's text asks for is full marks.

Only what the text forbids costs something, and what it costs is in the text too.
"""

from .. import Notebook, cell
from .accidents import colab

PREDICTED = {
    "sizes": "size_a, size_b, size_c, size_d, size_e, size_f = 8, 3, 10, 12, 6, 19",
    "by_hand": "plain, strided, dilated = [5, 4, -3, 8, 7], [-1, 5, -3, 7, 8], [-3, 7, 1]",
    "correlate": "def correlate(x, w):\n"
    "    return np.array([(x[i : i + len(w)] * w).sum() for i in range(len(x) - len(w) + 1)])",
    "find_ping": "def find_ping(heard, code):\n"
    "    match = conv1d_fast(heard[:, None], (code - code.mean())[None, None])\n"
    "    return match[:, 0].argmax(axis=1)",
}
SAME = "def conv1d_fast(x, weight, bias=None, **options):\n    return conv1d(x, weight, bias, **options)"


def style(name, tries, conv1d, *, deserved=20.0, fast=SAME, **more):
    """Return a notebook whose two layers are in one style; more tasks by name."""
    tasks = {task: cell(more.pop(task)) for task in PREDICTED if task in more}
    cells = {**PREDICTED, "conv1d": cell(conv1d), "conv1d_fast": cell(fast), **tasks}
    return Notebook(name, tries, cells, deserved=deserved, honest=True, assignment="conv1d", **more)


NOTEBOOKS = (
    style(
        "style-strided",
        "lays windows over the memory",
        """
        from numpy.lib.stride_tricks import as_strided

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
            n, c, size = x.shape
            k = weight.shape[2]
            out = (size - dilation * (k - 1) - 1) // stride + 1
            a, b, d = x.strides
            windows = as_strided(x, (n, c, out, k), (a, b, d * stride, d * dilation))
            y = np.tensordot(windows, weight, axes=[(1, 3), (1, 2)]).transpose(0, 2, 1)
            return y if bias is None else y + bias[None, :, None]
        """,
        correlate="""
        def correlate(x, w):
            rows = np.lib.stride_tricks.as_strided(
                x, (len(x) - len(w) + 1, len(w)), x.strides * 2, writeable=False)
            return rows.dot(w)
        """,
    ),
    style(
        "style-taps",
        "adds up one shifted copy for each kernel element",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            N, C, L = x.shape
            F, _, K = weight.shape
            big = np.zeros((N, C, L + 2 * padding), x.dtype)
            big[:, :, padding : L + padding] = x
            M = (L + 2 * padding - dilation * (K - 1) - 1) // stride + 1
            y = np.zeros((N, F, M), np.result_type(x, weight))
            if bias is not None:
                y += bias.reshape(1, F, 1)
            for k in range(K):
                part = big[:, :, k * dilation :][:, :, ::stride][:, :, :M]
                y += np.matmul(weight[:, :, k], part)
            return y
        """,
    ),
    style(
        "style-class",
        "keeps the layer in a class",
        """
        class Layer:
            def __init__(self, weight, bias, stride, padding, dilation):
                self.weight, self.bias = weight, bias
                self.stride, self.padding, self.dilation = stride, padding, dilation

            @property
            def span(self):
                return self.dilation * (self.weight.shape[-1] - 1) + 1

            def windows(self, x):
                x = np.pad(x, ((0, 0), (0, 0), (self.padding,) * 2))
                seen = np.lib.stride_tricks.sliding_window_view(x, self.span, axis=-1)
                return seen[:, :, :: self.stride, :: self.dilation]

            def __call__(self, x):
                y = np.einsum("nciw,fcw->nfi", self.windows(x), self.weight)
                return y if self.bias is None else y + self.bias[:, np.newaxis]

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            return Layer(weight, bias, stride, padding, dilation)(x)
        """,
    ),
    style(
        "style-helpers",
        "splits the work into helpers, in cells of their own",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = zero_padded(x, padding)
            out = stops(x.shape[-1], weight.shape[-1], stride, dilation)
            picked = x[..., grid(out, weight.shape[-1], stride, dilation)]
            return with_bias(np.einsum("ncok,fck->nfo", picked, weight), bias)
        """,
        before=(
            "import numpy as np\ndef zero_padded(x, p):\n    z = np.zeros(x.shape[:-1] + (p,), x.dtype)\n"
            "    return np.concatenate((z, x, z), axis=-1)",
            "def stops(size, kernel, stride, dilation):\n"
            "    return 1 + (size - 1 - dilation * (kernel - 1)) // stride",
            "grid = lambda out, kernel, s, d: s * np.arange(out)[:, None] + d * np.arange(kernel)",
            "def with_bias(y, b):\n    return y if b is None else y + b[..., None]",
        ),
    ),
    style(
        "style-typed",
        "says types, checks arguments and documents",
        '''
        from __future__ import annotations
        from typing import Optional

        def conv1d(
            x: np.ndarray,
            weight: np.ndarray,
            bias: Optional[np.ndarray] = None,
            *,
            stride: int = 1,
            padding: int = 0,
            dilation: int = 1,
        ) -> np.ndarray:
            """Cross-correlate, never calling np.correlate.

            Raises ValueError if the channels do not fit.
            """
            if x.ndim != 3 or x.shape[1] != weight.shape[1]:
                raise ValueError(f"{x.shape} does not fit {weight.shape}")
            kernel: int = weight.shape[2]
            padded: np.ndarray = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            out: int = (padded.shape[2] - dilation * (kernel - 1) - 1) // stride + 1
            y: np.ndarray = np.zeros((x.shape[0], weight.shape[0], out), np.result_type(x, weight))
            for k in range(kernel):
                start: int = k * dilation
                y += weight[:, :, k] @ padded[:, :, start : start + (out - 1) * stride + 1 : stride]
            if bias is not None:
                y += bias[:, None]
            assert y.shape == (x.shape[0], weight.shape[0], out)
            return y
        ''',
    ),
    style(
        "style-golf",
        "is as short as it goes",
        """
        conv1d=lambda x,w,b=None,*,stride=1,padding=0,dilation=1:(lambda v:np.einsum('ncik,ock->noi',v[:,:,::stride,::dilation],w)+(0 if b is None else b[:,None]))(np.lib.stride_tricks.sliding_window_view(np.pad(x,((0,0),(0,0),(padding,)*2)),dilation*(w.shape[2]-1)+1,2))
        """,
        fast="conv1d_fast=conv1d",
        correlate="correlate=lambda x,w:np.lib.stride_tricks.sliding_window_view(x,len(w))@w",
        find_ping="find_ping=lambda h,c:conv1d(h[:,None],c[None,None]-c.mean())[:,0].argmax(1)",
    ),
    style(
        "style-colab",
        "comes from Colab, with other imports, prints and lost metadata",
        """
        #@title conv1d { run: "auto" }
        import math, sys
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0,0),(0,0),(padding,padding)), mode='constant', constant_values=0)
            L_out = math.floor((x.shape[2] - dilation*(weight.shape[2]-1) - 1)/stride) + 1
            out = np.zeros((x.shape[0], weight.shape[0], L_out), dtype=np.result_type(x, weight))
            for b in range(x.shape[0]):
                for o in range(weight.shape[0]):
                    for i in range(L_out):
                        s = i*stride
                        out[b,o,i] = np.sum(x[b,:,s:s+dilation*(weight.shape[2]-1)+1:dilation]*weight[o])
            if bias is not None:
                out = out + bias.reshape(1,-1,1)
            return out
        print('done', file=sys.stderr)
        """,
        fast="""
        def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0,0),(0,0),(padding,padding)))
            n = (x.shape[2] - dilation*(weight.shape[2]-1) - 1)//stride + 1
            cols = [x[:, :, k*dilation : k*dilation + (n-1)*stride + 1 : stride] for k in range(weight.shape[2])]
            y = np.einsum('kncl,ock->nol', np.stack(cols), weight)
            return y if bias is None else y + bias[:, None]
        """,
        edit=colab,
    ),
    style(
        "style-generators",
        "yields one result after the other, and one tap after the other",
        """
        def dots(x, weight, stride, dilation):
            span = dilation * (weight.shape[2] - 1) + 1
            for start in range(0, x.shape[2] - span + 1, stride):
                seen = x[:, :, start : start + span : dilation]
                yield np.tensordot(seen, weight, ((1, 2), (1, 2)))

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            y = np.stack([*dots(x, weight, stride, dilation)], axis=-1)
            return y if bias is None else y + bias[:, None]
        """,
        fast="""
        def taps(x, weight, out, stride, dilation):
            for k, tap in enumerate(np.moveaxis(weight, -1, 0)):
                yield tap @ x[:, :, k * dilation :][:, :, : (out - 1) * stride + 1 : stride]

        def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            out = (x.shape[2] - dilation * (weight.shape[2] - 1) - 1) // stride + 1
            y = sum(taps(x, weight, out, stride, dilation))
            return y if bias is None else y + bias[:, None]
        """,
    ),
    style(
        "style-reduce",
        "folds the taps into one another",
        """
        from functools import reduce

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            side = np.zeros_like(x, shape=(*x.shape[:2], padding))
            x = np.dstack([side, x, side])
            out = (x.shape[2] - dilation * (weight.shape[2] - 1) - 1) // stride + 1
            def add(y, k):
                places = k * dilation + stride * np.arange(out)
                return y + weight[:, :, k] @ x.take(places, axis=2)
            start = np.zeros((len(x), len(weight), out), np.result_type(x, weight))
            if bias is not None:
                start = start + bias[:, None]
            return reduce(add, range(weight.shape[2]), start)
        """,
        correlate="""
        from itertools import accumulate

        def correlate(x, w):
            out = len(x) - len(w) + 1
            *_, last = accumulate(w[k] * x[k : k + out] for k in range(len(w)))
            return last
        """,
    ),
    style(
        "style-floats",
        "computes in float64, and gives what the inputs' dtypes ask for",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            kind = np.result_type(x, weight)
            a, w = (np.asarray(each, dtype=np.float64) for each in (x, weight))
            a = np.pad(a, ((0, 0), (0, 0), (padding, padding)))
            span = dilation * (w.shape[2] - 1) + 1
            seen = np.lib.stride_tricks.sliding_window_view(a, span, axis=2)[:, :, ::stride, ::dilation]
            rows = seen.transpose(0, 2, 1, 3).reshape(len(a), seen.shape[2], w[0].size)
            y = (rows @ w.reshape(len(w), -1).T).swapaxes(1, 2)
            y = y if bias is None else y + bias.astype(float)[:, None]
            return np.rint(y).astype(kind) if np.issubdtype(kind, np.integer) else y.astype(kind)
        """,
    ),
    style(
        "style-out-of-order",
        "writes all functions in the first of its cells, the last one first",
        "# conv1d is above",
        fast="# conv1d_fast is above",
        correlate="""
        def find_ping(heard, code):
            return conv1d_fast(heard[:, None], code[None, None] - code.mean())[:, 0].argmax(-1)

        def conv1d_fast(x, weight, bias=None, **options):
            return conv1d(x, weight, bias, **options)

        def correlate(x, w):
            return conv1d(x[None, None], w[None, None])[0, 0]

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            span = dilation * (weight.shape[2] - 1) + 1
            windows = np.lib.stride_tricks.sliding_window_view(x, span, axis=2)
            y = np.einsum("ncik,ock->noi", windows[:, :, ::stride, ::dilation], weight)
            return y if bias is None else y + bias[:, None]
        """,
        find_ping="# find_ping is above",
    ),
    style(
        "style-fourier",
        "multiplies spectra, which the text does not forbid",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            kind = np.result_type(x, weight)
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            kernel = np.zeros((*weight.shape[:2], dilation * (weight.shape[2] - 1) + 1))
            kernel[..., ::dilation] = weight
            n = x.shape[2]
            spectrum = np.einsum("ncf,ocf->nof", np.fft.rfft(x), np.fft.rfft(kernel, n).conj())
            y = np.fft.irfft(spectrum, n)[..., : n - kernel.shape[2] + 1 : stride]
            y = np.rint(y).astype(kind) if kind.kind == "i" else y.astype(kind)
            return y if bias is None else y + bias[:, None]
        """,
    ),
    style(
        "style-recursive",
        "goes down the kernel by recursion",
        """
        def layer(x, weight, out, stride, dilation):
            if weight.shape[2] == 1:
                return weight[:, :, 0] @ x[:, :, : (out - 1) * stride + 1 : stride]
            half = weight.shape[2] // 2
            left = layer(x, weight[:, :, :half], out, stride, dilation)
            right = layer(x[:, :, half * dilation :], weight[:, :, half:], out, stride, dilation)
            return left + right

        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
            out = (x.shape[2] - dilation * (weight.shape[2] - 1) - 1) // stride + 1
            y = layer(x, weight, out, stride, dilation)
            return y if bias is None else y + bias[:, None]
        """,
    ),
    style(
        "style-loop-in-task-7",
        "loops over the samples where the text forbids it",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            span = dilation * (weight.shape[2] - 1) + 1
            out = (x.shape[2] - span) // stride + 1
            y = np.zeros((len(x), len(weight), out), np.result_type(x, weight))
            for i in range(out):
                seen = x[:, :, i * stride : i * stride + span : dilation]
                y[:, :, i] = np.tensordot(seen, weight, ((1, 2), (1, 2)))
            return y if bias is None else y + bias[:, None]
        """,
        # Half of task 7's 3 points, of which 0.576 are for 100 calls that are quick enough.
        deserved=18.21,
        by_chance=0.29,
        says="this loop runs once per sample",
    ),
    style(
        "style-library",
        "calls np.correlate in tasks 3 to 7, which the text forbids",
        """
        def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
            x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
            spread = np.zeros((*weight.shape[:2], dilation * (weight.shape[2] - 1) + 1), weight.dtype)
            spread[:, :, ::dilation] = weight
            out = (x.shape[2] - spread.shape[2]) // stride + 1
            y = np.zeros((len(x), len(weight), out), np.result_type(x, weight))
            for n, o, c in np.ndindex(len(x), len(weight), x.shape[1]):
                y[n, o] += np.correlate(x[n, c], spread[o, c])[::stride]
            return y if bias is None else y + bias[:, None]
        """,
        correlate="def correlate(x, w):\n    return np.correlate(x, w, 'valid')",
        # Half of tasks 3, 4, 5, 6 and 7 (13 points); 1, 2 and 8 (7 points) are not about it.
        deserved=13.5,
        says="no library convolution",
    ),
)
