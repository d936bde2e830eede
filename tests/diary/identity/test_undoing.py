"""Somebody else was in the account and changed address or second factors: the owner takes it back by a mailed link."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from diary.accounts import register
from diary.identity.undoing import VALID_FOR, forget_expired
from diary.models import Notice, Undo, User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.database import everything_stored
from tests.diary.identity.test_second_factor import code_of
from tests.receiver import MailReceiver, Received

ALICE = "alice@example.org"
THIEF = "thief@example.org"
SUPPORT = "help@diary.example"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _support(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = SUPPORT


@pytest.fixture
def alice() -> User:
    return register(email=ALICE, password=PASSWORD, now=datetime.now(UTC))


@pytest.fixture
def phone(alice: User, mailbox: MailReceiver) -> App:
    """In Alice's hand."""
    device = App(mailbox)
    device.sign_in(ALICE)
    return device


@pytest.fixture
def thief(alice: User, mailbox: MailReceiver) -> App:
    """Knows Alice's password, and has just given it once more."""
    device = App(mailbox, network="203.0.113.66")
    device.sign_in(ALICE)
    device.ask_again()
    return device


def moves_to(device: App, email: str) -> None:
    """The account's address becomes `email`."""
    assert device.post("account/email", email=email).status == 200
    assert device.confirm(email).status == 200


def switches_code_on(device: App) -> None:
    """Its mail goes out after the commit."""
    secret = device.get("account/authenticators/totp").json["meta"]["secret"]
    assert device.post("account/authenticators/totp", code=code_of(secret)).status == 200


def link_in(mail: Received) -> str:
    found = re.search(r"^(https?://\S+/undo/\S+)\s*$", mail.text, re.MULTILINE)
    assert found is not None, mail.text
    assert f'href="{found[1]}"' in mail.html
    return urlsplit(found[1]).path


def newest_link(mailbox: MailReceiver, email: str = ALICE) -> str:
    return link_in(mailbox.sent_to(email)[-1])


def look(link: str) -> HttpResponse:
    return Client().get(link)  # type: ignore[return-value]


def press(link: str) -> HttpResponse:
    """The button, in a browser that checks Django's CSRF token and is signed in nowhere."""
    answer = Client(enforce_csrf_checks=True).post(link, {"undo": "yes"})
    assert answer.status_code in {303, 404, 409, 410}
    assert not answer.cookies
    return answer  # type: ignore[return-value]


def test_the_mail_about_a_change_of_address_leads_to_what_helps(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    mail = mailbox.sent_to(ALICE)[-1]

    assert THIEF in mail.text
    assert "recovery codes" in mail.text
    assert SUPPORT in mail.text
    assert link_in(mail)
    assert "/undo/" not in "".join(one.text for one in mailbox.sent_to(THIEF))


def test_the_link_brings_the_address_back_and_throws_the_thief_out(
    phone: App, thief: App, mailbox: MailReceiver
) -> None:
    moves_to(thief, THIEF)
    assert not phone.is_signed_in()

    press(newest_link(mailbox))

    assert User.objects.get().email == ALICE
    assert [(one.email, one.verified, one.primary) for one in EmailAddress.objects.all()] == [(ALICE, True, True)]
    assert not thief.is_signed_in()
    assert App(mailbox).sign_in(THIEF).status == 400
    assert App(mailbox).sign_in(ALICE).status == 200  # the password is what it was


def test_looking_changes_nothing_however_often_and_only_the_button_does(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    for _ in range(3):
        page = look(link)
        assert page.status_code == 200
        assert "Undo the changes" in page.content.decode()
        Client().head(link)
    assert Client().post(link).status_code == 400

    assert User.objects.get().email == THIEF
    assert thief.is_signed_in()


def test_the_link_signs_nobody_in_and_gives_no_token(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    answer = press(newest_link(mailbox))

    assert not answer.cookies
    assert not User.objects.get().sessions.exists()


@pytest.mark.django_db(transaction=True)
def test_it_outlives_every_later_change(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    switches_code_on(thief)
    moves_to(thief, "another.thief@example.org")
    thief.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)
    press(link)

    assert User.objects.get().email == ALICE
    assert not Authenticator.objects.exists()
    assert User.objects.get().check_password(OTHER_PASSWORD)  # which the owner resets by mail now
    owner = App(mailbox)
    owner.post("auth/password/request", email=ALICE)
    assert owner.post("auth/password/reset", key=mailbox.code_for(ALICE), password="a third long secret").status == 200
    assert owner.is_signed_in()


@pytest.mark.django_db(transaction=True)
def test_what_the_thief_was_mailed_brings_the_thief_not_back(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    first = newest_link(mailbox)
    moves_to(thief, "another.thief@example.org")
    switches_code_on(thief)
    theirs = [newest_link(mailbox, THIEF), newest_link(mailbox, "another.thief@example.org")]

    press(first)
    for link in theirs:
        assert press(link).status_code == 404

    assert User.objects.get().email == ALICE
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_owner_hears_in_the_old_mailbox_of_what_the_thief_does_next(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    before = len(mailbox.sent_to(ALICE))

    switches_code_on(thief)

    assert len(mailbox.sent_to(ALICE)) > before
    press(newest_link(mailbox))
    assert (User.objects.get().email, Authenticator.objects.count()) == (ALICE, 0)


@pytest.mark.django_db(transaction=True)
def test_somebody_elses_second_factor_goes_and_the_own_comes_back(
    phone: App, mailbox: MailReceiver, alice: User
) -> None:
    phone.ask_again()
    switches_code_on(phone)
    phone.get("account/authenticators/recovery-codes")
    mine = {factor.type: factor.data for factor in Authenticator.objects.all()}

    assert phone.send("DELETE", "account/authenticators/totp").status == 200
    link = newest_link(mailbox)
    switches_code_on(phone)
    press(link)

    restored = {factor.type: factor.data for factor in Authenticator.objects.all()}
    assert restored.keys() == mine.keys()
    assert restored["totp"]["secret"] == mine["totp"]["secret"]
    assert not phone.is_signed_in()


@pytest.mark.django_db(transaction=True)
def test_every_mail_about_a_factor_has_the_link_and_none_about_a_password(phone: App, mailbox: MailReceiver) -> None:
    phone.ask_again()
    switches_code_on(phone)
    assert newest_link(mailbox)
    phone.send("POST", "account/authenticators/recovery-codes")
    assert newest_link(mailbox)

    phone.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)

    mail = mailbox.sent_to(ALICE)[-1]
    assert "/undo/" not in mail.text
    assert "recovery codes" in mail.text
    assert SUPPORT in mail.text


def test_it_works_once_and_then_says_that_it_is_done(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)
    press(link)
    epoch = User.objects.get().credentials_epoch

    press(link)

    assert User.objects.get().credentials_epoch == epoch
    page = look(link).content.decode()
    assert "forgot password" in page
    assert "<button" not in page


def test_it_works_for_seven_days_and_no_longer(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    with time_machine.travel(timezone.now() + VALID_FOR + timedelta(seconds=5)):
        assert press(link).status_code == 410
    assert User.objects.get().email == THIEF

    with time_machine.travel(timezone.now() + VALID_FOR - timedelta(minutes=5)):
        assert press(link).status_code == 303
    assert User.objects.get().email == ALICE


def test_a_bent_link_leads_nowhere(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    assert press(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404
    assert User.objects.get().email == THIEF


def test_an_address_that_is_somebody_elses_by_now_is_not_taken_from_them(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    register(email=ALICE, password=PASSWORD, now=timezone.now())

    answer = press(newest_link(mailbox))

    assert answer.status_code == 409
    assert SUPPORT in answer.content.decode()
    assert sorted(User.objects.values_list("email", flat=True)) == [ALICE, THIEF]


def test_somebody_who_signed_up_with_the_address_and_never_proved_it_makes_way(
    thief: App, mailbox: MailReceiver
) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)
    App(mailbox).sign_up(ALICE, OTHER_PASSWORD)

    assert press(link).status_code == 303

    assert User.objects.get().email == ALICE


def test_what_is_under_way_ends_with_it(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)
    resetting = App(mailbox)
    resetting.post("auth/password/request", email=THIEF)
    code = mailbox.code_for(THIEF)

    press(link)

    assert resetting.post("auth/password/reset", key=code, password=OTHER_PASSWORD).status == 409
    assert User.objects.get().check_password(PASSWORD)


def test_all_the_mailboxes_hear_that_it_was_undone(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    press(newest_link(mailbox))

    told = Notice.objects.filter(kind="credentials_restored", channel="email")
    assert set(told.values_list("address", flat=True)) == {ALICE, THIEF}
    assert all(notice.link is None for notice in told)


def test_what_was_added_waits_for_the_owners_word(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    press(newest_link(mailbox))

    assert User.objects.get().recovered_at is not None


def test_signing_up_can_not_be_undone(signed_in: Callable[[str], App]) -> None:
    signed_in(ALICE)

    assert not Undo.objects.exists()


def test_a_link_is_stored_as_a_hash_and_secrets_stay_sealed_under_a_new_key_too(
    phone: App, mailbox: MailReceiver, settings: Settings
) -> None:
    phone.ask_again()
    secret = phone.get("account/authenticators/totp").json["meta"]["secret"]
    phone.post("account/authenticators/totp", code=code_of(secret))
    phone.send("DELETE", "account/authenticators/totp")
    link = newest_link(mailbox)
    stored = everything_stored()
    assert link.rpartition("/")[2] not in stored
    assert secret not in stored

    settings.NOTE_KEYS = [Fernet.generate_key().decode(), *settings.NOTE_KEYS]
    call_command("rotate_note_keys", stdout=StringIO())
    settings.NOTE_KEYS = settings.NOTE_KEYS[:1]
    press(link)

    again = App(mailbox)
    assert again.sign_in(ALICE).pending == {"mfa_authenticate"}


def test_what_no_link_can_bring_back_any_more_is_forgotten(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)

    forget_expired(now=timezone.now() + VALID_FOR)
    assert Undo.objects.exists()
    forget_expired(now=timezone.now() + 2 * VALID_FOR)

    assert not Undo.objects.exists()
