"""Signing in, and what it does not tell."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache, caches
from django.test import override_settings
from pytest_django import Settings
from structlog.testing import capture_logs

from diary.identity.counters import ForgivingRedisCache
from diary.identity.provisioning import issue_token, register
from diary.models import Session, User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.hashing import CountingHasher
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CHARLIE = "charlie@example.org"
NOW = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, name="Alice", now=NOW)


@pytest.fixture
def device(mailbox: MailReceiver) -> App:
    return App(mailbox)


def test_the_password_signs_in(alice: User, device: App) -> None:
    answer = device.sign_in(ALICE)

    assert answer.status == 200
    assert answer.json["data"]["user"]["id"] == str(alice.pk)
    assert device.is_signed_in()


def test_each_device_has_a_session_of_its_own(alice: User, mailbox: MailReceiver) -> None:
    phone, tablet = App(mailbox), App(mailbox)
    phone.sign_in(ALICE)
    tablet.sign_in(ALICE)

    phone.send("DELETE", "auth/session")

    assert not phone.is_signed_in()
    assert tablet.is_signed_in()


def test_a_wrong_password_and_an_unknown_address_look_the_same(alice: User, mailbox: MailReceiver) -> None:
    wrong, unknown = App(mailbox).sign_in(ALICE, OTHER_PASSWORD), App(mailbox).sign_in(CHARLIE, OTHER_PASSWORD)

    assert wrong.status == unknown.status == 400
    assert wrong.json == unknown.json


def test_an_address_nobody_proved_looks_unknown_even_with_its_password(mailbox: MailReceiver) -> None:
    App(mailbox).sign_up(ALICE, PASSWORD)

    assert App(mailbox).sign_in(ALICE, PASSWORD).json == App(mailbox).sign_in(CHARLIE, PASSWORD).json


@override_settings(PASSWORD_HASHERS=["tests.diary.identity.hashing.CountingHasher"])
@pytest.mark.parametrize("step", ["sign_up", "sign_in"])
def test_known_and_unknown_addresses_take_the_same_work(mailbox: MailReceiver, step: str) -> None:
    register(email=ALICE, password=PASSWORD, now=NOW)

    def work(email: str) -> int:
        before = CountingHasher.worked
        getattr(App(mailbox), step)(email, OTHER_PASSWORD)
        return CountingHasher.worked - before

    assert work(ALICE) == work(CHARLIE) == 1


def test_somebody_made_inactive_is_refused_at_once_and_everywhere(alice: User, device: App) -> None:
    device.sign_in(ALICE)
    alice.is_active = False
    alice.save()

    assert not device.is_signed_in()
    device.token = ""
    assert device.sign_in(ALICE).status == 401
    assert not device.is_signed_in()


def test_guessing_is_stopped_after_five_tries(alice: User, device: App) -> None:
    for _ in range(5):
        device.sign_in(ALICE, OTHER_PASSWORD)

    answer = device.sign_in(ALICE, PASSWORD)

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("spelling", ["ALICE@example.org", " alice@example.org "])
def test_another_spelling_or_a_forged_header_wins_no_more_tries(alice: User, device: App, spelling: str) -> None:
    for _ in range(5):
        device.sign_in(ALICE, OTHER_PASSWORD)

    body = {"email": spelling, "password": PASSWORD}
    answer = device.send("POST", "auth/login", body, **{"X-Forwarded-For": "203.0.113.9"})

    assert answer.status == 429


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(alice: User, mailbox: MailReceiver) -> None:
    stranger, owner = App(mailbox, network="203.0.113.9"), App(mailbox, network="198.51.100.7")
    for _ in range(8):
        stranger.sign_in(ALICE, OTHER_PASSWORD)

    assert owner.sign_in(ALICE).status == 200


@pytest.fixture
def frozen_cache(settings: Settings) -> Iterator[None]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}
        yield
        for connection in caches.all():
            connection.close()
    ForgivingRedisCache._breaker.answered()


def test_a_frozen_cache_keeps_nobody_out_and_costs_one_short_wait(alice: User, device: App, frozen_cache: None) -> None:
    assert cache.add("free", "1")
    began = time.monotonic()

    assert device.sign_in(ALICE).status == 200
    assert time.monotonic() - began < 2


def test_a_better_hash_of_the_same_password_signs_nobody_out(alice: User, device: App, settings: Settings) -> None:
    token = issue_token(user=alice, now=datetime.now(UTC))
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    device.sign_in(ALICE)

    alice.refresh_from_db()
    assert alice.password.startswith("pbkdf2")
    device.token = token
    assert device.is_signed_in()
    assert Session.objects.filter(user=alice).count() == 2


def test_sign_ins_and_refusals_are_logged_by_account_and_network(alice: User, device: App) -> None:
    with capture_logs() as lines:
        device.sign_in(ALICE, OTHER_PASSWORD)
        device.sign_in(CHARLIE)
        device.sign_in(ALICE)

    known = {"network": "198.51.100.7", "log_level": "info"}
    refused = {"event": "sign-in refused", **known}
    assert lines == [refused, refused, {"event": "signed in", "account": str(alice.pk), **known}]
