"""Requests at the same moment: counted one by one, and nothing is done twice."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from diary.account.erase import erase
from diary.identity.provisioning import register
from diary.identity.sessions import SessionStore
from diary.models import ErasureRequest, User
from tests.cast import Person
from tests.diary.at_once import at_once
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.authenticator import code_of
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TRIES = 25

pytestmark = pytest.mark.django_db(transaction=True)


def copies(device: App, count: int) -> list[App]:
    """The same device with the same token, so many times."""
    others = [App(device.mailbox) for _ in range(count)]
    for other in others:
        other.token = device.token
    return others


def posting(device: App, path: str, **body: str) -> Callable[[], int]:
    return lambda: device.post(path, **body).status


def test_three_wrong_codes_at_a_sign_up_are_three(app: Callable[[], App]) -> None:
    device = app()
    device.sign_up(ALICE)
    statuses = at_once([posting(one, "auth/email/verify", key="XXXX-XXXX") for one in copies(device, TRIES)])
    assert sorted(statuses) == [400] * 3 + [409] * (TRIES - 3)
    assert device.confirm(ALICE).status == 409


def test_three_wrong_codes_at_a_reset_are_three(app: Callable[[], App]) -> None:
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    device = app()
    device.post("auth/password/request", email=ALICE)
    wrong = {"key": "XXXX-XXXX", "password": OTHER_PASSWORD}
    statuses = at_once([posting(one, "auth/password/reset", **wrong) for one in copies(device, TRIES)])
    assert sorted(statuses) == [400] * 3 + [409] * (TRIES - 3)


def test_looking_whether_a_reset_is_right_says_nothing_about_the_account(app: Callable[[], App]) -> None:
    register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    answers = []
    for email in (ALICE, "nobody@example.org"):
        device = app()
        device.post("auth/password/request", email=email)
        looks = [device.send("GET", "auth/password/reset", **{"X-Password-Reset-Key": "XXXX-XXXX"}) for _ in range(4)]
        answers.append([(look.status, look.without_token) for look in looks])
    assert answers[0] == answers[1]
    assert [status for status, _ in answers[0]] == [400, 400, 400, 409]


def test_five_wrong_codes_at_an_erasure_are_five(mailbox: MailReceiver) -> None:
    alice = Person("Alice")
    alice.user.set_password(PASSWORD)
    alice.user.credentials_epoch -= 1
    alice.user.save()
    assert alice.send("DELETE", "account", {"password": PASSWORD}).status == 202
    guess: Callable[[], int] = lambda: alice.send("DELETE", "account", {"code": "XXXX-XXXX"}).status  # noqa: E731
    assert set(at_once([guess] * TRIES)) == {403}
    assert ErasureRequest.objects.get().attempts == 5
    code = mailbox.code_for(ALICE)
    assert alice.send("DELETE", "account", {"password": PASSWORD, "code": code}).status == 403


def pending_second_factor(app: Callable[[], App], count: int) -> list[App]:
    user = register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))
    TOTP.activate(user, SECRET)
    devices = [app() for _ in range(count)]
    for device in devices:
        assert device.sign_in(ALICE).pending == {"mfa_authenticate"}
    return devices


def test_one_code_completes_one_of_many_sign_ins(app: Callable[[], App]) -> None:
    devices = pending_second_factor(app, 5)
    time.sleep(max(0, 5 - 30 + time.time() % 30))  # not at the very end of a half minute
    code = code_of(SECRET)
    statuses = at_once([posting(device, "auth/2fa/authenticate", code=code) for device in devices])
    assert sorted(statuses) == [200, 400, 400, 400, 400]


def test_the_second_factor_of_an_account_that_is_gone(app: Callable[[], App]) -> None:
    (device,) = pending_second_factor(app, 1)
    erase(user_id=User.objects.get().pk, now=datetime.now(UTC))
    assert device.post("auth/2fa/authenticate", code="000000").status == 401
    assert device.get("auth/session").pending == set()
    assert not Authenticator.objects.exists()


def test_sign_ups_with_one_address_at_once_each_wait_for_their_code(app: Callable[[], App]) -> None:
    devices = [app() for _ in range(6)]
    statuses = at_once([posting(one, "auth/signup", email=ALICE, password=PASSWORD) for one in devices])
    assert set(statuses) <= {401, 429}
    assert not User.objects.exists()


def test_the_code_of_an_account_of_an_older_release_that_is_gone(app: Callable[[], App]) -> None:
    device = app()
    device.sign_up(ALICE)
    session = SessionStore(device.token)
    state = session["account_email_verification_code"]
    session["account_email_verification_code"] = state | {"user_id": "0195e8b2-0000-7000-8000-000000000000"}
    session.save()
    assert device.confirm(ALICE).status == 409
