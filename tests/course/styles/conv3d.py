"""Right answers to `conv3d`, in several styles: a source for each solution cell."""

PREDICTED = {
    "shapes": """
shape_a, shape_b, shape_c = (3, 4, 4), [7, 5, 3], np.array([4, 8, 7])
shape_d, shape_e, shape_f = (8, 18, 16), (10, 7, 8), (16, 56, 56)
""",
    "work": """
work_a, work_b, work_c, work_d, work_e = 576, 3456, 864.0, 1040449536, 16 * 112**2 * 9 * 192
""",
}

LOOPS = PREDICTED | {
    "correlate3d": """
def correlate3d(x, w):
    D, H, W = x.shape
    kd, kh, kw = w.shape
    y = np.zeros((D - kd + 1, H - kh + 1, W - kw + 1), dtype=np.result_type(x, w))
    for i in range(D - kd + 1):
        for j in range(H - kh + 1):
            for l in range(W - kw + 1):
                for t in range(kd):
                    for u in range(kh):
                        for v in range(kw):
                            y[i, j, l] += w[t, u, v] * x[i + t, j + u, l + v]
    return y
""",
    "conv3d": """
def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    N, C_in, D, H, W = x.shape
    C_out, C_in, kd, kh, kw = weight.shape
    (a, b, c), (p, q, r), (e, f, g) = stride, padding, dilation
    padded = np.zeros((N, C_in, D + 2 * p, H + 2 * q, W + 2 * r), dtype=x.dtype)
    padded[:, :, p : p + D, q : q + H, r : r + W] = x
    depth = (D + 2 * p - e * (kd - 1) - 1) // a + 1
    rows = (H + 2 * q - f * (kh - 1) - 1) // b + 1
    columns = (W + 2 * r - g * (kw - 1) - 1) // c + 1
    y = np.zeros((N, C_out, depth, rows, columns), dtype=np.result_type(x, weight))
    for n in range(N):
        for i in range(depth):
            for j in range(rows):
                for l in range(columns):
                    block = padded[n, :, i * a :: e, j * b :: f, l * c :: g][:, :kd, :kh, :kw]
                    for o in range(C_out):
                        y[n, o, i, j, l] = np.sum(weight[o] * block)
                        if bias is not None:
                            y[n, o, i, j, l] += bias[o]
    return y
""",
    "conv3d_fast": """
def conv3d_fast(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    N, C_in, D, H, W = x.shape
    C_out, C_in, kd, kh, kw = weight.shape
    padded = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    depth = (D + 2 * padding[0] - dilation[0] * (kd - 1) - 1) // stride[0] + 1
    rows = (H + 2 * padding[1] - dilation[1] * (kh - 1) - 1) // stride[1] + 1
    columns = (W + 2 * padding[2] - dilation[2] * (kw - 1) - 1) // stride[2] + 1
    y = np.zeros((N, C_out, depth, rows, columns), dtype=np.result_type(x, weight))
    for t in range(kd):
        for u in range(kh):
            for v in range(kw):
                i, j, l = t * dilation[0], u * dilation[1], v * dilation[2]
                seen = padded[:, :, i : i + (depth - 1) * stride[0] + 1 : stride[0]]
                seen = seen[:, :, :, j : j + (rows - 1) * stride[1] + 1 : stride[1]]
                seen = seen[:, :, :, :, l : l + (columns - 1) * stride[2] + 1 : stride[2]]
                for o in range(C_out):
                    for c in range(C_in):
                        y[:, o] += weight[o, c, t, u, v] * seen[:, c]
    for o in range(C_out):
        if bias is not None:
            y[:, o] += bias[o]
    return y
""",
    "count_macs": """
def count_macs(size, kernel, c_in, c_out, *, stride=(1, 1, 1), padding=(0, 0, 0),
               dilation=(1, 1, 1)):
    outputs = 1
    products = c_in
    for axis in range(3):
        span = dilation[axis] * (kernel[axis] - 1) + 1
        outputs *= (size[axis] + 2 * padding[axis] - span) // stride[axis] + 1
        products *= kernel[axis]
    return outputs * c_out * products
""",
    "find_moving": """
def find_moving(clip, step):
    frames = len(clip)
    kernel = np.zeros((frames, (frames - 1) * step[0] + 1, (frames - 1) * step[1] + 1))
    for t in range(frames):
        kernel[t, t * step[0], t * step[1]] = 1
    kernel = kernel - np.mean(kernel, axis=0)
    y = conv3d_fast(clip[None, None], kernel[None, None])[0, 0]
    return list(np.unravel_index(np.argmax(y), y.shape))[1:]
""",
    "segment": """
def segment(scan, gel, insert):
    kernel = np.ones((1, 1, 5, 5, 5))
    smooth = conv3d_fast(scan[None, None], kernel / kernel.sum(), padding=(2, 2, 2))
    return smooth[0, 0] > 0.5 * (gel + insert)
""",
}

WINDOWS = PREDICTED | {
    "correlate3d": """
from numpy.lib.stride_tricks import sliding_window_view

def correlate3d(x, w):
    return (sliding_window_view(x, w.shape) * w).sum(axis=(3, 4, 5))
""",
    "conv3d": """
def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    x = np.pad(x, [(0, 0), (0, 0), *[(p, p) for p in padding]])
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:])]
    blocks = sliding_window_view(x, spans, axis=(2, 3, 4))
    a, b, c = stride
    e, f, g = dilation
    blocks = blocks[:, :, ::a, ::b, ::c, ::e, ::f, ::g]
    y = np.einsum("ncijltuv,octuv->noijl", blocks, weight)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1, 1)
""",
    "conv3d_fast": "conv3d_fast = conv3d",
    "count_macs": """
def count_macs(size, kernel, c_in, c_out, *, stride=(1, 1, 1), padding=(0, 0, 0),
               dilation=(1, 1, 1)):
    size, kernel, stride, padding, dilation = map(
        np.array, (size, kernel, stride, padding, dilation))
    out = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    return np.prod(out) * np.prod(kernel) * c_in * c_out
""",
    "find_moving": """
def find_moving(clip, step):
    still = clip - np.median(clip, axis=0)
    T, (a, b) = len(clip), step
    rows, columns = clip.shape[1] - (T - 1) * a, clip.shape[2] - (T - 1) * b
    total = sum(still[t, t * a : t * a + rows, t * b : t * b + columns] for t in range(T))
    return np.argwhere(total == total.max())[0]
""",
    "segment": """
def segment(scan, gel, insert):
    padded = np.pad(scan, 2, mode="edge")
    smooth = sliding_window_view(padded, (5, 5, 5)).mean(axis=(3, 4, 5))
    return smooth >= (gel + insert) / 2
""",
}

MATRIX = PREDICTED | {
    "correlate3d": """
def under(size, kernel, stride=1, dilation=1):
    stops = np.arange(0, size - dilation * (kernel - 1), stride)
    return stops[:, None] + dilation * np.arange(kernel)

def correlate3d(x, w):
    d, r, c = map(under, x.shape, w.shape)
    blocks = x[d[:, None, None, :, None, None], r[:, None, None, :, None], c[:, None, None, :]]
    return (blocks.reshape(-1, w.size) @ w.ravel()).reshape(blocks.shape[:3])
""",
    "conv3d": """
def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    axes = zip(x.shape[2:], weight.shape[2:], stride, dilation)
    d, r, c = (under(*axis) for axis in axes)
    d, r, c = d[:, None, None, :, None, None], r[:, None, None, :, None], c[:, None, None, :]
    y = np.tensordot(x[:, :, d, r, c], weight, axes=([1, 5, 6, 7], [1, 2, 3, 4]))
    if bias is not None:
        y = y + bias
    return np.moveaxis(y, -1, 1)
""",
    "conv3d_fast": """
def conv3d_fast(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    return conv3d(x, weight, bias, stride=stride, padding=padding, dilation=dilation)
""",
    "count_macs": """
from math import prod

def count_macs(size, kernel, c_in, c_out, *, stride=(1, 1, 1), padding=(0, 0, 0),
               dilation=(1, 1, 1)):
    stops = [len(under(n + 2 * p, k, s, d))
             for n, k, s, p, d in zip(size, kernel, stride, padding, dilation)]
    return prod([*stops, *kernel, c_in, c_out])
""",
    "find_moving": """
def find_moving(clip, step):
    T = len(clip)
    later, earlier = np.zeros((2, T, (T - 1) * step[0] + 1, (T - 1) * step[1] + 1))
    for t in range(1, T):
        later[t, t * step[0], t * step[1]] = 1
        earlier[t - 1, t * step[0], t * step[1]] = -1
    y = conv3d_fast(clip[None, None], (later + earlier)[None, None]).squeeze()
    return np.unravel_index(y.argmax(), y.shape)
""",
    "segment": """
def segment(scan, gel, insert):
    line = np.exp(-np.arange(-3, 4) ** 2 / 4.5)
    line /= line.sum()
    smooth = scan[None, None]
    for axis in range(3):
        shape, padding = [1, 1, 1, 1, 1], [0, 0, 0]
        shape[2 + axis], padding[axis] = 7, 3
        smooth = conv3d_fast(smooth, line.reshape(shape), padding=padding)
    return abs(smooth[0, 0] - insert) < abs(smooth[0, 0] - gel)
""",
}

FFT = {
    "correlate3d": """
def correlate3d(x, w):
    spectrum = np.fft.rfftn(x) * np.conj(np.fft.rfftn(w, x.shape, axes=(0, 1, 2)))
    y = np.fft.irfftn(spectrum, x.shape, axes=(0, 1, 2))
    y = y[tuple(slice(n - k + 1) for n, k in zip(x.shape, w.shape))]
    dtype = np.result_type(x, w)
    return y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
""",
    "conv3d": """
def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    dtype, space = np.result_type(x, weight), (2, 3, 4)
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    spans = [d * (k - 1) + 1 for d, k in zip(dilation, weight.shape[2:])]
    spread = np.zeros((*weight.shape[:2], *spans), weight.dtype)
    spread[:, :, :: dilation[0], :: dilation[1], :: dilation[2]] = weight
    size = x.shape[2:]
    spectra = np.fft.rfftn(x, size, axes=space), np.conj(np.fft.rfftn(spread, size, axes=space))
    y = np.fft.irfftn(np.einsum("nctuv,octuv->notuv", *spectra), size, axes=space)
    first, last = zip(*((slice(0, n - span + 1, s), s) for n, span, s in zip(size, spans, stride)))
    y = y[(slice(None), slice(None), *first)]
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y if bias is None else y + bias[:, None, None, None]
""",
    "conv3d_fast": """
def conv3d_fast(*args, **options):
    return conv3d(*args, **options)
""",
}
RECURSION = {
    "correlate3d": """
def correlate3d(x, w):
    if x.ndim == 0:
        return x * w
    stops = len(x) - len(w) + 1
    return np.array([sum(correlate3d(x[i + t], w[t]) for t in range(len(w)))
                     for i in range(stops)])
""",
    "conv3d": """
def taps(x, weight, axis, strides, dilations):
    if axis == 5:
        return np.einsum("nc...,oc->no...", x, weight)
    stride, dilation, y = strides[0], dilations[0], 0
    room = x.shape[axis] - dilation * (weight.shape[2] - 1)
    for t in range(weight.shape[2]):
        here = [slice(None)] * 5
        here[axis] = slice(t * dilation, t * dilation + room, stride)
        y = y + taps(x[tuple(here)], weight[:, :, t], axis + 1, strides[1:], dilations[1:])
    return y

def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    y = taps(x, weight, 2, stride, dilation)
    return y if bias is None else y + bias[None, :, None, None, None]
""",
    "conv3d_fast": "conv3d_fast = conv3d",
    "count_macs": """
def count_macs(size, kernel, c_in, c_out, *, stride=(1, 1, 1), padding=(0, 0, 0),
               dilation=(1, 1, 1)):
    if not len(size):
        return c_in * c_out
    room = size[0] + 2 * padding[0] - dilation[0] * (kernel[0] - 1)
    rest = count_macs(size[1:], kernel[1:], c_in, c_out, stride=stride[1:], padding=padding[1:],
                      dilation=dilation[1:])
    return -(-room // stride[0]) * kernel[0] * rest
""",
}
BY_FRAMES = {
    "correlate3d": """
def plane(x, w):
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    return sum(w[u, v] * x[u : u + rows, v : v + columns] for u, v in np.ndindex(*w.shape))

def correlate3d(x, w):
    return np.stack([
        sum(plane(x[i + t], w[t]) for t in range(len(w))) for i in range(len(x) - len(w) + 1)
    ])
""",
    "conv3d": """
def conv3d(x, weight, bias=None, *, stride=(1, 1, 1), padding=(0, 0, 0), dilation=(1, 1, 1)):
    x = np.pad(x, [(0, 0), (0, 0)] + [(p, p) for p in padding])
    (a, b, c), (e, f, g), (kd, kh, kw) = stride, dilation, weight.shape[2:]
    out = [(n - d * (k - 1) - 1) // s + 1
           for n, k, s, d in zip(x.shape[2:], (kd, kh, kw), stride, dilation)]
    bias = np.zeros(len(weight), weight.dtype) if bias is None else bias
    frames = np.empty((len(x), len(weight), *out), np.result_type(x, weight))
    for n in range(len(x)):
        for i in range(out[0]):
            frame = np.zeros((len(weight), *out[1:]), frames.dtype)
            for t, u, v in np.ndindex(kd, kh, kw):
                seen = x[n, :, i * a + t * e, u * f :: b, v * g :: c][:, : out[1], : out[2]]
                frame = frame + np.tensordot(weight[:, :, t, u, v], seen, 1)
            frames[n, :, i] = frame + bias[:, None, None]
    return frames
""",
}
STYLES = {
    "loops": LOOPS,
    "windows": WINDOWS,
    "matrix": MATRIX,
    "fft": LOOPS | FFT,
    "recursion": LOOPS | RECURSION,
    "frames": LOOPS | BY_FRAMES,
}
