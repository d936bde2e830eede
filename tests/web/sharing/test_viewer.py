"""The whole way in Chromium: two taps make a link, and another browser opens it with its own cryptography."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from diary.models import AccessLine
from papers.models import Share
from tests.alerts.diaries import nights_that_no_tablet_helped, saddle_numbness, write
from tests.cast import Person
from tests.papers.pdf import Pdf
from tests.papers.surgery import read_link
from tests.service import Service
from tests.web.browsing import PHONE, SMALL, chromium, looked_at, sign_in
from tests.web.hostile import NAMES, TEXTS, written
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(autouse=True)
def _beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps a loop in this thread, beside which Django would not touch the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Alice's."""
    context = browser.new_context(**PHONE)
    yield context
    context.close()


@pytest.fixture
def surgery(browser: Browser) -> Iterator[BrowserContext]:
    """A computer on which no one is signed in."""
    context = browser.new_context(**SMALL, bypass_csp=False)
    yield context
    context.close()


@pytest.fixture
def noted(api: Service) -> Person:
    """Alice with a sign, and with a tablet that did not help."""
    alice = settled(Person("Alice"))
    now = timezone.now()
    write(alice, *nights_that_no_tablet_helped(until=now.date()), saddle_numbness(now.date()), now=now)
    return alice


def made(phone: BrowserContext, api: Service, person: Person, passcode: str = "") -> str:
    """The link that two taps make."""
    sign_in(phone, api.url, person)
    page = phone.new_page()
    page.goto(f"{api.url}/today")
    page.get_by_role("link", name="For the doctor").click()
    if passcode:
        page.get_by_text("How long, and a passcode").click()
        page.get_by_label("Passcode, if you want one").fill(passcode)
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_alt_text("The link as a QR code")).to_be_visible()
    return page.get_by_label("The link", exact=True).input_value()


def opened(surgery: BrowserContext, link: str) -> Page:
    page = surgery.new_page()
    page.goto(link)
    return page


def test_a_link_of_two_taps_is_opened_in_another_browser(
    phone: BrowserContext, surgery: BrowserContext, api: Service, noted: Person
) -> None:
    link = made(phone, api, noted)
    page = opened(surgery, link)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Who are you?").fill("Surgery Dr Meyer")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_role("heading", name="Alice")).to_be_visible()
    expect(page.get_by_text("New numbness, weakness, or bladder or bowel change")).to_be_visible()
    expect(page.get_by_text("Ibuprofen").first).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Save the page for the doctor").click()
    assert "Name: Alice" in Pdf(started.value.path().read_bytes()).sides[0]
    assert AccessLine.objects.get(recipient="Surgery Dr Meyer").resource_id == Share.objects.get().pk
    key = read_link(link).payload["key"]
    assert not [url for url in asked if key in url]
    assert urlsplit(page.url).fragment == ""
    assert not surgery.cookies()


def test_a_wrong_passcode_can_be_put_right(
    phone: BrowserContext, surgery: BrowserContext, api: Service, noted: Person
) -> None:
    page = opened(surgery, made(phone, api, noted, passcode="2718"))
    page.get_by_label("Who are you?").fill("Surgery")
    page.get_by_label("Passcode").fill("0000")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_text("The passcode is wrong. Tries left: 9")).to_be_visible()
    page.get_by_label("Passcode").fill("2718")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_role("heading", name="Alice")).to_be_visible()
    expect(page.get_by_text("The passcode is wrong")).to_be_hidden()


def test_what_opens_nothing_says_so(
    phone: BrowserContext, surgery: BrowserContext, api: Service, noted: Person
) -> None:
    link = made(phone, api, noted)
    noted.delete(f"patients/me/shares/{Share.objects.get().pk}")
    page = opened(surgery, link)
    page.get_by_label("Who are you?").fill("Surgery")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_text("This link doesn't work any more")).to_be_visible()
    for nothing in ("", "#shlink:/", "#shlink:/eyJ9", "#elsewhere"):
        expect(opened(surgery, f"{api.url}/shl{nothing}").get_by_text("There is no link here")).to_be_visible()
    elsewhere = urlsafe_b64encode(b'{"url": "https://elsewhere.example/shl/x", "key": "x"}').decode().rstrip("=")
    expect(
        opened(surgery, f"{api.url}/shl#shlink:/{elsewhere}").get_by_text("belongs to another service")
    ).to_be_visible()


@pytest.mark.nightly
@pytest.mark.parametrize("kind", TEXTS)
def test_what_people_write_stays_text_for_the_surgery(
    browser: Browser, phone: BrowserContext, api: Service, kind: str
) -> None:
    alice = written(kind).alice
    small = browser.new_context(**SMALL)
    page = opened(small, made(phone, api, alice))
    page.on("dialog", lambda dialog: pytest.fail(f"it runs what was written: {dialog.message}"))
    page.get_by_label("Who are you?").fill(TEXTS[kind][:80])
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_role("heading", name=f"A {NAMES[kind]}"[:30])).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("main img, main script").count() == 0
    small.close()


def test_the_pages_are_fit_for_everyone(browser: Browser, phone: BrowserContext, api: Service, noted: Person) -> None:
    made(phone, api, noted)
    small = browser.new_context(**SMALL, bypass_csp=True)
    small.route("**/pages/offline.js", lambda route: route.abort())
    page = small.new_page()
    sign_in(small, api.url, noted)
    page.goto(f"{api.url}/share")
    looked_at(page, "share")
    noted.delete(f"patients/me/shares/{Share.objects.get().pk}")
    page.goto(f"{api.url}/share")
    looked_at(page, "share-ended")
    page.goto(f"{api.url}/shl")
    looked_at(page, "shared-none")
    page.goto("about:blank")
    page.goto(made(phone, api, noted, passcode="2718"))
    page.get_by_label("Who are you?").fill("Surgery")
    page.get_by_label("Passcode").fill("1111")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_text("The passcode is wrong")).to_be_visible()
    looked_at(page, "shared-wrong")
    page.get_by_label("Passcode").fill("2718")
    page.get_by_role("button", name="Open the diary").click()
    expect(page.get_by_role("heading", name="Alice")).to_be_visible()
    looked_at(page, "shared")
    small.close()
