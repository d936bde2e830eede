"""Tokens: random, stored by their hash, good until revoked and not one request longer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import IntegrityError, transaction
from django.test import Client

from diary.identity.provisioning import issue_token, register, sign_out_everywhere
from diary.identity.sessions import TOKEN_LIFETIME, SessionStore, token_digest
from diary.models import Session, User
from diary.tasks import sweep_sessions
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App, opens_the_diary
from tests.diary.identity.database import everything_stored
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
NOW = datetime.now(UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, now=NOW)


def asked_with(authorization: str) -> int:
    """The status of a reading with the header."""
    return Client().get("/api/v1/push-key", headers={"Authorization": authorization}).status_code


def test_the_token_of_a_device_opens_the_api(alice: User) -> None:
    token = issue_token(user=alice, now=NOW)

    answer = Client().get("/api/v1/patients/me/profile", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["id"]) == (200, str(alice.patient.id))


def test_the_identity_api_takes_the_same_header(alice: User, mailbox: MailReceiver) -> None:
    token = issue_token(user=alice, now=NOW)

    answer = App(mailbox).send("GET", "auth/session", Authorization=f"Bearer {token}")

    assert answer.status == 200
    assert answer.json["data"]["user"]["email"] == ALICE


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer x", "Bearer \x00", "Bearer ünï", "Token {token}", "Bearer {token}x"]
)
def test_anything_else_is_refused(alice: User, authorization: str) -> None:
    token = issue_token(user=alice, now=NOW)

    assert asked_with(authorization.format(token=token)) == 401


def test_what_the_database_keeps_of_a_token_opens_nothing(alice: User) -> None:
    token = issue_token(user=alice, now=NOW)

    assert asked_with(f"Bearer {token_digest(token)}") == 401


def test_no_token_stands_in_the_database_pending_ones_included(alice: User, mailbox: MailReceiver) -> None:
    signed_in, pending = App(mailbox), App(mailbox)
    signed_in.sign_in(ALICE)
    pending.sign_up("charlie@example.org")

    stored = everything_stored()

    assert token_digest(signed_in.token) in stored
    assert token_digest(pending.token) in stored
    assert signed_in.token not in stored
    assert pending.token not in stored


def test_tokens_are_random_and_never_the_same(alice: User) -> None:
    tokens = {issue_token(user=alice, now=NOW) for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {32}  # of 36 letters: 165 bits


def test_a_pending_flow_opens_nothing_and_its_token_dies_with_it(mailbox: MailReceiver) -> None:
    device = App(mailbox)
    device.sign_up(ALICE)
    pending = device.token
    assert not opens_the_diary(pending)

    device.confirm(ALICE)

    assert device.token != pending
    assert App(mailbox).send("GET", "auth/session", **{"X-Session-Token": pending}).status == 410


def test_apps_get_no_cookie(alice: User, mailbox: MailReceiver) -> None:
    assert "Set-Cookie" not in App(mailbox).sign_in(ALICE).headers


def test_signing_out_ends_the_session_for_the_very_next_request(alice: User, mailbox: MailReceiver) -> None:
    device = App(mailbox)
    device.sign_in(ALICE)

    device.send("DELETE", "auth/session")

    assert not device.is_signed_in()
    assert not Session.objects.filter(user=alice).exists()


def test_signing_out_everywhere_ends_every_session(alice: User, mailbox: MailReceiver) -> None:
    devices = [App(mailbox) for _ in range(3)]
    for device in devices:
        device.sign_in(ALICE)

    answer = devices[0].send("DELETE", "auth/sessions")

    assert answer.status == 401
    assert [device.is_signed_in() for device in devices] == [False, False, False]


def test_one_device_can_sign_out_another(alice: User, mailbox: MailReceiver) -> None:
    phone, lost = App(mailbox), App(mailbox)
    lost.sign_in(ALICE)
    phone.sign_in(ALICE)
    listed = phone.get("auth/sessions").json["data"]
    other = [session["id"] for session in listed if not session["is_current"]]

    answer = phone.send("DELETE", "auth/sessions", {"sessions": other})

    assert len(answer.json["data"]) == 1
    assert (phone.is_signed_in(), lost.is_signed_in()) == (True, False)


def test_nobody_can_end_the_session_of_somebody_else(alice: User, mailbox: MailReceiver) -> None:
    charlie = register(email="charlie@example.org", password=PASSWORD, now=NOW)
    victim, stranger = App(mailbox), App(mailbox)
    victim.token, stranger.token = issue_token(user=alice, now=NOW), issue_token(user=charlie, now=NOW)
    hers = str(Session.objects.get(user=alice).id)

    answer = stranger.send("DELETE", "auth/sessions", {"sessions": [hers]})

    assert answer.status == 400
    assert victim.is_signed_in()
    assert len(stranger.get("auth/sessions").json["data"]) == 1


def test_changing_the_password_ends_every_session(alice: User, mailbox: MailReceiver) -> None:
    phone, tablet = App(mailbox), App(mailbox)
    phone.sign_in(ALICE)
    tablet.sign_in(ALICE)

    phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)

    assert not phone.is_signed_in()
    assert not tablet.is_signed_in()
    assert "password was changed" in mailbox.sent_to(ALICE)[-1].text


def test_a_sign_in_that_saw_the_old_password_does_not_outlive_its_change(alice: User) -> None:
    checked_before = User.objects.get(pk=alice.pk)
    alice.set_password(OTHER_PASSWORD)
    alice.save()

    late = issue_token(user=checked_before, now=NOW)

    assert not opens_the_diary(late)


def test_a_sign_in_that_began_before_signing_out_everywhere_does_not_outlive_it(alice: User) -> None:
    checked_before = User.objects.get(pk=alice.pk)
    sign_out_everywhere(user=alice)

    late = issue_token(user=checked_before, now=NOW)

    assert not opens_the_diary(late)


def test_a_session_ended_meanwhile_does_not_come_back_when_a_request_still_saves_it(alice: User) -> None:
    token = issue_token(user=alice, now=NOW)
    under_way = SessionStore(token)
    under_way["touched"] = True
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        under_way.save()
    assert not Session.objects.exists()


def test_a_token_lasts_a_year_from_its_last_use(alice: User) -> None:
    token = issue_token(user=alice, now=NOW)
    used = NOW + timedelta(days=200)

    assert opens_the_diary(token, at=used)

    assert not opens_the_diary(token, at=used + timedelta(days=366))
    assert opens_the_diary(token, at=used + timedelta(days=364))


def test_what_has_expired_is_swept_and_nothing_else(alice: User) -> None:
    issue_token(user=alice, now=NOW - TOKEN_LIFETIME - timedelta(days=1))
    live = issue_token(user=alice, now=NOW)

    sweep_sessions()

    assert [session.pk for session in Session.objects.all()] == [token_digest(live)]


def test_use_is_noted_at_most_once_a_day(alice: User, django_assert_num_queries: Callable[..., object]) -> None:
    token = issue_token(user=alice, now=NOW)

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert asked_with(f"Bearer {token}") == 200
    assert Session.objects.get().expire_date == NOW + TOKEN_LIFETIME


def test_a_session_knows_no_half_signed_in_state(alice: User) -> None:
    issue_token(user=alice, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.update(credentials_epoch=None)
