"""A phone whose browser runs scripts, and a network that can be taken away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.web.browsing import PHONE

expect.set_options(timeout=20_000)  # milliseconds; it goes on as soon as it is so


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE, timezone_id="Europe/Madrid")
    yield context
    context.close()
