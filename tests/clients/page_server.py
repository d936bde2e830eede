"""A page in a browser, and the server that it comes from: the service is behind the same origin, or cut off."""

import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from os import environ
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, Final

import pytest

PAGE: Final = (
    b'<!doctype html><html lang="en"><title>Diary</title><script type="module" src="/page.js"></script></html>'
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PASSED_ON: Final = ("Authorization", "Content-Type", "Accept", "Accept-Language")


class PageServer(ThreadingHTTPServer):
    """Serves the page and its script, and passes `/api/` on while `is_online`. What the page tells is in `told`."""

    def __init__(self, script: bytes, service: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.service = service
        self.is_online = True
        self.told: Queue[Any] = Queue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            self._pass_on()
        elif self.path == "/page.js":
            self._answer(200, "text/javascript", self.server.script)
        else:
            self._answer(200, "text/html", PAGE)

    def do_POST(self) -> None:
        if self.path == "/told":
            self.server.told.put(loads(self._body()))
            self._answer(204, "text/plain", b"")
        else:
            self._pass_on()

    def do_PUT(self) -> None:
        self._pass_on()

    def log_message(self, *_: object) -> None:
        """Nothing: it is a test."""

    def _pass_on(self) -> None:
        if not self.server.is_online:
            self.close_connection = True
            return
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        asked = urllib.request.Request(
            self.server.service + self.path, self._body() or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as got:
                self._answer(got.status, got.headers["Content-Type"] or "", got.read())
        except urllib.error.HTTPError as refused:
            self._answer(refused.code, refused.headers["Content-Type"] or "", refused.read())

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def page_server(script: bytes, service: str) -> Iterator[PageServer]:
    """A running one."""
    with PageServer(script, service) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def browser(url: str, profile: Path, *more: str) -> Iterator[None]:
    """Chromium with this page and profile, until it is killed."""
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
    process = subprocess.Popen(
        [chromium(), *arguments, *more, f"--user-data-dir={profile}", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def chromium() -> str:
    """The one that `CHROMIUM` names, else the system's; `.ci/browser` installs one. Without any the test is skipped."""
    found = environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here: install it, or name it in CHROMIUM")
    return found
