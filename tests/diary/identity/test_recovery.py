"""A forgotten password and a new address: both go by code, and both end or tell what they should."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress

from diary.identity.adapters import AccountAdapter
from diary.identity.provisioning import register
from diary.models import User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CHARLIE = "charlie@example.org"
NEW = "alice.new@example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))


@pytest.fixture
def phone(alice: User, mailbox: MailReceiver) -> App:
    device = App(mailbox)
    device.sign_in(ALICE)
    return device


def asked_to_reset(mailbox: MailReceiver, email: str) -> App:
    device = App(mailbox)
    device.answer = device.post("auth/password/request", email=email)  # type: ignore[attr-defined]
    return device


def test_a_reset_sets_the_password_and_ends_every_session(phone: App, mailbox: MailReceiver) -> None:
    device = asked_to_reset(mailbox, ALICE)

    answer = device.post("auth/password/reset", key=mailbox.code_for(ALICE), password=OTHER_PASSWORD)

    assert answer.status == 200
    assert not phone.is_signed_in()
    assert device.is_signed_in()
    assert App(mailbox).sign_in(ALICE, PASSWORD).status == 400
    assert App(mailbox).sign_in(ALICE, OTHER_PASSWORD).status == 200
    assert "was reset" in mailbox.sent_to(ALICE)[-1].text


def test_a_reset_code_works_once(phone: App, mailbox: MailReceiver) -> None:
    device = asked_to_reset(mailbox, ALICE)
    pending, code = device.token, mailbox.code_for(ALICE)
    device.post("auth/password/reset", key=code, password=OTHER_PASSWORD)

    device.token = pending
    again = device.post("auth/password/reset", key=code, password="yet another secret phrase")

    assert again.status in {409, 410}
    assert App(mailbox).sign_in(ALICE, OTHER_PASSWORD).status == 200


def test_a_code_is_good_only_where_it_was_asked_for(phone: App, mailbox: MailReceiver) -> None:
    asked_to_reset(mailbox, ALICE)
    elsewhere = App(mailbox)

    answer = elsewhere.post("auth/password/reset", key=mailbox.code_for(ALICE), password=OTHER_PASSWORD)

    assert answer.status == 409
    assert phone.is_signed_in()


def test_asking_for_a_reset_tells_nothing_about_the_account(phone: App, mailbox: MailReceiver) -> None:
    known = App(mailbox).post("auth/password/request", email=ALICE)
    unknown = App(mailbox).post("auth/password/request", email=CHARLIE)

    assert known.status == unknown.status == 401
    assert known.without_token == unknown.without_token
    assert len(mailbox.sent_to(ALICE)) == len(mailbox.sent_to(CHARLIE)) == 1


def test_a_wrong_code_for_an_unknown_address_looks_like_any_wrong_code(phone: App, mailbox: MailReceiver) -> None:
    answers = [
        asked_to_reset(mailbox, email).post("auth/password/reset", key="BCDF-BCDF", password=OTHER_PASSWORD)
        for email in (ALICE, CHARLIE)
    ]

    assert answers[0].json == answers[1].json


@pytest.mark.parametrize("step", ["GET", "POST"])
def test_a_code_that_nobody_was_sent_opens_nothing_even_when_guessed(
    mailbox: MailReceiver, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AccountAdapter, "generate_password_reset_code", lambda _: "BCDF-BCDF")
    device = asked_to_reset(mailbox, CHARLIE)
    assert "BCDF" not in mailbox.sent_to(CHARLIE)[-1].text

    body = {"key": "BCDF-BCDF", "password": OTHER_PASSWORD} if step == "POST" else None
    answer = device.send(step, "auth/password/reset", body, **{"X-Password-Reset-Key": "BCDF-BCDF"})

    assert answer.status in {400, 409}
    assert not User.objects.exists()


def test_three_wrong_codes_end_a_reset_for_an_unknown_address_too(phone: App, mailbox: MailReceiver) -> None:
    answers = {}
    for email in (ALICE, CHARLIE):
        device = asked_to_reset(mailbox, email)
        tries = [device.post("auth/password/reset", key="BCDF-BCDF", password=OTHER_PASSWORD) for _ in range(4)]
        answers[email] = [answer.json for answer in tries]

    assert answers[ALICE] == answers[CHARLIE]


def test_a_forged_host_changes_nothing_in_the_mail(phone: App, mailbox: MailReceiver) -> None:
    App(mailbox).send("POST", "auth/password/request", {"email": ALICE}, Host="localhost:6666")

    mail = mailbox.sent_to(ALICE)[-1]
    assert "6666" not in mail.text + mail.html


def test_a_reset_of_an_abandoned_sign_up_is_told_that_there_is_no_account(mailbox: MailReceiver) -> None:
    App(mailbox).sign_up(ALICE)
    asked_to_reset(mailbox, ALICE)

    assert "it has no account" in mailbox.sent_to(ALICE)[-1].text


def test_changing_the_address_asks_for_the_password_first(phone: App) -> None:
    answer = phone.post("account/email", email=NEW)

    assert answer.status == 401
    assert {flow["id"] for flow in answer.json["data"]["flows"]} >= {"reauthenticate"}


def test_a_new_address_counts_once_it_is_proved_and_the_old_one_is_told(phone: App, mailbox: MailReceiver) -> None:
    phone.ask_again()
    phone.post("account/email", email=NEW)
    assert User.objects.get().email == ALICE

    phone.confirm(NEW)

    assert User.objects.get().email == NEW
    assert [address.email for address in EmailAddress.objects.all()] == [NEW]
    assert NEW in mailbox.sent_to(ALICE)[-1].text
    assert phone.is_signed_in()
    assert App(mailbox).sign_in(NEW).status == 200


def test_the_owner_hears_of_a_change_in_time_and_a_reset_stops_it(phone: App, mailbox: MailReceiver) -> None:
    phone.ask_again()
    phone.post("account/email", email=NEW)
    assert NEW in mailbox.sent_to(ALICE)[-1].text
    code = mailbox.code_for(NEW)

    asked_to_reset(mailbox, ALICE).post("auth/password/reset", key=mailbox.code_for(ALICE), password=OTHER_PASSWORD)

    assert phone.post("auth/email/verify", key=code).status == 410
    assert User.objects.get().email == ALICE


def test_somebody_elses_address_cannot_be_taken_and_its_owner_only_gets_a_code(
    phone: App, mailbox: MailReceiver
) -> None:
    register(email=CHARLIE, password=PASSWORD, now=datetime.now(UTC))
    phone.ask_again()

    taken, free = phone.post("account/email", email=CHARLIE), phone.post("account/email", email=NEW)

    assert taken.status == free.status
    assert User.objects.filter(email=CHARLIE).count() == 1


def test_an_address_taken_by_somebody_who_never_proved_it_goes_to_who_does(phone: App, mailbox: MailReceiver) -> None:
    App(mailbox).sign_up(NEW, OTHER_PASSWORD)
    phone.ask_again()
    phone.post("account/email", email=NEW)

    assert phone.confirm(NEW).status == 200
    assert User.objects.get().email == NEW
