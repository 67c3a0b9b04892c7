"""A small book with every kind of cell, built with and without Python, served in a sub-folder."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
Cells = runpy.run_path(str(Path(__file__).parent / "live.py"))["Cells"]
CONF = f"""
project = "Small"
extensions = ["myst_nb", "book._website.live"]
html_theme = "sphinx_book_theme"
html_context = {{"default_mode": "auto"}}
html_favicon = {str(ROOT / "book" / "_static" / "logo.svg")!r}
html_static_path = [{str(ROOT / "book" / "_static")!r}]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
"""
CELLS = [  # tags, code
    ("", "x = 1\nx"),
    ("remove-input", "y = x + 1\nprint('input removed', y)"),
    ("remove-cell", "z = 10 * y  # </script> ends nothing here\nprint('cell removed', z)"),
    ("hide-input", "print('input hidden', z)"),
    ("hide-cell", "print('cell hidden', z + 1)"),
    ("no-run", "import subprocess\nprint('only here')"),
    ("", "%precision 2\nx"),
    ("hide-output", "print('output hidden', z + 2)"),
]
HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n# A page\n\n"
BUILD = """
import sys
from pathlib import Path
from sphinx.cmd.build import main
from book._website import live
if len(sys.argv) > 3: live.RUNTIME = Path(sys.argv[3])
sys.exit(main(["-N", *sys.argv[1:3]]))
"""


def build(folder, *runtime):
    """Build the small book; return its folder and what the build said."""
    source, site = folder / "source", folder / "served" / "deep" / "html"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    cells = (f"```{{code-cell}}\n:tags: [{tags}]\n{code}\n```\n" for tags, code in CELLS)
    (source / "index.md").write_text(HEAD + "\n".join(cells))
    command = [sys.executable, "-W", "ignore", "-c", BUILD, source, site, *runtime]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return site, told.stdout + told.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return build(tmp_path_factory.mktemp("small"))[0]


@pytest.fixture
def page(small, serve, open_page):
    page = open_page(f"{serve(small.parents[1])}/deep/html/index.html")
    yield page
    assert not page.problems


def test_cells_run_whatever_is_shown_of_them(page):
    cells = Cells(page)
    page.locator("div.cell.tag_remove-input").first.wait_for()
    for block in page.locator("div.cell > details").all():
        block.evaluate("details => details.open = true")
    page.evaluate("document.querySelectorAll('.cell_output').forEach(o => o.append('as built'))")
    assert cells.run_all().startswith("done in")
    shown = page.locator("main").inner_text()
    for line in ("input removed 2", "input hidden 20", "cell hidden 21", "output hidden 22"):
        assert shown.count(line) == 1
    assert "cell removed" not in shown
    assert "</script>" not in shown
    kept = page.locator(".cell_output", has_text="as built")
    assert kept.count() == 2  # of the cells that do not run here
    assert "only here" in kept.first.inner_text()


def test_what_a_later_cell_needs_is_run_though_it_is_not_shown(page):
    cells = Cells(page)
    assert cells.run(6).startswith("done in")
    assert cells.output(6).strip() == "output hidden 22"


@pytest.mark.parametrize(
    ("number", "why"),
    [(4, "This cell needs more than a browser has."), (5, "a command for a notebook")],
)
def test_cells_that_cannot_run_say_why(page, number, why):
    bar = Cells(page)[number].locator(".live-bar")
    assert why in bar.inner_text()
    assert bar.get_by_role("button").count() == 0


def test_without_python_the_book_is_a_plain_one_and_says_so(tmp_path, serve, open_page):
    site, told = build(tmp_path, tmp_path / "no such folder")
    assert "A plain book: Python for the pages is missing" in told
    assert not (site / "live").exists()
    page = open_page(f"{serve(site)}/index.html")
    assert page.locator(".live-page, .live-bar, script[src*=live]").count() == 0
    assert "cell removed" not in page.content()
    assert not page.problems


def test_the_archive_of_library_and_helpers_has_the_same_bytes_each_time(tmp_path):
    from book._website import live

    for name in ("one", "two"):
        live.pack(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
