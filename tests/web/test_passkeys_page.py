"""Passkeys made, named and removed on a page, by who has just shown who it is."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as project
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import CDPSession, Route, expect
from pytest_django import Settings

from diary.identity.provisioning import issue_token
from tests.cast import Person
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver
from tests.web.browsing import SMALL, chromium, looked_at

PASSWORD = "correct horse battery staple"
PAGE = "/account/passkeys"
ORIGIN = "https://diary.example.org"
STATIC = Path(__file__).parents[2] / "web" / "static"


@pytest.fixture
def browser(alice: Person, mailbox: MailReceiver, settings: Settings) -> Client:
    """Alice's; it has just shown who it is."""
    settings.PUBLIC_URL = ORIGIN
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    alice.user.set_password(PASSWORD)
    alice.user.save()
    client = signed_in(alice)
    assert client.get(PAGE)["Location"] == "/sign-in/again?next=%2Faccount%2Fpasskeys"
    assert client.post("/sign-in/again", {"password": PASSWORD, "next": PAGE})["Location"] == PAGE
    return client


def signed_in(person: Person, **how: bool) -> Client:
    client = Client(**how)  # type: ignore[arg-type] # how it checks
    client.cookies[project.SESSION_COOKIE_NAME] = issue_token(user=person.user, now=timezone.now())
    return client


def text(answer: Any) -> str:
    shown: str = unescape(answer.content.decode())
    return shown


def options_on(answer: Any) -> dict[str, Any]:
    """What the browser is to make a passkey from, or to sign, as the script of the page reads it."""
    found = re.search(r'data-options="([^"]*)"', answer.content.decode())
    assert found is not None, answer.content
    options: dict[str, Any] = json.loads(unescape(found[1]))["publicKey"]
    return options


def added(browser: Client, passkey: Passkey, name: str = "My phone") -> Any:
    credential = json.dumps(passkey.register(options_on(browser.get(PAGE))))
    return browser.post(PAGE, {"do": "add", "name": name, "credential": credential})


def kept() -> Authenticator:
    return Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)


def test_one_that_was_added_is_asked_for_from_then_on(alice: Person, browser: Client) -> None:
    passkey = Passkey(ORIGIN)
    answer = added(browser, passkey)
    assert answer.status_code == 200
    assert len(re.findall(r"<li><code>([^<]+)</code>", text(answer))) == 10
    later = text(browser.get(PAGE))
    assert "My phone" in later
    assert "recovery codes down" not in later, "they are shown only once"
    other = Client()
    assert other.post("/sign-in", {"email": alice.email, "password": PASSWORD})["Location"] == "/sign-in/code"
    signed = json.dumps(passkey.sign(options_on(other.get("/sign-in/code"))))
    assert other.post("/sign-in/passkey", {"credential": signed})["Location"] == "/"
    assert other.get("/account").status_code == 200


def test_its_owner_hears_of_it(alice: Person, browser: Client, mailbox: MailReceiver) -> None:
    added(browser, Passkey(ORIGIN))
    assert re.search(r"/undo/\S+", mailbox.sent_to(alice.email)[-1].text + mailbox.sent_to(alice.email)[0].text)


def test_it_gets_another_name(browser: Client) -> None:
    added(browser, Passkey(ORIGIN))
    assert browser.post(PAGE, {"do": "name", "passkey": kept().pk, "name": "<b>Old phone"})["Location"] == PAGE
    assert "&lt;b&gt;Old phone" in browser.get(PAGE).content.decode()
    unnamed = browser.post(PAGE, {"do": "name", "passkey": kept().pk, "name": ""})
    assert unnamed.status_code == 400
    assert "Please fill this in." in text(unnamed)


def test_it_is_removed_and_the_password_alone_is_enough_again(alice: Person, browser: Client) -> None:
    added(browser, Passkey(ORIGIN))
    assert browser.post(PAGE, {"do": "remove", "passkey": kept().pk})["Location"] == PAGE
    assert not Authenticator.objects.exists()
    assert Client().post("/sign-in", {"email": alice.email, "password": PASSWORD})["Location"] == "/"


def test_new_recovery_codes_are_made_where_there_is_no_app(browser: Client) -> None:
    added(browser, Passkey(ORIGIN))
    assert 'action="/account/second-factor"' in text(browser.get(PAGE))
    assert "Write these recovery codes down" in text(browser.post("/account/second-factor", {"do": "codes"}))


def test_either_will_do_where_there_is_an_app_too(alice: Person, browser: Client) -> None:
    added(browser, Passkey(ORIGIN))
    TOTP.activate(alice.user, "JBSWY3DPEHPK3PXP")
    for page in (PAGE, "/account/second-factor"):
        assert "a passkey or a code from your authenticator app" in text(browser.get(page))


@pytest.mark.parametrize("credential", ["", "[", "{}", "[]", '{"id": 3}', "null"])
def test_what_is_no_passkey_is_not_added(browser: Client, credential: str) -> None:
    browser.get(PAGE)
    assert browser.post(PAGE, {"do": "add", "name": "x", "credential": credential}).status_code == 400
    assert not Authenticator.objects.exists()


def test_one_that_was_made_for_another_page_is_not_added(browser: Client) -> None:
    elsewhere = Passkey("https://diary.example.com")
    assert added(browser, elsewhere).status_code == 400
    assert not Authenticator.objects.exists()


def test_the_passkey_of_someone_else_is_out_of_reach(browser: Client, bob: Person) -> None:
    added(browser, Passkey(ORIGIN))
    Authenticator.objects.update(user=bob.user)
    assert browser.post(PAGE, {"do": "remove", "passkey": kept().pk}).status_code == 400
    assert browser.post(PAGE, {"do": "name", "passkey": kept().pk, "name": "mine"}).status_code == 400
    assert kept().data["name"] == "My phone"


@pytest.mark.parametrize("what", ["add", "name", "remove"])
def test_who_has_not_shown_who_it_is_changes_nothing(alice: Person, what: str) -> None:
    answer = signed_in(alice).post(PAGE, {"do": what, "passkey": "1", "name": "x", "credential": "{}"})
    assert answer["Location"] == "/sign-in/again?next=%2Faccount%2Fpasskeys"


@pytest.mark.parametrize("what", [{"do": "nothing"}, {"do": "remove", "passkey": "x"}, {"do": "name", "passkey": ""}])
def test_what_there_is_not_is_not_found(browser: Client, what: dict[str, str]) -> None:
    assert browser.post(PAGE, what).status_code == 404


def test_a_form_from_elsewhere_is_refused(alice: Person) -> None:
    assert signed_in(alice, enforce_csrf_checks=True).post(PAGE, {"do": "remove"}).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_makes_one_and_signs_in_with_it(alice: Person, browser: Client) -> None:
    visitor = browser

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            return route.fulfill(path=STATIC / path.removeprefix("/static/"))
        sent = dict(parse_qsl(route.request.post_data or ""))
        answer: Any = visitor.post(path, sent) if sent else visitor.get(path)
        while answer.status_code == 303:
            answer = visitor.get(answer["Location"])
        connections.close_all()  # each call of Playwright's has one of its own
        policy = {"Content-Security-Policy": answer.headers.get("Content-Security-Policy", "")}
        return route.fulfill(status=answer.status_code, body=answer.content, content_type="text/html", headers=policy)

    with chromium() as started:
        context = started.new_context(**SMALL, bypass_csp=True)
        context.route(f"{ORIGIN}/**", serve)
        context.route("**/pages/offline.js", lambda route: route.abort())
        page = context.new_page()
        unlocks_for_anyone(context.new_cdp_session(page))
        page.goto(f"{ORIGIN}{PAGE}")
        looked_at(page, "account-passkeys")
        page.get_by_label("Name of the new passkey").fill("Virtual phone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("Write these recovery codes down.")).to_be_visible()
        looked_at(page, "account-passkeys-added")
        page.get_by_text("Change", exact=True).click()
        page.get_by_label("Name", exact=True).fill("My other phone")
        page.get_by_role("button", name="Save the name").click()
        expect(page.get_by_text("My other phone")).to_be_visible()
        page.get_by_label("Name of the new passkey").fill("The same phone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("Perhaps this device has one already")).to_be_visible()
        for path in ("account", "account/password", "account/email", "account/second-factor"):
            page.goto(f"{ORIGIN}/{path}")
            looked_at(page, f"proved-{path.replace('/', '-')}")
        visitor.post("/account/email", {"do": "ask", "email": "alice@example.net"})
        page.goto(f"{ORIGIN}/account/email")
        looked_at(page, "account-email-awaited")

        visitor = Client()
        visitor.post("/sign-in", {"email": alice.email, "password": PASSWORD})
        page.goto(f"{ORIGIN}/sign-in/code")
        looked_at(page, "second-factor-passkey")
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url(f"{ORIGIN}/sign-in/passkey")
        page.goto(f"{ORIGIN}/account")
        expect(page.get_by_text("Where you're signed in")).to_be_visible()


def unlocks_for_anyone(session: CDPSession) -> None:
    """The browser gets a device that makes and keeps passkeys."""
    session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "hasResidentKey": True, "automaticPresenceSimulation": True}},
    )
