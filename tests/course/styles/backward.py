"""Right answers to `backward`, in several styles: a source for each solution cell."""

PREDICTED = {
    "reached": """
reach_a, reach_b, reach_c, reach_d = [2, 3, 4], (0, 1), np.array([1, 2]), []
reach_e, reach_f, reach_g = range(3), [1, 4, 7, 10], [1.0, 3.0, 5.0]
""",
    "gradients_by_hand": """
bias_by_hand, weight_by_hand = [13], np.array([22, 37, 47])
input_by_hand, input_strided = (3, 5, 30, -6, 20), [3, -1, 32, -10, 20, 0]
""",
    "suspects": "right, ones, stride_1, wide, symmetric = 4, 3, 5, 2, 1",
}

LOOPS = PREDICTED | {
    "bias_grad": """
def bias_grad(grad):
    back = np.zeros(grad.shape[1], dtype=grad.dtype)
    for n in range(grad.shape[0]):
        for o in range(grad.shape[1]):
            back[o] += grad[n, o].sum()
    return back
""",
    "weight_grad": """
def weight_grad(x, grad, kernel_size, *, stride=1, padding=0, dilation=1):
    N, C_in, size = x.shape
    N, C_out, out = grad.shape
    back = np.zeros((C_out, C_in, kernel_size), dtype=np.result_type(x, grad))
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for i in range(out):
                    for k in range(kernel_size):
                        j = i * stride + k * dilation - padding
                        if 0 <= j < size:
                            back[o, c, k] += x[n, c, j] * grad[n, o, i]
    return back
""",
    "input_grad": """
def input_grad(grad, weight, input_size, *, stride=1, padding=0, dilation=1):
    N, C_out, out = grad.shape
    C_out, C_in, kernel = weight.shape
    back = np.zeros((N, C_in, input_size), dtype=np.result_type(grad, weight))
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for i in range(out):
                    for k in range(kernel):
                        j = i * stride + k * dilation - padding
                        if 0 <= j < input_size:
                            back[n, c, j] += weight[o, c, k] * grad[n, o, i]
    return back
""",
    "adjoint_gap": """
def adjoint_gap(x, y, grad, back):
    left = sum(float(a) * float(b) for a, b in zip(y.ravel(), grad.ravel()))
    right = sum(float(a) * float(b) for a, b in zip(x.ravel(), back.ravel()))
    return left - right
""",
    "weight_grad2d": """
def weight_grad2d(x, grad, kernel_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C_in, H, W = x.shape
    N, C_out, rows, columns = grad.shape
    padded = np.zeros((N, C_in, H + 2 * padding[0], W + 2 * padding[1]), dtype=x.dtype)
    padded[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W] = x
    back = np.zeros((C_out, C_in, *kernel_size), dtype=np.result_type(x, grad))
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for u in range(kernel_size[0]):
                    for v in range(kernel_size[1]):
                        i, j = u * dilation[0], v * dilation[1]
                        met = padded[n, c, i :: stride[0], j :: stride[1]][:rows, :columns]
                        back[o, c, u, v] += np.sum(met * grad[n, o])
    return back
""",
    "input_grad2d": """
def input_grad2d(grad, weight, input_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    N, C_out, rows, columns = grad.shape
    C_out, C_in, kh, kw = weight.shape
    H, W = input_size
    room = np.zeros(
        (N, C_in, H + 2 * padding[0], W + 2 * padding[1]), dtype=np.result_type(grad, weight)
    )
    for n in range(N):
        for o in range(C_out):
            for c in range(C_in):
                for u in range(kh):
                    for v in range(kw):
                        i, j = u * dilation[0], v * dilation[1]
                        met = room[n, c, i :: stride[0], j :: stride[1]]
                        met[:rows, :columns] += weight[o, c, u, v] * grad[n, o]
    return room[:, :, padding[0] : padding[0] + H, padding[1] : padding[1] + W]
""",
    "learn_kernel": """
def learn_kernel(x, y, kernel_size, *, rate, steps):
    weight = np.zeros((y.shape[1], x.shape[1], kernel_size))
    for step in range(steps):
        error = conv1d(x, weight) - y
        weight = weight - rate * weight_grad(x, error, kernel_size)
    return weight
""",
}

# Each gradient is itself a convolution of the notebook's own kind.
CONVOLUTIONS = LOOPS | {
    "bias_grad": """
def bias_grad(grad):
    return grad.swapaxes(0, 1).reshape(grad.shape[1], grad[:, 0].size).sum(axis=1)
""",
    "weight_grad": """
def weight_grad(x, grad, kernel_size, *, stride=1, padding=0, dilation=1):
    if len(x) == 0:
        return np.zeros((grad.shape[1], x.shape[1], kernel_size), np.result_type(x, grad))
    turned, kernels = x.swapaxes(0, 1), grad.swapaxes(0, 1)
    back = conv1d(turned, kernels, stride=dilation, padding=padding, dilation=stride)
    return back.swapaxes(0, 1)[:, :, :kernel_size]
""",
    "input_grad": """
def input_grad(grad, weight, input_size, *, stride=1, padding=0, dilation=1):
    kernel, out = weight.shape[2], grad.shape[2]
    span = dilation * (kernel - 1) + 1
    room = np.zeros((*grad.shape[:2], input_size + 2 * padding + span - 1), grad.dtype)
    room[:, :, span - 1 : span + stride * (out - 1) : stride] = grad
    back = conv1d(room, weight[:, :, ::-1].swapaxes(0, 1), dilation=dilation)
    return back[:, :, padding : padding + input_size]
""",
    "adjoint_gap": """
def adjoint_gap(x, y, grad, back):
    return np.vdot(y, grad) - np.vdot(x, back)
""",
    "weight_grad2d": """
def weight_grad2d(x, grad, kernel_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (p, q), (s, t), (d, e), (kh, kw) = padding, stride, dilation, kernel_size
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    tall, broad = s * (grad.shape[2] - 1) + 1, t * (grad.shape[3] - 1) + 1
    windows = sliding_window_view(x, (tall, broad), axis=(2, 3))[:, :, ::d, ::e, ::s, ::t]
    return np.einsum("ncuvij,noij->ocuv", windows[:, :, :kh, :kw], grad)
""",
    "input_grad2d": """
def input_grad2d(grad, weight, input_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (p, q), (s, t), (d, e), (H, W) = padding, stride, dilation, input_size
    N, C_out, rows, columns = grad.shape
    tall, broad = d * (weight.shape[2] - 1) + 1, e * (weight.shape[3] - 1) + 1
    room = np.zeros((N, C_out, H + 2 * p + tall - 1, W + 2 * q + broad - 1), grad.dtype)
    room[:, :, tall - 1 :: s, broad - 1 :: t][:, :, :rows, :columns] = grad
    windows = sliding_window_view(room, (tall, broad), axis=(2, 3))[..., ::d, ::e]
    back = np.einsum("noijuv,ocuv->ncij", windows, weight[:, :, ::-1, ::-1])
    return back[:, :, p : p + H, q : q + W]
""",
}

# Every convolution is a matrix; backward is its transpose.
MATRIX = LOOPS | {
    "bias_grad": """
def bias_grad(grad):
    return np.moveaxis(grad, 1, -1).reshape(-1, grad.shape[1]).sum(axis=0)
""",
    "weight_grad": """
def places(out, kernel, stride, dilation):
    return stride * np.arange(out)[:, None] + dilation * np.arange(kernel)

def weight_grad(x, grad, kernel_size, *, stride=1, padding=0, dilation=1):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    columns = x[:, :, places(grad.shape[2], kernel_size, stride, dilation)]
    return np.tensordot(grad, columns, axes=([0, 2], [0, 2]))
""",
    "input_grad": """
def input_grad(grad, weight, input_size, *, stride=1, padding=0, dilation=1):
    C_out, C_in, kernel = weight.shape
    N, C_out, out = grad.shape
    toeplitz = np.zeros((C_out, out, C_in, input_size + 2 * padding), weight.dtype)
    for i, row in enumerate(places(out, kernel, stride, dilation)):
        toeplitz[:, i, :, row] = np.moveaxis(weight, 2, 0)
    flat = toeplitz.reshape(C_out * out, -1)
    back = (grad.reshape(N, C_out * out) @ flat).reshape(N, *toeplitz.shape[2:])
    return back[:, :, padding : padding + input_size]
""",
    "adjoint_gap": """
def adjoint_gap(x, y, grad, back):
    return y.ravel() @ grad.ravel() - x.ravel() @ back.ravel()
""",
    "weight_grad2d": """
def weight_grad2d(x, grad, kernel_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x = np.pad(x, [(0, 0)] * 2 + [(p, p) for p in padding])
    rows = places(grad.shape[2], kernel_size[0], stride[0], dilation[0])
    columns = places(grad.shape[3], kernel_size[1], stride[1], dilation[1])
    met = x[:, :, rows[:, None, :, None], columns[None, :, None, :]]
    return np.tensordot(grad, met, ([0, 2, 3], [0, 2, 3]))
""",
    "input_grad2d": """
def input_grad2d(grad, weight, input_size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (H, W), (p, q) = input_size, padding
    rows = places(grad.shape[2], weight.shape[2], stride[0], dilation[0])
    columns = places(grad.shape[3], weight.shape[3], stride[1], dilation[1])
    parts = np.tensordot(grad, weight, (1, 0)).transpose(0, 3, 1, 2, 4, 5)
    room = np.zeros((*parts.shape[:2], H + 2 * p, W + 2 * q), parts.dtype)
    np.add.at(room, (..., rows[:, None, :, None], columns[None, :, None, :]), parts)
    return room[:, :, p : p + H, q : q + W]
""",
}

# The result is linear in everything: try each unit, and weigh what comes out.
TRYING = CONVOLUTIONS | {
    "bias_grad": """
def bias_grad(grad):
    return np.array([grad[:, o].sum() for o in range(grad.shape[1])], grad.dtype)
""",
    "weight_grad": """
def weight_grad(x, grad, kernel_size, **options):
    shape = grad.shape[1], x.shape[1], kernel_size
    back = np.zeros(shape, np.result_type(x, grad))
    for place in np.ndindex(*shape):
        unit = np.zeros(shape, x.dtype)
        unit[place] = 1
        back[place] = (conv1d(x, unit, **options) * grad).sum()
    return back
""",
    "input_grad": """
def input_grad(grad, weight, input_size, **options):
    back = np.zeros((len(grad), weight.shape[1], input_size), np.result_type(grad, weight))
    for c, j in np.ndindex(*back.shape[1:]):
        unit = np.zeros((1, *back.shape[1:]), weight.dtype)
        unit[0, c, j] = 1
        back[:, c, j] = np.tensordot(grad, conv1d(unit, weight, **options)[0], 2)
    return back
""",
}

# One axis after the other, the last element first.
RECURSION = CONVOLUTIONS | {
    "bias_grad": """
def bias_grad(grad):
    return grad.sum(axis=0) if grad.ndim == 2 else bias_grad(grad.sum(axis=-1))
""",
    "weight_grad": """
def weight_grad(x, grad, kernel_size, *, stride=1, padding=0, dilation=1):
    if padding:
        zeros = np.zeros((*x.shape[:2], padding), x.dtype)
        x = np.concatenate([zeros, x, zeros], axis=2)
    if kernel_size == 0:
        return np.zeros((grad.shape[1], x.shape[1], 0), np.result_type(x, grad))
    met = x[:, :, ::stride][:, :, : grad.shape[2]]
    first = np.tensordot(grad, met, ([0, 2], [0, 2]))
    rest = weight_grad(x[:, :, dilation:], grad, kernel_size - 1, stride=stride, dilation=dilation)
    return np.concatenate([first[:, :, None], rest], axis=2)
""",
    "input_grad": """
def input_grad(grad, weight, input_size, *, stride=1, padding=0, dilation=1):
    if padding:
        room = input_size + 2 * padding
        back = input_grad(grad, weight, room, stride=stride, dilation=dilation)
        return back[:, :, padding:-padding]
    back = np.zeros((len(grad), weight.shape[1], input_size), np.result_type(grad, weight))
    if weight.shape[2] > 1:
        less = input_size - dilation
        back[:, :, dilation:] = input_grad(
            grad, weight[:, :, 1:], less, stride=stride, dilation=dilation
        )
    first = np.swapaxes(np.tensordot(weight[:, :, 0], grad, (0, 1)), 0, 1)
    back[:, :, ::stride][:, :, : grad.shape[2]] += first
    return back
""",
    "learn_kernel": """
def learn_kernel(x, y, kernel_size, *, rate, steps):
    if steps == 0:
        return np.zeros((y.shape[1], x.shape[1], kernel_size))
    weight = learn_kernel(x, y, kernel_size, rate=rate, steps=steps - 1)
    return weight + rate * weight_grad(x, y - conv1d(x, weight), kernel_size)
""",
}

STYLES = {  # the slow ones last: others are tried more often
    "convolutions": CONVOLUTIONS,
    "matrix": MATRIX,
    "recursion": RECURSION,
    "trying": TRYING,
    "loops": LOOPS,
}
