"""A second factor: switched on with the password, asked for at each sign-in, and passkeys."""

import time
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import Settings

from diary.identity.provisioning import register
from diary.models import User
from tests.diary.identity.app import PASSWORD, App
from tests.diary.identity.authenticator import code_of
from tests.diary.identity.database import everything_stored
from tests.diary.identity.passkey import Passkey
from tests.receiver import MailReceiver

ALICE = "alice@example.org"

pytestmark = pytest.mark.django_db


def forget_used_codes() -> None:
    for factor in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
        factor.data.pop("last_counter")
        factor.save()


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))


@pytest.fixture
def phone(alice: User, mailbox: MailReceiver) -> App:
    device = App(mailbox)
    device.sign_in(ALICE)
    device.ask_again()
    return device


@pytest.fixture
def secret(phone: App) -> str:
    """The secret that Alice's authenticator app shares with the service."""
    shared: str = phone.get("account/authenticators/totp").json["meta"]["secret"]
    assert phone.post("account/authenticators/totp", code=code_of(shared)).status == 200
    forget_used_codes()  # a code is good once; the next sign-in of a test may fall into the same half minute
    return shared


def test_switching_it_on_asks_for_the_password_first(alice: User, mailbox: MailReceiver) -> None:
    device = App(mailbox)
    device.sign_in(ALICE)

    shared = device.get("account/authenticators/totp").json["meta"]["secret"]
    answer = device.post("account/authenticators/totp", code=code_of(shared))

    assert (answer.status, answer.json["type"]) == (401, "/problems/reauthentication-required")
    assert answer.json["detail"] == "You are signed in. Confirm who you are to continue."
    assert answer.json["meta"]["is_authenticated"] is True
    assert [flow["id"] for flow in answer.json["data"]["flows"] if "is_pending" not in flow] == ["reauthenticate"]
    assert not Authenticator.objects.exists()


def test_the_password_alone_leaves_the_sign_in_pending(secret: str, mailbox: MailReceiver) -> None:
    device = App(mailbox)

    answer = device.sign_in(ALICE)

    assert answer.status == 401
    assert answer.pending == {"mfa_authenticate"}
    assert not device.is_signed_in()


def test_the_code_completes_it_under_a_new_token(secret: str, mailbox: MailReceiver) -> None:
    device = App(mailbox)
    device.sign_in(ALICE)
    pending = device.token

    answer = device.post("auth/2fa/authenticate", code=code_of(secret))

    assert answer.status == 200
    assert device.token != pending
    assert device.is_signed_in()


def test_a_code_cannot_be_used_twice(secret: str, mailbox: MailReceiver) -> None:
    first, second = App(mailbox), App(mailbox)
    first.sign_in(ALICE)
    second.sign_in(ALICE)
    code = code_of(secret)
    first.post("auth/2fa/authenticate", code=code)

    assert second.post("auth/2fa/authenticate", code=code).status == 400


def test_a_recovery_code_does_too_and_once(phone: App, secret: str, mailbox: MailReceiver) -> None:
    codes = phone.get("account/authenticators/recovery-codes").json["data"]["unused_codes"]
    statuses = []
    for _ in range(2):
        device = App(mailbox)
        device.sign_in(ALICE)
        statuses.append(device.post("auth/2fa/authenticate", code=codes[0]).status)

    assert statuses == [200, 400]


def test_the_secret_is_not_readable_in_the_database(secret: str) -> None:
    assert secret not in everything_stored()


def test_a_second_factor_survives_a_change_of_the_keys(secret: str, mailbox: MailReceiver, settings: Settings) -> None:
    old, new = settings.NOTE_KEYS, [Fernet.generate_key().decode()]
    settings.NOTE_KEYS = [*new, *old]
    said = StringIO()
    call_command("rotate_note_keys", stdout=said)
    assert "2 second factors" in said.getvalue()  # the authenticator app and the recovery codes

    settings.NOTE_KEYS = new
    device = App(mailbox)
    device.sign_in(ALICE)

    assert device.post("auth/2fa/authenticate", code=code_of(secret)).status == 200


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told(secret: str, mailbox: MailReceiver) -> None:
    told = " ".join(received.text for received in mailbox.sent_to(ALICE))

    assert "a code from your authenticator app" in told


def test_a_passkey_belongs_to_the_public_address(phone: App, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://diary.example.org"

    answer = phone.send("GET", "account/authenticators/webauthn?passwordless", Host="localhost:6666")

    options = answer.json["data"]["creation_options"]["publicKey"]
    assert options["rp"]["id"] == "diary.example.org"
    assert options["authenticatorSelection"]["residentKey"] == "required"


def test_signing_in_with_a_passkey_offers_a_challenge_to_anybody(mailbox: MailReceiver) -> None:
    answer = App(mailbox).get("auth/webauthn/login")

    assert len(answer.json["data"]["request_options"]["publicKey"]["challenge"]) >= 22  # 128 bits


def test_a_used_code_stays_used_for_as_long_as_it_is_shown_and_accepted(phone: App, mailbox: MailReceiver) -> None:
    shared: str = phone.get("account/authenticators/totp").json["meta"]["secret"]
    now = (int(time.time()) // 30 + 2) * 30 + 1.0
    with time_machine.travel(now, tick=False):
        code = code_of(shared)
        phone.ask_again()
        assert phone.post("account/authenticators/totp", code=code).status == 200
    for later in (1, 31, 58):
        with time_machine.travel(now + later, tick=False):
            cache.clear()
            device = App(mailbox)
            device.sign_in(ALICE)
            assert device.post("auth/2fa/authenticate", code=code).status == 400
    with time_machine.travel(now + 30, tick=False):
        assert device.post("auth/2fa/authenticate", code=code_of(shared)).status == 200


def test_a_stranger_who_knows_the_password_does_not_lock_the_owner_out(secret: str, mailbox: MailReceiver) -> None:
    charlie = App(mailbox, network="203.0.113.9")
    charlie.sign_in(ALICE)
    guesses = [charlie.post("auth/2fa/authenticate", code="000000").status for _ in range(6)]
    forged = Passkey("https://diary.example.org").sign({"challenge": "eA", "rpId": "diary.example.org"})
    bad = [charlie.post("auth/webauthn/authenticate", credential=forged).status for _ in range(6)]
    device = App(mailbox)
    device.sign_in(ALICE)

    assert guesses == [400] * 5 + [429]
    assert set(bad) == {429}
    assert device.post("auth/2fa/authenticate", code=code_of(secret)).status == 200
