"""The lab figure in 1D, operated in a browser as a reader would, on a bare page from a file."""

import gzip
import html
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv1d, conv_output_size

pytestmark = pytest.mark.browser
FIGURE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "figure.py")))
X, W = [3, 1, 4, 1, 5, 9, 2, 6], [1, 0, -1]
PAGE = FIGURE.page_text(f'x="{",".join(map(str, X))}" w="{",".join(map(str, W))}"')
SET = """([settings]) => {
  const lab = document.querySelector("conv-lab");
  for (const [name, value] of Object.entries(settings)) {
    const slider = lab.querySelector(`[name=${name}]`);
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
  }
  const outputs = [...lab.querySelectorAll(".row.y button")].map((cell) => cell.textContent);
  const text = (selector) => lab.querySelector(selector).innerText;
  return { ...lab.value, outputs, says: text(".says"), counts: text("dl") };
}"""


@pytest.fixture
def url(tmp_path):
    page = tmp_path / "figure.html"
    page.write_text(PAGE)
    return page.as_uri()


@pytest.fixture
def lab(open_page, url):
    page = open_page(url)
    yield page
    assert not page.problems


def outputs(page):
    return page.locator("conv-lab .row.y button")


def library(value):
    options = {name: value[name] for name in ("stride", "padding", "dilation")}
    return conv1d(np.array([[value["x"]]]), np.array([[value["w"]]]), **options)[0, 0]


def test_the_element_is_small():
    scripts = b"".join(script.read_bytes() for script in FIGURE.SCRIPTS)
    assert len(gzip.compress(scripts)) < 15_000


def test_the_site_serves_its_scripts_as_one(book):
    served = (book / "_static" / "lab-figure.js").read_bytes()
    assert served == b"".join(script.read_bytes() for script in FIGURE.SCRIPTS)
    assert "lab-figure.js" in (book / "book" / "conv1d.html").read_text()
    assert not list((book / "_static").glob("conv-*.js"))


def test_its_numbers_equal_convlib(lab):
    rng = np.random.default_rng(0)
    fitting = 0
    for _ in range(60):
        size, kernel, stride, padding, dilation = (
            int(rng.integers(low, high + 1))
            for low, high in ((1, 12), (1, 5), (1, 4), (0, 3), (1, 3))
        )
        names = ("size", "kernel", "stride", "padding", "dilation")
        settings = dict(zip(names, (size, kernel, stride, padding, dilation), strict=True))
        value = lab.evaluate(SET, [settings])
        assert {name: value[name] for name in names} == settings
        assert (len(value["x"]), len(value["w"])) == (size, kernel)
        shown = [int(text.replace("\u2212", "-")) for text in value["outputs"]]
        assert shown == value["y"]
        if dilation * (kernel - 1) + 1 > size + 2 * padding:
            assert shown == []
            assert "none" in value["counts"]
            assert "does not fit" in value["says"]
            with pytest.raises(ValueError, match="does not fit"):
                library(value)
        else:
            fitting += 1
            assert shown == library(value).tolist()
            options = {"stride": stride, "padding": padding, "dilation": dilation}
            ends = [line.split("= ")[-1] for line in value["counts"].splitlines()]
            assert str(conv_output_size(size, kernel, **options)) in ends
            assert str(len(shown) * kernel) in ends
    assert fitting > 30


def test_the_arithmetic_of_an_output_is_written_out(lab):
    outputs(lab).nth(2).hover()
    assert FIGURE.says(lab) == "y[2] = 1\u00b74 + 0\u00b71 + (-1)\u00b75 = -1"
    assert lab.locator(".row.x .lit").all_inner_texts() == ["4", "1", "5"]
    assert lab.locator(".row.y .lit").count() == 1
    assert lab.locator("conv-lab path").count() == 3


def test_an_input_shows_who_reads_it(lab):
    lab.locator(".row.x button").nth(1).hover()
    assert FIGURE.says(lab) == "x[1] = 1 is read by y[0] through w[1] = 0, y[1] through w[0] = 1"
    assert lab.locator(".row.y .lit").count() == 2
    lab.evaluate(SET, [{"stride": 3}])
    lab.locator(".row.x button").nth(7).hover()
    assert FIGURE.says(lab) == "x[7] = 6 is read by no output."


def test_the_keyboard_moves_along_the_cells(lab):
    outputs(lab).first.focus()
    lab.keyboard.press("ArrowRight")
    lab.keyboard.press("ArrowRight")
    assert FIGURE.says(lab).startswith("y[2] = ")
    lab.keyboard.press("End")
    lab.keyboard.press("ArrowRight")
    assert FIGURE.says(lab).startswith("y[5] = ")
    lab.keyboard.press("Home")
    assert FIGURE.says(lab).startswith("y[0] = ")
    assert lab.locator(".row.y button[tabindex='0']").count() == 1
    lab.keyboard.press("Shift+Tab")  # past the three weights, to the inputs
    for _ in W:
        lab.keyboard.press("Shift+Tab")
    assert FIGURE.says(lab).startswith("x[")


def test_a_touch_chooses_an_output(open_page, url):
    page = open_page(url, width=360, has_touch=True)
    outputs(page).nth(3).tap()
    assert FIGURE.says(page).startswith("y[3] = ")
    assert not page.problems


def test_stepping_keeps_the_output_in_sight(open_page, url):
    page = open_page(url, width=320)
    page.evaluate(SET, [{"size": 12, "padding": 3}])
    step = page.get_by_role("button", name="Step")
    for _ in range(15):
        step.click()
    assert FIGURE.says(page).startswith("y[15] = ")
    box = outputs(page).nth(15).bounding_box()
    assert 0 <= box["x"] <= 320 - box["width"]


def test_weights_are_the_readers(lab):
    lab.locator(".row.w input").nth(1).fill("-7")
    value = lab.evaluate("document.querySelector('conv-lab').value")
    assert value["w"] == [1, -7, -1]
    assert value["y"] == library(value).tolist()
    assert "(-7)\u00b71" in FIGURE.says(lab)


def test_the_code_beside_it_computes_the_same(lab):
    value = lab.evaluate(SET, [{"stride": 2, "padding": 1, "dilation": 2}])
    *lines, last = lab.locator("conv-lab code").inner_text().splitlines()
    told = {}
    exec("\n".join(lines), told)
    assert eval(last, told)[0, 0].tolist() == value["y"]


def test_predicting_hides_an_output_until_it_is_pressed(lab):
    lab.get_by_label("Predict first").check()
    assert set(outputs(lab).all_inner_texts()) == {"?"}
    outputs(lab).nth(1).hover()
    assert FIGURE.says(lab).endswith("= ?")
    outputs(lab).nth(1).click()
    assert FIGURE.says(lab).endswith("= 0")
    assert outputs(lab).all_inner_texts() == ["?", "0", "?", "?", "?", "?"]


def test_steps_and_playing(lab):
    lab.clock.install(time=0)
    lab.clock.pause_at(60_000)
    lab.get_by_role("button", name="Step").click()
    assert FIGURE.says(lab).startswith("y[1] = ")
    lab.get_by_role("button", name="Play").click()
    lab.clock.run_for(1300)
    assert FIGURE.says(lab).startswith("y[2] = ")
    lab.get_by_role("button", name="Pause").click()
    lab.clock.run_for(5000)
    assert FIGURE.says(lab).startswith("y[2] = ")
    lab.get_by_role("button", name="Play").click()
    lab.clock.run_for(20_000)
    assert FIGURE.says(lab).startswith("y[5] = ")  # it ends at the last output
    assert lab.get_by_role("button", name="Play").is_visible()
    lab.get_by_role("button", name="Step").click()
    assert FIGURE.says(lab).startswith("y[0] = ")
    lab.get_by_role("button", name="Back").click()
    assert FIGURE.says(lab).startswith("y[5] = ")


def test_nothing_moves_where_motion_is_not_wanted(open_page, url):
    times = {}
    for motion in ("no-preference", "reduce"):
        page = open_page(url, reduced_motion=motion)
        weight = page.locator(".row.w input").first
        times[motion] = weight.evaluate("node => getComputedStyle(node).transitionDuration")
    assert times["reduce"] == "0s" != times["no-preference"]


def test_the_copy_button_copies_the_code(open_page, url):
    page = open_page(url, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("conv-lab code").inner_text()


def test_the_copy_button_selects_where_it_may_not_copy(lab):
    lab.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject())")
    lab.get_by_role("button", name="Copy").click()
    lab.get_by_role("button", name="Selected").wait_for()
    selected = lab.evaluate("getSelection().toString()")
    assert selected.strip() == lab.locator("conv-lab code").inner_text()


def test_without_javascript_the_text_inside_stays(open_page, url):
    page = open_page(url, java_script_enabled=False)
    assert page.locator("conv-lab").inner_text().strip() == "Fallback"


@pytest.mark.parametrize("dark", [False, True])
def test_the_bare_figure_is_accessible(open_page, url, axe, dark):
    page = open_page(url, dark=dark)
    assert not axe(page)
    assert page.get_by_role("status").text_content().startswith("Output number 0 is minus 1.")
    names = [html.unescape(b.get_attribute("aria-label")) for b in outputs(page).all()]
    assert names[2] == "y[2] = \u22121"
