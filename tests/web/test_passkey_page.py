"""Signing in on a page where a passkey is the second factor, or the only one."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from playwright.sync_api import CDPSession, Route, expect
from pytest_django import Settings

from diary.identity.provisioning import register
from tests.diary.identity.app import PASSWORD, App
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver
from tests.web.browsing import chromium

ALICE = "alice@example.org"
ORIGIN = "https://diary.example.org"
STATIC = Path(__file__).parents[2] / "web" / "static"


@pytest.fixture
def passkey(db: None, mailbox: MailReceiver, settings: Settings) -> Passkey:
    """Alice's, which her account asks for beside the password and nothing else."""
    settings.PUBLIC_URL = ORIGIN
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    register(email=ALICE, password=PASSWORD, now=timezone.now())
    phone, key = App(mailbox), Passkey(ORIGIN)
    phone.sign_in(ALICE)
    phone.ask_again()
    path = "account/authenticators/webauthn"
    options = phone.get(path).json["data"]["creation_options"]["publicKey"]
    assert phone.post(path, name="phone", credential=key.register(options)).status == 200
    return key


@pytest.fixture
def browser(passkey: Passkey) -> Client:
    """Has sent the password, and stands before the second factor."""
    client = Client()
    answer = client.post("/sign-in", {"email": ALICE, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/code")
    return client


def asked_by(page: str) -> dict[str, Any]:
    """What the passkey is to sign, as the script of the page reads it."""
    found = re.search(r'data-options="([^"]*)"', page)
    assert found is not None, page
    options: dict[str, Any] = json.loads(unescape(found[1]))["publicKey"]
    return options


def send(browser: Client, credential: str, **fields: str) -> HttpResponse:
    return browser.post("/sign-in/passkey", {"credential": credential, **fields})  # type: ignore[return-value]


def test_who_has_no_authenticator_app_goes_on_with_a_passkey(browser: Client, passkey: Passkey) -> None:
    answer = browser.get("/sign-in/code")
    page = answer.content.decode()
    assert "Use my passkey" in page
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    signed = json.dumps(passkey.sign(asked_by(page)))
    done = send(browser, signed, next="/caring")
    assert (done.status_code, done["Location"]) == (303, "/caring")
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("credential", ["", "[", "{}", "[]", '{"id": 3}', "null"])
def test_what_no_passkey_signed_signs_no_one_in(browser: Client, credential: str) -> None:
    answer = send(browser, credential)
    assert answer.status_code == 400
    assert "Use my passkey" in answer.content.decode()
    assert browser.get("/account").status_code == 303


def test_another_passkey_signs_no_one_in(browser: Client) -> None:
    stranger = Passkey(ORIGIN)
    signed = json.dumps(stranger.sign(asked_by(browser.get("/sign-in/code").content.decode())))
    assert send(browser, signed).status_code == 400
    assert browser.get("/account").status_code == 303


def test_what_was_written_goes_along(browser: Client, passkey: Passkey) -> None:
    kept = json.dumps({"note": ["do not lose me"]})
    again = Client()
    sent = {"email": ALICE, "password": PASSWORD, "next": "/today", "kept": kept}
    answer = again.post("/sign-in", sent)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    signed = json.dumps(passkey.sign(asked_by(answer.content.decode())))
    done = send(again, signed, next="/today", kept=kept)
    assert done.status_code == 200
    assert "do not lose me" in done.content.decode()
    assert again.cookies[project.SESSION_COOKIE_NAME].value


def test_it_shows_again_who_it_is(browser: Client, passkey: Passkey) -> None:
    send(browser, json.dumps(passkey.sign(asked_by(browser.get("/sign-in/code").content.decode()))))
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True):
        again = browser.get("/sign-in/again?next=/account/erase")
        assert "script-src 'self'" in again["Content-Security-Policy"]
        unsigned = browser.post("/sign-in/again/passkey", {"credential": "{}", "next": "/account/erase"})
        assert unsigned.status_code == 400
        signed = json.dumps(passkey.sign(asked_by(unsigned.content.decode())))
        assert browser.post("/account/erase", {"do": "ask"})["Location"] == "/sign-in/again?next=%2Faccount%2Ferase"
        done = browser.post("/sign-in/again/passkey", {"credential": signed, "next": "/account/erase"})
        assert (done.status_code, done["Location"]) == (303, "/account/erase")
        assert browser.post("/account/erase", {"do": "ask"})["Location"] == "/account/erase"


@pytest.mark.browser
def test_the_script_of_the_page_has_the_browser_sign(browser: Client, passkey: Passkey) -> None:
    sent: list[str] = []
    answer = browser.get("/sign-in/code")
    policy = {"Content-Security-Policy": answer["Content-Security-Policy"]}

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(body="<p>Sent</p>", content_type="text/html")
        else:
            route.fulfill(body=answer.content, content_type="text/html", headers=policy)

    with chromium() as started:
        context = started.new_context()
        context.route(f"{ORIGIN}/**", serve)
        page = context.new_page()
        hold(context.new_cdp_session(page), passkey)
        page.goto(f"{ORIGIN}/sign-in/code")
        page.get_by_role("button", name="Use my passkey").click()
        expect(page.get_by_text("Sent")).to_be_visible()
    (credential,) = parse_qs(sent[0])["credential"]
    assert send(browser, credential).status_code == 303
    assert browser.get("/account").status_code == 200


def hold(session: CDPSession, passkey: Passkey) -> None:
    """The browser has the passkey, on a device that unlocks for anyone."""
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, "hasResidentKey": True}})
    credential = {
        "credentialId": b64encode(passkey.id).decode(),
        "isResidentCredential": False,
        "rpId": urlsplit(ORIGIN).hostname,
        "privateKey": b64encode(passkey.private_key).decode(),
        "signCount": 1,
    }
    session.send("WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": credential})
