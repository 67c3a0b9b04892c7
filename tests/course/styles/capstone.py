"""Right answers to `capstone`, in several styles: a source for each solution cell."""

PREDICTED = {
    "sizes": "size_a, size_b, size_c, size_d, size_e, size_f = "
    "8 * 26, 6 * 73, [32, 12, 1, 128], (32, 12, 1, 1), 16 * 12 * 432, 1 / 5",
}

SHORT = PREDICTED | {
    "relu_backward": "relu_backward = lambda d, x: d * (x > 0)",
    "average": """
def average(x):
    return np.mean(x, (-2, -1), keepdims=True)
""",
    "average_backward": """
def average_backward(d, x):
    return d / x[0, 0].size * np.ones_like(x) if len(x) else x.astype(float)
""",
    "loss_gradient": """
def loss_gradient(scores, labels):
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    np.put_along_axis(p, labels[:, None], np.take_along_axis(p, labels[:, None], 1) - 1, 1)
    return p / labels.size
""",
    "sgd_step": "def sgd_step(w, gradient, rate, decay=0): "
    "return (1 - rate * decay) * w - rate * gradient",
    "learn": """
CHOICE = "segment"
def train(rng):
    x, labels = shapes(rng, 200)
    layers = [conv(rng, 1, 8, (3, 3)), "relu", conv(rng, 8, 2, (5, 5))]
    for _ in range(60):
        some = rng.integers(0, len(x), 8)
        layers = train_step(layers, x[some], labels[some], rate=0.5)
    return layers
def predict(x, layers):
    scores = forward(x, layers)[-1]
    return (scores[:, 1] > scores[:, 0]).astype(int)
""",
}

LOOPS = PREDICTED | {
    "relu_backward": """
def relu_backward(d, x):
    out = np.zeros(d.shape, d.dtype)
    for index in np.ndindex(*x.shape):
        if x[index] > 0:
            out[index] = d[index]
    return out
""",
    "average": """
def average(x):
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1, 1), np.result_type(x, np.float16))
    for n in range(N):
        for c in range(C):
            out[n, c] = x[n, c].sum() / (H * W)
    return out
""",
    "average_backward": """
def average_backward(d, x):
    out = np.empty(x.shape, np.result_type(d, np.float16))
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            out[:, :, i, j] = d[:, :, 0, 0] / (x.shape[2] * x.shape[3])
    return out
""",
    "loss_gradient": """
def loss_gradient(scores, labels):
    out = np.zeros_like(scores)
    for where in np.ndindex(*labels.shape):
        pick = (where[0], slice(None), *where[1:])
        e = np.exp(scores[pick] - max(scores[pick]))
        out[pick] = e / e.sum()
        out[(where[0], labels[where], *where[1:])] -= 1
    return out / labels.size
""",
    "sgd_step": """
def sgd_step(w, gradient, rate, decay=0.0):
    new = w.copy()
    for i in np.ndindex(*w.shape):
        new[i] = w[i] - rate * (gradient[i] + decay * w[i])
    return new
""",
    "learn": """
CHOICE = "hear"
def train(rng):
    x, labels = notes(rng, 200)
    layers = [conv(rng, 1, 6, (1, 31)), "relu", "average", conv(rng, 6, 5, (1, 1))]
    for epoch in range(6):
        for i in range(0, 200, 8):
            seen = forward(x[i : i + 8], layers)
            d = loss_gradient(seen[-1], labels[i : i + 8, None, None])
            for layer, found in zip(layers, backward(d, seen, layers)):
                for k in range(len(found)):
                    layer[k] = sgd_step(layer[k], found[k], 1.0)
    return layers
def predict(x, layers):
    heard = []
    for one in forward(x, layers)[-1]:
        heard.append(max(range(5), key=lambda note: one[note, 0, 0]))
    return heard
""",
}

WHERE = SHORT | {
    "relu_backward": "def relu_backward(d, x): return np.where(x > 0, d, 0)",
    "average": "def average(x): return x.sum(3, keepdims=True).sum(2, keepdims=True) "
    "/ (x.shape[2] * x.shape[3])",
    "average_backward": "def average_backward(d, x): "
    "return np.repeat(np.repeat(d, x.shape[2], 2), x.shape[3], 3) / (x.shape[2] * x.shape[3])",
    "loss_gradient": """
def loss_gradient(scores, labels):
    flat = np.moveaxis(scores, 1, -1).reshape(-1, scores.shape[1])
    flat = flat - flat.max(axis=1)[:, None]
    log = flat - np.log(np.exp(flat).sum(axis=1))[:, None]
    g = np.exp(log) - np.eye(flat.shape[1], dtype=scores.dtype)[labels.ravel()]
    return np.moveaxis((g / labels.size).reshape(*labels.shape, -1), -1, 1)
""",
    "sgd_step": "def sgd_step(w, gradient, rate, decay=0.0):\n"
    "    new = w - rate * gradient\n    new -= rate * decay * w\n    return new",
    "learn": """
CHOICE = "draw"
def train(rng):
    x, labels = blots(rng, 400)
    layers = [conv(rng, 1, 8, (5, 5)), "relu", conv(rng, 8, 2, (5, 5))]
    for _ in range(150):
        some = rng.choice(400, 8, replace=False)
        layers = train_step(layers, x[some], labels[some], 0.5)
    return layers
def predict(x, layers):
    scores = forward(x, layers)[-1]
    return 1 / (1 + np.exp(scores[:, 0] - scores[:, 1]))
""",
}

ONE_FOR_ALL = SHORT | {
    "relu_backward": "def relu_backward(d, x): return np.heaviside(x, 0).astype(d.dtype) * d",
    "average": """
def average(x):
    return x.reshape(*x.shape[:2], x.shape[2] * x.shape[3]).mean(-1)[:, :, None, None]
""",
    "average_backward": "def average_backward(d, x): "
    "return d * np.full(x.shape[2:], 1 / (x.shape[2] * x.shape[3]), (d / 1).dtype)",
    "learn": """
CHOICE = "draw"
def train(rng):
    '''Fresh drawings at every step.'''
    layers = [conv(rng, 1, 6, (5, 5)), "relu", conv(rng, 6, 6, (3, 3)), "relu",
              conv(rng, 6, 2, (3, 3))]
    for _ in range(120):
        layers = train_step(layers, *blots(rng, 12), 0.5)
    return layers
def predict(x, layers):
    scores = forward(x, layers)[-1]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True))[:, 1]
""",
}

EPOCHS = SHORT | {
    "average_backward": "def average_backward(d, x): return x * 0 + d / np.prod(x.shape[2:])"
    ".astype(d.dtype if d.dtype.kind == 'f' else float)",
    "learn": """
CHOICE = "hear"
def train(rng):
    x, labels = notes(rng, 300)
    layers = [conv(rng, 1, 8, (1, 41)), "relu", "average", conv(rng, 8, 5, (1, 1))]
    for epoch in range(20):
        order = rng.permutation(300)
        for i in range(0, 300, 30):
            some = order[i : i + 30]
            layers = train_step(layers, x[some], labels[some], 3.0, 1e-4)
    return layers
def predict(x, layers):
    return np.array([np.argmax(forward(one[None], layers)[-1]) for one in x], dtype=int)
""",
}

STYLES = {
    "short": SHORT,
    "loops": LOOPS,
    "where": WHERE,
    "one for all": ONE_FOR_ALL,
    "epochs": EPOCHS,
    "short, and drawing": SHORT | {"learn": WHERE["learn"]},
}
