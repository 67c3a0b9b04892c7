"""The lab figure's numbers, of every type, against the library's."""

import importlib.util
import re
import runpy
from collections import Counter
from math import prod
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import convlib
from convlib import (
    conv_output_size,
    conv_transpose_output_size,
    count_macs,
    count_parameters,
    receptive_field,
)

pytestmark = pytest.mark.browser
FIGURE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "figure.py")))
LIMITS = {  # of one, two and three axes: what the sliders reach
    "size": (12, 8, 5),
    "kernel": (5, 5, 3),
    "stride": (4, 3, 2),
    "padding": (3, 2, 1),
    "dilation": (4, 3, 2),
    "output_padding": (3, 2, 1),
}

READER = re.compile(r"y\[([\d, ]+)\] (?:as|through w\[[\d, ]+\] =) \(?(-?\d+)")
CHANNELS = ("channels", "filters")
READ = """[".row.y button", "dt", "dd"].map((selector) =>
  [...document.querySelectorAll(`conv-lab ${selector}`)].map((node) => node.textContent)
).concat(document.querySelector("conv-lab .says").textContent)"""


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """One page for all settings: to open one takes longer than to look at it."""
    path = tmp_path_factory.mktemp("figure") / "figure.html"
    path.write_text(FIGURE.page_text(""))
    page = chromium.new_page()
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert not page.problems
    page.close()


def draw(rng):
    """Draw a type, as attributes of the element, its sliders' positions, and whether to flip."""
    axes, transposed = int(rng.integers(1, 4)), bool(rng.integers(2))
    causal, many, flip = (bool(rng.integers(3) == 0) for _ in range(3))
    marks = {"transposed": transposed, "causal": causal, 'channels="1"': many}
    settings = {
        name: int(rng.integers(name not in ("padding", "output_padding"), top[axes - 1] + 1))
        for name, top in LIMITS.items()
        if (name != "padding" or not causal) and (name != "output_padding" or transposed)
    }
    if many:
        settings |= {name: int(rng.integers(1, 5 if axes < 3 else 4)) for name in CHANNELS}
    return f'axes="{axes}" {" ".join(name for name, on in marks.items() if on)}', settings, flip


def drawn(lab, rng):
    """Make the figure of a drawn type, set it and return its values."""
    attributes, settings, flip = draw(rng)
    FIGURE.remake(lab, attributes)
    value = FIGURE.move(lab, settings, flip=flip)
    assert settings.items() <= value.items()
    if "channels" in settings:  # the slider counts the numbers that divide both
        value = FIGURE.move(lab, {"groups": int(rng.integers(1, 4))}, flip=flip)
        assert value["channels"] % value["groups"] == value["filters"] % value["groups"] == 0
    return value


def options(value):
    """Return what convlib is told of the stride, the padding, the dilation and the groups."""
    axes, before = value["axes"], value["dilation"] * (value["kernel"] - 1)
    padding = [(before, 0)] * axes if value["causal"] else value["padding"]
    return {"padding": padding, **{name: value[name] for name in ("stride", "dilation")}}


def library(value):
    """Compute with convlib what the figure shows."""
    x = np.array(value["x"]).reshape(1, *value["shapes"]["x"])
    w = np.array(value["w"]).reshape(value["shapes"]["w"])
    spatial = tuple(range(2, w.ndim))
    w = np.flip(w, spatial) if value["flip"] else w
    if not value["transposed"]:
        return convlib.conv(x, w, groups=value["groups"], **options(value))[0]
    extra = value["output_padding"]
    return convlib.conv_transpose(
        x, w, groups=value["groups"], output_padding=extra, **options(value)
    )[0]


def shown(page):
    """Return what the figure shows: the outputs, the facts by their names, the sentence."""
    outputs, terms, texts, words = page.evaluate(f"() => {READ}")
    return outputs, dict(zip(terms, texts, strict=True)), words.replace(FIGURE.MINUS, "-")


def reckoned(text):
    """Return the result of a formula with its words, after checking that it is right."""
    formula, _, result = text.rpartition("= ")
    result = int(re.match(r"\d+", result)[0])
    if formula:
        plain = re.sub(r"[a-z]+", "", formula).replace("\u00b7", "*").replace(FIGURE.MINUS, "-")
        assert eval(plain) == result
    return result


def check_facts(told, value):
    """Compare sizes and costs with what the library says of them."""
    size, kernel = (value["size"],) * value["axes"], (value["kernel"],) * value["axes"]
    channels, groups = [value[name] for name in CHANNELS], value["groups"]
    parameters = count_parameters(*channels, kernel, groups=groups)
    if value["transposed"]:
        extra = value["output_padding"]
        out = conv_transpose_output_size(size, kernel, output_padding=extra, **options(value))
        macs = prod(size) * parameters
        if extra < value["stride"]:  # else its adjoint has more to do
            assert macs == count_macs(out, *channels[::-1], kernel, groups=groups, **options(value))
    else:
        out = conv_output_size(size, kernel, **options(value))
        macs = count_macs(size, *channels, kernel, groups=groups, **options(value))
    size_of, span, shapes, *costs = told.values()
    assert value["shapes"]["y"] == [value["filters"], *out]
    assert reckoned(size_of) == out[0]
    assert reckoned(span) == receptive_field(value["kernel"], dilation=value["dilation"])
    assert [reckoned(cost) for cost in costs] == [parameters, macs]
    for letter, shape in value["shapes"].items():
        lengths = " \u00d7 ".join(map(str, shape))
        assert f"{letter} {lengths}" in shapes.replace("\u00a0", " ")


def check_misfit(error, told, words, value):
    """See that the figure names the misfit that the library names."""
    assert value["y"] == []
    assert next(iter(told.values())) == "none"
    kind = next(part for part in ("output_padding", "fit", "is left") if part in error)
    start = {"output_padding": "The output padding", "fit": "The kernel", "is left": "Nothing is"}
    assert words.startswith(start[kind])
    named = set(map(int, re.findall(r"\d+", error)))
    assert set(map(int, re.findall(r"\d+", words))) <= named


def test_numbers_sizes_and_costs_equal_convlib(lab):
    rng = np.random.default_rng(0)
    fitting, kinds = 0, set()
    for _ in range(360):
        value = drawn(lab, rng)
        outputs, told, words = shown(lab)
        try:
            expected = library(value)
        except ValueError as error:
            check_misfit(str(error), told, words, value)
            continue
        fitting += 1
        flags = (value[name] for name in ("axes", "transposed", "causal", "flip"))
        kinds.add((*flags, value["groups"] > 1))
        assert value["y"] == expected.ravel().tolist()
        assert [int(text.replace(FIGURE.MINUS, "-")) for text in outputs] == value["y"]
        check_facts(told, value)
    assert fitting > 300
    assert len(kinds) > 35  # of 48


def test_the_programs_compute_what_is_shown(lab):
    rng = np.random.default_rng(1)
    torch = importlib.util.find_spec("torch")
    ran = 0
    while ran < 40:
        value = drawn(lab, rng)
        if not value["y"]:
            continue
        for name in ["convlib", *(["PyTorch"] if torch else [])]:
            lab.get_by_role("button", name=name).click()
            *lines, call = lab.locator("conv-lab code").inner_text().split("\n")
            assert max(map(len, lines)) < 100
            told = {}
            exec("\n".join(lines), told)
            result = eval(call, told)
            assert list(result.shape) == [1, *value["shapes"]["y"]]
            assert result.ravel().tolist() == value["y"]
        ran += 1


def written(page):
    """Return the sums of the sentence: the whole one, and those of its blocks."""
    return page.evaluate("""() => {
      const says = document.querySelector("conv-lab .says").cloneNode(true);
      const blocks = [...says.querySelectorAll(".blocks > .block")];
      const own = blocks.map((block) => block.textContent);
      for (const block of blocks) block.remove();
      return [says.textContent, ...own];
    }""")


def equal(text):
    """Evaluate both sides of what is written, and return the right one."""
    plain = text.replace("\u00b7", "*").replace(FIGURE.MINUS, "-")
    left, right = plain.split(" = ")
    assert eval(left) == eval(right)
    return eval(right)


def check_sum(lab, at, value):
    """Compare what is written of an output with its number; return what kind of sum it is."""
    lab.evaluate("(at) => document.querySelector('conv-lab').choose('y', at)", at)
    name, _, whole = (parts := written(lab))[0].partition(" = ")
    index = np.unravel_index(at, value["shapes"]["y"])[value["filters"] == 1 :]
    assert name == f"y[{', '.join(map(str, index))}]"
    if whole == "0: no input reaches it":
        assert value["y"][at] == 0
        return "none"
    assert equal(whole) == value["y"][at]
    if not parts[1:]:
        return "one block"
    assert sum(equal(part) for part in parts[1:]) == value["y"][at]
    return "blocks"


def test_the_arithmetic_of_a_cell_gives_its_number(lab):
    rng = np.random.default_rng(2)
    kinds = Counter()
    while kinds.total() < 180:
        value = drawn(lab, rng)
        for at in rng.integers(len(value["y"]), size=4) if value["y"] else []:
            kinds[check_sum(lab, int(at), value)] += 1
    assert min(kinds[kind] for kind in ("none", "one block", "blocks")) > 2, kinds


def test_an_input_tells_what_becomes_of_it(lab):
    """One unit more of the input changes the named outputs, by the named weights, and no other."""
    rng = np.random.default_rng(3)
    looked = 0
    while looked < 60:
        value = drawn(lab, rng)
        if not value["y"]:
            continue
        looked += 1
        at = int(rng.integers(len(value["x"])))
        lab.evaluate("(at) => document.querySelector('conv-lab').choose('x', at)", at)
        words, more = shown(lab)[2], {**value, "x": list(value["x"])}
        more["x"][at] += 1
        change = (library(more) - library(value)).squeeze(0 if value["filters"] == 1 else ())
        found = np.zeros_like(change)
        for index, weight in READER.findall(words):
            found[tuple(map(int, index.split(", ")))] += int(weight)
        assert (found == change).all()
