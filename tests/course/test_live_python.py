"""Python in a page without its buttons: what other pages build on, and what cells may use."""

import base64

import numpy as np
import pytest
from IPython.display import Audio

pytestmark = pytest.mark.browser
RUN = """async ([code, options]) => {
  const shown = [];
  const show = ({ kind, data }) => shown.push([kind, kind === "png" ? data.length : data]);
  const result = await python.run(code, { name: "<test>", show, ...options });
  return { ...result, shown };
}"""


@pytest.fixture
def python(site, open_page):
    """Give `python(code)`: how the run ended, and what it has shown, as pairs of kind and data."""
    page = open_page(f"{site}/genindex.html")
    page.evaluate("""async (module) => {
      const { Python } = await import(module);
      window.python = new Python();
    }""", f"{site}/_static/live-python.mjs")  # fmt: skip
    yield lambda code, **options: page.evaluate(RUN, [code, options])
    assert not page.problems


def test_what_cells_show_has_its_kind(python):
    def shown(code):
        result = python(code)
        assert result["ok"], result
        return [tuple(pair) for pair in result["shown"]]

    assert shown("1 + 1") == [("text", "2")]
    assert shown("1 + 1;") == []
    assert shown("x = 3") == []
    assert shown("x") == [("text", "3")]
    assert shown("print('a'); print('b')") == [("stdout", "a\nb\n")]
    assert shown("import sys; print('a', file=sys.stderr)") == [("stderr", "a\n")]
    assert shown("import asyncio\nawait asyncio.sleep(0.01)\n'waited'") == [("text", "'waited'")]
    assert shown("from IPython.display import HTML, SVG\nHTML('<b>a</b>')") == [
        ("html", "<b>a</b>")
    ]
    assert shown("display(SVG('<svg/>'), 7)") == [("svg", "<svg/>"), ("text", "7")]
    assert shown("from myst_nb import glue\nglue('a', 5, display=False)\nglue('b', 6)") == [
        ("text", "6")
    ]
    assert shown("import inspect\ndef f(): return 1\nprint(inspect.getsource(f))")[0][1] == (
        "def f(): return 1\n\n"
    )
    long = shown("print('x' * 300_000)\nprint('y' * 300_000)")
    assert sum(len(text) for _, text in long) < 1000 + 200_000
    assert "the rest is left out" in long[-1][1]


def test_a_sound_is_the_one_that_the_built_book_has(python):
    code = "import numpy as np; from IPython.display import Audio\n"
    code += "print(Audio(np.sin(np.arange(99.0)) / 3, rate=8000).src_attr())"
    here = Audio(np.sin(np.arange(99.0)) / 3, rate=8000).src_attr()
    ((_, there),) = python(code)["shown"]
    sounds = [base64.b64decode(text.partition("base64,")[2]) for text in (here, there)]
    assert sounds[0][:44] == sounds[1][:44]  # rate, channels, size
    samples = [np.frombuffer(sound[44:], "<i2").astype(int) for sound in sounds]
    assert np.abs(samples[0] - samples[1]).max() <= 1


def test_figures_come_from_the_library_and_from_pyplot(python):
    drawn = python("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.plot([3])")
    assert drawn["ok"], drawn
    kinds = [kind for kind, _ in drawn["shown"]]
    assert kinds == [
        "png",
        "text",
        "png",
    ]  # shown when asked; the value; and what is left at the end
    assert all(size > 1000 for kind, size in drawn["shown"] if kind == "png")
    data = python("""
from matplotlib import cbook
for name in ("goog.npz", "membrane.dat", "s1045.ima.gz", "grace_hopper.jpg", "topobathy.npz",
             "jacksboro_fault_dem.npz"):
    cbook.get_sample_data(name, asfileobj=False).encode()
    open(cbook.get_sample_data(name, asfileobj=False), "rb").close()
""")
    assert data["ok"], data


def test_the_library_is_the_course_s_and_uses_one_thread(python):
    result = python("""
import convlib, numpy as np
from convlib import conv2d, conv_transpose3d, depthwise_conv, get_num_threads
x = np.arange(2 * 3 * 6 * 5, dtype=float).reshape(2, 3, 6, 5)
y = conv2d(x, np.ones((4, 3, 3, 3)), stride=2, padding=1)
z = conv_transpose3d(x[:, :, None], np.ones((3, 2, 1, 2, 2)), stride=2)
print(y.shape, y.sum(), z.shape, z.sum(), get_num_threads())
print(depthwise_conv(x, np.ones((3, 1, 2, 2))).shape)
import array_api_compat, _plots, _measured, _signals
print(_measured.ratios("1d") != {}, convlib.__file__)
""")
    assert result["ok"], result
    lines = "".join(text for _, text in result["shown"]).splitlines()
    from convlib import conv2d, conv_transpose3d

    x = np.arange(180.0).reshape(2, 3, 6, 5)
    y = conv2d(x, np.ones((4, 3, 3, 3)), stride=2, padding=1)
    z = conv_transpose3d(x[:, :, None], np.ones((3, 2, 1, 2, 2)), stride=2)
    expected = " ".join(map(str, (y.shape, y.sum(), z.shape, z.sum(), 1)))
    assert lines == [expected, "(2, 3, 5, 4)", "True /course/convlib/__init__.py"]


def test_a_run_ends_at_its_limit_and_keeps_what_it_can(python):
    assert python("kept = 1")["ok"]
    loop = python("while True: pass", limit=1)
    assert (loop["ok"], loop["stopped"], loop.get("lost")) == (False, "limit", None)
    assert "KeyboardInterrupt" in loop["shown"][-1][1]
    assert python("kept")["shown"] == [["text", "1"]]
    deaf = python("import time; time.sleep(60)", limit=1)
    assert (deaf["ok"], deaf["stopped"]) == (False, "limit")
    if deaf.get("lost"):  # a sleep does not look up
        assert not python("kept")["ok"]


ERRORS = {
    "input('name? ')": "RuntimeError: a page cannot ask 'name? ': write the answer into the code",
    "import torch": "ModuleNotFoundError: No module named 'torch'",
    "for": "SyntaxError: invalid syntax",
    "def f(n): return f(n)\nf(1)": "RecursionError: maximum recursion depth exceeded",
    "raise SystemExit(3)": "SystemExit: 3",
    "try: 1 / 0\nexcept ArithmeticError as e: raise ValueError('b') from e": "the direct cause",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
}


def test_an_error_is_told_and_python_goes_on(python):
    for code, said in ERRORS.items():
        result = python(code)
        assert not result["ok"], code
        kind, text = result["shown"][-1]
        assert kind == "error"
        assert said in text
        assert "page.py" not in text
        assert "/lib/" not in text
        assert python("1")["shown"] == [["text", "1"]]


def test_markdown_and_the_clock_serve_the_cells_that_use_them(python):
    told = python(r"""
from IPython.display import Markdown
Markdown("**a** `b*c*` $x_1$ <d>\n\n| e | f |\n|---|---|\n| g | |")""")
    ((kind, text),) = told["shown"]
    assert kind == "html"
    for part in (
        "<strong>a</strong>",
        "b*c*</code>",
        r"\(x_1\)",
        "&lt;d&gt;",
        "<p>e</p></th>",
        "<p>g</p></td>",
        "<p></p></td>",
    ):
        assert part in text
    times = python("""
import timeit
print(min(timeit.repeat("pass", number=1, repeat=200)) > 0)""")
    assert times["shown"] == [["stdout", "True\n"]]
