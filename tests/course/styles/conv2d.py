"""Right answers to `conv2d`, in several styles: a source for each solution cell."""

PREDICTED = {
    "sizes": "size_a, size_b, size_c, size_d, size_e = (4, 8), [4, 5], (8, 12), (5, 3), (112, 160)",
    "by_hand": """
plain = np.array([[2, 11, -1], [6, 4, 7], [6, -1, 6]])
strided = [[2, -1], [6, 7], [6, 6.0]]
padded = [[4, 2, 11, -1, 4], [4, 6, 4, 7, 4], [1, 6, -1, 6, -1]]
""",
}

LOOPS = PREDICTED | {
    "correlate2d": """
def correlate2d(x, w):
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    y = np.zeros((rows, columns), dtype=np.result_type(x, w))
    for i in range(rows):
        for j in range(columns):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    y[i, j] += w[u, v] * x[i + u, j + v]
    return y
""",
    "conv2d": """
def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    N, C_in, H, W = x.shape
    C_out, C_in, kh, kw = weight.shape
    padded = np.zeros((N, C_in, H + 2 * padding[0], W + 2 * padding[1]), dtype=x.dtype)
    padded[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    rows = (H + 2 * padding[0] - kh) // stride[0] + 1
    columns = (W + 2 * padding[1] - kw) // stride[1] + 1
    y = np.zeros((N, C_out, rows, columns), dtype=np.result_type(x, weight))
    for n in range(N):
        for o in range(C_out):
            for i in range(rows):
                for j in range(columns):
                    top, left = i * stride[0], j * stride[1]
                    for c in range(C_in):
                        patch = padded[n, c, top : top + kh, left : left + kw]
                        y[n, o, i, j] += np.sum(patch * weight[o, c])
                    if bias is not None:
                        y[n, o, i, j] += bias[o]
    return y
""",
    "im2col": """
def im2col(x, kernel, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    kh, kw = kernel
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    rows = (H + 2 * padding[0] - kh) // stride[0] + 1
    columns = (W + 2 * padding[1] - kw) // stride[1] + 1
    made = np.zeros((N, C * kh * kw, rows * columns), dtype=x.dtype)
    for n in range(N):
        row = 0
        for c in range(C):
            for u in range(kh):
                for v in range(kw):
                    down = slice(u, u + stride[0] * (rows - 1) + 1, stride[0])
                    across = slice(v, v + stride[1] * (columns - 1) + 1, stride[1])
                    made[n, row] = padded[n, c, down, across].reshape(rows * columns)
                    row += 1
    return made
""",
    "conv2d_fast": """
def conv2d_fast(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    N, C_in, H, W = x.shape
    C_out, C_in, kh, kw = weight.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    rows = (H + 2 * padding[0] - kh) // stride[0] + 1
    columns = (W + 2 * padding[1] - kw) // stride[1] + 1
    y = np.zeros((N, C_out, rows, columns), dtype=np.result_type(x, weight))
    for o in range(C_out):
        for c in range(C_in):
            for u in range(kh):
                for v in range(kw):
                    down = slice(u, u + stride[0] * (rows - 1) + 1, stride[0])
                    across = slice(v, v + stride[1] * (columns - 1) + 1, stride[1])
                    y[:, o] += weight[o, c, u, v] * padded[:, c, down, across]
        if bias is not None:
            y[:, o] += bias[o]
    return y
""",
    "find_label": """
def find_label(picture):
    step = np.array([[-1.0, 1.0]])
    found = []
    for one, axis in ((step.T, 1), (step, 0)):
        change = conv2d(picture[None, None], one[None, None])[0, 0].sum(axis=axis)
        found += [int(np.argmax(change)) + 1, int(np.argmin(change))]
    return found
""",
}

WINDOWS = PREDICTED | {
    "correlate2d": """
from numpy.lib.stride_tricks import sliding_window_view

def correlate2d(x, w):
    return (sliding_window_view(x, w.shape) * w).sum(axis=(2, 3))
""",
    "conv2d": """
def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    y = np.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)
""",
    "im2col": """
def im2col(x, kernel, *, stride=(1, 1), padding=(0, 0)):
    kh, kw = kernel
    x = np.pad(x, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])))
    windows = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    N, C, rows, columns, _, _ = windows.shape
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * kh * kw, rows * columns)
""",
    "conv2d_fast": "conv2d_fast = conv2d",
    "find_label": """
def find_label(picture):
    down, across = np.diff(picture.mean(axis=1)), np.diff(picture.mean(axis=0))
    return down.argmax() + 1, down.argmin(), across.argmax() + 1, across.argmin()
""",
}

MATRIX = PREDICTED | {
    "correlate2d": """
def places(size, kernel, stride):
    stops = np.arange(0, size - kernel + 1, stride)
    return np.arange(kernel)[:, None] + stops

def correlate2d(x, w):
    r, c = (places(n, k, 1) for n, k in zip(x.shape, w.shape))
    seen = x[r[:, None, :, None], c[None, :, None, :]]
    return np.tensordot(w, seen, 2)
""",
    "conv2d": """
def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    r, c = (places(n, k, s) for n, k, s in zip(x.shape[2:], weight.shape[2:], stride))
    seen = x[:, :, r[:, None, :, None], c[None, :, None, :]]
    y = np.tensordot(seen, weight, axes=([1, 2, 3], [1, 2, 3]))
    if bias is not None:
        y = y + bias
    return np.moveaxis(y, -1, 1)
""",
    "im2col": """
def im2col(x, kernel, *, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    r, c = (places(n, k, s) for n, k, s in zip(x.shape[2:], kernel, stride))
    seen = x[:, :, r[:, None, :, None], c[None, :, None, :]]
    return seen.reshape(seen.shape[0], seen[0, ..., 0, 0].size if len(seen) else
                        x.shape[1] * kernel[0] * kernel[1], r.shape[1] * c.shape[1])
""",
    "conv2d_fast": """
def conv2d_fast(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    C_out, _, kh, kw = weight.shape
    rows = (x.shape[2] + 2 * padding[0] - kh) // stride[0] + 1
    columns = im2col(x, (kh, kw), stride=stride, padding=padding)
    y = np.matmul(weight.reshape(C_out, -1), columns)
    y = y.reshape(len(x), C_out, rows, y.shape[2] // rows)
    if bias is not None:
        y = y + bias[None, :, None, None]
    return y
""",
    "find_label": """
def find_label(picture):
    tall = np.array([[-1.0], [1.0]])[None, None]
    down = conv2d_fast(picture[None, None], tall)[0, 0] @ np.ones(picture.shape[1])
    across = conv2d_fast(picture.T[None, None], tall)[0, 0] @ np.ones(picture.shape[0])
    return [f(s) + k for s in (down, across) for f, k in ((np.argmax, 1), (np.argmin, 0))]
""",
}

FFT = {
    "correlate2d": """
def correlate2d(x, w):
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    spectrum = np.fft.rfft2(x) * np.conj(np.fft.rfft2(w, x.shape))
    y = np.fft.irfft2(spectrum, x.shape)[:rows, :columns]
    dtype = np.result_type(x, w)
    return y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
""",
    "conv2d": """
def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    dtype = np.result_type(x, weight)
    x = np.pad(x, [(0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])])
    size = x.shape[2:]
    ends = [n - k + 1 for n, k in zip(size, weight.shape[2:])]
    spectra = np.fft.rfft2(x, size), np.conj(np.fft.rfft2(weight, size))
    y = np.fft.irfft2(np.einsum("ncuv,ocuv->nouv", *spectra), size)
    y = y[:, :, : ends[0] : stride[0], : ends[1] : stride[1]]
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y if bias is None else y + bias[:, None, None]
""",
    "conv2d_fast": """
def conv2d_fast(*args, **options):
    return conv2d(*args, **options)
""",
}
RECURSION = {
    "correlate2d": """
def along(x, w):
    if w.ndim == 0:
        return x * w
    rows = len(x) - len(w) + 1
    return sum(along_rest(x[u : u + rows], w[u]) for u in range(len(w)))

def along_rest(x, w):
    return along(x, w) if w.ndim == 0 else np.swapaxes(along(np.swapaxes(x, 0, -1), w), 0, -1)

def correlate2d(x, w):
    return along(x, w)
""",
    "conv2d": """
def taps(x, weight, axis, strides):
    if not strides:
        return np.einsum("nc...,oc->no...", x, weight)
    k, stride, rest = weight.shape[2], strides[0], strides[1:]
    last = x.shape[axis] - k
    y = 0
    for u in range(k):
        here = [slice(None)] * x.ndim
        here[axis] = slice(u, u + last // stride * stride + 1, stride)
        y = y + taps(x[tuple(here)], weight[:, :, u], axis + 1, rest)
    return y

def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    for axis in 2, 3:
        edge = np.zeros([padding[axis - 2] if a == axis else n for a, n in enumerate(x.shape)],
                        x.dtype)
        x = np.concatenate([edge, x, edge], axis=axis)
    y = taps(x, weight, 2, tuple(stride))
    return y if bias is None else y + bias[None, :, None, None]
""",
    "im2col": """
def im2col(x, kernel, *, stride=(1, 1), padding=(0, 0)):
    N, C = x.shape[:2]
    taps_of = C * kernel[0] * kernel[1]
    one_each = np.eye(taps_of, dtype=x.dtype).reshape(taps_of, C, *kernel)
    y = conv2d(x, one_each, stride=stride, padding=padding)
    return y.reshape(N, taps_of, y.shape[2] * y.shape[3])
""",
    "conv2d_fast": "conv2d_fast = conv2d",
}
COMPREHENSIONS = {
    "correlate2d": """
def correlate2d(x, w):
    kh, kw = w.shape
    return np.array([
        [np.vdot(w, x[i : i + kh, j : j + kw]) for j in range(x.shape[1] - kw + 1)]
        for i in range(x.shape[0] - kh + 1)
    ])
""",
    "conv2d": """
def conv2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    kh, kw = weight.shape[2:]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    tops = range(0, x.shape[2] - kh + 1, stride[0])
    lefts = range(0, x.shape[3] - kw + 1, stride[1])
    y = [
        [[[np.vdot(f, s[:, i : i + kh, j : j + kw]) + b for j in lefts] for i in tops]
         for f, b in zip(weight, bias)]
        for s in x
    ]
    shape = len(x), len(weight), len(tops), len(lefts)
    return np.array(y, np.result_type(x, weight)).reshape(shape)
""",
    "conv2d_fast": """
def conv2d_fast(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    (a, b), (p, q), (kh, kw) = stride, padding, weight.shape[2:]
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (q, q)])
    shape = (x.shape[2] - kh) // a + 1, (x.shape[3] - kw) // b + 1
    y = np.zeros((len(x), len(weight), *shape), np.result_type(x, weight))
    for u, v in np.ndindex(kh, kw):
        seen = x[:, :, u:, v:][:, :, ::a, ::b][:, :, : shape[0], : shape[1]]
        y += np.einsum("oc,ncij->noij", weight[:, :, u, v], seen)
    if bias is not None:
        y += bias[:, None, None]
    return y
""",
}
STYLES = {
    "loops": LOOPS,
    "windows": WINDOWS,
    "matrix": MATRIX,
    "fft": LOOPS | FFT,
    "recursion": LOOPS | RECURSION,
    "comprehensions": LOOPS | COMPREHENSIONS,
}
