"""How long a reader waits for Python in a page: press Run, and read the first result.

usage: page.py [ROUNDS]

Serves the built book as a usual host does, text and WebAssembly compressed, and opens the 1D
chapter in Chromium.  Each round is a new browser profile: "cold" fetches everything, "cached" is
the same page opened again.  Cell 1 imports NumPy and the library; cell 2 draws.  The script prints
the shortest and the median time of each, and what went over the wire.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import sys
import threading
import time
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

SITE = Path(__file__).parents[1] / "_build" / "html"
CHAPTER = "book/conv1d.html"
COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".wasm"}
RUNS = (("first result", 1), ("again", 1), ("first figure", 2), ("next figure", 2))
DONE = ".live-said:has-text('done in')"


@cache
def compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


class Host(SimpleHTTPRequestHandler):
    """A usual static host, which counts what it sends."""

    protocol_version = "HTTP/1.1"
    sent = 0

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        small = path.suffix in COMPRESSED
        data = compressed(path) if small else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        if small:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        Host.sent += len(data)
        return self.wfile.write(data) and None

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:  # a page that is closed while it loads
        pass


def visit(context: BrowserContext, address: str) -> dict[str, float]:
    """Open the chapter, run its first cells, and return seconds and megabytes."""
    page = context.new_page()
    before = Host.sent
    page.goto(address, wait_until="networkidle")
    opened = Host.sent
    page.locator("html[data-live=ready]").wait_for(state="attached")
    found = {"page, MB": (opened - before) / 1e6}
    for name, number in (
        ("first result", 1),
        ("again", 1),
        ("first figure", 2),
        ("next figure", 2),
    ):
        cell = page.locator("div.cell").nth(number - 1)
        begun = time.perf_counter()
        cell.get_by_role("button", name="Run cell").click()
        cell.locator(DONE).wait_for(timeout=120_000)
        found[name] = time.perf_counter() - begun
        if name == "first result":
            found["until then, MB"] = (Host.sent - opened) / 1e6
            page.wait_for_timeout(10_000)  # a reader reads; meanwhile figures are made ready
    found["in all, MB"] = (Host.sent - before) / 1e6
    page.close()
    return found


def main(rounds: int = 5) -> None:
    server = Server(("127.0.0.1", 0), partial(Host, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/{CHAPTER}"
    for path in SITE.rglob("*"):  # no visit shall wait for the compressor
        if path.suffix in COMPRESSED and "live" in path.name + path.parent.name:
            compressed(path)
    found: dict[tuple[str, str], list[float]] = {}
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        options = {"executable_path": shutil.which("chromium"), "args": [*sandbox, "--disable-gpu"]}
        for _ in range(rounds):
            browser = playwright.chromium.launch(**options)
            context = browser.new_context()
            for visited in ("cold", "cached"):
                for name, value in visit(context, address).items():
                    found.setdefault((visited, name), []).append(value)
            browser.close()
    print(f"{time.strftime('%Y-%m-%d')}, load {os.getloadavg()[0]:.1f}, {rounds} rounds")
    for (visited, name), values in found.items():
        print(f"{visited:7} {name:15} {min(values):6.2f} {statistics.median(values):6.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
