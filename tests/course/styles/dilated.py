"""Right answers to `dilated`, in several styles: a source for each solution cell."""

PREDICTED = {
    "fields": "sees_a, sees_b, sees_c, sees_d, sees_e, sees_f = 9, 15, 13, 19, 23, 2**10",
    "reads": """
alone, stacked, causal = (2, 6, 10), np.array([0, 1, 3, 4]), [1, 5, 9]
values = [-1, 13.0, 2]
""",
}

LOOPS = PREDICTED | {
    "dilated1d": """
def dilated1d(x, w, *, dilation=1):
    stops = len(x) - ((len(w) - 1) * dilation + 1) + 1
    y = np.zeros(stops, dtype=(x[:1] * w[:1]).dtype)
    for stop in range(stops):
        place = stop
        for element in w:
            y[stop] = y[stop] + element * x[place]
            place += dilation
    return y
""",
    "receptive_field": """
def receptive_field(layers):
    sees = 1
    for i in range(len(layers)):
        steps = (layers[i][0] - 1) * layers[i][1]
        for j in range(i):
            steps = steps * layers[j][2]
        sees = sees + steps
    return sees
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    N, C_in, size = x.shape
    C_out, _, kernel = weight.shape
    before = (kernel - 1) * dilation
    padded = np.zeros((N, C_in, before + size), dtype=x.dtype)
    padded[:, :, before:] = x
    y = np.zeros((N, C_out, size), dtype=np.result_type(x, weight))
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for k in range(kernel):
                    y[n, o] += weight[o, c, k] * padded[n, c, k * dilation :][:size]
            if bias is not None:
                y[n, o] += bias[o]
    return y
""",
    "wavenet_block": """
def sigmoid(a):
    return 1 / (1 + np.exp(-a))

def wavenet_block(x, filters, gates, mix, skip, *, dilation=1):
    C = x.shape[1]
    result = np.zeros((len(x), C + len(skip), x.shape[2]), dtype=np.result_type(x, filters))
    for n in range(len(x)):
        z = np.tanh(causal_conv1d(x[n : n + 1], filters, dilation=dilation)[0])
        z *= sigmoid(causal_conv1d(x[n : n + 1], gates, dilation=dilation)[0])
        for c in range(C):
            result[n, c] = x[n, c]
            for h in range(len(z)):
                result[n, c] += mix[c, h] * z[h]
        for s in range(len(skip)):
            for h in range(len(z)):
                result[n, C + s] += skip[s, h] * z[h]
    return result
""",
    "atrous2d": """
def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    N, C_in, rows, columns = x.shape
    C_out, _, kh, kw = weight.shape
    top, left = dilation[0] * (kh // 2), dilation[1] * (kw // 2)
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    y = np.zeros((N, C_out, rows, columns), dtype=np.result_type(x, weight))
    for o in range(C_out):
        for c in range(C_in):
            for u in range(kh):
                for v in range(kw):
                    a, b = u * dilation[0], v * dilation[1]
                    y[:, o] += weight[o, c, u, v] * padded[:, c, a : a + rows, b : b + columns]
        if bias is not None:
            y[:, o] += bias[o]
    return y
""",
    "find_delay": """
def find_delay(heard, shortest, longest):
    delays = []
    for recording in heard:
        best, quietest = None, np.inf
        for d in range(shortest, longest + 1):
            loud = np.mean(dilated1d_fast(recording, d) ** 2)
            if loud < quietest:
                best, quietest = d, loud
        delays.append(best)
    return delays

def dilated1d_fast(recording, d):
    return causal_conv1d(recording[None, None], np.array([[[-1.0, 1]]]), dilation=d)[0, 0, d:]
""",
}

WINDOWS = LOOPS | {
    "dilated1d": """
from numpy.lib.stride_tricks import sliding_window_view

def dilated1d(x, w, *, dilation=1):
    return sliding_window_view(x, dilation * (len(w) - 1) + 1)[:, ::dilation] @ w
""",
    "receptive_field": """
def receptive_field(layers):
    if not layers:
        return 1
    k, d, s = np.array(layers).T
    return int(((k - 1) * d * np.cumprod([1, *s[:-1]])).sum()) + 1
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    span = dilation * (weight.shape[2] - 1) + 1
    x = np.pad(x, ((0, 0), (0, 0), (span - 1, 0)))
    windows = sliding_window_view(x, span, axis=2)[..., ::dilation]
    y = np.einsum("ncik,ock->noi", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1)
""",
    "wavenet_block": """
def wavenet_block(x, filters, gates, mix, skip, *, dilation=1):
    both = causal_conv1d(x, np.concatenate([filters, gates]), dilation=dilation)
    f, g = np.split(both, 2, axis=1)
    z = np.tanh(f) * (1 + np.tanh(g / 2)) / 2
    out = np.einsum("oh,nhi->noi", np.concatenate([mix, skip]), z)
    out[:, : x.shape[1]] += x
    return out
""",
    "atrous2d": """
def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    d, e = dilation
    h, w = d * (weight.shape[2] - 1), e * (weight.shape[3] - 1)
    x = np.pad(x, ((0, 0), (0, 0), (h // 2, h // 2), (w // 2, w // 2)))
    windows = sliding_window_view(x, (h + 1, w + 1), axis=(2, 3))[..., ::d, ::e]
    y = np.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(1, -1, 1, 1)
""",
    "find_delay": """
def find_delay(heard, shortest, longest):
    tried = np.arange(shortest, longest + 1)
    alike = [np.mean(heard[:, d:] * heard[:, :-d], axis=1) for d in tried]
    return tried[np.argmax(alike, axis=0)]
""",
}

GATHER = LOOPS | {
    "dilated1d": """
def dilated1d(x, w, *, dilation=1):
    k = np.arange(len(w)) * dilation
    i = np.arange(len(x) - k[-1])
    return (x[i[:, None] + k] * w).sum(axis=1)
""",
    "receptive_field": """
def receptive_field(layers):
    size = 1
    for kernel, dilation, stride in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    reach = np.arange(weight.shape[2]) * dilation
    padded = np.concatenate([np.zeros((*x.shape[:2], reach[-1]), x.dtype), x], axis=2)
    taken = np.arange(x.shape[2])[:, None] + reach
    columns = padded[:, :, taken].transpose(0, 2, 1, 3).reshape(len(x), x.shape[2], -1) if len(
        x
    ) else np.zeros((0, x.shape[2], weight[0].size), x.dtype)
    y = columns @ weight.reshape(len(weight), -1).T
    if bias is not None:
        y = y + bias
    return y.swapaxes(1, 2)
""",
    "wavenet_block": """
def wavenet_block(x, filters, gates, mix, skip, **options):
    what, how_much = (causal_conv1d(x, w, **options) for w in (filters, gates))
    z = np.tanh(what) * (1 / (1 + np.exp(-how_much)))
    passed = causal_conv1d(z, mix[:, :, None]) + x
    return np.hstack([passed, causal_conv1d(z, skip[:, :, None])])
""",
    "atrous2d": """
def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    N, C, H, W = x.shape
    O, _, kh, kw = weight.shape
    d, e = dilation
    p, q = d * (kh - 1) // 2, e * (kw - 1) // 2
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    rows = (np.arange(H)[:, None] + d * np.arange(kh)).reshape(H, 1, kh, 1)
    columns = (np.arange(W)[:, None] + e * np.arange(kw)).reshape(1, W, 1, kw)
    y = np.tensordot(x[:, :, rows, columns], weight, ([1, 4, 5], [1, 2, 3]))
    return np.moveaxis(y if bias is None else y + bias, 3, 1)
""",
}

PHASES = GATHER | {
    "dilated1d": """
def plain(x, w):
    y = np.zeros(max(0, len(x) - len(w) + 1), np.result_type(x, w))
    for k, element in enumerate(w):
        y += element * x[k : k + len(y)]
    return y

def dilated1d(x, w, *, dilation=1):
    y = np.zeros(len(x) - dilation * (len(w) - 1), np.result_type(x, w))
    for phase in range(min(dilation, len(y))):
        y[phase::dilation] = plain(x[phase::dilation], w)
    return y
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    y = np.zeros((len(x), len(weight), x.shape[2]), np.result_type(x, weight))
    for k, tap in enumerate(np.moveaxis(weight, 2, 0)[::-1]):
        late = k * dilation
        if late < x.shape[2]:
            y[:, :, late:] += tap @ x[:, :, : x.shape[2] - late]
    if bias is not None:
        y += bias[:, None]
    return y
""",
    "atrous2d": """
def shifted(length, by):
    if by < 0:
        return slice(-by, None), slice(None, max(0, length + by))
    return slice(None, max(0, length - by)), slice(by, None)

def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    N, C, H, W = x.shape
    y = np.zeros((N, len(weight), H, W), np.result_type(x, weight))
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            to_row, row = shifted(H, dilation[0] * (u - weight.shape[2] // 2))
            to_column, column = shifted(W, dilation[1] * (v - weight.shape[3] // 2))
            seen = x[:, :, row, column]
            y[:, :, to_row, to_column] += np.einsum("oc,ncij->noij", weight[:, :, u, v], seen)
    return y if bias is None else y + bias[:, None, None]
""",
}

RECURSION = WINDOWS | {
    "dilated1d": """
def dilated1d(x, w, *, dilation=1):
    if len(w) == 1:
        return w[0] * x
    rest = dilated1d(x[dilation:], w[1:], dilation=dilation)
    return w[0] * x[: len(rest)] + rest
""",
    "receptive_field": """
def receptive_field(layers):
    if layers == []:
        return 1
    kernel, dilation, stride = layers[0]
    return dilation * (kernel - 1) + stride * (receptive_field(layers[1:]) - 1) + 1
""",
    "causal_conv1d": """
def later(x, by):
    zeros = np.zeros_like(x[:, :, :by])
    return np.concatenate([zeros, x[:, :, : x.shape[2] - zeros.shape[2]]], axis=2)

def add_taps(x, weight, dilation):
    here = np.matmul(weight[:, :, -1], x)
    if weight.shape[2] == 1:
        return here
    return here + add_taps(later(x, dilation), weight[:, :, :-1], dilation)

def causal_conv1d(x, weight, bias=None, *, dilation=1):
    y = add_taps(x, weight, dilation)
    return y if bias is None else y + bias[None, :, None]
""",
    "atrous2d": """
def atrous2d(x, weight, bias=None, *, dilation=(1, 1)):
    rows = weight.shape[2]
    if rows > 1:
        reach = dilation[0] * (rows // 2)
        x = np.pad(x, ((0, 0), (0, 0), (reach, reach), (0, 0)))
        size = x.shape[2] - 2 * reach
        y = sum(
            atrous2d(x[:, :, u * dilation[0] :][:, :, :size], weight[:, :, u : u + 1], None,
                     dilation=(1, dilation[1]))
            for u in range(rows)
        )
    else:
        d, kernel = dilation[1], weight.shape[3]
        x, size = np.pad(x, ((0, 0),) * 3 + ((d * (kernel // 2),) * 2,)), x.shape[3]
        y = np.zeros((len(x), len(weight), x.shape[2], size), np.result_type(x, weight))
        for v in range(kernel):
            part = x[..., v * d : v * d + size]
            y += np.tensordot(part, weight[:, :, 0, v], (1, 1)).transpose(0, 3, 1, 2)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
""",
}

COMPREHENSIONS = GATHER | {
    "dilated1d": """
def dilated1d(x, w, *, dilation=1):
    span = dilation * (len(w) - 1) + 1
    return np.array([np.dot(x[i : i + span : dilation], w) for i in range(len(x) - span + 1)])
""",
    "receptive_field": """
from math import prod

def receptive_field(layers):
    return 1 + sum(
        d * (k - 1) * prod(s for _, _, s in layers[:i]) for i, (k, d, _) in enumerate(layers)
    )
""",
    "causal_conv1d": """
def causal_conv1d(x, weight, bias=None, *, dilation=1):
    kernel, size = weight.shape[2], x.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), ((kernel - 1) * dilation, 0)))
    seen = np.stack([padded[:, :, k * dilation : k * dilation + size] for k in range(kernel)])
    y = np.einsum("ock,knci->noi", weight, seen)
    return y if bias is None else y + np.expand_dims(bias, 1)
""",
}

STYLES = {
    "loops": LOOPS,
    "windows": WINDOWS,
    "gather": GATHER,
    "phases": PHASES,
    "recursion": RECURSION,
    "comprehensions": COMPREHENSIONS,
}
