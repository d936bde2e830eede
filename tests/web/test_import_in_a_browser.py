"""Importing data in Chromium, through the real server: a file is chosen, looked at, imported and taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, expect

from diary.models import Entry
from tests.cast import Person
from tests.diary.health_files.given import given, zip_of
from tests.service import Service
from tests.web.browsing import SMALL, chromium, looked_at, sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EXPORT: FilePayload = {
    "name": "export.zip",
    "mimeType": "application/zip",
    "buffer": zip_of({"apple_health_export/export.xml": given("apple-health.xml")}),
}


@pytest.fixture(autouse=True)
def _beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps a loop in this thread, beside which Django would not touch the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def small(browser: Browser) -> Iterator[BrowserContext]:
    """The smallest window there is, without our script."""
    context = browser.new_context(**SMALL, bypass_csp=True)
    context.route("**/pages/offline.js", lambda route: route.abort())
    yield context
    context.close()


def test_an_iphones_export_is_looked_at_imported_and_taken_back(small: BrowserContext, api: Service) -> None:
    sign_in(small, api.url, settled(Person("Alice")))
    page = small.new_page()
    page.goto(f"{api.url}/account")
    page.get_by_role("link", name="Import data").click()
    page.get_by_text("Which files?").click()
    looked_at(page, "imports")
    page.get_by_label("File", exact=True).set_input_files({**EXPORT, "buffer": b"nothing of the kind"})
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("alert")).to_have_text("This is not a file that can be imported here.")
    looked_at(page, "imports-refused")
    page.get_by_label("File", exact=True).set_input_files(EXPORT)
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("3 new")).to_be_visible()
    looked_at(page, "import-proposed")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("3 stored")).to_be_visible()
    looked_at(page, "import")
    assert Entry.objects.count() == 3
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("3 removed again.")).to_be_visible()
    looked_at(page, "import-taken-back")
    assert not Entry.objects.exists()
