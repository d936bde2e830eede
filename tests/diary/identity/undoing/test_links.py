"""The link that undoes a change: for how long, how often, and what it does not bring back."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from alerts.delivery.notices import send_notice
from diary.identity.flows.undoing import VALID_FOR, forget_expired
from diary.identity.provisioning import register
from diary.models import Notice, Undo, User
from tests.diary.identity.app import OTHER_PASSWORD, PASSWORD, App
from tests.diary.identity.authenticator import code_of
from tests.diary.identity.database import everything_stored
from tests.diary.identity.taking_over import ALICE, SUPPORT, THIEF, look, moves_to, newest_link, press
from tests.receiver import MailReceiver

pytestmark = pytest.mark.django_db


def test_it_works_once_and_then_says_that_it_is_done(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)
    press(link)
    epoch = User.objects.get().credentials_epoch

    press(link)

    assert User.objects.get().credentials_epoch == epoch
    page = look(link).content.decode()
    assert reverse("forgotten") in page
    assert "<button" not in page


def test_it_works_for_seven_days_and_no_longer(thief: App, mailbox: MailReceiver) -> None:
    moves_to(thief, THIEF)
    link = newest_link(mailbox)

    with time_machine.travel(timezone.now() + VALID_FOR + timedelta(seconds=5)):
        late = press(link)
        assert late.status_code == 410
        assert SUPPORT in late.text
        assert "30 days" not in late.text
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


def test_a_link_that_the_mail_server_did_not_take_is_sent_later(thief: App, mailbox: MailReceiver) -> None:
    thief.post("account/email", email=THIEF)
    code = mailbox.code_for(THIEF)
    mailbox.before_answer = lambda _: "451 later"
    assert thief.post("auth/email/verify", key=code).status == 200
    mailbox.received.clear()
    mailbox.before_answer = lambda _: None

    for notice in Notice.objects.filter(channel="email"):
        send_notice(notice_id=notice.pk, now=timezone.now())

    press(newest_link(mailbox))
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
