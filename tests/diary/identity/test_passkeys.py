"""Passkeys: made while signed in, and then enough to sign in with."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from diary.identity.provisioning import register
from diary.models.session import Session
from tests.diary.identity.app import PASSWORD, Answer, App
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
ORIGIN = "https://diary.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _public_address(settings: Settings) -> None:
    settings.PUBLIC_URL = ORIGIN
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


@pytest.fixture
def phone(mailbox: MailReceiver) -> App:
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    device = App(mailbox)
    device.sign_in(ALICE)
    device.ask_again()
    return device


def creation_options(device: App) -> dict[str, Any]:
    options: dict[str, Any] = device.get("account/authenticators/webauthn?passwordless").json["data"][
        "creation_options"
    ]["publicKey"]
    return options


def made_by(passkey: Passkey, device: App) -> Answer:
    credential = passkey.register(creation_options(device))
    return device.post("account/authenticators/webauthn", name="Alice's phone", credential=credential)


def signed_in_with(passkey: Passkey, device: App) -> Answer:
    options = device.get("auth/webauthn/login").json["data"]["request_options"]["publicKey"]
    return device.post("auth/webauthn/login", credential=passkey.sign(options))


def test_a_passkey_signs_in_without_a_password(phone: App, mailbox: MailReceiver) -> None:
    passkey, tablet = Passkey(ORIGIN), App(mailbox)
    assert made_by(passkey, phone).status == 200

    answer = signed_in_with(passkey, tablet)

    assert answer.status == 200
    assert tablet.is_signed_in()


def test_a_passkey_that_nobody_registered_signs_nobody_in(phone: App, mailbox: MailReceiver) -> None:
    made_by(Passkey(ORIGIN), phone)
    forged, tablet = Passkey(ORIGIN), App(mailbox)
    forged.register(creation_options(phone))

    assert signed_in_with(forged, tablet).status == 400
    assert not tablet.is_signed_in()


def test_a_page_that_pretends_to_be_us_gets_nothing(phone: App, mailbox: MailReceiver) -> None:
    passkey, tablet = Passkey(ORIGIN), App(mailbox)
    made_by(passkey, phone)
    passkey.origin = "https://diary.example.net"

    assert signed_in_with(passkey, tablet).status == 400


def test_a_challenge_is_good_once(phone: App, mailbox: MailReceiver) -> None:
    passkey, tablet = Passkey(ORIGIN), App(mailbox)
    made_by(passkey, phone)
    options = tablet.get("auth/webauthn/login").json["data"]["request_options"]["publicKey"]
    assertion = passkey.sign(options)
    tablet.post("auth/webauthn/login", credential=assertion)

    assert App(mailbox).post("auth/webauthn/login", credential=assertion).status == 400


def test_making_one_asks_for_the_password_first(phone: App, mailbox: MailReceiver) -> None:
    tablet = App(mailbox)
    tablet.sign_in(ALICE)

    assert tablet.get("account/authenticators/webauthn?passwordless").status == 401


def test_challenges_are_counted_for_the_address_as_each_is_stored(mailbox: MailReceiver, settings: Settings) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    statuses = [App(mailbox).get("auth/webauthn/login").status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert Session.objects.count() == 3
