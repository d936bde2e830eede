"""Pictures of the main pages with the synthetic people, for the documents: `make screenshots` draws docs/pages anew.

The whole service is started as by `make run`, on a port and in a data directory of its own, and stopped again.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from backend.local.embedded.server import free_port

FOLDER: Final = Path(__file__).resolve().parents[3] / "docs" / "pages"
PAGES: Final = {"nora": ("today", "overview"), "karl": ("caring",)}
"""Of each person of the demonstration."""
_SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_PHONE: Final[ViewportSize] = {"width": 360, "height": 720}
_CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LOADED: Final = "/demonstration/karl"
"""What `make run` says once the demonstration is there."""


def main() -> None:
    """Draw them."""
    FOLDER.mkdir(exist_ok=True)
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        sys.exit("make screenshots: there is no Chromium here: install it, or name it in CHROMIUM")
    with _service() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for name, pages in PAGES.items():
            _draw(browser, url, name, pages)
        browser.close()


@contextmanager
def _service() -> Iterator[str]:
    """Its address, once the synthetic diaries are there."""
    port = free_port(preferred=8900)
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PORT": str(port), "DATA_DIR": folder, "DEMO": "yes"}
        command = [sys.executable, "-m", "backend.local.running"]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 ours
        try:
            for line in running.stdout or ():
                sys.stdout.write(line)
                if _LOADED in line:
                    yield f"http://127.0.0.1:{port}"
                    break
            else:
                sys.exit("make screenshots: the service did not start (see above)")
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate()


def _draw(browser: Browser, url: str, name: str, pages: tuple[str, ...]) -> None:
    for scheme in _SCHEMES:
        context = browser.new_context(viewport=_PHONE, color_scheme=scheme, locale="en-GB", timezone_id="Europe/Madrid")
        page = context.new_page()
        page.goto(f"{url}/demonstration/{name}")
        for path in pages:
            page.goto(f"{url}/{path}", wait_until="networkidle")
            page.screenshot(path=FOLDER / f"{path}-{scheme}.png")
        if name == "karl":
            page.get_by_role("link", name="Read and answer").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"alert-{scheme}.png")
        context.close()


if __name__ == "__main__":
    main()
