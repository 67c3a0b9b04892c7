"""The lab figure of every type, used by mouse, keys, touch and link, opened from a file."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

pytestmark = pytest.mark.browser
FIGURE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "figure.py")))
FOCUSED = "document.activeElement.getAttribute('aria-label')"
VALUE = "document.querySelector('conv-lab').value"


@pytest.fixture
def show(open_page, tmp_path):
    """Give `show(*figures, ...)`: an open page with these figures, which stays free of problems."""
    pages = []

    def show(*figures, fragment="", **options):
        path = tmp_path / "figure.html"
        path.write_text(FIGURE.page_text(*figures))
        pages.append(open_page(path.as_uri() + fragment, **options))
        return pages[-1]

    yield show
    for page in pages:
        assert not page.problems


def cells(page, letter):
    return page.locator(f"conv-lab .row.{letter} button")


def chosen(page):
    """Return the name of the cell that the sentence is about."""
    return re.match(r"[xy]\[[\d, ]+\]", FIGURE.says(page))[0]


def numbers(nodes):
    """Return the numbers in these nodes."""
    return [int(text.replace(FIGURE.MINUS, "-")) for text in nodes.all_inner_texts()]


def moves(page, keys):
    """Press the keys one after the other; return the cell that each leads to."""
    found = []
    for key in keys:
        page.keyboard.press(key)
        found.append(chosen(page))
    return found


@pytest.mark.parametrize("attributes", FIGURE.TYPES.values(), ids=FIGURE.TYPES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_type_is_accessible(show, axe, attributes, dark):
    page = show(attributes, dark=dark)
    assert not page.problems
    assert not axe(page)
    page.problems.clear()  # axe itself asks for the style sheets, which a file may not read


@pytest.mark.parametrize("attributes", FIGURE.TYPES.values(), ids=FIGURE.TYPES)
def test_a_phone_scrolls_no_page_sideways(show, attributes):
    page = show(attributes, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("location.hash = '#conv-lab-1?size=12&padding=3'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    narrowest = min(cell.bounding_box()["width"] for cell in cells(page, "y").all()[:3])
    assert narrowest > 20


def test_arrow_keys_go_through_rows_and_columns(show):
    page = show('axes="2"')
    cells(page, "y").first.focus()
    assert moves(page, ["ArrowRight", "ArrowDown", "ArrowDown"]) == [
        "y[0, 1]",
        "y[1, 1]",
        "y[2, 1]",
    ]
    assert moves(page, ["ArrowDown", "ArrowLeft", "ArrowUp"]) == ["y[2, 1]", "y[2, 0]", "y[1, 0]"]
    assert moves(page, ["End", "Home"]) == ["y[1, 2]", "y[1, 0]"]
    assert page.evaluate(FOCUSED) == f"y[1, 0] = {FIGURE.MINUS}17"
    assert page.locator(".row.y button[tabindex='0']").count() == 1


def test_page_keys_go_through_channels_and_slices(show):
    page = show('axes="2" channels="2" filters="2"')
    cells(page, "y").nth(4).focus()
    there = ["y[1, 1, 1]", "y[1, 1, 1]", "y[0, 1, 1]"]
    assert moves(page, ["PageDown", "PageDown", "PageUp"]) == there
    FIGURE.remake(page, 'axes="3" channels="2"')
    cells(page, "x").nth(1).focus()
    there = ["x[0, 1, 0, 1]", "x[0, 2, 0, 1]", "x[0, 3, 0, 1]", "x[1, 0, 0, 1]", "x[0, 3, 0, 1]"]
    assert moves(page, ["PageDown"] * 4 + ["PageUp"]) == there
    FIGURE.remake(page, 'channels="2"')
    cells(page, "x").nth(3).focus()
    assert moves(page, ["ArrowDown", "ArrowUp"]) == ["x[1, 3]", "x[0, 3]"]


def test_the_tab_key_enters_input_kernel_and_output_once(show):
    page = show('axes="2" kernel="2"')
    page.get_by_role("button", name="Link").focus()
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    kinds = [name[:1] if name and name[1] == "[" else name for name in reached]
    assert kinds == ["x", *(f"Kernel value w[{i}, {j}]" for i in (0, 1) for j in (0, 1)), "y", None]


@pytest.mark.parametrize("transposed", [False, True])
def test_a_window_with_weights_lies_where_the_kernel_does(show, transposed):
    page = show(f'axes="2" padding="1" stride="2" {"transposed" if transposed else ""}')
    small, large = ("x", "y") if transposed else ("y", "x")
    cells(page, small).nth(1).hover()
    window = page.locator(f".row.{large} .window")
    assert numbers(window.locator("span")) == page.evaluate(VALUE)["w"]
    page.wait_for_timeout(400)  # until it has glided there
    frame = window.bounding_box()
    lit = [cell.bounding_box() for cell in page.locator(f".row.{large} .lit").all()]
    assert len(lit) == 9  # with what is padding, or cut off
    for box in lit:
        assert frame["x"] <= box["x"] <= frame["x"] + frame["width"] - box["width"]
        assert frame["y"] <= box["y"] <= frame["y"] + frame["height"] - box["height"]


def test_an_output_of_a_transposed_convolution_shows_what_reaches_it(show):
    page = show('transposed x="3,5" w="1,10,100"', width=900)
    assert (
        FIGURE.says(page)
        == "x[0] = 3 goes to y[0] as 1\u00b73, y[1] as 10\u00b73, y[2] as 100\u00b73"
    )
    cells(page, "y").nth(2).hover()
    assert page.locator(".row.x .lit").all_inner_texts()[:2] == ["3", "5"]
    assert FIGURE.says(page).startswith("y[2] = 100\u00b73 + 1\u00b75")


def test_kernels_of_other_groups_stay_dark(show):
    page = show('axes="2" channels="3" filters="3" groups="3" kernel="2" size="3"')
    cells(page, "y").nth(4).hover()  # the first of the second filter
    used = page.locator(".row.w input").evaluate_all(
        "(all) => all.map((node) => node.classList.contains('lit'))"
    )
    assert used == [False] * 4 + [True] * 4 + [False] * 4
    assert page.locator(".row.x .plane").nth(1).locator(".lit").count() == 4
    assert page.locator(".row.x .lit").count() == 4
    assert page.locator(".caption").inner_text() == "Depthwise 2D convolution"


def test_the_dial_goes_from_one_group_to_depthwise(show):
    page = show('axes="2" channels="4" filters="4"')
    dial = page.locator("[name=groups]")
    told = []
    for _ in range(4):
        value = page.evaluate(VALUE)
        told.append((value["groups"], dial.get_attribute("aria-valuetext"), len(value["w"])))
        dial.press("ArrowRight")
    assert told == [(1, "1", 144), (2, "2", 72), (4, "4", 36), (4, "4", 36)]
    page.locator("[name=filters]").press("ArrowLeft")  # 3 filters of 4 channels: one group
    assert page.evaluate("document.querySelector('conv-lab').value.groups") == 1


def test_a_flip_turns_the_kernel_in_its_place(show):
    page = show('axes="2"')
    first = page.locator(".row.w input").first
    before = first.bounding_box()
    page.get_by_label("Flip the kernel").check()
    page.wait_for_timeout(400)
    after, last = first.bounding_box(), page.locator(".row.w input").last.bounding_box()
    assert (last["x"], last["y"]) == (before["x"], before["y"])
    assert after["x"] > before["x"]
    assert after["y"] > before["y"]
    assert numbers(page.locator(".window span")) == page.evaluate(VALUE)["w"][::-1]


def test_inputs_and_weights_are_the_readers(show):
    page = show('axes="2" channels="2"')
    cells(page, "x").nth(30).focus()
    page.keyboard.press("7")
    page.keyboard.press("-")
    page.locator(".row.w input").nth(10).fill("9")
    value = page.evaluate(VALUE)
    assert (value["x"][30], value["w"][10]) == (-7, 9)
    page.get_by_role("button", name="Reset").click()
    value = page.evaluate(VALUE)
    assert (value["x"][30] != -7, value["w"][10] != 9) == (True, True)


def test_numbers_keep_their_place_when_sizes_change(show):
    page = show('axes="2" size="3" kernel="2" x="1,2,3,4,5,6,7,8,9" w="1,2,3,4"')
    assert FIGURE.move(page, {"size": 2})["x"] == [1, 2, 4, 5]
    value = FIGURE.move(page, {"size": 4, "kernel": 3})
    assert [value["x"][i] for i in (0, 1, 2, 4, 5, 6, 8, 9, 10)] == list(range(1, 10))
    assert [value["w"][i] for i in (0, 1, 3, 4)] == [1, 2, 3, 4]


def test_a_link_brings_back_the_moment(show):
    figures = "", 'axes="2" transposed channels="2" filters="2"'
    page = show(*figures)
    second = page.locator("conv-lab").nth(1)
    page.evaluate("""() => {
      const [first, second] = document.querySelectorAll("conv-lab");
      first.apply(new URLSearchParams("size=5&padding=2"));
      second.apply(new URLSearchParams("size=4&stride=3&groups=2&flip=1&predict=1&at=y.1.2.3"));
    }""")
    second.locator(".row.w input").nth(3).fill("-8")
    for button in page.get_by_role("button", name="Link").all():
        button.click()
    values = "[...document.querySelectorAll('conv-lab')].map((lab) => [lab.value, lab.chosen])"
    before, address = page.evaluate(values), page.url
    assert before[1][0]["w"][3] == -8
    other = show(*figures, fragment="#" + address.split("#")[1])
    assert other.evaluate(values) == before
    assert other.locator("conv-lab").nth(1).locator(".row.y button").first.inner_text() == "?"


@pytest.mark.parametrize(
    "fragment",
    [
        "#conv-lab-1?",
        "#conv-lab-1?size=99&stride=-1&kernel=x&padding=1.5&groups=0&at=y.9.9",
        "#conv-lab-1?at=w.0.0.0;;?=&",
        "#conv-lab-1?x=1,2&w=a,b,c&at=z",
        "#%E0%A4%A",
        "#other?size=3",
    ],
)
def test_a_fragment_that_makes_no_sense_is_ignored(show, fragment):
    plain, page = show(""), show("", fragment=fragment)
    state = "JSON.stringify(document.querySelector('conv-lab').state())"
    assert page.evaluate(state) == plain.evaluate(state)


def test_a_new_fragment_on_the_same_page_is_followed(show):
    page = show("")
    page.evaluate("location.hash = '#conv-lab-1?size=4&at=y.0.1'")
    page.wait_for_function("document.querySelector('conv-lab').value.size === 4")
    assert chosen(page) == "y[1]"


def test_touch_chooses_in_two_dimensions(show):
    page = show('axes="2"', width=360, has_touch=True)
    cells(page, "y").nth(5).tap()
    assert chosen(page) == "y[1, 2]"
    cells(page, "x").nth(6).tap()
    assert FIGURE.says(page).startswith("x[1, 1] = 3 is read by y[0, 0] through w[1, 1] = 0")


def test_playing_a_transposed_convolution_goes_from_input_to_input(show):
    page = show('axes="2" transposed size="2"')
    page.clock.install(time=0)
    page.clock.pause_at(60_000)
    page.get_by_role("button", name="Play").click()
    seen = [chosen(page)]
    for _ in range(4):
        page.clock.run_for(1200)
        seen.append(chosen(page))
    assert seen == ["x[0, 0]", "x[0, 1]", "x[1, 0]", "x[1, 1]", "x[1, 1]"]
    assert page.get_by_role("button", name="Play").is_visible()


def test_nothing_glides_where_motion_is_not_wanted(show):
    times = {}
    for motion in ("no-preference", "reduce"):
        page = show('axes="2"', reduced_motion=motion)
        times[motion] = page.locator(".window").evaluate(
            "(node) => getComputedStyle(node).transitionDuration"
        )
    assert times["reduce"] == "0s" != times["no-preference"]


def test_what_does_not_fit_is_said_beside_the_input_and_kernel(show):
    page = show('axes="2" size="3" kernel="4"')
    assert FIGURE.says(page) == "The kernel does not fit: it spans 4, the padded input has 3."
    assert page.get_by_role("status").inner_text() == FIGURE.says(page)
    assert (cells(page, "x").count(), page.locator(".row.w input").count()) == (9, 16)
    for name in ("Step", "Back", "Play", "Link", "Reset"):
        page.get_by_role("button", name=name).click()
    FIGURE.move(page, {"padding": 1})
    assert cells(page, "y").count() == 4


def test_the_live_text_speaks_in_plain_words(show):
    page = show('axes="2" channels="2" kernel="2"')
    status = page.get_by_role("status")
    cells(page, "y").nth(5).hover()
    assert status.inner_text().startswith("Output row 1, column 1 is ")
    assert " times " in status.inner_text()
    page.mouse.move(0, 0)
    FIGURE.remake(page, 'axes="3" channels="2"')
    assert status.inner_text().endswith("The sum of 16 products.")
    cells(page, "x").last.hover()
    number = cells(page, "x").last.inner_text()
    assert status.inner_text() == (
        f"Input channel 1, slice 3, row 3, column 3 is {number}. "
        "It is read by 1 output: slice 2, row 2, column 2."
    )
