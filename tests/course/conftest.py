"""Which pages the built site has: a test with the argument `site_page` runs once for each."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def _pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [f"{name}.html" for name in (toc["root"], *chapters, "search", "genindex", "404")]


def pytest_generate_tests(metafunc):
    """Run tests of a page on all of them."""
    if "site_page" in metafunc.fixturenames:
        metafunc.parametrize("site_page", _pages())
