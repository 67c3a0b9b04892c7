"""Rules find what they forbid however it is written, and leave honest code alone."""

import pytest

from autograder.rules import (
    broken,
    must_use,
    no_call,
    no_library_convolution,
    no_loop_over_samples,
    readable,
)
from autograder.spec import Task
from autograder.stopped import perhaps

LIBRARY = no_call("convolve", "correlate", cost=0.5)
ANY_LIBRARY = no_library_convolution(cost=0.5)
LOOPS = no_loop_over_samples("x", cost=0.5)
HEAD = "import numpy as np\n"
FAST = """
def conv1d(x, w):
    N, C, size = x.shape
    M, C, kernel = w.shape
    y = np.zeros((N, M, size - kernel + 1))
    for n in range(N):
        for m in range(M):
            for k in range(kernel):
                y[n, m] += (w[m, :, k, None] * x[n, :, k : k + y.shape[-1]]).sum(axis=0)
    return y
"""
SLOW = """
def conv1d(x, w):
    out = x.shape[-1] - w.shape[-1] + 1
    y = np.zeros((len(x), len(w), out))
    for i in range(out):
        y[:, :, i] = np.einsum("nck,mck->nm", x[:, :, i : i + w.shape[-1]], w)
    return y
"""
METHODS = """
class Own:
    def __call__(self, x, w): return self.slide(x, w)
    def slide(self, x, w): return self.stop(x, w)
    def stop(self, s, w): return [s[..., i : i + 3] for i in range(s.shape[-1])]
"""
AROUND = """
def around(one):
    def all(x, w):
        return [one(x[..., i], w) for i in range(x.shape[-1])]
    return all
"""


def found(rule, *cells, function="conv1d"):
    """Return the lines of code that break a rule."""
    return [finding.code for finding in rule.find(readable(cells), function)]


# Forbidden functions


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\ndef f(x, w): return np.convolve(x, w)",
        "import numpy\nN = numpy\ndef f(x, w):\n    c = N.convolve\n    return c(x, w)",
        "from numpy import convolve as c\ndef f(x, w): return c(x, w)",
        "import numpy as np\ndef f(x, w): return getattr(np, 'convolve')(x, w)",
        "import numpy as np\ndef f(x, w): return np.__dict__['convolve'](x, w)",
        "from numpy import *\ndef f(x, w): return convolve(x, w)",
        "import numpy as np\nf = np.convolve",
        "import numpy as np\nf = lambda x, w: np.convolve(x, w)",
        "import numpy as np\nhelp_me = np.convolve\ndef g(x, w): return help_me(x, w)\nf = g",
        "def f(x, w):\n    from numpy import convolve\n    return convolve(x, w)",
        "import numpy as np\nclass C:\n    def m(self, x, w): return np.convolve(x, w)\nf = C().m",
        "import numpy as np\ndef f(x, w): return getattr(np, 'con' + 'volve')(x, w)",
        "import numpy as np\nname = 'volve'\ndef f(x, w): return vars(np)[f'con{name}'](x, w)",
        "import numpy as np\ndef f(x, w): return np.__dict__['evlovnoc'[::-1]](x, w)",
        "from operator import attrgetter\nimport numpy as np\n"
        "def f(x, w): return attrgetter('con' 'volve'.lower())(np)(x, w)",
        "import numpy as np\nclass C: pass\nC.m = np.convolve\ndef f(x, w): return C.m(x, w)",
        "import numpy as np\nd = {}\nd['c'] = np.convolve\ndef f(x, w): return d['c'](x, w)",
        "import numpy as np\nd = []\nd.append(np.convolve)\ndef f(x, w): return d[0](x, w)",
        "import numpy as np\ndef f(x, w): return f.how(x, w)\nf.how = np.convolve",
        "import numpy as np\nclass C: pass\nsetattr(C, 'm', np.convolve)\n"
        "def f(x, w): return C.m(x, w)",
        "import numpy as np\nnp.dot = np.convolve\ndef f(x, w): return np.dot(x, w)",
        "import numpy as np\nglobals()['g'] = np.convolve\ndef f(x, w): return g(x, w)",
        "import numpy as np\ndef g():\n    global h\n    h = np.convolve\ng()\n"
        "def f(x, w): return h(x, w)",
        "import numpy as np\ndef with_it(g): return np.convolve\n"
        "@with_it\ndef f(x, w): return x @ w",
        "from functools import partial\nimport numpy as np\nf = partial(np.convolve, mode='valid')",
        "import numpy as np\ndef f(x, w, how=np.convolve): return how(x, w)",
        "from operator import methodcaller\nimport numpy as np\n"
        "def f(x, w): return methodcaller('con' + 'volve', x, w)(np)",
        "import numpy as np\ndef f(x, w): return eval('np.con' 'volve')(x, w)",
        "import numpy as np\ndef f(x, w): exec('y = np.con' + 'volve(x, w)'); return y",
    ],
)
def test_a_forbidden_function_is_found_however_it_is_spelled(source):
    assert found(LIBRARY, source, function="f")


IMPORTS = "import builtins, inspect, pickle, pkgutil, pydoc, sys, timeit, types, typing\n"
HIDDEN = [
    "def f(x, w): return np.__dict__.get('convolve')(x, w)",
    "def f(x, w): return vars(np).get('con' + 'volve')(x, w)",
    "def f(x, w):\n    names = vars(np)\n    return names['convolve'](x, w)",
    "def f(x, w): return [g for n, g in vars(np).items() if n[:5] == 'convo'][0](x, w)",
    "def f(x, w): return dict(inspect.getmembers(np))['con' 'volve'](x, w)",
    "def f(x, w): return next(map(getattr, [np], ['con' + 'volve']))(x, w)",
    "def f(x, w): return pydoc.locate('numpy.convolve')(x, w)",
    "def f(x, w): return pkgutil.resolve_name('numpy:con' + 'volve')(x, w)",
    "def f(x, w):\n    match np:\n        case object(convolve=g): return g(x, w)",
    "def f(x, w): return pickle.loads(b'cnumpy\\nconvolve\\n.')(x, w)",
    "def f(x, w): return types.FunctionType(compile('', '', 'eval'), {})(x, w)",
    "def f(x, w): return timeit.timeit('np.con' + 'volve(x, w)', globals={})",
    "def f(x, w):\n    def g(a: 'np.con' 'volve'): pass\n"
    "    return typing.get_type_hints(g)['a'](x, w)",
    "def f(x, w): return get_ipython().ev('np.con' + 'volve')(x, w)",
    "np.convolve\ndef f(x, w): return Out[2](x, w)",
    "np.convolve\ndef f(x, w): return _2(x, w)",
    "class C:\n    def convolve(self): pass\n"
    "def f(x, w, self=np, own=C): return self.convolve(x, w)",
    "def f(x, w): return x\ndel f\nbuiltins.f = np.convolve\ndef f(x, w): return x",
    "builtins.g = np.convolve\ndef f(x, w): return g(x, w)",
    "sys.modules['math'].g = np.convolve\nimport math\ndef f(x, w): return math.g(x, w)",
    "import numpy\nnumpy.g = numpy.convolve\ndef f(x, w): return np.g(x, w)",
    "def f(x, w): return x\nglobals().update(f=np.convolve)",
    "def f(x, w): return x\nget_ipython().push({'f': np.convolve})",
    "def f(x, w): return x\nget_ipython().user_ns['f'] = g",
    "def f(x, w): return x\nexec('f = np.con' + 'volve')",
    "exec('g = np.con' + 'volve')\ndef f(x, w): return g(x, w)",
    "def g(*a):\n    global f\n    f = np.convolve\n"
    "get_ipython().events.register('pre_run_cell', g)\ndef f(x, w): return x",
    "def g(x, w): return np.convolve(x, w)\ndef f(x, w): return x\n"
    "for h in [f]: h.__code__ = g.__code__",
    "def convolve(x, w): return x\nfrom numpy import *\ndef f(x, w): return convolve(x, w)",
    "sys.path.insert(0, '.')\nimport my_file\ndef f(x, w): return my_file.g(x, w)",
    "%time g = np.convolve\ndef f(x, w): return g(x, w)",
    "match np.convolve:\n    case g: pass\ndef f(x, w): return g(x, w)",
]


@pytest.mark.parametrize("source", HIDDEN)
def test_a_forbidden_function_is_found_where_its_name_is_hidden(source):
    assert found(LIBRARY, HEAD + IMPORTS + source, function="f")


@pytest.mark.parametrize("stars", ["from numpy import *", "from pylab import *", "%pylab inline"])
def test_all_names_of_a_module_may_replace_a_function(stars):
    own = "def convolve(x, w): return x"
    assert found(LIBRARY, own, stars, function="convolve")
    assert found(LIBRARY, stars, own, function="convolve") == []


@pytest.mark.parametrize(
    "source",
    [
        "from __future__ import annotations\ndef f(x: Array, w: Array) -> Array: return x",
        "try: import cupy as xp\nexcept ImportError: import numpy as xp\ndef f(x, w): return xp",
        "from math import *\ndef f(x, w): return floor(x)",
        "%pylab inline\ndef f(x, w): return dot(x, w)",
        "%matplotlib inline\ndef f(x, w): return x if w is None else slip_of_the_pen",
        "%timeit np.convolve([1], [2])\n%timeit -n 1 np.correlate([1], [2])\ndef f(x, w): return x",
        "%time w = np.ones(3)\ndef f(x, _): return x @ w",
        "import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 9\n"
        "plt.plot(np.convolve([1], [2]))\nplt.gca().title = ''\ndef f(x, w): return x",
        "def f(x, w): return x\nbeside = {'mine': f}\nbeside['numpy'] = np.convolve",
        "class C:\n    def __init__(self, **k): self.__dict__.update(k)\nf = C(a=1)",
        "class C:\n    def convolve(self, x): return x\n"
        "class D(C):\n    def __call__(self, x, w): return self.convolve(x)\nf = D()",
        "def f(x, w):\n    if x.ndim > 1: raise ValueError('convolve')\n    return x",
        "def f(x, w, mode='convolve'): return x @ (w if mode == 'convolve' else w[::-1])",
        "if 'n' not in globals(): n = 1\ndef f(x, w): return n if 'n' in globals() else x",
        "match 3:\n    case n: pass\ndef f(x, w): return n",
        "_, n = 1, 2\ndef f(x, w):\n    for _ in x: pass\n    return n",
        "import sys\nsys.path.append('drive')\nimport math\ndef f(x, w): return math.pi",
    ],
)
def test_what_hides_nothing_is_not_forbidden(source):
    assert found(LIBRARY, HEAD + source, function="f") == []


@pytest.mark.parametrize(
    "source",
    [
        HEAD + FAST,
        HEAD + FAST + "\nprint(np.convolve([1, 2], [3]))",  # to compare is good practice
        HEAD + "\nlibrary = np.convolve\n" + FAST + "\nassert library([1], [2]) == 2",
        HEAD + "def convolve(x, w): return x @ w\ndef conv1d(x, w): return convolve(x, w)",
        "from numpy import *\ndef convolve(x, w): return x @ w\n"
        "def conv1d(x, w): return convolve(x, w)",
        HEAD + "def conv1d(x, w):\n    'Never calls np.convolve.'\n    return x @ w",
        HEAD + "def conv1d(x, w):\n    def convolve(a, b): return a @ b\n    return convolve(x, w)",
        HEAD + "def conv1d(x, w, correlate=True): return x @ w[:: 1 if correlate else -1]",
        HEAD
        + "def conv1d(x, w):\n    print('convolve')\n    return {'correlate': x @ w}['correlate']",
        HEAD + "y = np.convolve([1], [2])\ndef conv1d(x, w):\n    y = x @ w\n    return y",
        HEAD + "class Own:\n    def correlate(self, x, w): return x @ w\n"
        "    def __call__(self, x, w): return self.correlate(x, w)\nconv1d = Own()",
        HEAD + FAST + "\nnp.testing.assert_allclose(conv1d(1, 2), np.convolve([1], [2]))",
        HEAD + "y = np.zeros(3)\ny[:1] = np.convolve([1], [2])\n" + FAST,
        HEAD
        + "options = {'a': 1}\ndef conv1d(x, w): return getattr(np, 'dot')(x, w)[options['a']]",
    ],
)
def test_what_the_function_does_not_use_is_not_forbidden(source):
    assert found(LIBRARY, source) == []


@pytest.mark.parametrize(
    "call",
    [
        "np.convolve(x, w)",
        "np.poly1d(x) * np.poly1d(w)",
        "np.polymul(x, w)",
        "(np.polynomial.Polynomial(x) * np.polynomial.Polynomial(w)).coef",
        "np._core.multiarray.correlate2(x, w)",
        "scipy.signal.lfilter(w, 1, x)",
        "__import__('convlib').conv1d(x, w)",
    ],
)
def test_all_that_convolves_is_found_by_one_rule(call):
    assert found(ANY_LIBRARY, HEAD, "import scipy.signal", f"def conv1d(x, w): return {call}")
    assert found(ANY_LIBRARY, HEAD + FAST) == []


def test_an_earlier_version_does_not_count():
    slow = HEAD + "def conv1d(x, w): return np.convolve(x, w)"
    assert found(LIBRARY, slow, FAST) == []
    assert found(LIBRARY, FAST, slow) == ["def conv1d(x, w): return np.convolve(x, w)"]


@pytest.mark.parametrize("magic", ["latex", "timeit", "html", "script true", "writefile own.py"])
def test_a_later_version_under_a_magic_that_does_not_run_it_replaces_none(magic):
    library = "def conv1d(x, w): return np.convolve(x, w)"
    assert found(LIBRARY, HEAD, library, f"%%{magic}\n{FAST}") == [library]
    assert found(LIBRARY, HEAD, library, f"%%time\n%%capture\n{FAST}") == []


@pytest.mark.parametrize(
    "traceback",
    [["\x1b[36mCell\x1b[39m In[3], \x1b[32mline 2\x1b[39m"], ["UsageError: no such magic"]],
)
def test_a_later_version_behind_an_error_does_not_replace_another(traceback):
    error = {"output_type": "error", "traceback": traceback}
    library = "def conv1d(x, w): return np.convolve(x, w)"
    assert found(LIBRARY, HEAD, perhaps(f"{library}\n1 / 0\n{FAST}", [error])) == [library]
    assert found(LIBRARY, HEAD, perhaps(f"{library}\n1 / 1\n{FAST}", [])) == []
    assert found(LIBRARY, HEAD, library, perhaps(f"{FAST}\n1 / 0", [])) == []
    magic = perhaps(f"{library}\nf(\n  1 / 0)\n%time 1\n{FAST}", [error])
    assert found(LIBRARY, HEAD, magic) == [library]
    assert found(LIBRARY, HEAD, perhaps(f"x = 1\n1 / 0\n!ls\n{FAST}", [error])) == []


def test_the_finding_says_line_code_and_reason():
    (finding,) = LIBRARY.find(
        "import numpy as np\n\ndef f(x, w):\n    return np.convolve(x, w)", "f"
    )
    assert (finding.line, finding.code) == (4, "return np.convolve(x, w)")
    assert finding.why == "`convolve` is not allowed here"
    assert LIBRARY.name == "no convolve, correlate"


# Loops


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(x.shape[2]): y = i",
        "for i in range(0, x.shape[-1] - w.shape[-1] + 1, stride): y = i",
        "N, C, L = x.shape\n    for i in range(L): y = i",
        "*_, L = x.shape\n    out = L - 3\n    for i in range(out): y = i",
        "shape = x.shape\n    for i in range(shape[2]): y = i",
        "y = np.zeros((3, 4, x.shape[2]))\n    for i in range(y.shape[-1]): y[..., i] = 1",
        "p = np.pad(x, 3)\n    for i in range(p.shape[2]): pass",
        "for i in range(min(x.shape[2], x.shape[2] - w.shape[2] + 1)): pass",
        "i = 0\n    while i < x.shape[2]: i += 1",
        "i = 0\n    while True:\n        i += 1\n        if i == x.shape[2]: break",
        "from itertools import count\n    for i in count():\n        if i == x.shape[2]: break",
        "for i in range(x.nbytes // x.itemsize): pass",
        "return [x[:, :, i] @ w for i in range(x.shape[2])]",
        "return np.array(list(x[:, :, i] @ w for i in range(x.shape[2])))",
        "return {i: 0 for i in range(x.shape[2])}",
        "return list(map(lambda i: x[..., i], range(x.shape[2])))",
        "for i in range(*x.shape[2:]): y = i",
        "for size in x.shape[2:]:\n        for i in range(size): y = i",
        "return np.vectorize(lambda i: x[0, 0, i])(np.arange(x.shape[2]))",
        "loop = np.vectorize\n    return loop(lambda i: x[0, 0, i])(np.arange(x.shape[2]))",
        "return np.frompyfunc(lambda v: 2 * v, 1, 1)(x)",
        "return np.apply_along_axis(np.sum, 1, x)",
        "for n, c, i in np.ndindex(x.shape): pass",
        "for (n, c, i), v in np.ndenumerate(x): pass",
        "for v in np.nditer(x): pass",
        "for v in x.ravel(): pass",
        "for v in x.flat: pass",
        "for v in x[0, 0]: pass",
        "for s in x:\n        for c in s:\n            for v in c: pass",
        "for n, s in enumerate(x):\n        for c, r in enumerate(s):\n"
        "            for i in range(len(r)): pass",
        "from itertools import product\n    for n, i in product(range(2), range(x.shape[2])): pass",
        "from functools import reduce\n"
        "    return reduce(lambda a, i: a + x[..., i], range(x.shape[-1]), 0)",
        "for i in range(int(np.prod(x.shape))): pass",
        "for v in x.T: pass",
        "for v in np.moveaxis(x, -1, 0): pass",
        "for v in x.swapaxes(0, 2): pass",
        "for i, v in enumerate(x.T): pass",
        "for v in x.transpose(2, 0, 1): pass",
        "for v in np.transpose(x, (2, 0, 1)): pass",
        "for v in list(np.rollaxis(x, 2)): pass",
        "for v in np.split(x, x.shape[2], axis=2): pass",
        "def one(i): return x[..., i]\n    return [one(i) for i in range(x.shape[-1])]",
        "def each(s):\n        for v in s[0, 0]: pass\n    each(x)",
        "win = sliding_window_view(x, 3, axis=2)\n    for i in range(win.shape[-2]): y = i",
        "N, C, out, K = sliding_window_view(x, 3, axis=2).shape\n    for i in range(out): y = i",
        "i = np.arange(x.shape[2])[:, None] + np.arange(3)\n    for n, one in enumerate(i): pass",
        "i = np.arange(3)[:, None] + np.arange(x.shape[2])\n    for n in range(i.shape[-1]): pass",
    ],
)
def test_a_loop_over_samples_is_found(body):
    source = f"{HEAD}def conv1d(x, w, stride=1):\n    {body}"
    assert found(LOOPS, source), source


@pytest.mark.parametrize(
    "body",
    [
        "for k in range(w.shape[-1]): y = k",
        "for n in range(x.shape[0]):\n        for c in range(x.shape[1]): y = c",
        "for n in range(len(x)): y = x[n]",
        "for sample in x:\n        for channel in sample: y = channel.sum()",
        "for n, (sample, kernel) in enumerate(zip(x, w)): y = sample",
        "for phase in range(min(dilation, x.shape[2])): y = x[:, :, phase::dilation]",
        "for c in x[0]: y = c",
        "N, C = map(int, x.shape[:2])",
        "for size in x.shape: print(size)",
        "for axis, size in enumerate(x.shape[2:]): y = size",
        "y = np.zeros((1, 1, *x.shape[2:]))\n    for one in y:\n        for row in one: row += 1",
        "ends = [k + n for k, n in enumerate(x.shape[1:])]\n    y = x[tuple(map(slice, ends))]",
        "shape = x.shape\n    for n in range(shape[0]): pass",
        "N, C, L = x.shape\n    for n in range(N): pass",
        "k = 0\n    while k < w.shape[-1]: k += 1",
        "for axis in range(x.ndim): pass",
        "y = np.zeros((len(x), len(w), x.shape[2]))\n    for row in y: row += 1",
        "y = np.zeros((len(x), len(w), x.shape[2]))\n    for n in range(len(y)): y[n] = 1",
        "taps = [x[..., k : k + x.shape[-1] - 2] for k in range(3)]",
        "return sum(w[..., k] * x[..., k : k - 3] for k in range(w.shape[-1]))",
        "from itertools import product\n    for n, k in product(range(len(x)), range(3)): pass",
        "return np.apply_along_axis(np.sum, -1, x)",
        "return np.stack([s @ w for s in x])",
        "v = sliding_window_view(x, 3, axis=2)[..., ::2, :]\n    for k in range(v.shape[-1]): pass",
        "N, C, out, K = np.lib.stride_tricks.as_strided(x, (2, 3, 5, 4)).shape\n"
        "    for k in range(K): y = k",
        "*_, K = sliding_window_view(x, 3, -1).shape\n    for k in range(K): y = k",
        "i = np.arange(x.shape[2])[:, None] + np.arange(3)\n    for k in range(i.shape[-1]): pass",
        "i = np.arange(x.shape[2])[:, None] + np.arange(3)\n    for k, one in enumerate(i.T): pass",
        "i = np.arange(3)[:, None] + np.arange(x.shape[2])\n    for k, one in enumerate(i): pass",
        "v = x[:, :, np.arange(9 + x.shape[2])[:, None] + np.arange(3)]\n"
        "    for k in range(v.shape[3]): pass",
        "for bias in [1, 2]: x = x + bias",
        "for tap in np.moveaxis(w, -1, 0): pass",
        "for channel in np.moveaxis(x, 1, 0): pass",
        "for channel in x.swapaxes(0, 1): pass",
        "for c, channel in enumerate(x.transpose(1, 0, 2)): pass",
        "for half in np.split(x, 2, axis=2): pass",
        "for group in np.split(x, groups, axis=1): pass",
        "for tap, row in zip(w[0].T, w[1].T): pass",
        "for row in (x.T @ w.T).T: pass",
        "from functools import reduce\n    return reduce(np.add, (w[..., k] for k in range(3)))",
        "return np.add.reduce(x[..., :3] * w, -1)",
    ],
)
def test_other_loops_are_left_alone(body):
    source = f"{HEAD}def conv1d(x, w):\n    {body}"
    assert found(LOOPS, source) == [], source


@pytest.mark.parametrize(
    "cells",
    [
        (
            HEAD,
            "def run(s, out):\n    for i in range(out): pass",
            "def conv1d(x, w): run(x, x.shape[2])",
        ),
        (HEAD, "def run(x): return [v for v in x[0, 0]]", "def conv1d(x, w): return run(x)"),
        (HEAD, SLOW.replace("conv1d", "slow"), "conv1d = slow"),
        (HEAD, SLOW.replace("conv1d", "slow"), "def conv1d(*args): return slow(*args)"),
        (
            HEAD,
            SLOW.replace("conv1d", "slow"),
            "import functools",
            "conv1d = functools.partial(slow)",
        ),
        (HEAD, "conv1d = lambda x, w: [x[..., i] for i in range(x.shape[2])]"),
        (HEAD, "conv1d = np.vectorize(lambda v, w: v * w)"),
        (HEAD, "@np.vectorize\ndef conv1d(x, w): return x * w"),
        (HEAD, SLOW.replace("x", "signal")),  # the parameter has another name
        (HEAD, "if True:" + SLOW.replace("\n", "\n    ")),
        (HEAD, METHODS, "conv1d = Own()"),
        (HEAD, METHODS, "conv1d = Own().slide"),
        (HEAD, METHODS, "def conv1d(signal, kernel): return Own().slide(signal, kernel)"),
        (
            HEAD,
            SLOW.replace("conv1d", "slow"),
            "TABLE = {'a': slow}",
            "def conv1d(x, w): return TABLE['a'](x, w)",
        ),
        (
            HEAD,
            SLOW.replace("conv1d", "slow"),
            "def conv1d(x, w): return (slow if len(w) else slow)(x, w)",
        ),
        (
            HEAD,
            SLOW.replace("conv1d", "slow"),
            "from functools import partial",
            "def conv1d(x, w): return partial(slow, w=w)(x)",
        ),
        (HEAD, AROUND, "@around\ndef conv1d(x, w): return x * w"),
        (HEAD, AROUND, "conv1d = around(np.dot)"),
        (HEAD, SLOW, "def decoy():\n    def conv1d(x, w): return x\n    return conv1d"),
        (HEAD, SLOW, "if False:\n    def conv1d(x, w): return x"),
        (HEAD, SLOW, "class Decoy:\n    def conv1d(x, w): return x"),
    ],
)
def test_loops_are_found_in_what_the_function_uses(cells):
    assert found(LOOPS, *cells)


@pytest.mark.parametrize(
    "cells",
    [
        (METHODS.replace("s.shape", "w.shape"), "conv1d = Own()"),
        (METHODS.replace("s.shape", "w.shape"), "def conv1d(x, w): return Own().slide(x, w)"),
        (AROUND.replace("x.shape", "w.shape"), "@around\ndef conv1d(x, w): return x * w"),
        (
            FAST.replace("conv1d", "fast"),
            "TABLE = [fast]",
            "def conv1d(x, w): return TABLE[0](x, w)",
        ),
        (FAST, SLOW.replace("conv1d", "slow"), "x = w = y = slow(np.ones((1, 1, 9)), 1)"),
    ],
)
def test_classes_tables_and_decorators_are_left_alone_where_they_are_fast(cells):
    assert found(LOOPS, HEAD, *cells) == []


SIZES = [
    "out = [s - k + 1 for s, k in zip(x.shape[2:], w.shape[2:])]",
    "out = tuple(s - k + 1 for s, k in zip(x.shape[2:], w.shape[2:]))",
    "out = []\n    for a in (2, 3, 4): out.append(x.shape[a] - w.shape[a] + 1)",
    "out = [0, 0, 0]\n    for a in range(3): out[a] = x.shape[a + 2] - w.shape[a + 2] + 1",
    "D, H, W = x.shape[2:]\n    out = D - 1, H - 2, W - 3",
    "out = np.array(x.shape[2:]) - w.shape[2:] + 1",
    "y = np.zeros((len(x), len(w), x.shape[2] - 1, *x.shape[3:]))\n    out = y.shape[2:]",
]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    "loop",
    [
        "for i in np.ndindex(*out): pass",
        "for i in np.ndindex(tuple(out)): pass",
        "for n, m, *i in np.ndindex(len(x), len(w), *out): pass",
        "from itertools import product\n    for i in product(*map(range, out)): pass",
        "from itertools import product\n    for i in product(*[range(n) for n in out]): pass",
        "for i in range(int(np.prod(out))): pass",
        "for i in range(out[0]): pass",
        "d, h, r = out\n    for i in range(h): pass",
    ],
)
def test_a_loop_over_voxels_is_found_whatever_holds_their_sizes(sizes, loop):
    source = f"{HEAD}def conv1d(x, w):\n    {sizes}\n    {loop}"
    assert found(LOOPS, source), source


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    "loop",
    [
        "for t in np.ndindex(*w.shape[2:]): pass",
        "for n, m in np.ndindex(len(x), len(w)): pass",
        "for axis, size in enumerate(out): pass",
        "for t in range(w.shape[2]): y = x[:, :, t : t + out[0], : out[1], : out[2]]",
        "ends = []\n    for size in out: ends.append(slice(size))",
        "y = np.zeros((len(x), len(w), *out))\n    for n, m in np.ndindex(y.shape[:2]): pass",
        "y = np.zeros((len(x), len(w), *out))\n    for row in y:\n        for one in row: pass",
        "y = np.zeros((1, 1) + tuple(out))\n    for row in y:\n        for one in row: pass",
    ],
)
def test_the_sizes_of_a_volume_are_no_loop_over_it(sizes, loop):
    source = f"{HEAD}def conv1d(x, w):\n    {sizes}\n    {loop}"
    assert found(LOOPS, source) == [], source


@pytest.mark.parametrize(
    "body",
    [
        "N, C, D, H, W = x.shape\n    for i in range(D): pass",
        "N, C, D, H, W = x.shape\n    for j in range(H - 2): pass",
        "N, C, *out = x.shape\n    for i in range(out[1]): pass",
        "C, D, H, W = x[0].shape\n    for i in range(D): pass",
    ],
)
def test_every_axis_of_a_volume_counts(body):
    assert found(LOOPS, f"{HEAD}def conv1d(x, w):\n    {body}"), body


@pytest.mark.parametrize(
    "body",
    [
        "N, C, D, H, W = x.shape\n    for n in range(N):\n        for c in range(C): pass",
        "N, C, *out = x.shape\n    for size in out: pass",
        "C, D, H, W = x[0].shape\n    for c in range(C): pass",
        "x, w = map(np.asarray, (x, w))\n    for n in range(len(x)):\n        for c in x[n]: pass",
        "left, right = x[:, 0], x[:, 1]\n    for one in left: pass",
        "x, w = [np.asarray(a) for a in (x, w)]\n    for s in x:\n        for c in s: pass",
        "pair = x, w\n    a, b = pair\n    for s in a:\n        for c in s: pass",
        "for a in (x, w):\n        for s in a:\n            for c in s: pass",
        "y = np.zeros(x.shape[:2] + (x.shape[2],))\n    for s in y:\n        for c in s: pass",
        "x = np.concatenate([x, x], axis=2)\n    for s in x:\n        for c in s: pass",
        "y = np.zeros((1, 1, x.shape[2]))\n    y[0] = x[0, 0]\n    for c in y[0]: pass",
    ],
)
def test_axes_that_hold_no_samples_do_not_count(body):
    assert found(LOOPS, f"{HEAD}def conv1d(x, w):\n    {body}") == [], body


def test_an_earlier_slow_version_does_not_count():
    assert found(LOOPS, HEAD, SLOW, FAST) == []
    assert found(LOOPS, HEAD, SLOW.replace("conv1d", "slow"), FAST) == []
    assert found(LOOPS, HEAD, FAST, SLOW) == ["for i in range(out):"]


@pytest.mark.parametrize(
    "fast",
    [
        FAST,
        """
def conv1d(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[-1], axis=-1)
    return np.einsum("nclk,mck->nml", windows, w)
""",
        """
def columns(x, kernel):
    seen = np.arange(x.shape[2] - kernel + 1)[:, None] + np.arange(kernel)
    return x[:, :, seen].transpose(0, 2, 1, 3).reshape(len(x), len(seen), -1)

def conv1d(x, w):
    return (columns(x, w.shape[2]) @ w.reshape(len(w), -1).T).swapaxes(1, 2)
""",
        """
def conv1d(x, w):
    size = x.shape[-1]
    spectrum = np.einsum("ncf,mcf->nmf", np.fft.rfft(x, size), np.fft.rfft(w, size).conj())
    return np.fft.irfft(spectrum, size)[..., : size - w.shape[-1] + 1]
""",
    ],
)
def test_honest_fast_solutions_are_clean(fast):
    assert found(LOOPS, HEAD, fast) == []
    assert found(LIBRARY, HEAD, fast) == []


# What rules read


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\n" + SLOW,
        "%%capture out\n" + SLOW,
        "%matplotlib inline\n" + SLOW,
        "files = !ls\n" + SLOW,
        "took = %timeit -o -n1 -r1 1\n" + SLOW,
        "np.zeros?\n" + SLOW,
        SLOW + "\n?np.zeros",
        "if True:\n    %time 1\n" + SLOW,
        "a, b = 5, 3\nrest = (a\n% b)\n" + SLOW,  # no magic, though a line starts with %
        "text = '''\n%matplotlib\n!x\n'''\n" + SLOW,
        "# \u2028 \x0c no new line for Python\n" + SLOW,
        "text = 'a\u2028b\x85c'\n" + SLOW,
        SLOW.replace("\n", "\r\n"),
        SLOW.replace("\n", "\r"),
        "# -*- coding: nonsense -*-\n" + SLOW,
        "   " + SLOW.strip().replace("\n", "\n   "),  # notebooks take an indented cell
    ],
)
def test_nothing_in_a_cell_switches_the_rules_off(cell):
    assert found(LOOPS, HEAD, cell) == ["for i in range(out):"]


@pytest.mark.parametrize(
    "broken",
    ["def f(:", "x = '", "\x00", "(" * 500, "%%bash\nfor i in *; do echo $i; done", "1 +", ""],
)
def test_a_broken_cell_does_not_switch_the_rules_off(broken):
    assert found(LOOPS, HEAD, broken, SLOW, broken) == ["for i in range(out):"]
    assert found(LOOPS, HEAD, broken, FAST, broken) == []


@pytest.mark.parametrize("rule", [LIBRARY, LOOPS])
def test_a_function_that_is_hidden_from_the_rules_breaks_them(rule):
    (finding,) = rule.find(readable([HEAD, "globals()['conv' + '1d'] = lambda x, w: x"]), "conv1d")
    assert "def" in finding.why
    assert rule.find("", "conv1d") == []  # nothing known: a check outside a notebook


@pytest.mark.parametrize("rule", [LIBRARY, LOOPS])
@pytest.mark.parametrize(
    "deep", ["x + " * 3000 + "x", "x" + ".T" * 3000, "(" * 80 + "x" + ")" * 80]
)
def test_deep_code_is_no_way_out(rule, deep):
    cell = f"def conv1d(x, w):\n    y = {deep}\n    return y"
    said = [finding.why for finding in rule.find(readable([cell]), "conv1d")]
    assert said in ([], ["its code is nested too deeply to be read"])


def test_code_that_is_only_defined_together_is_read_once():
    source = "def even(x): return odd(x)\n\ndef odd(x): return even(x)\n\nconv1d = even"
    assert found(LOOPS, source) == []
    assert found(LIBRARY, source) == []


# What must be used


STEPS = must_use("train", "step", cost=None)


@pytest.mark.parametrize(
    "source",
    [
        "def step(w): return w\ndef train(w): return step(w)",
        "def step(w): return w\ndef more(w): return step(w)\ntrain = more",
        "def step(w): return w\nclass Net:\n    def fit(self, w): step(w)\ntrain = Net().fit",
        "def other(w): return 3",
    ],
)
def test_what_is_used_anywhere_behind_a_function_is_used(source):
    assert not STEPS.find(f"{source}\ndef ask(x): return x", "ask")


@pytest.mark.parametrize(
    "body",
    [
        "step\n    return 3",
        "if False: step(w)\n    return 3",
        "return 3\n    step(w)",
        "step, w\n    return 3",
        "return step(w) if 0 else 3",
    ],
)
def test_what_is_mentioned_and_never_runs_is_not_used(body):
    source = f"def step(w): return w\ndef train(w):\n    {body}"
    assert STEPS.find(source, "train")


def test_what_is_not_used_is_said_once_for_all_functions():
    source = "def step(w): return w\ndef train(w): return 3\ndef f(x): return x\ndef g(x): return x"
    task = Task("f", "F", 1, len, (), lambda _: (), rules=[STEPS])
    ((rule, finding),) = broken(task, source, ["f", "g"])
    assert rule.name == "train uses step"
    assert (finding.line, finding.code) == (2, "def train(w): return 3")
