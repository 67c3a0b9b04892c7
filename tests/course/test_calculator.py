"""The calculator of costs in a browser, on a bare page opened from a file, against the library."""

import re
from pathlib import Path

import numpy as np
import pytest

from convlib import count_macs, count_parameters

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[2] / "book" / "_static"
SHEETS = "".join(
    f'<link rel="stylesheet" href="{(STATIC / name).as_uri()}">'
    for name in ("course.css", "calculator.css")
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Calculator</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">{SHEETS}
<script defer src="{(STATIC / "calculator.js").as_uri()}"></script></head><body><main>
<h1>Calculator</h1><conv-calculator><p>Fallback</p></conv-calculator></main></body></html>"""
SET = """(settings) => {
  const calculator = document.querySelector("conv-calculator");
  for (const [name, value] of Object.entries(settings)) {
    const input = calculator.querySelector(`[name=${name}]`);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return calculator.value;
}"""
MOST = {"channels": 4096, "filters": 4096, "kernel": 31, "groups": 4096, "size": 512}


@pytest.fixture
def url(tmp_path):
    page = tmp_path / "calculator.html"
    page.write_text(PAGE)
    return page.as_uri()


def row(page, name):
    """Return what a row of the table shows: numbers, and in the end a percentage."""
    cells = page.locator(f"conv-calculator tr.{name} td").all_inner_texts()
    return [float(cell.replace(",", "").replace(" %", "")) for cell in cells]


def by_library(c_in, c_out, kernel, groups, size):
    """Return parameters, the same with biases, and multiplications."""
    counts = (
        count_parameters(c_in, c_out, (kernel, kernel), groups=groups, bias=bias)
        for bias in (False, True)
    )
    side = size + kernel - 1  # without padding, this leaves `size`
    return [*counts, count_macs((side, side), c_in, c_out, kernel, groups=groups)]


def test_its_numbers_are_the_library_s(open_page, url):
    page, rng = open_page(url), np.random.default_rng(0)
    grouped = 0
    for _ in range(200):
        settings = {name: int(np.exp(rng.uniform(0, np.log(most)))) for name, most in MOST.items()}
        if rng.random() < 0.5:  # random groups seldom divide the channels
            settings["groups"] = int(np.gcd(settings["channels"], settings["filters"]))
        c, m, k, g, size = settings.values()
        costs = page.evaluate(SET, settings)["costs"]
        expected = {
            "full": by_library(c, m, k, 1, size),
            "depthwise": by_library(c, c, k, c, size),
            "pointwise": by_library(c, m, 1, 1, size),
        }
        pairs = zip(expected["depthwise"], expected["pointwise"], strict=True)
        expected["separable"] = [sum(pair) for pair in pairs]
        if c % g or m % g:
            assert costs["grouped"] is None
            assert "do not divide" in page.get_by_role("status").inner_text()
        else:
            expected["grouped"] = by_library(c, m, k, g, size)
            grouped += 1
        for name, (parameters, with_biases, multiplications) in expected.items():
            assert costs[name]["parameters"] == parameters
            assert costs[name]["with_biases"] == with_biases
            assert costs[name]["multiplications"] == multiplications
        ratio = costs["separable"]["ratio"]
        assert ratio == pytest.approx(1 / m + 1 / k**2)
    assert grouped > 80
    assert not page.problems


def test_the_largest_numbers_are_exact(open_page, url):
    page = open_page(url)
    costs = page.evaluate(SET, MOST | {"groups": 1})["costs"]
    expected = by_library(4096, 4096, 31, 1, 512)
    assert expected[2] < 2**53
    assert costs["full"]["multiplications"] == expected[2]
    assert row(page, "full")[:3] == expected


def test_it_starts_with_the_lecture_s_example(open_page, url):
    page = open_page(url)
    assert row(page, "full")[0] == 18432
    assert row(page, "depthwise")[0] == 288
    assert row(page, "pointwise")[0] == 2048
    assert row(page, "separable") == [2336, 2432, 2336 * 56**2, 12.7]
    assert "2,336" in page.get_by_role("status").inner_text()


def test_it_is_operated_by_keyboard(open_page, url):
    page = open_page(url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "channels"
    page.keyboard.press("Tab")
    page.keyboard.type("128")
    page.keyboard.press("ArrowUp")
    assert row(page, "full")[0] == 9 * 32 * 129
    page.keyboard.press("Enter")  # sends nothing, and keeps the page
    assert row(page, "full")[0] == 9 * 32 * 129
    assert not page.problems


@pytest.mark.parametrize("wrong", ["0", "", "2.5", "4097", "-3"])
def test_what_is_no_number_of_channels_is_said(open_page, url, wrong):
    page = open_page(url)
    page.get_by_label("Channels in").fill(wrong)
    said = page.get_by_role("status").inner_text()
    assert re.search(r"Channels in: a whole number from 1 to 4096", said)
    assert page.get_by_label("Channels in").get_attribute("aria-invalid") == "true"
    assert page.locator("conv-calculator tbody tr").count() == 0
    page.get_by_label("Channels in").fill("3")
    assert row(page, "depthwise")[0] == 27


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible_and_fits_a_phone(open_page, url, axe, dark):
    page = open_page(url, dark=dark, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.problems
    assert not axe(page)


def test_without_javascript_the_text_inside_stays(open_page, url):
    page = open_page(url, java_script_enabled=False)
    assert page.locator("conv-calculator").inner_text().strip() == "Fallback"
