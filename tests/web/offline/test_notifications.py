"""A notification in Chromium: shown as the message says, by the service worker that the page keeps."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.cast import Person
from tests.service import Service
from tests.web.browsing import sign_in
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SHOWN = (
    "navigator.serviceWorker.ready.then((r) => r.getNotifications()).then((all) => all.map((n) => [n.title, n.body]))"
)


def test_a_push_is_shown_and_says_nothing_of_health(phone: BrowserContext, api: Service) -> None:
    phone.grant_permissions(["notifications"], origin=api.url)
    sign_in(phone, api.url, settled(Person("Alice")))
    page = phone.new_page()
    devtools: Any = phone.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.goto(f"{api.url}/today")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    said = {"title": "Please read this now", "body": "Tap to open and read it.", "lang": "en", "tag": "1"}
    message = {"web_push": 8030, "notification": {**said, "navigate": f"{api.url}/a/token"}, "alert": "1"}
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": api.url, "registrationId": registrations[-1], "data": json.dumps(message)},
    )
    page.wait_for_function(f"{SHOWN}.then((all) => all.length > 0)")
    assert page.evaluate(SHOWN) == [[said["title"], said["body"]]]
