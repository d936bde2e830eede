"""Chromium, as people use it: the system's, driven by Playwright, against the service as it runs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.cast import Person

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
SMALL: Final[dict[str, Any]] = {
    "viewport": {"width": 320, "height": 640},
    "locale": "en-GB",
    "reduced_motion": "reduce",  # colours that are still on their way are no colours to judge
}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
SHOTS: Final = os.environ.get("SCREENSHOTS")
"""A folder for pictures of what was visited, to be looked at."""
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that `CHROMIUM` names, else the system's; `.ci/browser` installs one. Without any the test is skipped."""
    with pytest.MonkeyPatch.context() as beside, sync_playwright() as playwright:
        # Playwright keeps a loop in this thread, beside which Django would not touch the database.
        beside.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=_program(), args=_ARGUMENTS)
        yield browser
        browser.close()
        connections.close_all()  # Django's of this thread while Playwright's loop runs in it


@contextmanager
def profile(folder: Path, *, desktop: str) -> Iterator[BrowserContext]:
    """A phone whose browser keeps what it stores in this folder, and shows notifications on this desktop (D-Bus)."""
    with pytest.MonkeyPatch.context() as beside, sync_playwright() as playwright:
        beside.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=_program(),
            args=_ARGUMENTS,
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": desktop},
            bypass_csp=True,  # for the judge of pages
            **PHONE,
            reduced_motion=SMALL["reduced_motion"],
        )
        yield context
        context.close()
        connections.close_all()  # Django's of this thread while Playwright's loop runs in it


def _program() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium here: install it, or name it in CHROMIUM")
    return found


def sign_in(context: BrowserContext, url: str, person: Person) -> None:
    """The browser holds the token of the person's session, as after a sign-in."""
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": person.token, "url": url, "httpOnly": True}
    context.add_cookies([cookie])  # type: ignore[list-item] # its stubs ask for a TypedDict


def looked_at(page: Page, name: str) -> None:
    """Nothing on it keeps anyone out, and it does not scroll sideways; a picture of it, where they are wanted."""
    if SHOTS:
        _pictured(page, name, Path(SHOTS))
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


def _pictured(page: Page, name: str, folder: Path) -> None:
    size = page.viewport_size or SMALL["viewport"]
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_load_state("networkidle")  # a picture of the other colours is on its way
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size(size)


def path_of(page: Page) -> str:
    """Where the browser is."""
    return urlsplit(page.url).path
