"""Right answers to `separable`, in several styles: a source for each solution cell."""

PREDICTED = {
    "counts": """
count_a, count_b, count_c, count_d, count_e = 18432, 288, 2048, 2336, 1080
count_f, count_g = 1680.0, 1_146_880
""",
    "by_hand": """
filtered = np.array([[[-1, 4], [3, -2]], [[-5, 4], [1, -3]]])
summed = filtered.sum(axis=0, keepdims=True)
mixed = [3 * filtered[0] - filtered[1], filtered[0] + 2 * filtered[1]]
""",
}
COUNTS = {
    "count_parameters": """
def count_parameters(c_in, c_out, kernel, *, groups=1, bias=False):
    kh, kw = kernel
    return groups * (c_in // groups) * (c_out // groups) * kh * kw + bias * c_out
""",
    "count_macs": """
def count_macs(size, c_in, c_out, kernel, *, stride=(1, 1), padding=(0, 0), groups=1):
    (H, W), (kh, kw), (sh, sw), (ph, pw) = size, kernel, stride, padding
    rows = (H + 2 * ph - kh) // sh + 1
    columns = (W + 2 * pw - kw) // sw + 1
    return rows * columns * c_out * (c_in // groups) * kh * kw
""",
}
MEASURED = {
    "count_parameters": """
def count_parameters(c_in, c_out, kernel, *, groups=1, bias=False):
    weight = np.empty((c_out, c_in // groups, *kernel))
    return weight.size + (c_out if bias else 0)
""",
    "count_macs": """
def count_macs(size, c_in, c_out, kernel, *, stride=(1, 1), padding=(0, 0), groups=1):
    ends = [n + 2 * p - k + 1 for n, k, p in zip(size, kernel, padding)]
    places = [len(range(0, end, s)) for end, s in zip(ends, stride)]
    return int(np.prod(places)) * count_parameters(c_in, c_out, kernel, groups=groups)
""",
}

LOOPS = {
    "depthwise": """
def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    F, _, kh, kw = weight.shape
    (sh, sw), (ph, pw) = stride, padding
    padded = np.zeros((N, C, H + 2 * ph, W + 2 * pw), x.dtype)
    padded[:, :, ph : ph + H, pw : pw + W] = x
    rows, columns = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    y = np.zeros((N, F, rows, columns), np.result_type(x, weight))
    for n in range(N):
        for o in range(F):
            for i in range(rows):
                for j in range(columns):
                    for a in range(kh):
                        for b in range(kw):
                            seen = padded[n, o // (F // C), i * sh + a, j * sw + b]
                            y[n, o, i, j] += weight[o, 0, a, b] * seen
            if bias is not None:
                y[n, o] += bias[o]
    return y
""",
    "pointwise": """
def pointwise(x, weight, bias=None):
    y = np.zeros((x.shape[0], weight.shape[0], *x.shape[2:]), np.result_type(x, weight))
    for o in range(weight.shape[0]):
        for c in range(weight.shape[1]):
            y[:, o] += weight[o, c] * x[:, c]
        if bias is not None:
            y[:, o] += bias[o]
    return y
""",
    "grouped": """
def grouped(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), groups=1):
    (sh, sw), (ph, pw) = stride, padding
    x = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    N, C, H, W = x.shape
    F, c, kh, kw = weight.shape
    rows, columns = (H - kh) // sh + 1, (W - kw) // sw + 1
    y = np.zeros((N, F, rows, columns), np.result_type(x, weight))
    for g in range(groups):
        for f in range(F // groups):
            o = g * (F // groups) + f
            for i in range(rows):
                for j in range(columns):
                    for k in range(c):
                        seen = x[:, g * c + k, i * sh : i * sh + kh, j * sw : j * sw + kw]
                        y[:, o, i, j] += (seen * weight[o, k]).sum(axis=(1, 2))
            if bias is not None:
                y[:, o] += bias[o]
    return y
""",
    "separable": """
def separable(
    x, depthwise_weight, pointwise_weight, bias=None, *, stride=(1, 1), padding=(0, 0)
):
    (sh, sw), (ph, pw) = stride, padding
    x = np.pad(x, [(0, 0), (0, 0), (ph, ph), (pw, pw)])
    F, _, kh, kw = depthwise_weight.shape
    rows, columns = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    z = np.zeros((len(x), F, rows, columns), np.result_type(x, depthwise_weight))
    for o in range(F):
        channel = x[:, o // (F // x.shape[1])]
        for a in range(kh):
            below = channel[:, a : a + sh * (rows - 1) + 1 : sh]
            for b in range(kw):
                met = below[:, :, b : b + sw * (columns - 1) + 1 : sw]
                z[:, o] += depthwise_weight[o, 0, a, b] * met
    return pointwise(z, pointwise_weight, bias)
""",
    "repair": """
def repair(seen, shifts, mix):
    C, rows, columns = seen.shape
    unmix = np.linalg.inv(mix)
    scene = np.zeros((C, rows - 6, columns - 6))
    for o in range(C):
        for c in range(C):
            down, right = shifts[c]
            channel = seen[c, 3 + down : rows - 3 + down, 3 + right : columns - 3 + right]
            scene[o] += unmix[o, c] * channel
    return scene
""",
}

WINDOWS = {
    "depthwise": """
from numpy.lib.stride_tricks import sliding_window_view

def windows(x, kernel, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    return sliding_window_view(x, kernel, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]

def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    seen = windows(x, weight.shape[2:], stride, padding)
    by_channel = weight.reshape(x.shape[1], -1, *weight.shape[2:])
    y = np.einsum("ncijab,cmab->ncmij", seen, by_channel)
    y = y.reshape(len(x), len(weight), *seen.shape[2:4])
    return y if bias is None else y + bias.reshape(-1, 1, 1)
""",
    "pointwise": """
def pointwise(x, weight, bias=None):
    y = np.einsum("oc,ncij->noij", weight, x)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
""",
    "grouped": """
def grouped(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), groups=1):
    seen = windows(x, weight.shape[2:], stride, padding)
    seen = seen.reshape(len(x), groups, x.shape[1] // groups, *seen.shape[2:])
    filters = weight.reshape(groups, -1, *weight.shape[1:])
    y = np.einsum("ngcijab,gfcab->ngfij", seen, filters)
    y = y.reshape(len(x), len(weight), *y.shape[3:])
    return y if bias is None else y + bias.reshape(-1, 1, 1)
""",
    "separable": """
def separable(x, depthwise_weight, pointwise_weight, bias=None, **options):
    return pointwise(depthwise(x, depthwise_weight, **options), pointwise_weight, bias)
""",
    "repair": """
def repair(seen, shifts, mix):
    back = [np.roll(one, tuple(-shift), axis=(0, 1)) for one, shift in zip(seen, shifts)]
    cut = np.array(back)[:, 3:-3, 3:-3]
    return np.linalg.solve(mix, cut.reshape(len(cut), -1)).reshape(cut.shape)
""",
}

MATRIX = {
    "depthwise": """
def columns(x, kernel, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    out = [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], kernel, stride)]
    rows = stride[0] * np.arange(out[0])[:, None] + np.arange(kernel[0])
    cols = stride[1] * np.arange(out[1])[:, None] + np.arange(kernel[1])
    seen = x[:, :, rows[:, None, :, None], cols[None, :, None, :]]
    return seen.reshape(*x.shape[:2], out[0] * out[1], kernel[0] * kernel[1]), out

def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    seen, out = columns(x, weight.shape[2:], stride, padding)
    C = x.shape[1]
    kernels = weight.reshape(C, len(weight) // C, -1).swapaxes(1, 2)
    y = np.swapaxes(seen @ kernels, 2, 3).reshape(len(x), len(weight), *out)
    if bias is not None:
        y = y + bias[None, :, None, None]
    return y
""",
    "pointwise": """
def pointwise(x, weight, bias=None):
    y = np.moveaxis(x, 1, 3) @ weight.T
    return np.moveaxis(y if bias is None else y + bias, 3, 1)
""",
    "grouped": """
def one_group(x, weight, stride, padding):
    seen, out = columns(x, weight.shape[2:], stride, padding)
    y = np.tensordot(seen, weight.reshape(*weight.shape[:2], -1), ([1, 3], [1, 2]))
    return np.moveaxis(y, 2, 1).reshape(len(x), len(weight), *out)

def grouped(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), groups=1):
    parts = zip(np.split(x, groups, axis=1), np.split(weight, groups))
    y = np.concatenate([one_group(*part, stride, padding) for part in parts], axis=1)
    return y if bias is None else y + bias[None, :, None, None]
""",
    "separable": """
def separable(
    x, depthwise_weight, pointwise_weight, bias=None, *, stride=(1, 1), padding=(0, 0)
):
    between = depthwise(x, depthwise_weight, stride=stride, padding=padding)
    return pointwise(between, pointwise_weight, bias)
""",
    "repair": """
def repair(seen, shifts, mix):
    kernels = np.zeros((len(seen), 1, 7, 7))
    kernels[np.arange(len(seen)), 0, shifts[:, 0] + 3, shifts[:, 1] + 3] = 1
    return separable(seen[np.newaxis], kernels, np.linalg.inv(mix)).squeeze(0)
""",
}

RECURSION = {
    "depthwise": """
def down_the_rows(x, weight, out, stride):
    if weight.shape[2] == 0:
        return 0
    met = x[:, :, : stride[0] * (out[0] - 1) + 1 : stride[0]]
    here = along(met, weight[:, 0, 0], out[1], stride[1])
    return here + down_the_rows(x[:, :, 1:], weight[:, :, 1:], out, stride)

def along(x, taps, out, stride):
    if taps.shape[1] == 0:
        return 0
    here = x[..., : stride * (out - 1) + 1 : stride] * taps[:, :1, None]
    return here + along(x[..., 1:], taps[:, 1:], out, stride)

def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    x = x[:, np.arange(len(weight)) * x.shape[1] // len(weight)]
    out = [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], weight.shape[2:], stride)]
    y = down_the_rows(x, weight, out, stride)
    return y if bias is None else y + bias[:, None, None]
""",
    "grouped": """
def grouped(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), groups=1):
    if groups > 1:
        c, f = x.shape[1] // groups, len(weight) // groups
        own = grouped(x[:, :c], weight[:f], stride=stride, padding=padding)
        rest = grouped(x[:, c:], weight[f:], stride=stride, padding=padding, groups=groups - 1)
        y = np.concatenate([own, rest], axis=1)
    else:
        filters = [depthwise(x, w[:, None], stride=stride, padding=padding) for w in weight]
        y = np.stack([one.sum(axis=1) for one in filters], axis=1)
    return y if bias is None else y + bias[:, None, None]
""",
}

COMPREHENSIONS = {
    "depthwise": """
def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    kh, kw = weight.shape[2:]
    tops = range(0, x.shape[2] - kh + 1, stride[0])
    lefts = range(0, x.shape[3] - kw + 1, stride[1])
    offsets = [0] * len(weight) if bias is None else bias
    own = np.repeat(range(x.shape[1]), len(weight) // x.shape[1])
    y = [
        [[[np.vdot(w, s[c, i : i + kh, j : j + kw]) + b for j in lefts] for i in tops]
         for w, b, c in zip(weight[:, 0], offsets, own)]
        for s in x
    ]
    shape = len(x), len(weight), len(tops), len(lefts)
    return np.array(y, np.result_type(x, weight)).reshape(shape)
""",
    "grouped": """
def grouped(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), groups=1):
    c, f = weight.shape[1], len(weight) // groups
    y = []
    for o, filter_ in enumerate(weight):
        group = o // f
        own = x[:, group * c : group * c + c]
        y.append(depthwise(own, filter_[:, None], stride=stride, padding=padding).sum(axis=1))
    y = np.stack(y, axis=1)
    return y if bias is None else y + bias[:, None, None]
""",
    "separable": """
def separable(
    x, depthwise_weight, pointwise_weight, bias=None, *, stride=(1, 1), padding=(0, 0)
):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    kh, kw = depthwise_weight.shape[2:]
    x = np.repeat(x, len(depthwise_weight) // x.shape[1], axis=1)
    shape = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    between = sum(
        depthwise_weight[:, :, i, j, None] * x[:, :, i : i + shape[0], j : j + shape[1]]
        for i in range(kh)
        for j in range(kw)
    )
    return pointwise(between[:, :, :: stride[0], :: stride[1]], pointwise_weight, bias)
""",
}

FFT = {
    "depthwise": """
def depthwise(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0)):
    dtype = np.result_type(x, weight)
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    x = np.repeat(x, len(weight) // x.shape[1], axis=1)
    size, (kh, kw) = x.shape[2:], weight.shape[2:]
    seen = np.fft.rfft2(x, size) * np.conj(np.fft.rfft2(weight[:, 0], size))
    y = np.fft.irfft2(seen, size)
    y = y[:, :, : size[0] - kh + 1 : stride[0], : size[1] - kw + 1 : stride[1]]
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y if bias is None else y + bias[:, None, None]
""",
}

STYLES = {
    "loops": PREDICTED | COUNTS | LOOPS,
    "windows": PREDICTED | MEASURED | WINDOWS,
    "matrix": PREDICTED | COUNTS | MATRIX,
    "recursion": PREDICTED | MEASURED | WINDOWS | RECURSION,
    "comprehensions": PREDICTED | COUNTS | LOOPS | COMPREHENSIONS,
    "fft": PREDICTED | MEASURED | WINDOWS | RECURSION | FFT,
}
