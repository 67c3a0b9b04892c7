"""Right answers to `conv1d`, in several styles: a source for each solution cell."""

PREDICTED = {
    "sizes": "size_a, size_b, size_c, size_d, size_e, size_f = 8, 3, 10, 12, 6, 19",
    "by_hand": """
plain = [5, 4, -3, 8, 7]
strided = np.array([-1, 5, -3, 7, 8])
dilated = (-3, 7, 1.0)
""",
}

LOOPS = PREDICTED | {
    "correlate": """
def correlate(x, w):
    y = np.zeros(len(x) - len(w) + 1, dtype=np.result_type(x, w))
    for i in range(len(y)):
        for k in range(len(w)):
            y[i] += w[k] * x[i + k]
    return y
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    N, C_in, size = x.shape
    C_out, C_in, kernel = weight.shape
    padded = np.zeros((N, C_in, size + 2 * padding), dtype=x.dtype)
    padded[:, :, padding : padding + size] = x
    out = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    y = np.zeros((N, C_out, out), dtype=np.result_type(x, weight))
    for n in range(N):
        for o in range(C_out):
            for i in range(out):
                for c in range(C_in):
                    for k in range(kernel):
                        y[n, o, i] += weight[o, c, k] * padded[n, c, i * stride + k * dilation]
                if bias is not None:
                    y[n, o, i] += bias[o]
    return y
""",
    "conv1d_fast": """
def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    N, C_in, size = x.shape
    C_out, C_in, kernel = weight.shape
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    out = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    y = np.zeros((N, C_out, out), dtype=np.result_type(x, weight))
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for k in range(kernel):
                    last = k * dilation + (out - 1) * stride
                    y[n, o] += weight[o, c, k] * padded[n, c, k * dilation : last + 1 : stride]
            if bias is not None:
                y[n, o] += bias[o]
    return y
""",
    "find_ping": """
def find_ping(heard, code):
    starts = []
    for recording in heard:
        match = conv1d_fast(recording[None, None], (code - np.mean(code))[None, None])
        starts.append(int(np.argmax(match)))
    return starts
""",
}

WINDOWS = PREDICTED | {
    "correlate": """
from numpy.lib.stride_tricks import sliding_window_view

def correlate(x, w):
    return sliding_window_view(x, len(w)) @ w
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    span = dilation * (weight.shape[2] - 1) + 1
    windows = sliding_window_view(x, span, axis=2)[:, :, ::stride, ::dilation]
    y = np.einsum("ncik,ock->noi", windows, weight)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1)
    return y
""",
    "conv1d_fast": "conv1d_fast = conv1d",
    "find_ping": """
def find_ping(heard, code):
    windows = sliding_window_view(heard, len(code), axis=1)
    windows = windows - windows.mean(axis=2, keepdims=True)
    likeness = windows @ (code - code.mean()) / np.sqrt((windows**2).sum(axis=2))
    return likeness.argmax(axis=1)
""",
}

MATRIX = PREDICTED | {
    "correlate": """
def correlate(x, w):
    toeplitz = np.zeros((len(x) - len(w) + 1, len(x)), dtype=w.dtype)
    for i, row in enumerate(toeplitz):
        row[i : i + len(w)] = w
    return toeplitz @ x
""",
    "conv1d": """
def columns(x, kernel, stride, padding, dilation):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    out = (x.shape[2] - dilation * (kernel - 1) - 1) // stride + 1
    seen = stride * np.arange(out)[:, np.newaxis] + dilation * np.arange(kernel)
    return x[:, :, seen].transpose(0, 2, 1, 3).reshape(len(x), out, x.shape[1] * kernel)

def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    seen = columns(x, weight.shape[2], stride, padding, dilation)
    y = seen @ weight.reshape(len(weight), -1).T
    if bias is not None:
        y = y + bias
    return np.swapaxes(y, 1, 2)
""",
    "conv1d_fast": """
def conv1d_fast(x, weight, bias=None, **options):
    return conv1d(x, weight, bias, **options)
""",
    "find_ping": """
def find_ping(heard, code):
    seen = columns(heard[:, None], len(code), 1, 0, 1)
    return np.argmax(seen @ (2 * code - 1), axis=1)
""",
}

FFT = {
    "correlate": """
def correlate(x, w):
    n = len(x)
    y = np.fft.irfft(np.fft.rfft(x) * np.conj(np.fft.rfft(w, n)), n)[: n - len(w) + 1]
    dtype = np.result_type(x, w)
    return y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    dtype = np.result_type(x, weight)
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding)])
    spread = np.zeros((*weight.shape[:2], dilation * (weight.shape[2] - 1) + 1), weight.dtype)
    spread[:, :, ::dilation] = weight
    size, span = x.shape[2], spread.shape[2]
    seen = np.einsum("ncf,ocf->nof", np.fft.rfft(x, size), np.conj(np.fft.rfft(spread, size)))
    y = np.fft.irfft(seen, size)[:, :, : size - span + 1 : stride]
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y if bias is None else y + bias[:, None]
""",
    "conv1d_fast": """
def conv1d_fast(*args, **options):
    return conv1d(*args, **options)
""",
}
RECURSION = {
    "correlate": """
def correlate(x, w):
    if len(x) < len(w):
        return np.empty(0, np.result_type(x, w))
    return np.concatenate([[(x[: len(w)] * w).sum()], correlate(x[1:], w)])
""",
    "conv1d": """
def add_taps(x, weight, options):
    if weight.shape[2] == 0:
        return 0
    (stride, dilation, out), rest = options, weight[:, :, 1:]
    here = np.tensordot(weight[:, :, 0], x[:, :, : stride * (out - 1) + 1 : stride], (1, 1))
    return here.swapaxes(0, 1) + add_taps(x[:, :, dilation:], rest, options)

def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    zeros = np.zeros((*x.shape[:2], padding), x.dtype)
    x = np.concatenate([zeros, x, zeros], axis=2)
    out = (x.shape[2] - dilation * (weight.shape[2] - 1) - 1) // stride + 1
    y = add_taps(x, weight, (stride, dilation, out))
    return y if bias is None else y + bias[None, :, None]
""",
    "conv1d_fast": "conv1d_fast = conv1d",
}
COMPREHENSIONS = {
    "correlate": """
def correlate(x, w):
    places = range(len(x) - len(w) + 1)
    return np.array([sum(a * b for a, b in zip(w, x[i:])) for i in places])
""",
    "conv1d": """
def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding,) * 2))
    bias = [0] * len(weight) if bias is None else bias
    span = dilation * (weight.shape[-1] - 1) + 1
    starts = range(0, x.shape[-1] - span + 1, stride)
    y = [
        [[np.vdot(f, s[:, i : i + span : dilation]) + b for i in starts]
         for f, b in zip(weight, bias)]
        for s in x
    ]
    return np.array(y, np.result_type(x, weight)).reshape(len(x), len(weight), len(starts))
""",
    "conv1d_fast": """
def conv1d_fast(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    C_out, C_in, kernel = weight.shape
    out = (x.shape[2] + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    y = np.zeros((len(x), C_out, out), np.result_type(x, weight))
    if bias is not None:
        y += bias.reshape(C_out, 1)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    k = 0
    for tap in np.moveaxis(weight, 2, 0):
        y += np.einsum("oc,nci->noi", tap, padded[..., k : k + stride * (out - 1) + 1 : stride])
        k = k + dilation
    return y
""",
}
STYLES = {
    "loops": LOOPS,
    "windows": WINDOWS,
    "matrix": MATRIX,
    "fft": LOOPS | FFT,
    "recursion": LOOPS | RECURSION,
    "comprehensions": MATRIX | {"find_ping": LOOPS["find_ping"]} | COMPREHENSIONS,
}
