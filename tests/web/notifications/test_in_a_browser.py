"""Notifications in Chromium, from the button in the settings to the tap that opens the alert.

A headless browser has no push service: `subscribing.js` is in the place of that one call, with keys that the browser
makes. Our pages, the service, what it encrypts and sends, the service worker, the desktop and the tap are real; what
came is handed from the push service to the browser by the developer tools.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from alerts.models import Alert, Delivery
from alerts.outbound import calling
from diary.models import Device
from tests.alerts.channels.browser import Browser
from tests.alerts.channels.conftest import VAPID_PRIVATE_KEY
from tests.alerts.channels.sending import mentions_health
from tests.alerts.delivery.sweep import deliver_all
from tests.alerts.diaries import bloody_cough, saddle_numbness, write
from tests.cast import Person
from tests.certificates import certificate_of, served_with, trusting
from tests.service import Service
from tests.web.browsing import looked_at, profile, sign_in
from tests.web.notifications.desktop import Desktop
from tests.web.settled import settled
from tests.web_receiver import Request, WebReceiver, reply

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
expect.set_options(timeout=60_000)  # milliseconds; it goes on as soon as it is so
SUBSCRIBING: Final = (Path(__file__).parent / "subscribing.js").read_text()
RENEWED: Final = "self.dispatchEvent(new PushSubscriptionChangeEvent('pushsubscriptionchange'))"


@pytest.fixture
def push_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebReceiver]:
    """Speaks TLS, as push services do, with a certificate that this process trusts."""
    certificate = certificate_of("localhost", tmp_path)
    monkeypatch.setattr(calling, "_trust", lambda: trusting(certificate))
    with WebReceiver(tls=served_with(certificate)) as running:
        running.script = [reply(201)]
        yield running


@pytest.fixture
def api(transactional_db: None, settings: Settings) -> Iterator[Service]:
    """The API, with a key to push with, which this process has too."""
    with Service() as running:
        settings.VAPID_PRIVATE_KEY = running.environment["VAPID_PRIVATE_KEY"] = VAPID_PRIVATE_KEY
        settings.PUBLIC_URL = running.url
        yield running.start_api()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    with Desktop() as running:
        yield running


class Chromium(NamedTuple):
    """A browser on a desktop, and what it told of its subscriptions."""

    context: BrowserContext
    told: list[dict[str, str]]
    address: str
    """Where its push service is."""

    def settings(self, api: Service) -> Page:
        page = self.context.new_page()
        page.goto(f"{api.url}/settings")
        return page

    @property
    def subscribed(self) -> Browser:
        """By the newest of its subscriptions."""
        made = [one for one in self.told if "d" in one][-1]
        return Browser.that_made(made["endpoint"], server_key=made["key"], private_key=made["d"], secret=made["auth"])

    def worker_says(self, script: str) -> Any:
        """Of its service worker, which subscribes as its pages do."""
        (worker,) = self.context.service_workers
        worker.evaluate("self.heard ??= []; self.told = (text) => self.heard.push(text); 0")
        worker.evaluate(f"self.asked ??= ({SUBSCRIBING})({json.dumps(self.address)})")
        return worker.evaluate(script)

    def hear_from_worker(self, page: Page, count: int) -> None:
        """What the worker told, once there is so much of it."""
        for _ in range(200):
            heard: list[str] = self.worker_says("self.heard")
            if len(heard) >= count:
                self.told.extend(json.loads(one) for one in heard)
                return
            page.wait_for_timeout(50)
        raise TimeoutError("the service worker told nothing")


@pytest.fixture
def chromium(desktop: Desktop, push_service: WebReceiver, api: Service, tmp_path: Path) -> Iterator[Chromium]:
    told: list[dict[str, str]] = []
    address = f"https://localhost:{push_service.port}/push"
    with profile(tmp_path / "profile", desktop=desktop.address) as context:
        context.grant_permissions(["notifications"], origin=api.url)
        context.expose_function("told", lambda text: told.append(json.loads(text)))
        context.add_init_script(f"({SUBSCRIBING})({json.dumps(address)})")
        yield Chromium(context, told, address)


@pytest.fixture
def alice(api: Service) -> Person:
    person = settled(Person("Alice"))
    person.patch("preferences", {"language": "de", "channels": {"emergency": ["web_push"], "urgent": ["web_push"]}})
    return person


def subscribe(chromium: Chromium, api: Service, alice: Person) -> Page:
    """By the button in the settings."""
    sign_in(chromium.context, api.url, alice)
    page = chromium.settings(api)
    looked_at(page, "settings-push")
    page.get_by_role("button", name="Benachrichtigungen an diesen Browser senden").click()
    expect(page.get_by_text("Dieser Browser bekommt Benachrichtigungen.")).to_be_visible()
    looked_at(page, "settings-push-on")
    return page


def hand_over(page: Page, api: Service, message: dict[str, Any]) -> None:
    """To the service worker, as the browser does with what comes from its push service."""
    devtools: Any = page.context.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    while not registrations:
        page.wait_for_timeout(20)
    data = {"origin": api.url, "registrationId": registrations[-1], "data": json.dumps(message)}
    devtools.send("ServiceWorker.deliverPushMessage", data)


def receipt(chromium: Chromium, message: dict[str, Any]) -> Any:
    """Until the service has answered what the service worker says of the message."""
    address = f"/alerts/{message['alert']}/receipt"
    return chromium.context.expect_event("response", lambda answer: answer.url.endswith(address))


def noted(alice: Person, push_service: WebReceiver, count: int) -> Request:
    """The message of an emergency that she notes, as the push service got it."""
    now = timezone.now()
    write(alice, bloody_cough(now.date()) if count > 1 else saddle_numbness(now.date()), now=now)
    deliver_all(now)
    return push_service.wait_for(count)[-1]


@pytest.mark.nightly
@pytest.mark.parametrize("signed_in", [pytest.param(True, id="signed in"), pytest.param(False, id="signed out")])
def test_a_message_goes_to_the_browser_says_nothing_of_health_and_its_tap_opens_the_alert(
    chromium: Chromium, api: Service, alice: Person, push_service: WebReceiver, desktop: Desktop, signed_in: bool
) -> None:
    page = subscribe(chromium, api, alice)
    came = noted(alice, push_service, 1)
    assert chromium.subscribed.claims(came)["sub"] == "mailto:diary@localhost"
    message = chromium.subscribed.read(came)
    with receipt(chromium, message):
        hand_over(page, api, message)
    shown = desktop.wait_for(1)
    sent = Delivery.objects.get(channel="web_push")
    assert (sent.delivered_at is None, sent.opened_at) == (False, None)
    assert shown.title == "Bitte lesen Sie das jetzt"
    assert "Zum Öffnen und Lesen tippen." in shown.body
    assert not mentions_health(f"{shown.title} {shown.body}")
    assert set(shown.choices) <= {"default", "settings"}  # the browser's own; ours has none

    if not signed_in:
        chromium.context.clear_cookies()
    with chromium.context.expect_page() as opened, receipt(chromium, message):
        desktop.tap(shown)
    alert = opened.value
    sent.refresh_from_db()
    assert (sent.opened_at is not None) is signed_in
    expect(alert.get_by_role("button", name="Ich bekomme Hilfe")).to_be_visible()
    assert alert.url == message["notification"]["navigate"]
    looked_at(alert, "alert-by-notification")

    page.bring_to_front()
    hand_over(page, api, message)
    shown = desktop.wait_for(2)
    windows = len(chromium.context.pages)
    desktop.tap(shown)
    page.wait_for_timeout(1_000)  # for a second window, which would not come at once
    assert len(chromium.context.pages) == windows
    alert.get_by_role("button", name="Ich bekomme Hilfe").click()
    expect(alert.get_by_text("Sie: Ich bekomme Hilfe")).to_be_visible()
    assert Alert.objects.get().state == "acknowledged"


@pytest.mark.nightly
def test_another_subscription_takes_the_place_of_the_one_that_ended_and_none_comes_after_it_was_switched_off(
    chromium: Chromium, api: Service, alice: Person, push_service: WebReceiver
) -> None:
    page = subscribe(chromium, api, alice)
    first = chromium.subscribed
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    with chromium.context.expect_event("response", lambda answer: answer.url.endswith("/settings/browser")) as stored:
        chromium.worker_says(RENEWED)
    assert stored.value.status == 204
    chromium.hear_from_worker(page, 1)
    second = chromium.subscribed
    assert second.endpoint != first.endpoint
    came = noted(alice, push_service, 1)
    assert second.endpoint.endswith(came.path)
    assert second.read(came)["notification"]["lang"] == "de"
    assert Device.objects.count() == 1

    page.get_by_role("button", name="Keine mehr an diesen Browser senden").click()
    expect(page.get_by_role("button", name="Benachrichtigungen an diesen Browser senden")).to_be_visible()
    assert Device.objects.get().deleted
    chromium.worker_says(RENEWED)
    chromium.hear_from_worker(page, 3)
    assert "ended" in chromium.told[-1]  # the worker ends what no one wants
    now = timezone.now()
    write(alice, bloody_cough(now.date()), now=now)
    deliver_all(now)
    assert len(push_service.received) == 1


@pytest.mark.nightly
def test_a_browser_that_allows_no_notifications_says_so(chromium: Chromium, api: Service, alice: Person) -> None:
    chromium.context.clear_permissions()
    sign_in(chromium.context, api.url, alice)
    page = chromium.settings(api)
    page.get_by_role("button", name="Benachrichtigungen an diesen Browser senden").click()
    expect(page.get_by_role("alert").get_by_text("Der Browser hat es nicht erlaubt.")).to_be_visible()
    assert not Device.objects.exists()
