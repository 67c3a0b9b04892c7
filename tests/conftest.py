"""Which tests may run side by side; and fixtures for pages.

A page is opened in a real Chromium that reaches this machine only; the book is the built one.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parent.parent
BUILT = ROOT / "_build" / "html"
SOURCES = ("_config.yml", "_toc.yml", "book/**/*", "convlib/**/*.py", "exercises/**/*.ipynb")


def pytest_configure():
    """Let Ctrl-C reach what tests start, also where a shell began them in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Run the tests of the box one after the other: they measure what a box may use."""
    for item in items:
        if "needs_box" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("box"))


@pytest.fixture(scope="session")
def chromium():
    """Give a Playwright browser that drives the system's Chromium."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no chromium on the PATH: pages are not looked at")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium has no sandbox for root
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*sandbox, "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Give `open_page(url, dark=..., width=...)`: a page whose `.problems` must stay empty."""
    contexts = []

    def open_page(url, *, dark=False, width=1280, **options):
        scheme = "dark" if dark else "light"
        size = {"width": width, "height": 900}
        contexts.append(chromium.new_context(color_scheme=scheme, viewport=size, **options))
        contexts[-1].set_default_timeout(60_000)  # a busy machine is not a broken page
        page = contexts[-1].new_page()
        page.problems = []

        def only_this_machine(route):
            address = urlsplit(route.request.url)
            if address.scheme in ("http", "https") and address.hostname != "127.0.0.1":
                page.problems.append(f"asks another host: {route.request.url}")
                return route.abort()
            return route.continue_()

        page.route("**/*", only_this_machine)
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(url, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """Give `axe(page)`: the rules of axe-core that the page breaks, and where."""
    runner = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def axe(page):
        broken = runner.run(page).response["violations"]
        return [f"{v['id']}: {n['target']}" for v in broken for n in v["nodes"]]

    return axe


@pytest.fixture(scope="session")
def serve():
    """Give `serve(folder)`: the address under which this machine serves the folder."""
    servers = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *address):
            if not isinstance(sys.exception(), ConnectionError):  # a page left while it loads
                super().handle_error(*address)

    def serve(folder):
        handler = partial(Quiet, directory=folder)
        servers.append(Server(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def book():
    """Give the folder of the built book, built anew if a source is newer."""
    BUILT.parent.mkdir(exist_ok=True)
    with (BUILT.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one builds, the others wait and find it built
        if not _is_built():
            subprocess.run(["make", "book"], cwd=ROOT, check=True, timeout=900)
    return BUILT


def _is_built():
    index = BUILT / "searchindex.js"  # written last, at every build
    sources = (path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    newest = max(path.stat().st_mtime for path in sources if "__pycache__" not in path.parts)
    return index.exists() and index.stat().st_mtime >= newest


@pytest.fixture(scope="session")
def site(serve, book):
    """Give the address of the served book."""
    return serve(book)
