"""Right answers to `transposed`, in several styles: a source for each solution cell."""

PREDICTED = {
    "sizes": """
size_a, size_b, size_c, size_d, size_e = 7, 17, 16, 15, 29
sizes_f = np.array([8, 16, 32, 64])
""",
    "doubling": """
pair_a, pair_b, pair_c = [0, 0], [1, 1], [1, 0]
pair_d, pair_e = (2, 1), np.array([2, 0])
""",
    "by_hand": """
overlapping = (3, 12, 7, 4, 4, 8, 4)
cut = np.array([12, 7, 4, 4, 8, 4.0])
gaps = [3, 12, 6, 0, 1, 4, 2, 0, 2, 8, 4]
""",
}

LOOPS = PREDICTED | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    out = (len(x) - 1) * stride - 2 * padding + len(w) + output_padding
    y = np.zeros(out, dtype=np.result_type(x, w))
    for i in range(len(x)):
        for k in range(len(w)):
            place = i * stride + k - padding
            if 0 <= place < out:
                y[place] += w[k] * x[i]
    return y
""",
    "conv_transpose1d": """
def conv_transpose1d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    N, C_in, size = x.shape
    C_in, C_out, kernel = weight.shape
    out = (size - 1) * stride - 2 * padding + kernel + output_padding
    y = np.zeros((N, C_out, out), dtype=np.result_type(x, weight))
    for n in range(N):
        for o in range(C_out):
            for j in range(out):
                for c in range(C_in):
                    for k in range(kernel):
                        i, rest = divmod(j + padding - k, stride)
                        if rest == 0 and 0 <= i < size:
                            y[n, o, j] += weight[c, o, k] * x[n, c, i]
                if bias is not None:
                    y[n, o, j] += bias[o]
    return y
""",
    "spread_out": """
def spread_out(x, kernel, *, stride=1, padding=0, output_padding=0):
    N, C_in, size = x.shape
    zeros = kernel - 1 - padding
    spread = np.zeros((N, C_in, (size - 1) * stride + 1), x.dtype)
    spread[:, :, ::stride] = x
    return np.pad(spread, ((0, 0), (0, 0), (zeros, zeros + output_padding)))
""",
    "zero_insertion": """
def zero_insertion(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    C_in, C_out, kernel = weight.shape
    turned = np.zeros((C_out, C_in, kernel), weight.dtype)
    for o in range(C_out):
        for c in range(C_in):
            for k in range(kernel):
                turned[o, c, k] = weight[c, o, kernel - 1 - k]
    return conv1d(spread_out(x, kernel, stride=stride, padding=padding,
                             output_padding=output_padding), turned, bias)
""",
    "conv_transpose2d": """
def conv_transpose2d(
    x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), output_padding=(0, 0)
):
    N, C_in, H, W = x.shape
    C_in, C_out, kh, kw = weight.shape
    rows = (H - 1) * stride[0] + kh + output_padding[0]
    columns = (W - 1) * stride[1] + kw + output_padding[1]
    full = np.zeros((N, C_out, rows, columns), dtype=np.result_type(x, weight))
    for n in range(N):
        for c in range(C_in):
            for i in range(H):
                for j in range(W):
                    top, left = i * stride[0], j * stride[1]
                    full[n, :, top : top + kh, left : left + kw] += x[n, c, i, j] * weight[c]
    if bias is not None:
        for o in range(C_out):
            full[:, o] += bias[o]
    return full[:, :, padding[0] : rows - padding[0], padding[1] : columns - padding[1]]
""",
    "adjoint_gap": """
def adjoint_gap(x, g, back, weight, *, stride=1, padding=0):
    forward = conv1d(x, weight, stride=stride, padding=padding)
    one = sum(a * b for a, b in zip(forward.ravel(), g.ravel()))
    other = sum(a * b for a, b in zip(x.ravel(), back.ravel()))
    return float(one - other) if one > other else float(other - one)
""",
    "generate": """
def generate(noise, *weights):
    y = noise.reshape(len(noise), -1, 1, 1)
    for number, weight in enumerate(weights):
        if number == 0:
            y = conv_transpose2d(y, weight)
        else:
            y = conv_transpose2d(y, weight, stride=(2, 2), padding=(1, 1))
        if number < len(weights) - 1:
            y[y < 0] = 0
    return np.tanh(y)
""",
    "checkerboard": """
def checkerboard(y, stride):
    means = np.zeros((stride, stride))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            means[i % stride, j % stride] += y[i, j]
    means /= y.size / stride**2
    return means.std() / means.mean()
""",
}

TAPS = LOOPS | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    last = (len(x) - 1) * stride + 1
    y = np.zeros(last + len(w) - 1 + output_padding, np.result_type(x, w))
    for k, element in enumerate(w):
        y[k : k + last : stride] += element * x
    return y[padding:][: len(y) - 2 * padding]
""",
    "conv_transpose1d": """
def conv_transpose1d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    last = (x.shape[2] - 1) * stride + 1
    room = last + weight.shape[2] - 1 + output_padding
    y = np.zeros((len(x), weight.shape[1], room), np.result_type(x, weight))
    for k in range(weight.shape[2]):
        y[:, :, k : k + last : stride] += weight[:, :, k].T @ x
    if bias is not None:
        y = y + bias.reshape(-1, 1)
    return y[..., padding : room - padding]
""",
    "spread_out": """
def spread_out(x, kernel, *, stride=1, padding=0, output_padding=0):
    N, C, size = x.shape
    apart = np.concatenate([x[..., None], np.zeros((N, C, size, stride - 1), x.dtype)], axis=3)
    apart = apart.reshape(N, C, size * stride)[:, :, : (size - 1) * stride + 1]
    start = np.zeros((N, C, kernel - 1 - padding), x.dtype)
    end = np.zeros((N, C, kernel - 1 - padding + output_padding), x.dtype)
    return np.concatenate([start, apart, end], axis=2)
""",
    "zero_insertion": """
def zero_insertion(x, weight, bias=None, **options):
    turned = np.flip(weight, axis=2).transpose(1, 0, 2)
    return conv1d(spread_out(x, weight.shape[2], **options), turned, bias)
""",
    "adjoint_gap": """
def adjoint_gap(x, g, back, weight, **options):
    return np.abs(np.vdot(conv1d(x, weight, **options), g) - np.vdot(x, back))
""",
    "generate": """
def generate(noise, first, *others):
    def draw(y, weights):
        if not weights:
            return np.tanh(y)
        y = np.where(y > 0, y, 0)
        return draw(conv_transpose2d(y, weights[0], stride=(2, 2), padding=(1, 1)), weights[1:])

    return draw(np.einsum("nc,cohw->nohw", noise, first), others)
""",
    "checkerboard": """
def checkerboard(y, stride):
    height, width = y.shape
    blocks = y.reshape(height // stride, stride, width // stride, stride)
    means = blocks.mean(axis=(0, 2))
    return np.sqrt(((means - means.mean()) ** 2).mean()) / y.mean()
""",
}

INDICES = TAPS | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    places = stride * np.arange(len(x))[:, None] + np.arange(len(w))
    full = np.zeros(places[-1, -1] + 1 + output_padding, dtype=np.result_type(x, w))
    np.add.at(full, places, np.outer(x, w))
    return full[padding : full.size - padding]
""",
    "conv_transpose1d": """
def conv_transpose1d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    places = stride * np.arange(x.shape[2])[:, None] + np.arange(weight.shape[2])
    room = places.max() + 1 + output_padding
    full = np.zeros((len(x), weight.shape[1], room), np.result_type(x, weight))
    if bias is not None:
        full += bias[:, np.newaxis]
    np.add.at(full, (slice(None), slice(None), places), np.einsum("nci,cok->noik", x, weight))
    return full[:, :, padding : room - padding]
""",
    "conv_transpose2d": """
def conv_transpose2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), output_padding=(0, 0)):
    rows = stride[0] * np.arange(x.shape[2])[:, None] + np.arange(weight.shape[2])
    columns = stride[1] * np.arange(x.shape[3])[:, None] + np.arange(weight.shape[3])
    room = rows.max() + 1 + output_padding[0], columns.max() + 1 + output_padding[1]
    full = np.zeros((len(x), weight.shape[1], *room), np.result_type(x, weight))
    places = rows[:, None, :, None], columns[None, :, None, :]
    np.add.at(full, (slice(None), slice(None), *places), np.einsum("ncij,cohw->noijhw", x, weight))
    y = full[:, :, padding[0] : room[0] - padding[0], padding[1] : room[1] - padding[1]]
    return y if bias is None else y + bias[:, None, None]
""",
}

MATRIX = TAPS | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    copies = np.zeros((len(x), (len(x) - 1) * stride + len(w) + output_padding), w.dtype)
    for i, row in enumerate(copies):
        row[i * stride : i * stride + len(w)] = w
    return x @ copies[:, padding : copies.shape[1] - padding]
""",
    "conv_transpose1d": """
def matrix(size, kernel, stride, padding, extra):
    places = np.arange((size - 1) * stride + kernel + extra)
    begins = stride * np.arange(size)[:, None, None] + np.arange(kernel)[:, None]
    found = (places == begins).astype(int)
    return found[:, :, padding : len(places) - padding]

def conv_transpose1d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    moves = matrix(x.shape[2], weight.shape[2], stride, padding, output_padding)
    y = np.einsum("nci,cok,ikj->noj", x, weight, moves).astype(np.result_type(x, weight))
    return y if bias is None else y + bias[None, :, None]
""",
    "spread_out": """
def spread_out(x, kernel, *, stride=1, padding=0, output_padding=0):
    around = kernel - 1 - padding
    spread = np.kron(x, np.eye(1, stride, dtype=x.dtype)[0])
    spread = spread[:, :, : spread.shape[2] - stride + 1]
    return np.pad(spread, [(0, 0), (0, 0), (around, around + output_padding)])
""",
    "zero_insertion": """
def zero_insertion(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    spread = spread_out(x, weight.shape[2] - padding, stride=stride, output_padding=output_padding)
    return conv1d(spread, np.swapaxes(weight[..., ::-1], 0, 1), bias)
""",
    "conv_transpose2d": """
def conv_transpose2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), output_padding=(0, 0)):
    down, across = (
        matrix(*one) for one in zip(x.shape[2:], weight.shape[2:], stride, padding, output_padding)
    )
    shares = np.einsum("ncij,cohw->noihjw", x, weight)
    y = np.einsum("noihjw,iha,jwb->noab", shares, down, across, optimize=True)
    y = y.astype(np.result_type(x, weight))
    return y if bias is None else y + bias[:, None, None]
""",
    "adjoint_gap": """
def adjoint_gap(x, g, back, weight, stride=1, padding=0):
    y = conv1d(x, weight, None, stride=stride, padding=padding)
    return abs(np.tensordot(y, g, 3) - np.tensordot(x, back, 3))
""",
    "checkerboard": """
def checkerboard(y, stride):
    rows, columns = (np.tile(np.eye(stride), n // stride) for n in y.shape)
    means = rows @ y @ columns.T / (y.size / stride**2)
    return np.std(means) / np.mean(means)
""",
}

PHASES = TAPS | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    spread = np.insert(x, np.repeat(np.arange(1, len(x)), stride - 1), 0)
    zeros = len(w) - 1 - padding
    spread = np.pad(spread, (zeros, zeros + output_padding))
    return np.array([spread[i : i + len(w)] @ w[::-1] for i in range(len(spread) - len(w) + 1)])
""",
    "conv_transpose1d": """
def conv_transpose1d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    room = (x.shape[2] - 1) * stride + weight.shape[2] + output_padding
    full = np.zeros((len(x), weight.shape[1], room), np.result_type(x, weight))
    for phase in range(min(stride, weight.shape[2])):
        part = weight[:, :, phase::stride]
        around = np.pad(x, [(0, 0), (0, 0), (part.shape[2] - 1,) * 2])
        seen = np.lib.stride_tricks.sliding_window_view(around, part.shape[2], axis=2)
        heard = np.einsum("ncik,cok->noi", seen, part[:, :, ::-1])
        full[:, :, phase : phase + stride * (heard.shape[2] - 1) + 1 : stride] = heard
    y = full[:, :, padding : room - padding]
    return y if bias is None else y + bias[:, None]
""",
    "spread_out": """
def spread_out(x, kernel, *, stride=1, padding=0, output_padding=0):
    size = x.shape[2]
    spread = np.insert(x, np.repeat(np.arange(1, size), stride - 1), 0, axis=2)
    left = kernel - 1 - padding
    return np.pad(spread, [(0, 0), (0, 0), (left, left + output_padding)])
""",
    "zero_insertion": """
def zero_insertion(x, weight, bias=None, *, stride=1, padding=0, output_padding=0):
    kernel = weight.shape[2]
    spread = spread_out(x, 1, stride=stride)
    spread = np.pad(spread, [(0, 0), (0, 0), (0, output_padding)])
    turned = weight.transpose(1, 0, 2)[:, :, ::-1]
    return conv1d(spread, turned, bias, padding=kernel - 1 - padding)
""",
    "conv_transpose2d": """
def along(x, axis, stride, padding, extra, kernel):
    x = np.moveaxis(x, axis, 0)
    apart = np.zeros(((len(x) - 1) * stride + 1, *x.shape[1:]), x.dtype)
    apart[::stride] = x
    zeros = kernel - 1 - padding
    around = [(zeros, zeros + extra), *[(0, 0)] * (x.ndim - 1)]
    return np.moveaxis(np.pad(apart, around), 0, axis)

def conv_transpose2d(x, weight, bias=None, *, stride=(1, 1), padding=(0, 0), output_padding=(0, 0)):
    for axis in (0, 1):
        how = stride[axis], padding[axis], output_padding[axis], weight.shape[2 + axis]
        x = along(x, 2 + axis, *how)
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    y = np.einsum("ncijhw,cohw->noij", windows, weight[:, :, ::-1, ::-1])
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)
""",
    "adjoint_gap": """
def adjoint_gap(x, g, back, weight, *, stride=1, padding=0):
    seen = conv1d(x, weight, stride=stride, padding=padding)
    inner = [np.einsum("ncj,ncj->", one, other) for one, other in [(seen, g), (x, back)]]
    return max(inner) - min(inner)
""",
    "generate": """
from functools import reduce

def generate(noise, *weights):
    def layer(y, weight):
        return conv_transpose2d(y * (y > 0), weight, stride=(2, 2), padding=(1, 1))

    begin = conv_transpose2d(np.expand_dims(noise, (2, 3)), weights[0], stride=(2, 2))
    y = reduce(layer, weights[1:], begin)
    return (np.exp(2 * y) - 1) / (np.exp(2 * y) + 1)
""",
}

FFT = TAPS | {
    "scatter": """
def scatter(x, w, *, stride=1, padding=0, output_padding=0):
    size = (len(x) - 1) * stride + len(w) + output_padding
    apart = np.zeros(size, x.dtype)
    apart[: (len(x) - 1) * stride + 1 : stride] = x
    y = np.fft.irfft(np.fft.rfft(apart) * np.fft.rfft(w, size), size)
    dtype = np.result_type(x, w)
    y = y.astype(dtype) if dtype.kind == "f" else np.rint(y).astype(dtype)
    return y[padding : size - padding]
""",
    "conv_transpose1d": """
def conv_transpose1d(x, weight, bias=None, **options):
    y = [
        [sum(scatter(s, w, **options) for s, w in zip(sample, weight[:, o]))
         for o in range(weight.shape[1])]
        for sample in x
    ]
    out = len(scatter(np.zeros(x.shape[2]), np.zeros(weight.shape[2]), **options))
    y = np.reshape(y, (len(x), weight.shape[1], out)).astype(np.result_type(x, weight))
    return y if bias is None else y + bias[:, None]
""",
}

STYLES = {
    "loops": LOOPS,
    "taps": TAPS,
    "indices": INDICES,
    "matrix": MATRIX,
    "phases": PHASES,
    "fft": FFT,
}
