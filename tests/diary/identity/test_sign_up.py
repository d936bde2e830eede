"""Signing up: an address, a password, a code by mail, and a diary from the first moment."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from backend.local.embedded.server import free_port
from diary.identity.sessions import SessionStore
from diary.models import Patient, Session, User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.receiver import MailReceiver

ALICE = "alice@example.org"
CHARLIE = "charlie@example.org"

Device = Callable[[], App]


def test_entering_the_mailed_code_signs_in(app: Device) -> None:
    device = app()
    assert device.sign_up(ALICE, name="Alice").pending == {"verify_email"}

    answer = device.confirm(ALICE)

    assert answer.status == 200
    assert answer.json["meta"]["access_token"] == answer.json["meta"]["session_token"] == device.token
    assert answer.json["data"]["user"]["display"] == "Alice"
    assert device.is_signed_in()


def test_the_code_comes_in_the_language_that_the_phone_asks_for(app: Device) -> None:
    device = app()
    device.send("POST", "auth/signup", {"email": ALICE, "password": PASSWORD}, **{"Accept-Language": "de-AT,de;q=0.9"})

    (received,) = device.mailbox.sent_to(ALICE)

    assert received.mail["Subject"] == "Ihr Code zum Abschluss der Anmeldung"


def test_everybody_has_a_diary_from_the_first_moment(signed_in: Callable[[str], App]) -> None:
    signed_in(ALICE)

    assert Patient.objects.get().user.email == ALICE


def test_nothing_is_stored_about_an_account_before_its_address_is_proved(app: Device) -> None:
    app().sign_up(ALICE, name="Alice")

    assert not User.objects.exists()
    assert not Patient.objects.exists()
    assert "Alice" not in repr(dict(SessionStore().decode(Session.objects.get().session_data)))


def test_the_spelling_of_the_address_makes_no_difference(app: Device) -> None:
    device = app()
    device.sign_up("  Alice@Example.ORG ")
    device.confirm(ALICE)

    assert app().sign_in("ALICE@example.org").status == 200


@pytest.mark.parametrize("email", ["ａlice@example.org", "alice@ｅxample.org", "alice@example", "alice", ""])
def test_an_address_that_only_looks_like_one_is_refused(app: Device, email: str) -> None:
    answer = app().sign_up(email)

    assert answer.status == 400
    assert {error["pointer"] for error in answer.json["errors"]} == {"/email"}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name", ["Alice\r\nBcc: bob", "Ali\u0085ce", "a" * 81, "Ali\u202ece", "\u200b", "bank.com", "http://x"]
)
def test_a_name_that_is_more_than_a_name_is_refused(app: Device, name: str) -> None:
    answer = app().sign_up(ALICE, name=name)

    assert answer.status == 400
    assert answer.json["errors"][0]["pointer"] == "/name"


@pytest.mark.parametrize(("given", "kept"), [("  Dr. Smith ", "Dr. Smith"), ("x" * 80, "x" * 80), ("  ", ""), ("", "")])
def test_a_name_is_kept_without_outer_spaces(app: Device, given: str, kept: str) -> None:
    device = app()
    assert device.sign_up(ALICE, name=given).status == 401
    device.confirm(ALICE)

    assert User.objects.get().name == kept


@pytest.mark.parametrize("password", ["short", "password123", "12345678901"])
def test_a_password_that_is_soon_guessed_is_refused(app: Device, password: str) -> None:
    answer = app().sign_up(ALICE, password)

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/password")


def test_a_wrong_code_confirms_nothing(app: Device) -> None:
    device = app()
    device.sign_up(ALICE)

    answer = device.post("auth/email/verify", key="BCDF-BCDF")

    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "incorrect_code")
    assert not device.is_signed_in()


def test_whether_the_code_is_right_can_be_asked_before_it_is_entered(app: Device) -> None:
    device = app()
    device.sign_up(ALICE, name="Alice")
    wrong, right = ({"X-Email-Verification-Key": code} for code in ("BCDF-BCDF", device.mailbox.code_for(ALICE)))

    assert device.send("GET", "auth/email/verify", **wrong).status == 400
    answer = device.send("GET", "auth/email/verify", **right)

    assert (answer.status, answer.json["data"]["email"]) == (200, ALICE)
    assert answer.json["data"]["user"] == {"display": "Alice", "has_usable_password": True}
    assert not User.objects.exists()
    assert device.confirm(ALICE).status == 200


def test_a_code_is_worth_three_tries(app: Device) -> None:
    device = app()
    device.sign_up(ALICE)
    for _ in range(3):
        device.post("auth/email/verify", key="BCDF-BCDF")

    assert device.confirm(ALICE).status == 409


def test_a_known_address_gets_the_same_answer(signed_in: Callable[[str], App], app: Device) -> None:
    signed_in(ALICE)

    known, unknown = app().sign_up(ALICE, OTHER_PASSWORD), app().sign_up(CHARLIE, OTHER_PASSWORD)

    assert known.status == unknown.status == 401
    assert known.without_token == unknown.without_token


def test_only_the_owner_of_a_known_address_is_told(signed_in: Callable[[str], App], mailbox: MailReceiver) -> None:
    device = signed_in(ALICE)

    App(mailbox).sign_up(ALICE, OTHER_PASSWORD)

    assert "already has an account" in mailbox.sent_to(ALICE)[-1].text
    assert not re.search("^ *[A-Z0-9]{4}-", mailbox.sent_to(ALICE)[-1].text, re.MULTILINE)
    assert device.is_signed_in()
    assert User.objects.get().check_password(PASSWORD)


def test_a_second_sign_up_leaves_the_code_of_the_first_one_good(app: Device) -> None:
    alice, stranger = app(), app()
    alice.sign_up(ALICE, PASSWORD)
    code = alice.mailbox.code_for(ALICE)
    stranger.sign_up(ALICE, OTHER_PASSWORD)

    assert alice.post("auth/email/verify", key=code).status == 200
    assert alice.is_signed_in()
    assert app().sign_in(ALICE, OTHER_PASSWORD).status == 400


def test_a_code_is_good_only_in_the_session_that_asked_for_it(app: Device) -> None:
    alice, stranger = app(), app()
    stranger.sign_up(ALICE, OTHER_PASSWORD)
    code = alice.mailbox.code_for(ALICE)
    alice.sign_up(ALICE, PASSWORD)

    assert alice.post("auth/email/verify", key=code).status == 400
    assert alice.confirm(ALICE).status == 200
    assert User.objects.get().check_password(PASSWORD)


def test_of_two_sign_ups_the_first_that_is_proved_has_the_address(app: Device) -> None:
    first, second = app(), app()
    first.sign_up(ALICE, PASSWORD)
    code = first.mailbox.code_for(ALICE)
    second.sign_up(ALICE, OTHER_PASSWORD)
    assert first.post("auth/email/verify", key=code).status == 200

    answer = second.confirm(ALICE)

    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "email_taken")
    assert User.objects.get().check_password(PASSWORD)


def test_an_account_of_an_older_release_that_never_proved_its_address_makes_room(app: Device) -> None:
    Patient.objects.create(user=User.objects.create_user(ALICE, OTHER_PASSWORD))
    device = app()
    device.sign_up(ALICE, PASSWORD)

    assert device.confirm(ALICE).status == 200
    assert User.objects.get().check_password(PASSWORD)


def test_an_account_made_meanwhile_by_hand_stays(app: Device) -> None:
    device = app()
    device.sign_up(ALICE, OTHER_PASSWORD)
    User.objects.create_superuser(ALICE, PASSWORD)

    assert device.confirm(ALICE).status == 409
    assert User.objects.get().check_password(PASSWORD)


def test_no_second_mail_goes_to_an_address_within_ten_seconds(app: Device, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/10s/key"}
    first = app()
    first.sign_up(ALICE)

    answer = app().sign_up(ALICE, OTHER_PASSWORD)

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert len(first.mailbox.received) == 1
    assert first.confirm(ALICE).status == 200


@pytest.mark.django_db(transaction=True)
def test_sign_ups_proved_at_the_same_moment_make_one_account(mailbox: MailReceiver) -> None:
    devices = [App(mailbox) for _ in range(8)]
    codes = []
    for device in devices:
        device.sign_up(ALICE)
        codes.append(mailbox.code_for(ALICE))

    def prove(device: App, code: str) -> int:
        try:
            return device.post("auth/email/verify", key=code).status
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(prove, devices, codes))

    assert statuses == [200] + [400] * 7
    assert (User.objects.count(), Patient.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_refuses_undoes_the_sign_up(mailbox: MailReceiver) -> None:
    mailbox.before_answer = lambda _: "451 Try again later"

    answer = App(mailbox).sign_up(ALICE)

    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_once_the_mail_server_is_back_the_same_sign_up_goes_through(mailbox: MailReceiver, settings: Settings) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    device = App(mailbox)
    assert device.sign_up(ALICE).status == 503

    settings.EMAIL_PORT = port

    assert device.sign_up(ALICE).pending == {"verify_email"}
    assert device.confirm(ALICE).status == 200
